package detect

import (
	"slices"
	"strings"

	"github.com/keysieve/keysieve/rules"
)

// sumReach is how far from a file's digest the one beside it may stand, in bytes.
const sumReach = 256

// doubtNamedSum drops the value at text[s:e) where its name says that it is a digest. Under the name of a file that people write it may be what
// the file shall hold, as charts are given secrets: password.txt: 3f9c2a…; then it is lowered, unless what stands beside it is a digest, too.
func (w *worker) doubtNamedSum(m *Match, text []byte, s, e int) {
	value := string(text[s:e])
	if m.dead || !isHex(value) || !isDigest(value) {
		return
	}
	before := string(text[lineStart(text, s, valueReach):s])
	kind := fileKind(before)
	if isNamedSum(before) || kind == fileMade {
		m.dead = true
		return
	}
	if kind == fileWritten {
		lo, hi := max(s-sumReach, 0), min(e+sumReach, len(text))
		w.looked = window{lo: min(w.looked.lo, lo), hi: max(w.looked.hi, hi)}
		if hasSumBeside(string(text[lo:s]), string(text[e:hi]), len(value)) {
			m.dead = true
			return
		}
		m.Confidence = rules.ConfidenceLow
		m.addReason("it may be the digest of a file: its name is that of one")
	}
}

// hasSumBeside reports whether the entry before or behind a digest is one of the same length, of a file that nobody writes a secret into.
func hasSumBeside(before, behind string, size int) bool {
	const ends = "\n,"
	above := strings.FieldsFunc(before, func(c rune) bool { return strings.ContainsRune(ends, c) })
	beside := above[max(len(above)-2, 0):max(len(above)-1, 0)]
	if i := strings.IndexAny(behind, ends); i >= 0 {
		next := behind[i+1:]
		if end := strings.IndexAny(next, ends); end >= 0 {
			next = next[:end]
		}
		beside = append(beside, next)
	}
	return slices.ContainsFunc(beside, func(entry string) bool {
		entry = strings.TrimRight(entry, " \t\r\"'`}")
		return len(entry) > size && isHex(entry[len(entry)-size:]) && fileKind(entry[:len(entry)-size]) == fileMade
	})
}

// isNamedSum reports whether what stands before a digest, in hexadecimal digits, says that it is one: of a secret, in the annotations by which
// Helm's charts restart what reads it, checksum/secret: 3f9c2a…; or the commit of one side of a conflict.
func isNamedSum(before string) bool {
	if before == ">>>>>>> " || before == "||||||| " || before == "<<<<<<< " { // a commit in what a merge left
		return true
	}
	g := readGiven(before)
	assigned := g.sign == "=" || g.sign == "]=" || g.sign == "=[]byte(" // Terraform, an option of helm, a map's member
	if !g.isEntry() && !(assigned && g.name != "" && !g.line) {
		return false
	}
	path := g.head[strings.LastIndexAny(g.head, " \t\"'`{,")+1:]
	if !strings.HasSuffix(path, "/") {
		return false
	}
	return slices.ContainsFunc(strings.Split(path, "/"), func(part string) bool {
		words := nameWords(part)
		if len(words) == 0 {
			return false
		}
		switch words[len(words)-1] {
		case "checksum", "checksums", "sha", "md", "digest", "sum", "hash":
			return true
		}
		return false
	})
}

// isEntry reports whether a name and its value are an entry in a list of such, and no more than a colon or an arrow stands between.
func (g *given) isEntry() bool {
	return (g.sign == ":" || g.sign == "=>") && g.name != "" && !g.line
}

// The kinds of files whose digest an entry may be.
const (
	fileNone    = iota // no file, but a setting
	fileWritten        // one that may hold a secret and nothing else
	fileMade           // a part of a site, a picture, an archive, in the lists of which digests stand
)

// fileKind returns which kind of file the name is that stands before a value: "token.js": "3f9c2a…".
func fileKind(before string) int {
	g := readGiven(before)
	dot := strings.LastIndexByte(g.name, '.')
	if !g.isEntry() || dot <= 0 {
		return fileNone
	}
	switch strings.ToLower(g.name[dot+1:]) {
	case "js", "mjs", "cjs", "jsx", "tsx", "vue", "css", "scss", "less", "png", "jpg", "jpeg", "gif", "svg", "webp", "ico",
		"woff", "woff2", "ttf", "zip", "gz", "tgz", "xz", "jar", "whl", "deb", "rpm", "wasm":
		return fileMade
	case "ts", "html", "htm", "txt", "json", "xml", "yml", "yaml", "go", "py", "rb", "php", "java", "rs", "cpp", "sh", "md", "pdf":
		return fileWritten
	}
	return fileNone
}
