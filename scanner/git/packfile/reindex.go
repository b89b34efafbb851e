package packfile

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
)

// maxReindex bounds the packs that an index is made for, in bytes: it means to read all of a pack and to make
// every object, one after the other.
const maxReindex = 1 << 30

// maxMade bounds what is made of deltas for an index, in bytes. Real packs of maxReindex stay far below it.
const maxMade = 64 << 30

// maxOutsideDepth bounds chains of deltas that name their bases by ids.
const maxOutsideDepth = 4096

var errTooDear = fmt.Errorf("its deltas make more than %d bytes", int64(maxMade))

// spend notes that so many bytes were made of a delta. It is an error where that is bounded, and the bound is reached.
func (p *Pack) spend(made int64) error {
	if p.left == 0 {
		return nil
	}
	if p.left -= made; p.left <= 0 {
		p.left = 1
		return errTooDear
	}
	return nil
}

// Reindex makes the index of the pack at path, as an .idx file of version 2 holds it (gitformat-pack(5)), for a pack
// whose own is missing or damaged. The pack has to be intact: its checksum is
// verified, and every object in it is made, so that it takes several times what a walk does.
func Reindex(path string, format Format, inflater *Inflater) ([]byte, error) {
	mapping, err := Map(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = mapping.Close() }()
	var index []byte
	err = mapping.Guard(func() error {
		x := reindexer{format: format, inflater: inflater, data: mapping.Bytes(), at: map[ID]int64{}}
		x.pack = &Pack{path: path, format: format, index: &Index{mapping: &Mapping{path: path}, data: nil, hash: format.Size(), none: true}, inflater: inflater, mapping: mapping, left: maxMade}
		x.pack.once.Do(func() {})
		if err := x.entries(); err != nil {
			return err
		}
		if err := x.identify(); err != nil {
			return err
		}
		index = x.index()
		return nil
	})
	return index, err
}

// reindexer makes one index.
type reindexer struct {
	format   Format
	inflater *Inflater
	data     []byte // of the pack, its checksum included
	pack     *Pack
	list     []reindexed
	at       map[ID]int64 // objects whose id is known
	depth    int          // of calls of outside
}

// reindexed is an entry of the pack.
type reindexed struct {
	id     ID
	offset int64
	crc    uint32
}

// entries finds where each entry begins: streams say themselves where they end.
func (x *reindexer) entries() error {
	const header = 12
	size := len(x.data) - x.format.Size()
	switch {
	case len(x.data) > maxReindex:
		return fmt.Errorf("it has more than %d bytes", maxReindex)
	case size < header || string(x.data[:4]) != "PACK":
		return errors.New("no pack signature")
	}
	sum := x.format.New()
	sum.Write(x.data[:size])
	if !bytes.Equal(sum.Sum(nil), x.data[size:]) {
		return errors.New("its checksum does not hold")
	}
	count := int64(binary.BigEndian.Uint32(x.data[8:]))
	body := x.data[:size]
	at := int64(header)
	for range count {
		e, err := x.pack.entry(body, at)
		if err != nil {
			return err
		}
		end, err := x.end(body, e)
		if err != nil {
			return x.pack.errorAt(at, err)
		}
		x.list = append(x.list, reindexed{offset: at, crc: crc32.ChecksumIEEE(body[at:end])})
		at = end
	}
	if at != int64(size) {
		return x.pack.errorAt(at, errors.New("more than the declared number of objects"))
	}
	return nil
}

// end inflates an entry and says where it ends.
func (x *reindexer) end(body []byte, e Entry) (int64, error) {
	d, err := x.inflater.open(body[e.Data:])
	defer x.inflater.close(d)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(io.Discard, io.LimitReader(d.zlib, e.Size+1))
	if err != nil {
		return 0, inflateError(err)
	}
	if n != e.Size {
		return 0, fmt.Errorf("inflate: not the declared %d bytes", e.Size)
	}
	return int64(len(body)) - int64(d.memory.Len()), nil
}

// identify makes every object. A delta may stand before the base that it names by its id, so that it takes several turns.
func (x *reindexer) identify() error {
	left := make([]int, len(x.list))
	for i := range left {
		left[i] = i
	}
	for len(left) > 0 {
		var waiting []int
		var first error
		for _, i := range left {
			id, err := x.idOf(x.list[i].offset)
			switch {
			case errors.Is(err, errUnknownBase):
				waiting = append(waiting, i)
				first = cmp.Or(first, err)
			case err != nil:
				return err
			default:
				x.list[i].id, x.at[id] = id, x.list[i].offset
			}
		}
		if len(waiting) == len(left) {
			return first
		}
		left = waiting
	}
	return nil
}

var errUnknownBase = errors.New("the base of a delta is not in the pack")

// idOf makes the object at offset and hashes it, as a stream where it is large.
func (x *reindexer) idOf(offset int64) (ID, error) {
	r, kind, size, streamed, err := x.pack.Open(offset)
	if err != nil {
		return ID{}, err
	}
	if streamed {
		defer func() { _ = r.Close() }()
		sum := x.format.New()
		fmt.Fprintf(sum, "%s %d\x00", kind, size)
		if _, err := io.Copy(sum, r); err != nil {
			return ID{}, err
		}
		return MakeID(sum.Sum(nil)), nil
	}
	kind, content, err := x.pack.Read(offset, MaxDeltified, x.outside)
	if err != nil {
		return ID{}, err
	}
	return x.format.Sum(kind, content), nil
}

// outside gives the base that a delta names by its id.
func (x *reindexer) outside(id ID) (Kind, []byte, error) {
	offset, ok := x.at[id]
	if !ok {
		return 0, nil, fmt.Errorf("%s: %w", id, errUnknownBase)
	}
	if x.depth++; x.depth > maxOutsideDepth {
		return 0, nil, errDepth
	}
	defer func() { x.depth-- }()
	return x.pack.Read(offset, MaxDeltified, x.outside)
}

// index writes what was found.
func (x *reindexer) index() []byte {
	slices.SortFunc(x.list, func(a, b reindexed) int { return cmp.Or(CompareIDs(a.id, b.id), cmp.Compare(a.offset, b.offset)) })
	out := append([]byte("\377tOc"), 0, 0, 0, 2)
	n := 0
	for first := range fanoutSize / 4 {
		for n < len(x.list) && x.list[n].id.first() <= first {
			n++
		}
		out = binary.BigEndian.AppendUint32(out, uint32(n)) //nolint:gosec // a pack has no more
	}
	for i := range x.list {
		out = x.list[i].id.Append(out)
	}
	for i := range x.list {
		out = binary.BigEndian.AppendUint32(out, x.list[i].crc)
	}
	for i := range x.list { // of packs below maxReindex: no large ones
		out = binary.BigEndian.AppendUint32(out, uint32(x.list[i].offset)) //nolint:gosec // as above
	}
	out = append(out, x.data[len(x.data)-x.format.Size():]...)
	sum := x.format.New()
	sum.Write(out)
	return sum.Sum(out)
}

// OpenReindexed opens a pack with an index that Reindex made, which is not changed.
func OpenReindexed(path string, index []byte, format Format, inflater *Inflater) (*Pack, error) {
	x := &Index{mapping: &Mapping{path: path, data: index}, data: index, hash: format.Size()}
	if err := x.readHeader(); err != nil {
		return nil, fmt.Errorf("index of pack %s: %w", path, err)
	}
	return &Pack{path: path, format: format, index: x, inflater: inflater}, nil
}
