package detect

import (
	"bytes"
	"cmp"
	"slices"
	"unicode/utf8"
)

// cursor turns offsets into lines and columns, going forward only.
type cursor struct {
	at           int64
	line, column int
}

// to moves the cursor on to an offset in the block.
func (c *cursor) to(b block, at int64) {
	part := b.text[c.at-b.base : at-b.base]
	if n := bytes.Count(part, newline); n > 0 {
		c.line += n
		c.column = 1
		part = part[bytes.LastIndexByte(part, '\n')+1:]
	}
	c.column += utf8.RuneCount(part)
	if c.at == 0 && bytes.HasPrefix(b.text[:at-b.base], byteOrderMark) && c.line == 1 {
		c.column-- // editors do not count it
	}
	c.at = at
}

var (
	newline       = []byte{'\n'}
	byteOrderMark = []byte("\ufeff")
)

// excerptReach is how much of a line is kept on both sides of a secret's start and end, in bytes.
const excerptReach = 200

// locate gives the matches found in a block their lines, columns and excerpts,
// and moves the pass's cursor to what the block decided: later matches start there or after.
func (p *pass) locate(b block, known, decided int) {
	fresh := p.found[known:]
	slices.SortStableFunc(fresh, func(x, y Match) int {
		return cmp.Or(cmp.Compare(x.Start, y.Start), cmp.Compare(x.End, y.End), cmp.Compare(x.Rule, y.Rule))
	})
	lines := excerpts{block: b.text, dense: len(fresh) > len(b.text)/(2*excerptReach)}
	p.countSurplus(known)
	cur := p.cursor
	for i := range fresh {
		m := &fresh[i]
		if i > 0 && fresh[i-1].Start == m.Start && fresh[i-1].End == m.End { // of one encoded run, or of several rules
			m.place(&fresh[i-1])
			continue
		}
		cur.to(b, m.Start)
		m.Line, m.Column = cur.line, cur.column
		end := cur
		end.to(b, m.End)
		m.EndLine, m.EndColumn = end.line, end.column
		if p.depth > 0 { // what hides the text gives the excerpt
			continue
		}
		lo, hi := p.around(b, m)
		m.Excerpt, m.ExcerptStart = lines.text(lo, hi), b.base+int64(lo)
	}
	if !b.last {
		p.cursor.to(b, b.base+int64(decided))
	}
}

// around returns what of the block a match's excerpt is: its line as far as that is kept or, where something was left
// out, no more than the secret.
func (p *pass) around(b block, m *Match) (lo, hi int) {
	s, size := int(m.Start-b.base), min(int(m.End-m.Start), excerptReach)
	if p.bare {
		return s, lineEnd(b.text, s, size)
	}
	lo = lineStart(b.text, s, excerptReach)
	if b.base == 0 && lo == 0 && bytes.HasPrefix(b.text[:s], byteOrderMark) {
		lo = len(byteOrderMark)
	}
	return lo, lineEnd(b.text, s, size+excerptReach)
}

// excerpts gives pieces of a block's text as strings. Where there are so many that they overlap, they share one.
type excerpts struct {
	block  []byte
	dense  bool
	shared string
}

func (x *excerpts) text(lo, hi int) string {
	if !x.dense {
		return string(x.block[lo:hi])
	}
	if x.shared == "" {
		x.shared = string(x.block)
	}
	return x.shared[lo:hi]
}

// place puts a match where another stands.
func (m *Match) place(o *Match) {
	m.Line, m.Column, m.EndLine, m.EndColumn = o.Line, o.Column, o.EndLine, o.EndColumn
	m.Excerpt, m.ExcerptStart = o.Excerpt, o.ExcerptStart
}

// lineStart returns where at's line begins, at most reach bytes back and not
// inside a character.
func lineStart(text []byte, at, reach int) int {
	lo := max(at-reach, 0)
	if i := bytes.LastIndexByte(text[lo:at], '\n'); i >= 0 {
		return lo + i + 1
	}
	for lo > 0 && lo < at && !utf8.RuneStart(text[lo]) {
		lo++
	}
	return lo
}

// lineEnd returns where at's line ends, without its line break, at most reach
// bytes on and not inside a character.
func lineEnd(text []byte, at, reach int) int {
	hi := min(at+reach, len(text))
	if i := bytes.IndexByte(text[at:hi], '\n'); i >= 0 {
		hi = at + i
		if hi > at && text[hi-1] == '\r' {
			hi--
		}
		return hi
	}
	for hi < len(text) && hi > at && !utf8.RuneStart(text[hi]) {
		hi--
	}
	return hi
}
