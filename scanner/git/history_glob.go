package git

import (
	"errors"
	"fmt"
	"strings"
)

// pathGlobs says which paths a selection is narrowed to. A pattern names a file
// or a directory with all that is below it, relative to the root. As in git's
// pathspecs (gitglossary(7)), * and ? match slashes, too, and [...] is a class.
// Other than there, **/ also matches nothing, and a directory may be named by a
// pattern, too. A backslash takes away what the next character means.
type pathGlobs []pathGlob

type pathGlob []globToken

// globToken is one step of a pattern.
type globToken struct {
	kind  globKind
	class [4]uint64 // bytes that match
}

type globKind uint8

const (
	globByte globKind = iota // one byte of class
	globStar                 // any bytes
	globDirs                 // nothing, or any bytes and a slash
)

// parsePathGlobs reads patterns. The error names the one that is malformed.
func parsePathGlobs(patterns []string) (pathGlobs, error) {
	var globs pathGlobs
	for _, pattern := range patterns {
		glob, err := parsePathGlob(strings.TrimPrefix(pattern, "./"))
		if err != nil {
			return nil, fmt.Errorf("path pattern %.200q: %w", pattern, err)
		}
		globs = append(globs, glob)
	}
	return globs, nil
}

// MatchPaths reads patterns as Selection.Paths has them and gives a test of paths.
func MatchPaths(patterns []string) (func(path string) bool, error) {
	globs, err := parsePathGlobs(patterns)
	if err != nil {
		return nil, err
	}
	return func(path string) bool { return globs.fit(path) == fitAll }, nil
}

func parsePathGlob(pattern string) (glob pathGlob, err error) {
	pattern = strings.TrimRight(pattern, "/")
	if pattern == "" || pattern == "." {
		return pathGlob{{kind: globStar}}, nil
	}
	for at := 0; at < len(pattern); {
		var token globToken
		size := 1
		switch pattern[at] {
		case '*':
			token.kind = globStar
			if strings.HasPrefix(pattern[at:], "**/") && (at == 0 || pattern[at-1] == '/') {
				token.kind, size = globDirs, 3
			} else if n := len(glob); n > 0 && glob[n-1].kind == globStar {
				at++
				continue
			}
		case '?':
			token.class = [4]uint64{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}
		case '[':
			if token.class, size, err = parseClass(pattern[at:]); err != nil {
				return nil, err
			}
		case '\\':
			if size = 2; at+1 == len(pattern) {
				return nil, errors.New("it ends in a backslash")
			}
			token.add(pattern[at+1])
		default:
			token.add(pattern[at])
		}
		glob = append(glob, token)
		at += size
	}
	return glob, nil
}

func (t *globToken) add(c byte)      { t.class[c>>6] |= 1 << (c & 63) }
func (t *globToken) has(c byte) bool { return t.class[c>>6]&(1<<(c&63)) != 0 }

// parseClass reads [...]: characters and ranges, turned round by ! or ^. A
// bracket that comes first stands for itself.
func parseClass(text string) (class [4]uint64, size int, err error) {
	var t globToken
	at := 1
	negated := at < len(text) && (text[at] == '!' || text[at] == '^')
	if negated {
		at++
	}
	for first := at; ; {
		if at >= len(text) {
			return class, 0, errors.New("a class without its closing bracket")
		}
		if text[at] == ']' && at > first {
			break
		}
		if text[at] == '\\' && at+1 < len(text) {
			at++
		}
		low := text[at]
		high := low
		at++
		if at+1 < len(text) && text[at] == '-' && text[at+1] != ']' {
			if at++; text[at] == '\\' && at+1 < len(text) {
				at++
			}
			high = text[at]
			at++
		}
		for c := int(low); c <= int(high); c++ {
			t.add(byte(c))
		}
	}
	if negated {
		for i := range t.class {
			t.class[i] = ^t.class[i]
		}
	}
	return t.class, at + 1, nil
}

// pathFit says how a directory, or a file, fits to patterns.
type pathFit uint8

const (
	fitNothing pathFit = iota
	fitBelow           // something below may match
	fitAll             // it matches, and so does all below it
)

// fit judges a path. Without patterns everything matches.
func (p pathGlobs) fit(path string) pathFit {
	if len(p) == 0 {
		return fitAll
	}
	best := fitNothing
	for _, glob := range p {
		best = max(best, glob.fit(path))
	}
	return best
}

// fit runs the pattern over the path as a set of places in the pattern that
// have been reached.
func (g pathGlob) fit(path string) pathFit {
	reached := make([]bool, len(g)+1)
	next := make([]bool, len(g)+1)
	g.open(reached, 0)
	for at := 0; at < len(path); at++ {
		c := path[at]
		if c == '/' && reached[len(g)] {
			return fitAll // a directory on the way matches
		}
		clear(next)
		for n, token := range g {
			if !reached[n] {
				continue
			}
			switch {
			case token.kind == globByte && token.has(c):
				g.open(next, n+1)
			case token.kind != globByte:
				next[n] = true
				if token.kind == globStar || c == '/' {
					g.open(next, n+1)
				}
			}
		}
		reached, next = next, reached
	}
	if reached[len(g)] {
		return fitAll
	}
	// Below a directory a slash comes next.
	for n, token := range g {
		if reached[n] && (token.kind != globByte || token.has('/')) || path == "" {
			return fitBelow
		}
	}
	return fitNothing
}

// open marks a place and those that are reached from it without a byte. Behind
// globDirs a name begins; in its midst only further bytes lead on.
func (g pathGlob) open(reached []bool, n int) {
	reached[n] = true
	for n < len(g) && g[n].kind != globByte {
		n++
		reached[n] = true
	}
}
