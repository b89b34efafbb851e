package git

import (
	"cmp"
	mathbits "math/bits"
	"slices"
	"time"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// batchSize is how many groups are followed through the graph at once: one
// bit each in a word for every commit.
const batchSize = 64

// batch is some groups on their way through the graph. All slices are by
// commit, the bits are groups.
type batch struct {
	*attribution
	start    int // number of the first group
	count    int
	files    []uint64           // held by the commit's files or path names
	holds    []uint64           // held by these or by its message
	reach    []uint64           // held by it or by a commit before it
	told     []uint64           // held by the message of it or of a commit before it; nil: by none
	masks    []uint64           // by set
	targets  []uint64           // by target
	narrowed map[int]*narrowing // groups that are narrowed to some places
}

// batch computes the exposure of some groups.
func (a *attribution) batch(start int, result []Attribution) {
	b := &batch{attribution: a, start: start, count: len(result), narrowed: map[int]*narrowing{}}
	for i := range result {
		if path := a.groups[start+i].Path; path != "" {
			b.narrowed[i] = &narrowing{inCommits: a.targetsAt(path, start+i)}
		}
	}
	exposures := b.exposures()
	for i := range result {
		result[i].Exposure = exposures[i]
	}
}

// exposures computes those of the batch's groups.
func (b *batch) exposures() []Exposure {
	b.mark()
	all := make([]Exposure, b.count)
	first, last, counts := b.extremes()
	for i := range all {
		e := &all[i]
		group := b.groups[b.start+i]
		e.Commits = counts[i]
		e.Blobs = len(uniqueIDs(group.Blobs))
		if first[i] >= 0 {
			e.First, e.Last = b.line(first[i]), b.line(last[i])
			e.AtBoundary = b.graph.isCut(first[i])
		}
		bit := uint64(1) << i
		if b.head >= 0 {
			e.InHead = b.holds[b.head]&bit != 0
		}
		removed := b.removed(bit)
		if removed >= 0 {
			e.Removed = b.line(removed)
		}
		e.Refs = b.refs(bit, group.Tags)
		if first[i] >= 0 {
			e.Days = b.days(bit, first[i], last[i], removed, e.Refs)
		}
	}
	return all
}

// mark fills in the slices.
func (b *batch) mark() {
	g := b.graph
	b.files = make([]uint64, g.Len())
	if b.commits != nil {
		b.targets = make([]uint64, len(b.attribution.targets))
		for t, target := range b.attribution.targets {
			for _, group := range target.groups {
				if i := group - b.start; i >= 0 && i < b.count && b.narrowed[i] == nil {
					b.targets[t] |= 1 << i
				}
			}
		}
		if len(b.narrowed) < b.count {
			b.masks = b.sets.masks(b.targets)
			for n, set := range b.commits {
				b.files[n] = b.masks[set]
			}
		} else {
			b.masks = make([]uint64, b.sets.count())
		}
		b.markPaths()
	}
	b.holds = b.files
	for i := range b.count {
		for _, id := range b.groups[b.start+i].Commits {
			n, ok := g.Find(id)
			if !ok {
				continue
			}
			if b.told == nil {
				b.told = make([]uint64, g.Len())
				b.holds = slices.Clone(b.files)
			}
			b.told[n] |= 1 << i
			b.holds[n] |= 1 << i
		}
	}
	b.reach = slices.Clone(b.holds)
	for n := range b.reach {
		for _, p := range g.Parents(n) {
			b.reach[n] |= b.reach[p]
			if b.told != nil {
				b.told[n] |= b.told[p]
			}
		}
	}
}

// markPaths adds to files the groups that are narrowed to some places.
func (b *batch) markPaths() {
	for i, places := range b.narrowed {
		known := map[uint32]bool{} // by set: many commits have the same
		for n, set := range b.commits {
			held, ok := known[set]
			if !ok {
				held = places.inCommits.heldBy(b.sets, set)
				known[set] = held
			}
			if held {
				b.files[n] |= 1 << i
			}
		}
	}
}

// extremes gives of each group the earliest commit that holds it (so no parent
// does, which would have a smaller number), the latest of which no child does,
// and how many hold it.
func (b *batch) extremes() (first, last, counts []int) {
	first, last, counts = make([]int, b.count), make([]int, b.count), make([]int, b.count)
	for i := range b.count {
		first[i], last[i] = -1, -1
	}
	below := make([]uint64, b.graph.Len()) // held by a child
	for n := b.graph.Len() - 1; n >= 0; n-- {
		held := b.holds[n]
		if held == 0 {
			continue
		}
		for _, p := range b.graph.Parents(n) {
			below[p] |= held
		}
		for rest := held; rest != 0; rest &= rest - 1 {
			i := mathbits.TrailingZeros64(rest)
			bit := uint64(1) << i
			counts[i]++
			// Of commits of one second, what a reference reaches is told rather than what was amended or dropped.
			if first[i] < 0 || !b.outranks(first[i], n) {
				first[i] = n
			}
			if below[n]&bit == 0 && (last[i] < 0 || b.outranks(n, last[i])) {
				last[i] = n
			}
		}
	}
	return first, last, counts
}

// outranks says whether a commit is told rather than another one of the same time: it is reached by a reference, the other is not.
func (h *History) outranks(n, other int) bool {
	return h.graph.Date(n) == h.graph.Date(other) && h.strong.has(n) && !h.strong.has(other)
}

// removed gives the commit by which HEAD's history lost a group: from HEAD
// back, along parents that do not hold it but follow one that does, up to the
// commit that took it away from a parent. So a merge of a side branch that
// still holds it is not taken for the removal, and the merge of a branch that
// removed it leads to the commit that did.
func (b *batch) removed(bit uint64) int {
	n := b.head
	if n < 0 || b.files[n]&bit != 0 || b.told != nil && b.told[n]&bit != 0 {
		return -1
	}
	for b.reach[n]&bit != 0 {
		held, next := false, -1
		for _, p := range b.graph.Parents(n) {
			switch {
			case b.files[p]&bit != 0:
				held = true
			case next < 0 && b.reach[p]&bit != 0:
				next = int(p)
			}
		}
		if next < 0 {
			if held {
				return n
			}
			break
		}
		n = next
	}
	return -1
}

// refs lists the references that reach a group.
func (b *batch) refs(bit uint64, tags []packfile.ID) []Reach {
	var found []Reach
	named := map[int]bool{} // commits that a weak reference was named for
	for i := range b.History.refs {
		ref := &b.History.refs[i]
		if ref.Target != "" && ref.Kind != RefHead {
			continue
		}
		reach := Reach{Name: ref.Short, Kind: ref.Kind}
		reached := false
		for _, tag := range ref.tags {
			reached = reached || slices.Contains(tags, tag)
		}
		reach.Tip = reached
		switch {
		case ref.commit >= 0:
			reached = reached || b.reach[ref.commit]&bit != 0
			reach.Tip = reach.Tip || b.holds[ref.commit]&bit != 0
			if ref.isWeak() && (b.strong.has(ref.commit) || named[ref.commit]) {
				continue
			}
			if reached && ref.isWeak() {
				named[ref.commit] = true
			}
		case b.objectHolds(ref.object)&bit != 0:
			reached, reach.Tip = true, true
		}
		if reached {
			found = append(found, reach)
		}
	}
	slices.SortStableFunc(found, func(x, y Reach) int {
		if x.Tip != y.Tip {
			if x.Tip {
				return -1
			}
			return 1
		}
		return cmp.Compare(x.Kind, y.Kind) // and in that by name, as they were
	})
	return found
}

// objectHolds says which groups a tree or a blob holds that a reference names.
func (b *batch) objectHolds(id packfile.ID) uint64 {
	if b.sets == nil {
		return 0
	}
	if t, ok := b.trees.blobs[id]; ok {
		held := b.targets[t]
		for i, places := range b.narrowed {
			if places.inCommits.targets[t] {
				held |= 1 << i
			}
		}
		return held
	}
	set := b.named[id]
	held := b.masks[set]
	for i, places := range b.narrowed {
		if places.inCommits.heldBy(b.sets, set) || places.elsewhere.heldBy(b.sets, set) {
			held |= 1 << i
		}
	}
	return held
}

// days computes Exposure.Days.
func (b *batch) days(bit uint64, first, last, removed int, refs []Reach) int {
	until := b.options.Now.Unix()
	switch {
	case len(refs) > 0 && refs[0].Tip || b.toldByRef(bit):
	case removed >= 0:
		until = b.graph.Date(removed)
	default:
		until = b.graph.Date(last)
		for n, found := last+1, false; n < b.graph.Len(); n++ {
			if slices.Contains(b.graph.Parents(n), uint32(last)) && (!found || b.graph.Date(n) < until) { //nolint:gosec // a commit's number
				until, found = b.graph.Date(n), true
			}
		}
	}
	const day = int64(24 * time.Hour / time.Second)
	return int(max(1, (until-b.graph.Date(first)+day-1)/day))
}

// toldByRef says whether any reference reaches a message that holds a group.
func (b *batch) toldByRef(bit uint64) bool {
	if b.told == nil {
		return false
	}
	for i := range b.History.refs {
		if n := b.History.refs[i].commit; n >= 0 && b.told[n]&bit != 0 {
			return true
		}
	}
	return false
}

func uniqueIDs(ids []packfile.ID) map[packfile.ID]bool {
	unique := make(map[packfile.ID]bool, len(ids))
	for _, id := range ids {
		unique[id] = true
	}
	return unique
}
