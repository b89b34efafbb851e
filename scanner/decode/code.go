package decode

import (
	"encoding/base64"
	"encoding/hex"
)

// code is an encoding that writes groups of bytes as groups of characters of an alphabet.
type code struct {
	name string
	// in is how many characters a group has, out how many bytes they make.
	in, out int
	// foreign is the class of those characters of a run that are not of the alphabet.
	foreign uint8
	// enc decodes base64; nil stands for hexadecimal.
	enc *base64.Encoding
}

var (
	standard    = code{Base64{}.Name(), 4, 3, onlyURL, base64.RawStdEncoding}
	urlSafe     = code{Base64URL{}.Name(), 4, 3, onlyStd, base64.RawURLEncoding}
	hexadecimal = code{name: Hex{}.Name(), in: 2, out: 1}
)

// decode decodes characters of the alphabet and returns how many bytes they
// make. Those of a group that is too short for a byte are left out. It is no field of
// code, so that the buffers of the callers may stay on their stacks.
func (c *code) decode(dst, chars []byte) int {
	if c.enc == nil {
		n, _ := hex.Decode(dst, chars[:len(chars)&^1])
		return n
	}
	if len(chars)%4 == 1 {
		chars = chars[:len(chars)-1]
	}
	n, _ := c.enc.Decode(dst, chars)
	return n
}

// longWord is the length in characters of a word that is no identifier.
const longWord = 96

// likely says whether a short row of characters may hold text, aligned as it
// is. A long one, or one that is joined, may begin with something else.
func (c *code) likely(chars []byte, joined bool) bool {
	if c.enc == nil {
		return likelyHexText(chars)
	}
	return likelyAligned(chars, !joined && len(chars) <= longWord)
}

// sampled is how many groups of a window tell whether it may hold text, and
// sampledFirst how many of them may tell that it does not.
const (
	sampled      = 32
	sampledFirst = 8
)

// alignment returns the alignment (characters to leave out) at which most of the
// bytes that a window's characters make are printable ASCII or zero or, if at none 55 %
// of them are, or nearly all of those are zeros, the one that inset finds; -1 if there is none. Of random
// bytes 38 % are, so that one window in a thousand looks like text.
func (c *code) alignment(window []byte) int {
	best, most := -1, 0
	for shift := range min(c.in, len(window)) {
		n := 0
		if c.enc == nil {
			n = sampleHex(window[shift:])
		} else {
			n = sampleBase64(window[shift:])
		}
		if n > most {
			best, most = shift, n
		}
	}
	if best < 0 {
		return c.inset(window)
	}
	return best
}

// insetLen is how many printable bytes in a row, in whole groups, make it worth looking
// whether a text of longText bytes stands between other bytes. Of a text across the
// edge of two windows one has as many.
const insetLen = 9

// inset returns the alignment at which characters that make mostly other bytes have a row of
// insetLen printable ones, -1 if there is none: in one of 25 windows of random bytes there is.
func (c *code) inset(chars []byte) int {
	need := insetLen / c.out
	for shift := range min(c.in, len(chars)) {
		aligned := chars[shift:]
		groups := len(aligned) / c.in
		for g := need - 1; g < groups; {
			first := g // of a row that ends with g
			for first > g-need && c.printable(aligned, first) {
				first--
			}
			if first == g-need {
				return shift
			}
			g = first + need
		}
	}
	return -1
}

// printable says whether a group makes printable bytes only.
func (c *code) printable(chars []byte, group int) bool {
	if c.enc == nil {
		return classes[nibbles[chars[2*group]]<<4|nibbles[chars[2*group+1]]]&printing != 0
	}
	p := chars[4*group : 4*group+4 : 4*group+4]
	v := uint32(sextets[p[0]])<<18 | uint32(sextets[p[1]])<<12 | uint32(sextets[p[2]])<<6 | uint32(sextets[p[3]])
	return classes[byte(v>>16)]&classes[byte(v>>8)]&classes[byte(v)]&printing != 0
}

// verdict is the end of a sampling: the number of good bytes per 1000, 0 if they
// are too few. Good and text are counted in the classes' own bits.
func verdict(good, text, n int) int {
	good /= printingOrZero
	text /= printing
	if n == 0 || 20*good < 11*n || 4*text < n {
		return 0
	}
	return 1000 * good / n
}

func sampleBase64(window []byte) int {
	groups := len(window) / 4
	step := max(groups/sampled, 1)
	good, text, n := 0, 0, 0
	for g := 0; g < groups; g += step {
		p := window[4*g : 4*g+4 : 4*g+4]
		v := uint32(sextets[p[0]])<<18 | uint32(sextets[p[1]])<<12 | uint32(sextets[p[2]])<<6 | uint32(sextets[p[3]])
		x, y, z := int(classes[byte(v>>16)]), int(classes[byte(v>>8)]), int(classes[byte(v)])
		good += x&printingOrZero + y&printingOrZero + z&printingOrZero
		text += x&printing + y&printing + z&printing
		if n += 3; n == 3*sampledFirst && good < 11*printingOrZero {
			return 0
		}
	}
	return verdict(good, text, n)
}

func sampleHex(window []byte) int {
	groups := len(window) / 2
	step := max(groups/(2*sampled), 1)
	good, text, n := 0, 0, 0
	for g := 0; g < groups; g += step {
		x := int(classes[nibbles[window[2*g]]<<4|nibbles[window[2*g+1]]])
		good += x & printingOrZero
		text += x & printing
		if n++; n == 2*sampledFirst && good < 7*printingOrZero {
			return 0
		}
	}
	return verdict(good, text, n)
}

// sextets gives the values of the digits of both alphabets of base64.
var sextets = func() (t [256]uint8) {
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		t[c] = uint8(i)
	}
	t['-'], t['_'] = 62, 63
	return t
}()

// nibbles gives the values of the hexadecimal digits.
var nibbles = func() (t [256]uint8) {
	for i, c := range []byte("0123456789abcdef") {
		t[c] = uint8(i)
	}
	for i, c := range []byte("ABCDEF") {
		t[c] = uint8(10 + i)
	}
	return t
}()
