package detect

import (
	"bytes"

	"github.com/keysieve/keysieve/rules/shape"
)

// stretch is where matches of a rule can be that contain a candidate:
// they begin at lo or later, at last or before, and end at hi or before.
type stretch struct {
	lo, last, hi  int
	literal, user int32 // the candidate, which stands at last; user -1: none, or several
}

// stretchOf returns where matches can be that contain a literal at pos. What it learns of the line stays in around,
// for the literal's other users.
func (w *worker) stretchOf(b block, from int, literal int32, user, pos int, around *lineAround) stretch {
	u := w.d.prefilter.usersOf(literal).at(user)
	size := w.d.prefilter.size(literal)
	s := stretch{lo: from, last: pos, hi: len(b.text), literal: literal, user: int32(user)}
	if u.before != shape.Unbounded {
		s.lo = max(from, pos-int(u.before))
	}
	if u.after != shape.Unbounded {
		s.hi = min(len(b.text), pos+size+int(u.after))
	}
	one := w.d.rules[u.rule].shape.OneLine
	if !one && (u.broken || u.before == 0) {
		return s
	}
	known := around.look(b.text, pos, size)
	if known {
		s.lo = max(s.lo, around.lo)
	} else if i := bytes.LastIndexByte(b.text[s.lo:pos], '\n'); i >= 0 {
		s.lo += i + 1
	}
	if !one {
		return s
	}
	if known {
		s.hi = min(s.hi, around.hi)
	} else if i := bytes.IndexByte(b.text[pos+size:s.hi], '\n'); i >= 0 {
		s.hi = pos + size + i + 1
	}
	return s
}

// lineAround is the line around one candidate. The zero value has not looked for it.
type lineAround struct {
	looked bool
	short  bool // both ends were found
	lo, hi int  // from the line's first byte to behind its break
}

// shortLine is how far, in bytes, is looked for a line's ends on either side; in longer lines each rule looks as far as it can reach.
const shortLine = 256

// look looks for the ends of the line around text[pos:pos+size] and tells whether it found them.
func (l *lineAround) look(text []byte, pos, size int) bool {
	if l.looked {
		return l.short
	}
	from, to := max(0, pos-shortLine), min(len(text), pos+size+shortLine)
	start, end := bytes.LastIndexByte(text[from:pos], '\n'), bytes.IndexByte(text[pos+size:to], '\n')
	l.looked, l.short = true, (start >= 0 || from == 0) && (end >= 0 || to == len(text))
	l.lo, l.hi = from+start+1, pos+size+end+1
	if end < 0 {
		l.hi = len(text)
	}
	return l.short
}
