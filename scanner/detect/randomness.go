package detect

import (
	"math"
	"strings"
)

// randomness returns the log10 of the odds that a text was drawn at random
// rather than written by a person: 6 means a million to one for random, 0 that
// nothing can be said, -6 a million to one for written. Texts under about eight
// characters never reach far from 0: there is too little to tell by.
//
// The odds compare two descriptions of the text, each the shorter the better
// the text fits (minimum description length; Rissanen 1978, "Modeling by
// shortest data description"), both counted in decimal digits:
//
//   - As random: the alphabet (hexadecimal, base32, base36, base62, base64,
//     printable ...) is named, then every character costs log10 of the
//     alphabet's size. See drawnCost.
//   - As written: the cheapest way to put the text together from characters
//     that follow each other as they do in source text, common words, copies
//     of what stood earlier, runs, sequences and keyboard walks; or, for a
//     text of few distinct characters, a code that learns their frequencies.
//     See writtenCost and frequencyCost.
//
// One measure thereby holds what other tools test one by one: entropy against
// length, few distinct characters, how often digits and capitals alternate,
// unlikely pairs of letters, words, runs and repeats.
//
// A long text in parts (prefix_RANDOM, host-RANDOM.local) is as random as its
// most random part, less a tenth for the choice of the part.
func randomness(text string) float64 { return ofParts(text, oddsOfDrawn) }

// atMostRandom returns no less than randomness does, at a small part of its cost: a description of the text character by
// character is one of those of which writtenCost finds the shortest. It tells identifiers from what may be drawn.
func atMostRandom(text string) float64 {
	return ofParts(text, func(text string) float64 {
		text = ungrouped(text)
		size := alphabetOf(text)
		if size == 0 {
			return -float64(len(text))
		}
		cost := frequencyCost(text, size)
		spelt := 0.0
		for i := range len(text) {
			spelt += characterPrice(text, i)
		}
		return min(cost, spelt) - drawnCost(text, size)
	})
}

// ofParts returns the odds of a text, or those of a long part of it where they are greater.
func ofParts(text string, odds func(string) float64) float64 {
	if len(text) > randomnessLimit {
		text = text[:randomnessLimit]
	}
	most := odds(text)
	for rest := text; rest != ""; {
		part := rest
		end := strings.IndexAny(rest, partSeparators)
		if end >= 0 {
			part, rest = rest[:end], rest[end+1:]
		} else {
			rest = ""
		}
		if len(part) >= partLength && len(part) < len(text) {
			most = max(most, odds(part)-1)
		}
	}
	return most
}

const (
	// randomnessLimit bounds the work: that many characters decide any case.
	randomnessLimit = 160
	// partLength is the length from which a part of a text is judged alone.
	partLength     = 16
	partSeparators = "_-.:/ "
)

// oddsOfDrawn is randomness without the look at parts.
func oddsOfDrawn(text string) float64 {
	text = ungrouped(text)
	size := alphabetOf(text)
	if size == 0 {
		return -float64(len(text))
	}
	return min(writtenCost(text), frequencyCost(text, size)) - drawnCost(text, size)
}

// alphabet is a set of characters that tokens are drawn from.
type alphabet struct {
	size    int
	classes charSet
}

// charSet is a set of character groups.
type charSet uint16

const (
	lowerHexLetter charSet = 1 << iota // a-f
	lowerRest                          // g-z
	upperHexLetter                     // A-F
	upperRest                          // G-Z
	digit0189                          // digits that base32 lacks
	digit2to7
	plusSlash    // + /
	dashLine     // - _
	otherVisible // every other visible character
	equalsSign   // base64 padding, free of cost at the end
	unprintable  // what no alphabet holds

	lowerLetters = lowerHexLetter | lowerRest
	upperLetters = upperHexLetter | upperRest
	anyDigit     = digit0189 | digit2to7
)

// alphabets lists what tokens are drawn from, in no order that matters. Digits
// alone are no token: ids, dates and numbers look just so.
var alphabets = [...]alphabet{
	{16, anyDigit | lowerHexLetter},
	{16, anyDigit | upperHexLetter},
	{22, anyDigit | lowerHexLetter | upperHexLetter},
	{26, lowerLetters},
	{26, upperLetters},
	{32, upperLetters | digit2to7},
	{32, lowerLetters | digit2to7},
	{36, lowerLetters | anyDigit},
	{36, upperLetters | anyDigit},
	{52, lowerLetters | upperLetters},
	{62, lowerLetters | upperLetters | anyDigit},
	{64, lowerLetters | upperLetters | anyDigit | plusSlash},
	{64, lowerLetters | upperLetters | anyDigit | dashLine},
	{68, lowerLetters | anyDigit | plusSlash | dashLine | otherVisible | equalsSign},
	{68, upperLetters | anyDigit | plusSlash | dashLine | otherVisible | equalsSign},
	{94, lowerLetters | upperLetters | anyDigit | plusSlash | dashLine | otherVisible | equalsSign},
}

// alphabetOf returns the size of the smallest alphabet that holds all of a text,
// 0 if none does or the text is digits only.
func alphabetOf(text string) int {
	body := unpadded(text)
	var used charSet
	for i := 0; i < len(body); i++ {
		used |= groupOf(body[i])
	}
	size := 0
	for _, a := range alphabets {
		if used&^a.classes == 0 && (size == 0 || a.size < size) {
			size = a.size
		}
	}
	if used&^anyDigit == 0 {
		return 0
	}
	return size
}

// unpadded is a text without base64's padding, which costs nothing.
func unpadded(text string) string {
	body := strings.TrimRight(text, "=")
	if len(text)-len(body) > 2 {
		return text
	}
	return body
}

// drawnCost is the length in decimal digits of a text's description as drawn
// uniformly from an alphabet of that size.
func drawnCost(text string, size int) float64 {
	return math.Log10(float64(len(alphabets))) + float64(len(unpadded(text)))*math.Log10(float64(size))
}

func groupOf(c byte) charSet {
	switch {
	case c >= 'a' && c <= 'f':
		return lowerHexLetter
	case c >= 'g' && c <= 'z':
		return lowerRest
	case c >= 'A' && c <= 'F':
		return upperHexLetter
	case c >= 'G' && c <= 'Z':
		return upperRest
	case c >= '2' && c <= '7':
		return digit2to7
	case c >= '0' && c <= '9':
		return digit0189
	case c == '+' || c == '/':
		return plusSlash
	case c == '-' || c == '_':
		return dashLine
	case c == '=':
		return equalsSign
	case c > ' ' && c != 0x7f: // bytes of letters outside ASCII, too
		return otherVisible
	}
	return unprintable
}

// frequencyCost is the length in decimal digits of a text's description by a
// code that starts from nothing and learns how frequent each character is
// (an estimator of the Krichevsky-Trofimov kind). A text of few distinct
// characters is far cheaper so than as a random one. A random text is about as
// dear both ways, so that the price of choosing this code is what the odds
// can rise to on its account.
func frequencyCost(text string, size int) float64 {
	const (
		start  = 0.3 // what each symbol is taken to have been seen beforehand
		choice = 8
	)
	var seen [256]int
	cost := float64(choice)
	for i := 0; i < len(text); i++ {
		c := text[i]
		cost -= math.Log10((float64(seen[c]) + start) / (float64(i) + float64(size)*start))
		seen[c]++
	}
	return cost
}

// ungrouped returns a text without the separators that split it into groups of
// equal length (ABCD-EFGH-IJKL, "abcd efgh ijkl") or into those of a UUID.
// Other texts come back as they are.
func ungrouped(text string) string {
	if isUUID(text) {
		return strings.ReplaceAll(text, "-", "")
	}
	for _, separator := range [...]string{"-", " ", ":"} {
		groups := strings.Split(text, separator)
		if len(groups) < 3 {
			continue
		}
		for _, g := range groups {
			if len(g) != len(groups[0]) || len(g) < 4 {
				return text
			}
		}
		return strings.Join(groups, "")
	}
	return text
}

// isUUID reports whether a text has the shape of a UUID (RFC 9562): groups of
// 8, 4, 4, 4 and 12 hexadecimal digits.
func isUUID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i := 0; i < len(text); i++ {
		switch i {
		case 8, 13, 18, 23:
			if text[i] != '-' {
				return false
			}
		default:
			if groupOf(text[i])&(anyDigit|lowerHexLetter|upperHexLetter) == 0 {
				return false
			}
		}
	}
	return true
}
