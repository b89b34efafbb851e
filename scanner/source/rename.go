package source

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/keysieve/keysieve/scanner/git"
)

// maxListed bounds the files that are gone, and those that are new, in one comparison.
// What comes after them in the order of the paths is no rename: what stands in it counts as new.
const maxListed = 100_000

// renames finds the file that a new one was renamed from, among those that are
// gone: of HEAD and not in the index any more, of a commit's parent and not in
// the commit. Nothing is done before it is asked.
//
// A file that is gone is the origin of one new file at most, or a secret that somebody
// writes into a second one would pass for an old one. So all the new files of a comparison are
// looked at together, as git diff -M does (diffcore-rename.c): contents that are the same
// come first; then files of one name, where neither side has another of that name,
// that are alike by three quarters; then of all pairs that are alike by half the most similar ones.
// Files that are still there have no part in it: a copy is new.
type renames struct {
	repo *git.Repository
	// gone lists what is gone, whole directories as one.
	gone func(yield func(git.Change) error) error
	// added lists the files that are new.
	added func(ctx context.Context, yield func(git.Change) error) error

	once sync.Once
	old  []renameFile   // what is gone, by path
	new  []renameFile   // by path
	at   map[string]int // places in new, by path
	full bool           // there are more files than maxListed
	err  error

	named map[int]int // files of new and of old that alone have a name

	similarOnce sync.Once
	pairs       map[int]int // what similar found: places in old by those in new
	similarErr  error
}

// renameFile is a file of one side of a comparison.
type renameFile struct {
	path string
	side git.Side
	pair int   // place of its counterpart in the list of the other side, or -1
	size int64 // in bytes; -1: unknown
}

// errEnough ends a listing.
var errEnough = errors.New("enough files")

// find gives the file that a new one was renamed from, as git judges it. ModeNone says that there is none.
func (n *renames) find(ctx context.Context, c git.Change) (string, git.Side, error) {
	n.once.Do(func() { n.err = n.collect(ctx) })
	i, ok := n.at[c.Path]
	if n.err != nil || !ok || n.new[i].side != c.New {
		return "", git.Side{}, n.err
	}
	from, err := n.origin(ctx, i)
	if err != nil || from < 0 {
		return "", git.Side{}, err
	}
	return n.old[from].path, n.old[from].side, nil
}

// origin gives the place in old of what a new file was renamed from, or -1. What is cheap is asked
// first: in most comparisons the contents of no other files are needed.
func (n *renames) origin(ctx context.Context, i int) (int, error) {
	f := &n.new[i]
	if f.pair >= 0 || f.side.Mode != git.ModeFile || !n.hasComparable(f) {
		return f.pair, nil
	}
	if k, ok := n.named[i]; ok {
		score, err := n.similarity(ctx, &n.old[k], f)
		if err != nil {
			return -1, err
		}
		if score >= minNamedScore {
			return k, nil
		}
	}
	similar, err := n.similar(ctx)
	if err != nil {
		return -1, err
	}
	if k, ok := similar[i]; ok {
		return k, nil
	}
	return -1, nil
}

// collect lists the files and pairs those whose contents are the same.
func (n *renames) collect(ctx context.Context) error {
	if err := n.listOld(ctx); err != nil || len(n.old) == 0 {
		return err
	}
	if err := n.listNew(ctx); err != nil || len(n.new) == 0 {
		return err
	}
	n.at = make(map[string]int, len(n.new))
	for i := range n.new {
		n.at[n.new[i].path] = i
	}
	n.pairSame()
	n.pairNames()
	n.measure()
	return nil
}

// listOld lists the files that are gone, those of whole directories one by one.
func (n *renames) listOld(ctx context.Context) error {
	add := func(path string, side git.Side) (err error) {
		n.old, err = n.list(n.old, path, side)
		return err
	}
	err := n.gone(func(c git.Change) error {
		if c.Old.Mode == git.ModeTree {
			return n.repo.WalkTree(ctx, c.Old.ID, c.Path+"/", add)
		}
		return add(c.Path, c.Old)
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	n.old = sortedFiles(n.old)
	return nil
}

// listNew lists the files that are new.
func (n *renames) listNew(ctx context.Context) error {
	err := n.added(ctx, func(c git.Change) (err error) {
		n.new, err = n.list(n.new, c.Path, c.New)
		return err
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	n.new = sortedFiles(n.new)
	return nil
}

// list adds a file to a list.
func (n *renames) list(to []renameFile, path string, side git.Side) ([]renameFile, error) {
	if len(to) == maxListed {
		n.full = true
		return to, errEnough
	}
	return append(to, renameFile{path, side, -1, -1}), nil
}

// sortedFiles sorts by path and keeps one file of each: during a merge with conflicts a path may have two.
func sortedFiles(files []renameFile) []renameFile {
	slices.SortStableFunc(files, func(a, b renameFile) int { return strings.Compare(a.path, b.path) })
	return slices.CompactFunc(files, func(a, b renameFile) bool { return a.path == b.path })
}

// maxSame is with how many files of the same content a new one's name is compared.
const maxSame = 100

// pairSame pairs contents that are the same: one of the same name where there is one, else the first by path.
func (n *renames) pairSame() {
	same := map[git.Side][]int{} // places in old that are free
	for k := range n.old {
		same[n.old[k].side] = append(same[n.old[k].side], k)
	}
	for i := range n.new {
		f := &n.new[i]
		free := same[f.side]
		if len(free) == 0 {
			continue
		}
		chosen := max(0, slices.IndexFunc(free[:min(len(free), maxSame)], func(k int) bool {
			return path.Base(n.old[k].path) == path.Base(f.path)
		}))
		f.pair = free[chosen]
		n.old[f.pair].pair = i
		copy(free[1:chosen+1], free[:chosen])
		same[f.side] = free[1:]
	}
}

// pairNames finds the files without a counterpart that alone have their name on their side.
func (n *renames) pairNames() {
	n.named = map[int]int{}
	old, added := loneNames(n.old), loneNames(n.new)
	for name, k := range old {
		if i, ok := added[name]; ok && k >= 0 && i >= 0 {
			n.named[i] = k
		}
	}
}

// loneNames gives the files without a counterpart by their names; -1 stands for several.
func loneNames(files []renameFile) map[string]int {
	lone := map[string]int{}
	for i := range files {
		if files[i].pair >= 0 {
			continue
		}
		name := path.Base(files[i].path)
		if _, several := lone[name]; several {
			lone[name] = -1
		} else {
			lone[name] = i
		}
	}
	return lone
}
