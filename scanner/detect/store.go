package detect

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/rules/check"
)

// Key stores and databases of passwords have formats of their own, of which a regex could only say the first bytes, and those badly: what is no UTF-8
// is all the same to it. So a rule may have a check that reads whole contents (check.Store) instead of a regex, or beside one. It is
// asked about contents that begin with its bytes, which for most contents is one look into a table; what is decoded is
// not asked about: the rules' regexes know the beginnings of such contents in base64.
//
// What it finds is one match for the content as a whole. Its secret is the content's SHA-256 instead of the content: by it
// secrets are told apart, and no report has to show what is no text.

// stores are the rules with such a check, by the first byte of a content.
type stores [256][]storeRule

type storeRule struct {
	rule   int
	scheme check.Store
}

// add adds a rule.
func (s *stores) add(rule int, scheme check.Store) {
	for _, b := range []byte(scheme.First()) {
		s[b] = append(s[b], storeRule{rule, scheme})
	}
}

// storeAt tells whether a content, of which the beginning is given, may be one that a check reads as a whole.
func (d *Detector) storeAt(head []byte) bool {
	if len(head) == 0 || d.stores[head[0]] == nil {
		return false
	}
	text := string(head[:min(len(head), check.StoreHead)])
	for _, s := range d.stores[head[0]] {
		if s.scheme.Begins(text) {
			return true
		}
	}
	return false
}

// readStore adds what a content is as a whole to what is found in it. It is given as it is, not normalised: all of it or
// check.StoreSize bytes at least.
func (p *pass) readStore(d *Detector, content []byte) {
	if !d.storeAt(content) {
		return
	}
	text := string(content[:min(len(content), check.StoreSize)])
	for _, s := range d.stores[text[0]] {
		if !s.scheme.Begins(text[:min(len(text), check.StoreHead)]) {
			continue
		}
		result := s.scheme.Check(text)
		p.keyless = p.keyless || result.Verdict == check.Harmless
		if result.Verdict != check.Holds && result.Verdict != check.Fails {
			continue
		}
		if m := d.storeMatch(s.rule, text, result); !m.dead && d.room(p, int32(s.rule)) {
			p.found = append(p.found, m)
			p.fill(d, &m)
		}
	}
}

// storeMatch is the match of a content as a whole. It stands at the content's first character.
func (d *Detector) storeMatch(rule int, text string, result check.Result) Match {
	r := d.rules[rule].rule
	sum := sha256.Sum256([]byte(text))
	m := Match{
		Rule: rule, Secret: hex.EncodeToString(sum[:]), End: 1,
		Line: 1, Column: 1, EndLine: 1, EndColumn: 2,
		Severity: r.Severity, Confidence: r.Confidence,
		Whole: true, all: span{0, 1},
	}
	m.conclude(r, result)
	for i, a := range d.set.Allowlists(rule) {
		switch a.Content(rules.MatchText{}) {
		case rules.Allowed:
			m.dead = true
		case rules.Pending:
			m.Pending = append(m.Pending, i)
		}
	}
	return m
}
