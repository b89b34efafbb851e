package nfa

import "unicode/utf8"

// Build makes the automaton; nil if it would have more than limit instructions, which is at most MaxInsts.
func Build(code Code, limit int) *NFA {
	const frame = 3 // the match, and where it begins and ends
	limit = min(limit, MaxInsts)
	size, _ := sizer{limit}.operand(reader{code: code})
	if size+frame > limit {
		return nil
	}
	b := &builder{ends: make([]int32, len(code))}
	b.n.Insts = make([]Inst, 0, size+frame)
	b.n.Classes = make([]Class, 0, fewClasses)
	b.n.Groups = 1
	b.measure(reader{code: code})
	end := b.emit(Inst{Op: OpGroup, Out: b.emit(Inst{Op: OpMatch}), Arg: 1})
	first, _ := b.build(reader{code: code}, end)
	b.n.Start = b.emit(Inst{Op: OpGroup, Out: first})
	return &b.n
}

// fewClasses is how many different classes most regexes have.
const fewClasses = 48

// builder makes the instructions from the end of the regex to its start: what
// follows a part is there before the part. It works on Codes from front to back, so a concatenation's operands
// are found first and built in reverse.
type builder struct {
	n     NFA
	parts []reader // operands that were found and are not built
	ends  []int32  // of the operand that begins at a byte of the Code, where it ends
	// 1 plus the class of an ASCII character as it is and, from 128 on, in either case
	chars [2 * utf8.RuneSelf]uint16
}

func (b *builder) emit(i Inst) uint16 {
	if i.Op == OpSplit {
		i.Split = uint16(b.n.Splits) //nolint:gosec // MaxInsts at most
		b.n.Splits++
	}
	b.n.Insts = append(b.n.Insts, i)
	return uint16(len(b.n.Insts) - 1) //nolint:gosec // as above
}

// build makes the instructions of the operand at r that go on to next. It returns the
// first of them, and the reader behind the operand.
func (b *builder) build(r reader, next uint16) (uint16, reader) {
	switch op := r.op(); op {
	case codeText, codeFold:
		return b.literal(r.text(), next, op == codeFold), r
	case codeClass:
		class := r.class()
		return b.emit(Inst{Op: OpClass, Out: next, Arg: b.known(&class)}), r
	case codeCapture:
		group := r.number()
		end := b.emit(Inst{Op: OpGroup, Out: next, Arg: uint16(2*group + 1)}) //nolint:gosec // each group takes two instructions
		first, after := b.build(r, end)
		return b.emit(Inst{Op: OpGroup, Out: first, Arg: uint16(2 * group)}), after //nolint:gosec // as above
	case codeConcat:
		return b.concat(r, next)
	case codeAlternate:
		return b.alternate(r, next)
	case codeGreedy, codeReluctant:
		return b.repeat(r, next, op == codeGreedy)
	case codeAssertion:
		return b.emit(Inst{Op: OpAssert, Out: next, Arg: uint16(r.op())}), r
	}
	return b.emit(Inst{Op: OpFail}), r
}

// operands notes where each of n operands begins, from b.parts[from] on, and returns what is behind the last.
func (b *builder) operands(r reader, n int) (from int, after reader) {
	from = len(b.parts)
	for ; n > 0 && r.pos < len(r.code); n-- {
		b.parts = append(b.parts, r)
		r.pos = int(b.ends[r.pos])
	}
	return from, r
}

// measure notes where all operands end, from the one at r on, and returns the reader behind that: an operand inside of others
// would be skipped for each of them.
func (b *builder) measure(r reader) reader {
	if r.pos >= len(r.code) {
		return r
	}
	start, left := r.pos, 0
	switch r.op() {
	case codeText, codeFold:
		r.text()
	case codeClass:
		r.skipClass()
	case codeCapture:
		// A group counts even where it is repeated no times, and so is not built.
		b.n.Groups = max(b.n.Groups, min(r.number(), MaxInsts)+1)
		left = 1
	case codeConcat, codeAlternate:
		left = r.number()
	case codeGreedy, codeReluctant:
		r.number()
		r.number()
		left = 1
	case codeAssertion:
		r.op()
	}
	for ; left > 0 && r.pos < len(r.code); left-- {
		r = b.measure(r)
	}
	b.ends[start] = int32(r.pos) //nolint:gosec // a Code is no gigabyte
	return r
}

func (b *builder) concat(r reader, next uint16) (uint16, reader) {
	from, after := b.operands(r, r.number())
	for n := len(b.parts); n > from; n-- {
		next, _ = b.build(b.parts[n-1], next)
		b.parts = b.parts[:n-1]
	}
	return next, after
}

func (b *builder) alternate(r reader, next uint16) (uint16, reader) {
	from, after := b.operands(r, r.number())
	if from == len(b.parts) {
		return b.emit(Inst{Op: OpFail}), after
	}
	last := len(b.parts) - 1
	first, _ := b.build(b.parts[last], next)
	for b.parts = b.parts[:last]; last > from; last-- {
		branch, _ := b.build(b.parts[last-1], next)
		first = b.emit(Inst{Op: OpSplit, Out: branch, Arg: first})
		b.parts = b.parts[:last-1]
	}
	return first, after
}

// split emits a choice between going into a repetition's body and leaving it.
func (b *builder) split(body, leave uint16, greedy bool) uint16 {
	if greedy {
		return b.emit(Inst{Op: OpSplit, Out: body, Arg: leave})
	}
	return b.emit(Inst{Op: OpSplit, Out: leave, Arg: body})
}

// repeat makes lo copies and then a loop, or nested optional copies up to the
// greatest number.
func (b *builder) repeat(r reader, next uint16, greedy bool) (uint16, reader) {
	lo, hi := r.number(), r.number()-1
	body := repeated{at: r}
	tail := next
	switch {
	case hi < 0:
		loop := b.split(0, next, greedy)
		first := b.again(&body, loop)
		b.setBody(loop, first, greedy)
		switch {
		case lo > 0: // the last copy is the loop's body
			tail = first
			lo--
		case r.nullable():
			// A body that may match nothing must not be left and entered again for ever: (x+)?
			// instead of x*, as package regexp/syntax does it.
			tail = b.split(first, next, greedy)
		default:
			tail = loop
		}
	default:
		for range hi - lo {
			tail = b.split(b.again(&body, tail), next, greedy)
		}
	}
	for range lo {
		tail = b.again(&body, tail)
	}
	if r.pos < len(r.code) {
		r.pos = int(b.ends[r.pos])
	}
	return tail, r
}

// repeated is the body of a repetition and, once it was built, its instructions.
type repeated struct {
	at       reader
	built    bool
	from, to int
	next     uint16 // that they go on to
	first    uint16
}

// again makes the body once more, going on to next: what was built once is copied.
func (b *builder) again(body *repeated, next uint16) uint16 {
	if !body.built {
		body.built, body.from, body.next = true, len(b.n.Insts), next
		body.first, _ = b.build(body.at, next)
		body.to = len(b.n.Insts)
		return body.first
	}
	base := len(b.n.Insts)
	move := func(to uint16) uint16 {
		switch {
		case to == body.next:
			return next
		case int(to) >= body.from && int(to) < body.to:
			return uint16(int(to) - body.from + base) //nolint:gosec // MaxInsts at most
		}
		return to
	}
	for _, i := range b.n.Insts[body.from:body.to] {
		i.Out = move(i.Out)
		if i.Op == OpSplit {
			i.Arg = move(i.Arg)
		}
		b.emit(i)
	}
	return move(body.first)
}

// setBody completes a loop's split, which had to be there before its body.
func (b *builder) setBody(loop, body uint16, greedy bool) {
	if greedy {
		b.n.Insts[loop].Out = body
	} else {
		b.n.Insts[loop].Arg = body
	}
}

func (b *builder) literal(text string, next uint16, fold bool) uint16 {
	for len(text) > 0 {
		r, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
		next = b.emit(Inst{Op: OpClass, Out: next, Arg: b.char(r, fold)})
	}
	return next
}

// char returns the class of one character.
func (b *builder) char(r rune, fold bool) uint16 {
	var none uint16
	known := &none
	if r < utf8.RuneSelf {
		known = &b.chars[r]
	}
	fold = fold && 'a' <= r && r <= 'z'
	if fold {
		known = &b.chars[utf8.RuneSelf+r]
	}
	if *known == 0 {
		var c Class
		c.add(r, r)
		if fold {
			c.add(r-'a'+'A', r-'a'+'A')
		}
		*known = b.known(&c) + 1
	}
	return *known - 1
}

// known returns the number of a class; equal ones share it.
func (b *builder) known(c *Class) uint16 {
	for i := range b.n.Classes {
		if b.n.Classes[i].equal(c) {
			return uint16(i) //nolint:gosec // each is an instruction's
		}
	}
	b.n.Classes = append(b.n.Classes, *c)
	return uint16(len(b.n.Classes) - 1) //nolint:gosec // as above
}
