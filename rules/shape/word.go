package shape

import (
	"fmt"
	"regexp/syntax"
)

// Word is what is known of a value that stands by itself in a text, between other characters than those of words: how long it is, in
// bytes, and what it consists of. The zero Word knows nothing.
type Word struct {
	Min, Max int
	Class    Class // a part of letters, digits, _ and -
}

// WordOf derives the Word of a regex of a value; it is zero where the value may hold other characters or has no bound.
func WordOf(regex string) (Word, error) {
	re, err := syntax.Parse(regex, syntax.Perl)
	if err != nil {
		return Word{}, fmt.Errorf("parsing regex: %w", err)
	}
	of, lengths := walkRuns(foldASCII(re), new(Run)), derive(re)
	marks := of.class
	for b := range byte(0x80) {
		if isWord(b) || b == '-' {
			marks[b>>6] &^= 1 << (b & 63)
		}
	}
	if !of.narrow || marks != (Class{}) || lengths.max == Unbounded {
		return Word{}, nil
	}
	return Word{Min: lengths.min, Max: lengths.max, Class: of.class}, nil
}

// isWord tells whether a byte is a letter, a digit or an underscore.
func isWord(b byte) bool {
	return b-'0' < 10 || b|0x20 >= 'a' && b|0x20 <= 'z' || b == '_'
}

// Known tells whether anything is known.
func (w *Word) Known() bool { return w.Max > 0 }

// In tells whether a text may hold such a value that counts: as a run of the characters of words. A run that the text's ends may
// have cut is not looked into. A value may be preceded by a hyphen that does not belong to it: key-VALUE.
func (w *Word) In(text []byte, counts func(word []byte) bool) bool {
	hyphen := w.Class.Has('-')
	part := func(b byte) bool { return isWord(b) || hyphen && b == '-' }
	for at := 0; at+w.Min <= len(text); {
		// A run of Min characters that begins at or behind at ends at its last or behind it: look there first.
		start, end := at+w.Min, at+w.Min
		for start > at && part(text[start-1]) {
			start--
		}
		if start > at {
			at = start
			if start+w.Min > len(text) {
				return false
			}
			if start == end { // no part of a run
				continue
			}
		}
		for end < len(text) && part(text[end]) {
			end++
		}
		if end-start < w.Min {
			at = end + 1
			continue
		}
		if start == 0 || end == len(text) || w.counts(text[start:end], counts) {
			return true
		}
		at = end + 1
	}
	return false
}

// counts tells whether a run is a value that counts, or ends with one behind a hyphen.
func (w *Word) counts(run []byte, counts func([]byte) bool) bool {
	for at := max(0, len(run)-w.Max); at+w.Min <= len(run); at++ {
		if (at == 0 || run[at-1] == '-') && w.all(run[at:]) && counts(run[at:]) {
			return true
		}
	}
	return false
}

// all tells whether a run consists of the value's characters.
func (w *Word) all(run []byte) bool {
	for _, b := range run {
		if !w.Class.Has(b) {
			return false
		}
	}
	return true
}
