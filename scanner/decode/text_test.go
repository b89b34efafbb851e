package decode

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

func encodeUTF16(text string, big bool) []byte {
	var order binary.AppendByteOrder = binary.LittleEndian
	if big {
		order = binary.BigEndian
	}
	var out []byte
	for _, u := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, u)
	}
	return out
}

func encodeUTF32(text string, big bool) []byte {
	var order binary.AppendByteOrder = binary.LittleEndian
	if big {
		order = binary.BigEndian
	}
	var out []byte
	for _, r := range text {
		out = order.AppendUint32(out, uint32(r))
	}
	return out
}

const mixed = "password = \"s3cret\"\r\n# Schlüssel, ключ, 鍵, 🔑 and so on\n"

// texts are contents in each encoding, all of the same text.
func texts(text string) []struct {
	enc     Encoding
	content []byte
} {
	type t = struct {
		enc     Encoding
		content []byte
	}
	return []t{
		{UTF8, []byte(text)},
		{UTF16LE, encodeUTF16(text, false)},
		{UTF16BE, encodeUTF16(text, true)},
		{UTF32LE, encodeUTF32(text, false)},
		{UTF32BE, encodeUTF32(text, true)},
		{UTF16LE, append([]byte{0xff, 0xfe}, encodeUTF16(text, false)...)},
		{UTF16BE, append([]byte{0xfe, 0xff}, encodeUTF16(text, true)...)},
		{UTF32LE, append([]byte{0xff, 0xfe, 0, 0}, encodeUTF32(text, false)...)},
		{UTF32BE, append([]byte{0, 0, 0xfe, 0xff}, encodeUTF32(text, true)...)},
	}
}

func TestText(t *testing.T) {
	for _, c := range texts(mixed) {
		text, enc := Text(c.content)
		if enc != c.enc || string(text) != mixed {
			t.Errorf("%v (%d bytes): %v %q", c.enc, len(c.content), enc, text)
			continue
		}
		at := strings.Index(mixed, "🔑 and")
		for offset := range text {
			got := enc.Offset(c.content, offset)
			// The character before an offset is as long in the content as its encoding says.
			prefix, _ := Text(c.content[:got])
			if enc == UTF8 {
				prefix = c.content[:got]
			}
			if len(c.content[:got]) > 32 && !strings.HasPrefix(mixed, string(prefix)) {
				t.Errorf("%v: offset %d gives %d", enc, offset, got)
			}
		}
		want := len(c.content) - len(encodedLike(c.enc, mixed[at:]))
		if got := enc.Offset(c.content, at); got != want {
			t.Errorf("%v: offset %d gives %d, want %d", enc, at, got, want)
		}
		if got := enc.Offset(c.content, len(text)); got != len(c.content) {
			t.Errorf("%v: the end gives %d of %d", enc, got, len(c.content))
		}
	}
}

func encodedLike(enc Encoding, text string) []byte {
	for _, c := range texts(text) {
		if c.enc == enc {
			return c.content
		}
	}
	return nil
}

// TestTextSame holds that other contents come back as the same slice.
func TestTextSame(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	random := make([]byte, 10000)
	for i := range random {
		random[i] = byte(rng.UintN(256))
	}
	for name, content := range map[string][]byte{
		"nothing":         {},
		"a byte":          {0},
		"plain":           []byte("key = value\n"),
		"UTF-8 with mark": []byte("\xef\xbb\xbfkey = value\n"),
		"Latin-1":         []byte("key = \xfcber\n"),
		"random":          random,
		"zeros":           make([]byte, 5000),
		"a zero":          []byte("key = value\x00key2 = value2\x00key3"),
		"an archive":      []byte("PK\x03\x04\x14\x00\x00\x00\x08\x00a\x00b\x00\x00\x00\x00\x00\x01\x00\x00\x00name.txt\x00\x00"),
		"little numbers":  {1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8, 0},
		"an executable":   []byte("\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03\x00\x3e\x00\x01\x00\x00\x00"),
	} {
		text, enc := Text(content)
		if enc != UTF8 || len(text) != len(content) || len(content) > 0 && &text[0] != &content[0] {
			t.Errorf("%s: %v, %d of %d bytes", name, enc, len(text), len(content))
		}
		if got := UTF8.Offset(content, len(content)); got != len(content) {
			t.Errorf("%s: the end gives %d", name, got)
		}
	}
}

func TestBrokenText(t *testing.T) {
	const bad = "\ufffd"
	for _, c := range []struct {
		enc           Encoding
		content, want string
	}{
		{UTF16LE, "a\x00\x00\xd8b\x00", "a" + bad + "b"},
		{UTF16LE, "a\x00\x00\xdcb\x00", "a" + bad + "b"},
		{UTF16LE, "a\x00\x00\xd8\x00\xd8\x00\xdc", "a" + bad + "\U00010000"},
		{UTF16LE, "a\x00\x00\xd8", "a" + bad},
		{UTF16LE, "a\x00b", "a" + bad},
		{UTF16BE, "\x00a\xd8\x00\xdc", "a" + bad + bad},
		{UTF32LE, "a\x00\x00\x00\xff\xff\xff\xff\x00\xd8\x00\x00b", "a" + bad + bad + bad},
	} {
		if got := c.enc.convert([]byte(c.content)); string(got) != c.want {
			t.Errorf("%v %q: %q, want %q", c.enc, c.content, got, c.want)
		}
	}
}

// TestConverter holds that contents in blocks of any size give the same text and
// offsets as whole ones.
func TestConverter(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	text := strings.Repeat(mixed, 20)
	for _, c := range texts(text) {
		for _, block := range []int{1, 2, 3, 5, 7, 64, 1 << 20} {
			enc, mark := Sniff(c.content)
			conv := NewConverter(enc)
			conv.Skip(mark)
			var got []byte
			for rest := c.content[mark:]; len(rest) > 0; {
				n := min(block, len(rest))
				got = conv.Append(got, rest[:n])
				rest = rest[n:]
			}
			got = conv.Flush(got)
			if string(got) != text {
				t.Fatalf("%v in blocks of %d: %q", enc, block, got)
			}
			for range 50 {
				at := rng.IntN(len(got) + 1)
				if have, want := conv.Offset(int64(at)), int64(enc.Offset(c.content, at)); have != want {
					// Offsets within a character of UTF-8 content are those of bytes.
					t.Fatalf("%v in blocks of %d: offset %d gives %d, want %d", enc, block, at, have, want)
				}
			}
			late := len(got) / 2
			conv.Forget(int64(late))
			if have, want := conv.Offset(int64(late)), int64(enc.Offset(c.content, late)); have != want {
				t.Fatalf("%v after Forget: offset %d gives %d, want %d", enc, late, have, want)
			}
		}
	}
}

func FuzzConverter(f *testing.F) {
	for _, c := range texts(mixed) {
		f.Add(c.content, uint8(c.enc), 3)
	}
	f.Fuzz(func(t *testing.T, content []byte, encoding uint8, block int) {
		enc := Encoding(encoding % 5)
		block = max(block%16, 1)
		conv := NewConverter(enc)
		var got []byte
		for rest := content; len(rest) > 0; {
			n := min(block, len(rest))
			got = conv.Append(got, rest[:n])
			rest = rest[n:]
		}
		got = conv.Flush(got)
		if want := enc.convert(content); !bytes.Equal(got, want) {
			t.Errorf("%v: %q in blocks, %q whole", enc, got, want)
		}
		if enc != UTF8 && !utf8.Valid(got) {
			t.Errorf("%v: %q is not valid", enc, got)
		}
		if at := conv.Offset(int64(len(got))); at != int64(len(content)) {
			t.Errorf("%v: the end is at %d of %d", enc, at, len(content))
		}
	})
}
