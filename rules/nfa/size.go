package nfa

import "unicode/utf8"

// sizer counts the instructions that a Code takes, so that they are made in one piece of memory and what is
// too large is not begun. Its counts are never too low, and exact up to most but for repetitions of nothing.
type sizer struct{ most int }

// operand counts those of the operand at r and returns the reader behind it.
func (s sizer) operand(r reader) (int, reader) {
	switch r.op() {
	case codeText, codeFold:
		return utf8.RuneCountInString(r.text()), r
	case codeClass:
		r.skipClass()
		return 1, r
	case codeCapture:
		group := r.number()
		n, after := s.operand(r)
		if group > MaxInsts/2 { // its ends have no numbers
			return s.most + 1, after
		}
		return s.sum(n, 2), after
	case codeConcat:
		n, _, after := s.operands(r, r.number())
		return n, after
	case codeAlternate:
		n, parts, after := s.operands(r, r.number())
		if parts == 0 {
			return 1, after
		}
		return s.sum(n, parts-1), after
	case codeGreedy, codeReluctant:
		return s.repeat(r)
	case codeAssertion:
		r.op()
	}
	return 1, r
}

// operands counts those of up to n operands, and the operands.
func (s sizer) operands(r reader, n int) (insts, parts int, after reader) {
	for ; parts < n && r.pos < len(r.code); parts++ {
		var one int
		one, r = s.operand(r)
		insts = s.sum(insts, one)
	}
	return insts, parts, r
}

// repeat counts those of a repetition whose numbers follow.
func (s sizer) repeat(r reader) (int, reader) {
	lo, hi := r.number(), r.number()-1
	body, after := s.operand(r)
	switch {
	case hi >= 0:
		return s.sum(s.times(hi-lo, body+1), s.times(lo, body)), after
	case lo > 0:
		return s.sum(s.times(lo, body), 1), after
	case r.nullable():
		return s.sum(body, 2), after
	}
	return s.sum(body, 1), after
}

func (s sizer) sum(x, y int) int { return min(x+y, s.most+1) }

// times counts n copies; those of nothing count, too, since they take time.
func (s sizer) times(n, insts int) int {
	return min(min(max(n, 0), s.most+1)*max(insts, 1), s.most+1)
}
