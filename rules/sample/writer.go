package sample

import (
	"math/rand/v2"
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"
)

// capUnbounded is how far a repetition without an upper bound goes beyond its
// lower one.
const capUnbounded = 16

// writer appends a random text of a syntax tree to out.
type writer struct {
	rng *rand.Rand
	out []byte
}

// write appends a random text that re matches, assertions aside: those append
// nothing and are confirmed by the caller.
func (w *writer) write(re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpLiteral:
		w.literal(re)
	case syntax.OpCharClass:
		w.class(re.Rune)
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		w.class([]rune{' ', unicode.MaxRune})
	case syntax.OpCapture:
		w.write(re.Sub[0])
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			w.write(sub)
		}
	case syntax.OpAlternate:
		w.alternate(re.Sub)
	case syntax.OpStar:
		w.repeat(re.Sub[0], 0, capUnbounded)
	case syntax.OpPlus:
		w.repeat(re.Sub[0], 1, 1+capUnbounded)
	case syntax.OpQuest:
		w.repeat(re.Sub[0], 0, 1)
	case syntax.OpRepeat:
		most := re.Max
		if most < 0 {
			most = re.Min + capUnbounded
		}
		w.repeat(re.Sub[0], re.Min, most)
	}
}

// repeat writes sub between least and most times, every count equally likely.
func (w *writer) repeat(sub *syntax.Regexp, least, most int) {
	for range least + w.rng.IntN(most-least+1) {
		w.write(sub)
	}
}

// alternate writes one of the branches, leaving out those that can only match
// at the start of the text when that is behind.
func (w *writer) alternate(branches []*syntax.Regexp) {
	if len(w.out) > 0 {
		open := make([]*syntax.Regexp, 0, len(branches))
		for _, b := range branches {
			if b.Op != syntax.OpBeginText && (b.Op != syntax.OpBeginLine || w.out[len(w.out)-1] == '\n') {
				open = append(open, b)
			}
		}
		if len(open) > 0 {
			branches = open
		}
	}
	w.write(branches[w.rng.IntN(len(branches))])
}

// literal writes a literal; one that ignores case in the ways in which people
// write names: mostly all lower or all upper.
func (w *writer) literal(re *syntax.Regexp) {
	text := string(re.Rune)
	if re.Flags&syntax.FoldCase == 0 {
		w.out = append(w.out, text...)
		return
	}
	text = strings.Map(lowerASCII, text)
	switch pick := w.rng.IntN(10); {
	case pick < 5:
		w.out = append(w.out, text...)
	case pick < 8:
		w.out = append(w.out, strings.Map(upperASCII, text)...)
	default:
		for _, r := range text {
			if w.rng.IntN(2) == 0 {
				r = upperASCII(r)
			}
			w.out = utf8.AppendRune(w.out, r)
		}
	}
}

func lowerASCII(r rune) rune {
	if 'A' <= r && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}

func upperASCII(r rune) rune {
	if 'a' <= r && r <= 'z' {
		return r - ('a' - 'A')
	}
	return r
}

const (
	letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	// plain is the punctuation that broad classes draw from: none that quotes,
	// brackets or refers to a variable, which would turn a random value into
	// something that is judged to be code.
	plain = "-_.!@#%^*+=~"
	// broad is the number of printable ASCII characters from which on a class
	// counts as "anything but": a dot, \S, [^\s"'].
	broad = 80
)

// class writes one character of a class, given as pairs of first and last.
// Printable ASCII goes before everything else. Every character of a narrow
// class is equally likely; a broad one gives letters and digits mostly.
func (w *writer) class(pairs []rune) {
	if w.rng.IntN(8) == 0 && w.space(pairs) {
		return
	}
	printable := inClass(pairs, ' ', '~')
	switch {
	case len(printable) == 0:
		w.out = utf8.AppendRune(w.out, w.anyRune(pairs))
		return
	case len(printable) >= broad:
		from := plain
		if w.rng.IntN(8) > 0 {
			from = letters
		}
		if c := from[w.rng.IntN(len(from))]; strings.IndexByte(printable, c) >= 0 {
			w.out = append(w.out, c)
			return
		}
	}
	w.out = append(w.out, printable[w.rng.IntN(len(printable))])
}

// space writes a tab or a line end for a class whose only printable character
// is the space, or which has none; otherwise it writes nothing and answers false.
func (w *writer) space(pairs []rune) bool {
	if p := inClass(pairs, ' ', '~'); p != "" && p != " " {
		return false
	}
	blanks := inClass(pairs, '\t', '\n')
	if blanks == "" {
		return false
	}
	w.out = append(w.out, blanks[w.rng.IntN(len(blanks))])
	return true
}

// inClass returns the characters between two ASCII ones that are in a class.
func inClass(pairs []rune, first, last rune) string {
	var b strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		for r := max(pairs[i], first); r <= min(pairs[i+1], last); r++ {
			b.WriteByte(byte(r))
		}
	}
	return b.String()
}

// anyRune returns a character of a class without printable ASCII, every one
// that UTF-8 can hold equally likely.
func (w *writer) anyRune(pairs []rune) rune {
	total := 0
	for i := 0; i+1 < len(pairs); i += 2 {
		total += int(pairs[i+1]-pairs[i]) + 1
	}
	if total == 0 {
		return utf8.RuneError
	}
	n := w.rng.IntN(total)
	for i := 0; i+1 < len(pairs); i += 2 {
		size := int(pairs[i+1]-pairs[i]) + 1
		if n < size {
			if r := pairs[i] + rune(n); utf8.ValidRune(r) {
				return r
			}
			return pairs[i]
		}
		n -= size
	}
	return utf8.RuneError
}
