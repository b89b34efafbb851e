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
// What is new below maxTreeDepth directories, and all that comes after maxAdditions
// entries, is not read: trees that hold each other can stand for more paths than anybody can count.
//
// A tree before that cannot be read is given to damaged, with the path of its
// directory, and taken to be empty; one of the tree itself is given to
// unread, and what it holds is missing. An error of yield is returned as it is.
func (t *TreeCache) Introduced(ctx context.Context, tree packfile.ID, before []packfile.ID, yield func(Addition) error, damaged, unread func(dir string, err error)) error {
	a := additions{cache: t, ctx: ctx, yield: yield, damaged: damaged, unread: unread}
	return a.dir(tree, before, 0)
}

// additions is one comparison.
type additions struct {
	cache   *TreeCache
	ctx     context.Context //nolint:containedctx // of one comparison
	yield   func(Addition) error
	damaged func(string, error)
	unread  func(string, error)
	enter   func(tree packfile.ID, before []packfile.ID, path string, depth int) bool // nil: every directory is compared; false: this one is not
	path    []byte                                                                    // of the directory that is compared, with a slash at its end
	entries int                                                                       // that were looked at
	over    bool                                                                      // maxAdditions was reached, and said
}

// maxAdditions bounds the entries of trees that are looked at for one commit. Few
// repositories have a million.
const maxAdditions = 2 << 20

// cursorOn stands on an entry of a tree, or behind its end.
type cursorOn struct {
	tree  tolerantTree
	entry TreeEntry
	ok    bool
}

func (c *cursorOn) advance() { c.entry, c.ok = c.tree.next() }

// dir compares the directory at a.path. The zero id stands for one that has no such directory.
func (a *additions) dir(tree packfile.ID, before []packfile.ID, depth int) error {
	if err := a.ctx.Err(); err != nil {
		return err
	}
	name := func() string { return string(bytes.TrimSuffix(a.path, []byte{'/'})) }
	switch {
	case a.over:
		return nil
	case depth > maxTreeDepth:
		a.unread(name(), errTreesDeep)
		return nil
	case a.enter != nil && !a.enter(tree, before, name(), depth):
		return nil
	}
	now := cursorOn{tree: a.cache.open(tree, func(err error) { a.unread(name(), err) })}
	others := make([]cursorOn, len(before))
	for i, id := range before {
		others[i].tree = a.cache.open(id, func(err error) { a.damaged(name(), err) })
		others[i].advance()
	}
	for !a.over {
		if len(others) == 1 {
			skipShared(now.tree.reader, &others[0])
		}
		if now.advance(); !now.ok {
			break
		}
		if a.entries++; a.entries > maxAdditions {
			a.over = true
			a.unread(name(), errTreesWide)
			return nil
		}
		if err := a.entry(&now.entry, others, depth); err != nil {
			return err
		}
		if len(others) == 1 && others[0].ok && bytes.Equal(others[0].entry.Name, now.entry.Name) {
			others[0].advance() // to what may be shared again
		}
	}
	return nil
}

// skipShared passes over the entries that come next in both of two trees: of a large directory a commit
// changes an entry or two. What one tree has of another is not looked at, were it malformed.
func skipShared(now *TreeReader, other *cursorOn) {
	if now == nil || !other.ok {
		return
	}
	old := other.tree.reader
	rest := now.data[now.at:]
	shared := commonPrefix(rest, old.data[old.entry:])
	size, last := 0, 0
	for size < shared {
		name := bytes.IndexByte(rest[size:shared], 0)
		next := size + name + 1 + now.id.Format().Size()
		if name < 0 || next > shared {
			break
		}
		size, last = next, size
	}
	if size == 0 {
		return
	}
	from := now.at
	now.at += last
	if _, ok, err := now.Next(); !ok || err != nil { // malformed: not passed over
		now.at = from
		return
	}
	old.at, old.last = old.entry+size, now.last
	other.advance()
}

// commonPrefix returns how many bytes two texts begin with alike.
func commonPrefix(a, b []byte) int {
	n := min(len(a), len(b))
	const chunk = 256 // compared at once
	i := 0
	for i+chunk <= n && bytes.Equal(a[i:i+chunk], b[i:i+chunk]) {
		i += chunk
	}
	for i < n && a[i] == b[i] {
		i++
	}
	return i
}

// entry compares an entry with those of the same name and kind (tree or no tree).
func (a *additions) entry(e *TreeEntry, others []cursorOn, depth int) error {
	side := Side{e.Mode, e.ID}
	same := false
	for i := range others {
		c := &others[i]
		for c.ok && compareTreeEntries(&c.entry, e) < 0 {
			c.advance()
		}
		same = same || c.at(e) == side
	}
	if same {
		return nil
	}
	length := len(a.path)
	defer func() { a.path = a.path[:length] }()
	a.path = append(a.path, e.Name...)
	if e.Mode == ModeTree {
		below := make([]packfile.ID, len(others))
		for i := range others {
			if old := others[i].at(e); old.Mode == ModeTree {
				below[i] = old.ID
			}
		}
		a.path = append(a.path, '/')
		return a.dir(e.ID, below, depth+1)
	}
	old := make([]Side, len(others))
	for i := range others {
		if old[i] = others[i].at(e); old[i].Mode == ModeTree {
			old[i] = Side{}
		}
	}
	return a.yield(Addition{string(a.path), side, old})
}

// at is what stands at the cursor, if it has the entry's name.
func (c *cursorOn) at(e *TreeEntry) Side {
	if !c.ok || !bytes.Equal(c.entry.Name, e.Name) {
		return Side{}
	}
	return Side{c.entry.Mode, c.entry.ID}
}
