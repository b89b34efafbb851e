package git

import (
	"bytes"
	"context"
	"fmt"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// tolerantTree reads a tree for a comparison: what cannot be read is reported
// and counts as absent.
type tolerantTree struct {
	reader *TreeReader // nil: empty
	fail   func(error)
}

// treeOrEmpty opens the tree of the directory that prefix ends with.
func (r *Repository) treeOrEmpty(id packfile.ID, prefix []byte, damaged func(string, error)) *tolerantTree {
	t := &tolerantTree{fail: func(err error) {
		damaged(string(bytes.TrimSuffix(prefix, []byte{'/'})), err)
	}}
	if id.IsZero() {
		return t
	}
	reader, err := r.Tree(id)
	if err != nil {
		t.fail(err)
		return t
	}
	t.reader = reader
	return t
}

// next gives the next entry; false at the end or where the tree is malformed.
func (t *tolerantTree) next() (TreeEntry, bool) {
	if t.reader == nil {
		return TreeEntry{}, false
	}
	e, ok, err := t.reader.Next()
	if err != nil {
		t.fail(err)
		t.reader = nil
	}
	return e, ok
}

// trees compares two trees, for sparse directories: prefix is their path with
// a slash at its end; the zero ID is an empty one. What lies below maxTreeDepth directories,
// and all that comes after maxAdditions entries, is damaged: trees that hold each other can
// stand for more paths than anybody can count.
func (d *differ) trees(prefix []byte, before, after packfile.ID) error {
	if before == after || d.over {
		return nil
	}
	if err := d.ctx.Err(); err != nil {
		return err
	}
	if bytes.Count(prefix, []byte{'/'}) > maxTreeDepth {
		d.damaged(string(bytes.TrimSuffix(prefix, []byte{'/'})), errTreesDeep)
		return nil
	}
	prefix = bytes.Clone(prefix) // it may be the cursor's
	a := d.repo.treeOrEmpty(before, prefix, d.damaged)
	b := d.repo.treeOrEmpty(after, prefix, d.damaged)
	old, okOld := a.next()
	entry, ok := b.next()
	for (okOld || ok) && !d.over {
		if d.entries++; d.entries > maxAdditions {
			d.over = true
			d.damaged(string(bytes.TrimSuffix(prefix, []byte{'/'})), errTreesWide)
			return nil
		}
		order := 0
		switch {
		case !ok:
			order = -1
		case !okOld:
			order = 1
		default:
			order = compareTreeEntries(&old, &entry)
		}
		var err error
		switch {
		case order < 0:
			err = d.yield(Change{Path: string(prefix) + string(old.Name), Old: Side{old.Mode, old.ID}})
		case order > 0:
			err = d.treeEntry(prefix, Side{}, &entry)
		default:
			err = d.treeEntry(prefix, Side{old.Mode, old.ID}, &entry)
		}
		if err != nil {
			return err
		}
		if order <= 0 {
			old, okOld = a.next()
		}
		if order >= 0 {
			entry, ok = b.next()
		}
	}
	return nil
}

// treeEntry compares an entry of a sparse directory's tree with HEAD's side of
// the same name, which is of the same kind (tree or no tree) or absent.
func (d *differ) treeEntry(prefix []byte, old Side, entry *TreeEntry) error {
	path := append(prefix[:len(prefix):len(prefix)], entry.Name...)
	side := Side{entry.Mode, entry.ID}
	if entry.Mode == ModeTree {
		return d.trees(append(path, '/'), old.ID, entry.ID)
	}
	if side == old {
		return nil
	}
	return d.yield(Change{Path: string(path), Old: old, New: side})
}

// compareTreeEntries orders entries as they stand in trees.
func compareTreeEntries(a, b *TreeEntry) int {
	n := min(len(a.Name), len(b.Name))
	if order := bytes.Compare(a.Name[:n], b.Name[:n]); order != 0 {
		return order
	}
	return int(lastByte(a, n)) - int(lastByte(b, n))
}

// WalkTree calls f for everything below a tree that is no tree, in the order
// of the paths, which begin with prefix. An error of f is returned as it is,
// one of reading a tree ends the walk; so do more than maxTreeDepth directories in each
// other and more than maxAdditions entries.
func (r *Repository) WalkTree(ctx context.Context, id packfile.ID, prefix string, f func(path string, side Side) error) error {
	w := treeWalk{ctx: ctx, repo: r, f: f}
	return w.tree(id, prefix, 0)
}

// The errors of trees that stand for too many paths.
var (
	errTreesDeep = fmt.Errorf("directories are nested more than %d deep, %w", maxTreeDepth, ErrTreeLimit)
	errTreesWide = fmt.Errorf("its trees have more than %d entries, %w", maxAdditions, ErrTreeLimit)
)

// treeWalk is one walk over trees.
type treeWalk struct {
	ctx     context.Context //nolint:containedctx // of one walk
	repo    *Repository
	f       func(path string, side Side) error
	entries int // that were looked at
}

func (w *treeWalk) tree(id packfile.ID, prefix string, depth int) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if depth > maxTreeDepth {
		return fmt.Errorf("tree %s: %w", id, errTreesDeep)
	}
	tree, err := w.repo.Tree(id)
	if err != nil {
		return err
	}
	for {
		e, ok, err := tree.Next()
		if err != nil || !ok {
			return err
		}
		if w.entries++; w.entries > maxAdditions {
			return fmt.Errorf("tree %s: %w", id, errTreesWide)
		}
		path := prefix + string(e.Name)
		if e.Mode == ModeTree {
			err = w.tree(e.ID, path+"/", depth+1)
		} else {
			err = w.f(path, Side{e.Mode, e.ID})
		}
		if err != nil {
			return err
		}
	}
}
