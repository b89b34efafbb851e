package detect

import (
	"cmp"
	"slices"
)

// Of matches that overlap the most specific one counts. A content may hold tens of thousands of them, and one long run may overlap them
// all, so that they are not compared with each other: they come in order of their specificity, and each asks
// whether what came before covers any of it.

// rivals are the matches that others, less specific ones, may lose to.
type rivals struct {
	places         []int64 // where matches start and end, ascending
	plain, decoded ground
	bySecret       map[string][]span // of the decoded ones: what they cover, in order and disjoint
}

// newRivals prepares for matches that stand where these do.
func newRivals(lists ...[]Match) *rivals {
	r := &rivals{}
	for _, list := range lists {
		for i := range list {
			r.places = append(r.places, list[i].Start, list[i].stop())
		}
	}
	slices.Sort(r.places)
	r.places = slices.Compact(r.places)
	return r
}

// stop is where a match ends; one of no length, in decoded text, counts for one byte.
func (m *Match) stop() int64 { return max(m.End, m.Start+1) }

// add adds a match.
func (r *rivals) add(m *Match) {
	on := &r.plain
	if len(m.Encodings) > 0 {
		on = &r.decoded
		if r.bySecret == nil {
			r.bySecret = make(map[string][]span)
		}
		spans, of := r.bySecret[m.Secret], span{m.Start, m.stop()}
		lo, hi := overlapping(spans, of)
		if lo < hi {
			of = span{min(of.start, spans[lo].start), max(of.end, spans[hi-1].end)}
		}
		r.bySecret[m.Secret] = slices.Replace(spans, lo, hi, of)
	}
	lo, hi := r.between(m)
	on.cover(lo, hi, len(r.places))
}

// beat tells whether one of them is about the same secret: its place overlaps. Matches in decoded
// text were resolved there: several secrets of one encoded run share its place, and the parts in which a long one is decoded overlap.
func (r *rivals) beat(m *Match) bool {
	lo, hi := r.between(m)
	if r.plain.covers(lo, hi) {
		return true
	}
	if len(m.Encodings) == 0 {
		return r.decoded.covers(lo, hi)
	}
	first, end := overlapping(r.bySecret[m.Secret], span{m.Start, m.stop()})
	return first < end
}

// overlapping returns which of spans, in order and disjoint, overlap one.
func overlapping(spans []span, one span) (from, to int) {
	from, _ = slices.BinarySearchFunc(spans, one.start+1, func(s span, at int64) int { return cmp.Compare(s.end, at) })
	to, _ = slices.BinarySearchFunc(spans, one.end, func(s span, at int64) int { return cmp.Compare(s.start, at) })
	return from, max(from, to)
}

// between returns the indexes of the places that a match reaches from and to.
func (r *rivals) between(m *Match) (lo, hi int) {
	lo, _ = slices.BinarySearch(r.places, m.Start)
	hi, _ = slices.BinarySearch(r.places, m.stop())
	return lo, hi
}

// ground is which of the stretches between places are covered. What is covered stays so.
type ground struct {
	next []int // of each stretch, one at or behind it from which to look for one that is not covered
	sums []int // how many are covered, as a binary indexed tree (Fenwick 1994)
}

// cover covers the stretches from lo to hi of n.
func (g *ground) cover(lo, hi, n int) {
	if g.next == nil {
		g.next, g.sums = make([]int, n+1), make([]int, n+1)
		for i := range g.next {
			g.next[i] = i
		}
	}
	for i := g.bare(lo); i < hi; i = g.bare(i) {
		g.next[i] = i + 1
		for k := i + 1; k < len(g.sums); k += k & -k {
			g.sums[k]++
		}
	}
}

// bare returns the first stretch from i on that is not covered.
func (g *ground) bare(i int) int {
	for g.next[i] != i {
		g.next[i] = g.next[g.next[i]]
		i = g.next[i]
	}
	return i
}

// covers tells whether one of the stretches from lo to hi is covered.
func (g *ground) covers(lo, hi int) bool { return g.next != nil && g.sum(hi) > g.sum(lo) }

// sum counts the stretches before i that are covered.
func (g *ground) sum(i int) (n int) {
	for ; i > 0; i -= i & -i {
		n += g.sums[i]
	}
	return n
}
