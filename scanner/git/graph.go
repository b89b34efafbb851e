package git

import (
	"errors"
	"sort"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// Graph holds all commits of an object store, reachable or not, as git log
// shows them: cut at the shallow boundary, with grafted parents and replaced
// content. Commits are numbered from 0 so that parents come before children,
// and otherwise by the date of the committer: the smaller of two numbers is the
// earlier commit.
//
// A commit takes about 70 bytes. A Graph does not change and is safe for
// concurrent use.
type Graph struct {
	ids     *idTable
	trees   []byte   // root tree of each commit
	dates   []int64  // seconds since 1970, of the committer
	first   []uint32 // where a commit's parents begin; one more than there are commits
	parents []uint32
	cut     []bool // commits on the shallow boundary; nil: there are none
	tags    map[packfile.ID]tagTarget
	stored  map[packfile.ID]packfile.ID // the own root trees of replaced commits
	rewrite rewrites
}

// tagTarget is what an annotated tag names.
type tagTarget struct {
	id   packfile.ID
	kind packfile.Kind
	date int64 // of the tagger, in seconds since 1970; 0: it does not say
}

// Len is the number of commits.
func (g *Graph) Len() int { return len(g.dates) }

// Tags is the number of annotated tags in the store.
func (g *Graph) Tags() int { return len(g.tags) }

// Shallow says that the history is cut off: some commits' parents are missing
// on purpose. Hint completes it.
func (g *Graph) Shallow() bool { return g.cut != nil }

// Hint is the command that completes a shallow history; empty for a whole one.
func (g *Graph) Hint() string {
	if g.Shallow() {
		return "git fetch --unshallow"
	}
	return ""
}

// Find gives the number of a commit.
func (g *Graph) Find(id packfile.ID) (n int, ok bool) {
	at, ok := g.ids.findID(id)
	return int(at), ok
}

// ID is the id of a commit.
func (g *Graph) ID(n int) packfile.ID { return g.ids.id(uint32(n)) } //nolint:gosec // a commit's number

// Tree is the root tree of a commit.
func (g *Graph) Tree(n int) packfile.ID { return packfile.MakeID(g.rawTree(n)) }

func (g *Graph) rawTree(n int) []byte { return g.trees[n*g.ids.size : (n+1)*g.ids.size] }

// Parents are the numbers of a commit's parents, all smaller than its own.
func (g *Graph) Parents(n int) []uint32 { return g.parents[g.first[n]:g.first[n+1]] }

// Date is a commit's committer date in seconds since 1970.
func (g *Graph) Date(n int) int64 { return g.dates[n] }

// isCut says that a commit is on the shallow boundary.
func (g *Graph) isCut(n int) bool { return g.cut != nil && g.cut[n] }

// peel follows annotated tags. through, if not nil, is called for each of them.
// kind is 0 if what the last one names is no commit of the graph, or the id no
// tag at all: then it may be a tree or a blob.
func (g *Graph) peel(id packfile.ID, through func(tag packfile.ID)) (end packfile.ID, kind packfile.Kind) {
	for range maxTagDepth {
		if _, ok := g.Find(id); ok {
			return id, packfile.KindCommit
		}
		next, ok := g.tags[g.rewrite.content(id)]
		if !ok {
			return id, kind
		}
		if through != nil {
			through(id)
		}
		if id, kind = next.id, next.kind; kind == packfile.KindCommit {
			kind = 0 // unless it is found
		}
	}
	return id, 0
}

// maxTagDepth bounds tags of tags. They cannot make a cycle, but replaced ones can.
const maxTagDepth = 1000

var errTagDepth = errors.New("tags are nested too deep")

// bitSet is a set of small numbers.
type bitSet []uint64

func newBitSet(n int) bitSet { return make(bitSet, (n+63)/64) }

func (b bitSet) has(n int) bool { return b[n/64]&(1<<(n%64)) != 0 }
func (b bitSet) set(n int)      { b[n/64] |= 1 << (n % 64) }

// ancestors gives the commits that some are reached from: these themselves and
// all before them. It takes time in proportion to the graph.
func (g *Graph) ancestors(tips ...int) bitSet {
	reached := newBitSet(g.Len())
	sort.Ints(tips)
	if len(tips) == 0 {
		return reached
	}
	for _, n := range tips {
		reached.set(n)
	}
	for n := tips[len(tips)-1]; n >= 0; n-- {
		if !reached.has(n) {
			continue
		}
		for _, p := range g.Parents(n) {
			reached.set(int(p))
		}
	}
	return reached
}
