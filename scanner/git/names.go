package git

import (
	"bytes"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// EachName calls f for the name of every entry of a tree. A malformed entry is a
// *CorruptError; an error of f ends it and is returned as it is. Other than a
// TreeReader it does not mind the order: every name is looked at.
func EachName(id packfile.ID, content []byte, f func(name []byte) error) error {
	return EachNewEntry(&packfile.Object{ID: id}, content, func(e *TreeEntry) error { return f(e.Name) })
}

// EachNewEntry calls f for the entries of a tree that a walk shows, other than those
// that were copied whole from the tree's base, which was shown before. Content is that of
// the object. Order and errors are as with EachName.
func EachNewEntry(o *packfile.Object, content []byte, f func(*TreeEntry) error) error {
	hash := o.ID.Format().Size()
	copies := o.Copies
	if !o.Delta {
		copies = nil
	}
	var e TreeEntry // one for all: f keeps it no longer than its call
	for at := 0; at < len(content); {
		for len(copies) > 0 && copies[0].Target+copies[0].Size <= at {
			copies = copies[1:]
		}
		if len(copies) > 0 && copies[0].Target <= at {
			// Inside of what was copied, all that matters is where the next entry begins.
			end := bytes.IndexByte(content[at:], 0) + 1 + hash
			if end > hash && at+end <= copies[0].Target+copies[0].Size {
				at += end
				continue
			}
		}
		var size int
		var reason string
		if e, size, reason = parseTreeEntry(content[at:], hash); reason != "" {
			return malformedTree(o.ID, reason, at)
		}
		if err := f(&e); err != nil {
			return err
		}
		at += size
	}
	return nil
}
