package packfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"
)

// Limits on what a pack may demand.
const (
	// maxDepth bounds chains of deltas; Git's own limit is 4,095.
	maxDepth = 10_000
	// MaxDeltified is the size, in bytes, up to which objects stored as deltas
	// are rebuilt in memory. Git makes no deltas of files over 512 MB
	// (core.bigFileThreshold).
	MaxDeltified = 512 << 20
)

// Pack reads objects out of a .pack file by means of its .idx file. The pack
// is mapped when the first object is read.
type Pack struct {
	path     string
	format   Format
	index    *Index
	inflater *Inflater

	once    sync.Once
	mapping *Mapping
	err     error // of mapping it
	flaw    error // what is wrong with it as a whole, although it can be read
}

// Entry is the head of an object in a pack.
type Entry struct {
	Kind   Kind
	Size   int64 // of the inflated content; for a delta that of the delta itself
	Data   int64 // offset of the zlib stream
	Offset int64 // of the entry
	Base   int64 // KindOfsDelta: offset of the base
	BaseID ID    // KindRefDelta
}

// Outside gives an object that is the base of a delta in a pack, but not in
// that pack itself. Git writes no such packs, but for a moment while fetching.
type Outside func(id ID) (Kind, []byte, error)

// OpenPack opens a pack by the path of its .idx file.
func OpenPack(indexPath string, format Format, inflater *Inflater) (*Pack, error) {
	index, err := OpenIndex(indexPath, format)
	if err != nil {
		return nil, err
	}
	path := strings.TrimSuffix(indexPath, ".idx") + ".pack"
	return &Pack{path: path, format: format, index: index, inflater: inflater}, nil
}

// Index is the pack's index.
func (p *Pack) Index() *Index { return p.index }

// Path is the name of the .pack file.
func (p *Pack) Path() string { return p.path }

// Close unmaps pack and index.
func (p *Pack) Close() error {
	err := p.index.Close()
	p.once.Do(func() { p.err = errors.New("closed") })
	if p.mapping != nil {
		err = errors.Join(err, p.mapping.Close())
	}
	return err
}

// open maps the pack and compares what it says of itself with the index.
func (p *Pack) open() ([]byte, error) {
	p.once.Do(func() {
		if p.mapping, p.err = Map(p.path); p.err == nil {
			p.err = p.mapping.Guard(p.checkHeader)
		}
	})
	if p.err != nil {
		return nil, p.err
	}
	return p.mapping.Bytes(), nil
}

func (p *Pack) checkHeader() error {
	const header = 12
	data, hash := p.mapping.Bytes(), p.format.Size()
	switch {
	case len(data) < header+hash:
		return errTruncated
	case string(data[:4]) != "PACK":
		return errors.New("no pack signature")
	case binary.BigEndian.Uint32(data[4:]) != 2 && binary.BigEndian.Uint32(data[4:]) != 3:
		return fmt.Errorf("unknown pack version %d", binary.BigEndian.Uint32(data[4:]))
	case int64(binary.BigEndian.Uint32(data[8:])) != int64(p.index.Count()):
		return fmt.Errorf("%d objects, but %d in the index", binary.BigEndian.Uint32(data[8:]), p.index.Count())
	case !bytes.Equal(data[len(data)-hash:], p.index.PackSum()):
		// What is read is compared with its id or checksum, so the objects that are sound can be had.
		p.flaw = errors.New("the index belongs to another pack, or the pack is truncated or damaged at its end")
	}
	return nil
}

// errorAt says where in the pack something is wrong.
func (p *Pack) errorAt(offset int64, err error) error {
	return fmt.Errorf("%w at %s offset %d", err, p.path, offset)
}

// run calls f with the pack's content, guarded.
func (p *Pack) run(f func(data []byte) error) error {
	data, err := p.open()
	if err != nil {
		return fmt.Errorf("pack %s: %w", p.path, err)
	}
	return p.mapping.Guard(func() error { return f(data[:len(data)-p.format.Size()]) })
}

// entry reads the head of the entry at offset: kind and size in a variable
// number of bytes, then what a delta's base is.
func (p *Pack) entry(data []byte, offset int64) (Entry, error) {
	const header = 12
	if offset < header || offset >= int64(len(data)) {
		return Entry{}, p.errorAt(offset, errors.New("no object"))
	}
	rest := data[offset:]
	e := Entry{Kind: Kind(rest[0] >> 4 & 7), Size: int64(rest[0] & 0x0f), Offset: offset}
	n := 1
	if rest[0]&0x80 != 0 {
		high, m := littleVarint(rest[1:])
		if m == 0 || high >= 1<<58 {
			return Entry{}, p.errorAt(offset, errors.New("absurd size of an object"))
		}
		e.Size |= high << 4
		n += m
	}
	switch e.Kind {
	case KindCommit, KindTree, KindBlob, KindTag:
	case KindOfsDelta:
		number, m := OffsetNumber(rest[n:])
		distance := int64(number) //nolint:gosec // one that is too large is negative, and refused
		if m == 0 || distance <= 0 || distance > offset-header {
			return Entry{}, p.errorAt(offset, errors.New("bad base of a delta"))
		}
		e.Base = offset - distance
		n += m
	case KindRefDelta:
		if len(rest) < n+p.format.Size() {
			return Entry{}, p.errorAt(offset, errTruncated)
		}
		e.BaseID = MakeID(rest[n : n+p.format.Size()])
		n += p.format.Size()
	default:
		return Entry{}, p.errorAt(offset, fmt.Errorf("unknown %v", e.Kind))
	}
	e.Data = offset + int64(n)
	return e, nil
}
