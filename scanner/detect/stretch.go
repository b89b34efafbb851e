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

// stretchOf returns where matches can be that contain a literal at pos.
func (w *worker) stretchOf(b block, from int, literal int32, user, pos int) stretch {
	u := &w.d.prefilter.usersOf(literal)[user]
	size := len(w.d.prefilter.literals[literal].text)
	s := stretch{lo: from, last: pos, hi: len(b.text), literal: literal, user: int32(user)}
	if u.before != shape.Unbounded {
		s.lo = max(from, pos-int(u.before))
	}
	if u.after != shape.Unbounded {
		s.hi = min(len(b.text), pos+size+int(u.after))
	}
	if w.d.rules[u.rule].shape.OneLine {
		if i := bytes.LastIndexByte(b.text[s.lo:pos], '\n'); i >= 0 {
			s.lo += i + 1
		}
		if i := bytes.IndexByte(b.text[pos+size:s.hi], '\n'); i >= 0 {
			s.hi = pos + size + i + 1
		}
	}
	return s
}
