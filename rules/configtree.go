package rules

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
)

// Tree gives the files of a directory that is not on disk: a revision of a
// repository. A nil Tree is the disk.
type Tree struct {
	Name string // what messages call it: "origin/main"
	// Read gives a file. The path is slash-separated and relative to the tree's root. The
	// error is fs.ErrNotExist, or wraps it, where there is nothing at the path, and
	// says so where it is no regular file.
	Read func(path string) ([]byte, error)
}

// LoadConfigFrom reads the configuration at the root of a tree; the pack files and the
// configurations that it names are read from the tree, too. The error is
// fs.ErrNotExist when the tree has none.
func LoadConfigFrom(t *Tree) (*Config, error) {
	data, err := t.read(ConfigName)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fs.ErrNotExist
	case err != nil:
		return nil, fmt.Errorf("cannot read the configuration %s: %w", t.label(ConfigName), err)
	}
	return decodeConfig(t, ConfigName, data)
}

// label names a file for messages, as git does.
func (t *Tree) label(path string) string {
	if t == nil {
		return path
	}
	return t.Name + ":" + path
}

// errOutside says that a path leads out of a tree.
var errOutside = errors.New("it does not lie in that revision")

// read reads a regular file.
func (t *Tree) read(path string) ([]byte, error) {
	switch {
	case t == nil:
		return readRegular(path)
	case !fs.ValidPath(path):
		return nil, errOutside
	}
	return t.Read(path)
}

// relative resolves a path that stands in a file of the tree. What leads out of the tree
// stays as it is, and cannot be read.
func (t *Tree) relative(file, text string) string {
	if path.IsAbs(text) {
		return text
	}
	return path.Join(path.Dir(file), text)
}

// same says whether two paths name one file.
func (t *Tree) same(a, b string) bool {
	if t == nil {
		return sameFile(a, b)
	}
	return a == b
}

// readRegular reads a file that a configuration names. A repository's
// configuration is not trusted: a named pipe would make the reader wait for ever.
func readRegular(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is not a regular file")
	}
	return os.ReadFile(path)
}
