package nfa

// leastRelaxed is from how many optional copies of a class on a repetition is worth relaxing.
const leastRelaxed = 8

// Relax returns the code of a regex that matches all that this one matches and is smaller: repetitions of a single
// class have no upper bound. What may stand between a name and its value is mostly such a gap, a copy of the class
// for each character of it, and a deterministic automaton has states for every number of them that may be left.
func Relax(code Code) Code {
	r := reader{code: code}
	to, relaxed := make([]byte, 0, len(code)), false
	for r.pos < len(code) {
		from := r.pos
		switch op := r.op(); op {
		case codeText, codeFold:
			r.text()
		case codeClass:
			r.skipClass()
		case codeCapture, codeConcat, codeAlternate:
			r.number()
		case codeGreedy, codeReluctant:
			lo, end := r.number(), r.number()
			if next := r; end-1-lo >= leastRelaxed && next.op() == codeClass {
				to, relaxed = number(number(append(to, op), lo), 0), true
				continue
			}
		case codeAssertion:
			r.op()
		}
		to = append(to, code[from:r.pos]...)
	}
	if !relaxed {
		return code
	}
	return Code(to)
}
