package main

import (
	"fmt"
	"strings"
)

// unknown returns the error for a word that is none of the known ones.
func unknown(what, word string, known []string) *usageError {
	e := &usageError{message: fmt.Sprintf("unknown %s %s", what, word)}
	switch near := nearest(word, known); {
	case near != "":
		e.hint = fmt.Sprintf("did you mean %s?", near)
		if len(known) <= fewWords {
			e.hint += " (" + joined(known) + ")"
		}
	case len(known) <= fewWords:
		e.hint = "known: " + joined(known)
	}
	return e
}

// fewWords is how many alternatives a hint may list.
const fewWords = 10

func joined(words []string) string { return strings.Join(words, ", ") }

// nearest returns the candidate that a mistyped word most resembles, empty when
// none does: the shortest that begins with the word, else the one with the
// least edit distance. Of equals the first wins.
func nearest(word string, candidates []string) string {
	best, least := "", 0
	for _, candidate := range candidates {
		if len(word) >= 3 && strings.HasPrefix(candidate, strings.ToLower(word)) && (best == "" || len(candidate) < least) {
			best, least = candidate, len(candidate)
		}
	}
	if best != "" {
		return best
	}
	for _, candidate := range candidates {
		d := editDistance(strings.ToLower(word), candidate)
		if d > max(1, min(len(word), len(candidate))/3) {
			continue
		}
		if best == "" || d < least {
			best, least = candidate, d
		}
	}
	return best
}

// editDistance is the optimal string alignment distance in bytes: insertions,
// deletions, substitutions and swaps of neighbours that turn a into b.
func editDistance(a, b string) int {
	const longest = 64 // a longer word is no slip of the hand
	if len(a) > longest || len(b) > longest {
		return longest
	}
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}
