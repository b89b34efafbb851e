package main

import (
	"fmt"
	"strings"

	"github.com/keysieve/keysieve/rules"
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
const fewWords = 12

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
		d := rules.EditDistance(strings.ToLower(word), candidate)
		if d > max(1, min(len(word), len(candidate))/3) {
			continue
		}
		if best == "" || d < least {
			best, least = candidate, d
		}
	}
	return best
}
