package rules

import (
	"fmt"
	"regexp"
	"sync"
)

// Program holds what is compiled of one rule, each part when it is first asked for.
type Program struct {
	rule  *Rule
	regex string // Shape.Regex

	wholeOnce sync.Once
	whole     *regexp.Regexp
	wholeErr  error

	resumeOnce sync.Once
	resume     *regexp.Regexp
	resumeErr  error

	pathOnce sync.Once
	path     *regexp.Regexp
}

// Whole returns the rule's regex as the Shape has it; nil for a rule on paths alone.
func (p *Program) Whole() (*regexp.Regexp, error) {
	p.wholeOnce.Do(func() { p.whole, p.wholeErr = p.compile(p.regex) })
	return p.whole, p.wholeErr
}

// Resume returns a regex to search on from offset s > 0 with: run on
// content[s-1:], it finds the first match at s or later with `\b` and `^` seeing
// the byte before s. Its group 1 is the whole match and its group n+1 is group n
// of the rule's regex. Nil for a rule on paths alone.
func (p *Program) Resume() (*regexp.Regexp, error) {
	p.resumeOnce.Do(func() {
		if p.regex != "" {
			p.resume, p.resumeErr = p.compile(`\A(?s:.)(?s:.*?)(` + p.regex + `)`)
		}
	})
	return p.resume, p.resumeErr
}

// Path returns the regex on the path; nil where the rule has none.
func (p *Program) Path() *regexp.Regexp {
	p.pathOnce.Do(func() {
		if p.rule.Path != "" {
			// Validated when the Set was built.
			p.path = regexp.MustCompile(p.rule.Path)
		}
	})
	return p.path
}

func (p *Program) compile(expr string) (*regexp.Regexp, error) {
	if expr == "" {
		return nil, nil
	}
	re, err := regexp.Compile(expr)
	if err != nil {
		return nil, fmt.Errorf("compile regex of rule %s: %w", p.rule.ID, err)
	}
	return re, nil
}
