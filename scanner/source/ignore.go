package source

import (
	"io"
	"strings"
)

// An ignoreList is one file of gitignore patterns (gitignore(5)), prepared so
// that a path costs a few map look-ups and as many glob matches as there are
// patterns with wild cards in the middle. The last pattern that matches
// decides.
//
// Letters are compared exactly. Where git is told to fold case (core.ignoreCase)
// it ignores more; keysieve then scans more, which is the safe side.
type ignoreList struct {
	names    map[string][]int // patterns without a slash and wild cards, by name
	suffixes map[string][]int // "*.ext" and the like: by the text after the star
	lengths  []int            // the distinct lengths of the suffixes
	paths    map[string][]int // patterns with a slash and without wild cards
	globs    []int            // all others, in the order of the file
	patterns []ignorePattern
}

type ignorePattern struct {
	negated bool   // "!": not ignored after all
	dirOnly bool   // a trailing slash
	name    bool   // without a slash: matches the last part of a path at any depth
	prefix  string // of a path pattern: what stands before the first wild card
	glob    glob
}

const utf8Mark = "\xef\xbb\xbf"

// parseIgnore reads a file of patterns. Every line means something to git, if
// only that it matches nothing, so there are no errors.
func parseIgnore(text string) *ignoreList {
	l := &ignoreList{names: map[string][]int{}, suffixes: map[string][]int{}, paths: map[string][]int{}}
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

func (l *ignoreList) add(line string) {
	var p ignorePattern
	if line, p.negated = strings.CutPrefix(line, "!"); line == "" {
		return
	}
	line, p.dirOnly = strings.CutSuffix(line, "/")
	p.name = !strings.Contains(line, "/")
	index := len(l.patterns)
	wild := strings.IndexAny(line, `*?[\`)
	switch {
	case p.name && wild < 0:
		l.names[line] = append(l.names[line], index)
	case p.name && wild == 0 && line[0] == '*' && !strings.ContainsAny(line[1:], `*?[\`):
		l.suffixes[line[1:]] = append(l.suffixes[line[1:]], index)
	case p.name:
		p.glob = compileGlob(line)
		l.globs = append(l.globs, index)
	default:
		line = strings.TrimPrefix(line, "/")
		if wild = strings.IndexAny(line, `*?[\`); wild < 0 {
			l.paths[line] = append(l.paths[line], index)
			break
		}
		p.prefix, p.glob = line[:wild], compileGlob(line[wild:])
		l.globs = append(l.globs, index)
	}
	l.patterns = append(l.patterns, p)
}

// match judges a path relative to the list's directory. decided is false when
// no pattern matches it.
func (l *ignoreList) match(path string, isDir bool) (ignored, decided bool) {
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
	if best < 0 {
		return false, false
	}
	return !l.patterns[best].negated, true
}

// last returns the greatest index of the candidates and best that holds for
// what the path is.
func (l *ignoreList) last(candidates []int, isDir bool, best int) int {
	for i := len(candidates) - 1; i >= 0 && candidates[i] > best; i-- {
		if isDir || !l.patterns[candidates[i]].dirOnly {
			return candidates[i]
		}
	}
	return best
}

// An ignoreScope is the pattern files that hold in one directory: its own
// before those of the directories above it, .git/info/exclude last.
type ignoreScope struct {
	parent *ignoreScope
	dir    string // relative to the work tree's root, ending in a slash; empty at the root
	list   *ignoreList
}

// ignores judges a path relative to the work tree's root. The directories
// above it are taken not to be ignored.
func (s *ignoreScope) ignores(path string, isDir bool) bool {
	for ; s != nil; s = s.parent {
		if ignored, decided := s.list.match(path[len(s.dir):], isDir); decided {
			return ignored
		}
	}
	return false
}

// add returns the scope with the folder's own .gitignore in front. dir is the
// folder relative to the work tree's root, empty or ending in a slash. As git
// does, it passes over a .gitignore that is a link; and one that cannot be read
// leaves nothing out, which hides nothing.
func (s *ignoreScope) add(f *folder, dir string) *ignoreScope {
	text, err := readAll(f, ".gitignore")
	if err != nil {
		return s
	}
	return &ignoreScope{parent: s, dir: dir, list: parseIgnore(text)}
}

// maxIgnoreFile bounds a file of patterns in bytes, as git does.
const maxIgnoreFile = 100 << 20

func readAll(f *folder, name string) (string, error) {
	file, err := f.openFile(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	var text strings.Builder
	_, err = io.Copy(&text, io.LimitReader(file, maxIgnoreFile))
	return text.String(), err
}
