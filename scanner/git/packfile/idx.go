package packfile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"sort"
)

// Index finds objects in a pack: an .idx file of version 1 or 2, mapped. A
// search looks at one entry of the fan-out table and about a dozen of the ids.
type Index struct {
	mapping *Mapping
	data    []byte
	hash    int // bytes of an object id
	version int
	count   int
	fanout  int // offsets in data
	ids     int
	stride  int // from one id to the next
	offsets int // version 2
	large   int // version 2: offsets of 8 bytes
}

const (
	fanoutSize   = 256 * 4
	idxV1Offset  = 4 // bytes before the id in an entry of version 1
	idxV2Header  = 8
	largeOffsets = 1 << 31 // flag: the rest is a place in the table of large offsets
)

// OpenIndex maps an .idx file. It looks at its header and its size only; Find
// checks what it comes by. The checksum at its end is not verified: that would
// read the whole file.
func OpenIndex(path string, format Format) (*Index, error) {
	mapping, err := Map(path)
	if err != nil {
		return nil, fmt.Errorf("open pack index: %w", err)
	}
	x := &Index{mapping: mapping, data: mapping.Bytes(), hash: format.Size()}
	if err := mapping.Guard(x.readHeader); err != nil {
		_ = mapping.Close()
		return nil, fmt.Errorf("pack index %s: %w", path, err)
	}
	return x, nil
}

// readHeader finds the tables.
func (x *Index) readHeader() error {
	data := x.data
	x.version = 1
	if bytes.HasPrefix(data, []byte("\377tOc")) {
		if len(data) < idxV2Header {
			return errTruncated
		}
		if v := binary.BigEndian.Uint32(data[4:]); v != 2 {
			return fmt.Errorf("unknown version %d", v)
		}
		x.version, x.fanout = 2, idxV2Header
	}
	if len(data) < x.fanout+fanoutSize {
		return errTruncated
	}
	count := int64(binary.BigEndian.Uint32(data[x.fanout+fanoutSize-4:]))
	table := int64(x.fanout + fanoutSize)
	hash, length := int64(x.hash), int64(len(data))
	x.count = int(count)
	if x.version == 1 {
		x.ids, x.stride = int(table)+idxV1Offset, idxV1Offset+x.hash
		if want := table + count*(idxV1Offset+hash) + 2*hash; length != want {
			return fmt.Errorf("%d bytes instead of %d for %d objects", length, want, count)
		}
		return nil
	}
	x.ids, x.stride = int(table), x.hash
	offsets := table + count*(hash+4) // ids, then a CRC-32 for each
	large := offsets + count*4
	if rest := length - 2*hash - large; rest < 0 || rest%8 != 0 || rest > count*8 {
		return fmt.Errorf("%d bytes do not fit %d objects", length, count)
	}
	x.offsets, x.large = int(offsets), int(large)
	return nil
}

// Count is the number of objects.
func (x *Index) Count() int { return x.count }

// Close unmaps the file.
func (x *Index) Close() error { return x.mapping.Close() }

// PackSum is the checksum of the pack that the index belongs to. As RawID's
// bytes it is part of the mapping.
func (x *Index) PackSum() []byte { return x.data[len(x.data)-2*x.hash : len(x.data)-x.hash] }

// Find looks an object up; ok is false if the pack does not have it.
func (x *Index) Find(id ID) (offset int64, ok bool, err error) {
	if int(id.size) != x.hash {
		return 0, false, nil
	}
	err = x.mapping.Guard(func() error {
		n, found := x.search(&id)
		if ok = found; !found {
			return nil
		}
		var err error
		offset, err = x.offset(n)
		return err
	})
	if err != nil {
		return 0, false, fmt.Errorf("pack index %s: %w", x.mapping.path, err)
	}
	return offset, ok, nil
}

// search gives an object's number in the index, or that of the object that comes after it. The fan-out
// table is not trusted: where an object would have to stand outside of the stretch that it gives, all ids are searched.
func (x *Index) search(id *ID) (n int, ok bool) {
	low, high := 0, x.upTo(id.first())
	if id.first() > 0 {
		low = x.upTo(id.first() - 1)
	}
	if low <= high && high <= x.count {
		n = x.searchIn(id, low, high)
		before := n > low || low == 0 || id.Compare(x.rawID(low-1)) > 0
		if before && (n < high || high == x.count || id.Compare(x.rawID(high)) < 0) {
			return n, n < high && id.Equals(x.rawID(n))
		}
	}
	n = x.searchIn(id, 0, x.count)
	return n, n < x.count && id.Equals(x.rawID(n))
}

// upTo is what the fan-out table says is the number of ids whose first byte is at most so much.
func (x *Index) upTo(first int) int {
	return int(min(uint64(binary.BigEndian.Uint32(x.data[x.fanout+4*first:])), math.MaxInt)) // which may be less
}

// searchIn finds the first id from low on, and before high, that is not less than id; high if all are.
func (x *Index) searchIn(id *ID, low, high int) int {
	return low + sort.Search(high-low, func(i int) bool { return id.Compare(x.rawID(low+i)) <= 0 })
}

// fanoutFlaw says whether the fan-out table is what the ids make it. Git does not find all objects if it is not.
func (x *Index) fanoutFlaw() error {
	for first := range fanoutSize / 4 {
		n := x.upTo(first)
		if n > x.count || n > 0 && int(x.rawID(n - 1)[0]) > first || n < x.count && int(x.rawID(n)[0]) <= first {
			return fmt.Errorf("the fan-out table of its index is corrupt at offset %d: git does not find all objects", x.fanout+4*first)
		}
	}
	return nil
}

func (x *Index) rawID(n int) []byte {
	at := x.ids + n*x.stride
	return x.data[at : at+x.hash]
}

// offset gives where in the pack object n stands.
func (x *Index) offset(n int) (int64, error) {
	if x.version == 1 {
		return int64(binary.BigEndian.Uint32(x.data[x.ids+n*x.stride-idxV1Offset:])), nil
	}
	small := binary.BigEndian.Uint32(x.data[x.offsets+4*n:])
	if small < largeOffsets {
		return int64(small), nil
	}
	index := int64(small - largeOffsets)
	if int64(x.large)+8*(index+1) > int64(len(x.data)-2*x.hash) {
		return 0, fmt.Errorf("no large offset %d for object %d", index, n)
	}
	large := binary.BigEndian.Uint64(x.data[x.large+8*int(index):])
	if large >= 1<<63 {
		return 0, fmt.Errorf("absurd offset %#x of object %d", large, n)
	}
	return int64(large), nil
}

// crc gives the CRC-32 of the stored bytes of object n; indexes of version 1
// have none.
func (x *Index) crc(n int) (crc uint32, ok bool) {
	if x.version == 1 {
		return 0, false
	}
	return binary.BigEndian.Uint32(x.data[x.ids+x.count*x.hash+4*n:]), true
}

// RawID gives the bytes of the id of the object at a place in the index: places
// count from 0 in the order of ids. They are part of the mapping: read them
// inside Guard, and before Close.
func (x *Index) RawID(place int) []byte { return x.rawID(place) }

// Guard calls f and turns a fault of the mapping into an error.
func (x *Index) Guard(f func() error) error { return x.mapping.Guard(f) }
