package packfile

import (
	"errors"
	"fmt"
	"io"
)

// Stat gives kind and size of the object at offset without rebuilding it: for
// a delta, its head and the heads of the entries below it are read.
func (p *Pack) Stat(offset int64, outside Outside) (kind Kind, size int64, err error) {
	err = p.run(func(data []byte) error {
		e, err := p.entry(data, offset)
		if err != nil {
			return err
		}
		if size = e.Size; isDelta(e.Kind) {
			if size, err = p.resultSize(data, e); err != nil {
				return err
			}
		}
		kind, err = p.baseKind(data, e, outside)
		return err
	})
	return kind, size, err
}

func isDelta(k Kind) bool { return k == KindOfsDelta || k == KindRefDelta }

// resultSize inflates the first bytes of a delta, which say what it makes.
func (p *Pack) resultSize(data []byte, e Entry) (int64, error) {
	d, err := p.inflater.open(data[e.Data:])
	defer p.inflater.close(d)
	if err != nil {
		return 0, p.errorAt(e.Offset, err)
	}
	var head [20]byte // two sizes of at most nine bytes
	n, err := io.ReadFull(d.zlib, head[:])
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return 0, p.errorAt(e.Offset, inflateError(err))
	}
	delta, err := NewDelta(head[:n])
	if err != nil {
		return 0, p.errorAt(e.Offset, err)
	}
	return delta.Result, nil
}

// baseKind follows a delta down to what is no delta.
func (p *Pack) baseKind(data []byte, e Entry, outside Outside) (Kind, error) {
	for depth := 0; isDelta(e.Kind); depth++ {
		if depth > maxDepth {
			return 0, p.errorAt(e.Offset, errDepth)
		}
		next, found, err := p.base(data, e)
		if err != nil {
			return 0, err
		}
		if !found {
			kind, _, err := outside(e.BaseID)
			return kind, err
		}
		e = next
	}
	return e.Kind, nil
}

var errDepth = fmt.Errorf("chain of more than %d deltas, or a cycle", maxDepth)

// base reads the head of a delta's base; found is false if it is not in this pack.
func (p *Pack) base(data []byte, e Entry) (base Entry, found bool, err error) {
	offset := e.Base
	if e.Kind == KindRefDelta {
		if offset, found, err = p.index.Find(e.BaseID); !found || err != nil {
			return Entry{}, false, err
		}
	}
	base, err = p.entry(data, offset)
	return base, err == nil, err
}

// Read gives the object at offset, rebuilt in memory: base and result of each
// step at a time. An object of more than limit bytes is an error. The content
// is kept for what is stored as a delta of it: it must not be changed.
func (p *Pack) Read(offset, limit int64, outside Outside) (kind Kind, content []byte, err error) {
	err = p.run(func(data []byte) error {
		kind, content, err = p.rebuild(data, offset, min(limit, MaxDeltified), outside)
		return err
	})
	return kind, content, err
}

// rebuild collects the chain of deltas down to what is none or was made before,
// then applies them upwards.
func (p *Pack) rebuild(data []byte, offset, limit int64, outside Outside) (kind Kind, content []byte, err error) {
	var chain []Entry
	e, err := p.entry(data, offset)
	if err != nil {
		return 0, nil, err
	}
	kind, content, known := p.inflater.bases.get(p, offset)
	found := true
	for !known && found && isDelta(e.Kind) {
		chain = append(chain, e)
		if len(chain) > maxDepth {
			return 0, nil, p.errorAt(offset, errDepth)
		}
		var next Entry
		if next, found, err = p.base(data, e); err != nil {
			return 0, nil, err
		}
		if found {
			e = next
			kind, content, known = p.inflater.bases.get(p, e.Offset)
		}
	}
	switch {
	case known && int64(len(content)) > limit:
		return 0, nil, p.errorAt(offset, fmt.Errorf("%d bytes are more than the limit of %d", len(content), limit))
	case known:
	case found:
		kind = e.Kind
		if content, err = p.inflate(data, e, limit); err == nil && len(chain) > 0 {
			known = p.inflater.bases.put(p, e.Offset, kind, content)
		}
	default:
		kind, content, err = outside(e.BaseID)
		known = true // it may be somebody's
	}
	var spare []byte
	for i := len(chain) - 1; i >= 0 && err == nil; i-- {
		content, spare, err = p.step(data, chain[i], content, spare, limit)
		if known {
			spare, known = nil, false // what others have is not written to
		}
		if err == nil && i > 0 { // versions of one thing have bases in common
			known = p.inflater.bases.put(p, chain[i].Offset, kind, content)
		}
	}
	if err != nil {
		return 0, nil, err
	}
	p.inflater.bases.put(p, offset, kind, content)
	return kind, content, nil
}

// step applies one delta; the base's memory becomes the next one's spare.
func (p *Pack) step(data []byte, e Entry, base, spare []byte, limit int64) (result, freed []byte, err error) {
	raw, err := p.inflate(data, e, limit)
	if err != nil {
		return nil, nil, err
	}
	delta, err := NewDelta(raw)
	if err == nil {
		result, err = delta.apply(spare, base, limit)
	}
	if err != nil {
		return nil, nil, p.errorAt(e.Offset, err)
	}
	return result, base, nil
}

// inflate gives the content of an entry, the instructions if it is a delta.
func (p *Pack) inflate(data []byte, e Entry, limit int64) ([]byte, error) {
	if e.Size > limit {
		return nil, p.errorAt(e.Offset, fmt.Errorf("%d bytes are more than the limit of %d", e.Size, limit))
	}
	content, err := p.inflater.bytes(data[e.Data:], e.Size)
	if err != nil {
		return nil, p.errorAt(e.Offset, err)
	}
	return content, nil
}

// Open gives the content of the object at offset as a stream, if it is stored
// whole and not small (streamed is true), in bounded memory whatever its size.
// Otherwise use Read. Size and checksum are verified when the stream ends.
func (p *Pack) Open(offset int64) (r io.ReadCloser, kind Kind, size int64, streamed bool, err error) {
	err = p.run(func(data []byte) error {
		e, err := p.entry(data, offset)
		if err != nil || isDelta(e.Kind) || e.Size <= maxBase {
			return err
		}
		if r, err = p.openAt(data[e.Data:], e); err != nil {
			return err
		}
		kind, size, streamed = e.Kind, e.Size, true
		return nil
	})
	return r, kind, size, streamed, err
}

// openAt opens the stream of an entry that is stored whole.
func (p *Pack) openAt(stream []byte, e Entry) (io.ReadCloser, error) {
	d, err := p.inflater.open(stream)
	if err != nil {
		p.inflater.close(d)
		return nil, p.errorAt(e.Offset, err)
	}
	return &packReader{pack: p, offset: e.Offset, d: d, left: e.Size}, nil
}

// packReader streams an object out of a pack.
type packReader struct {
	pack   *Pack
	offset int64
	d      *decompressor
	left   int64
	err    error
}

// Read inflates. It reports an object that is longer or shorter than declared.
func (r *packReader) Read(buf []byte) (n int, err error) {
	if r.err != nil || len(buf) == 0 {
		return 0, r.err
	}
	r.err = r.pack.mapping.Guard(func() error {
		n, err = r.d.zlib.Read(buf)
		return err
	})
	if err := r.account(n); err != nil {
		r.err = r.pack.errorAt(r.offset, err)
		return 0, r.err
	}
	return n, r.err
}

// account takes n bytes off what is left and judges the end of the stream.
func (r *packReader) account(n int) error {
	r.left -= int64(n)
	switch {
	case r.left < 0:
		return errors.New("inflate: more than the declared size")
	case r.err == io.EOF && r.left > 0: //nolint:errorlint // zlib returns it as it is
		return fmt.Errorf("inflate: %d bytes less than the declared size", r.left)
	case r.err == nil || r.err == io.EOF: //nolint:errorlint // as above
		return nil
	}
	return inflateError(r.err)
}

// Close gives the decompressor back; later reads fail.
func (r *packReader) Close() error {
	if r.d != nil {
		r.pack.inflater.close(r.d)
		r.d, r.err = nil, errors.New("read after close")
	}
	return nil
}
