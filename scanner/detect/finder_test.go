package detect

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"
)

// TestFinder compares what is found with a search for each text.
func TestFinder(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a test's seed
	word := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = "ab"[rng.IntN(2)]
		}
		return string(b)
	}
	for round := range 300 {
		var texts []string
		seen := map[string]bool{}
		for range 1 + rng.IntN(30) {
			if text := word(endShort + rng.IntN(12)); !seen[text] {
				seen[text] = true
				texts = append(texts, text)
			}
		}
		content := word(rng.IntN(400))
		if round%3 == 0 {
			content = strings.Repeat(" ", headSize) + content
		}
		stored := []byte(content)
		if round%5 == 0 {
			stored = []byte{0xff, 0xfe}
			for _, u := range utf16.Encode([]rune(content)) {
				stored = append(stored, byte(u), byte(u>>8))
			}
		}
		f := NewFinder(texts)
		for rest := stored; len(rest) > 0; {
			n := min(1+rng.IntN(100), len(rest))
			f.Write(rest[:n])
			rest = rest[n:]
		}
		for i, found := range f.Close() {
			if found != strings.Contains(content, texts[i]) {
				t.Fatalf("round %d: %q in %q: %v", round, texts[i], content, found)
			}
		}
	}
}

// Texts that all end alike do not make it slow, and of those it finds some.
func TestFinderOfTextsAlike(t *testing.T) {
	var texts []string
	for i := range 50_000 {
		texts = append(texts, fmt.Sprintf("%06d-the-same-end", i))
	}
	f := NewFinder(texts)
	f.Write([]byte(strings.Repeat("x-the-same-end ", 100_000) + strings.Join(texts, " ")))
	n := 0
	for _, found := range f.Close() {
		if found {
			n++
		}
	}
	if n != mostAlike {
		t.Errorf("%d are found", n)
	}
}
