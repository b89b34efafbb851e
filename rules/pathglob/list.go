// Package pathglob holds lists of patterns of paths as .gitignore files have them
// (gitignore(5)). Both the files themselves and the settings that are written
// like them are read by it, so that a pattern means the same everywhere.
//
// Parse makes a List of a text, a pattern a line; Match and Holds judge paths by
// it. A List is immutable and safe for concurrent use.
package pathglob

import (
	"slices"
	"strings"
)

// A List is one file of gitignore patterns (gitignore(5)), prepared so
// that a path costs a few map look-ups and as many glob matches as there are
// patterns with wild cards in the middle. The last pattern that matches
// decides.
type List struct {
	folded   bool             // letters are compared as git does with core.ignoreCase
	names    map[string][]int // patterns without a slash and wild cards, by name
	suffixes map[string][]int // "*.ext" and the like: by the text after the star
	lengths  []int            // the distinct lengths of the suffixes
	paths    map[string][]int // patterns with a slash and without wild cards
	globs    []int            // all others, in the order of the file
	patterns []pattern
}

type pattern struct {
	negated bool   // "!": not ignored after all
	dirOnly bool   // a trailing slash
	name    bool   // without a slash: matches the last part of a path at any depth
	prefix  string // of a path pattern: what stands before the first wild card
	glob    glob
}

const utf8Mark = "\xef\xbb\xbf"

// Parse reads a file of patterns. Every line means something to git, if
// only that it matches nothing, so there are no errors.
func Parse(text string) *List { return parse(text, false) }

// ParseFolded reads a file of patterns as git does where core.ignoreCase is set, which it is on Windows and macOS: ASCII
// letters match their capital ones. More paths match a pattern then, and more are taken out again by a negated one.
func ParseFolded(text string) *List { return parse(text, true) }

func parse(text string, folded bool) *List {
	l := &List{folded: folded, names: map[string][]int{}, suffixes: map[string][]int{}, paths: map[string][]int{}}
	for line := range strings.SplitSeq(strings.TrimPrefix(text, utf8Mark), "\n") {
		line = strings.TrimSuffix(line, "\r")
		if end := strings.IndexByte(line, 0); end >= 0 {
			line = line[:end] // as git, which keeps lines as C strings
		}
		if line == "" || line[0] == '#' {
			continue
		}
		l.add(trimTrailingSpaces(line))
	}
	for suffix := range l.suffixes {
		l.lengths = appendNew(l.lengths, len(suffix))
	}
	return l
}

func appendNew(list []int, n int) []int {
	for _, have := range list {
		if have == n {
			return list
		}
	}
	return append(list, n)
}

// trimTrailingSpaces cuts spaces off the end, up to one behind a backslash.
func trimTrailingSpaces(line string) string {
	end := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case ' ':
			continue
		case '\\':
			if i++; i == len(line) {
				return line
			}
		}
		end = i + 1
	}
	return line[:end]
}

func (l *List) add(line string) {
	var p pattern
	if line, p.negated = strings.CutPrefix(line, "!"); line == "" {
		return
	}
	line, p.dirOnly = strings.CutSuffix(line, "/")
	p.name = !strings.Contains(line, "/")
	index := len(l.patterns)
	wild := strings.IndexAny(line, `*?[\`)
	switch {
	case p.name && wild < 0:
		name := l.fold(line)
		l.names[name] = append(l.names[name], index)
	case p.name && wild == 0 && line[0] == '*' && !strings.ContainsAny(line[1:], `*?[\`):
		suffix := l.fold(line[1:])
		l.suffixes[suffix] = append(l.suffixes[suffix], index)
	case p.name:
		p.glob = compileGlob(line, l.folded)
		l.globs = append(l.globs, index)
	default:
		line = strings.TrimPrefix(line, "/")
		if wild = strings.IndexAny(line, `*?[\`); wild < 0 {
			line = l.fold(line)
			l.paths[line] = append(l.paths[line], index)
			break
		}
		p.prefix, p.glob = l.fold(line[:wild]), compileGlob(line[wild:], l.folded)
		l.globs = append(l.globs, index)
	}
	l.patterns = append(l.patterns, p)
}

// Match judges a path relative to the list's directory, and not the directories
// above it. decided is false when no pattern matches it.
func (l *List) Match(path string, isDir bool) (matched, decided bool) {
	last := l.decider(path, isDir)
	if last < 0 {
		return false, false
	}
	return !l.patterns[last].negated, true
}

// Holds judges the path of a file together with the directories above it: a
// pattern that matches a directory matches all below it, and of all patterns
// that match, the last decides. Other than for git, a negated pattern can
// therefore take out again what lies in a directory that matches.
func (l *List) Holds(path string) bool {
	last := l.decider(path, false)
	for end := strings.LastIndexByte(path, '/'); end > 0; end = strings.LastIndexByte(path[:end], '/') {
		last = max(last, l.decider(path[:end], true))
	}
	return last >= 0 && !l.patterns[last].negated
}

// HoldsBelow says that Holds is true of every file below a directory, as far as the
// patterns that match it or a directory above it tell.
func (l *List) HoldsBelow(dir string) bool {
	last := l.decider(dir, true)
	for end := strings.LastIndexByte(dir, '/'); end > 0; end = strings.LastIndexByte(dir[:end], '/') {
		last = max(last, l.decider(dir[:end], true))
	}
	return last >= 0 && !slices.ContainsFunc(l.patterns[last:], func(p pattern) bool { return p.negated })
}

// decider returns the index of the last pattern that matches; -1 if none does.
func (l *List) decider(path string, isDir bool) int {
	path = l.fold(path)
	name := path[strings.LastIndexByte(path, '/')+1:]
	best := l.last(l.names[name], isDir, -1)
	best = l.last(l.paths[path], isDir, best)
	for _, n := range l.lengths {
		if n <= len(name) {
			best = l.last(l.suffixes[name[len(name)-n:]], isDir, best)
		}
	}
	for i := len(l.globs) - 1; i >= 0 && l.globs[i] > best; i-- {
		p := &l.patterns[l.globs[i]]
		if p.dirOnly && !isDir {
			continue
		}
		subject := name
		if !p.name {
			var ok bool
			if subject, ok = strings.CutPrefix(path, p.prefix); !ok {
				continue
			}
		}
		if p.glob.match(subject) {
			best = l.globs[i]
			break
		}
	}
	return best
}

// fold gives a text in the case that it is compared in.
func (l *List) fold(text string) string {
	if !l.folded {
		return text
	}
	return Fold(text)
}

// Fold gives a text with ASCII letters in lower case, and all other bytes as they are.
func Fold(text string) string {
	at := strings.IndexFunc(text, func(r rune) bool { return r >= 'A' && r <= 'Z' })
	if at < 0 {
		return text
	}
	folded := []byte(text)
	for i := at; i < len(folded); i++ {
		folded[i] = lower(folded[i])
	}
	return string(folded)
}

// last returns the greatest index of the candidates and best that holds for
// what the path is.
func (l *List) last(candidates []int, isDir bool, best int) int {
	for i := len(candidates) - 1; i >= 0 && candidates[i] > best; i-- {
		if isDir || !l.patterns[candidates[i]].dirOnly {
			return candidates[i]
		}
	}
	return best
}
