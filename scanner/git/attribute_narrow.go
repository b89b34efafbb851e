package git

import (
	"slices"
	"strings"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// A secret may stand in a content and not count there: at a path that an allowlist accepts, or as a part of another secret.
// What is said of its exposure is then said of the other places.

// Counting is the exposure of a group, told from those of its places that count alone. It takes time in proportion to the
// commits and these places.
func (a *Attribution) Counting(counts func(place int) bool) Exposure {
	narrow := *a.of
	group := Group{}
	places := &placeTree{}
	blobs, commits, tags := map[packfile.ID]bool{}, map[packfile.ID]bool{}, map[packfile.ID]bool{}
	for i := range a.Places {
		p := &a.Places[i]
		if !counts(i) {
			continue
		}
		t, isTarget := a.of.targetOf(a.group, p)
		switch {
		case p.State == InTag:
			tags[p.Object] = true
		case !isTarget:
			commits[p.Object] = true
		default:
			if p.Name == "" {
				blobs[p.Object] = true
				places.add(t) // a reference may name it
			}
			if p.State == InCommit {
				a.of.addPlace(places, p.Path, t)
			}
		}
	}
	for id := range blobs {
		group.Blobs = append(group.Blobs, id)
	}
	for id := range commits {
		group.Commits = append(group.Commits, id)
	}
	for id := range tags {
		group.Tags = append(group.Tags, id)
	}
	narrow.groups = []Group{group}
	narrow.targets = make([]target, len(a.of.targets)) // of no group: the places say all
	b := &batch{attribution: &narrow, count: 1, narrowed: map[int]*placeTree{0: places}}
	return b.exposures()[0]
}

// targetOf gives the number of the content or the name that stands at a place of a group.
func (a *attribution) targetOf(group int, p *Place) (uint32, bool) {
	if p.Name == "" {
		t, ok := a.trees.blobs[p.Object]
		return t, ok
	}
	w := a.trees.wanted[p.Name]
	for _, t := range [...]uint32{w.any, w.file} {
		if t > 0 && slices.Contains(a.targets[t-1].groups, group) {
			return t - 1, true
		}
	}
	return 0, false
}

// placeTree is a set of places: targets at paths, which are walked name by name.
type placeTree struct {
	below   map[uint32]*placeTree // by the number of a name
	targets map[uint32]bool
}

// targetsAt is where the targets of a group would stand at a path.
func (a *attribution) targetsAt(path string, group int) *placeTree {
	places := &placeTree{}
	for t := range a.targets {
		if slices.Contains(a.targets[t].groups, group) {
			a.addPlace(places, path, uint32(t)) //nolint:gosec // memory holds fewer
		}
	}
	return places
}

// addPlace adds a target at a path. A path with a name that no tree has is no place.
func (a *attribution) addPlace(places *placeTree, path string, target uint32) {
	for part := range strings.SplitSeq(path, "/") {
		name, ok := a.trees.nameOf[part]
		if !ok {
			return
		}
		next := places.below[name]
		if next == nil {
			next = &placeTree{}
			if places.below == nil {
				places.below = map[uint32]*placeTree{}
			}
			places.below[name] = next
		}
		places = next
	}
	places.add(target)
}

// add adds a target at the tree's own path; at the root one that stands at some.
func (t *placeTree) add(target uint32) {
	if t.targets == nil {
		t.targets = map[uint32]bool{}
	}
	t.targets[target] = true
}

// heldBy says whether one of the places is held by a set.
func (t *placeTree) heldBy(sets *setStore, set uint32) bool {
	if len(t.below) == 0 {
		return false
	}
	for _, e := range sets.list(set) {
		next := t.below[e.name&^isTarget]
		if next == nil {
			continue
		}
		if e.name&isTarget != 0 && next.targets[e.to] || e.name&isTarget == 0 && next.heldBy(sets, e.to) {
			return true
		}
	}
	return false
}
