package detect

import (
	"regexp/syntax"
)

// nfa is a regex as a nondeterministic automaton over bytes: Thompson's
// construction (1968) straight from the syntax tree. Package regexp/syntax has one, too,
// but simplifies the tree first and keeps what captures and assertions need,
// which takes several times as long; a check of one commit builds dozens.
//
// It errs on the side of matching: empty-width assertions always hold, and a byte
// outside ASCII counts as any part of any character outside ASCII.
type nfa struct {
	insts   []inst
	classes []charClass
	start   uint32
}

// inst is a state: it consumes a byte of a class, or splits in two, or is the match.
type inst struct {
	class    int32 // index of a class, or one of the two below
	out, arg uint32
}

const (
	opSplit = -1
	opMatch = -2
)

// charClass is a set of bytes; all bytes outside ASCII are in it or none.
type charClass struct {
	ascii [2]uint64
	high  bool
}

func (c *charClass) has(b byte) bool {
	if b >= 0x80 {
		return c.high
	}
	return c.ascii[b>>6]>>(b&63)&1 != 0
}

func (c *charClass) add(lo, hi rune) {
	if hi >= 0x80 {
		c.high = true
	}
	for r := lo; r <= min(hi, 0x7f); r++ {
		c.ascii[r>>6] |= 1 << (r & 63)
	}
}

// newNFA builds the automaton, or returns nil if it would have more than limit states.
func newNFA(re *syntax.Regexp, limit int) *nfa {
	b := &nfaBuilder{limit: limit, known: make(map[charClass]int32), nodes: make(map[*syntax.Regexp]int32)}
	b.n.insts = make([]inst, 0, 256)
	match := b.emit(inst{class: opMatch})
	b.n.start = b.build(re, match)
	if b.full {
		return nil
	}
	return &b.n
}

type nfaBuilder struct {
	n     nfa
	limit int
	full  bool
	known map[charClass]int32
	nodes map[*syntax.Regexp]int32 // classes of nodes that repetitions visit again
}

func (b *nfaBuilder) emit(i inst) uint32 {
	if len(b.n.insts) >= b.limit {
		b.full = true
		return 0
	}
	b.n.insts = append(b.n.insts, i)
	return uint32(len(b.n.insts) - 1)
}

// build makes the states of a subtree that go on to next, and returns the first.
func (b *nfaBuilder) build(re *syntax.Regexp, next uint32) uint32 {
	if b.full {
		return 0
	}
	switch re.Op {
	case syntax.OpNoMatch:
		return b.emit(inst{class: b.class(charClass{})})
	case syntax.OpLiteral:
		for i := len(re.Rune) - 1; i >= 0; i-- {
			next = b.emit(inst{class: b.literal(re.Rune[i], re.Flags&syntax.FoldCase != 0), out: next})
		}
		return next
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return b.emit(inst{class: b.set(re), out: next})
	case syntax.OpCapture:
		return b.build(re.Sub[0], next)
	case syntax.OpConcat:
		for i := len(re.Sub) - 1; i >= 0; i-- {
			next = b.build(re.Sub[i], next)
		}
		return next
	case syntax.OpAlternate:
		first := b.build(re.Sub[len(re.Sub)-1], next)
		for i := len(re.Sub) - 2; i >= 0; i-- {
			first = b.emit(inst{class: opSplit, out: b.build(re.Sub[i], next), arg: first})
		}
		return first
	case syntax.OpStar:
		return b.repeat(re.Sub[0], 0, -1, next)
	case syntax.OpPlus:
		return b.repeat(re.Sub[0], 1, -1, next)
	case syntax.OpQuest:
		return b.repeat(re.Sub[0], 0, 1, next)
	case syntax.OpRepeat:
		return b.repeat(re.Sub[0], re.Min, re.Max, next)
	}
	return next // empty, or an assertion
}

// repeat makes lo copies and then a loop (hi -1) or hi-lo nested optional ones.
func (b *nfaBuilder) repeat(sub *syntax.Regexp, lo, hi int, next uint32) uint32 {
	if hi < 0 {
		loop := b.emit(inst{class: opSplit, arg: next})
		body := b.build(sub, loop)
		if b.full {
			return 0
		}
		b.n.insts[loop].out = body
		next = loop
	} else {
		tail := next
		for range hi - lo {
			if b.full {
				return 0
			}
			tail = b.emit(inst{class: opSplit, out: b.build(sub, tail), arg: next})
		}
		next = tail
	}
	for range lo {
		if b.full {
			return 0
		}
		next = b.build(sub, next)
	}
	return next
}

func (b *nfaBuilder) class(c charClass) int32 {
	id, ok := b.known[c]
	if !ok {
		id = int32(len(b.n.classes))
		b.n.classes = append(b.n.classes, c)
		b.known[c] = id
	}
	return id
}

func (b *nfaBuilder) literal(r rune, fold bool) int32 {
	var c charClass
	c.add(r, r)
	if lower := r | 0x20; fold {
		if 'a' <= lower && lower <= 'z' {
			c.add(lower, lower)
			c.add(lower&^0x20, lower&^0x20)
		} else if r >= 0x80 {
			c.high = true // it may fold into ASCII no more: package shape took those out
		}
	}
	return b.class(c)
}

// set is the class of a node that matches one character out of a set.
func (b *nfaBuilder) set(re *syntax.Regexp) int32 {
	if id, ok := b.nodes[re]; ok {
		return id
	}
	var c charClass
	switch re.Op {
	case syntax.OpCharClass:
		for i := 0; i+1 < len(re.Rune); i += 2 {
			c.add(re.Rune[i], re.Rune[i+1])
		}
	case syntax.OpAnyCharNotNL:
		c.add(0, '\n'-1)
		c.add('\n'+1, 0x80)
	default:
		c.add(0, 0x80)
	}
	id := b.class(c)
	b.nodes[re] = id
	return id
}
