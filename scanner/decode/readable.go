package decode

import (
	"unicode"
	"unicode/utf8"
)

const (
	// leastText is the shortest decoded text, in bytes, that is worth another look.
	leastText = 12
	// longText is the length in bytes of a text that is one by intent even between
	// other bytes: of random bytes 38 % are printable, so that one place in 10^8 begins such a
	// stretch by chance. The shortest tokens of a provider have as many.
	longText = 20
)

// utf16Text converts bytes that look like UTF-16; not ok when that is no text.
func utf16Text(decoded []byte) (text []byte, ok bool) {
	text = sniffUTF16(decoded).convert(decoded)
	s, e := longestStretch(text)
	return text, e-s >= leastText && 2*(e-s) >= len(text)
}

// leastOf returns from how many bytes on a stretch of decoded bytes is text: leastText
// if that is the longest and half of all bytes, else longText. Random bytes have no such
// stretch: one in three is printable. It is not ok when no stretch is as long.
func leastOf(decoded []byte) (least int, ok bool) {
	s, e := longestStretch(decoded)
	switch longest := e - s; {
	case longest >= longText:
		return longText, true
	case longest < leastText || 2*longest < len(decoded):
		return 0, false
	default:
		return longest, true
	}
}

// longestStretch finds the longest stretch of printable characters.
func longestStretch(text []byte) (start, end int) {
	for s, e := nextStretch(text, 0); s < e; s, e = nextStretch(text, e) {
		if e-s > end-start {
			start, end = s, e
		}
	}
	return start, end
}

// nextStretch finds the first stretch of printable characters from an offset on; it
// is empty when there is none.
func nextStretch(text []byte, from int) (start, end int) {
	for from < len(text) && classes[text[from]]&printing == 0 && (text[from] < utf8.RuneSelf || printableRune(text[from:]) == 0) {
		from++
	}
	for end = from; end < len(text); {
		size := 1
		if classes[text[end]]&printing == 0 {
			if text[end] < utf8.RuneSelf {
				break
			}
			if size = printableRune(text[end:]); size == 0 {
				break
			}
		}
		end += size
	}
	return from, end
}

// printableRune returns the length in bytes of a text's first character if that
// is printable, else 0. It is not asked about ASCII.
func printableRune(text []byte) int {
	if r, n := utf8.DecodeRune(text); r != utf8.RuneError && unicode.IsPrint(r) {
		return n
	}
	return 0
}
