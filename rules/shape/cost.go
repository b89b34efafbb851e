package shape

import "math"

// What a literal costs besides its frequency: room in the prefilter's tables, of which one of
// three bytes, whose neighbours are unknown, takes much more.
const (
	literalCharge = 1e-6
	shortCharge   = 2e-5
)

// cost estimates how often one of the literals turns up in a byte of source
// text, with a charge for each literal and, once, for windows without an end: of
// sets that all have such windows the rarest is the best.
func cost(set []literal) float64 {
	total, endless := 0.0, false
	for _, l := range set {
		total += frequency(l.text)*walk(l.before) + literalCharge
		if len(l.text) == minLiteral {
			total += shortCharge
		}
		endless = endless || l.before == Unbounded || l.after == Unbounded
	}
	if endless {
		total++
	}
	return total
}

// walk estimates what following up a literal costs that stands so far behind
// the place where its match may begin: all that lies between is looked at.
func walk(before int) float64 {
	if before == Unbounded {
		before = farBefore
	}
	return 1 + float64(max(before-nearBefore, 0))/nearBefore
}

const (
	nearBefore = 16 // bytes: as much as following up takes anyway
	farBefore  = 1 << 10
)

// frequency estimates in how many of a text's bytes the literal begins: no more
// often than its rarest group of four, lessened by each further byte.
func frequency(text string) float64 {
	if len(text) < gramSize {
		return math.Pow(0.05, float64(len(text))) * 4
	}
	least := 1.0
	for i := 0; i+gramSize <= len(text); i++ {
		least = min(least, gramFrequency(text[i:i+gramSize]))
	}
	return least * math.Pow(0.8, float64(len(text)-gramSize))
}

// RarestGram returns the offset of a text's least common group of four bytes in
// source text, folded.
func RarestGram(text string) int {
	best, least := 0, 2.0
	for i := 0; i+gramSize <= len(text) && least > rareGram; i++ { // none is rarer
		if f := gramFrequency(text[i : i+gramSize]); f < least {
			best, least = i, f
		}
	}
	return best
}
