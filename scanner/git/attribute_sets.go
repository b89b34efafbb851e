package git

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// setStore holds sets of targets with the paths they stand at, as trees that
// hold nothing else: a set is a list of (name, set below) and (name, target).
// Equal sets have equal numbers, so that two commits are compared by comparing
// two numbers, and what two sets share is never looked at. Set 0 is empty. A
// set's number is larger than those below it.
type setStore struct {
	starts []uint32 // where a set begins in items; one more than there are sets
	items  []edge   // to: a set, or with isTarget a target; sorted by name
	byHash map[uint64]uint32
	next   []uint32 // another set of the same hash; 0: none
}

func newSetStore() *setStore {
	return &setStore{starts: []uint32{0, 0}, byHash: map[uint64]uint32{}, next: []uint32{0}}
}

func (s *setStore) count() int { return len(s.starts) - 1 }

func (s *setStore) list(set uint32) []edge { return s.items[s.starts[set]:s.starts[set+1]] }

// intern gives the number of a set. It sorts items.
func (s *setStore) intern(items []edge) uint32 {
	if len(items) == 0 {
		return 0
	}
	slices.SortFunc(items, func(a, b edge) int { return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.to, b.to)) })
	hash := uint64(len(items))
	for _, e := range items {
		hash = (hash ^ (uint64(e.name)<<32 | uint64(e.to))) * 0x9e3779b97f4a7c15
		hash ^= hash >> 29
	}
	head := s.byHash[hash]
	for set := head; set != 0; set = s.next[set] {
		if slices.Equal(s.list(set), items) {
			return set
		}
	}
	set := uint32(s.count()) //nolint:gosec // memory holds fewer
	s.items = append(s.items, items...)
	s.starts = append(s.starts, uint32(len(s.items))) //nolint:gosec // as above
	s.next = append(s.next, head)
	s.byHash[hash] = set
	return set
}

// union gives the set of all that is in one of two sets.
func (s *setStore) union(a, b uint32) uint32 {
	if a == b || b == 0 {
		return a
	}
	items := slices.Clone(s.list(a))
	for _, e := range s.list(b) {
		at := slices.IndexFunc(items, func(x edge) bool { return x.name == e.name && (x.to == e.to || e.name&isTarget == 0) })
		switch {
		case at < 0:
			items = append(items, e)
		case e.name&isTarget == 0:
			items[at].to = s.union(items[at].to, e.to)
		}
	}
	return s.intern(items)
}

// masks gives for every set the union of what its targets stand for.
func (s *setStore) masks(ofTarget []uint64) []uint64 {
	masks := make([]uint64, s.count())
	for set := range masks {
		for _, e := range s.list(uint32(set)) { //nolint:gosec // a set's number
			if e.name&isTarget != 0 {
				masks[set] |= ofTarget[e.to]
			} else {
				masks[set] |= masks[e.to]
			}
		}
	}
	return masks
}

// evaluator finds the set of targets below each tree. Every tree is looked at once.
type evaluator struct {
	trees   *treeStore
	sets    *setStore
	memo    [treeShards][]uint32 // by tree: one of the values below, or memoSet + set
	edges   []edge               // stack: lists of the trees on the way
	results []edge               // stack: sets' items
	rewrite *rewrites
	empty   packfile.ID // the empty tree, which needs not be stored
	hint    func() string
	fail    func(what string, err error)
}

const (
	memoNone = iota
	memoOpen // on the way down
	memoSet
)

// maxTreeDepth bounds directories in directories. Git reads fewer (core.maxTreeDepth is 2048 by default, once
// it was 4096), but makes more with git fast-import and git update-index.
const maxTreeDepth = 10_000

func newEvaluator(trees *treeStore, r *Repository, w *rewrites, fail func(string, error)) *evaluator {
	e := &evaluator{trees: trees, sets: newSetStore(), rewrite: w, empty: r.Objects().emptyTree, hint: r.missingHint, fail: fail}
	for i := range e.memo {
		e.memo[i] = make([]uint32, len(trees.shards[i].records))
	}
	return e
}

// root gives the set of a tree by its id. A tree that is not there is reported.
func (e *evaluator) root(id packfile.ID) uint32 {
	if id == e.empty {
		return 0
	}
	n, ok := e.trees.find(e.rewrite.content(id))
	if !ok {
		e.fail("tree "+id.String(), &MissingError{id, e.hint()})
		return 0
	}
	return e.tree(n, 0)
}

var errTreeDepth = errors.New("directories are nested too deep")

// tree gives the set of a tree by its number.
func (e *evaluator) tree(n uint32, depth int) uint32 {
	memo := &e.memo[n%treeShards][n/treeShards]
	if *memo >= memoSet {
		return *memo - memoSet
	}
	if *memo == memoOpen || depth > maxTreeDepth {
		id := e.trees.id(n)
		e.fail("tree "+id.String(), fmt.Errorf("tree %s: %w", id, errTreeDepth))
		return 0
	}
	bottom, base := len(e.edges), len(e.results)
	list, ok := e.trees.list(n, e.edges)
	if !ok {
		if id := e.trees.id(n); id != e.empty {
			e.fail("tree "+id.String(), &MissingError{id, e.hint()})
		}
		*memo = memoSet
		return 0
	}
	e.edges = list
	*memo = memoOpen
	for at := bottom; at < len(list); at++ {
		edge := e.edges[at] // the stack may have moved
		if edge.name&isTarget == 0 {
			if edge.to = e.below(edge.to, depth+1); edge.to == 0 {
				continue
			}
		}
		e.results = append(e.results, edge)
	}
	set := e.sets.intern(e.results[base:])
	e.edges, e.results = e.edges[:bottom], e.results[:base]
	*memo = memoSet + set
	return set
}

// below is tree for a directory, which may be replaced.
func (e *evaluator) below(n uint32, depth int) uint32 {
	if len(e.rewrite.replace) > 0 {
		id := e.trees.id(n)
		if other := e.rewrite.content(id); other != id {
			if at, ok := e.trees.find(other); ok {
				n = at
			}
		}
	}
	return e.tree(n, depth)
}

// standing is a target at a path.
type standing struct {
	path   uint32
	target uint32
}

// pathStore numbers paths. Path 0 is the root.
type pathStore struct {
	parents []uint32
	names   []uint32
	byName  map[[2]uint32]uint32
}

func newPathStore() *pathStore {
	return &pathStore{parents: []uint32{0}, names: []uint32{0}, byName: map[[2]uint32]uint32{}}
}

func (p *pathStore) intern(parent, name uint32) uint32 {
	key := [2]uint32{parent, name}
	n, ok := p.byName[key]
	if !ok {
		n = uint32(len(p.parents)) //nolint:gosec // memory holds fewer
		p.parents, p.names = append(p.parents, parent), append(p.names, name)
		p.byName[key] = n
	}
	return n
}

// text makes the path, with slashes between its names.
func (p *pathStore) text(path uint32, names []string) string {
	var parts []string
	for ; path != 0; path = p.parents[path] {
		parts = append(parts, names[p.names[path]])
	}
	slices.Reverse(parts)
	size := len(parts)
	for _, part := range parts {
		size += len(part)
	}
	text := make([]byte, 0, size)
	for i, part := range parts {
		if i > 0 {
			text = append(text, '/')
		}
		text = append(text, part...)
	}
	return string(text)
}

// comparer finds what stands in a set and in none of some others at the same path.
type comparer struct {
	sets  *setStore
	paths *pathStore
	yield func(standing)
	seen  map[uint32]bool // sets, where each is to be looked at once; nil: at each path
}

// fresh compares a set with others, all of the directory at a path.
func (c *comparer) fresh(set uint32, others []uint32, path uint32) {
	if slices.Contains(others, set) || c.seen[set] {
		return
	}
	if c.seen != nil {
		c.seen[set] = true
	}
	places := make([]int, len(others)) // how far the others were walked: all lists are sorted by name
	for _, e := range c.sets.list(set) {
		var below []uint32
		present := false
		for i, other := range others {
			list := c.sets.list(other)
			for places[i] < len(list) && list[places[i]].name < e.name {
				places[i]++
			}
			for at := places[i]; at < len(list) && list[at].name == e.name; at++ {
				if present = present || list[at].to == e.to; e.name&isTarget == 0 {
					below = append(below, list[at].to)
				}
			}
		}
		switch {
		case present:
		case e.name&isTarget != 0:
			c.yield(standing{c.paths.intern(path, e.name&^isTarget), e.to})
		default:
			c.fresh(e.to, below, c.paths.intern(path, e.name))
		}
	}
}
