package source

import (
	"errors"
	"io"
	"io/fs"
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

// addFrom returns the scope with a folder's own .gitignore in front. dir is the folder relative to the work tree's root,
// empty or ending in a slash. As git does, it passes over a .gitignore that is a link or no file. One that cannot be read,
// or is too large, may say that something is not ignored after all: then nothing is ignored in the folder, which hides nothing.
func (s *ignoreScope) addFrom(f *folder, dir string, tree *workTree) *ignoreScope {
	text, err := readAll(f, ".gitignore")
	switch {
	case errors.Is(err, fs.ErrNotExist), isReplaced(err):
		return s
	case err != nil:
		return nil
	}
	return &ignoreScope{parent: s, dir: dir, list: tree.parse(text)}
}

// maxIgnoreFile bounds a file of patterns in bytes: git passes over a larger one.
const maxIgnoreFile = 100 << 20

var errIgnoreFile = errors.New("too many patterns")

func readAll(f *folder, name string) (string, error) {
	file, err := f.openFile(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	if sized, ok := file.(interface{ Stat() (fs.FileInfo, error) }); ok {
		if info, err := sized.Stat(); err != nil || info.Size() > maxIgnoreFile {
			return "", errors.Join(errIgnoreFile, err)
		}
	}
	var text strings.Builder
	n, err := io.Copy(&text, io.LimitReader(file, maxIgnoreFile+1))
	if err == nil && n > maxIgnoreFile {
		err = errIgnoreFile
	}
	return text.String(), err
}
