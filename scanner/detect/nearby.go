package detect

import (
	"hash/maphash"

	"github.com/keysieve/keysieve/rules"
)

// Of a rule that knows its values by a name near them (rules.Near), most places where the name stands have no value near them, and the
// rule's regex is large. A value that is not as random as the rule demands is none: the matcher goes on to the next (chance), so that a
// stretch needs no look in which no run of word characters is random enough. Names stand close together in
// the sources of what they name, and the same identifiers around them: what was found out is remembered.

// wordMemo remembers how random words are. One worker uses it at a time.
type wordMemo struct {
	seed    maphash.Seed
	entries []wordOdds
}

type wordOdds struct {
	hash       uint64
	odds, bits float64
}

// memoSize is how many words are remembered, a power of two.
const memoSize = 1 << 12

// random tells whether a word meets the rule's demands.
func (m *wordMemo) random(word []byte, r *rules.Rule) bool {
	if m.entries == nil {
		m.seed, m.entries = maphash.MakeSeed(), make([]wordOdds, memoSize)
	}
	hash := maphash.Bytes(m.seed, word) | 1
	e := &m.entries[hash>>8&(memoSize-1)]
	if e.hash != hash {
		text := string(word)
		odds := atMostRandom(text)
		if odds > 0 { // what rules demand is more than nothing
			odds = randomness(text)
		}
		*e = wordOdds{hash, odds, shannon(text)}
	}
	return (r.Entropy == 0 || e.bits > r.Entropy) && (r.Randomness == 0 || e.odds >= r.Randomness)
}

// mayHold tells whether a text may hold a value of the rule that is random enough.
func (w *worker) mayHold(rule int32, text []byte) bool {
	info := &w.d.rules[rule]
	value := &info.shape.Value
	return !value.Known() || value.In(text, func(word []byte) bool { return w.words.random(word, info.rule) })
}

// chance returns what tells whether a match of the rule, by the places of its groups, is of a random value; nil: any match is.
func (w *worker) chance(p *pass, rule int32, text []byte) func(loc []int) bool {
	info := &w.d.rules[rule]
	if info.rule.Near == (rules.Near{}) || p == nil || p.keepDead {
		return nil
	}
	return func(loc []int) bool {
		start, end := secretGroup(0, loc)
		return w.words.random(text[start:end], info.rule)
	}
}
