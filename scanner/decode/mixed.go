package decode

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// A file may mix text in one byte a character with text in two: PowerShell appends UTF-16 to whatever there
// is, everything else appends bytes to what PowerShell wrote. Read as one encoding, the part in the other is
// garbage. What follows tells such a content (Foreign, Mixed) and reads it as what both parts are made of, ASCII (Unmixer).

const (
	// leastForeign is how many bytes of printable ASCII in a row show that text in UTF-16 or UTF-32 was mixed with something else.
	leastForeign = 8
	// sureText is how many bytes of text in a row show it in any script.
	sureText = 32
	// leastShifted is how many characters in a row show that UTF-16 goes on in the other byte order, or from an odd byte on.
	leastShifted = 6
)

// Foreign returns where in part, a stretch of a content in UTF-16 or UTF-32 that begins at an even offset, bytes begin that
// are text but not in that encoding; -1 for none. Where too little follows to tell, that counts as none unless it is the content's last stretch. It
// looks at eight bytes at once.
func Foreign(enc Encoding, part []byte, last bool) int {
	const low, high = 0x0101010101010101, 0x8080808080808080
	shifted := [2]uint64{} // which bytes are zero in characters of the other byte order, which not
	switch enc {
	case UTF16LE:
		shifted = [2]uint64{0x0080008000800080, 0x8000800080008000}
	case UTF16BE:
		shifted = [2]uint64{0x8000800080008000, 0x0080008000800080}
	}
	for at := 0; at < len(part); at += 8 {
		var v uint64
		if len(part)-at >= 8 {
			v = binary.LittleEndian.Uint64(part[at:])
		} else {
			var rest [8]byte
			copy(rest[:], part[at:])
			v = binary.LittleEndian.Uint64(rest[:])
		}
		switch zero := (v - low) &^ v & high; {
		case uint32(zero) == 0: //nolint:gosec // the lower half is meant
			if from := foreignAt(part, at, last); from >= 0 {
				return from
			}
		case zero>>32 == 0:
			if from := foreignAt(part, at+4, last); from >= 0 {
				return from
			}
		case shifted[0] != 0 && zero&shifted[0] == shifted[0] && zero&shifted[1] == 0:
			if from := shiftedAt(part, at, enc == UTF16LE); from >= 0 {
				return from
			}
		}
	}
	return -1
}

// Seam returns where the part of the encoding ends behind which Foreign found something: before text in bytes that is not all ASCII, and with a
// whole character.
func Seam(enc Encoding, part []byte, foreign int) int {
	part = part[:foreign]
	for len(part) > 0 {
		r, n := utf8.DecodeLastRune(part)
		if n == 1 && (r == utf8.RuneError || !plain(part[len(part)-1])) {
			break
		}
		part = part[:len(part)-n]
	}
	unit := enc.unit()
	return (len(part) + unit - 1) / unit * unit
}

// foreignAt returns where the printable ASCII around at begins, if there is enough of it.
func foreignAt(part []byte, at int, last bool) int {
	from, to := at, at
	for from > 0 && at-from < leastForeign && plain(part[from-1]) {
		from--
	}
	for to < len(part) && to-from < leastForeign && plain(part[to]) {
		to++
	}
	if to-from < leastForeign || alike(part[from:to]) || alike(part[from+1:to]) || !sureForeign(part, from, last) {
		return -1
	}
	return from
}

// sureForeign tells whether text in bytes begins there rather than a few characters of Chinese or Japanese of which both bytes are those of ASCII:
// much of it follows, or it begins behind something else and makes a line or is followed by something else again.
func sureForeign(part []byte, from int, last bool) bool {
	text := part[from:min(from+sureText, len(part))]
	end := 0
	for end < len(text) {
		r, n := utf8.DecodeRune(text[end:])
		if n == 1 && (r == utf8.RuneError && utf8.FullRune(text[end:]) || r != utf8.RuneError && !plain(text[end])) {
			break
		}
		end += n
	}
	if end >= sureText {
		return !oneScript(text)
	}
	if end == len(text) && !last {
		return false
	}
	before, n := utf8.DecodeLastRune(part[:from])
	if from > 0 && part[from-1] != 0 && (n == 1 || before == utf8.RuneError) {
		return false
	}
	return end == len(text) || text[end] == 0 || bytes.LastIndexByte(text[:end], '\n') >= leastForeign
}

// oneScript tells whether most of every second byte is the same, and of the others not: what UTF-16 is in Japanese.
func oneScript(text []byte) bool {
	var most [2]int
	for lane := range most {
		var seen [256]uint8
		for i := lane; i < len(text); i += 2 {
			seen[text[i]]++
			most[lane] = max(most[lane], int(seen[text[i]]))
		}
	}
	return max(most[0], most[1]) > len(text)/4 && min(most[0], most[1]) <= len(text)/6
}

// alike tells whether every second byte is nearly the same, as it is in UTF-16 of one script.
func alike(text []byte) bool {
	differ := 0
	for i := 2; i < len(text); i += 2 {
		if text[i] != text[i-2] {
			differ++
		}
	}
	return differ < 2
}

// shiftedAt returns where the characters around at begin whose zero bytes stand on the wrong side, if there are enough of them.
func shiftedAt(part []byte, at int, zeroFirst bool) int {
	c := 0 // of a pair, where the character stands
	if zeroFirst {
		c = 1
	}
	is := func(i int) bool { return i >= 0 && i+2 <= len(part) && plain(part[i+c]) && part[i+1-c] == 0 }
	from, to := at, at
	for at-from < 2*leastShifted && is(from-2) {
		from -= 2
	}
	for to-from < 2*leastShifted && is(to) {
		to += 2
	}
	if to-from < 2*leastShifted || alike(part[from+c:to]) {
		return -1
	}
	return from
}

// mixedHead is how many bytes tell whether a content is mixed.
const mixedHead = 8000

// Mixed tells whether a content that is read as bytes holds UTF-16 among other text, by its first 8,000 bytes. No program
// and no archive does: what Unmixer makes of it is free of zero bytes and, nearly, of control characters.
func Mixed(head []byte) bool {
	head = head[:min(len(head), mixedHead)]
	if bytes.IndexByte(head, 0) < 0 || !holdsUTF16(head) {
		return false
	}
	var u Unmixer
	text := u.Flush(u.Append(nil, head))
	controls := 0
	for _, c := range text {
		if c < ' ' && !plain(c) || c == 0x7f {
			controls++
			if c == 0 {
				return false
			}
		}
	}
	return controls <= len(text)/8
}

// holdsUTF16 tells whether characters of UTF-16 stand in a row somewhere.
func holdsUTF16(text []byte) bool {
	row := 0
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == 0 && plain(text[i-1]):
			if row++; row == leastForeign {
				return true
			}
			i++
		default:
			row = 0
			if text[i] == 0 {
				i++ // that character is not the first of a row
			}
		}
	}
	return false
}

// Unmixer takes the zero bytes out of the UTF-16 and UTF-32 in a content that is mixed, so that ASCII is left wherever it was
// written. Other characters of these encodings become what their bytes are, but for what would be a line feed (otherFeed). Zero bytes that stand
// in no such row are kept. It belongs to one goroutine.
type Unmixer struct {
	enc   Encoding // of what is no byte text
	buf   []byte   // what was not dealt with yet, behind up to unmixReach bytes that were
	at    int      // in buf
	phase int      // of buf's first byte in a character of enc
}

// NewUnmixer returns an Unmixer for what goes on behind a whole character of an encoding, which tells it that its other characters begin no
// lines; before is what stands there, nil at the beginning. The Unmixer's zero value knows no encoding.
func NewUnmixer(enc Encoding, before []byte) Unmixer {
	before = before[max(len(before)-(unmixReach+3)&^3, 0):]
	return Unmixer{enc: enc, buf: bytes.Clone(before), at: len(before)}
}

const (
	// mostZeros is how many zero bytes a character has at most, and unmixReach how far is looked to tell that they are those of one.
	mostZeros  = 3
	unmixReach = max(mostZeros+2, feedReach)
)

// Append takes a piece of content and appends text to dst. A few bytes are kept for the next piece.
func (u *Unmixer) Append(dst, piece []byte) []byte {
	u.buf = append(u.buf, piece...)
	dst = u.take(dst, len(u.buf)-unmixReach)
	if drop := u.at - unmixReach; drop > 0 {
		u.buf = append(u.buf[:0], u.buf[drop:]...)
		u.at -= drop
		u.phase = (u.phase + drop) % u.enc.unit()
	}
	return dst
}

// Flush appends what is left when the content has ended.
func (u *Unmixer) Flush(dst []byte) []byte { return u.take(dst, len(u.buf)) }

func (u *Unmixer) take(dst []byte, end int) []byte {
	for u.at < end {
		zero := bytes.IndexByte(u.buf[u.at:end], 0)
		if zero < 0 {
			return u.keep(dst, end)
		}
		dst = u.keep(dst, u.at+zero)
		if !u.padding() {
			dst = append(dst, 0)
		}
		u.at++
	}
	return dst
}

// padding tells whether the zero byte there belongs to a character: there are few in a row, and one character further
// on or back there are zero bytes again.
func (u *Unmixer) padding() bool {
	from, to := u.at, u.at+1
	for from > 0 && u.buf[from-1] == 0 && to-from <= mostZeros {
		from--
	}
	for to < len(u.buf) && u.buf[to] == 0 && to-from <= mostZeros {
		to++
	}
	if to-from > mostZeros {
		return false
	}
	return from >= 2 && u.buf[from-2] == 0 || to+1 < len(u.buf) && u.buf[to+1] == 0
}
