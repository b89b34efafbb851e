package decode

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestForeign(t *testing.T) {
	le := func(s string) string { return string(encodeUTF16(s, false)) }
	be := func(s string) string { return string(encodeUTF16(s, true)) }
	tests := []struct {
		enc  Encoding
		text string
		want int
	}{
		{UTF16LE, "", -1},
		{UTF16LE, le("password = s3cret, über allem\r\n"), -1},
		{UTF16BE, be("password = s3cret, über allem\r\n"), -1},
		{UTF16LE, le("ключ ключ ключ ключ"), -1},
		{UTF16LE, le("कककखगघङ ── │ └┘ ─────── カタカナ ⠋⠙⠹⠸"), -1},
		{UTF16LE, le("abc\n") + "TOKEN=12", 8},
		{UTF16LE, le("abc\n") + "TOKEN=1", -1},
		{UTF16BE, be("abc\n") + "TOKEN=12", 7},
		{UTF16LE, "TOKEN=12" + le("abc"), 0},
		{UTF16LE, le("abc") + "x" + le("TOKEN=123456"), -2},
		{UTF16LE, le("abcd") + be("TOKEN=123456"), 8},
		{UTF16BE, be("abcd") + le("TOKEN=123456"), 8},
		{UTF32LE, string(encodeUTF32("abcd", false)), -1},
		{UTF32BE, string(encodeUTF32("abcd", true)) + "TOKEN=123", 15},
	}
	for _, tt := range tests {
		got := Foreign(tt.enc, []byte(tt.text), true)
		if tt.want == -2 && got >= 0 {
			continue
		}
		if got != tt.want {
			t.Errorf("%v %q: %d, want %d", tt.enc, tt.text, got, tt.want)
		}
	}
}

func TestMixed(t *testing.T) {
	le := func(s string) string { return string(encodeUTF16(s, false)) }
	for text, want := range map[string]bool{
		"":                                false,
		"password = s3cret\n":             false,
		"A=1\nB=2\n" + le("TOKEN=12\r\n"): true,
		"A=1\nB=2\n" + string(encodeUTF16("TOKEN=123\r\n", true)):                               true,
		"A=1\x00B=2\x00PATH=/usr/bin\x00":                                                       false,
		"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00" + le("a string of a program"): false,
		strings.Repeat("\x01\x02\x03", 20) + le("a string of it"):                               false,
		strings.Repeat("x", mixedHead) + le("a string of it"):                                   false,
	} {
		if got := Mixed([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestUnmixer holds that ASCII comes out of it however it was written, that other zero bytes stay, and that pieces of
// any length make no difference.
func TestUnmixer(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		var content, want []byte
		for range 1 + rng.IntN(6) {
			part := strings.Repeat("name = value\r\n"[:2+rng.IntN(13)], 1+rng.IntN(3))
			want = append(want, part...)
			switch rng.IntN(5) {
			case 0:
				content = append(content, encodeUTF16(part, false)...)
			case 1:
				content = append(content, encodeUTF16(part, true)...)
			case 2:
				content = append(content, encodeUTF32(part, false)...)
			case 3:
				content, want = append(append(content, part...), "\x00\x00\x00\x00\x00\x00\x00\x00"...), append(want, "\x00\x00\x00\x00\x00\x00\x00\x00"...)
			default:
				content = append(content, part...)
			}
		}
		var whole Unmixer
		got := whole.Flush(whole.Append(nil, content))
		if strip := func(b []byte) []byte { return bytes.ReplaceAll(b, []byte{0}, nil) }; !bytes.Equal(strip(got), strip(want)) || len(got) < len(want) && !bytes.Contains(want, []byte{0}) {
			t.Errorf("%q: %q, want %q", content, got, want)
		}
		for _, size := range []int{1, 3, 7} {
			var u Unmixer
			var pieces []byte
			for rest := content; len(rest) > 0; rest = rest[min(size, len(rest)):] {
				pieces = u.Append(pieces, rest[:min(size, len(rest))])
			}
			if pieces = u.Flush(pieces); !bytes.Equal(pieces, got) {
				t.Fatalf("%q in pieces of %d: %q, whole %q", content, size, pieces, got)
			}
		}
	}
	var u Unmixer
	if got := string(u.Flush(u.Append(nil, []byte("A=1\x00BC=2\x00DE\x00\x00\x00\x00F")))); got != "A=1\x00BC=2\x00DE\x00\x00\x00\x00F" {
		t.Errorf("%q", got)
	}
}

// TestLineFeeds holds that only the encoding's own line feeds count, not the same byte in another character.
func TestLineFeeds(t *testing.T) {
	const before, after = "a\nĊਅ\n上\n", "Њ𐐊b"
	for enc, encode := range map[Encoding]func(string) []byte{
		UTF16LE: func(s string) []byte { return encodeUTF16(s, false) },
		UTF16BE: func(s string) []byte { return encodeUTF16(s, true) },
		UTF32LE: func(s string) []byte { return encodeUTF32(s, false) },
		UTF32BE: func(s string) []byte { return encodeUTF32(s, true) },
	} {
		want := len(encode(before))
		if n, end := LineFeeds(enc, encode(before+after)); n != 3 || end != want {
			t.Errorf("%v: %d until %d, want 3 until %d", enc, n, end, want)
		}
		u := NewUnmixer(enc, encode("ключ"))
		if text := u.Flush(u.Append(nil, encode("Ċwords\nЊਅжж\nend"))); bytes.Count(text, []byte("\n")) != 2 {
			t.Errorf("%v: %q", enc, text)
		}
	}
}
