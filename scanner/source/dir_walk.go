package source

import (
	"context"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/keysieve/keysieve/scanner"
)

// A walk is one run over a Dir's targets.
//
// Directories are opened relative to their parent's handle and never through a
// link, and so are files, so that a directory that somebody replaces by a link
// during the scan leads nowhere.
type walk struct {
	*Dir
	ctx   context.Context
	yield func(scanner.Blob) error
	skip  func(scanner.Skip)
	seen  map[string]struct{} // paths yielded, kept only when targets overlap
	above []ancestor          // the directories that the walk is in

	nested []*workTree // work trees found on the way
}

type ancestor struct {
	identity identity
	path     string
}

// A position is a directory of the walk.
type position struct {
	path     string       // relative to the walk's root: empty or ending in a slash
	plain    bool         // nothing is ignored, here and below
	tree     *workTree    // nil outside a work tree
	treePath string       // relative to the work tree's root: empty or ending in a slash
	scope    *ignoreScope // the patterns that hold here
	ignored  bool         // the directory is ignored: of what it holds only tracked files count
}

func (w *walk) target(t target) error {
	path, _ := below(t.path, w.root)
	if t.isDir && w.leavesOut(path, true) {
		return nil
	}
	at := position{tree: t.tree, plain: w.noIgnore}
	if at.tree != nil && !at.plain {
		at.enterTarget(t)
	}
	f, err := openFolder(t.dir())
	if err != nil {
		w.skipped(path, err)
		return nil
	}
	if !t.isDir {
		defer f.release()
		at.path = path[:strings.LastIndexByte(path, '/')+1]
		return w.file(f, at.path, filepath.Base(t.path))
	}
	if path != "" {
		path += "/"
	}
	at.path = path
	return w.directory(f, at)
}

// enterTarget collects the patterns that hold at the target. If they exclude
// the target itself, nothing in it is ignored: it was asked for by name.
func (at *position) enterTarget(t target) {
	rest, _ := below(t.path, at.tree.root)
	at.scope = at.tree.excludes()
	for rest != "" {
		if f, err := openFolder(filepath.Join(at.tree.root, at.treePath)); err == nil {
			at.scope = at.scope.addFrom(f, at.treePath, at.tree)
			f.release()
		}
		name, deeper, more := strings.Cut(rest, "/")
		if at.scope.ignores(at.treePath+name, more || t.isDir) {
			*at = position{plain: true}
			return
		}
		at.treePath += name + "/"
		rest = deeper
	}
}

// directory walks one directory and closes it.
func (w *walk) directory(f *folder, at position) error {
	defer f.release()
	if err := w.ctx.Err(); err != nil {
		return err
	}
	id, err := w.identify(f)
	if err != nil {
		w.skipped(at.path, err)
		return nil
	}
	for _, a := range w.above {
		if a.identity == id {
			w.skip(scanner.Skip{
				Path:   strings.TrimSuffix(at.path, "/"),
				Reason: "directory loop: this is the same directory as " + display(a.path),
				Hint:   "what it holds is scanned there; unmount it or name the paths to scan",
			})
			return nil
		}
	}
	w.above = append(w.above, ancestor{id, at.path})
	defer func() { w.above = w.above[:len(w.above)-1] }()

	entries, err := f.entries()
	if err != nil {
		w.skipped(at.path, err) // and go on with what could be read
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	if !at.plain {
		w.applyEntries(&at, f, entries)
	}
	for _, entry := range entries {
		if err := w.entry(f, at, entry); err != nil {
			return err
		}
	}
	return nil
}

// applyEntries enters a nested work tree and reads the directory's own
// patterns.
func (w *walk) applyEntries(at *position, f *folder, entries []fs.DirEntry) {
	has := func(name string) bool {
		_, found := slices.BinarySearchFunc(entries, name, func(e fs.DirEntry, name string) int {
			return strings.Compare(e.Name(), name)
		})
		return found
	}
	if (at.tree == nil || at.treePath != "") && !at.ignored && has(".git") {
		if nested, err := findWorkTree(f.path); err == nil && nested != nil && nested.root == f.path {
			at.tree, at.treePath, at.scope = nested, "", nested.excludes()
			w.nested = append(w.nested, nested)
		}
	}
	if at.tree != nil && has(".gitignore") {
		at.scope = at.scope.addFrom(f, at.treePath, at.tree)
	}
}

func (w *walk) entry(f *folder, at position, entry fs.DirEntry) error {
	name := entry.Name()
	if name == ".git" {
		return nil
	}
	isDir := entry.IsDir()
	child := at
	if at.tree != nil && !at.plain {
		treePath := at.treePath + name
		child.ignored = at.ignored || at.scope.ignores(treePath, isDir)
		if child.ignored && !at.tree.tracks(treePath, isDir, w.skip) {
			w.Dir.ignored++
			return nil
		}
		child.treePath = treePath + "/"
	}
	switch entry.Type() {
	case 0:
		return w.file(f, at.path, name)
	case fs.ModeSymlink:
		return w.link(f, at.path, name)
	case fs.ModeDir:
		if w.leavesOut(at.path+name, true) {
			return nil
		}
		child.path = at.path + name + "/"
		sub, err := f.openFolder(name)
		if err != nil {
			w.skipped(child.path, err)
			return nil
		}
		return w.directory(sub, child)
	}
	w.special++
	return nil
}

// file yields a regular file. The folder stays open until the file has been
// opened.
func (w *walk) file(f *folder, dir, name string) error {
	if w.leavesOut(dir+name, false) {
		return nil
	}
	f.retain()
	return w.content(dir+name, func() (io.ReadCloser, error) {
		defer f.release()
		file, err := f.openFile(name)
		if err != nil {
			return nil, asOpenError(err)
		}
		return file, nil
	})
}

// link yields the target of a symbolic link as text.
func (w *walk) link(f *folder, dir, name string) error {
	if w.leavesOut(dir+name, false) {
		return nil
	}
	f.retain()
	return w.content(dir+name, func() (io.ReadCloser, error) {
		defer f.release()
		text, err := f.readLink(name)
		if err != nil {
			return nil, asOpenError(err)
		}
		return io.NopCloser(strings.NewReader(text)), nil
	})
}

// leavesOut says that a file, or a directory with all below it, is excluded, and counts it.
func (w *walk) leavesOut(path string, isDir bool) bool {
	if w.excludes == nil || path == "" || !w.excludes(path, isDir) {
		return false
	}
	if w.seen != nil {
		if _, again := w.seen[path]; again {
			return true
		}
		w.seen[path] = struct{}{}
	}
	w.excluded++
	return true
}

// content yields a content and its path as a second one.
func (w *walk) content(path string, open func() (io.ReadCloser, error)) error {
	if w.seen != nil {
		if _, again := w.seen[path]; again {
			return nil
		}
		w.seen[path] = struct{}{}
	}
	if err := w.ctx.Err(); err != nil {
		return err
	}
	err := w.yield(scanner.Blob{
		Origins: []scanner.Origin{{Kind: scanner.KindFile, Path: path}},
		Size:    -1,
		Open:    open,
	})
	if err != nil {
		return err
	}
	return w.yield(pathNameBlob(path))
}

func (w *walk) skipped(path string, err error) {
	reason, hint := explain(err)
	w.skip(scanner.Skip{Path: display(path), Reason: reason, Hint: hint})
}

// display names a directory of the walk for a person.
func display(path string) string {
	if path == "" {
		return "."
	}
	return strings.TrimSuffix(path, "/")
}

// closeTrees gives back what the walk read of repositories.
func (w *walk) closeTrees() {
	for _, t := range w.targets {
		if t.tree != nil {
			t.tree.close()
		}
	}
	for _, t := range w.nested {
		t.close()
	}
}
