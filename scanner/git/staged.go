package git

import (
	"bytes"
	"context"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// Side is what stands at a path: ModeNone where there is nothing.
type Side struct {
	Mode Mode
	ID   packfile.ID
}

// Change is a path at which the index differs from HEAD.
type Change struct {
	// Path is relative to the work tree's root, slash-separated.
	Path string
	// Old is HEAD's side. Where it is ModeTree and New is ModeNone, the whole
	// directory is gone: it is not taken apart (see WalkTree).
	Old Side
	// New is the index's side.
	New Side
	// Stage is 0, or for a path with a conflict 2 (ours) or 3 (theirs).
	Stage int
}

// Staged calls yield for every path at which the index differs from HEAD's
// tree in content or kind, in the order of the paths (that of a directory that
// is gone without a slash at its end). On an unborn branch everything is new.
// Of a path with a conflict, its stages 2 and 3 come where they differ. Paths
// that are only intended to be added count as absent.
//
// What the index's cache tree says is equal is skipped without being read. A
// tree that cannot be read is given to damaged, with the path of its directory,
// and taken to be empty, so that all that stands there counts as new. An error
// of yield is returned as it is.
func (x *Index) Staged(ctx context.Context, yield func(Change) error, damaged func(dir string, err error)) error {
	root, err := x.repo.headTree()
	if err != nil {
		return err
	}
	d := differ{index: x, repo: x.repo, ctx: ctx, yield: yield, damaged: damaged}
	return x.mapping.Guard(func() error {
		d.cursor = x.file.begin()
		if err := d.advance(); err != nil {
			return err
		}
		return d.dir(nil, root, x.tree.root())
	})
}

// headTree is the tree of HEAD's commit; the zero ID on an unborn branch.
func (r *Repository) headTree() (packfile.ID, error) {
	head, err := r.Head()
	if err != nil || head.IsZero() {
		return packfile.ID{}, err
	}
	commit, err := r.Commit(head)
	if err != nil {
		return packfile.ID{}, err
	}
	return commit.Tree, nil
}

// differ walks HEAD's trees and the index's entries side by side.
type differ struct {
	index   *Index
	repo    *Repository
	ctx     context.Context //nolint:containedctx // of one walk
	yield   func(Change) error
	damaged func(string, error)
	cursor  cursor // stands on an entry while more is true
	more    bool
	entries int  // of sparse directories' trees that were looked at
	over    bool // they were too many, which was said
}

// advance goes to the index's next entry.
func (d *differ) advance() error {
	at := d.cursor.pos
	ok, reason := d.cursor.next()
	if reason != "" {
		return d.index.file.corrupt(at, reason)
	}
	d.more = ok
	return nil
}

// within says whether the cursor's entry lies below a directory.
func (d *differ) within(prefix []byte) bool {
	return d.more && bytes.HasPrefix(d.cursor.entry.Path, prefix)
}

// dir compares a directory: prefix is its path with a slash at the end, head
// its tree in HEAD or zero, node its place in the cache tree or noNode.
func (d *differ) dir(prefix []byte, head packfile.ID, node int) error {
	if err := d.ctx.Err(); err != nil {
		return err
	}
	if node != noNode {
		n := &d.index.tree.nodes[node]
		if d.index.tree.equals(n, head) {
			if skipped, err := d.skip(prefix, int(n.entries)); skipped || err != nil {
				return err
			}
		}
	}
	tree := d.repo.treeOrEmpty(head, prefix, d.damaged)
	for {
		h, ok := tree.next()
		for d.within(prefix) {
			relative := d.cursor.entry.Path[len(prefix):]
			if ok && comparePath(relative, &h) >= 0 {
				break
			}
			if err := d.path(Side{}); err != nil {
				return err
			}
		}
		if !ok {
			return nil
		}
		if err := d.entry(prefix, &h, node); err != nil {
			return err
		}
	}
}

// entry compares one entry of HEAD's tree with the index, whose cursor stands
// on it, below it or behind it.
func (d *differ) entry(prefix []byte, h *TreeEntry, node int) error {
	old := Side{h.Mode, h.ID}
	if !d.within(prefix) || comparePath(d.cursor.entry.Path[len(prefix):], h) != 0 {
		return d.yield(Change{Path: string(prefix) + string(h.Name), Old: old})
	}
	if h.Mode != ModeTree {
		return d.path(old)
	}
	below := append(append(prefix[:len(prefix):len(prefix)], h.Name...), '/')
	if e := &d.cursor.entry; e.Mode() == ModeTree && len(e.Path) == len(below) {
		id := e.ID()
		if err := d.trees(below, h.ID, id); err != nil {
			return err
		}
		return d.advance()
	}
	return d.dir(below, h.ID, d.index.tree.child(node, h.Name))
}

// skip leaves out the n entries below a directory, if they are just those:
// the last of them lies there, and the one after it does not.
func (d *differ) skip(prefix []byte, n int) (bool, error) {
	before, more := d.cursor.clone(), d.more
	if n > 0 {
		if !d.within(prefix) || n-1 > d.cursor.left {
			return false, nil
		}
		d.jump(n - 1)
		if !d.within(prefix) {
			d.cursor, d.more = before, more
			return false, nil
		}
		if err := d.advance(); err != nil {
			return false, err
		}
	}
	if d.within(prefix) {
		d.cursor, d.more = before, more
		return false, nil
	}
	return true, nil
}

// jump goes n entries on, by way of the last restart before the aim.
func (d *differ) jump(n int) {
	file := d.index.file
	aim := file.count - d.cursor.left + n // entries up to and with the aim
	if at := (aim - 1) / restartInterval; n > restartInterval {
		d.cursor = file.restart(at)
		n = aim - at*restartInterval
	}
	for range n {
		d.more, _ = d.cursor.next() // walked before
	}
}

// clone gives a cursor that can be returned to.
func (c *cursor) clone() cursor {
	copied := *c
	if c.version == 4 {
		copied.buffer = bytes.Clone(c.buffer)
		copied.entry.Path = copied.buffer
	}
	return copied
}

// comparePath orders a path relative to a directory against an entry of that
// directory's tree: 0 if it is the entry, or lies below it if it is a tree.
func comparePath(path []byte, h *TreeEntry) int {
	n := min(len(path), len(h.Name))
	if order := bytes.Compare(path[:n], h.Name[:n]); order != 0 {
		return order
	}
	if len(path) < len(h.Name) {
		return -1
	}
	next := byte(0)
	if len(path) > n {
		next = path[n]
	}
	if h.Mode == ModeTree {
		return int(next) - '/'
	}
	return int(next)
}

// path handles all the entries (stages) of the cursor's path and goes past them.
func (d *differ) path(old Side) error {
	e := &d.cursor.entry
	if e.Mode() == ModeTree {
		if err := d.trees(e.Path, packfile.ID{}, e.ID()); err != nil {
			return err
		}
		return d.advance()
	}
	if e.Stage() == 0 {
		side := Side{e.Mode(), e.ID()}
		if e.IntentToAdd() {
			side = Side{}
		}
		if side != old {
			if err := d.yield(Change{Path: string(e.Path), Old: old, New: side}); err != nil {
				return err
			}
		}
		return d.advance()
	}
	path := bytes.Clone(e.Path)
	for d.more && bytes.Equal(e.Path, path) {
		side := Side{e.Mode(), e.ID()}
		if e.Stage() > 1 && side != old {
			if err := d.yield(Change{Path: string(path), Old: old, New: side, Stage: e.Stage()}); err != nil {
				return err
			}
		}
		if err := d.advance(); err != nil {
			return err
		}
	}
	return nil
}
