package git

import (
	"bytes"
	"encoding/binary"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// ID names an object of a repository.
type ID = packfile.ID

// Mode is the kind of an entry in a tree or an index. Permission bits are left
// out: they are no content.
type Mode uint16

// The modes. ModeNone means that there is no entry.
const (
	ModeNone    Mode = 0
	ModeTree    Mode = 0o040000
	ModeFile    Mode = 0o100000
	ModeSymlink Mode = 0o120000
	ModeGitlink Mode = 0o160000 // a submodule: its id names a commit of another repository
)

// modeOf takes the kind out of a mode with permissions; ModeNone if there is
// no such kind.
func modeOf(bits uint32) Mode {
	switch mode := Mode(bits & 0o170000); mode { //nolint:gosec // masked
	case ModeTree, ModeFile, ModeSymlink, ModeGitlink:
		return mode
	}
	return ModeNone
}

// Entry is one entry of an index. It and its Path are valid until the
// iteration goes on.
type Entry struct {
	// Path is relative to the work tree's root, slash-separated, any bytes but
	// NUL; that of a sparse directory ends in a slash.
	Path  []byte
	fixed []byte // the entry's part of fixed size, its flags included
	hash  int    // bytes of an object id
	flags uint16
	more  uint16 // extended flags
}

// The parts of an entry, in bytes: gitformat-index(5).
const (
	entryMode = 24
	entryID   = 40

	flagAssumeValid = 0x8000
	flagExtended    = 0x4000
	flagStage       = 0x3000
	flagNameLength  = 0x0fff

	moreSkipWorktree = 0x4000
	moreIntentToAdd  = 0x2000
)

// ID names the content, or the commit of a submodule.
func (e *Entry) ID() packfile.ID { return packfile.MakeID(e.fixed[entryID : entryID+e.hash]) }

// Mode is the kind of the entry; ModeTree for a sparse directory.
func (e *Entry) Mode() Mode { return modeOf(binary.BigEndian.Uint32(e.fixed[entryMode:])) }

// Stage is 0, or during a merge with conflicts 1 (common ancestor), 2 (ours)
// or 3 (theirs).
func (e *Entry) Stage() int { return int(e.flags&flagStage) >> 12 }

// IntentToAdd says that only the path is recorded, no content (git add -N).
func (e *Entry) IntentToAdd() bool { return e.more&moreIntentToAdd != 0 }

// SkipWorktree says that the file is left out of the work tree.
func (e *Entry) SkipWorktree() bool { return e.more&moreSkipWorktree != 0 }

// AssumeValid says that the file in the work tree is taken to be unchanged.
func (e *Entry) AssumeValid() bool { return e.flags&flagAssumeValid != 0 }

// cursor walks the entries of an index file without allocating for each.
type cursor struct {
	data    []byte // the file without its trailing checksum
	hash    int    // bytes of an object id
	version uint32
	pos     int // of the next entry
	left    int // entries from there
	buffer  []byte
	entry   Entry
}

// next goes to the next entry; false at the end. The reason of an error says
// what is wrong with the entry at c.pos.
func (c *cursor) next() (ok bool, reason string) {
	if c.left == 0 {
		return false, ""
	}
	rest := c.data[c.pos:]
	at := entryID + c.hash + 2
	if len(rest) < at+1 {
		return false, "truncated entry"
	}
	e := &c.entry
	e.hash, e.more = c.hash, 0
	e.flags = binary.BigEndian.Uint16(rest[at-2:])
	if e.flags&flagExtended != 0 {
		if len(rest) < at+3 {
			return false, "truncated entry"
		}
		e.more = binary.BigEndian.Uint16(rest[at:])
		if e.more&^(moreSkipWorktree|moreIntentToAdd) != 0 {
			return false, "unknown flags"
		}
		at += 2
	}
	e.fixed = rest[:at]
	var size int
	if c.version == 4 {
		size, reason = c.expand(rest, at)
	} else {
		size, reason = c.name(rest, at)
	}
	if reason != "" {
		return false, reason
	}
	c.pos += size
	c.left--
	return true, ""
}

// name takes the path of an entry of versions 2 and 3, which stands whole in
// the file and is padded with NULs.
func (c *cursor) name(rest []byte, at int) (size int, reason string) {
	n := int(c.entry.flags & flagNameLength)
	if n == flagNameLength {
		if n = bytes.IndexByte(rest[at:], 0); n < flagNameLength {
			return 0, "bad length of a path"
		}
	}
	size = (at + n + 8) &^ 7
	if size > len(rest) {
		return 0, "truncated path"
	}
	if rest[at+n] != 0 {
		return 0, "bad length of a path"
	}
	c.entry.Path = rest[at : at+n : at+n]
	return size, ""
}

// expand builds the path of an entry of version 4, which says how many bytes
// to take off the end of the path before and what to put there.
func (c *cursor) expand(rest []byte, at int) (size int, reason string) {
	strip, n := packfile.OffsetNumber(rest[at:])
	if n == 0 {
		return 0, "truncated path"
	}
	if strip > uint64(len(c.buffer)) {
		return 0, "bad prefix of a path"
	}
	at += n
	end := bytes.IndexByte(rest[at:], 0)
	if end < 0 {
		return 0, "truncated path"
	}
	c.buffer = append(c.buffer[:len(c.buffer)-int(strip)], rest[at:at+end]...) //nolint:gosec // compared with a length above
	c.entry.Path = c.buffer
	return at + end + 1, ""
}
