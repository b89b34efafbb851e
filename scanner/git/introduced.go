package git

import (
	"bytes"
	"context"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// Addition is a path at which a tree holds what none of those before it does.
type Addition struct {
	Path string // slash-separated, relative to the root
	New  Side
	// Old is what the others have there, one for each of them and in their order;
	// ModeNone for one that has nothing there, or a directory.
	Old []Side
}

// Introduced calls yield, in the order of the paths, for every path of a tree at
// which none of the trees before it has the same content of the same kind: what a
// commit adds to its parents. Without any before, all is new. What all or some of
// them share with it is not read.
//
// A tree before that cannot be read is given to damaged, with the path of its
// directory, and taken to be empty; one of the tree itself is given to
// unread, and what it holds is missing. An error of yield is returned as it is.
func (t *TreeCache) Introduced(ctx context.Context, tree packfile.ID, before []packfile.ID, yield func(Addition) error, damaged, unread func(dir string, err error)) error {
	a := additions{cache: t, ctx: ctx, yield: yield, damaged: damaged, unread: unread}
	return a.dir(nil, tree, before)
}

// additions is one comparison.
type additions struct {
	cache   *TreeCache
	ctx     context.Context //nolint:containedctx // of one comparison
	yield   func(Addition) error
	damaged func(string, error)
	unread  func(string, error)
}

// cursorOn stands on an entry of a tree, or behind its end.
type cursorOn struct {
	tree  tolerantTree
	entry TreeEntry
	ok    bool
}

func (c *cursorOn) advance() { c.entry, c.ok = c.tree.next() }

// dir compares a directory: prefix is its path with a slash at its end. The zero
// id stands for one that has no such directory.
func (a *additions) dir(prefix []byte, tree packfile.ID, before []packfile.ID) error {
	if err := a.ctx.Err(); err != nil {
		return err
	}
	name := func() string { return string(bytes.TrimSuffix(prefix, []byte{'/'})) }
	now := cursorOn{tree: a.cache.open(tree, func(err error) { a.unread(name(), err) })}
	others := make([]cursorOn, len(before))
	for i, id := range before {
		others[i].tree = a.cache.open(id, func(err error) { a.damaged(name(), err) })
		others[i].advance()
	}
	for now.advance(); now.ok; now.advance() {
		if err := a.entry(prefix, &now.entry, others); err != nil {
			return err
		}
	}
	return nil
}

// entry compares an entry with those of the same name and kind (tree or no tree).
func (a *additions) entry(prefix []byte, e *TreeEntry, others []cursorOn) error {
	old := make([]Side, len(others))
	side := Side{e.Mode, e.ID}
	same := false
	for i := range others {
		c := &others[i]
		for c.ok && compareTreeEntries(&c.entry, e) < 0 {
			c.advance()
		}
		if c.ok && bytes.Equal(c.entry.Name, e.Name) {
			old[i] = Side{c.entry.Mode, c.entry.ID}
			same = same || old[i] == side
		}
	}
	if same {
		return nil
	}
	path := append(prefix[:len(prefix):len(prefix)], e.Name...)
	if e.Mode != ModeTree {
		for i := range old {
			if old[i].Mode == ModeTree {
				old[i] = Side{}
			}
		}
		return a.yield(Addition{string(path), side, old})
	}
	below := make([]packfile.ID, len(old))
	for i := range old {
		if old[i].Mode == ModeTree {
			below[i] = old[i].ID
		}
	}
	return a.dir(append(path, '/'), e.ID, below)
}

// TreeCache keeps the trees that were read last: a commit's trees are its
// child's trees before. It is not safe for concurrent use.
type TreeCache struct {
	repo  *Repository
	trees map[packfile.ID][]byte
	size  int
}

// maxTreeCache bounds the trees that are kept, in bytes.
const maxTreeCache = 32 << 20

// NewTreeCache makes an empty cache.
func (r *Repository) NewTreeCache() *TreeCache {
	return &TreeCache{repo: r, trees: map[packfile.ID][]byte{}}
}

// open opens a tree; the zero id is an empty one. Errors go to fail.
func (t *TreeCache) open(id packfile.ID, fail func(error)) tolerantTree {
	opened := tolerantTree{fail: fail}
	if id.IsZero() {
		return opened
	}
	content, ok := t.trees[id]
	if !ok {
		var err error
		if content, err = t.repo.Objects().Read(id, packfile.KindTree, maxTree); err != nil {
			fail(err)
			return opened
		}
		if t.size+len(content) > maxTreeCache {
			clear(t.trees)
			t.size = 0
		}
		t.trees[id] = content
		t.size += len(content)
	}
	opened.reader = NewTreeReader(id, content)
	return opened
}

// CompareTrees calls yield for every path at which two trees differ, as
// Index.Staged does; the zero id is an empty tree.
func (r *Repository) CompareTrees(ctx context.Context, before, after packfile.ID, yield func(Change) error, damaged func(dir string, err error)) error {
	d := differ{repo: r, ctx: ctx, yield: yield, damaged: damaged}
	return d.trees(nil, before, after)
}
