package detect

import (
	"bytes"
	"strings"

	"github.com/keysieve/keysieve/rules"
)

// A directive is a comment by which a line accepts a finding:
//
//	keysieve:allow RULE-ID REASON            on the secret's line
//	keysieve:allow-next-line RULE-ID REASON  on the line before
//	gitleaks:allow                           as gitleaks has it: any rule, no reason
//
// It is content, and found by the same prefilter. Of a secret of several lines,
// the directive may stand on the first or the last. What follows the word must be
// a rule's id or have the form of one, lower case with hyphens: prose about directives is none.

const (
	directiveOwn      = "keysieve:allow"
	directiveNext     = "-next-line"
	directiveGitleaks = "gitleaks:allow"
)

func directiveWords() []string { return []string{directiveOwn, directiveGitleaks} }

// Directive is one found in a content.
type Directive struct {
	Line, Column int    // where it stands, from 1
	Rule         string // the rule it accepts; empty: every rule (gitleaks:allow)
	Reason       string
	Problem      string // why it accepts nothing although it is there; empty if it is well-formed
	Used         bool
	covers       int // the line whose findings it accepts
	at           int64
}

// direct reads the directive that begins at pos.
func (p *pass) direct(b block, pos int, set *rules.Set) {
	at := b.base + int64(pos)
	if n := len(p.notes); p.depth > 0 || n > 0 && p.notes[n-1].at >= at {
		return
	}
	end := lineEnd(b.text, pos, lineReach)
	rest := string(b.text[pos:end])
	d := Directive{at: at}
	if body, ok := strings.CutPrefix(rest, directiveOwn); ok {
		next, after := false, ""
		if after, next = strings.CutPrefix(body, directiveNext); !next {
			after = body
		}
		if after != "" && after[0] != ' ' && after[0] != '\t' { // a longer word, or prose
			return
		}
		if !d.read(after, set) {
			return
		}
		if next {
			d.covers = 1 // relative, see place
		}
	}
	p.notes = append(p.notes, d)
}

// read takes rule and reason from the text after the word, leaving out what
// closes the comment. It reports whether a rule is named.
func (d *Directive) read(text string, set *rules.Set) bool {
	for _, closing := range []string{"*/", "-->", "#}", "--%>"} {
		if before, _, ok := strings.Cut(text, closing); ok {
			text = before
		}
	}
	fields := strings.Fields(text)
	if len(fields) == 0 {
		return false
	}
	if _, known := set.Index(fields[0]); !known && !isRuleID(fields[0]) {
		return false
	}
	d.Rule = fields[0]
	d.Reason = strings.Join(fields[1:], " ")
	if strings.HasPrefix(d.Reason, "REASON") { // instructions, keysieve's own
		return false
	}
	if d.Reason == "" {
		d.Problem = "gives no reason: write keysieve:allow " + d.Rule + " REASON"
	}
	return true
}

// isRuleID tells whether a word has the form of a rule's id.
func isRuleID(word string) bool {
	return strings.Contains(word, "-") && strings.Trim(word, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == ""
}

// placeNotes gives the directives of a block their lines.
func (p *pass) placeNotes(b block, known int, cur cursor) {
	for i := known; i < len(p.notes); i++ {
		d := &p.notes[i]
		if d.at < cur.at {
			continue
		}
		cur.to(b, d.at)
		d.Line, d.Column = cur.line, cur.column
		d.covers += d.Line
	}
}

// Foreign tells whether the directive was written for another scanner.
func (d *Directive) Foreign() bool { return d.Rule == "" }

// accepts tells whether the directive accepts matches of the rule on the line it covers.
func (d *Directive) accepts(rule string) bool {
	return d.Problem == "" && (d.Rule == "" || d.Rule == rule)
}

// isBinary tells whether content is no text: a zero byte near its start, as git judges.
func isBinary(text []byte) bool {
	return bytes.IndexByte(text[:min(len(text), 8000)], 0) >= 0
}
