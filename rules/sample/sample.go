// Package sample makes texts that a rule must find: it generates random texts
// from the rule's own regex, and fills the templates of a pack's examples with
// them. A pack then holds no text that looks like a live token, and every test
// run sees other texts.
//
// The data flow: New parses and compiles a regex once; Generator.Generate walks
// its syntax tree, choosing at random wherever the regex leaves a choice, lets
// the compiled regex confirm the result and retries where an assertion (\b, ^,
// $) was not met; Expand puts such texts into a template and says where. The
// package knows nothing of rules: it is given what it needs. A Generator is
// immutable and safe for concurrent use; the random source is the caller's.
package sample

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"regexp/syntax"
)

// maxTries bounds how often a text is generated anew because the regex does not
// match it: an assertion was not met, or an offline check could not be mended.
const maxTries = 400

// Sample is a text that a regex matches as a whole.
type Sample struct {
	Match  string // the whole match
	Secret string // Match[Start:End]
	// Start and End are the secret's place in Match, in bytes, End exclusive.
	Start, End int
}

// Generator makes samples of one regex.
type Generator struct {
	regex       string
	tree        *syntax.Regexp
	compiled    *regexp.Regexp
	secretGroup int
	mend        func(string) (string, bool)
}

// New prepares a generator. The regex is in RE2 syntax. SecretGroup is the
// capture group that holds the secret; 0 means the first group that took part
// in the match, else the whole match. Mend, which may be nil, changes a secret
// so that its offline check holds. An error says what is wrong with the regex
// or that it has no such group.
func New(regex string, secretGroup int, mend func(string) (string, bool)) (*Generator, error) {
	tree, err := syntax.Parse(regex, syntax.Perl)
	if err != nil {
		return nil, fmt.Errorf("parse regex %q: %w", regex, err)
	}
	compiled, err := regexp.Compile(regex)
	if err != nil {
		return nil, fmt.Errorf("compile regex %q: %w", regex, err)
	}
	if secretGroup < 0 || secretGroup > compiled.NumSubexp() {
		return nil, fmt.Errorf("secret group %d of regex %q: it has %d groups", secretGroup, regex, compiled.NumSubexp())
	}
	return &Generator{regex: regex, tree: tree, compiled: compiled, secretGroup: secretGroup, mend: mend}, nil
}

// Generate makes one sample of the regex; see New for the parameters. Use New
// where many samples of one regex are wanted.
func Generate(regex string, secretGroup int, mend func(string) (string, bool), rng *rand.Rand) (Sample, error) {
	g, err := New(regex, secretGroup, mend)
	if err != nil {
		return Sample{}, err
	}
	return g.Generate(rng)
}

var (
	errNoMatch = errors.New("no generated text is matched by the whole regex")
	errNoMend  = errors.New("no generated secret can be mended to pass its offline check and still match")
	errNoGroup = errors.New("the secret's group takes no part in any generated match")
)

// Generate returns a random text that the regex matches from its first byte to
// its last when it searches the text. An error means that none was found in a
// bounded number of tries.
func (g *Generator) Generate(rng *rand.Rand) (Sample, error) {
	err := errNoMatch
	for range maxTries {
		w := writer{rng: rng}
		w.write(g.tree)
		s, e := g.settle(string(w.out))
		if e != nil {
			err = e
			continue
		}
		if g.mend == nil {
			return s, nil
		}
		if s, ok := g.mended(s); ok {
			return s, nil
		}
		err = errNoMend
	}
	return Sample{}, fmt.Errorf("sample of regex %q after %d tries: %w", g.regex, maxTries, err)
}

// settle finds the sample in a generated text. A search need not find the text
// as a whole (a lazy repetition ends early, a greedy one before a failed \b
// gives way): what it finds is then the text, if it stands on its own.
func (g *Generator) settle(text string) (Sample, error) {
	for range 3 {
		loc := g.compiled.FindStringSubmatchIndex(text)
		if loc == nil {
			return Sample{}, errNoMatch
		}
		if loc[0] == 0 && loc[1] == len(text) {
			return g.cut(text, loc)
		}
		text = text[loc[0]:loc[1]]
	}
	return Sample{}, errNoMatch
}

// cut takes the secret out of a whole match, whose groups stand at loc.
func (g *Generator) cut(text string, loc []int) (Sample, error) {
	group := g.secretGroup
	if group == 0 {
		for i := 1; i < len(loc)/2; i++ {
			if loc[2*i] >= 0 {
				group = i
				break
			}
		}
	}
	start, end := loc[2*group], loc[2*group+1]
	if start < 0 {
		return Sample{}, errNoGroup
	}
	return Sample{Match: text, Secret: text[start:end], Start: start, End: end}, nil
}

// mended puts the mended secret in the secret's place and lets the regex confirm it.
func (g *Generator) mended(s Sample) (Sample, bool) {
	secret, ok := g.mend(s.Secret)
	if !ok {
		return Sample{}, false
	}
	text := s.Match[:s.Start] + secret + s.Match[s.End:]
	loc := g.compiled.FindStringSubmatchIndex(text)
	if loc == nil || loc[0] != 0 || loc[1] != len(text) {
		return Sample{}, false
	}
	m, err := g.cut(text, loc)
	if err != nil || m.Secret != secret {
		return Sample{}, false
	}
	return m, true
}
