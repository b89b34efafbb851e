package git

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// Group is where one secret was found.
type Group struct {
	Blobs   []packfile.ID
	Commits []packfile.ID // whose messages hold it
	Tags    []packfile.ID // annotated tags whose messages hold it
	Names   []string      // of files and directories, wherever they stand
	Files   []string      // names of files (and symbolic links) only
	// Path, where it is set, narrows Blobs, Names and Files to what stands there.
	Path string
}

// Exposure says since when a group stands in a history, until when, and what
// still reaches it.
type Exposure struct {
	// First is the commit that introduced it: it holds the secret and no parent
	// does; of several the earliest. Last is the latest commit that holds it.
	// Both are nil when no commit holds it.
	First, Last *CommitLine
	// Removed is the commit by which HEAD's history lost it; nil while HEAD
	// holds it, where HEAD's history never did, and where a commit's message
	// there holds it.
	Removed *CommitLine
	Commits int // commits whose files, message or path names hold it
	Blobs   int // distinct contents that hold it
	InHead  bool
	// Refs are the references that reach it, those whose own commit holds it
	// first, then by kind and name. Entries of reflogs and what unfinished
	// commands left are named only where no other reference reaches their
	// commit; symbolic references other than HEAD are not.
	Refs []Reach
	// Days are whole days begun between committer dates: from First until the
	// scan while the commit of any reference holds it or any reference reaches
	// a message that does; else until Removed, or where HEAD's history never
	// held it until the earliest commit on Last that does not, or else Last. 0
	// without commits.
	Days int
	// AtBoundary says that First stands on the boundary of a shallow history: the
	// secret may be older.
	AtBoundary bool
}

// Reach is a reference that reaches a secret.
type Reach struct {
	Name string // as git shows it
	Kind RefKind
	Tip  bool // the commit it names holds the secret; else only its history does
}

// PlaceState says what a Place belongs to.
type PlaceState uint8

// The states of places.
const (
	InCommit PlaceState = iota
	InTag               // the message of a tag
	InIndex             // staged: a content that is in no commit, a name that no commit has at that path
	Dangling            // at that path in no commit and not staged
)

// Place is a path at which a content stands or stood.
type Place struct {
	Object packfile.ID // the blob, commit or tag of the group; zero for a name
	Name   string      // of Names or Files of the group
	// Path is relative to the repository's root, any bytes but NUL; empty for
	// messages. Of a dangling blob or name it is the path in a tree that a reference
	// names, or the name in some tree that no commit has, or empty.
	Path  string
	State PlaceState
	// Commit is the commit that introduced the content or the name at this path:
	// it stands in no parent there; of several the earliest. For a message it is the
	// commit itself. Nil outside of commits.
	Commit *CommitLine
	// Selected says that a commit of the History's selection (Within) introduced it at this path, be it not the earliest.
	Selected bool
}

// Attribution is what a history says of a group.
type Attribution struct {
	Exposure Exposure
	Places   []Place // sorted by state, path, object; every object of the group has one at least

	of    *attribution
	group int
}

// Attribute says of every group where it stands, since when, and what reaches
// it. It reads all trees of the store, once, and takes time in proportion to
// them and to the commits. What cannot be read goes to Fail, and the rest
// counts; the error is that of the context.
//
// Method: a walk over all trees in the order in which they are stored notes of
// each its directories and the contents looked for, as a difference to the tree
// it is a delta of. From the commits' root trees down, every tree gets the set
// of (path, content) below it, equal sets the same number. Of a commit, what
// its set has more than its parents' was introduced there; commits whose set
// equals a parent's cost nothing. A replaced commit has what it holds itself,
// too: git shows it no more, but stores and pushes it.
func (h *History) Attribute(ctx context.Context, groups []Group) ([]Attribution, error) {
	a := &attribution{History: h, groups: groups}
	a.number()
	if len(a.targets) > 0 {
		if err := a.readTrees(ctx); err != nil {
			return nil, err
		}
	}
	if err := a.findIntroductions(ctx); err != nil {
		return nil, err
	}
	result := make([]Attribution, len(groups))
	for start := 0; start < len(groups); start += batchSize {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		a.batch(start, result[start:min(start+batchSize, len(groups))])
	}
	a.placeMessages(result)
	a.placeContents(result)
	if err := a.placeRest(ctx, result); err != nil {
		return nil, err
	}
	for i := range result {
		slices.SortFunc(result[i].Places, comparePlaces)
		result[i].of, result[i].group = a, i
	}
	return result, nil
}

func comparePlaces(a, b Place) int {
	return cmp.Or(cmp.Compare(a.State, b.State), cmp.Compare(a.Path, b.Path), a.Object.Compare(b.Object.Append(nil)), cmp.Compare(a.Name, b.Name))
}

// attribution is one call of Attribute.
type attribution struct {
	*History
	groups  []Group
	targets []target
	sets    *setStore
	commits []uint32               // sets of the commits
	named   map[packfile.ID]uint32 // sets of trees that references name
	paths   *pathStore
	trees   *treeStore
	first   map[standing]uint32 // the commit that introduced it
	within  map[standing]bool   // a selected commit introduced it
}

// target is one content, or one name, that is looked for.
type target struct {
	object packfile.ID
	name   string
	groups []int
}

func (t *target) place(path string, state PlaceState) Place {
	return Place{Object: t.object, Name: t.name, Path: path, State: state}
}

// number gives numbers to the contents of all groups.
func (a *attribution) number() {
	a.trees = newTreeStore(a.repo.Format())
	blobs, names, files := map[packfile.ID]int{}, map[string]int{}, map[string]int{}
	for g, group := range a.groups {
		for _, id := range group.Blobs {
			n, ok := blobs[id]
			if !ok {
				n = len(a.targets)
				blobs[id] = n
				a.targets = append(a.targets, target{object: id})
				a.trees.lookForBlob(id, uint32(n)) //nolint:gosec // memory holds fewer
			}
			a.addGroup(n, g)
		}
		a.numberNames(g, group.Names, names, a.trees.lookForName)
		a.numberNames(g, group.Files, files, a.trees.lookForFile)
	}
}

// numberNames gives numbers to names of a group; numbers holds those of groups before it.
func (a *attribution) numberNames(g int, names []string, numbers map[string]int, lookFor func(string, uint32)) {
	for _, name := range names {
		n, ok := numbers[name]
		if !ok {
			n = len(a.targets)
			numbers[name] = n
			a.targets = append(a.targets, target{name: name})
			lookFor(name, uint32(n)) //nolint:gosec // memory holds fewer
		}
		a.addGroup(n, g)
	}
}

func (a *attribution) addGroup(n, group int) {
	if t := &a.targets[n]; len(t.groups) == 0 || t.groups[len(t.groups)-1] != group {
		t.groups = append(t.groups, group)
	}
}

// readTrees reads all trees, and finds the set of each commit.
func (a *attribution) readTrees(ctx context.Context) error {
	err := a.repo.scan(ctx, a.options.Workers, []packfile.Kind{packfile.KindTree}, func() wholeVisitor { return a.trees.newVisitor().visit }, a.options.Fail)
	if err != nil {
		return fmt.Errorf("read trees: %w", err)
	}
	e := newEvaluator(a.trees, a.repo, &a.graph.rewrite, a.options.Fail)
	a.commits = make([]uint32, a.graph.Len())
	for _, kept := range [...]bool{true, false} {
		if !kept { // git removes what no reference reaches piece by piece
			e.fail = func(what string, err error) {
				if missing := new(MissingError); !errors.As(err, &missing) {
					a.options.Fail(what, err)
				}
			}
		}
		for n := range a.commits {
			if a.strong.has(n) == kept {
				a.commits[n] = e.root(a.graph.Tree(n))
			}
		}
	}
	// What a replacement hides is stored, and pushed, all the same.
	for id, tree := range a.graph.stored {
		if n, ok := a.graph.Find(id); ok {
			a.commits[n] = e.sets.union(a.commits[n], e.root(tree))
		}
	}
	a.sets, a.named = e.sets, map[packfile.ID]uint32{}
	for i := range a.refs {
		id := a.refs[i].object
		if _, isTree := a.trees.find(id); isTree && a.refs[i].commit < 0 {
			a.named[id] = e.root(id)
		}
	}
	return nil
}

// maxStandings is how many pairs of a content, or name, and a path are looked for one by one. A few trees that hold each
// other ten times make a million million.
const maxStandings = 1 << 17

// maxYields is how often any of them may be met: by each commit that brings it anew.
const maxYields = 8 * maxStandings

// findIntroductions goes through the commits, the earliest first, and notes
// what each has that none of its parents has at the same path. Beyond maxStandings, which Fail is told of, it looks at each
// directory's content once, so that everything that is looked for still has a path.
func (a *attribution) findIntroductions(ctx context.Context) error {
	a.first, a.within, a.paths = map[standing]uint32{}, map[standing]bool{}, newPathStore()
	var others []uint32
	c, yields := comparer{sets: a.sets, paths: a.paths}, 0
	for n, set := range a.commits {
		if set == 0 {
			continue
		}
		others = others[:0]
		for _, p := range a.graph.Parents(n) {
			others = append(others, a.commits[p])
		}
		selected := a.Within != nil && a.Within.HasCommit(a.graph.ID(n))
		c.yield = func(s standing) {
			yields++
			if selected {
				a.within[s] = true
			}
			if known, ok := a.first[s]; !ok || a.outranks(n, int(known)) {
				a.first[s] = uint32(n) //nolint:gosec // a commit's number
			}
			if c.seen == nil && (len(a.first) >= maxStandings || yields >= maxYields) {
				c.seen = map[uint32]bool{}
				a.options.Fail("paths of secrets", &UnlistedError{fmt.Sprintf("what was found stands at more than %d paths, or was brought to them more than %d times: not all of them are listed", maxStandings, maxYields)})
			}
		}
		c.fresh(set, others, 0)
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}
