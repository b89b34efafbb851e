package decode

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// checkMap reports what is wrong with a run's Map: an entry for each byte of Text and one for
// the end, in order, within the run, the same for all bytes of a character of the content and
// a later one for the next, and bytes that are not encoded where they stand.
func checkMap(content []byte, r Run) error {
	if r.Map == nil {
		return nil
	}
	if len(r.Map) != len(r.Text)+1 {
		return fmt.Errorf("%d entries for %d bytes", len(r.Map), len(r.Text))
	}
	if int(r.Map[len(r.Text)]) != r.End {
		return fmt.Errorf("the end is at %d, not %d", r.Map[len(r.Text)], r.End)
	}
	for i, at := range r.Map[:len(r.Text)] {
		if int(at) < r.Start || int(at) >= r.End {
			return fmt.Errorf("byte %d is at %d, outside of %d..%d", i, at, r.Start, r.End)
		}
		switch next := r.Map[i+1]; {
		case next < at:
			return fmt.Errorf("byte %d is at %d, the next at %d", i, at, next)
		case next == at && utf8.RuneStart(r.Text[i+1]):
			return fmt.Errorf("bytes %d and %d are characters, both at %d", i, i+1, at)
		case next == at+1 && content[at] != r.Text[i]:
			return fmt.Errorf("byte %d is %q, at %d is %q", i, r.Text[i], at, content[at])
		}
	}
	return nil
}

// TestMap holds that Map leads from a secret in the midst of a region to where it stands.
func TestMap(t *testing.T) {
	const secret = "correct-horse-battery-staple"
	for _, c := range []struct{ by, before, raw, after string }{
		{"percent", "https://example.com/%41%42%43?a=", secret, "&b=%C3%BC%2F"},
		{"percent", "q%3D%3D%3D", "correct%2Dhorse%2dbattery%2Dstaple", "%20end"},
		{"percent", "%C3%BC%E9%8D%B5:", secret, "%25"},
		{"escapes", `a\u0041\x42\103"`, secret, `"\n\t\u{43}`},
		{"escapes", `\ud83d\udd11\u00fc\U0001F511=`, `c\u006frrect-horse\x2dbattery-stapl\145`, `\u0022`},
		{"escapes", `\u0022\u0022\ud83dx\udd11 `, secret, ` \ud83d`},
		{"entities", "&quot;&#65;&#x41;&#233;&#x1f511; ", secret, " &lt;&amp;"},
		{"entities", "&lt;&lt;", "correct&#45;horse&#x2D;battery-staple", "&gt;"},
		{"quoted-printable", "=C3=BC=3D", secret, "=\nnext=20line"},
		{"quoted-printable", "key=3D=3D", "correct-horse=\r\n-battery=\n-staple", "=C3=BC"},
	} {
		for _, around := range []string{"", "int x = y;\n", strings.Repeat("nothing here \x00\n", 500)} {
			content := []byte(around + c.before + c.raw + c.after + "\n" + around)
			want := len(around) + len(c.before)
			runs := found(content, c.by)
			if len(runs) != 1 {
				t.Errorf("%s %q: %d runs", c.by, c.before, len(runs))
				continue
			}
			r := runs[0]
			if err := checkMap(content, r); err != nil {
				t.Errorf("%s %q: %v", c.by, c.before, err)
			}
			at := bytes.Index(r.Text, []byte(secret))
			if at < 0 || r.Map == nil {
				t.Errorf("%s %q: %q, Map %v", c.by, c.before, r.Text, r.Map)
				continue
			}
			start, end := int(r.Map[at]), int(r.Map[at+len(secret)])
			if start != want || end != want+len(c.raw) && !bytes.HasPrefix(content[want+len(c.raw):end], []byte("=\n")) {
				t.Errorf("%s %q: the secret is at %d..%d, want %d..%d", c.by, c.before, start, end, want, want+len(c.raw))
			}
		}
	}
}

// TestMapSurrogates holds that a character of two escapes stands where the first begins.
func TestMapSurrogates(t *testing.T) {
	runs := found([]byte(`"\u0041\ud83d\udd11\u0042 \ud83d \udd11"`), "escapes")
	if len(runs) != 1 || string(runs[0].Text) != "\"A\U0001F511B  \ufffd\"" {
		t.Fatalf("%v", runs)
	}
	if got := fmt.Sprint(runs[0].Map[:8]); got != "[0 1 7 7 7 7 19 25]" {
		t.Error(got)
	}
}

// TestMapBounds holds that in long regions, which are cut, every part's Map is right.
func TestMapBounds(t *testing.T) {
	for _, e := range encoded() {
		content := []byte(strings.Repeat(e.text+" ", 200))
		n := 0
		Find(content, func(r Run) {
			n++
			if err := checkMap(content, r); err != nil {
				t.Errorf("%s %s, %d..%d: %v", e.by, e.name, r.Start, r.End, err)
			}
		})
		if n == 0 {
			t.Errorf("%s %s: nothing", e.by, e.name)
		}
	}
}
