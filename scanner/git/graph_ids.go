package git

import (
	"bytes"
	"hash/maphash"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// idTable numbers object ids from 0 in the order in which they come. An id
// takes its bytes and about six more: an open hash table of numbers finds them.
// It is not safe for concurrent use.
type idTable struct {
	size   int      // bytes of an id
	chunks [][]byte // chunkIDs ids each
	count  int
	slots  []uint32 // number plus one; 0 is free; the length is a power of two
	shift  int      // from a hash to a slot
	seed   maphash.Seed
}

const (
	chunkShift = 10
	chunkIDs   = 1 << chunkShift
)

func newIDTable(format packfile.Format) *idTable {
	t := &idTable{size: format.Size(), seed: maphash.MakeSeed()}
	t.resize(10)
	return t
}

// raw gives the bytes of the id with a number.
func (t *idTable) raw(n uint32) []byte {
	at := int(n&(chunkIDs-1)) * t.size
	return t.chunks[n>>chunkShift][at : at+t.size : at+t.size]
}

func (t *idTable) id(n uint32) packfile.ID { return packfile.MakeID(t.raw(n)) }

// slot gives the place of an id: where it is, or where it would be. Ids are hashes, but what a commit or tree names is
// whatever was written into it. So the table's own seed spreads them, and nobody can choose ids that all come to one place.
func (t *idTable) slot(raw []byte) int {
	hash := maphash.Bytes(t.seed, raw)
	at := int(hash >> t.shift) //nolint:gosec // fits the length of slots
	for t.slots[at] != 0 && !bytes.Equal(t.raw(t.slots[at]-1), raw) {
		at = (at + 1) & (len(t.slots) - 1)
	}
	return at
}

// find gives the number of an id.
func (t *idTable) find(raw []byte) (n uint32, ok bool) {
	if len(raw) != t.size {
		return 0, false
	}
	n = t.slots[t.slot(raw)]
	return n - 1, n != 0
}

func (t *idTable) findID(id packfile.ID) (n uint32, ok bool) {
	var buf [32]byte
	return t.find(id.Append(buf[:0]))
}

// add gives the number of an id, a new one if need be. raw has the table's size.
func (t *idTable) add(raw []byte) (n uint32, fresh bool) {
	at := t.slot(raw)
	if n := t.slots[at]; n != 0 {
		return n - 1, false
	}
	if t.count&(chunkIDs-1) == 0 {
		t.chunks = append(t.chunks, make([]byte, 0, chunkIDs*t.size))
	}
	last := &t.chunks[len(t.chunks)-1]
	*last = append(*last, raw...)
	t.count++
	n = uint32(t.count) //nolint:gosec // a store of four billion objects does not fit a table
	t.slots[at] = n
	if t.count > len(t.slots)/4*3 {
		t.resize(64 - t.shift + 1)
	}
	return n - 1, true
}

// resize makes a table of 1<<bits slots.
func (t *idTable) resize(bits int) {
	t.slots = make([]uint32, 1<<bits)
	t.shift = 64 - bits
	for n := range uint32(t.count) { //nolint:gosec // see add
		t.slots[t.slot(t.raw(n))] = n + 1
	}
}
