package reftable

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// cursor goes through the records of a section, block by block. Between calls of
// next it stands on a record, whose key and value are valid until the next call.
type cursor struct {
	table *table
	kind  byte // of the blocks
	block int  // offset of the block that is being read
	after int  // offset of the block that follows it
	end   int  // where the records end in content
	at    int  // of the next record in content

	content []byte // of the block, from its start; for logs, inflated
	inflate io.ReadCloser
	buffer  []byte // holds content of logs
	room    *int   // bytes that all cursors together may still take for that

	key       []byte
	valueType byte
	value     []byte // not decoded; as long as the block: records do not say how long they are
	valueAt   int    // in content
	first     bool   // no record of the block was read yet
	names     int    // bytes of all keys so far
}

// maxInflated bounds what the cursors of a stack take for blocks of logs, in bytes.
// One block may be of 16 MB; git makes them of 8 KB unless reftable.blockSize is set.
const maxInflated = 128 << 20

// What the names of a table may take, in bytes, those of a log's entries each: a record says of a name only how it
// differs from the one before, so that a small file could stand for any amount. A record that names an object takes 25 bytes and more, one
// that a reference is gone a few: no table that git writes is made of those alone.
const (
	namesFloor   = 16 << 20
	namesPerByte = 32 // of the file
)

// newCursor stands before the first record of the block at an offset.
func (t *table) newCursor(kind byte, block int, room *int) *cursor {
	return &cursor{table: t, kind: kind, after: block, first: true, room: room}
}

// corrupt is the error of a record.
func (c *cursor) corrupt(reason string) error {
	at := c.block
	if c.kind != logBlock {
		at += c.at
	}
	return c.table.corrupt(at, reason)
}

// next goes to the next record; false at the end of the section.
func (c *cursor) next() (bool, error) {
	for c.at >= c.end {
		if ok, err := c.load(); !ok || err != nil {
			return false, err
		}
	}
	rest := c.content[c.at:c.end]
	prefix, n := packfile.OffsetNumber(rest)
	length, m := packfile.OffsetNumber(rest[n:])
	if n == 0 || m == 0 {
		return false, c.corrupt("truncated record")
	}
	rest = rest[n+m:]
	c.valueType = byte(length & 7)
	length >>= 3
	if prefix > uint64(len(c.key)) || c.first && prefix != 0 {
		return false, c.corrupt("bad prefix of a name")
	}
	if length > uint64(len(rest)) {
		return false, c.corrupt("truncated name")
	}
	suffix := rest[:length]
	// The part before is that of the record before.
	if bytes.Compare(suffix, c.key[prefix:]) <= 0 {
		return false, c.corrupt("records are not in order")
	}
	c.key = append(c.key[:prefix], suffix...)
	c.first = false
	if c.names += len(c.key); c.names > namesFloor+namesPerByte*len(c.table.data) {
		return false, c.corrupt("the names up to here are too long for a table of this size")
	}
	c.valueAt = c.at + n + m + len(suffix)
	c.value = rest[length:]
	size, reason := c.measure()
	if reason != "" {
		return false, c.corrupt(reason)
	}
	c.value = c.value[:size]
	c.at = c.valueAt + size
	return true, nil
}

// load goes to the next block of the section, if there is one.
func (c *cursor) load() (bool, error) {
	t := c.table
	head := c.after // of the block's own header
	if c.after == 0 {
		head = t.header
	}
	if head >= len(t.data) || t.data[head] != c.kind {
		return false, nil
	}
	c.block, c.first = c.after, true
	if head+4 > len(t.data) {
		return false, t.corrupt(head, "truncated block")
	}
	size := uint24(t.data[head+1:])
	start := head - c.block + 4 // of the records
	if size < start+2 {
		return false, t.corrupt(head, "a block that is too short")
	}
	if c.kind == logBlock {
		if err := c.inflateBlock(head, size); err != nil {
			return false, err
		}
	} else {
		if size > len(t.data)-c.block {
			return false, t.corrupt(head, "truncated block")
		}
		c.content = t.data[c.block : c.block+size : c.block+size]
		c.after = t.following(c.block, size)
	}
	restarts := int(binary.BigEndian.Uint16(c.content[size-2:]))
	c.at, c.end = start, size-2-3*restarts
	if c.end < start {
		return false, t.corrupt(head, "a block with more restarts than bytes")
	}
	return true, nil
}

// following gives where the block after one that is not compressed begins: at its
// end, or behind what it is padded with. No type of a block is NUL.
func (t *table) following(block, size int) int {
	end := block + size
	if t.blockSize > size && end < len(t.data) && t.data[end] == 0 {
		return min(block+t.blockSize, len(t.data))
	}
	return end
}

// inflateBlock reads a block of logs: its size is that of the inflated block, its
// header included; where the next one begins shows when it is read.
func (c *cursor) inflateBlock(head, size int) error {
	t := c.table
	source := bytes.NewReader(t.data[head+4:])
	var err error
	if c.inflate == nil {
		c.inflate, err = zlib.NewReader(source)
	} else {
		err = c.inflate.(zlib.Resetter).Reset(source, nil) //nolint:forcetypeassert // as its documentation says
	}
	skip := head - c.block + 4
	if err == nil {
		if cap(c.buffer) < size {
			if *c.room -= size - cap(c.buffer); *c.room < 0 {
				return t.corrupt(head, fmt.Sprintf("blocks of logs that take more than %d bytes at once", maxInflated))
			}
			c.buffer = make([]byte, size)
		}
		c.content = c.buffer[:size]
		clear(c.content[:skip])
		_, err = io.ReadFull(c.inflate, c.content[skip:])
	}
	if err == nil {
		var more int
		var one [1]byte
		if more, err = c.inflate.Read(one[:]); more > 0 {
			err = errors.New("it is longer than it says")
		} else if errors.Is(err, io.EOF) {
			err = nil
		}
	}
	if err != nil {
		return t.corrupt(head, fmt.Sprintf("a block of logs that cannot be inflated (%v)", err))
	}
	c.after = len(t.data) - source.Len()
	return nil
}

// The types of values.
const (
	deletion  = 0 // of a reference or an entry of a log
	oneID     = 1
	twoIDs    = 2 // a tag, and what it names in the end
	symbolic  = 3
	logUpdate = 1
)

// measure gives how long the value is that c.value begins with.
func (c *cursor) measure() (size int, reason string) {
	f := fields{data: c.value}
	hash := c.table.format.Size()
	switch c.kind {
	case indexBlock:
		f.number()
	case refBlock:
		f.number() // when it changed
		switch c.valueType {
		case deletion:
		case oneID:
			f.bytes(hash)
		case twoIDs:
			f.bytes(2 * hash)
		case symbolic:
			f.text()
		default:
			return 0, fmt.Sprintf("a reference of the unknown type %d", c.valueType)
		}
	case logBlock:
		// NAME NUL and eight bytes.
		if len(c.key) < 10 || c.key[len(c.key)-9] != 0 {
			return 0, "the key of a log's entry has no number"
		}
		switch c.valueType {
		case deletion:
		case logUpdate:
			f.bytes(2 * hash)
			f.text() // name
			f.text() // address
			f.number()
			f.bytes(2) // zone
			f.text()
		default:
			return 0, fmt.Sprintf("a log's entry of the unknown type %d", c.valueType)
		}
	}
	if f.failed {
		return 0, "truncated record"
	}
	return f.at, ""
}

// fields reads a value from its front.
type fields struct {
	data   []byte
	at     int
	failed bool
}

func (f *fields) number() uint64 {
	value, n := packfile.OffsetNumber(f.data[f.at:])
	f.failed = f.failed || n == 0
	f.at += n
	return value
}

func (f *fields) bytes(n int) []byte {
	if f.failed = f.failed || n > len(f.data)-f.at; f.failed {
		return nil
	}
	f.at += n
	return f.data[f.at-n : f.at]
}

// text reads bytes and how many they are.
func (f *fields) text() []byte {
	n := f.number()
	if f.failed = f.failed || n > uint64(len(f.data)); f.failed {
		return nil
	}
	return f.bytes(int(n)) //nolint:gosec // less than a length
}

// seek gives a cursor that stands on the first record of a section whose key is
// not less than one; nil if there is none.
func (t *table) seek(s section, key []byte, room *int) (*cursor, error) {
	if !s.present {
		return nil, nil //nolint:nilnil // there is none
	}
	start := s.start
	for at := s.index; at != 0; {
		c := t.newCursor(indexBlock, at, room)
		ok, err := c.next()
		for ; ok && err == nil && bytes.Compare(c.key, key) < 0; ok, err = c.next() {
		}
		if !ok || err != nil {
			return nil, err
		}
		f := fields{data: c.value}
		position := f.number()
		// What an index points to stands before it, so that there is no cycle.
		if position >= uint64(at) { //nolint:gosec // not negative
			return nil, c.corrupt(fmt.Sprintf("an index that points forward, to offset %d", position))
		}
		start, at = int(position), 0 //nolint:gosec // less than at
		head := max(start, t.header) // that of the first block stands behind the table's
		if start != 0 && start < t.header || t.data[head] != indexBlock && t.data[head] != s.kind {
			return nil, c.corrupt(fmt.Sprintf("an index that points to no block of its own, at offset %d", position))
		}
		if t.data[head] == indexBlock {
			at = start
		}
	}
	c := t.newCursor(s.kind, start, room)
	for {
		ok, err := c.next()
		if !ok || err != nil {
			return nil, err
		}
		if bytes.Compare(c.key, key) >= 0 {
			return c, nil
		}
	}
}

// ref decodes the reference that a cursor stands on.
func (c *cursor) ref() Ref {
	r := Ref{Name: string(c.key)}
	f := fields{data: c.value}
	f.number()
	switch c.valueType {
	case oneID, twoIDs:
		r.ID = packfile.MakeID(f.bytes(c.table.format.Size()))
	case symbolic:
		r.Target = string(f.text())
	}
	return r
}

// entry decodes the log's entry that a cursor stands on.
func (c *cursor) entry() LogEntry {
	f := fields{data: c.value}
	hash := c.table.format.Size()
	e := LogEntry{Name: string(c.key[:len(c.key)-9]), Old: packfile.MakeID(f.bytes(hash)), New: packfile.MakeID(f.bytes(hash))}
	f.text()
	f.text()
	e.Seconds = int64(f.number()) //nolint:gosec // an absurd time is an absurd time
	return e
}
