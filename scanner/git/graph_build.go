package git

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// GraphBuilder collects commits and tags, in any order, and makes a Graph of
// them. Add and Fail are safe for concurrent use.
type GraphBuilder struct {
	format packfile.Format

	mu    sync.Mutex
	ids   *idTable
	nodes []node // by number
	trees []byte
	extra map[uint32][]uint32 // parents from the second on
	tags  map[packfile.ID]tagTarget

	stored map[packfile.ID]packfile.ID // the own trees of replaced commits
}

// node is a commit that is being collected.
type node struct {
	date   int64
	parent uint32 // the first one; noNumber: none
	known  bool   // its content was added; else it is only somebody's parent
}

const noNumber = math.MaxUint32

// NewGraphBuilder makes an empty builder.
func NewGraphBuilder(format packfile.Format) *GraphBuilder {
	return &GraphBuilder{format: format, ids: newIDTable(format), extra: map[uint32][]uint32{}, tags: map[packfile.ID]tagTarget{}, stored: map[packfile.ID]packfile.ID{}}
}

// Add takes a commit or an annotated tag with its content. Objects of other
// kinds are left out. The error says what is malformed.
func (b *GraphBuilder) Add(id packfile.ID, kind packfile.Kind, content []byte) error {
	switch kind {
	case packfile.KindCommit:
		c, err := ParseCommit(id, content)
		if err != nil {
			return err
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		b.commit(c, c.Parents)
	case packfile.KindTag:
		t, err := ParseTag(id, content)
		if err != nil {
			return err
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		target := tagTarget{id: t.Object, kind: t.Kind}
		if !t.Date.IsZero() {
			target.date = t.Date.Unix()
		}
		b.tags[id] = target
	}
	return nil
}

// HasCommit says whether a commit was added. It must not be called together with Add.
func (b *GraphBuilder) HasCommit(id packfile.ID) bool {
	n, ok := b.ids.findID(id)
	return ok && b.nodes[n].known
}

// number gives the number of a commit, which gets one if it has none.
func (b *GraphBuilder) number(id packfile.ID) uint32 {
	var buf [32]byte
	n, fresh := b.ids.add(id.Append(buf[:0]))
	if fresh {
		b.nodes = append(b.nodes, node{parent: noNumber})
		b.trees = append(b.trees, make([]byte, b.format.Size())...)
	}
	return n
}

func (b *GraphBuilder) commit(c *Commit, parents []packfile.ID) {
	n := b.number(c.ID)
	b.nodes[n].known = true
	b.nodes[n].date = c.Committed.Unix()
	if c.Committed.IsZero() {
		b.nodes[n].date = 0
	}
	copy(b.trees[int(n)*b.format.Size():], c.Tree.Append(nil))
	b.setParents(n, parents)
}

func (b *GraphBuilder) setParents(n uint32, parents []packfile.ID) {
	b.nodes[n].parent = noNumber
	delete(b.extra, n)
	switch len(parents) {
	case 0:
	case 1:
		b.nodes[n].parent = b.number(parents[0])
	default:
		numbers := make([]uint32, len(parents))
		for i, id := range parents {
			numbers[i] = b.number(id)
		}
		numbers = appendNew(nil, numbers)
		b.nodes[n].parent = numbers[0]
		if len(numbers) > 1 {
			b.extra[n] = numbers[1:]
		}
	}
}

// each calls f for the parents of a commit.
func (b *GraphBuilder) each(n uint32, f func(p uint32)) {
	if p := b.nodes[n].parent; p != noNumber {
		f(p)
		for _, p := range b.extra[n] {
			f(p)
		}
	}
}

// build makes the graph. The builder is used up.
func (b *GraphBuilder) build(w rewrites, read func(packfile.ID) (*Commit, error), hint func() string, fail func(what string, err error)) *Graph {
	b.applyRewrites(w, read, fail)
	b.dropAbsent(hint, fail)
	order := b.order(fail)
	g := &Graph{ids: newIDTable(b.format), tags: b.tags, stored: b.stored, rewrite: w}
	count := len(order)
	place := make([]uint32, len(b.nodes)) // in the graph, by number in b
	for i, n := range order {
		place[n] = uint32(i) //nolint:gosec // fewer than ids
		g.ids.add(b.ids.raw(n))
	}
	size := b.format.Size()
	g.trees = make([]byte, 0, count*size)
	g.dates = make([]int64, 0, count)
	g.first = make([]uint32, 0, count+1)
	g.parents = make([]uint32, 0, count+count/8)
	for i, n := range order {
		g.trees = append(g.trees, b.trees[int(n)*size:(int(n)+1)*size]...)
		g.dates = append(g.dates, b.nodes[n].date)
		g.first = append(g.first, uint32(len(g.parents))) //nolint:gosec // about as many as ids
		b.each(n, func(p uint32) { g.parents = append(g.parents, place[p]) })
		if id := b.ids.id(n); w.shallow[id] {
			if g.cut == nil {
				g.cut = make([]bool, count)
			}
			g.cut[i] = true
		}
	}
	g.first = append(g.first, uint32(len(g.parents))) //nolint:gosec // as above
	return g
}

// applyRewrites gives commits the content and the parents that git log shows.
func (b *GraphBuilder) applyRewrites(w rewrites, read func(packfile.ID) (*Commit, error), fail func(string, error)) {
	for _, id := range sortedKeys(w.replace) {
		with := w.replace[id]
		if n, ok := b.ids.findID(with); !ok || !b.nodes[n].known {
			continue // not a commit; what is missing or damaged was reported as such
		}
		c, err := read(with)
		if err != nil {
			fail("refs/replace/"+id.String(), err)
			continue
		}
		if n, ok := b.ids.findID(id); ok && b.nodes[n].known {
			b.stored[id] = packfile.MakeID(b.trees[int(n)*b.format.Size() : (int(n)+1)*b.format.Size()])
		}
		c.ID = id
		b.commit(c, c.Parents)
	}
	for _, id := range sortedKeys(w.grafts) {
		if n, ok := b.ids.findID(id); ok && b.nodes[n].known {
			b.setParents(n, w.grafts[id])
		}
	}
	for id := range w.shallow {
		if n, ok := b.ids.findID(id); ok {
			b.setParents(n, nil)
		}
	}
}

func sortedKeys[V any](m map[packfile.ID]V) []packfile.ID {
	keys := make([]packfile.ID, 0, len(m))
	for id := range m {
		keys = append(keys, id)
	}
	slices.SortFunc(keys, packfile.CompareIDs)
	return keys
}

// dropAbsent reports parents that are not in the store and takes them off
// their children.
func (b *GraphBuilder) dropAbsent(hint func() string, fail func(string, error)) {
	absent := map[uint32]bool{}
	for n := range b.nodes {
		drop := false
		b.each(uint32(n), func(p uint32) { //nolint:gosec // a number
			if !b.nodes[p].known {
				absent[p], drop = true, true
			}
		})
		if drop {
			b.filterParents(uint32(n), func(p uint32) bool { return b.nodes[p].known }) //nolint:gosec // as above
		}
	}
	missing := make([]packfile.ID, 0, len(absent))
	for n := range absent {
		missing = append(missing, b.ids.id(n))
	}
	slices.SortFunc(missing, packfile.CompareIDs)
	for _, id := range missing {
		fail("commit "+id.String(), &MissingError{id, hint()})
	}
}

func (b *GraphBuilder) filterParents(n uint32, keep func(p uint32) bool) {
	var kept []packfile.ID
	b.each(n, func(p uint32) {
		if keep(p) {
			kept = append(kept, b.ids.id(p))
		}
	})
	b.setParents(n, kept)
}

// order sorts the commits: parents before children, else by date. A commit
// whose clock was behind is moved behind its parents.
func (b *GraphBuilder) order(fail func(string, error)) []uint32 {
	count := len(b.nodes)
	late := make([]int64, count)   // the latest date of a commit and all before it
	height := make([]int32, count) // the longest way down
	done := b.topological(fail)
	for _, n := range done {
		late[n] = b.nodes[n].date
		b.each(n, func(p uint32) {
			late[n] = max(late[n], late[p])
			height[n] = max(height[n], height[p]+1)
		})
	}
	slices.SortFunc(done, func(x, y uint32) int {
		if c := cmp.Or(cmp.Compare(late[x], late[y]), cmp.Compare(height[x], height[y]), cmp.Compare(b.nodes[x].date, b.nodes[y].date)); c != 0 {
			return c
		}
		return bytes.Compare(b.ids.raw(x), b.ids.raw(y))
	})
	return done
}

// topological lists the known commits so that parents come first (Kahn's
// algorithm). Only grafts and replacements can make a cycle; it is cut open.
func (b *GraphBuilder) topological(fail func(string, error)) []uint32 {
	count := uint32(len(b.nodes)) //nolint:gosec // numbers
	known := 0
	waits := make([]int32, count) // parents that are not listed yet
	start := make([]uint32, count+1)
	for n := range count {
		if b.nodes[n].known {
			known++
			b.each(n, func(p uint32) { waits[n]++; start[p+1]++ })
		}
	}
	for n := range count {
		start[n+1] += start[n]
	}
	children := make([]uint32, start[count])
	fill := slices.Clone(start[:count])
	list := make([]uint32, 0, known)
	for n := range count {
		if b.nodes[n].known {
			b.each(n, func(p uint32) { children[fill[p]] = n; fill[p]++ })
			if waits[n] == 0 {
				list = append(list, n)
			}
		}
	}
	for at := 0; at < len(list); at++ {
		n := list[at]
		for _, child := range children[start[n]:start[n+1]] {
			if waits[child]--; waits[child] == 0 {
				list = append(list, child)
			}
		}
	}
	if len(list) == known {
		return list
	}
	return b.cutCycles(list, fail)
}

// cutCycles takes the parents off the smallest commit of those that wait for
// each other, and tries again.
func (b *GraphBuilder) cutCycles(list []uint32, fail func(string, error)) []uint32 {
	listed := newBitSet(len(b.nodes))
	for _, n := range list {
		listed.set(int(n))
	}
	var rest []packfile.ID
	for n := range b.nodes {
		if b.nodes[n].known && !listed.has(n) {
			rest = append(rest, b.ids.id(uint32(n))) //nolint:gosec // a number
		}
	}
	slices.SortFunc(rest, packfile.CompareIDs)
	fail("commit "+rest[0].String(), fmt.Errorf("grafts or replaced objects make history run in a circle: %d commits are or follow their own ancestors", len(rest)))
	for _, id := range rest {
		n, _ := b.ids.findID(id)
		b.filterParents(n, func(p uint32) bool { return listed.has(int(p)) })
	}
	return b.topological(fail)
}

// Graph reads all commits and tags of the store, and what shallow, grafts and
// replacements make of them. refs are the Repository's References. What cannot
// be read goes to fail.
func (r *Repository) Graph(ctx context.Context, workers int, refs []Reference, fail func(what string, err error)) (*Graph, error) {
	b := NewGraphBuilder(r.Format())
	err := r.scan(ctx, workers, []packfile.Kind{packfile.KindCommit, packfile.KindTag}, func() wholeVisitor {
		return func(o *packfile.Object, _ any) (any, error) { return nil, b.Add(o.ID, o.Kind, o.Content) }
	}, fail)
	if err != nil {
		return nil, fmt.Errorf("read commits: %w", err)
	}
	return r.BuildGraph(b, refs, fail), nil
}

// BuildGraph makes the graph of the commits and tags that were added to b,
// which is used up. refs are the Repository's References.
func (r *Repository) BuildGraph(b *GraphBuilder, refs []Reference, fail func(what string, err error)) *Graph {
	return b.build(r.readRewrites(refs, fail), r.Commit, r.missingHint, fail)
}
