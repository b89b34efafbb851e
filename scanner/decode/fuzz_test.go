package decode

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// FuzzFind holds that every run lies in the content, that offsets map, and that a
// decoder finds alone what it finds together with the others.
func FuzzFind(f *testing.F) {
	for _, e := range encoded() {
		f.Add([]byte("x = '"+e.text+"'"), 0)
	}
	f.Add([]byte(`\u{`), 1)
	f.Add([]byte("%4"), 1)
	f.Add([]byte("&#x110000;&#;&;&#x;"), 1)
	f.Fuzz(func(t *testing.T, content []byte, minLen int) {
		check := func(r Run) {
			if r.Start < 0 || r.Start >= r.End || r.End > len(content) || len(r.Text) == 0 || r.By == "" {
				t.Errorf("%s: %d..%d of %d, %q", r.By, r.Start, r.End, len(content), r.Text)
			}
		}
		together := make(map[string][]string)
		Find(content, func(r Run) {
			check(r)
			if err := checkMap(content, r); err != nil {
				t.Errorf("%s, %d..%d: %v", r.By, r.Start, r.End, err)
			}
			together[r.By] = append(together[r.By], fmt.Sprint(r.Start, r.End, string(r.Text)))
		})
		for _, d := range Decoders() {
			d.Find(content, minLen%100, check)
			var alone []string
			d.Find(content, 0, func(r Run) { alone = append(alone, fmt.Sprint(r.Start, r.End, string(r.Text))) })
			if !slices.Equal(alone, together[d.Name()]) {
				t.Errorf("%s: %q alone, %q together", d.Name(), alone, together[d.Name()])
			}
		}
		text, enc := Text(content)
		if len(text) > 0 {
			if at := enc.Offset(content, len(text)/2); at < 0 || at >= len(content) {
				t.Errorf("%v: offset %d of %d", enc, at, len(content))
			}
		}
	})
}

// FuzzRoundTrip holds that a printable text is found again behind base64 and hexadecimal.
func FuzzRoundTrip(f *testing.F) {
	f.Add("user=admin password=correct horse battery staple", 3)
	f.Fuzz(func(t *testing.T, text string, width int) {
		text = strings.Map(func(r rune) rune {
			if r < ' ' || r > '~' {
				return -1
			}
			return r
		}, text)
		if len(text) < 18 {
			return
		}
		for by, enc := range map[string]string{
			"base64": base64.StdEncoding.EncodeToString([]byte(text)),
			"hex":    hex.EncodeToString([]byte(text)),
		} {
			if by == "base64" && enc == strings.ToUpper(enc) && !strings.ContainsAny(enc, "0123456789+/") {
				continue // looks like a constant's name, and is left out
			}
			runs := found([]byte("\""+enc+"\""), by)
			if len(runs) != 1 || string(runs[0].Text) != text || runs[0].Start != 1 || runs[0].End != 1+len(enc) {
				t.Errorf("%s of %q: %v", by, text, runs)
			}
		}
	})
}
