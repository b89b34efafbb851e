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
// the directive may stand on the first or the last. One that names no rule, or a rule that there is
// not, accepts nothing, and is kept so that the report names it; so does one that was pasted from a report and still says REASON. Prose about directives is none: there
// the word neither begins a comment, nor does something of the form of a rule's id, lower case with hyphens, follow it.

const (
	directiveOwn      = "keysieve:allow"
	directiveNext     = "-next-line"
	directiveGitleaks = "gitleaks:allow"
)

func directiveWords() []string { return []string{directiveOwn, directiveGitleaks} }

// Directive is one found in a content.
type Directive struct {
	Line, Column int    // where it stands, from 1
	Rule         string // the rule it accepts; empty: every rule (gitleaks:allow), or none (see Problem)
	Reason       string
	Problem      string // why it accepts nothing although it is there; empty if it is well-formed
	Used         bool
	foreign      bool
	covers       int // the line whose findings it accepts
	at           int64
}

// direct reads the directive that begins at pos.
func (p *pass) direct(b block, pos int, d *Detector) {
	at := b.base + int64(pos)
	if n := len(p.notes); p.depth > 0 || n > 0 && p.notes[n-1].at >= at {
		return
	}
	end := lineEnd(b.text, pos, lineReach)
	rest := string(b.text[pos:end])
	if next := strings.Index(rest[1:], directiveOwn); next >= 0 { // which says nothing about this one
		rest = rest[:1+next]
	}
	note := Directive{at: at, foreign: true}
	if body, ok := strings.CutPrefix(rest, directiveOwn); ok {
		next, after := false, ""
		if after, next = strings.CutPrefix(body, directiveNext); !next {
			after = body
		}
		if after != "" && after[0] != ' ' && after[0] != '\t' { // a longer word, or prose
			return
		}
		note.foreign = false
		if !note.read(after, d.set, beginsComment(b.text, pos)) {
			return
		}
		if next {
			note.covers = 1 // relative, see place
		}
	}
	switch {
	case len(p.notes) < d.most:
		p.notes = append(p.notes, note)
	case at > p.lastUnheeded: // else it was counted with the block before
		p.unheeded, p.lastUnheeded = p.unheeded+1, at
	}
}

// read takes rule and reason from the text after the word, leaving out what
// closes the comment. It reports whether the text is that of a directive.
func (d *Directive) read(text string, set *rules.Set, begins bool) bool {
	for _, closing := range []string{"*/", "-->", "#}", "--%>"} {
		if before, _, ok := strings.Cut(text, closing); ok {
			text = before
		}
	}
	fields := strings.Fields(text)
	if len(fields) == 0 {
		d.Problem = "names no rule: write keysieve:allow RULE-ID REASON"
		return begins
	}
	d.Rule = shortened(fields[0])
	d.Reason = shortened(strings.Join(fields[1:], " "))
	_, known := set.Index(d.Rule)
	if strings.HasPrefix(d.Rule, "RULE-ID") {
		return false // instructions, keysieve's own
	}
	if strings.HasPrefix(d.Reason, "REASON") {
		d.Problem = "still says REASON: write why it is no secret instead"
		return known && begins // else instructions
	}
	switch {
	case !known && !isRuleID(d.Rule) && !begins:
		return false
	case !known:
		d.Problem = "names an unknown rule, " + d.Rule
	case d.Reason == "":
		d.Problem = "gives no reason: write keysieve:allow " + d.Rule + " REASON"
	}
	return true
}

// shortened returns a copy of a text, cut behind the length of the longest rule's id: of a line that goes on and on it would be much of it.
func shortened(text string) string {
	const most = rules.MaxIDLength + 1 // a longer word is no rule's id, and does not become one
	return strings.Clone(strings.ToValidUTF8(text[:min(len(text), most)], ""))
}

// beginsComment tells whether what stands at pos is the first of a comment.
func beginsComment(text []byte, pos int) bool {
	before := bytes.TrimRight(text[lineStart(text, pos, lineReach):pos], " \t")
	return len(before) > 0 && bytes.IndexByte([]byte("#/*-;%!"), before[len(before)-1]) >= 0
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
func (d *Directive) Foreign() bool { return d.foreign }

// accepts tells whether the directive accepts matches of the rule on the line it covers.
func (d *Directive) accepts(rule string) bool {
	return d.Problem == "" && (d.foreign || d.Rule == rule)
}

// isBinary tells whether content is no text: a zero byte near its start, as git judges.
func isBinary(text []byte) bool {
	return bytes.IndexByte(text[:min(len(text), 8000)], 0) >= 0
}
