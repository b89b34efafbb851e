package packfile

import "sort"

// places finds the number of an entry by its offset: a table leads to the few
// entries that begin in the same stretch of the pack.
type places struct {
	offsets []int64 // ascending
	shift   int
	first   []int32 // for each stretch of 1<<shift bytes, and one more
}

// newPlaces makes a table of about as many stretches as there are entries.
func newPlaces(offsets []int64) places {
	p := places{offsets: offsets}
	if len(offsets) == 0 {
		return p
	}
	last := offsets[len(offsets)-1]
	for last>>p.shift > int64(len(offsets)) {
		p.shift++
	}
	p.first = make([]int32, last>>p.shift+2)
	stretch := 0
	for n, offset := range offsets {
		for ; int64(stretch) <= offset>>p.shift; stretch++ {
			p.first[stretch] = int32(n) //nolint:gosec // Forest.order checked it
		}
	}
	p.first[stretch] = int32(len(offsets)) //nolint:gosec // as above
	return p
}

// find gives the first entry that begins at offset.
func (p places) find(offset int64) (n int32, ok bool) {
	stretch := offset >> p.shift
	if offset < 0 || stretch+1 >= int64(len(p.first)) {
		return 0, false
	}
	low, high := int(p.first[stretch]), int(p.first[stretch+1])
	i := low + sort.Search(high-low, func(i int) bool { return p.offsets[low+i] >= offset })
	return int32(i), i < high && p.offsets[i] == offset //nolint:gosec // as above
}
