package decode

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// Encoding is how a content's characters are written.
type Encoding uint8

// The encodings. UTF8 stands for everything that is scanned as it is.
const (
	UTF8 Encoding = iota
	UTF16LE
	UTF16BE
	UTF32LE
	UTF32BE
)

// String returns the encoding's usual name.
func (e Encoding) String() string {
	switch e {
	case UTF16LE:
		return "UTF-16LE"
	case UTF16BE:
		return "UTF-16BE"
	case UTF32LE:
		return "UTF-32LE"
	case UTF32BE:
		return "UTF-32BE"
	}
	return "UTF-8"
}

// sniffed is how many bytes decide on the encoding.
const sniffed = 4096

// Text returns a content as UTF-8, and the encoding it was in. Content that is
// not in UTF-16 or UTF-32 is returned as it is: the same slice. A byte-order
// mark of UTF-16 or UTF-32 is left out; one of UTF-8 is content.
func Text(content []byte) ([]byte, Encoding) {
	enc, mark := Sniff(content)
	if enc == UTF8 {
		return content, UTF8
	}
	return enc.convert(content[mark:]), enc
}

// Sniff tells the encoding of a content from its first 4 KB, and the length in
// bytes of its byte-order mark (0 for UTF8, whose mark is content). Without a mark,
// UTF-16 and UTF-32 are known by where zero bytes stand, which takes text that is
// mostly ASCII.
func Sniff(head []byte) (enc Encoding, mark int) {
	head = head[:min(len(head), sniffed)]
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe, 0, 0}) && looksUTF32(head[4:], binary.LittleEndian):
		return UTF32LE, 4
	case bytes.HasPrefix(head, []byte{0, 0, 0xfe, 0xff}) && looksUTF32(head[4:], binary.BigEndian):
		return UTF32BE, 4
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return UTF16LE, 2
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return UTF16BE, 2
	}
	if bytes.IndexByte(head, 0) < 0 {
		return UTF8, 0
	}
	if enc := sniffUTF16(head); enc != UTF8 {
		return enc, 0
	}
	switch {
	case len(head) >= 16 && looksUTF32(head, binary.LittleEndian) && 6*printable(head) >= len(head):
		return UTF32LE, 0
	case len(head) >= 16 && looksUTF32(head, binary.BigEndian) && 6*printable(head) >= len(head):
		return UTF32BE, 0
	}
	return UTF8, 0
}

// sniffUTF16 knows UTF-16 by its zero bytes: most characters have one, all of
// them on the same side of a byte that is printable.
func sniffUTF16(text []byte) Encoding {
	units := min(len(text), sniffed) / 2
	if units < 4 {
		return UTF8
	}
	var le, be, both int
	for i := range units {
		a, b := text[2*i], text[2*i+1]
		switch {
		case a == 0 && b == 0:
			both++
		case b == 0 && classes[a]&printing != 0:
			le++
		case a == 0 && classes[b]&printing != 0:
			be++
		}
	}
	switch most := units - units/3; {
	case both > units/64:
		return UTF8
	case le >= most:
		return UTF16LE
	case be >= most:
		return UTF16BE
	}
	return UTF8
}

// printable counts the bytes that are printable ASCII.
func printable(text []byte) (n int) {
	for _, c := range text {
		if classes[c]&printing != 0 {
			n++
		}
	}
	return n
}

// looksUTF32 says that every unit is a character.
func looksUTF32(text []byte, order binary.ByteOrder) bool {
	for ; len(text) >= 4; text = text[4:] {
		if r := order.Uint32(text); r > utf8.MaxRune || !utf8.ValidRune(rune(r)) || r == 0 {
			return false
		}
	}
	return true
}

// convert converts a whole text.
func (e Encoding) convert(text []byte) []byte {
	c := NewConverter(e)
	out := make([]byte, 0, len(text)/e.unit()+len(text)/8)
	out = c.append(out, text, nil)
	return c.flush(out, nil)
}

// unit is the length in bytes of a code unit.
func (e Encoding) unit() int {
	switch e {
	case UTF16LE, UTF16BE:
		return 2
	case UTF32LE, UTF32BE:
		return 4
	}
	return 1
}

// Offset returns where in content the character stands that has a byte at
// textOffset of the text that Text made of it; the content's length for an offset
// at the text's end or beyond. It takes time linear in the offset.
func (e Encoding) Offset(content []byte, textOffset int) int {
	if e == UTF8 {
		return min(textOffset, len(content))
	}
	_, mark := Sniff(content)
	c := NewConverter(e)
	at, made := mark, 0
	found := -1
	step := func(size, n int) {
		if found < 0 && textOffset < made+n {
			found = at
		}
		at, made = at+size, made+n
	}
	var buf [256]byte
	for rest := content[mark:]; len(rest) > 0 && found < 0; {
		n := min(len(rest), 64)
		c.append(buf[:0], rest[:n], step)
		rest = rest[n:]
	}
	c.flush(buf[:0], step)
	if found < 0 {
		return len(content)
	}
	return found
}
