package detect

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

func TestSetBreaks(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "a": "a", "a\nb": "a\nb", "a\r\nb": "a\r\nb", "a\rb": "a\nb", "a\r": "a\n", "\ra": "\na",
		"a\r\rb\r\r\nc\n\r": "a\n\nb\n\r\nc\n\n", "\r\r\r": "\n\n\n", "\x00a\rb": "\x00a\rb",
	} {
		given := []byte(text)
		if got := string(withBreaks(given)); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
		if string(given) != text {
			t.Errorf("%q was changed in place", text)
		}
	}
}

// A text is the same text whichever byte ends its lines.
func TestLoneReturnsEndLines(t *testing.T) {
	d := New(mustBuiltin(t))
	blocks := newDetector(mustBuiltin(t), 1000, 1<<10)
	found := 0
	for seed := range uint64(20) {
		texts := tracedText(t, d, rand.New(rand.NewPCG(seed, 11)))
		content := strings.ReplaceAll(strings.Join(texts, "\n"), "\r", "")
		want := d.Scan([]byte(content))
		found += len(want.Matches)
		mac := []byte(strings.ReplaceAll(content, "\n", "\r"))
		if got := d.Scan(mac); !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d: %q with CR, %q with LF", seed, brief(d, got), brief(d, want))
		}
		for _, piece := range []int{1, 7, 1 << 12} {
			a, b := streamed(blocks, mac, piece), streamed(blocks, []byte(content), piece)
			if !reflect.DeepEqual(a, b) {
				t.Fatalf("seed %d in pieces of %d: %q with CR, %q with LF", seed, piece, brief(d, a), brief(d, b))
			}
		}
	}
	if found == 0 {
		t.Fatal("no text holds a match")
	}
}

func streamed(d *Detector, content []byte, piece int) Result {
	s := d.NewStream()
	for ; len(content) > 0; content = content[min(piece, len(content)):] {
		s.Write(content[:min(piece, len(content))])
	}
	return s.Close()
}

// Lone returns stand where blocks and pieces meet, and beside the line feeds that make them none.
func TestMixedBreaksInBlocks(t *testing.T) {
	set := mustSet(t, "[[rules]]\nid = \"lined\"\nregex = '''(?m)^tok_[0-9a-f]{4}\\r?$'''\n")
	whole, blocks := New(set), newDetector(set, 64, 16)
	rng := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		var b bytes.Buffer
		for b.Len() < 9<<10 {
			b.WriteString([]string{"\r", "\n", "\r\n", "\r\r\n", "tok_00ff", "x", "line"}[rng.IntN(7)])
		}
		want := whole.Scan(b.Bytes())
		for _, piece := range []int{1, 13, 1000} {
			if got := streamed(blocks, b.Bytes(), piece); !reflect.DeepEqual(got, want) {
				t.Fatalf("in pieces of %d %q, whole %q: %q", piece, brief(blocks, got), brief(whole, want), b.Bytes())
			}
		}
	}
}

func TestLoneReturnsBoundDirectives(t *testing.T) {
	d := New(mustSet(t, detectorRules))
	const a, b = "acme_0123456789abcdef", "acme_fedcba9876543210"
	res := d.Scan([]byte("x = " + a + " # keysieve\x3aallow acme revoked\ry = " + b + "\r"))
	if res.Accepted != 1 || len(res.Matches) != 1 || res.Matches[0].Line != 2 || res.Matches[0].Column != 5 || res.Matches[0].Excerpt != "y = "+b {
		t.Errorf("accepted %d, found %+v", res.Accepted, res.Matches)
	}
	if got := found(New(mustBuiltin(t)), "app:\r  client_secret:\r    q8Zt3LmX0vR5yN7bC2wKd4Hj\r"); len(got) != 1 || !strings.HasPrefix(got[0], "generic-value-below 3:5 ") {
		t.Errorf("below a key: %q", got)
	}
}

func TestTracedBreaks(t *testing.T) {
	d := New(mustSet(t, detectorRules+"[[rules]]\nid = \"lined\"\nregex = '''(?m)^tok_[0-9a-f]{4}\\r?$'''\n"))
	rng := rand.New(rand.NewPCG(5, 6))
	inserts := []string{"\r", "\n", "\r\n", "tok_00ff", "x = ", "acme_0123456789abcdef", " # keysieve\x3aallow acme y", "\r", "\r\r\n"}
	for range 400 {
		var b strings.Builder
		for range 20 {
			b.WriteString(inserts[rng.IntN(len(inserts))])
		}
		content := b.String()
		base := compareTraced(t, d, nil, content, nil)
		for range 4 {
			next, copies := edit(rng, content, inserts)
			base = compareTraced(t, d, base, next, copies)
			for _, c := range cutReturns(mergeCopies(nil, copies), []byte(next)) {
				a, b := withBreaks([]byte(content))[c.Source:c.Source+c.Size], withBreaks([]byte(next))[c.Target:c.Target+c.Size]
				if !bytes.Equal(a, b) {
					t.Fatalf("%v copies %q as %q", c, a, b)
				}
			}
			content = next
		}
	}
}
