package git

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// A split index (git update-index --split-index) holds what changed since a
// shared one was written: its extension link names that file by its checksum
// and says which of its entries are deleted and which are replaced. The
// replacements stand first, without their paths; then come the entries that
// were added. (gitformat-index(5), "Split index".)

// merge gives what the two files say together, as an index file of version 3
// in memory, so that everything else needs to know nothing of split indexes.
func (f *indexFile) merge(open func(name string) (*indexFile, error)) (*indexFile, error) {
	if len(f.link) < f.hash {
		return nil, f.corrupt(f.linkAt, "truncated extension link")
	}
	baseID := packfile.MakeID(f.link[:f.hash])
	if baseID.IsZero() {
		if f.unnamed > 0 {
			return nil, f.corrupt(f.entries, "entry without a path")
		}
		return f, nil
	}
	base, err := open("sharedindex." + baseID.String())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, f.corrupt(f.linkAt, fmt.Sprintf("its shared index sharedindex.%s does not exist", baseID))
	}
	if err != nil {
		return nil, err
	}
	if !baseID.Equals(base.sum) {
		return nil, f.corrupt(f.linkAt, fmt.Sprintf("%s has another checksum", base.path))
	}
	if base.link != nil {
		return nil, base.corrupt(base.linkAt, "a shared index that is split itself")
	}
	m := merger{own: f, out: &indexFile{
		path: f.path, mapping: f.mapping, hash: f.hash, version: 3, sparse: true,
	}}
	m.fate = make([]fate, base.count)
	if reason := m.readLink(f.link[f.hash:]); reason != "" {
		return nil, f.corrupt(f.linkAt, reason)
	}
	m.out.data = make([]byte, 0, len(base.data)+len(f.data))
	if err := m.run(base); err != nil {
		return nil, err
	}
	// The merged file is checked as one that was read.
	c := m.out.begin()
	if _, err := m.out.walk(&c); err != nil {
		return nil, f.corrupt(f.entries, "the entries do not fit those of the shared index")
	}
	return m.out, nil
}

// fate is what becomes of an entry of the shared index.
type fate uint8

const (
	kept fate = iota
	deleted
	replaced
)

type merger struct {
	own  *indexFile
	out  *indexFile
	fate []fate
}

// readLink reads the two bitmaps: entries deleted, entries replaced. Without
// them every entry of the shared index is kept.
func (m *merger) readLink(data []byte) (reason string) {
	if len(data) == 0 {
		return ""
	}
	for _, what := range []fate{deleted, replaced} {
		bitmap, rest, ok := readEwah(data)
		if ok {
			ok = bitmap.each(len(m.fate), func(n int) bool {
				free := m.fate[n] == kept
				m.fate[n] = what
				return free
			})
		}
		if !ok {
			return "bad bitmap in extension link"
		}
		data = rest
	}
	if len(data) != 0 {
		return "extension link is too long"
	}
	return ""
}

// run writes the entries of both files in the order of their paths. Both were
// walked before, so that their cursors meet no errors.
func (m *merger) run(base *indexFile) error {
	replacements, added := m.own.begin(), m.own.begin()
	for range m.own.unnamed {
		_, _ = added.next()
	}
	more, _ := added.next()
	unused := m.own.unnamed
	from := base.begin()
	for n := range base.count {
		_, _ = from.next()
		e := from.entry
		switch m.fate[n] {
		case deleted:
			continue
		case replaced:
			if unused--; unused < 0 {
				return m.own.corrupt(m.own.linkAt, "more entries are replaced than there are replacements")
			}
			_, _ = replacements.next()
			e = replacements.entry
			e.Path = from.entry.Path
		}
		for more && compareEntries(&added.entry, &e) < 0 {
			m.append(&added.entry)
			more, _ = added.next()
		}
		if more && compareEntries(&added.entry, &e) == 0 {
			continue // what was added stands in its place
		}
		m.append(&e)
	}
	for ; more; more, _ = added.next() {
		m.append(&added.entry)
	}
	if unused != 0 {
		return m.own.corrupt(m.own.linkAt, "fewer entries are replaced than there are replacements")
	}
	return nil
}

// compareEntries orders entries by path and stage.
func compareEntries(a, b *Entry) int {
	if order := bytes.Compare(a.Path, b.Path); order != 0 {
		return order
	}
	return a.Stage() - b.Stage()
}

// append writes an entry as versions 2 and 3 do.
func (m *merger) append(e *Entry) {
	start := len(m.out.data)
	data := append(m.out.data, e.fixed...)
	flags := e.flags&^flagNameLength | uint16(min(len(e.Path), flagNameLength)) //nolint:gosec // at most 4095
	binary.BigEndian.PutUint16(data[start+entryID+e.hash:], flags)
	data = append(data, e.Path...)
	padding := 8 - (len(data)-start)%8
	m.out.data = append(data, make([]byte, padding)...)
	m.out.count++
}
