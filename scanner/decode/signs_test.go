package decode

import (
	"math/rand/v2"
	"testing"
)

// TestFastMapsEqualPlain compares the two ways to make a map of bits, on contents of every length near a block's.
func TestFastMapsEqualPlain(t *testing.T) {
	if !fastSigns {
		t.Skip("this processor has no AVX2")
	}
	rng := rand.New(rand.NewPCG(3, 9))
	text := []byte("aZ09+/-_ %=&\\*!\x00\x2a\x2b\x7f\x80\xab\xff")
	for round := range 2000 {
		size := round % 200
		if round%100 == 0 {
			size = mapBits - rng.IntN(130)
		}
		content := make([]byte, size)
		for i := range content {
			if content[i] = byte('a' + rng.IntN(26)); rng.IntN(12) == 0 {
				content[i] = text[rng.IntN(len(text))]
			}
		}
		var fast, plain bitMap
		fast.words(content, true)
		plain.words(content, false)
		if fast != plain {
			t.Fatalf("words of %q: %x, not %x", content, fast, plain)
		}
		fast.marks(content, markSigns, true)
		plain.marks(content, markSigns, false)
		if fast != plain {
			t.Fatalf("marks of %q: %x, not %x", content, fast, plain)
		}
		for at, c := range content {
			if want := c == '%' || c == '=' || c == '&' || c == '\\'; want != (plain[at/64]>>(at%64)&1 != 0) {
				t.Fatalf("mark at %d of %q", at, content)
			}
		}
	}
}

// TestFourMarks holds what the map of marks relies on.
func TestFourMarks(t *testing.T) {
	if len(markTable) != len(markSigns) {
		t.Errorf("%d encodings with a mark, and room for %d", len(markTable), len(markSigns))
	}
}
