package decode

import (
	"bytes"
	"encoding/binary"
)

// A file may mix text in one byte a character with text in two: PowerShell appends UTF-16 to whatever there
// is, everything else appends bytes to what PowerShell wrote. Read as one encoding, the part in the other is
// garbage. What follows tells such a content (Foreign, Mixed) and reads it as what both parts are made of, ASCII (Unmixer).

const (
	// leastForeign is how many bytes of printable ASCII in a row show that text in UTF-16 or UTF-32 was mixed with something else.
	leastForeign = 8
	// leastShifted is how many characters in a row show that UTF-16 goes on in the other byte order, or from an odd byte on.
	leastShifted = 6
)

// Foreign returns where in part, a stretch of a content in UTF-16 or UTF-32 that begins at an even offset, bytes begin that
// are text but not in that encoding; -1 for none. It looks at eight bytes at once.
func Foreign(enc Encoding, part []byte) int {
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
			if from := foreignAt(part, at); from >= 0 {
				return from
			}
		case zero>>32 == 0:
			if from := foreignAt(part, at+4); from >= 0 {
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

// foreignAt returns where the printable ASCII around at begins, if there is enough of it.
func foreignAt(part []byte, at int) int {
	from, to := at, at
	for from > 0 && at-from < leastForeign && plain(part[from-1]) {
		from--
	}
	for to < len(part) && to-from < leastForeign && plain(part[to]) {
		to++
	}
	if to-from < leastForeign || alike(part[from:to]) || alike(part[from+1:to]) {
		return -1
	}
	return from
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
// written. Other characters of these encodings become what their bytes are. Zero bytes that stand in no such row are kept. It belongs to one goroutine.
type Unmixer struct {
	buf []byte // what was not dealt with yet, behind up to unmixReach bytes that were
	at  int    // in buf
}

const (
	// mostZeros is how many zero bytes a character has at most, and unmixReach how far is looked to tell that they are those of one.
	mostZeros  = 3
	unmixReach = mostZeros + 2
)

// Append takes a piece of content and appends text to dst. A few bytes are kept for the next piece.
func (u *Unmixer) Append(dst, piece []byte) []byte {
	u.buf = append(u.buf, piece...)
	dst = u.take(dst, len(u.buf)-unmixReach)
	if drop := u.at - unmixReach; drop > 0 {
		u.buf = append(u.buf[:0], u.buf[drop:]...)
		u.at -= drop
	}
	return dst
}

// Flush appends what is left when the content has ended.
func (u *Unmixer) Flush(dst []byte) []byte { return u.take(dst, len(u.buf)) }

func (u *Unmixer) take(dst []byte, end int) []byte {
	for u.at < end {
		zero := bytes.IndexByte(u.buf[u.at:end], 0)
		if zero < 0 {
			dst = append(dst, u.buf[u.at:end]...)
			u.at = end
			return dst
		}
		dst = append(dst, u.buf[u.at:u.at+zero]...)
		u.at += zero
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
