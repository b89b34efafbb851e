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

// before returns where the region may begin that holds an escape before at, its margin included; at if there is none.
func (m *Marks) before(encoding, at int) int {
	if m.at == nil || len(m.at[encoding]) == 0 {
		return at
	}
	places := m.at[encoding]
	k := sort.Search(len(places), func(n int) bool { return int(places[n]) >= at }) - 1
	if k < 0 || int(places[k]) < at-margin-EscapeMax {
		return at
	}
	for k > 0 && places[k]-places[k-1] <= gap+EscapeMax {
		k--
	}
	return max(int(places[k])-margin, 0)
}

// after returns where the region may end that holds an escape from at on, its margin included; at if there is none.
func (m *Marks) after(encoding, at int) int {
	if m.at == nil || len(m.at[encoding]) == 0 {
		return at
	}
	places := m.at[encoding]
	k := sort.Search(len(places), func(n int) bool { return int(places[n]) >= at })
	if k == len(places) || int(places[k]) > at+margin {
		return at
	}
	for k+1 < len(places) && places[k+1]-places[k] <= gap+EscapeMax {
		k++
	}
	return int(places[k]) + EscapeMax + margin
}
