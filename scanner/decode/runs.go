package decode

import "encoding/binary"

// leastRun is the length in bytes from which eachRun sees a run.
const leastRun = 24

// The classes of a byte, as bits.
const (
	inRun          = 1 << iota // letters, digits, + / - _: what base64 and hexadecimal are made of
	inHex                      // hexadecimal digits
	onlyStd                    // + and /
	onlyURL                    // - and _
	printingOrZero             // printing, and the zero byte
	lowSix                     // A to Z, a to f: the first 32 digits of base64
	printing                   // printable ASCII, tab, line feed, carriage return
	inArray                    // hexadecimal digits, x, minus sign, comma and white space: what a list of numbers is made of
)

// classes gives the classes of every byte.
var classes = func() (t [256]uint8) {
	for c := range 256 {
		switch {
		case '0' <= c && c <= '9', 'a' <= c && c <= 'f', 'A' <= c && c <= 'F':
			t[c] = inRun | inHex
		case 'g' <= c && c <= 'z', 'G' <= c && c <= 'Z':
			t[c] = inRun
		case c == '+', c == '/':
			t[c] = inRun | onlyStd
		case c == '-', c == '_':
			t[c] = inRun | onlyURL
		}
		if 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'f' {
			t[c] |= lowSix
		}
		if ' ' <= c && c <= '~' || c == '\t' || c == '\n' || c == '\r' {
			t[c] |= printing | printingOrZero
		}
	}
	t[0] |= printingOrZero
	for _, c := range []byte("0123456789abcdefABCDEFxX-, \t\r\n") {
		t[c] |= inArray
	}
	return t
}()

// eachRun calls visit for every maximal run of at least leastRun bytes that are
// inRun, in order; none of them begins before the place that visit returned last. Of the runs of
// narrowest bytes and more that are shorter it meets some, for which it calls brief unless that is nil.
//
// It looks at words of eight bytes. A run of leastRun bytes holds two neighbouring words whole, and
// in those no byte is below the plus sign, the least one of a run, or beyond ASCII. In
// most text a blank or a bracket stands in one of them, so that the bytes
// themselves are looked at only now and then.
func eachRun(content []byte, visit func(start, end int) int, brief func(start, end int)) {
	seen := 0 // everything before is dealt with
	words := len(content) / word
	var pairs bitMap
	for from := 0; from+1 < words; {
		n := min(words-from, mapBits)
		pairs.words(content[from*word:(from+n)*word], fastSigns)
		pairs.pairs()
		next := from + n - 1 // the last one's partner is not in this map
		for at := pairs.from(0); at >= 0; {
			first := (from + at) * word
			stop := first + 2*word - 1
			for stop >= first && classes[content[stop]]&inRun != 0 {
				stop--
			}
			if stop < first {
				stop, seen = visitAround(content, first, seen, visit, brief)
				stop = max(stop, seen-1)
			}
			behind := stop/word + 1 // the first word behind stop
			if at = behind - from; at >= n {
				next = max(next, behind)
				break
			}
			at = pairs.from(at)
		}
		from = next
	}
}

// word is how many bytes eachRun looks at together.
const word = 8

// upper is the upper bit of every byte of a word.
const upper = 0x8080808080808080

// outside is zero if all of a word's bytes are ASCII from the plus sign on.
func outside(content []byte) uint64 {
	const least = '+' * 0x0101010101010101
	x := binary.LittleEndian.Uint64(content)
	// Only behind a byte that is below the plus sign does the difference borrow.
	return (x - least | x) & upper
}

// visitAround visits the run around a byte of one, if it is long; it begins at
// seen at the earliest. It returns the run's end and the new seen.
func visitAround(content []byte, at, seen int, visit func(start, end int) int, brief func(start, end int)) (end, done int) {
	end = at + 1
	for end < len(content) && classes[content[end]]&inRun != 0 {
		end++
	}
	start := at
	for start > seen && classes[content[start-1]]&inRun != 0 {
		start--
	}
	if end-start < leastRun {
		if brief != nil && start >= seen && end-start >= narrowest {
			brief(start, end)
		}
		return end, max(seen, end)
	}
	return end, max(visit(start, end), end)
}
