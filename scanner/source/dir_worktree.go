package source

import (
	"errors"
	"hash/maphash"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/keysieve/keysieve/rules/pathglob"
	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/git"
)

// A workTree is what decides what is ignored: a repository's work tree with
// its index, which is read when the first ignored file is met.
type workTree struct {
	root string // absolute, without symbolic links
	repo *git.Repository

	index  *git.Index
	failed bool // the index could not be read, which has been said
	// folded holds hashes of the index's paths and their directories without the case of letters; nil: not needed yet.
	folded map[uint64]struct{}
	seed   maphash.Seed
}

// parse reads patterns as git would in this work tree.
func (t *workTree) parse(text string) *pathglob.List {
	if t.repo.IgnoresCase() {
		return pathglob.ParseFolded(text)
	}
	return pathglob.Parse(text)
}

// findWorkTree returns the work tree that dir lies in, nil when there is none: the nearest one upwards, or the one that GIT_DIR and
// GIT_WORK_TREE name if dir lies in that, and in no other below it. The error is about a
// repository that is there and cannot be read.
func findWorkTree(dir string) (*workTree, error) {
	found, err := nearestWorkTree(dir)
	named := namedWorkTree()
	if err != nil || named == nil || !within(dir, named.root) || found != nil && !within(named.root, found.root) {
		return found, err
	}
	return named, nil
}

// namedWorkTree returns the work tree of the repository that GIT_DIR names; nil if it names none. A hook's index is that of the commit, and
// not heeded.
func namedWorkTree() *workTree {
	cwd, err := os.Getwd()
	if err != nil || os.Getenv("GIT_DIR") == "" {
		return nil
	}
	repo, err := git.Discover(cwd, only("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR"))
	if err != nil || repo.WorkTree() == "" {
		return nil // the commands that ask for it say why
	}
	return &workTree{root: repo.WorkTree(), repo: repo}
}

// only gives these variables of the environment.
func only(names ...string) func(string) string {
	return func(name string) string {
		if slices.Contains(names, name) {
			return os.Getenv(name)
		}
		return ""
	}
}

// nearestWorkTree looks upwards. The environment of a hook names the repository of the commit, not that of
// dir, so only what bounds the search is taken from it.
func nearestWorkTree(dir string) (*workTree, error) {
	repo, err := git.Discover(dir, only("GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM"))
	switch {
	case errors.Is(err, git.ErrNotRepository):
		return nil, nil
	case err != nil:
		return nil, err
	case repo.WorkTree() == "" || !within(dir, repo.WorkTree()):
		return nil, nil
	}
	return &workTree{root: repo.WorkTree(), repo: repo}, nil
}

// excludes returns the patterns of the repository's own info/exclude.
func (t *workTree) excludes() *ignoreScope {
	f, err := openFolder(filepath.Join(t.repo.CommonDir(), "info"))
	if err != nil {
		return nil
	}
	defer f.release()
	text, err := readAll(f, "exclude")
	if err != nil {
		return nil
	}
	return &ignoreScope{list: t.parse(text)}
}

// tracks reports whether the index has a file at the path, relative to the work
// tree's root, or below it if it is a directory. An index that cannot be read
// is skipped, once: which ignored files are tracked is then unknown.
func (t *workTree) tracks(path string, isDir bool, skip func(scanner.Skip)) bool {
	if t.index == nil && !t.failed {
		var err error
		if t.index, err = t.repo.Index(); err != nil {
			t.failed = true
			skip(scanner.Skip{
				Path:   ".git/index",
				Reason: strings.TrimSuffix(err.Error(), ".") + ": files that are tracked although .gitignore excludes them were not scanned",
				Hint:   "repair it with git read-tree HEAD, or scan with --no-ignore",
			})
		}
	}
	if t.failed {
		return false
	}
	if t.index.IsTracked(path) || (isDir && t.index.HasTrackedBelow(path)) {
		return true
	}
	return t.repo.IgnoresCase() && t.tracksFolded(path)
}

// tracksFolded says that the index has a file at the path, or below it, whose name may differ in the case of its letters. An
// index cannot be searched for that, so hashes of all its paths are kept, which may rarely say yes too much: then a file
// more is scanned.
func (t *workTree) tracksFolded(path string) bool {
	if t.folded == nil {
		t.folded, t.seed = map[uint64]struct{}{}, maphash.MakeSeed()
		err := t.index.Each(func(e *git.Entry) error {
			for name := pathglob.Fold(strings.TrimSuffix(string(e.Path), "/")); ; {
				hash := maphash.String(t.seed, name)
				if _, known := t.folded[hash]; known {
					return nil // and so are the directories above it
				}
				t.folded[hash] = struct{}{}
				slash := strings.LastIndexByte(name, '/')
				if slash < 0 {
					return nil
				}
				name = name[:slash]
			}
		})
		if err != nil { // which entries there are is not known: it may be one
			t.folded = nil
			return true
		}
	}
	_, tracked := t.folded[maphash.String(t.seed, pathglob.Fold(path))]
	return tracked
}

// close gives the index back. The work tree can be used again afterwards.
func (t *workTree) close() {
	if t.index != nil {
		t.index, t.folded = nil, nil
		_ = t.repo.Close() // read only: nothing can be lost
	}
	t.failed = false
}
