package nfa

import (
	"slices"
	"unicode/utf8"
)

// NFA is Thompson's construction (1968) of a regex.
type NFA struct {
	Insts   []Inst
	Classes []Class
	Start   uint16
	Groups  int // number of groups, the whole match among them
	Splits  int // number of OpSplit
}

// MaxInsts is how many instructions an NFA can have.
const MaxInsts = 1<<16 - 1

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
	Out, Arg uint16
	Split    uint16 // which one it is of the OpSplit, from 0
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
