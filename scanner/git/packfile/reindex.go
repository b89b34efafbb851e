package packfile

import (
	"bytes"
	"cmp"
	"context"
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

// maxMade bounds what is inflated and made of deltas for an index, in bytes. Real packs of maxReindex stay far below it.
const maxMade = 64 << 30

var errTooDear = fmt.Errorf("its objects and deltas make more than %d bytes", int64(maxMade))

// Reindex makes the index of the pack at path, as an .idx file of version 2 holds it (gitformat-pack(5)), for a pack
// whose own is missing or damaged. The pack has to be intact: its checksum is
// verified, and every object in it is made, so that it takes several times what a walk does. When ctx is done, the
// error is its cause.
func Reindex(ctx context.Context, path string, format Format, inflater *Inflater) ([]byte, error) {
	mapping, err := Map(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = mapping.Close() }()
	var index []byte
	err = mapping.Guard(func() error {
		x := reindexer{ctx: ctx, format: format, inflater: inflater, data: mapping.Bytes(), left: maxMade}
		x.pack = &Pack{path: path, format: format, inflater: inflater, mapping: mapping}
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
	ctx      context.Context //nolint:containedctx // of the one call that it lives in
	format   Format
	inflater *Inflater
	data     []byte // of the pack, its checksum included
	body     []byte // without it
	pack     *Pack  // without an index
	list     []reindexed
	left     int64 // bytes that may still be made
	kept     []keptContent
	keptSize int // in bytes
}

// keptContent is a content that was made not long ago, of an entry that is too large for the cache of bases.
type keptContent struct {
	entry   int32
	content []byte
}

// reindexed is an entry of the pack. Numbers are places in the list, which is in the order of offsets until all have their ids.
type reindexed struct {
	id      ID
	offset  int64
	crc     uint32
	base    int32 // of a delta, as soon as it is known; else none
	child   int32 // first of the deltas that are known to be made from it; none: there are no
	sibling int32 // next of those that are made from the same base, or wait for it
	depth   int32 // deltas from here to what is stored whole
	kind    Kind  // of the object; 0: its id is not known yet
}

// spend notes that so many bytes are about to be made.
func (x *reindexer) spend(size int64) error {
	if x.left -= size; x.left < 0 {
		return errTooDear
	}
	if x.ctx.Err() != nil {
		return context.Cause(x.ctx)
	}
	return nil
}

// heeding is a reader that ends with its context.
type heeding struct {
	ctx context.Context //nolint:containedctx // of the one call that it lives in
	r   io.Reader
}

func (h heeding) Read(buf []byte) (int, error) {
	if h.ctx.Err() != nil {
		return 0, context.Cause(h.ctx)
	}
	return h.r.Read(buf)
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
	if _, err := io.Copy(sum, heeding{x.ctx, bytes.NewReader(x.data[:size])}); err != nil {
		return err
	}
	if !bytes.Equal(sum.Sum(nil), x.data[size:]) {
		return errors.New("its checksum does not hold")
	}
	count := int64(binary.BigEndian.Uint32(x.data[8:]))
	x.body = x.data[:size]
	at := int64(header)
	for range count {
		e, err := x.pack.entry(x.body, at)
		if err != nil {
			return err
		}
		if err := x.spend(e.Size); err != nil {
			return err
		}
		end, err := x.end(e)
		if err != nil {
			return x.pack.errorAt(at, err)
		}
		x.list = append(x.list, reindexed{offset: at, crc: crc32.ChecksumIEEE(x.body[at:end]), base: none, child: none, sibling: none})
		at = end
	}
	if at != int64(size) {
		return x.pack.errorAt(at, errors.New("more than the declared number of objects"))
	}
	return nil
}

// end inflates an entry and says where it ends.
func (x *reindexer) end(e Entry) (int64, error) {
	d, err := x.inflater.open(x.body[e.Data:])
	defer x.inflater.close(d)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(io.Discard, heeding{x.ctx, io.LimitReader(d.zlib, e.Size+1)})
	switch {
	case x.ctx.Err() != nil:
		return 0, context.Cause(x.ctx)
	case err != nil:
		return 0, inflateError(err)
	case n != e.Size:
		return 0, fmt.Errorf("inflate: not the declared %d bytes", e.Size)
	}
	return int64(len(x.body)) - int64(d.memory.Len()), nil
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
