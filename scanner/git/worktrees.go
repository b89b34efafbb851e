package git

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
)

// worktrees gives this repository as each of its worktrees sees it, with that
// worktree's index.
func (r *Repository) worktrees() []*Repository {
	list := []*Repository{r}
	dirs := []string{r.commonDir}
	entries, _ := os.ReadDir(filepath.Join(r.commonDir, "worktrees")) // References reports its error
	for _, entry := range entries {
		dirs = append(dirs, filepath.Join(r.commonDir, "worktrees", entry.Name()))
	}
	for _, dir := range dirs {
		if dir != r.gitDir {
			list = append(list, &Repository{gitDir: dir, commonDir: r.commonDir, indexPath: filepath.Join(dir, "index"), config: r.config, objects: r.objects})
		}
	}
	return list
}

// EachStaged calls f for every entry of the indexes of all worktrees. Those of
// an index that cannot be read are given as far as they can be, and fail is told its
// path and why. The error is that of the context.
func (r *Repository) EachStaged(ctx context.Context, fail func(what string, err error), f func(*Entry)) error {
	for _, tree := range r.worktrees() {
		if err := ctx.Err(); err != nil {
			return err
		}
		x, err := tree.Index()
		if err == nil {
			err = x.Each(func(e *Entry) error {
				f(e)
				return nil
			})
		}
		if err != nil {
			fail(tree.indexPath, err)
		}
		if tree != r {
			_ = tree.closeIndexes() // read only
		}
	}
	return nil
}

// EachNameOf calls f for the names in an entry's path: the path up to end ends with name. That of a
// sparse directory has a slash at its end.
func EachNameOf(path []byte, f func(name []byte, end int)) {
	path = bytes.TrimSuffix(path, []byte{'/'})
	for start := 0; start <= len(path); {
		end := len(path)
		if n := bytes.IndexByte(path[start:], '/'); n >= 0 {
			end = start + n
		}
		f(path[start:end], end)
		start = end + 1
	}
}
