package git

import "github.com/keysieve/keysieve/scanner/git/packfile"

// TreeCache keeps the trees that were read last: a commit's trees are its
// child's trees before. It is not safe for concurrent use.
type TreeCache struct {
	repo  *Repository
	trees map[packfile.ID][]byte
	size  int
	limit int // of size, in bytes
}

// maxTreeCache bounds the trees that are kept, in bytes.
const maxTreeCache = 32 << 20

// NewTreeCache makes an empty cache.
func (r *Repository) NewTreeCache() *TreeCache {
	return &TreeCache{repo: r, trees: map[packfile.ID][]byte{}, limit: maxTreeCache}
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
		if t.size+cap(content) > t.limit {
			clear(t.trees)
			t.size = 0
		}
		t.trees[id] = content
		t.size += cap(content) // it may stand in the memory of a larger one
	}
	opened.reader = NewTreeReader(id, content)
	return opened
}
