package decode

// leastHex is the least length of hexadecimal, in characters: 16 bytes.
const leastHex = 32

// Hex finds hexadecimal of either case. A run may begin with the second digit
// of a byte.
type Hex struct{}

// Name implements Decoder.
func (Hex) Name() string { return "hex" }

// Find implements Decoder. The least length is 32.
func (h Hex) Find(content []byte, minLen int, yield func(Run)) { findRuns(h, content, minLen, yield) }

func (Hex) try(content []byte, start, end, minLen int, _ bool, yield func(Run)) int {
	minLen = max(minLen, leastHex)
	f := finder{code: &hexadecimal, content: content, minLen: minLen, yield: yield, last: -1}
	// A window of minLen digits ends at last; one that is none moves the window.
	for from := start; from+minLen <= end; {
		last := from + minLen - 1
		for last >= from && classes[content[last]]&inHex != 0 {
			last--
		}
		if last >= from {
			from = last + 1
			continue
		}
		to := from + minLen
		for to < end && classes[content[to]]&inHex != 0 {
			to++
		}
		f.piece(from, to, false)
		from = to + 1
	}
	return end
}

// likelyHexText tells from the first digits of bytes, at most 32 of them spread over the run,
// whether a run may hold text: those of printable ASCII are 2 to 7, and UTF-16 has zeros between.
func likelyHexText(digits []byte) bool {
	step := max(len(digits)/2/32, 1) * 2
	good, n := 0, 0
	for i := 0; i+1 < len(digits) && n < 32; i += step {
		if c := digits[i]; '2' <= c && c <= '7' || c == '0' {
			good++
		}
		n++
	}
	return good*4 >= n*3
}
