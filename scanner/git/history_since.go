package git

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"

	"github.com/sourcegraph/conc"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// What a commit added is what none of its parents has at the same path: a file
// that is copied counts, though its content is old. So the objects that are new
// since a revision or a date come from comparing the trees of the chosen
// commits with those of their parents (Introduced), and not from taking away
// what the commits before them hold.
//
// Commits are compared by several goroutines, each with trees of its own that it
// remembers, a stretch of commits at a time: the trees of a commit are its
// child's trees before. What was compared once in this way is not compared
// again: branches that were merged, rebased or copied bring the same directories.

// sinceStretch is how many commits a worker takes at a time.
const sinceStretch = 64

// addNew adds what the chosen commits added.
func (x *selector) addNew(ctx context.Context, chosen bitSet) error {
	var commits []int
	for n := x.graph.Len() - 1; n >= 0; n-- { // the latest first: older trees are mostly stored as deltas of newer ones
		if chosen.has(n) {
			commits = append(commits, n)
		}
	}
	stretches := (len(commits) + sinceStretch - 1) / sinceStretch
	var next atomic.Int64
	var workers conc.WaitGroup // which hands on panics
	for range min(x.options.Workers, stretches) {
		workers.Go(func() {
			c := findNewcomers(ctx, x)
			for ctx.Err() == nil {
				at := int(next.Add(1)-1) * sinceStretch
				if at >= len(commits) {
					return
				}
				for _, n := range commits[at:min(at+sinceStretch, len(commits))] {
					c.commit(n)
				}
			}
		})
	}
	workers.Wait()
	return ctx.Err()
}

// newcomers finds, for one worker, what commits added.
type newcomers struct {
	*selector
	additions
	seen map[comparison]struct{}
}

// comparison is a directory and what its tree is compared with, of which there
// is no more than one.
type comparison struct{ tree, before packfile.ID }

// maxSeen bounds the comparisons that are remembered.
const maxSeen = 1 << 16

func findNewcomers(ctx context.Context, x *selector) *newcomers {
	c := &newcomers{selector: x, seen: map[comparison]struct{}{}}
	cache := x.repo.NewTreeCache()
	cache.limit /= max(1, x.options.Workers) // all of them together hold as much
	c.additions = additions{
		cache: cache, ctx: ctx,
		enter: c.enter,
		yield: func(a Addition) error {
			if a.New.Mode != ModeGitlink && x.globs.fit(a.Path) == fitAll {
				x.set.addID(a.New.ID)
				x.set.matched.Store(true)
			}
			return nil
		},
	}
	return c
}

// commit adds what a commit has and none of its parents: as it is shown and,
// where it was replaced, as it is stored.
func (c *newcomers) commit(n int) {
	var before []packfile.ID
	for _, p := range c.graph.Parents(n) {
		c.eachRoot(int(p), func(id packfile.ID) { before = append(before, id) })
	}
	what := "commit " + c.graph.ID(n).String()
	c.damaged = func(dir string, err error) { c.fail(what, dir, err) }
	c.unread = c.damaged
	c.eachRoot(n, func(id packfile.ID) {
		c.entries, c.over, c.path = 0, false, c.path[:0]
		if !slices.Contains(before, id) {
			_ = c.dir(id, before, 0) // the context's error, which is asked for elsewhere
		}
	})
}

// fail reports a directory that cannot be compared: by its tree, which many
// commits may have, where the error names it.
func (c *newcomers) fail(what, dir string, err error) {
	var missing *MissingError
	var corrupt *CorruptError
	switch {
	case errors.As(err, &corrupt):
		what, dir = "tree "+corrupt.ID.String(), ""
	case errors.As(err, &missing):
		what, dir = "tree "+missing.ID.String(), ""
	}
	if dir != "" {
		what += ":" + dir
	}
	c.options.Fail(what, err)
}

// enter is asked before a directory is compared, and adds its tree.
func (c *newcomers) enter(tree packfile.ID, before []packfile.ID, path string, depth int) bool {
	fit := c.globs.fit(path)
	if fit == fitNothing {
		return false
	}
	if fit == fitAll && !c.first(tree, before) {
		return false
	}
	c.set.addID(tree)
	if other := c.graph.rewrite.content(tree); other != tree {
		_ = c.dir(other, before, depth+1)
	}
	return true
}

// first tells whether a directory was not compared with the same before, as far
// as is remembered.
func (c *newcomers) first(tree packfile.ID, before []packfile.ID) bool {
	pair := comparison{tree: tree}
	for i, old := range before {
		if i > 0 && old != pair.before {
			return true
		}
		pair.before = old
	}
	if _, ok := c.seen[pair]; ok {
		return false
	}
	if len(c.seen) >= maxSeen {
		clear(c.seen)
	}
	c.seen[pair] = struct{}{}
	return true
}
