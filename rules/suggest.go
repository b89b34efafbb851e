package rules

import (
	"fmt"
	"strings"
)

// suggestion returns " (did you mean ...?)" for the candidate that a mistyped
// word most resembles, or nothing.
func suggestion(word string, candidates []string) string {
	best, least := "", 0
	for _, candidate := range candidates {
		a, b := plain(word), plain(candidate)
		d := EditDistance(a, b)
		if d > max(1, min(len(a), len(b))/4) {
			continue
		}
		if best == "" || d < least {
			best, least = candidate, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s?)", best)
}

// plain folds what spellings of one key differ in: secret_group, secretGroup.
func plain(word string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(word))
}

// maxSuggestLength bounds the words compared: a stranger's key may be of any length.
const maxSuggestLength = 100

// EditDistance is the optimal string alignment distance in bytes: the insertions,
// deletions, substitutions and swaps of neighbours that turn a into b. Words of more
// than 100 bytes are 100 apart from all others: such a one is no slip of the hand.
func EditDistance(a, b string) int {
	if len(a) > maxSuggestLength || len(b) > maxSuggestLength {
		return maxSuggestLength
	}
	var rows [3][maxSuggestLength + 1]int
	two, one, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		one[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(one[j]+1, row[j-1]+1, one[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], two[j-2]+1)
			}
		}
		two, one, row = one, row, two
	}
	return one[len(b)]
}
