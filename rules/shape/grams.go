package shape

import (
	_ "embed"
	"math"
	"sort"
)

// commonGrams are the 16384 most common groups of four ASCII bytes in source text, in order, each byte with its bit 0x20
// set, as the prefilter looks at them: letters in lower case, an underscore as 0x7f, a line break as an asterisk. They were counted over the sources
// of Go, git, redis and ansible (194 million bytes of text). A record has five bytes: the group, and '0' plus
// twice the binary logarithm of how many bytes of text hold one of it on average. There are gramsPerLine on a line.
//
//go:embed grams.txt
var commonGrams string

const (
	gramSize     = 4
	gramRecord   = gramSize + 1
	gramsPerLine = 16
	gramLine     = gramsPerLine*gramRecord + len("\n")
	// rareGram is the frequency of a group that is not among the common ones.
	rareGram = 2e-6
)

// gramRecordAt returns a record.
func gramRecordAt(i int) string {
	at := i/gramsPerLine*gramLine + i%gramsPerLine*gramRecord
	return commonGrams[at : at+gramRecord]
}

// gramFrequency is how often a group of four bytes stands in source text, each byte with its bit 0x20 set.
func gramFrequency(gram string) float64 {
	var folded [gramSize]byte
	for i := range folded {
		folded[i] = gram[i] | 0x20
	}
	n := len(commonGrams) / gramLine * gramsPerLine
	i := sort.Search(n, func(i int) bool { return gramRecordAt(i)[:gramSize] >= string(folded[:]) })
	if i == n || gramRecordAt(i)[:gramSize] != string(folded[:]) {
		return rareGram
	}
	return math.Exp2(-float64(gramRecordAt(i)[gramSize]-'0') / 2)
}
