package decode

import (
	"encoding/binary"
	"sort"
	"unicode/utf8"
)

// Converter converts content that is read in blocks from UTF-16 or UTF-32 to
// UTF-8: a character may be cut by a block's edge. It remembers how offsets in
// the text go back to offsets in the content. It belongs to one goroutine.
type Converter struct {
	enc     Encoding
	pending [4]byte // the beginning of a code unit
	n       int     // bytes of it
	high    uint16  // a high surrogate that waits for its low one, else 0

	content, text int64 // bytes taken and made
	segments      []segment
}

// segment is a stretch of characters that all have the same length in the
// content and in the text.
type segment struct {
	content, text   int64 // offsets of the first
	inSize, outSize uint8 // bytes of one
}

// NewConverter returns a converter from an encoding, whose byte-order mark the
// caller takes off (Sniff, Skip). From UTF8 it copies.
func NewConverter(enc Encoding) *Converter { return &Converter{enc: enc} }

// Skip counts bytes of content that stand before what is converted: a
// byte-order mark.
func (c *Converter) Skip(bytes int) { c.content += int64(bytes) }

// Append converts a block and appends the text to dst. Unpaired surrogates and
// what is no character become U+FFFD. Up to four bytes are kept for the next block.
func (c *Converter) Append(dst, block []byte) []byte {
	if c.enc == UTF8 && len(block) > 0 {
		c.record(1, 1)
		c.content += int64(len(block) - 1)
		c.text += int64(len(block) - 1)
	}
	return c.append(dst, block, c.record)
}

// Flush appends what is left when the content has ended: U+FFFD if it ended
// within a character.
func (c *Converter) Flush(dst []byte) []byte { return c.flush(dst, c.record) }

// Offset returns where in the content the character stands that has a byte at
// an offset of all the text made so far; the number of bytes converted for one at its end or beyond.
func (c *Converter) Offset(textOffset int64) int64 {
	i := sort.Search(len(c.segments), func(i int) bool { return c.segments[i].text > textOffset }) - 1
	if i < 0 || textOffset >= c.text {
		return c.content
	}
	s := c.segments[i]
	return s.content + (textOffset-s.text)/int64(s.outSize)*int64(s.inSize)
}

// Forget drops what is only needed for offsets before textOffset, so that the
// memory for a long content stays bounded.
func (c *Converter) Forget(textOffset int64) {
	i := sort.Search(len(c.segments), func(i int) bool { return c.segments[i].text > textOffset }) - 1
	if i > 0 {
		c.segments = c.segments[:copy(c.segments, c.segments[i:])]
	}
}

// record notes that inSize bytes of content became outSize bytes of text.
func (c *Converter) record(inSize, outSize int) {
	n := len(c.segments)
	if n == 0 || int(c.segments[n-1].inSize) != inSize || int(c.segments[n-1].outSize) != outSize {
		c.segments = append(c.segments, segment{c.content, c.text, uint8(inSize), uint8(outSize)})
	}
	c.content += int64(inSize)
	c.text += int64(outSize)
}

// append does the work of Append; step, which may be nil, is told the sizes of
// every character.
func (c *Converter) append(dst, block []byte, step func(inSize, outSize int)) []byte {
	unit := c.enc.unit()
	if unit == 1 {
		return append(dst, block...)
	}
	if c.n > 0 {
		took := copy(c.pending[c.n:unit], block)
		c.n += took
		block = block[took:]
		if c.n < unit {
			return dst
		}
		c.n = 0
		dst = c.unit(dst, c.pending[:unit], step)
	}
	for ; len(block) >= unit; block = block[unit:] {
		dst = c.unit(dst, block[:unit], step)
	}
	c.n = copy(c.pending[:], block)
	return dst
}

// flush does the work of Flush.
func (c *Converter) flush(dst []byte, step func(inSize, outSize int)) []byte {
	if c.high != 0 {
		dst = emit(dst, utf8.RuneError, 2, step)
		c.high = 0
	}
	if c.n > 0 {
		dst = emit(dst, utf8.RuneError, c.n, step)
		c.n = 0
	}
	return dst
}

// unit converts one code unit.
func (c *Converter) unit(dst, u []byte, step func(inSize, outSize int)) []byte {
	var v uint16
	switch c.enc {
	case UTF32LE:
		return emit(dst, rune32(binary.LittleEndian.Uint32(u)), 4, step)
	case UTF32BE:
		return emit(dst, rune32(binary.BigEndian.Uint32(u)), 4, step)
	case UTF16BE:
		v = binary.BigEndian.Uint16(u)
	default:
		v = binary.LittleEndian.Uint16(u)
	}
	if c.high != 0 {
		high := rune(c.high)
		c.high = 0
		if 0xdc00 <= v && v < 0xe000 {
			return emit(dst, (high-0xd800)<<10|(rune(v)-0xdc00)+0x10000, 4, step)
		}
		dst = emit(dst, utf8.RuneError, 2, step)
	}
	switch {
	case v < utf8.RuneSelf:
		if step != nil {
			step(2, 1)
		}
		return append(dst, byte(v))
	case 0xd800 <= v && v < 0xdc00:
		c.high = v
		return dst
	case 0xdc00 <= v && v < 0xe000:
		return emit(dst, utf8.RuneError, 2, step)
	}
	return emit(dst, rune(v), 2, step)
}

func rune32(v uint32) rune {
	if v > utf8.MaxRune || !utf8.ValidRune(rune(v)) {
		return utf8.RuneError
	}
	return rune(v)
}

func emit(dst []byte, r rune, inSize int, step func(inSize, outSize int)) []byte {
	n := len(dst)
	dst = utf8.AppendRune(dst, r)
	if step != nil {
		step(inSize, len(dst)-n)
	}
	return dst
}
