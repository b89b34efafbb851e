package git

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// maxObjectDirs bounds how many object directories a repository has. Git goes to
// alternates of alternates five times; what lies deeper is read, too.
const maxObjectDirs = 1000

// maxAlternates bounds a file of alternates, in bytes.
const maxAlternates = 16 << 20

// findDirs lists the object directories: the repository's own, those of the
// environment, and what the file info/alternates of each names. One that is
// reached twice, by a cycle or otherwise, is listed once. One that does not
// exist is left out, as git does it: an object that stood there is missing.
func (o *Objects) findDirs() ([]string, error) {
	var dirs []string
	seen := map[string]bool{}
	var add func(dir string, depth int) error
	add = func(dir string, depth int) error {
		resolved, err := filepath.EvalSymlinks(dir)
		if err != nil {
			resolved = filepath.Clean(dir)
		}
		if seen[resolved] {
			return nil
		}
		if depth > 0 && !isDir(resolved) {
			o.absent = append(o.absent, dir)
			return nil
		}
		if len(dirs) == maxObjectDirs {
			return fmt.Errorf("%s has alternates in more than %d directories", o.own, maxObjectDirs)
		}
		seen[resolved] = true
		dirs = append(dirs, dir)
		alternates, err := readAlternates(dir)
		if err != nil {
			return err
		}
		for _, path := range alternates {
			if err := add(path, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	if err := add(o.own, 0); err != nil {
		return nil, err
	}
	for _, dir := range o.others {
		if err := add(dir, 1); err != nil {
			return nil, err
		}
	}
	return dirs, nil
}

// AbsentDirs lists the alternates that do not exist. What stood there only cannot be read, nor be known of
// if nothing refers to it.
func (o *Objects) AbsentDirs() []string {
	_, _ = o.dirs() // its error is that of the first use
	return o.absent
}

// readAlternates reads info/alternates of an object directory: a path a line,
// relative to that directory; lines that begin with # are comments, and a line
// in double quotes is a C string (gitrepository-layout(5)).
func readAlternates(dir string) ([]string, error) {
	path := filepath.Join(dir, "info", "alternates")
	text, err := packfile.ReadRegular(path, maxAlternates)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotDir) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read alternates: %w", err)
	}
	var paths []string
	for line := range bytes.SplitSeq(text, []byte{'\n'}) {
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		path := string(line)
		if value, rest, ok := unquote(path); ok && rest == "" {
			path = value
		}
		paths = append(paths, absolute(dir, path))
	}
	return paths, nil
}
