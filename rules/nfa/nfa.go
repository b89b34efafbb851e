package nfa

import (
	"slices"
	"unicode/utf8"
)

// NFA is Thompson's construction (1968) of a regex.
type NFA struct {
	Insts   []Inst
	Classes []Class
	Start   uint32
	Groups  int // number of groups, the whole match among them
}

// Op says what an instruction does.
type Op uint8

// The operations.
const (
	OpClass  Op = iota // reads a character of the class Arg, goes on at Out
	OpSplit            // goes on at Out or, less preferred, at Arg
	OpGroup            // notes the place as start (Arg even) or end (odd) of group Arg/2
	OpAssert           // goes on if the assertions Arg (syntax.EmptyOp) hold
	OpMatch
	OpFail
)

// Inst is an instruction.
type Inst struct {
	Op       Op
	Out, Arg uint32
}

// Class is a set of characters.
type Class struct {
	ASCII [2]uint64
	// High are the ranges beyond ASCII, in order: first and last character of each.
	High []rune
}

// HasByte tells whether an ASCII character is in the class or, for any other
// byte, whether a character beyond ASCII may be.
func (c *Class) HasByte(b byte) bool {
	if b >= utf8.RuneSelf {
		return len(c.High) > 0
	}
	return c.ASCII[b>>6&1]>>(b&63)&1 != 0
}

// Has tells whether the character is in the class.
func (c *Class) Has(r rune) bool {
	if r < utf8.RuneSelf {
		return c.ASCII[r>>6&1]>>(r&63)&1 != 0
	}
	for i := 0; i+1 < len(c.High); i += 2 {
		if r <= c.High[i+1] {
			return r >= c.High[i]
		}
	}
	return false
}

func (c *Class) add(lo, hi rune) {
	lo, hi = max(lo, 0), min(hi, utf8.MaxRune)
	for r := lo; r <= min(hi, utf8.RuneSelf-1); r++ {
		c.ASCII[r>>6] |= 1 << (r & 63)
	}
	if hi >= utf8.RuneSelf {
		c.High = append(c.High, max(lo, utf8.RuneSelf), hi)
	}
}

func (c *Class) equal(o *Class) bool { return c.ASCII == o.ASCII && slices.Equal(c.High, o.High) }

// Build makes the automaton; nil if it would have more than limit instructions.
func Build(code Code, limit int) *NFA {
	b := &builder{limit: limit}
	b.n.Insts = make([]Inst, 0, 4*len(code))
	b.n.Groups = 1
	end := b.emit(Inst{OpGroup, b.emit(Inst{Op: OpMatch}), 1})
	first, _ := b.build(reader{code: code}, end)
	b.n.Start = b.emit(Inst{OpGroup, first, 0})
	if b.full {
		return nil
	}
	return &b.n
}

// builder makes the instructions from the end of the regex to its start: what
// follows a part is there before the part. It works on Codes from front to back, so a concatenation's operands
// are found first and built in reverse.
type builder struct {
	n     NFA
	limit int
	full  bool
	// The class read last and where it stood: repetitions read one again and again.
	lastClass uint32
	lastAt    int
	lastEnd   int
}

// reader reads numbers off a Code.
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

// skip returns the reader behind the operand that begins here.
func (r reader) skip() reader {
	for left := 1; left > 0 && r.pos < len(r.code); left-- {
		switch r.op() {
		case codeText, codeFold:
			r.text()
		case codeClass:
			for n := r.number(); n > 0 && r.pos < len(r.code); n-- {
				r.number()
				r.number()
			}
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

func (b *builder) emit(i Inst) uint32 {
	if len(b.n.Insts) >= b.limit {
		b.full = true
		return 0
	}
	b.n.Insts = append(b.n.Insts, i)
	return uint32(len(b.n.Insts) - 1)
}

// build makes the instructions of the operand at r that go on to next. It returns the
// first of them, and the reader behind the operand.
func (b *builder) build(r reader, next uint32) (uint32, reader) {
	start := r
	switch r.op() {
	case codeText:
		return b.literal(r.text(), next, false), r
	case codeFold:
		return b.literal(r.text(), next, true), r
	case codeClass:
		class := b.class(&r, start.pos)
		return b.emit(Inst{OpClass, next, class}), r
	case codeCapture:
		group := uint32(r.number())
		b.n.Groups = max(b.n.Groups, int(group)+1)
		first, after := b.build(r, b.emit(Inst{OpGroup, next, 2*group + 1}))
		return b.emit(Inst{OpGroup, first, 2 * group}), after
	case codeConcat:
		return b.concat(r, next)
	case codeAlternate:
		return b.alternate(r, next)
	case codeGreedy, codeReluctant:
		return b.repeat(start, next)
	case codeAssertion:
		kind := uint32(r.op())
		return b.emit(Inst{OpAssert, next, kind}), r
	}
	return b.emit(Inst{Op: OpFail}), r
}

// operands returns where each of n operands begins, and what is behind the last.
func operands(r reader, n int) ([]reader, reader) {
	parts := make([]reader, 0, min(n, len(r.code)))
	for ; n > 0 && r.pos < len(r.code); n-- {
		parts = append(parts, r)
		r = r.skip()
	}
	return parts, r
}

func (b *builder) concat(r reader, next uint32) (uint32, reader) {
	parts, after := operands(r, r.number())
	for i := len(parts) - 1; i >= 0 && !b.full; i-- {
		next, _ = b.build(parts[i], next)
	}
	return next, after
}

func (b *builder) alternate(r reader, next uint32) (uint32, reader) {
	parts, after := operands(r, r.number())
	if len(parts) == 0 {
		return b.emit(Inst{Op: OpFail}), after
	}
	first, _ := b.build(parts[len(parts)-1], next)
	for i := len(parts) - 2; i >= 0 && !b.full; i-- {
		branch, _ := b.build(parts[i], next)
		first = b.emit(Inst{OpSplit, branch, first})
	}
	return first, after
}

// split emits a choice between going into a repetition's body and leaving it.
func (b *builder) split(body, leave uint32, greedy bool) uint32 {
	if greedy {
		return b.emit(Inst{OpSplit, body, leave})
	}
	return b.emit(Inst{OpSplit, leave, body})
}

// repeat makes lo copies and then a loop, or nested optional copies up to the
// greatest number.
func (b *builder) repeat(r reader, next uint32) (uint32, reader) {
	greedy := r.op() == codeGreedy
	lo, hi := r.number(), r.number()-1
	after := r.skip()
	tail := next
	switch {
	case hi < 0:
		loop := b.split(0, next, greedy)
		body, _ := b.build(r, loop)
		b.setBody(loop, body, greedy)
		switch {
		case lo > 0: // the last copy is the loop's body
			tail = body
			lo--
		case b.nullable(r):
			// A body that may match nothing must not be left and entered again for ever: (x+)?
			// instead of x*, as package regexp/syntax does it.
			tail = b.split(body, next, greedy)
		default:
			tail = loop
		}
	default:
		for range hi - lo {
			if b.full {
				return 0, after
			}
			body, _ := b.build(r, tail)
			tail = b.split(body, next, greedy)
		}
	}
	for range lo {
		if b.full {
			return 0, after
		}
		tail, _ = b.build(r, tail)
	}
	return tail, after
}

// setBody completes a loop's split, which had to be there before its body.
func (b *builder) setBody(loop, body uint32, greedy bool) {
	switch {
	case b.full:
	case greedy:
		b.n.Insts[loop].Out = body
	default:
		b.n.Insts[loop].Arg = body
	}
}

// nullable tells whether the operand at r may match nothing.
func (b *builder) nullable(r reader) bool {
	switch r.op() {
	case codeText, codeFold:
		return r.text() == ""
	case codeClass, codeNone:
		return false
	case codeCapture:
		r.number()
		return b.nullable(r)
	case codeConcat, codeAlternate:
		all := r.code[r.pos-1] == codeConcat
		parts, _ := operands(r, r.number())
		for _, p := range parts {
			if b.nullable(p) != all {
				return !all
			}
		}
		return all
	case codeGreedy, codeReluctant:
		least := r.number()
		r.number()
		return least == 0 || b.nullable(r)
	}
	return true // an assertion
}

func (b *builder) literal(text string, next uint32, fold bool) uint32 {
	for len(text) > 0 && !b.full {
		r, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
		var c Class
		c.add(r, r)
		if fold && 'a' <= r && r <= 'z' {
			c.add(r-'a'+'A', r-'a'+'A')
		}
		next = b.emit(Inst{OpClass, next, b.known(&c)})
	}
	return next
}

// class reads a class whose operator stands at at.
func (b *builder) class(r *reader, at int) uint32 {
	if b.lastEnd > 0 && b.lastAt == at {
		r.pos = b.lastEnd
		return b.lastClass
	}
	var c Class
	last := rune(0)
	for n := r.number(); n > 0 && r.pos < len(r.code); n-- {
		lo := last + rune(r.number())
		last = lo + rune(r.number())
		c.add(lo, last)
	}
	b.lastClass, b.lastAt, b.lastEnd = b.known(&c), at, r.pos
	return b.lastClass
}

// known returns the number of a class; equal ones share it.
func (b *builder) known(c *Class) uint32 {
	for i := range b.n.Classes {
		if b.n.Classes[i].equal(c) {
			return uint32(i)
		}
	}
	b.n.Classes = append(b.n.Classes, *c)
	return uint32(len(b.n.Classes) - 1)
}
