package decode

import (
	"bytes"
	"slices"
	"sort"
)

// Marks are the places of a content's escapes: of those encodings that leave most characters as they are. Of a content that
// is made from another they are known without a look at the whole.
type Marks struct {
	at [][]int32 // by encoding, in the order of markTable; ascending once Sort was called
}

// EscapeMax is longer than any escape, in bytes.
const EscapeMax = 16

// Note adds the escapes that begin in content[lo:hi).
func (m *Marks) Note(content []byte, lo, hi int) {
	for i := range markTable {
		s := &markTable[i]
		for at := lo; at < hi; at++ {
			n := bytes.IndexByte(content[at:hi], s.mark)
			if n < 0 {
				break
			}
			if at += n; at+1 < len(content) && seconds[content[at+1]]&s.second != 0 && s.escapeAt(content, at).counts {
				m.add(i, int32(at)) //nolint:gosec // contents of a few MB
			}
		}
	}
}

func (m *Marks) add(encoding int, at int32) {
	if m.at == nil {
		m.at = make([][]int32, len(markTable))
	}
	m.at[encoding] = append(m.at[encoding], at)
}

// Carry adds those of base[lo:hi), moved by shift, that wanted takes at their new place.
func (m *Marks) Carry(base *Marks, lo, hi, shift int, wanted func(at int) bool) {
	for i, places := range base.at {
		for k := sort.Search(len(places), func(n int) bool { return int(places[n]) >= lo }); k < len(places) && int(places[k]) < hi; k++ {
			if at := int(places[k]) + shift; wanted(at) {
				m.add(i, int32(at)) //nolint:gosec // as above
			}
		}
	}
}

// Sort ends adding.
func (m *Marks) Sort() {
	for i := range m.at {
		slices.Sort(m.at[i])
	}
}

// span widens content[lo:hi) by the regions of escapes of one encoding that touch it, or would with an escape more
// inside: those of escapes no further away than a region's margin, each with all that follow in its region, and the margin around them.
func (m *Marks) span(encoding, lo, hi int) (from, to int) {
	if m.at == nil || len(m.at[encoding]) == 0 {
		return lo, hi
	}
	places := m.at[encoding]
	first := sort.Search(len(places), func(n int) bool { return int(places[n]) >= lo-margin-EscapeMax })
	end := sort.Search(len(places), func(n int) bool { return int(places[n]) > hi+margin })
	if first == end {
		return lo, hi
	}
	for first > 0 && places[first]-places[first-1] <= gap+EscapeMax {
		first--
	}
	for end < len(places) && places[end]-places[end-1] <= gap+EscapeMax {
		end++
	}
	return min(lo, max(int(places[first])-margin, 0)), max(hi, int(places[end-1])+EscapeMax+margin)
}
