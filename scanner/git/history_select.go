package git

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// Selection says which part of a history is looked at.
type Selection struct {
	// From are commits, tags, trees or blobs; what they reach is selected.
	// Empty: all commits and tags of the store.
	From []packfile.ID
	// Not are commits or tags; what is reached from them is left out, and so are
	// tags of it that are not younger than they are.
	Not []packfile.ID
	// Since leaves out commits with an earlier committer date, and tags of them
	// that are not younger, either; the zero time none.
	Since time.Time
	// Paths are patterns of the paths of files and directories. Messages of
	// commits and tags are not selected then. Empty: all.
	Paths []string
}

// Select gives the objects of a part of the history: the selected commits, the
// tags on the way to them, and the trees and blobs that they hold (what git
// rev-list --objects lists, but that git selects all tags in From). Where Not or
// Since asks for what is new, it is what the selected commits added to their
// parents: a copy of a file that is old counts, and what no commit brought does not.
// What cannot be read goes to Fail. The error is that of a pattern or of the context.
//
// The conditions of a Selection intersect: each more leaves out more.
//
// It reads all trees of the store twice, or, for what is new, those in which the
// selected commits differ from their parents.
func (h *History) Select(ctx context.Context, s Selection) (*ObjectSet, error) {
	globs, err := parsePathGlobs(s.Paths)
	if err != nil {
		return nil, err
	}
	format := h.repo.Format()
	x := &selector{History: h, globs: globs, set: newObjectSet(format), trees: newTreeStore(format), partly: map[uint32][]string{}}
	chosen, tips := x.commitsOf(s)
	x.set.graph, x.set.chosen = h.graph, chosen
	switch {
	case !s.isNew():
		err = x.addHeld(ctx, chosen, tips)
	case x.isClosed(chosen): // what they hold one of them added
		err = x.addHeld(ctx, chosen, nil)
	default:
		err = x.addNew(ctx, chosen)
	}
	if err != nil {
		return nil, err
	}
	return x.set, nil
}

// isNew says that what is new is selected, and not all that commits hold.
func (s *Selection) isNew() bool { return !s.Since.IsZero() || len(s.Not) > 0 }

// isClosed says that the parents of the chosen commits are chosen as well.
func (x *selector) isClosed(chosen bitSet) bool {
	for n := range x.graph.Len() {
		if !chosen.has(n) {
			continue
		}
		for _, p := range x.graph.Parents(n) {
			if !chosen.has(int(p)) {
				return false
			}
		}
	}
	return true
}

// addHeld adds all that the chosen commits hold, and other objects that were named.
func (x *selector) addHeld(ctx context.Context, chosen bitSet, tips []packfile.ID) error {
	if err := x.readTrees(ctx); err != nil {
		return err
	}
	for n := range x.graph.Len() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if chosen.has(n) {
			x.eachRoot(n, func(id packfile.ID) {
				if tree, ok := x.trees.find(id); ok {
					x.take(tree, "", 0)
				} else {
					x.options.Fail("tree "+id.String(), &MissingError{id, x.repo.missingHint()})
				}
			})
		}
	}
	for _, id := range tips {
		if tree, ok := x.trees.find(id); ok {
			x.take(tree, "", 0)
		} else if x.globs.fit("") == fitAll {
			x.set.addID(id)
			x.set.matched.Store(true)
		}
	}
	x.trees.dropLists()
	return x.readBlobs(ctx)
}

// selector is one call of Select.
type selector struct {
	*History
	globs  pathGlobs
	set    *ObjectSet
	trees  *treeStore
	marks  [treeShards][]treeMark
	partly map[uint32][]string // directories, of trees of which not all is selected
	again  int                 // how many of those are not the first of their tree
	stack  []edge
}

// treeMark is what is known of a tree.
type treeMark uint8

const (
	treeAll    treeMark = 1 << iota // selected with all that is below
	treePartly                      // selected for some directories
)

// commitsOf finds the selected commits, and adds commits and tags to the set, unless
// paths narrow it. tips are other objects that were named.
func (x *selector) commitsOf(s Selection) (chosen bitSet, tips []packfile.ID) {
	g := x.graph
	from, tips := x.ends(s.From)
	not, _ := x.ends(s.Not)
	reached, excluded := g.ancestors(from...), g.ancestors(not...)
	chosen = newBitSet(g.Len())
	for n := range g.Len() {
		if (len(s.From) == 0 || reached.has(n)) && !excluded.has(n) && (s.Since.IsZero() || g.Date(n) >= s.Since.Unix()) {
			chosen.set(n)
		}
	}
	if len(x.globs) == 0 {
		x.addMessages(s, chosen)
	}
	return chosen, tips
}

// ends follows tags to the commits, and to what is none.
func (x *selector) ends(ids []packfile.ID) (commits []int, others []packfile.ID) {
	for _, id := range ids {
		end, _ := x.graph.peel(id, nil)
		if n, ok := x.graph.Find(end); ok {
			commits = append(commits, n)
		} else {
			others = append(others, end)
		}
	}
	return commits, others
}

// addMessages adds the chosen commits, and the tags that are new: those of chosen commits, and of
// others where the tag itself is young enough, as its message is then. Those on the way to what
// was excluded are not.
func (x *selector) addMessages(s Selection, chosen bitSet) {
	g := x.graph
	for n := range g.Len() {
		if chosen.has(n) {
			x.set.addID(g.ID(n))
		}
	}
	tags, unwanted := map[packfile.ID]bool{}, map[packfile.ID]bool{}
	for _, id := range s.From {
		g.peel(id, func(tag packfile.ID) { tags[tag] = true })
	}
	for _, id := range s.Not {
		g.peel(id, func(tag packfile.ID) { unwanted[tag] = true })
	}
	if len(s.From) == 0 {
		for id := range g.tags {
			tags[id] = true
		}
	}
	since := x.firstDate(s)
	for id := range tags {
		end, _ := g.peel(id, nil)
		n, isCommit := g.Find(end)
		tag, known := g.tags[g.rewrite.content(id)]
		young := tag.date >= since || !isCommit && (!known || tag.date == 0)
		if !unwanted[id] && (young || isCommit && chosen.has(n)) {
			x.set.addID(id)
		}
	}
}

// firstDate gives the earliest date of a tag that is new, in seconds since 1970. What the newest of
// Not's commits did not see was tagged after it.
func (x *selector) firstDate(s Selection) int64 {
	first := int64(math.MinInt64)
	if !s.Since.IsZero() {
		first = s.Since.Unix()
	}
	not, _ := x.ends(s.Not)
	for _, n := range not {
		first = max(first, x.graph.Date(n)+1)
	}
	return first
}

// readTrees reads which directories each tree has.
func (x *selector) readTrees(ctx context.Context) error {
	err := x.repo.scan(ctx, x.options.Workers, []packfile.Kind{packfile.KindTree}, func() wholeVisitor { return x.trees.newVisitor().visit }, x.options.Fail)
	if err != nil {
		return fmt.Errorf("read trees: %w", err)
	}
	for i := range x.marks {
		x.marks[i] = make([]treeMark, len(x.trees.shards[i].records))
	}
	return nil
}

func (x *selector) mark(n uint32) *treeMark { return &x.marks[n%treeShards][n/treeShards] }

// eachRoot calls f for the root tree of a commit, as it is shown and, where
// that was replaced, as it is stored; not for one that is empty.
func (x *selector) eachRoot(n int, f func(tree packfile.ID)) {
	roots := []packfile.ID{x.graph.Tree(n)}
	if len(x.graph.stored) > 0 {
		if own, ok := x.graph.stored[x.graph.ID(n)]; ok {
			roots = append(roots, own)
		}
	}
	for _, id := range roots {
		if _, stored := x.trees.find(id); stored || id != x.repo.Objects().emptyTree {
			f(id)
		}
	}
}

// below calls f for the directories of a tree, and for a tree that replaces it.
func (x *selector) below(n uint32, depth int, f func(n, name uint32)) {
	id := x.trees.id(n)
	bottom := len(x.stack)
	list, ok := x.trees.list(n, x.stack)
	switch {
	case !ok && id == x.repo.Objects().emptyTree:
		return
	case !ok:
		x.options.Fail("tree "+id.String(), &MissingError{id, x.repo.missingHint()})
		return
	case depth > maxTreeDepth:
		x.options.Fail("tree "+id.String(), fmt.Errorf("tree %s: %w", id, errTreeDepth))
		return
	}
	x.stack = list
	for at := bottom; at < len(list); at++ {
		f(x.stack[at].to, x.stack[at].name)
	}
	x.stack = x.stack[:bottom]
}

// replacement gives the tree that git shows instead of another.
func (x *selector) replacement(n uint32) (uint32, bool) {
	if len(x.graph.rewrite.replace) == 0 {
		return 0, false
	}
	if other, ok := x.graph.rewrite.replace[x.trees.id(n)]; ok {
		return x.trees.find(other)
	}
	return 0, false
}

// How many paths of a tree, and of all beyond the first of each, are compared with patterns: trees that hold each other over
// and over have more than anybody can look at.
const (
	maxAgain    = 2_000
	maxAgainAll = 1 << 19
)

var errManyPaths = fmt.Errorf("trees stand at more paths than are compared with patterns: %d for one, %d beyond the first of each for all", maxAgain, maxAgainAll)

// take selects a tree that stands at a path (without a slash at its end), as
// far as patterns allow.
func (x *selector) take(n uint32, path string, depth int) {
	mark := x.mark(n)
	if *mark&treeAll != 0 {
		return
	}
	fit := x.globs.fit(path)
	switch fit {
	case fitNothing:
		return
	case fitBelow:
		known := x.partly[n]
		if slices.Contains(known, path) {
			return
		}
		if len(known) > 0 {
			if x.again++; len(known) == maxAgain || x.again > maxAgainAll {
				x.options.Fail("paths of trees", errManyPaths) // what stands there is not read
				return
			}
		}
		*mark |= treePartly
		x.partly[n] = append(known, path)
	case fitAll:
		*mark |= treeAll
		x.set.matched.Store(true)
	}
	x.set.addID(x.trees.id(n))
	if other, ok := x.replacement(n); ok {
		x.take(other, path, depth+1)
	}
	if path != "" {
		path += "/"
	}
	x.below(n, depth, func(to, name uint32) {
		if fit == fitAll {
			x.take(to, path, depth+1) // it fits, whatever its name
		} else {
			x.take(to, path+x.trees.names[name], depth+1)
		}
	})
}
