package git

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// TreeEntry is one entry of a tree. Name is valid as long as the tree's bytes.
type TreeEntry struct {
	Name []byte // neither empty nor with a slash
	Mode Mode
	ID   packfile.ID
}

// TreeReader reads the entries of a tree in their order: by name, that of a
// directory taken with a slash at its end. So the files of a whole hierarchy
// come in the order of their paths, as in an index.
type TreeReader struct {
	id    packfile.ID
	data  []byte
	at    int
	entry int // where the last entry begins
	last  TreeEntry
}

// NewTreeReader reads the content of the tree id.
func NewTreeReader(id packfile.ID, content []byte) *TreeReader {
	return &TreeReader{id: id, data: content}
}

// Next gives the next entry, or false at the end. A malformed entry is a
// *CorruptError that names tree and offset.
func (t *TreeReader) Next() (TreeEntry, bool, error) {
	if t.at == len(t.data) {
		return TreeEntry{}, false, nil
	}
	e, size, reason := parseTreeEntry(t.data[t.at:], t.id.Format().Size())
	if reason == "" && t.at > 0 && !treeOrdered(&t.last, &e) {
		reason = "entries are not in order"
	}
	if reason != "" {
		return TreeEntry{}, false, malformedTree(t.id, reason, t.at)
	}
	t.entry = t.at
	t.at += size
	t.last = e
	return e, true, nil
}

func malformedTree(id packfile.ID, reason string, at int) error {
	return &CorruptError{id, fmt.Errorf("malformed tree: %s at offset %d", reason, at)}
}

// parseTreeEntry reads MODE SP NAME NUL ID, the mode in octal.
func parseTreeEntry(data []byte, hash int) (e TreeEntry, size int, reason string) {
	var bits uint32
	at := 0
	for ; at < len(data) && data[at] != ' '; at++ {
		if at == 7 || data[at] < '0' || data[at] > '7' {
			return e, 0, "bad mode"
		}
		bits = bits<<3 | uint32(data[at]-'0')
	}
	if e.Mode = modeOf(bits); e.Mode == ModeNone {
		return e, 0, "unknown mode"
	}
	rest := data[min(at+1, len(data)):]
	end := bytes.IndexByte(rest, 0)
	if end < 0 || len(rest) < end+1+hash {
		return e, 0, "truncated entry"
	}
	if e.Name = rest[:end:end]; end == 0 || bytes.IndexByte(e.Name, '/') >= 0 {
		return e, 0, "bad name"
	}
	e.ID = packfile.MakeID(rest[end+1 : end+1+hash])
	return e, at + 1 + end + 1 + hash, ""
}

// treeOrdered says whether b may come after a: a name stands once only, be it
// as a tree or not.
func treeOrdered(a, b *TreeEntry) bool {
	return !bytes.Equal(a.Name, b.Name) && compareTreeEntries(a, b) < 0
}

// lastByte is the byte of a name at n, or what follows its end.
func lastByte(e *TreeEntry, n int) byte {
	switch {
	case n < len(e.Name):
		return e.Name[n]
	case e.Mode == ModeTree:
		return '/'
	}
	return 0
}

// maxTree bounds a tree or commit that is read into memory, in bytes. A tree
// of a million entries has about 50 MB.
const maxTree = 1 << 30

// Tree opens a tree for reading.
func (r *Repository) Tree(id packfile.ID) (*TreeReader, error) {
	content, err := r.Objects().Read(id, packfile.KindTree, maxTree)
	if err != nil {
		return nil, err
	}
	return NewTreeReader(id, content), nil
}

// PathInTree looks up a path below a tree: its mode and id, or ModeNone. A
// tree that cannot be read is an error.
func (r *Repository) PathInTree(root packfile.ID, path string) (Mode, packfile.ID, error) {
	mode, id := ModeTree, root
	for path != "" {
		name, rest, _ := strings.Cut(path, "/")
		if mode != ModeTree {
			return ModeNone, packfile.ID{}, nil
		}
		tree, err := r.Tree(id)
		if err != nil {
			return ModeNone, packfile.ID{}, err
		}
		mode = ModeNone
		for {
			e, ok, err := tree.Next()
			if err != nil {
				return ModeNone, packfile.ID{}, err
			}
			if !ok || string(e.Name) == name {
				mode, id = e.Mode, e.ID
				break
			}
		}
		path = rest
	}
	if mode == ModeNone {
		id = packfile.ID{}
	}
	return mode, id, nil
}
