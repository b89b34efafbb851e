package source

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"github.com/keysieve/keysieve/scanner/git"
)

// storeRecord is what a Cache knows of a repository's object store: its parts when it
// was audited last, and which of their objects are to be looked at again, since something was found in
// them. It holds no content and no secret.
//
// As a file, with numbers in big-endian order:
//
//	8 bytes   "keysieve"
//	1 byte    version of this format, 1
//	32 bytes  with what was scanned: Cache.scan
//	32 bytes  which object store: SHA-256 of its path and of whether its history is cut off
//	4 bytes   number of parts
//	...       the parts, by their digests, ascending
//	32 bytes  SHA-256 of all before
//
// A part is
//
//	1 byte    its kind: 'P', 'L' or 'U'
//	32 bytes  digest: Part.Digest of a pack, SHA-256 of the directory's path for loose objects
//	1 byte    bytes of an object id, 20 or 32; 0 if no ids follow
//	4 bytes   number of objects
//	4 bytes   number of those to look at again
//	...       the ids of loose objects, ascending
//	...       a bit for each object that is a commit, the least significant of a byte first
//	...       4 bytes for each object to look at again: its place among the ids, ascending
type storeRecord struct {
	scan, store [sha256.Size]byte
	parts       []*partRecord
}

// partRecord is what is known of a pack, or of the loose objects of a directory.
type partRecord struct {
	kind    partKind
	digest  [sha256.Size]byte
	count   int
	ids     []git.ID // of loose objects
	commits placeBits
	again   []uint32 // places
}

type partKind byte

const (
	packPart   partKind = 'P'
	loosePart  partKind = 'L'
	unreadPart partKind = 'U' // a pack that is there, but that could not be read as a whole: nothing else is said of it
)

// placeBits is a set of places.
type placeBits []byte

func newPlaceBits(n int) placeBits     { return make(placeBits, (n+7)/8) }
func (b placeBits) has(place int) bool { return b[place/8]>>(place%8)&1 != 0 }
func (b placeBits) add(place int)      { b[place/8] |= 1 << (place % 8) }

const (
	cacheMagic   = "keysieve"
	cacheVersion = 1
	cacheHeader  = len(cacheMagic) + 1 + 2*sha256.Size + 4
	partHeader   = 1 + sha256.Size + 1 + 4 + 4
)

// sort orders the parts. Of packs that hold the same, one stays.
func (r *storeRecord) sort() {
	slices.SortStableFunc(r.parts, func(a, b *partRecord) int { return bytes.Compare(a.digest[:], b.digest[:]) })
	r.parts = slices.CompactFunc(r.parts, func(a, b *partRecord) bool { return a.digest == b.digest })
}

// find gives the part with a digest; nil if there is none.
func (r *storeRecord) find(digest [sha256.Size]byte) *partRecord {
	n, ok := slices.BinarySearchFunc(r.parts, digest, func(p *partRecord, d [sha256.Size]byte) int { return bytes.Compare(p.digest[:], d[:]) })
	if !ok {
		return nil
	}
	return r.parts[n]
}

// encode makes the file's content. The parts must be sorted.
func (r *storeRecord) encode() []byte {
	data := append([]byte(cacheMagic), cacheVersion)
	data = append(append(data, r.scan[:]...), r.store[:]...)
	data = binary.BigEndian.AppendUint32(data, uint32(len(r.parts))) //nolint:gosec // some packs
	for _, p := range r.parts {
		data = p.append(data)
	}
	sum := sha256.Sum256(data)
	return append(data, sum[:]...)
}

func (p *partRecord) append(data []byte) []byte {
	idSize := byte(0)
	if len(p.ids) > 0 {
		idSize = byte(p.ids[0].Format().Size()) //nolint:gosec // 20 or 32
	}
	data = append(append(data, byte(p.kind)), p.digest[:]...)
	data = append(data, idSize)
	data = binary.BigEndian.AppendUint32(data, uint32(p.count))      //nolint:gosec // a pack has no more
	data = binary.BigEndian.AppendUint32(data, uint32(len(p.again))) //nolint:gosec // not more than count
	for i := range p.ids {
		data = p.ids[i].Append(data)
	}
	data = append(data, p.commits...)
	for _, place := range p.again {
		data = binary.BigEndian.AppendUint32(data, place)
	}
	return data
}

// Reasons not to trust a file. They are all damage: whatever is out of date has another name.
var (
	errCacheSum    = errors.New("its checksum does not hold")
	errCacheFormat = errors.New("it is malformed")
	errCacheOther  = errors.New("it is about something else")
)

// decodeRecord reads what encode made, and believes nothing of it. Want has the digests that it must have.
func decodeRecord(data []byte, want *storeRecord) (*storeRecord, error) {
	if len(data) < cacheHeader+sha256.Size {
		return nil, errCacheFormat
	}
	body, end := data[:len(data)-sha256.Size], data[len(data)-sha256.Size:]
	if sum := sha256.Sum256(body); !bytes.Equal(sum[:], end) {
		return nil, errCacheSum
	}
	if !bytes.HasPrefix(body, append([]byte(cacheMagic), cacheVersion)) {
		return nil, errCacheFormat
	}
	r := &storeRecord{}
	body = body[len(cacheMagic)+1:]
	body = body[copy(r.scan[:], body):]
	body = body[copy(r.store[:], body):]
	if r.scan != want.scan || r.store != want.store {
		return nil, errCacheOther
	}
	count := binary.BigEndian.Uint32(body)
	body = body[4:]
	for range count {
		p := &partRecord{}
		rest, err := p.decode(body)
		if err != nil {
			return nil, err
		}
		if n := len(r.parts); n > 0 && bytes.Compare(r.parts[n-1].digest[:], p.digest[:]) >= 0 {
			return nil, fmt.Errorf("%w: its parts are out of order", errCacheFormat)
		}
		r.parts = append(r.parts, p)
		body = rest
	}
	if len(body) > 0 {
		return nil, errCacheFormat
	}
	return r, nil
}

// decode reads a part at the beginning of data, and returns what follows.
func (p *partRecord) decode(data []byte) (rest []byte, err error) {
	if len(data) < partHeader {
		return nil, errCacheFormat
	}
	p.kind = partKind(data[0])
	copy(p.digest[:], data[1:])
	idSize := int(data[1+sha256.Size])
	objects := int64(binary.BigEndian.Uint32(data[partHeader-8:]))
	places := int64(binary.BigEndian.Uint32(data[partHeader-4:]))
	data = data[partHeader:]
	commits := (objects + 7) / 8
	if size := objects*int64(idSize) + commits + 4*places; int64(len(data)) < size {
		return nil, errCacheFormat
	}
	p.count = int(objects) // no more than there are bits of data, and so for the others
	sound := false
	switch p.kind {
	case packPart:
		sound = idSize == 0
	case loosePart:
		sound = idSize == 20 || idSize == 32 || idSize == 0 && p.count == 0
	case unreadPart:
		sound = idSize == 0 && p.count == 0
	}
	if !sound {
		return nil, errCacheFormat
	}
	for i := range p.count * min(idSize, 1) {
		raw := data[i*idSize : (i+1)*idSize]
		if i > 0 && p.ids[i-1].Compare(raw) >= 0 {
			return nil, fmt.Errorf("%w: its ids are out of order", errCacheFormat)
		}
		p.ids = append(p.ids, git.MakeID(raw))
	}
	data = data[p.count*idSize:]
	p.commits = bytes.Clone(data[:commits])
	if commits > 0 && bits.Len8(p.commits[commits-1]) > p.count-8*int(commits-1) {
		return nil, fmt.Errorf("%w: it has more bits than objects", errCacheFormat)
	}
	data = data[commits:]
	for i := range int(places) {
		place := binary.BigEndian.Uint32(data[4*i:])
		if int(place) >= p.count || i > 0 && place <= p.again[i-1] {
			return nil, fmt.Errorf("%w: its places are out of order", errCacheFormat)
		}
		p.again = append(p.again, place)
	}
	return data[4*places:], nil
}
