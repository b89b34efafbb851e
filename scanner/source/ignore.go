package source

import (
	"io"
	"strings"

	"github.com/keysieve/keysieve/rules/pathglob"
)

// An ignoreScope is the pattern files that hold in one directory: its own
// before those of the directories above it, .git/info/exclude last.
type ignoreScope struct {
	parent *ignoreScope
	dir    string // relative to the work tree's root, ending in a slash; empty at the root
	list   *pathglob.List
}

// ignores judges a path relative to the work tree's root. The directories
// above it are taken not to be ignored.
func (s *ignoreScope) ignores(path string, isDir bool) bool {
	for ; s != nil; s = s.parent {
		if ignored, decided := s.list.Match(path[len(s.dir):], isDir); decided {
			return ignored
		}
	}
	return false
}

// add returns the scope with the folder's own .gitignore in front. dir is the
// folder relative to the work tree's root, empty or ending in a slash. As git
// does, it passes over a .gitignore that is a link; and one that cannot be read
// leaves nothing out, which hides nothing.
func (s *ignoreScope) add(f *folder, dir string) *ignoreScope {
	text, err := readAll(f, ".gitignore")
	if err != nil {
		return s
	}
	return &ignoreScope{parent: s, dir: dir, list: pathglob.Parse(text)}
}

// maxIgnoreFile bounds a file of patterns in bytes, as git does.
const maxIgnoreFile = 100 << 20

func readAll(f *folder, name string) (string, error) {
	file, err := f.openFile(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	var text strings.Builder
	_, err = io.Copy(&text, io.LimitReader(file, maxIgnoreFile))
	return text.String(), err
}
