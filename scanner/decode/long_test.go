package decode

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

// TestLong holds that in long runs, in one line or wrapped, every word of a text is
// whole in a run, wherever it stands, that the run's place is the word's, and that runs come in order.
func TestLong(t *testing.T) {
	var b strings.Builder
	for i := range 110000 {
		fmt.Fprintf(&b, "secret-%06d ", i)
	}
	text := b.String()
	encode := base64.StdEncoding.EncodeToString([]byte(text))
	for _, c := range []struct{ name, by, content string }{
		{"one line", "base64", encode},
		{"cut", "base64", encode[1:]},
		{"glued", "base64", "a/b" + encode},
		{"wrapped", "base64", wrap(encode, 76, "\n")},
		{"wrapped, CRLF and indented", "base64", wrap(encode, 64, "\r\n  ")},
		{"wrapped, odd width", "base64", wrap(encode, 61, "\n")},
		{"narrow", "base64", wrap(encode, 30, "\n")},
		{"escaped", "base64", wrap(encode, 76, `\n`)},
		{"URL", "base64url", wrap(base64.RawURLEncoding.EncodeToString([]byte("???"+text)), 76, "\n")},
		{"UTF-16", "base64", wrap(base64.StdEncoding.EncodeToString(encodeUTF16(text, false)), 76, "\n")},
		{"hexadecimal", "hex", hex.EncodeToString([]byte(text))},
		{"hexadecimal, cut", "hex", hex.EncodeToString([]byte(text))[1:]},
	} {
		content := []byte("x = '" + c.content + "'\n")
		words := make(map[string]bool)
		last := -1
		for _, r := range found(content, c.by) {
			if r.Start <= last || r.End > len(content)-2 {
				t.Errorf("%s: %d..%d of %d after %d", c.name, r.Start, r.End, len(content), last)
			}
			last = r.Start
			for word := range strings.FieldsSeq(string(r.Text)) {
				words[word] = true
			}
		}
		for i := 1; i < 110000; i++ {
			if word := fmt.Sprintf("secret-%06d", i); !words[word] {
				t.Errorf("%s: %s is whole in no run", c.name, word)
				break
			}
		}
	}
}

// TestTextInBinary holds that a text of a few lines is found in the midst of binary, and its place.
func TestTextInBinary(t *testing.T) {
	secret := strings.Repeat(hidden+"\n", 8)
	for _, size := range []int{600, 5000, 300000, 3 << 19} {
		binary := randomBytes(size)
		for _, at := range []int{0, 100, size / 2, min(size, part/4*3-600), size - 100, size} {
			raw := bytes.Join([][]byte{binary[:at], []byte(secret), binary[at:]}, nil)
			for _, c := range []struct{ name, by, text string }{
				{"one line", "base64", base64.StdEncoding.EncodeToString(raw)},
				{"glued", "base64", "x" + base64.StdEncoding.EncodeToString(raw)},
				{"wrapped", "base64", wrap(base64.StdEncoding.EncodeToString(raw), 76, "\n")},
				{"hexadecimal", "hex", hex.EncodeToString(raw)},
			} {
				ok := false
				for _, r := range found([]byte(c.text), c.by) {
					if !bytes.Contains(r.Text, []byte(secret[:len(secret)-1])) {
						continue
					}
					// Where it should stand, give or take the bytes around it that are printable by chance.
					perByte := float64(len(c.text)) / float64(len(raw))
					from, to := float64(at)*perByte, float64(at+len(secret))*perByte
					if float64(r.Start) < from-60 || float64(r.Start) > from+10 || float64(r.End) > to+60 || float64(r.End) < to-10 {
						t.Errorf("%s, %d of %d: %d..%d, want %.0f..%.0f", c.name, at, size, r.Start, r.End, from, to)
					}
					ok = true
				}
				if !ok {
					t.Errorf("%s, %d of %d: not found", c.name, at, size)
				}
			}
		}
	}
}

// TestList holds that tokens one a line are found each for itself, though they look like wrapped text.
func TestList(t *testing.T) {
	var b strings.Builder
	for i := range 200 {
		b.WriteString(base64.RawStdEncoding.EncodeToString([]byte(fmt.Sprintf("user-%03d:correct horse battery", i))) + "\n")
	}
	var all []byte
	for _, r := range found([]byte(b.String()), "base64") {
		all = append(append(all, r.Text...), '\n')
	}
	for i := range 200 {
		if !bytes.Contains(all, []byte(fmt.Sprintf("user-%03d:correct horse battery", i))) {
			t.Fatalf("token %d is not found", i)
		}
	}
}

// TestJoined holds that what stands behind joined lines is found, even in the same run.
func TestJoined(t *testing.T) {
	first := wrap(encodedText(150), 76, "\n")
	second := base64.RawURLEncoding.EncodeToString([]byte(">>>???" + hidden + hidden + hidden))
	content := []byte(first + "-" + second + "\n")
	if runs := found(content, "base64url"); len(runs) != 1 || !bytes.Contains(runs[0].Text, []byte(hidden)) {
		t.Errorf("%d runs", len(runs))
	}
	content = []byte(first + "-" + encodedText(100) + "\n")
	if runs := found(content, "base64"); len(runs) != 2 || runs[1].End != len(content)-1 {
		t.Errorf("%v", runs)
	}
}
