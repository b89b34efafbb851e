package rules

import (
	"fmt"
	"regexp"
	"sync"

	"github.com/keysieve/keysieve/rules/nfa"
	"github.com/keysieve/keysieve/rules/shape"
)

// Program holds what is compiled of one rule, each part when it is first asked for.
type Program struct {
	rule  *Rule
	shape *shape.Shape

	codeOnce sync.Once
	code     nfa.Code // of a built-in rule with a Near

	wholeOnce sync.Once
	whole     *regexp.Regexp
	wholeErr  error

	resumeOnce sync.Once
	resume     *regexp.Regexp
	resumeErr  error

	pathOnce sync.Once
	path     *PathRegex
}

// Code returns the rule's regex, ready to be built into an automaton; empty for a rule on paths alone.
func (p *Program) Code() nfa.Code {
	if p.shape.Code != "" || !p.rule.Near.set() {
		return p.shape.Code
	}
	p.codeOnce.Do(func() {
		p.code = p.rule.Near.code(0)
		if p.rule.Regex != "" {
			tree, err := parseRegex(p.rule.Regex)
			_, own, errCode := shape.Rewrite(p.rule.Regex)
			if err == nil && errCode == nil { // validated when the packs were prepared
				p.code = nfa.Choice(own, p.rule.Near.code(tree.MaxCap()))
			}
		}
	})
	return p.code
}

// rewritten returns the regex as the Shape has it, or makes it where the built-in packs leave it out.
func (p *Program) rewritten() (string, error) {
	if p.shape.Regex != "" || !p.rule.Near.set() {
		return p.shape.Regex, nil
	}
	regex, _, err := shape.Rewrite(p.rule.Pattern())
	return regex, err
}

// Whole returns the rule's regex as the Shape has it; nil for a rule on paths alone.
func (p *Program) Whole() (*regexp.Regexp, error) {
	p.wholeOnce.Do(func() { p.whole, p.wholeErr = p.compile("", "") })
	return p.whole, p.wholeErr
}

// Resume returns a regex to search on from offset s > 0 with: run on
// content[s-1:], it finds the first match at s or later with `\b` and `^` seeing
// the byte before s. Its group 1 is the whole match and its group n+1 is group n
// of the rule's regex. Nil for a rule on paths alone.
func (p *Program) Resume() (*regexp.Regexp, error) {
	p.resumeOnce.Do(func() {
		p.resume, p.resumeErr = p.compile(`\A(?s:.)(?s:.*?)(`, `)`)
	})
	return p.resume, p.resumeErr
}

// Path returns the regex on the path; nil where the rule has none.
func (p *Program) Path() *PathRegex {
	p.pathOnce.Do(func() {
		if p.rule.Path != "" {
			p.path = newPathRegex(p.rule.Path)
		}
	})
	return p.path
}

// compile compiles the regex between what stands before and behind it; nil for none.
func (p *Program) compile(before, behind string) (*regexp.Regexp, error) {
	regex, err := p.rewritten()
	if regex == "" && err == nil {
		return nil, nil
	}
	var re *regexp.Regexp
	if err == nil {
		re, err = regexp.Compile(before + regex + behind)
	}
	if err != nil {
		return nil, fmt.Errorf("compile regex of rule %s: %w", p.rule.ID, err)
	}
	return re, nil
}
