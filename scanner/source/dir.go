package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/keysieve/keysieve/scanner"
)

// DirOptions say what a Dir scans.
type DirOptions struct {
	// Paths are files and directories, relative to the process's directory or
	// absolute; none: ".". One that is a symbolic link is followed.
	Paths []string
	// NoIgnore scans what .gitignore excludes, too.
	NoIgnore bool
}

// Dir is the source of files as they lie in directories.
//
// What is scanned: the content of every regular file, the target of every
// symbolic link (as text: no link is followed), and the path of both. What is
// left out without a word: .git, and inside a work tree what git itself would
// not add: files excluded by .gitignore and .git/info/exclude (never by a
// user's own excludes, which differ from machine to machine) that are not
// tracked. Ignored counts them. A path that was named in the options is
// scanned even if it is excluded. Named pipes, sockets and devices hold no
// content that lies in the directory; they are never opened and counted by
// Special. What Exclude leaves out counts in the summary. Everything else that is not read is reported as skipped.
//
// Paths are relative to Root: the work tree's root when all paths lie in one
// work tree, else the deepest directory that holds all of them (the directory
// itself when one was named, a file's directory when one file was).
type Dir struct {
	root     string
	base     string
	workTree string // that base lies in; empty: none
	targets  []target
	noIgnore bool
	warnings []string
	// unreached are the named paths that could not be looked at; their paths are absolute.
	unreached []scanner.Skip
	ignored   int
	special   int
	excludes  func(path string, isDir bool) bool // nil: nothing
	excluded  int64

	// identify tells a directory from all others; the tests replace it.
	identify func(*folder) (identity, error)
}

// A target is one of the paths to scan.
type target struct {
	path  string // absolute, without symbolic links
	isDir bool
	tree  *workTree // nil outside a work tree
}

// NewDir checks the paths and finds their work trees. It returns a
// *UsageError for a path that cannot be scanned: it does not exist or is neither file nor directory.
// One that may not be reached is skipped by Blobs, so that the others are scanned.
func NewDir(opts DirOptions) (*Dir, error) {
	paths := opts.Paths
	if len(paths) == 0 {
		paths = []string{"."}
	}
	d := &Dir{noIgnore: opts.NoIgnore, identify: (*folder).identity}
	oneTree, anyTree := true, ""
	for _, path := range paths {
		t, err := resolveTarget(path)
		switch {
		case errors.Is(err, fs.ErrPermission):
			if err := d.cannotReach(path, err); err != nil {
				return nil, err
			}
			continue
		case err != nil:
			return nil, err
		}
		if t.tree, err = findWorkTree(t.dir()); err != nil {
			d.warnings = append(d.warnings, fmt.Sprintf("%v: .gitignore is not honoured in %s", err, path))
		}
		if t.tree == nil || (len(d.targets) > 0 && t.tree.root != anyTree) {
			oneTree = false
		} else {
			anyTree = t.tree.root
		}
		d.targets = append(d.targets, t)
	}
	if len(d.targets) == 0 { // none could be reached
		here, err := resolveTarget(".")
		if err != nil {
			return nil, err
		}
		d.root, d.base = here.path, here.path
		return d, nil
	}
	d.base = commonDir(d.targets)
	if d.root, d.workTree = anyTree, anyTree; !oneTree {
		d.root, d.workTree = d.base, ""
		if t, err := findWorkTree(d.base); err == nil && t != nil {
			d.workTree = t.root
		}
	}
	d.targets = withoutRepeated(d.targets)
	return d, nil
}

// cannotReach notes that a named path could not be looked at.
func (d *Dir) cannotReach(path string, cause error) error {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return &UsageError{Subject: path, Reason: err.Error(), Err: err}
	}
	reason, hint := explain(cause)
	d.unreached = append(d.unreached, scanner.Skip{Path: absolute, Reason: reason, Hint: hint})
	return nil
}

// resolveTarget follows links and looks what the path is.
func resolveTarget(path string) (target, error) {
	fail := func(reason, hint string, err error) (target, error) {
		return target{}, &UsageError{Subject: path, Reason: reason, Hint: hint, Err: err}
	}
	if path == "" { // a variable of a script that is empty, mostly
		return target{}, &UsageError{Subject: `""`, Reason: "an empty path names no file", Hint: "to scan this directory, give no path"}
	}
	absolute, err := filepath.Abs(path)
	var info fs.FileInfo
	if err == nil {
		info, err = os.Stat(absolute) // first: it words what is wrong with links better than EvalSymlinks
	}
	if err == nil {
		absolute, err = filepath.EvalSymlinks(absolute)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fail("no such file or directory", "", err)
	case errors.Is(err, syscall.ENOTDIR):
		return fail("what it names as a directory is none", "", err)
	case errors.Is(err, syscall.ELOOP):
		return fail("too many symbolic links lead to one another", "", err)
	case err != nil:
		reason, hint := explain(err)
		return fail(reason, hint, err)
	case info.IsDir():
		return target{path: absolute, isDir: true}, nil
	case info.Mode().IsRegular():
		return target{path: absolute}, nil
	}
	return fail("neither a file nor a directory", "to scan what a program writes, pipe it into keysieve stdin", nil)
}

// dir returns the directory that the target is or lies in.
func (t target) dir() string {
	if t.isDir {
		return t.path
	}
	return filepath.Dir(t.path)
}

// commonDir returns the deepest directory that holds all targets.
func commonDir(targets []target) string {
	common := targets[0].dir()
	for _, t := range targets[1:] {
		for !within(t.path, common) {
			parent := filepath.Dir(common)
			if parent == common {
				break
			}
			common = parent
		}
	}
	return common
}

// within reports whether path is dir or lies below it.
func within(path, dir string) bool {
	_, ok := below(path, dir)
	return ok
}

// below returns path relative to dir, with slashes, empty if they are the same.
func below(path, dir string) (string, bool) {
	if path == dir {
		return "", true
	}
	if !strings.HasSuffix(dir, string(filepath.Separator)) {
		dir += string(filepath.Separator)
	}
	rest, ok := strings.CutPrefix(path, dir)
	return filepath.ToSlash(rest), ok
}

// withoutRepeated drops targets that were named twice.
func withoutRepeated(targets []target) []target {
	seen := make(map[string]bool, len(targets))
	kept := targets[:0]
	for _, t := range targets {
		if !seen[t.path] {
			seen[t.path] = true
			kept = append(kept, t)
		}
	}
	return kept
}

// Root returns the absolute path of the directory that paths are relative to.
func (d *Dir) Root() string { return d.root }

// Base returns the absolute path of the deepest directory that holds everything
// that is scanned: Root or a directory below it.
func (d *Dir) Base() string { return d.base }

// WorkTree returns the root of the work tree that Base lies in, empty where that is none.
func (d *Dir) WorkTree() string { return d.workTree }

// Warnings returns what the user should know beforehand, one line each: a
// repository that cannot be read, whose .gitignore is therefore not honoured.
func (d *Dir) Warnings() []string { return d.warnings }

// Ignored returns how many files and directories .gitignore kept out, counting
// a directory once. It is known after Blobs has returned.
func (d *Dir) Ignored() int { return d.ignored }

// Special returns how many named pipes, sockets and devices were passed over.
// It is known after Blobs has returned.
func (d *Dir) Special() int { return d.special }

// Exclude implements scanner.Excluder: files and whole directories are left out, named ones, too.
func (d *Dir) Exclude(excludes func(path string, isDir bool) bool) { d.excludes = excludes }

// Summarize implements scanner.Summarizer.
func (d *Dir) Summarize(s *scanner.Summary) { s.Excluded += d.excluded }

// Blobs walks the directories. See scanner.Source.
func (d *Dir) Blobs(ctx context.Context, yield func(scanner.Blob) error, skip func(scanner.Skip)) error {
	d.ignored, d.special, d.excluded = 0, 0, 0
	w := walk{Dir: d, ctx: ctx, yield: yield, skip: skip}
	defer w.closeTrees()
	for _, s := range d.unreached {
		if path, ok := below(s.Path, d.root); ok && path != "" {
			s.Path = path
		}
		skip(s)
	}
	if d.overlapping() {
		w.seen = map[string]struct{}{}
	}
	for _, t := range d.targets {
		if err := w.target(t); err != nil {
			return err
		}
	}
	return nil
}

// overlapping reports whether a target lies inside another one.
func (d *Dir) overlapping() bool {
	for i, a := range d.targets {
		for j, b := range d.targets {
			if i != j && b.isDir && within(a.path, b.path) {
				return true
			}
		}
	}
	return false
}

// openError is why a content could not be opened or read to its end.
type openError struct {
	reason, hint string
	err          error
}

func (e *openError) Error() string { return e.reason }
func (e *openError) Unwrap() error { return e.err }

// Hint says what to do about it; may be empty.
func (e *openError) Hint() string { return e.hint }

// endsEarly is the error of a file of which less can be read than it has.
func endsEarly(read, size int64) error {
	return &openError{reason: fmt.Sprintf("ends after %d of its %d bytes", read, size), hint: "scan again; if it ends there each time, the file system is damaged", err: io.ErrUnexpectedEOF}
}

// asOpenError words an error of the operating system.
func asOpenError(err error) error {
	if err == nil {
		return nil
	}
	var already *openError
	if errors.As(err, &already) {
		return err
	}
	reason, hint := explain(err)
	return &openError{reason, hint, err}
}

// explain words an error of the operating system as a reason and a hint.
func explain(err error) (reason, hint string) {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return "permission denied", "run keysieve as a user who may read it"
	case errors.Is(err, fs.ErrNotExist):
		return "vanished during the scan", "scan again"
	case isReplaced(err):
		return "replaced during the scan", "scan again"
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return fmt.Sprint(err), ""
}
