package nfa

import (
	"encoding/binary"
	"regexp/syntax"
	"unicode"
	"unicode/utf8"
)

// Code is a regex's syntax tree in prefix notation: an operator, its numbers as
// unsigned varints (encoding/binary), then its operands. It is made by Encode and trusted:
// what was changed by other hands builds some automaton or none, but never
// reads beyond its end.
type Code string

// The operators of a Code.
const (
	codeNone      = iota // matches nothing
	codeText             // length, bytes: as they are
	codeFold             // length, bytes in lower case: ASCII letters of either case
	codeClass            // number of ranges, then each: first character less the last range's end, its length less one
	codeCapture          // group, operand
	codeConcat           // number of operands, operands
	codeAlternate        // number of operands, operands, the preferred ones first
	codeGreedy           // least number, greatest plus one (0: no bound), operand
	codeReluctant        // as codeGreedy
	codeAssertion        // syntax.EmptyOp
)

// Encode writes a parsed regex as a Code. The tree need not be simplified.
func Encode(re *syntax.Regexp) Code {
	return Code(encode(nil, re))
}

func encode(to []byte, re *syntax.Regexp) []byte {
	switch re.Op {
	case syntax.OpNoMatch:
		return append(to, codeNone)
	case syntax.OpEmptyMatch:
		return append(to, codeConcat, 0)
	case syntax.OpLiteral:
		return encodeLiteral(to, re)
	case syntax.OpCharClass:
		return encodeClass(to, re.Rune)
	case syntax.OpAnyCharNotNL:
		return encodeClass(to, []rune{0, '\n' - 1, '\n' + 1, unicode.MaxRune})
	case syntax.OpAnyChar:
		return encodeClass(to, []rune{0, unicode.MaxRune})
	case syntax.OpCapture:
		return encode(number(append(to, codeCapture), re.Cap), re.Sub[0])
	case syntax.OpConcat, syntax.OpAlternate:
		op := byte(codeConcat)
		if re.Op == syntax.OpAlternate {
			op = codeAlternate
		}
		to = number(append(to, op), len(re.Sub))
		for _, sub := range re.Sub {
			to = encode(to, sub)
		}
		return to
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		return encodeRepeat(to, re)
	}
	return append(to, codeAssertion, byte(assertion(re)))
}

func number(to []byte, n int) []byte { return binary.AppendUvarint(to, uint64(n)) }

func encodeRepeat(to []byte, re *syntax.Regexp) []byte {
	lo, hi := re.Min, re.Max
	switch re.Op {
	case syntax.OpStar:
		lo, hi = 0, -1
	case syntax.OpPlus:
		lo, hi = 1, -1
	case syntax.OpQuest:
		lo, hi = 0, 1
	}
	op := byte(codeGreedy)
	if re.Flags&syntax.NonGreedy != 0 {
		op = codeReluctant
	}
	return encode(number(number(append(to, op), lo), hi+1), re.Sub[0])
}

// encodeLiteral writes a literal; folded letters beyond ASCII as the classes of
// all their cases.
func encodeLiteral(to []byte, re *syntax.Regexp) []byte {
	if re.Flags&syntax.FoldCase == 0 {
		text := string(re.Rune)
		return append(number(append(to, codeText), len(text)), text...)
	}
	var parts []byte
	n := 0
	for i := 0; i < len(re.Rune); n++ {
		if r := re.Rune[i]; r >= utf8.RuneSelf {
			orbit := []rune{r, r}
			for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
				orbit = append(orbit, f, f)
			}
			parts = encodeClass(parts, sortRanges(orbit))
			i++
			continue
		}
		start := i
		for i < len(re.Rune) && re.Rune[i] < utf8.RuneSelf {
			i++
		}
		parts = number(append(parts, codeFold), i-start)
		for _, r := range re.Rune[start:i] {
			parts = append(parts, byte(unicode.ToLower(r)))
		}
	}
	if n == 1 {
		return append(to, parts...)
	}
	return append(number(append(to, codeConcat), n), parts...)
}

// sortRanges sorts ranges of one character each.
func sortRanges(ranges []rune) []rune {
	for i := 2; i < len(ranges); i += 2 {
		for k := i; k > 0 && ranges[k] < ranges[k-2]; k -= 2 {
			ranges[k], ranges[k-2] = ranges[k-2], ranges[k]
			ranges[k+1], ranges[k-1] = ranges[k-1], ranges[k+1]
		}
	}
	return ranges
}

func encodeClass(to []byte, ranges []rune) []byte {
	to = number(append(to, codeClass), len(ranges)/2)
	last := rune(0)
	for i := 0; i+1 < len(ranges); i += 2 {
		to = number(number(to, int(ranges[i]-last)), int(ranges[i+1]-ranges[i]))
		last = ranges[i+1]
	}
	return to
}

func assertion(re *syntax.Regexp) syntax.EmptyOp {
	switch re.Op {
	case syntax.OpBeginLine:
		return syntax.EmptyBeginLine
	case syntax.OpEndLine:
		return syntax.EmptyEndLine
	case syntax.OpBeginText:
		return syntax.EmptyBeginText
	case syntax.OpEndText:
		return syntax.EmptyEndText
	case syntax.OpWordBoundary:
		return syntax.EmptyWordBoundary
	}
	return syntax.EmptyNoWordBoundary
}
