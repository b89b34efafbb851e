package rules

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/keysieve/keysieve/rules/shape"
)

// PathRegex is a rule's regex on paths. Of many paths hardly one matches: after the first few it looks for the
// texts of which a match must contain one before it runs the regex, which takes ten times as long.
type PathRegex struct {
	regex *regexp.Regexp
	asked atomic.Int32 // up to manyPaths

	once  sync.Once
	texts []string // in lower case; nil: a match need not contain any
}

// manyPaths is after how many paths the texts are worth deriving: that takes a millisecond or two.
const manyPaths = 500

// newPathRegex compiles a regex that was validated when the Set was built.
func newPathRegex(regex string) *PathRegex {
	return &PathRegex{regex: regexp.MustCompile(regex)}
}

// MatchString tells whether a path matches.
func (p *PathRegex) MatchString(path string) bool {
	switch {
	case p.asked.Load() < manyPaths:
		p.asked.Add(1)
	case !p.mayMatch(path):
		return false
	}
	return p.regex.MatchString(path)
}

// mayMatch tells whether a path contains one of the texts, in any case.
func (p *PathRegex) mayMatch(path string) bool {
	p.once.Do(p.derive)
	if p.texts == nil || !isASCII(path) { // a K is also what is a kelvin sign in another case
		return true
	}
	path = strings.ToLower(path)
	return slices.ContainsFunc(p.texts, func(text string) bool { return strings.Contains(path, text) })
}

func (p *PathRegex) derive() {
	s, err := shape.Analyse(p.regex.String(), 0)
	if err != nil {
		return
	}
	for _, l := range s.Literals {
		p.texts = append(p.texts, strings.ToLower(l.Text))
	}
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}
