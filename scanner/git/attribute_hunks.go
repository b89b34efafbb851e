package git

import "slices"

// maxRecordChain bounds how many records make a list. Deltas in a pack may be
// thousands deep.
const maxRecordChain = 24

// maxHunk bounds the places and numbers in the head of a hunk, so that it is
// never taken for an edge to a target.
const maxHunk = 1 << 15

// maxResync is how far the two lists of a hunk are searched for the place where
// they agree again. Where they do not, the rest is one hunk.
const maxResync = 16

// appendHunks appends what makes the list b of the list a.
func appendHunks(hunks []edge, a, b []link) []edge {
	tail := 0
	for tail < min(len(a), len(b)) && a[len(a)-1-tail].edge == b[len(b)-1-tail].edge {
		tail++
	}
	a, b = a[:len(a)-tail], b[:len(b)-tail]
	for i, j := 0, 0; i < len(a) || j < len(b); {
		if i < len(a) && j < len(b) && a[i].edge == b[j].edge {
			i++
			j++
			continue
		}
		removed, added := resync(a[i:], b[j:])
		hunks = append(hunks, edge{uint32(i), uint32(removed)<<16 | uint32(added)}) //nolint:gosec // less than maxHunk
		for _, l := range b[j : j+added] {
			hunks = append(hunks, l.edge)
		}
		i += removed
		j += added
	}
	return hunks
}

// resync gives how many edges to pass in two lists until they are equal.
func resync(a, b []link) (removed, added int) {
	for sum := 1; sum <= maxResync; sum++ {
		for removed := range sum + 1 {
			added := sum - removed
			if removed < len(a) && added < len(b) && a[removed].edge == b[added].edge {
				return removed, added
			}
		}
	}
	return len(a), len(b)
}

// list makes the whole list of a tree's edges in buf. ok is false for a tree
// that could not be read.
func (s *treeStore) list(n uint32, buf []edge) (edges []edge, ok bool) {
	var chain [maxRecordChain + 1]uint32
	depth := 0
	for {
		r := s.record(n)
		if r.base == treeUnknown {
			return nil, false
		}
		if r.base == treeWhole {
			break
		}
		chain[depth] = n
		depth++
		n = r.base
	}
	edges = append(buf, s.own(n)...)
	for depth > 0 {
		depth--
		edges = applyHunks(edges, len(buf), s.own(chain[depth]))
	}
	return edges, true
}

// applyHunks changes the list that begins at a place in edges.
func applyHunks(edges []edge, start int, hunks []edge) []edge {
	for shift := start; len(hunks) > 0; {
		head := hunks[0]
		removed, added := int(head.name>>16), int(head.name&(1<<16-1))
		at := int(head.to) + shift
		edges = slices.Replace(edges, at, at+removed, hunks[1:1+added]...)
		shift += added - removed
		hunks = hunks[1+added:]
	}
	return edges
}
