package detect

import (
	"slices"
	"sync"
)

// wordSet is a sorted list of words. A filter before it spares nearly all searches: judging a value asks of every stretch of
// letters in it whether it is a word.
type wordSet struct {
	words []string
	bits  [wordBits / 64]uint64 // by hash, of all words
}

// wordBits makes one of fifty stretches that are no word pass the filter.
const wordBits = 1 << 16

// The sets are made when the first value is judged: most checks of a commit judge none.
var (
	writtenSet = sync.OnceValue(func() *wordSet { return newWordSet(writtenWords[:]) })
	fillerSet  = sync.OnceValue(func() *wordSet { return newWordSet(fillerWords[:]) })
)

func newWordSet(sorted []string) *wordSet {
	s := &wordSet{words: sorted}
	for _, word := range sorted {
		h := uint32(wordHash)
		for i := range len(word) {
			h = nextHash(h, word[i])
		}
		s.bits[h%wordBits/64] |= 1 << (h % 64)
	}
	return s
}

// The hash of a word is that of the word without its last character, and that one (FNV-1a, 32 bits;
// Fowler, Noll and Vo, RFC 9923), folded to the filter's size.
const wordHash = 2166136261

func nextHash(h uint32, c byte) uint32 { return (h ^ uint32(c)) * 16777619 }

// lengths calls visit with the length of every word, of least to most characters, that a text begins with.
func (s *wordSet) lengths(text string, least, most int, visit func(length int)) {
	h := uint32(wordHash)
	for i := 0; i < min(len(text), most) && isLetter(text[i]); i++ {
		h = nextHash(h, text[i])
		if i+1 >= least && s.bits[h%wordBits/64]&(1<<(h%64)) != 0 && s.has(text[:i+1]) {
			visit(i + 1)
		}
	}
}

// has tells whether a text is a word.
func (s *wordSet) has(text string) bool {
	_, ok := slices.BinarySearch(s.words, text)
	return ok
}
