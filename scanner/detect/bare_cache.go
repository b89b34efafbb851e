package detect

import (
	"slices"
	"strings"

	"github.com/keysieve/keysieve/rules"
)

// cacheLines is how far from a key what says that it is a cache's may stand, in lines, and cacheReach in bytes.
const (
	cacheLines = 5
	cacheReach = 512
)

// doubtCacheKey drops what has the form of a cache's key where something beside it says so, too, and lowers it elsewhere: an encryption's key
// may have a name before it.
func (w *worker) doubtCacheKey(m *Match, text []byte, s, e int) {
	if m.dead || !isCacheKey(text, s, e) {
		return
	}
	lo, hi := max(s-cacheReach, 0), min(e+cacheReach, len(text))
	w.looked = window{lo: min(w.looked.lo, lo), hi: max(w.looked.hi, hi)}
	if standsInCache(string(text[lo:s]), string(text[s:hi])) {
		m.dead = true
		return
	}
	m.Confidence = rules.ConfidenceLow
	m.addReason("it may be the key of a cache: a word and a digest")
}

// isCacheKey reports whether the value at text[s:e) is the key under which something is kept and found again: words and a digest under a
// name that is nothing but "key", as caches of CI services have it. key: node-modules-3f9c2a…
func isCacheKey(text []byte, s, e int) bool {
	value := strings.ToLower(string(text[s:e]))
	end := strings.LastIndexAny(value, "-_")
	if end < 4 || !isDigest(value[end+1:]) {
		return false
	}
	for _, word := range credentialWords {
		if strings.Contains(value[:end], word) {
			return false
		}
	}
	words := nameWords(value[:end])
	if !slices.ContainsFunc(words, func(word string) bool { return len(word) > 3 }) || slices.Contains(words, "sk") || slices.Contains(words, "live") {
		return false
	}
	g := readGiven(string(text[lineStart(text, s, valueReach):s]))
	return strings.EqualFold(g.name, "key") && g.sign == ":"
}

// standsInCache reports whether the lines around a key that belong to it, by how far they are indented, are those of a cache: before and behind
// end and begin inside of the key's line. The word alone, cache: true, says too little, and so does a path.
func standsInCache(before, behind string) bool {
	above, below := strings.Split(before, "\n"), strings.Split(behind, "\n")
	own := above[len(above)-1]
	if opensCache(own[:max(strings.LastIndexAny(own, "kK"), 0)]) { // cache: {key: …
		return true
	}
	least := indentOf(own)
	if strings.HasPrefix(strings.TrimLeft(own, " \t"), "-") {
		least++ // a list is that of the line above it, which may be indented as far
	}
	for i := len(above) - 2; i >= max(len(above)-1-cacheLines, 0); i-- {
		line := above[i]
		if saysCache(line) {
			return true
		}
		if strings.TrimSpace(line) == "" || indentOf(line) >= least {
			continue
		}
		least = indentOf(line)
		if opensCache(line) {
			return true
		}
		if opener := strings.Trim(line, " \t\r-"); opener != "with:" && opener != "inputs:" && strings.HasSuffix(opener, ":") {
			break // what the key belongs to is called something else
		}
	}
	for i := 1; i < min(len(below), cacheLines+1); i++ {
		if strings.TrimSpace(below[i]) != "" && indentOf(below[i]) < indentOf(own) {
			break
		}
		if saysCache(below[i]) {
			return true
		}
	}
	return false
}

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " \t")) }

// opensCache reports whether what follows a line, or the beginning of one, belongs to what is called a cache.
func opensCache(line string) bool {
	name, found := strings.CutSuffix(strings.TrimRight(strings.ToLower(line), " \t\r\"'{"), ":")
	return found && strings.HasSuffix(strings.TrimRight(name, "\"'"), "cache")
}

// saysCache reports whether a line is that of a cache's paths or other keys, or of the step of a CI service that keeps one.
func saysCache(line string) bool {
	line = strings.ToLower(strings.TrimLeft(line, " \t-"))
	for _, start := range [...]string{"paths:", "restore-keys:", "restorekeys:"} {
		if strings.HasPrefix(line, start) {
			return true
		}
	}
	return (strings.HasPrefix(line, "uses:") || strings.HasPrefix(line, "task:")) && strings.Contains(line, "cache")
}
