package git

import "github.com/keysieve/keysieve/scanner/git/packfile"

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
	for at := 0; at < len(content); {
		e, size, reason := parseTreeEntry(content[at:], hash)
		if reason != "" {
			return malformedTree(o.ID, reason, at)
		}
		for len(copies) > 0 && copies[0].Target+copies[0].Size < at+size {
			copies = copies[1:]
		}
		if known := len(copies) > 0 && copies[0].Target <= at; !known {
			if err := f(&e); err != nil {
				return err
			}
		}
		at += size
	}
	return nil
}
