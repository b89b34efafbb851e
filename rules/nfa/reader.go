package nfa

// reader reads operators and numbers off a Code.
type reader struct {
	code Code
	pos  int
}

func (r *reader) number() int {
	n, shift := 0, 0
	for r.pos < len(r.code) && shift < 56 {
		c := r.code[r.pos]
		r.pos++
		n |= int(c&0x7f) << shift
		if c < 0x80 {
			return n
		}
		shift += 7
	}
	return n
}

func (r *reader) op() byte {
	if r.pos >= len(r.code) {
		return codeNone
	}
	r.pos++
	return r.code[r.pos-1]
}

func (r *reader) text() string {
	n := min(r.number(), len(r.code)-r.pos)
	r.pos += n
	return string(r.code[r.pos-n : r.pos])
}

// class reads what follows the operator of a class.
func (r *reader) class() (c Class) {
	last := rune(0)
	for n := r.number(); n > 0 && r.pos < len(r.code); n-- {
		lo := last + rune(r.number())
		last = lo + rune(r.number())
		c.add(lo, last)
	}
	return c
}

// skip returns the reader behind the operand that begins here.
func (r reader) skip() reader {
	for left := 1; left > 0 && r.pos < len(r.code); left-- {
		switch r.op() {
		case codeText, codeFold:
			r.text()
		case codeClass:
			r.skipClass()
		case codeCapture:
			r.number()
			left++
		case codeConcat, codeAlternate:
			left += r.number()
		case codeGreedy, codeReluctant:
			r.number()
			r.number()
			left++
		case codeAssertion:
			r.op()
		}
	}
	return r
}

func (r *reader) skipClass() {
	for n := r.number(); n > 0 && r.pos < len(r.code); n-- {
		r.number()
		r.number()
	}
}

// nullable tells whether the operand that begins here may match nothing.
func (r reader) nullable() bool {
	switch op := r.op(); op {
	case codeText, codeFold:
		return r.text() == ""
	case codeClass, codeNone:
		return false
	case codeCapture:
		r.number()
		return r.nullable()
	case codeConcat, codeAlternate:
		all := op == codeConcat
		for n := r.number(); n > 0 && r.pos < len(r.code); n-- {
			if r.nullable() != all {
				return !all
			}
			r = r.skip()
		}
		return all
	case codeGreedy, codeReluctant:
		least := r.number()
		r.number()
		return least == 0 || r.nullable()
	}
	return true // an assertion
}
