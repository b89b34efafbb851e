package decode

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"
)

// numbers writes the bytes of a text as numbers.
func numbers(format, sep, text string) string {
	return strings.TrimSuffix(hexEscape(format+sep, text), sep)
}

// TestInset holds that a short text between other bytes is found.
func TestInset(t *testing.T) {
	const token = "token=k3yOfTwentyFour0ct"
	for _, around := range []int{100, 180, 1000, 100000} {
		for at := range 12 {
			noise := randomBytes(2 * (around + at))
			plain := string(noise[:around+at]) + token + string(noise[around+at:])
			for name, text := range map[string]string{
				"base64":            base64.StdEncoding.EncodeToString([]byte(plain)),
				"base64, wrapped":   wrap(base64.StdEncoding.EncodeToString([]byte(plain)), 76, "\n"),
				"base64, narrow":    wrap(base64.StdEncoding.EncodeToString([]byte(plain)), 24, "\n"),
				"hexadecimal":       hex.EncodeToString([]byte(plain)),
				"narrow, 20 a line": wrap(base64.StdEncoding.EncodeToString([]byte(plain)), 20, "\n"),
			} {
				ok := false
				Find([]byte("x = '"+text+"';\n"), func(r Run) { ok = ok || bytes.Contains(r.Text, []byte(token)) })
				if !ok {
					t.Errorf("%s, %d bytes around it: not found", name, around+at)
				}
			}
		}
	}
}

// TestLongArrays holds that a long array comes in parts, and that a text across their edge is whole in one.
func TestLongArrays(t *testing.T) {
	const token = "token=k3yOfTwentyFour0ct"
	for _, before := range []int{0, arrayPart - arrayOverlap - 10, arrayPart - 10, arrayPart, 2*arrayPart - arrayOverlap - 10} {
		content := "{" + strings.Repeat("200, ", before) + numbers("%d", ", ", token) + strings.Repeat(", 200", arrayPart) + "}"
		n := 0
		for _, r := range found([]byte(content), ByteArrays{}.Name()) {
			if string(r.Text) != token || content[r.Start:r.End] != numbers("%d", ", ", token) {
				t.Errorf("after %d: %d..%d %q", before, r.Start, r.End, r.Text)
			}
			n++
		}
		if n != 1 {
			t.Errorf("after %d: found %d times", before, n)
		}
	}
}
