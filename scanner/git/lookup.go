package git

import (
	"bytes"
	"sort"
	"strings"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// Len is the number of entries; a sparse directory is one.
func (x *Index) Len() int { return x.file.count }

// Each calls f for every entry in the order of paths and stages, until f gives
// an error, which is returned as it is.
func (x *Index) Each(f func(*Entry) error) error {
	return x.mapping.Guard(func() error {
		c := x.file.begin()
		return x.drain(&c, f)
	})
}

// drain walks what is left of a cursor.
func (x *Index) drain(c *cursor, f func(*Entry) error) error {
	for {
		at := c.pos
		ok, reason := c.next()
		if reason != "" {
			return x.file.corrupt(at, reason)
		}
		if !ok {
			return nil
		}
		if err := f(&c.entry); err != nil {
			return err
		}
	}
}

// restart gives a cursor that begins at one of the noted places.
func (f *indexFile) restart(n int) cursor {
	c := f.begin()
	if n < len(f.restarts) {
		r := f.restarts[n]
		c.pos, c.left = r.pos, f.count-n*restartInterval
		c.buffer = bytes.Clone(r.before)
	}
	return c
}

// seek gives a cursor that stands on the first entry whose path is not less
// than path; false if there is none.
func (x *Index) seek(path string) (cursor, bool) {
	f := x.file
	n := sort.Search(len(f.restarts), func(n int) bool {
		c := f.restart(n)
		ok, _ := c.next()
		return !ok || string(c.entry.Path) >= path
	})
	for c := f.restart(max(n-1, 0)); ; {
		if ok, _ := c.next(); !ok || string(c.entry.Path) >= path {
			return c, ok
		}
	}
}

// eachBelow calls f for every entry whose path begins with prefix.
func (x *Index) eachBelow(prefix string, f func(*Entry) error) error {
	c, ok := x.seek(prefix)
	for reason := ""; ok && strings.HasPrefix(string(c.entry.Path), prefix); {
		if err := f(&c.entry); err != nil {
			return err
		}
		at := c.pos
		if ok, reason = c.next(); reason != "" {
			return x.file.corrupt(at, reason)
		}
	}
	return nil
}

// IsTracked says whether the file at path (relative to the work tree's root,
// slash-separated) is in the index, at any stage.
func (x *Index) IsTracked(path string) bool {
	tracked := false
	err := x.mapping.Guard(func() error {
		c, ok := x.seek(path)
		tracked = ok && string(c.entry.Path) == path && c.entry.Mode() != ModeTree
		if !tracked && x.file.directories {
			mode, _, _ := x.inSparse(path)
			tracked = mode != ModeNone && mode != ModeTree
		}
		return nil
	})
	return err == nil && tracked
}

// HasTrackedBelow says whether the index has a file below the directory dir
// (relative to the work tree's root, slash-separated; the root is "." or "").
func (x *Index) HasTrackedBelow(dir string) bool {
	if dir == "" || dir == "." {
		return x.file.count > 0
	}
	dir = strings.TrimSuffix(dir, "/")
	below := false
	err := x.mapping.Guard(func() error {
		c, ok := x.seek(dir + "/")
		below = ok && strings.HasPrefix(string(c.entry.Path), dir+"/")
		if !below && x.file.directories {
			mode, _, _ := x.inSparse(dir)
			below = mode == ModeTree
		}
		return nil
	})
	return err == nil && below
}

// inSparse looks for a path in the tree of the sparse directory that it lies
// below. ModeNone says that there is none.
func (x *Index) inSparse(path string) (Mode, packfile.ID, error) {
	for slash := 0; ; slash++ {
		next := strings.IndexByte(path[slash:], '/')
		if next < 0 {
			return ModeNone, packfile.ID{}, nil
		}
		slash += next
		dir := path[:slash+1]
		c, ok := x.seek(dir)
		if ok && string(c.entry.Path) == dir && c.entry.Mode() == ModeTree {
			return x.repo.PathInTree(c.entry.ID(), path[slash+1:])
		}
	}
}
