package git

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// errNotDir is what opening a file below another file gives.
const errNotDir = syscall.ENOTDIR

// maxSmall bounds the files that hold one line (.git, commondir, HEAD), in bytes.
const maxSmall = 1 << 20

// readSmall reads a file that should hold one line.
func readSmall(path string) ([]byte, error) {
	return packfile.ReadRegular(path, maxSmall)
}

// absolute takes a path that may be relative to base.
func absolute(base, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(base, path)
}

// realPath makes a path absolute and resolves its symbolic links.
func realPath(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(path)
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// isSet reads a boolean of the environment: empty means no.
func isSet(word string) bool {
	yes, err := parseBool(word)
	return err == nil && yes
}

// readCeilings reads GIT_CEILING_DIRECTORIES: absolute paths whose symbolic
// links are resolved, save those after an empty entry.
func readCeilings(list string) map[string]bool {
	ceilings := map[string]bool{}
	resolve := true
	for _, path := range filepath.SplitList(list) {
		switch {
		case path == "":
			resolve = false
			continue
		case !filepath.IsAbs(path):
			continue
		}
		if resolved, err := realPath(path); resolve && err == nil {
			path = resolved
		}
		ceilings[filepath.Clean(path)] = true
	}
	return ceilings
}

// splitPathList splits a list of paths as git splits
// GIT_ALTERNATE_OBJECT_DIRECTORIES: an entry that begins with a double quote is
// a C string and may hold the separator.
func splitPathList(list string) []string {
	var paths []string
	for list != "" {
		if list[0] == os.PathListSeparator {
			list = list[1:]
			continue
		}
		if path, rest, ok := unquote(list); ok && (rest == "" || rest[0] == os.PathListSeparator) {
			paths = append(paths, path)
			list = rest
			continue
		}
		path, rest, _ := strings.Cut(list, string(os.PathListSeparator))
		paths = append(paths, path)
		list = rest
	}
	return paths
}

// unquote reads a C string at the start of text, as git writes them.
func unquote(text string) (value, rest string, err bool) {
	if text == "" || text[0] != '"' {
		return "", text, false
	}
	for end := 1; end < len(text); end++ {
		switch text[end] {
		case '\\':
			end++
		case '"':
			value, e := strconv.Unquote(text[:end+1])
			return value, text[end+1:], e == nil
		}
	}
	return "", text, false
}

// ErrOutside says that a path does not lie in the work tree.
var ErrOutside = errors.New("outside of the work tree")

// RelativePath turns a path given by a user who stands in the directory dir
// into one relative to the work tree's root, with forward slashes; the root
// itself is ".". Symbolic links on the way to it are resolved where the path
// would else lie outside; the last element is not. The error is ErrOutside
// for a path elsewhere.
func (r *Repository) RelativePath(dir, path string) (string, error) {
	if r.workTree == "" {
		return "", fmt.Errorf("%s: %w: the repository has none", path, ErrOutside)
	}
	full := absolute(dir, path)
	if !filepath.IsAbs(full) {
		var err error
		if full, err = filepath.Abs(full); err != nil {
			return "", err
		}
	}
	full = filepath.Clean(full)
	if relative, ok := below(r.workTree, full); ok {
		return relative, nil
	}
	// The nearest directory that exists tells where the path really is.
	for parent := filepath.Dir(full); ; parent = filepath.Dir(parent) {
		if resolved, err := filepath.EvalSymlinks(parent); err == nil {
			rest, err := filepath.Rel(parent, full)
			if err != nil {
				return "", err
			}
			if relative, ok := below(r.workTree, filepath.Join(resolved, rest)); ok {
				return relative, nil
			}
			break
		}
		if parent == filepath.Dir(parent) {
			break
		}
	}
	if resolved, err := filepath.EvalSymlinks(full); err == nil && resolved == r.workTree {
		return ".", nil
	}
	return "", fmt.Errorf("%s: %w %s", path, ErrOutside, r.workTree)
}

// below gives path relative to root if it lies there.
func below(root, path string) (string, bool) {
	relative, err := filepath.Rel(root, path)
	if err != nil || relative == ".." || strings.HasPrefix(relative, ".."+string(filepath.Separator)) {
		return "", false
	}
	return filepath.ToSlash(relative), true
}
