package detect

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestWordSet compares the filtered search with a look at every stretch, on texts made of words, of their beginnings and of noise.
func TestWordSet(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 11))
	for range 2000 {
		text := ""
		for range 1 + random.IntN(4) {
			word := writtenWords[random.IntN(len(writtenWords))]
			switch random.IntN(4) {
			case 0:
				text += word[:random.IntN(len(word))]
			case 1:
				text += string(rune('!' + random.IntN(90)))
			case 2:
				text += fillerWords[random.IntN(len(fillerWords))]
			default:
				text += word
			}
		}
		for _, set := range []*wordSet{writtenSet(), fillerSet()} {
			for i := range text {
				var want, got []int
				for end := i + 1; end <= len(text) && end-i <= longestWord; end++ {
					if slices.Contains(set.words, text[i:end]) {
						want = append(want, end-i)
					}
				}
				set.lengths(text[i:], 1, longestWord, func(length int) { got = append(got, length) })
				if !slices.Equal(got, want) {
					t.Fatalf("at %d of %q: words of %v characters, want %v", i, text, got, want)
				}
			}
		}
	}
}

// TestKeyboardWalk: walks of two keys and more, either way, in any row.
func TestKeyboardWalk(t *testing.T) {
	for text, want := range map[string]int{"qwerty": 6, "ytrewq": 6, "qaz": 3, "1qaz2wsx": 8, "q": 0, "qx": 0, "qw": 2, "poiu!": 4, "é": 0, "q\xe9": 0} {
		if got := keyboardWalk(text, 0); got != want {
			t.Errorf("a walk of %d keys in %q, want %d", got, text, want)
		}
	}
}
