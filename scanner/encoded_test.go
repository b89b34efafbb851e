package scanner_test

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/rules/check"
	"github.com/keysieve/keysieve/rules/sample"
	"github.com/keysieve/keysieve/scanner"
)

// TestScanFindsEncoded runs the built-in rules over one token in the ways in which programs write it.
func TestScanFindsEncoded(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	index, ok := set.Index("github-pat-classic")
	if !ok {
		t.Fatal("no such rule")
	}
	rule := set.Rules()[index]
	scheme, _ := check.ByName(rule.Check)
	s, err := sample.Generate(rule.Regex, rule.SecretGroup, scheme.Mend, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		t.Fatal(err)
	}
	token := s.Secret
	random := rand.New(rand.NewPCG(3, 8))
	noise := func() string {
		b := make([]byte, 1000)
		for i := range b {
			b[i] = byte(random.Uint32())
		}
		return string(b)
	}
	wrap := func(text string, width int, sep string) string {
		var lines []string
		for ; len(text) > width; text = text[width:] {
			lines = append(lines, text[:width])
		}
		return strings.Join(append(lines, text), sep)
	}
	numbers := func(format, sep string) string {
		var all []string
		for _, c := range []byte(token) {
			all = append(all, fmt.Sprintf(format, c))
		}
		return strings.Join(all, sep)
	}
	encode := base64.StdEncoding.EncodeToString
	tests := []struct{ name, content string }{
		{"base64, 20 a line", wrap(encode([]byte(token)), 20, "\n") + "\n"},
		{"base64, 20 a line, in YAML", "data: |\n  " + wrap(encode([]byte("token: "+token+"\n")), 20, "\n  ") + "\n"},
		{"base64, 22 a line, CRLF", wrap(encode([]byte("token="+token)), 22, "\r\n")},
		{"base64, 24 a line", wrap(encode([]byte(token)), 24, "\n")},
		{"base64, between random bytes", wrap(encode([]byte(noise()+"\x00"+token+"\n"+noise())), 76, "\n")},
		{"base64, between random bytes, in one line", `"` + encode([]byte(noise()+"\x00"+token+"\n"+noise())) + `"`},
		{"hexadecimal, between random bytes", fmt.Sprintf("%x", noise()+"\x00"+token+"\n"+noise())},
		{"C", "static const unsigned char t[] = {\n  " + wrap(numbers("0x%02x,", " "), 72, "\n  ") + "\n};\n"},
		{"C, with a zero", "char t[] = {" + numbers("0x%02X", ",") + ",0x00};"},
		{"Go", "var t = []byte{" + numbers("%d", ", ") + "}"},
		{"Java", "byte[] t = {" + numbers("%d", ",") + "};"},
		{"JavaScript", "Buffer.from([" + numbers("%d", ", ") + "])"},
		{"Python, list", "bytes([" + numbers("0x%x", ", ") + "])"},
		{"Python, literal", `b"` + numbers(`\x%02x`, "") + `"`},
		{"JSON, one in a line", "[\n" + numbers("      %d", ",\n") + "\n]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			res, err := scanner.Scan(t.Context(), &memory{blobs: []scanner.Blob{file("a", "x = 1;\n"+test.content+"\ny = 2;\n")}}, scanner.Options{Set: set})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range res.Findings {
				if f.Rule == rule && f.Secret.Reveal() == token {
					return
				}
			}
			t.Errorf("not found in %q", test.content)
		})
	}
}
