package git

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// fileRefs are references in files: one for each below refs, those that moved
// seldom together in packed-refs, and the logs below logs (gitrepository-layout(5)).
type fileRefs struct {
	repo   *Repository
	dir    string
	packed string // the path of packed-refs; empty: this directory has none
}

func (s fileRefs) read(name string) (id packfile.ID, target string, err error) {
	path := filepath.Join(s.dir, filepath.FromSlash(name))
	if link, err := os.Readlink(path); err == nil && strings.HasPrefix(link, "refs/") {
		return id, link, nil
	}
	text, err := readSmall(path)
	info, statErr := os.Stat(path)
	switch {
	case err == nil:
		return s.repo.parseRef(text)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, errNotDir), statErr == nil && info.IsDir():
		id, err = s.packedRef(name)
		return id, "", err
	}
	return id, "", err
}

// packedRef looks into the file packed-refs: ID SP NAME LF, with lines of
// comment and of peeled tags in between. The zero ID says that it is not there.
func (s fileRefs) packedRef(name string) (packfile.ID, error) {
	if s.packed == "" {
		return packfile.ID{}, nil
	}
	mapping, err := packfile.Map(s.packed)
	if errors.Is(err, fs.ErrNotExist) {
		return packfile.ID{}, nil
	}
	if err != nil {
		return packfile.ID{}, err
	}
	defer func() { _ = mapping.Close() }()
	var id packfile.ID
	err = mapping.Guard(func() error {
		id, err = s.repo.searchPacked(mapping.Bytes(), name)
		return err
	})
	return id, err
}

// searchPacked looks for a name in the content of packed-refs. A line that does not end is refused, as
// git does it: the file was cut off. A return before the line's end is part of the name, and makes it another.
func (r *Repository) searchPacked(data []byte, name string) (packfile.ID, error) {
	if len(data) > 0 && data[len(data)-1] != '\n' {
		return packfile.ID{}, errors.New("packed-refs: the last line does not end")
	}
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
		if bytes.HasPrefix(rest, []byte{'\n'}) && data[start] != '#' {
			if at-start != digits {
				return packfile.ID{}, fmt.Errorf("packed-refs: malformed line at offset %d", start)
			}
			return packfile.ParseID(string(data[start:at]))
		}
		at += len(want)
	}
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

func (s fileRefs) each(prefix string, note func(name string, id packfile.ID, target string), fail func(name string, err error)) {
	if s.packed != "" {
		s.eachPacked(prefix, note, fail)
	}
	s.eachLoose(prefix, note, fail)
}

// eachPacked reads packed-refs.
func (s fileRefs) eachPacked(prefix string, note func(name string, id packfile.ID, target string), fail func(name string, err error)) {
	mapping, err := packfile.Map(s.packed)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		fail("packed-refs", fmt.Errorf("read packed-refs: %w", err))
		return
	}
	defer func() { _ = mapping.Close() }()
	err = mapping.Guard(func() error {
		s.repo.packedLines(mapping.Bytes(), prefix, note, fail)
		return nil
	})
	if err != nil {
		fail("packed-refs", fmt.Errorf("read packed-refs: %w", err))
	}
}

// packedLines reads the content of packed-refs: ID SP NAME LF, with lines of comment (#)
// and of peeled tags (^) in between.
func (r *Repository) packedLines(data []byte, prefix string, note func(name string, id packfile.ID, target string), fail func(name string, err error)) {
	number := 0
	for line := range bytes.Lines(data) {
		number++
		line, ended := bytes.CutSuffix(line, []byte{'\n'})
		if ended && len(line) > 0 && (line[0] == '#' || line[0] == '^') {
			continue
		}
		digits, name, ok := bytes.Cut(line, []byte{' '})
		if ok && ended && !bytes.HasPrefix(name, []byte(prefix)) {
			continue
		}
		id, err := packfile.ParseID(string(digits))
		if !ok || !ended || err != nil || id.Format() != r.Format() || !isSafeRef(string(name)) || bytes.HasSuffix(name, []byte{'\r'}) {
			fail("packed-refs", fmt.Errorf("packed-refs:%d: malformed line %.80q", number, line))
			continue
		}
		note(string(name), id, "")
	}
}

// eachLoose reads the files below refs.
func (s fileRefs) eachLoose(prefix string, note func(name string, id packfile.ID, target string), fail func(name string, err error)) {
	root := filepath.Join(s.dir, "refs")
	if prefix != "" {
		root = filepath.Join(s.dir, filepath.FromSlash(prefix))
	}
	_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		relative, relErr := filepath.Rel(s.dir, path)
		name := filepath.ToSlash(relative)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil || relErr != nil:
			fail(name, fmt.Errorf("list references: %w", errors.Join(err, relErr)))
			return nil
		case entry.IsDir(), strings.HasPrefix(entry.Name(), "."), strings.HasSuffix(name, ".lock"), !strings.HasPrefix(name, prefix):
			return nil
		case !isSafeRef(name):
			fail(name, errRefName(name))
			return nil
		}
		s.file(path, name, note, fail)
		return nil
	})
	if prefix == "" {
		s.file(filepath.Join(s.dir, "HEAD"), "HEAD", note, fail)
	}
}

// file reads one loose reference.
func (s fileRefs) file(path, name string, note func(name string, id packfile.ID, target string), fail func(name string, err error)) {
	if link, err := os.Readlink(path); err == nil && strings.HasPrefix(link, "refs/") {
		note(name, packfile.ID{}, link)
		return
	}
	text, err := readSmall(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotDir) {
		return
	}
	var id packfile.ID
	var target string
	if err == nil {
		id, target, err = s.repo.parseRef(text)
	}
	if err != nil {
		fail(name, fmt.Errorf("reference %s: %w", name, err))
		return
	}
	note(name, id, target)
}

func (s fileRefs) log(name string, yield func(n int, e LogEntry) bool, fail func(error)) {
	s.repo.readReflog(filepath.Join(s.dir, "logs", filepath.FromSlash(name)), yield, fail)
}

func (s fileRefs) logs(yield func(name string, n int, e LogEntry), fail func(name string, err error)) {
	root := filepath.Join(s.dir, "logs")
	_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		relative, relErr := filepath.Rel(root, path)
		name := filepath.ToSlash(relative)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil || relErr != nil:
			fail(name, fmt.Errorf("list reflogs: %w", errors.Join(err, relErr)))
			return nil
		case entry.IsDir(), strings.HasSuffix(name, ".lock"):
			return nil
		}
		s.repo.readReflog(path, func(n int, e LogEntry) bool {
			yield(name, n, e)
			return true
		}, func(err error) { fail(name, err) })
		return nil
	})
}
