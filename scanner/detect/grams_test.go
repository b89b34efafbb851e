package detect

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestFastPrefilterEqualsPlain compares the two ways to look up groups of four bytes, at every alignment and at both ends of a text.
func TestFastPrefilterEqualsPlain(t *testing.T) {
	fast := New(mustBuiltin(t)).prefilter
	if !fast.fast {
		t.Skip("this processor has no AVX2")
	}
	plain := *fast
	plain.fast = false
	rng := rand.New(rand.NewPCG(7, 7))
	found := 0
	for range 3000 {
		text := make([]byte, rng.IntN(200))
		if rng.IntN(20) == 0 {
			text = make([]byte, 5000+rng.IntN(5000)) // more than one call takes
		}
		for i := range text {
			text[i] = byte(rng.IntN(256))
		}
		for range 1 + len(text)/40 {
			l := fast.text(rng.Int32N(fast.count()))
			if n := len(text) - len(l); n >= 0 {
				copy(text[[]int{0, n, rng.IntN(n + 1)}[rng.IntN(3)]:], l)
			}
		}
		from := rng.IntN(len(text) + 1)
		end := from + rng.IntN(len(text)-from+1)
		got, want := fast.within(text, from, end), plain.within(text, from, end)
		if !slices.Equal(got, want) {
			t.Fatalf("%q from %d to %d: %v, not %v", text, from, end, got, want)
		}
		found += len(want)
	}
	if found < 1000 {
		t.Errorf("only %d candidates were compared", found)
	}
}

// within scans text[from:end] and leaves out what was found behind the end.
func (pf *prefilter) within(text []byte, from, end int) []candidate {
	return slices.DeleteFunc(pf.scan(text, from, end, nil), func(c candidate) bool {
		return c.pos+int(pf.literals[c.literal].offset) >= end
	})
}

// FuzzFastPrefilter is the same on any text.
func FuzzFastPrefilter(f *testing.F) {
	fast := New(mustBuiltin(f)).prefilter
	plain := *fast
	plain.fast = false
	f.Add([]byte("password = token, AKIA and ghp_"), uint(0), uint(30))
	f.Fuzz(func(t *testing.T, text []byte, from, end uint) {
		if from > end || end > uint(len(text)) {
			t.Skip()
		}
		if got, want := fast.within(text, int(from), int(end)), plain.within(text, int(from), int(end)); !slices.Equal(got, want) {
			t.Errorf("%v, not %v", got, want)
		}
	})
}
