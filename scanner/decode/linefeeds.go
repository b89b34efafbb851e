package decode

import (
	"bytes"
	"unicode/utf8"
)

// LineFeeds counts the line feeds, as the encoding writes them, in a stretch of a content that begins with a character, and returns
// where the last one ends (0 for none). A byte of another character may be that of a line feed: of U+010A, U+0A05 or U+4E0A.
func LineFeeds(enc Encoding, part []byte) (count, end int) {
	unit := enc.unit()
	own := 0 // where in a character the byte that is not zero stands
	if enc == UTF16BE || enc == UTF32BE {
		own = unit - 1
	}
	part = part[:len(part)/unit*unit]
	for at := 0; ; {
		i := bytes.IndexByte(part[at:], '\n')
		if i < 0 {
			return count, end
		}
		at += i
		from := at / unit * unit
		if at++; at-1-from == own && bytes.Count(part[from:from+unit], zeroByte) == unit-1 {
			count, end = count+1, from+unit
		}
	}
}

var zeroByte = []byte{0}

const (
	// aside is how many bytes on either side tell what a byte belongs to, feedReach how far that is with the rest of a character.
	aside     = 12
	feedReach = aside + 4
	// noFeed stands for a byte of another character that would be a line feed.
	noFeed = 0x1a
)

// keep appends what stands before end, which has no zero bytes.
func (u *Unmixer) keep(dst []byte, end int) []byte {
	from := len(dst)
	dst = append(dst, u.buf[u.at:end]...)
	if u.enc != UTF8 {
		for _, feed := range []byte{'\n', '\r'} { // a lone carriage return ends a line, too
			for i := u.at; ; i++ {
				n := bytes.IndexByte(u.buf[i:end], feed)
				if n < 0 {
					break
				}
				if i += n; u.otherFeed(i) {
					dst[from+i-u.at] = noFeed
				}
			}
		}
	}
	u.at = end
	return dst
}

// otherFeed tells whether the byte of a line feed or carriage return there is part of another character: what stands on both sides is no text in bytes, and it
// is neither of the encoding, also if that goes on from an odd byte on.
func (u *Unmixer) otherFeed(i int) bool {
	at := func(i int) byte {
		if i < 0 || i >= len(u.buf) {
			return 0
		}
		return u.buf[i]
	}
	unit := u.enc.unit()
	lane := (u.phase + i) % unit
	start := i - lane
	switch u.enc {
	case UTF32LE:
		return lane < 3 && at(start+3) == 0 && (at(start+1) != 0 || at(start+2) != 0)
	case UTF32BE:
		return lane > 0 && at(start) == 0 && (at(start+1) != 0 || at(start+2) != 0)
	}
	ahead, behind := at(i+1), at(i-1) // the line feed's zero byte, and the other neighbour
	if u.enc == UTF16BE {
		ahead, behind, lane = behind, ahead, 1-lane
	}
	if ahead == 0 || behind == 0 && lane == 1 || at(i-1) == '\r' || at(i) == '\r' && at(i+1) == '\n' || endsText(u.buf[:i]) {
		return false
	}
	before := u.buf[u.before(start):max(start, 0)]
	after := u.buf[min(start+unit, len(u.buf)):min(start+unit+aside, len(u.buf))]
	left, right := units(before, i-start), units(after, i-start)
	return left > 0 && right > 0 && left+right > 2
}

// endsText tells whether a stretch ends with what Foreign takes for text in bytes at first sight.
func endsText(part []byte) bool {
	text := part[max(len(part)-leastForeign, 0):]
	for _, c := range text {
		if !plain(c) {
			return false
		}
	}
	return len(text) == leastForeign && !alike(text) && !alike(text[1:])
}

// before returns where the whole characters begin that stand before one and tell what it belongs to.
func (u *Unmixer) before(start int) int {
	if from := start - aside; from >= 0 {
		return from
	}
	return min(max(start, 0), u.phase&1)
}

// units counts the characters of a stretch that are of UTF-16 rather than of text in bytes: they have zero bytes or those of controls, or what should
// be UTF-8 is none. Many bytes of line feeds in one lane are those of a script.
func units(text []byte, lane int) int {
	sure, feeds, other := 0, 0, 0
	bytesToo := isUTF8(text)
	for ; len(text) >= 2; text = text[2:] {
		switch a, b := text[0], text[1]; {
		case isControl(a) || isControl(b):
			sure++
		case text[lane] == '\n':
			feeds++
		case (a|b)&0x80 != 0:
			other++
		}
	}
	if sure+feeds < 3 {
		feeds = 0
	}
	if bytesToo {
		other = 0
	}
	return sure + feeds + other
}

// isControl tells whether a byte stands in no text.
func isControl(c byte) bool { return c < ' ' && !plain(c) || c == 0x7f }

// isUTF8 tells whether a stretch that may be cut within characters is UTF-8.
func isUTF8(text []byte) bool {
	for i := 0; i < utf8.UTFMax-1 && len(text) > 0 && !utf8.RuneStart(text[0]); i++ {
		text = text[1:]
	}
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		if r == utf8.RuneError && n == 1 {
			return !utf8.FullRune(text)
		}
		text = text[n:]
	}
	return true
}
