package source

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"

	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/git"
)

// choice is what the user's paths come to: marks on the changes, and what is
// scanned whole.
type choice struct {
	*stagedRun
	marked []bool       // of changes
	files  []git.Change // whole, from the index
	loose  []string     // paths in the work tree that are not tracked
}

// choose narrows the run to the user's paths.
func (r *stagedRun) choose(opts StagedOptions) error {
	c := choice{stagedRun: r, marked: make([]bool, len(r.changes))}
	r.whole = map[string]bool{}
	sort.Slice(r.gone, func(i, j int) bool { return r.gone[i].Path < r.gone[j].Path })
	for _, name := range opts.Paths {
		if name == "" { // a variable of a script that is empty, mostly
			return &UsageError{Subject: `""`, Reason: "an empty path names no file", Hint: "to check all that is staged, give no path"}
		}
		relative, err := r.repo.RelativePath(opts.Dir, name)
		if err != nil {
			reason := "outside of the work tree " + r.repo.WorkTree()
			if r.repo.WorkTree() == "" {
				reason = "the repository " + r.repo.GitDir() + " has no work tree to look for it in"
			}
			return &UsageError{Subject: name, Reason: reason, Hint: "keysieve dir scans any path", Err: err}
		}
		if err := c.path(name, relative); err != nil {
			return err
		}
	}
	for i, marked := range c.marked {
		if marked {
			r.chosen = append(r.chosen, r.changes[i])
		}
	}
	r.chosen = append(r.chosen, c.files...)
	for _, path := range c.loose {
		if err := r.workTreePath(path); err != nil {
			return err
		}
	}
	return nil
}

// path chooses what one name stands for.
func (c *choice) path(name, relative string) error {
	if c.mark(relative) {
		return nil
	}
	gone, err := c.isGone(relative)
	if gone || err != nil {
		return err
	}
	found := false
	err = c.index.Files(c.ctx, relative, func(path string, side git.Side) error {
		found = true
		switch {
		case side.Mode == git.ModeGitlink && path == relative:
			c.skip(scanner.Skip{Path: path, Reason: "a submodule: its files belong to another repository", Hint: "keysieve dir " + name})
		case side.Mode != git.ModeGitlink && !c.whole[path]:
			c.files = append(c.files, git.Change{Path: path, New: side})
			c.whole[path] = true
		}
		return c.ctx.Err()
	})
	if found || err != nil {
		return err
	}
	return c.untracked(name, relative)
}

// mark marks the changes at a path and below it; false if there are none.
func (c *choice) mark(relative string) bool {
	low, high := 0, len(c.changes)
	if relative != "." {
		low = sort.Search(len(c.changes), func(i int) bool { return c.changes[i].Path >= relative })
		high = sort.Search(len(c.changes), func(i int) bool { return c.changes[i].Path >= relative+"0" }) // "0" follows "/"
	}
	found := false
	for i := low; i < high; i++ {
		if p := c.changes[i].Path; p == relative || isBelow(p, relative) {
			c.marked[i], found = true, true
		}
	}
	return found
}

// isGone says whether a path, or something below it, is staged for deletion.
func (c *choice) isGone(relative string) (bool, error) {
	if len(c.gone) == 0 {
		return false, nil
	}
	if relative == "." {
		return true, nil
	}
	at := func(path string) int {
		return sort.Search(len(c.gone), func(i int) bool { return c.gone[i].Path >= path })
	}
	if i := at(relative); i < len(c.gone) && c.gone[i].Path == relative {
		return true, nil
	}
	if i := at(relative + "/"); i < len(c.gone) && isBelow(c.gone[i].Path, relative) {
		return true, nil
	}
	// It may lie in a directory that is gone as a whole.
	for dir := path.Dir(relative); dir != "."; dir = path.Dir(dir) {
		if i := at(dir); i < len(c.gone) && c.gone[i].Path == dir && c.gone[i].Old.Mode == git.ModeTree {
			mode, _, err := c.repo.PathInTree(c.gone[i].Old.ID, relative[len(dir)+1:])
			return mode != git.ModeNone, err
		}
	}
	return false, nil
}

// untracked chooses a path of the work tree.
func (c *choice) untracked(name, relative string) error {
	full := filepath.Join(c.repo.WorkTree(), filepath.FromSlash(relative))
	info, err := os.Lstat(full)
	switch {
	case relative == "." || err == nil && relative == ".git" || strings.HasPrefix(relative, ".git/"):
		return nil // an empty index; git's own files are never staged
	case errors.Is(err, fs.ErrNotExist):
		return &UsageError{Subject: name, Reason: "no such file, neither staged nor tracked nor in the work tree", Err: err}
	case err != nil:
		reason, hint := explain(err)
		return &UsageError{Subject: name, Reason: reason, Hint: hint, Err: err}
	}
	parent, err := filepath.EvalSymlinks(filepath.Dir(full))
	if err != nil || parent != c.repo.WorkTree() && !within(parent, c.repo.WorkTree()) {
		return &UsageError{Subject: name, Reason: "beyond a symbolic link that leaves the work tree", Hint: "keysieve dir scans any path", Err: err}
	}
	if mode := info.Mode(); !mode.IsRegular() && !mode.IsDir() && mode.Type() != fs.ModeSymlink {
		return &UsageError{Subject: name, Reason: "neither a file nor a directory"}
	}
	if !c.whole[relative] {
		c.loose = append(c.loose, relative)
		c.whole[relative] = true
	}
	return nil
}

// workTreePath yields a file, a link's target or the files of a directory that
// the index knows nothing of.
func (r *stagedRun) workTreePath(relative string) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	root := r.repo.WorkTree()
	full := filepath.Join(root, filepath.FromSlash(relative))
	info, err := os.Lstat(full)
	if err != nil {
		reason, hint := explain(err)
		r.skip(scanner.Skip{Path: relative, Reason: reason, Hint: hint})
		return nil
	}
	if info.IsDir() {
		return r.workTreeDir(full)
	}
	open := func() (io.ReadCloser, error) {
		f, err := openFolder(filepath.Dir(full))
		if err != nil {
			return nil, asOpenError(err)
		}
		defer f.release()
		if info.Mode().Type() == fs.ModeSymlink {
			target, err := f.readLink(filepath.Base(full))
			if err != nil {
				return nil, asOpenError(err)
			}
			return io.NopCloser(strings.NewReader(target)), nil
		}
		file, err := f.openFile(filepath.Base(full))
		if err != nil {
			return nil, asOpenError(err)
		}
		return file, nil
	}
	err = r.yield(scanner.Blob{
		Origins: []scanner.Origin{{Kind: scanner.KindFile, Path: relative, Unchanged: true}},
		Size:    -1,
		Open:    open,
	})
	if err != nil {
		return err
	}
	return r.pathName(relative)
}

// workTreeDir yields the files of a directory by way of a Dir, whose paths may
// be relative to something else.
func (r *stagedRun) workTreeDir(full string) error {
	d, err := NewDir(DirOptions{Paths: []string{full}})
	if err != nil {
		return err
	}
	rename := func(p string) string {
		if relative, err := r.repo.RelativePath(d.Root(), filepath.FromSlash(p)); err == nil {
			return relative
		}
		return p
	}
	return d.Blobs(r.ctx, func(b scanner.Blob) error {
		for i := range b.Origins {
			b.Origins[i].Path = rename(b.Origins[i].Path)
			b.Origins[i].Unchanged = true
		}
		return r.yield(b)
	}, func(s scanner.Skip) {
		s.Path = rename(s.Path)
		r.skip(s)
	})
}
