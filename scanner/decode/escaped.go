package decode

import (
	"bytes"
	"unicode/utf8"
)

// The encodings with a mark (%41, \u0041, &#65;, =41) leave most characters as
// they are. They are decoded only where escapes are dense: dense of them, none further than gap
// from the next, and with that what stands around up to the region's ends.
const (
	dense     = 3    // escapes that make a region
	gap       = 128  // bytes between two escapes of a region
	margin    = 512  // bytes before the first and after the last escape
	regionMax = 4096 // bytes of a region
)

// syntax is an encoding with a mark.
type syntax struct {
	name string
	mark byte
	// second is the class (see seconds) of the bytes that can follow the mark of an escape that counts.
	second uint8
	// escape decodes the escape at the front of text, which begins with the mark.
	escape func(text []byte) (r escapeResult)
	// ends says whether a region can not go over a byte.
	ends func(c byte) bool
}

// The classes of the bytes that follow a mark.
const (
	afterPercent = 1 << iota
	afterBackslash
	afterAnd
	afterEquals
)

// seconds gives the classes of every byte as one that follows a mark.
var seconds = func() (t [256]uint8) {
	for c := range 256 {
		digit, letter := '0' <= c && c <= '9', 'a' <= c|0x20 && c|0x20 <= 'z'
		if classes[c]&inHex != 0 {
			t[c] |= afterPercent
		}
		if c == 'u' || c == 'U' || c == 'x' || '0' <= c && c <= '3' {
			t[c] |= afterBackslash
		}
		if c == '#' || letter {
			t[c] |= afterAnd
		}
		if digit || 'A' <= c && c <= 'F' || c == '\r' || c == '\n' {
			t[c] |= afterEquals
		}
	}
	return t
}()

// escapeResult is one decoded escape.
type escapeResult struct {
	value  rune // a character or, if raw, a byte; negative: nothing
	raw    bool
	size   int  // bytes; 0: no escape
	counts bool // is one of the dense
	weak   bool // may stand there by chance: a region of weak ones alone is none
}

// find yields the regions of an encoding with a mark. Every region is bounded:
// a longer one is cut, and its parts overlap by the margin. Those whose first
// escape stands in content[at:to) are found; it returns where to go on.
func (s *syntax) find(content []byte, at, to, minLen int, yield func(Run)) int {
	for at < to {
		i := bytes.IndexByte(content[at:to], s.mark)
		if i < 0 {
			return to
		}
		at = s.follow(content, at+i, minLen, yield)
	}
	return at
}

// follow looks whether a region begins at a mark and returns where to go on.
func (s *syntax) follow(content []byte, at, minLen int, yield func(Run)) int {
	if at+1 < len(content) && seconds[content[at+1]]&s.second == 0 {
		if s.mark == '\\' && content[at+1] == '\\' { // a backslash that is escaped begins nothing
			return at + 2
		}
		return at + 1
	}
	r := s.escapeAt(content, at)
	if !r.counts {
		return at + max(r.size, 1)
	}
	first, last, n := at, at+r.size, 1
	sure := !r.weak
	for last-first < regionMax-2*margin {
		next, r := s.next(content, last)
		if r.size == 0 {
			break
		}
		last = next + r.size
		sure = sure || !r.weak
		n++
	}
	if n < dense || !sure {
		return last
	}
	start, end := s.region(content, first, last)
	if run, ok := s.decode(content, start, end); ok && end-start >= minLen {
		yield(run)
	}
	return last
}

// escapeAt decodes the escape at a place. A line end behind a row of equals signs is a
// ruler's: before one that is quoted, an equals sign would be encoded.
func (s *syntax) escapeAt(content []byte, at int) escapeResult {
	r := s.escape(content[at:])
	if r.value < 0 && at > 0 && content[at-1] == s.mark {
		return escapeResult{}
	}
	r.weak = r.weak || r.value < 0 && s.mark == '=' && isPadding(content, at)
	return r
}

// longestQuotedLine is how long a line of quoted-printable text is at most, in bytes (RFC 2045, section 6.7).
const longestQuotedLine = 76

// isPadding tells whether an equals sign at a line's end may be the padding of base64: as many digits stand before it as make whole groups with
// it. Lines of such, as the data of a Secret has them, are no quoted-printable text.
func isPadding(content []byte, at int) bool {
	start := at
	for start > 0 && at-start < longestQuotedLine && isBase64Digit(content[start-1]) {
		start--
	}
	return (at-start)%4 == 3
}

func isBase64Digit(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' || c == '+' || c == '/'
}

// next finds the next escape that counts, at most gap bytes on; of size 0: none.
func (s *syntax) next(content []byte, from int) (at int, r escapeResult) {
	limit := min(len(content), from+gap)
	for at = from; at < limit; {
		i := bytes.IndexByte(content[at:limit], s.mark)
		if i < 0 {
			break
		}
		at += i
		r = s.escapeAt(content, at)
		if r.counts {
			for _, c := range content[from:at] {
				if s.ends(c) {
					return 0, escapeResult{}
				}
			}
			return at, r
		}
		at += max(r.size, 1)
	}
	return 0, escapeResult{}
}

// region widens what holds the escapes to what stands around them.
func (s *syntax) region(content []byte, first, last int) (start, end int) {
	start, end = first, last
	for start > 0 && first-start < margin && !s.ends(content[start-1]) {
		start--
	}
	for end < len(content) && end-last < margin && !s.ends(content[end]) {
		end++
	}
	return start, end
}

// decode decodes a region; not ok when it is no text afterwards.
func (s *syntax) decode(content []byte, start, end int) (Run, bool) {
	text := make([]byte, 0, end-start)
	from := make([]int32, 0, end-start+1)
	var high rune // a UTF-16 surrogate that waits for its second half, at highAt
	var highAt int32
	for at := start; at < end; {
		var r escapeResult
		if content[at] == s.mark {
			r = s.escapeAt(content[:end], at)
		}
		if r.size == 0 {
			text = append(text, content[at])
			from = append(from, int32(at))
			at++
			high = 0
			continue
		}
		began := int32(at)
		at += r.size
		switch {
		case r.value < 0:
		case r.raw:
			text = append(text, byte(r.value))
		case high != 0 && 0xdc00 <= r.value && r.value < 0xe000:
			text = utf8.AppendRune(text, (high-0xd800)<<10|(r.value-0xdc00)+0x10000)
			began, high = highAt, 0
		case 0xd800 <= r.value && r.value < 0xdc00:
			high, highAt = r.value, began
		default:
			text = utf8.AppendRune(text, r.value)
			high = 0
		}
		for len(from) < len(text) {
			from = append(from, began)
		}
	}
	from = append(from, int32(end))
	bad := 0
	for _, c := range text {
		if c < utf8.RuneSelf && classes[c]&printing == 0 {
			bad++
		}
	}
	return Run{Start: start, End: end, Text: text, By: s.name, Map: from}, len(text) > 0 && bad*8 <= len(text)
}

// hexValue reads n hexadecimal digits; -1 if they are none.
func hexValue(text []byte, n int) rune {
	if len(text) < n || n == 0 {
		return -1
	}
	v := rune(0)
	for _, c := range text[:n] {
		switch {
		case '0' <= c && c <= '9':
			v = v<<4 | rune(c-'0')
		case 'a' <= c && c <= 'f':
			v = v<<4 | rune(c-'a'+10)
		case 'A' <= c && c <= 'F':
			v = v<<4 | rune(c-'A'+10)
		default:
			return -1
		}
	}
	return v
}
