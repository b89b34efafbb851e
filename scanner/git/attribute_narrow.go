package git

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// A secret may stand in a content and not count there: at a path that an allowlist accepts, or as a part of another secret.
// What is said of its exposure is then said of the other places.

// Counted is an attribution and which of its places count.
type Counted struct {
	*Attribution
	Places []bool // by the index of Attribution.Places
}

// Counting gives the exposures of groups, told from those of their places that count alone; all are of one call of
// Attribute. It takes time in proportion to the commits for every 64 of them, and for each to the sets of places that commits
// have. The error is that of the context.
func Counting(ctx context.Context, counted []Counted) ([]Exposure, error) {
	all := make([]Exposure, 0, len(counted))
	for part := range slices.Chunk(counted, batchSize) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		narrow := *part[0].of
		narrow.targets = make([]target, len(narrow.targets)) // of no group: the places say all
		narrow.groups = make([]Group, len(part))
		b := &batch{attribution: &narrow, count: len(part), narrowed: map[int]*narrowing{}}
		for i, c := range part {
			narrow.groups[i], b.narrowed[i] = c.narrow()
		}
		all = append(all, b.exposures()...)
	}
	return all, nil
}

// narrowing is where a group counts.
type narrowing struct {
	inCommits *placeTree // its own targets are those that count anywhere
	elsewhere *placeTree // in trees that references name
}

// narrow gives the group and where it counts.
func (c *Counted) narrow() (Group, *narrowing) {
	n := &narrowing{&placeTree{}, &placeTree{}}
	blobs, commits, tags := map[packfile.ID]bool{}, map[packfile.ID]bool{}, map[packfile.ID]bool{}
	for i := range c.Attribution.Places {
		p := &c.Attribution.Places[i]
		if !c.Places[i] {
			continue
		}
		t, isTarget := c.of.targetOf(c.group, p)
		switch {
		case p.State == InTag:
			tags[p.Object] = true
			continue
		case !isTarget:
			commits[p.Object] = true
			continue
		case p.Name == "":
			blobs[p.Object] = true
			n.inCommits.add(t) // a reference may name it
		}
		switch p.State {
		case InCommit:
			c.of.addPlace(n.inCommits, p.Path, t)
		case Dangling:
			c.of.addPlace(n.elsewhere, p.Path, t)
		}
	}
	return Group{Blobs: keys(blobs), Commits: keys(commits), Tags: keys(tags)}, n
}

func keys(ids map[packfile.ID]bool) []packfile.ID {
	return slices.SortedFunc(maps.Keys(ids), packfile.CompareIDs)
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
	if t == nil || len(t.below) == 0 {
		return false
	}
	list := sets.list(set) // sorted by name, all targets behind all sets
	for name, next := range t.below {
		for _, e := range list[searchEdges(list, name|isTarget):] {
			if e.name != name|isTarget {
				break
			}
			if next.targets[e.to] {
				return true
			}
		}
		if at := searchEdges(list, name); at < len(list) && list[at].name == name && next.heldBy(sets, list[at].to) {
			return true
		}
	}
	return false
}

// searchEdges gives the first of the edges, which are sorted, that has a name, or where it would stand.
func searchEdges(list []edge, name uint32) int {
	at, _ := slices.BinarySearchFunc(list, name, func(e edge, name uint32) int { return cmp.Compare(e.name, name) })
	return at
}
