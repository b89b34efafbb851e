package git

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// maxSymbolic bounds symbolic references that point to each other, as git does.
const maxSymbolic = 5

// Head gives the commit that HEAD names; the zero ID if its branch has no
// commit yet (unborn).
func (r *Repository) Head() (packfile.ID, error) { return r.Ref("HEAD") }

// Ref gives what a reference names ("HEAD", "MERGE_HEAD", "refs/heads/main"),
// symbolic ones followed; the zero ID if it does not exist.
func (r *Repository) Ref(name string) (packfile.ID, error) {
	for range maxSymbolic + 1 {
		if strings.Contains(name, "/") {
			if err := plumbing.ReferenceName(name).Validate(); err != nil {
				return packfile.ID{}, fmt.Errorf("reference %.200q: %w", name, err)
			}
		}
		id, target, err := r.readRef(name)
		if err != nil {
			return packfile.ID{}, fmt.Errorf("reference %s: %w", name, err)
		}
		if target == "" {
			return id, nil
		}
		name = target
	}
	return packfile.ID{}, fmt.Errorf("reference %s: symbolic references are nested too deep", name)
}

// readRef reads one reference: an id, the name of another, or neither.
func (r *Repository) readRef(name string) (id packfile.ID, target string, err error) {
	path := filepath.Join(r.refDir(name), filepath.FromSlash(name))
	if link, err := os.Readlink(path); err == nil && strings.HasPrefix(link, "refs/") {
		return id, link, nil
	}
	text, err := readSmall(path)
	info, statErr := os.Stat(path)
	switch {
	case err == nil:
		return r.parseRef(text)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, errNotDir), statErr == nil && info.IsDir():
		id, err = r.packedRef(name)
		return id, "", err
	}
	return id, "", err
}

// parseRef reads the content of a loose reference.
func (r *Repository) parseRef(text []byte) (id packfile.ID, target string, err error) {
	if name, ok := bytes.CutPrefix(text, []byte("ref:")); ok {
		if target = string(bytes.TrimSpace(name)); target == "" {
			err = errors.New("symbolic reference without a target")
		}
		return id, target, err
	}
	// Git takes what follows the id, after white space, for a comment.
	digits := 2 * r.Format().Size()
	if len(text) < digits || len(text) > digits && !strings.ContainsRune(" \t\r\n", rune(text[digits])) {
		return id, "", fmt.Errorf("it holds neither an id of %d digits nor a name", digits)
	}
	id, err = packfile.ParseID(string(text[:digits]))
	return id, "", err
}

// refDir is the directory that a reference stands in: what belongs to one
// worktree is in its own.
func (r *Repository) refDir(name string) string {
	for _, own := range []string{"refs/bisect/", "refs/worktree/", "refs/rewritten/"} {
		if strings.HasPrefix(name, own) {
			return r.gitDir
		}
	}
	if strings.HasPrefix(name, "refs/") {
		return r.commonDir
	}
	return r.gitDir
}

// packedRef looks into the file packed-refs: ID SP NAME LF, with lines of
// comment and of peeled tags in between. The zero ID says that it is not there.
func (r *Repository) packedRef(name string) (packfile.ID, error) {
	mapping, err := packfile.Map(filepath.Join(r.commonDir, "packed-refs"))
	if errors.Is(err, fs.ErrNotExist) {
		return packfile.ID{}, nil
	}
	if err != nil {
		return packfile.ID{}, err
	}
	defer func() { _ = mapping.Close() }()
	var id packfile.ID
	err = mapping.Guard(func() error {
		id, err = r.searchPacked(mapping.Bytes(), name)
		return err
	})
	return id, err
}

func (r *Repository) searchPacked(data []byte, name string) (packfile.ID, error) {
	want := []byte(" " + name)
	digits := 2 * r.Format().Size()
	for at := 0; ; {
		n := bytes.Index(data[at:], want)
		if n < 0 {
			return packfile.ID{}, nil
		}
		at += n
		rest := data[at+len(want):]
		start := bytes.LastIndexByte(data[:at], '\n') + 1
		atEnd := len(rest) == 0 || rest[0] == '\n' || bytes.HasPrefix(rest, []byte("\r\n"))
		if atEnd && data[start] != '#' {
			if at-start != digits {
				return packfile.ID{}, fmt.Errorf("packed-refs: malformed line at offset %d", start)
			}
			return packfile.ParseID(string(data[start:at]))
		}
		at += len(want)
	}
}
