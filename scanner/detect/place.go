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
	c.at = at
}

var newline = []byte{'\n'}

// excerptReach is how much of a line is kept on both sides of a secret's start and end, in bytes.
const excerptReach = 200

// locate gives the matches found in a block their lines, columns and excerpts,
// and moves the pass's cursor to what the block decided: later matches start there or after.
func (p *pass) locate(b block, known, decided int) {
	fresh := p.found[known:]
	slices.SortStableFunc(fresh, func(x, y Match) int {
		return cmp.Or(cmp.Compare(x.Start, y.Start), cmp.Compare(x.End, y.End), cmp.Compare(x.Rule, y.Rule))
	})
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
		s, e := int(m.Start-b.base), int(m.End-b.base)
		lo := lineStart(b.text, s, excerptReach)
		hi := lineEnd(b.text, s, min(e-s, excerptReach)+excerptReach)
		m.Excerpt = string(b.text[lo:hi])
		m.ExcerptStart = b.base + int64(lo)
	}
	p.countSurplus(b, known, decided)
	if !b.last {
		p.cursor.to(b, b.base+int64(decided))
	}
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
