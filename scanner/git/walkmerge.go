package git

import (
	"bytes"
	"cmp"
	"slices"
)

// placeSet is a set of places in an index. Its zero value is empty.
type placeSet struct {
	bits  []uint64
	count int
}

func (s *placeSet) has(n int) bool {
	return s.bits != nil && s.bits[n/64]>>(n%64)&1 != 0
}

func (s *placeSet) add(n, size int) {
	if s.bits == nil {
		s.bits = make([]uint64, size/64+1)
	}
	if !s.has(n) {
		s.bits[n/64] |= 1 << (n % 64)
		s.count++
	}
}

// idCursor stands on an id of one of the lists that are merged.
type idCursor struct {
	rank  int // of equal ids, that of the lowest rank is kept
	place int
	count int
	raw   func(place int) []byte
	taken *placeSet
}

// assign marks what is stored more than once as taken everywhere but in the
// first place: packs, then loose objects, then what cannot be read at all.
func (s *store) assign(unusable []*storePack) error {
	var lists []*idCursor
	add := func(count int, raw func(int) []byte, taken *placeSet) {
		if count > 0 {
			lists = append(lists, &idCursor{rank: len(lists), count: count, raw: raw, taken: taken})
		}
	}
	packs := slices.Concat(s.packs, unusable)
	for _, p := range s.packs {
		add(p.pack.Index().Count(), p.pack.Index().RawID, &p.taken)
	}
	for _, d := range s.loose {
		add(len(d.ids), func(n int) []byte { return d.ids[n].Append(nil) }, &d.taken)
	}
	for _, p := range unusable {
		add(p.pack.Index().Count(), p.pack.Index().RawID, &p.taken)
	}
	merge := func() error { mergeIDs(lists); return nil }
	for _, p := range packs {
		inner := merge
		merge = func() error { return p.pack.Index().Guard(inner) }
	}
	return merge()
}

// mergeIDs goes through sorted lists side by side and marks what an earlier
// list has, too. Stretches of ids that only one list has are jumped over.
func mergeIDs(lists []*idCursor) {
	less := func(a, b *idCursor) int {
		return cmp.Or(bytes.Compare(a.raw(a.place), b.raw(b.place)), cmp.Compare(a.rank, b.rank))
	}
	slices.SortFunc(lists, less)
	for len(lists) > 1 {
		first, second := lists[0], lists[1]
		if id := second.raw(second.place); bytes.Equal(first.raw(first.place), id) {
			second.taken.add(second.place, second.count)
			second.place++
			first = second
			lists = slices.Delete(lists, 1, 2)
		} else {
			first.seek(id)
			lists = slices.Delete(lists, 0, 1)
		}
		if first.place < first.count {
			at, _ := slices.BinarySearchFunc(lists, first, less)
			lists = slices.Insert(lists, at, first)
		}
	}
}

// seek goes on to the first id that is not less than id: by steps of growing
// length, then by halving.
func (c *idCursor) seek(id []byte) {
	step := 1
	for c.place+step < c.count && bytes.Compare(c.raw(c.place+step), id) < 0 {
		c.place += step
		step *= 2
	}
	low, high := c.place, min(c.place+step, c.count)
	for low < high {
		if middle := (low + high) / 2; bytes.Compare(c.raw(middle), id) < 0 {
			low = middle + 1
		} else {
			high = middle
		}
	}
	c.place = low
}
