package packfile

import (
	"errors"
	"fmt"
	"hash/crc32"
)

// Copy says that Size bytes of an object from Target on are those of its
// delta's base from Source on.
type Copy struct{ Target, Source, Size int }

// expander makes contents of entries. It belongs to one goroutine.
type expander struct {
	buffers buffers
	oneShot oneShot
	copies  []Copy // of the delta applied last
}

// A delta's memory has room for reading past the end of its last instruction.
const deltaSlack = 8

// maxDeflate is more than the 1,032 bytes that one byte of a deflate stream can
// become, so that no memory is spent on what cannot be true.
const maxDeflate = 1100

// inflate gives the size bytes of a zlib stream (RFC 1950) that is all of data,
// in a buffer with slack bytes behind it. verified says that the stored bytes
// were compared with a checksum: the stream's own is left out then. It would
// say the same once more, at a cost.
func (x *expander) inflate(data []byte, size int64, slack int, verified bool) ([]byte, error) {
	if size > int64(len(data)+1)*maxDeflate {
		return nil, fmt.Errorf("inflate: %d bytes cannot become the declared %d", len(data), size)
	}
	buf := x.buffers.get(int(size) + slack)
	err := x.inflateInto(buf[:size], data, verified)
	if err != nil {
		x.buffers.put(buf)
		return nil, err
	}
	return buf[:size], nil
}

// inflateInto fills buf. With verified bytes, the stream has to be all of data.
func (x *expander) inflateInto(buf, data []byte, verified bool) error {
	read, err := x.oneShot.inflate(buf, data, !verified)
	if err == nil && verified && read < len(data) {
		err = errors.New("inflate: more data after the end")
	}
	return err
}

// directResult is the size in bytes up to which a delta's result is allocated
// before its instructions are known to make it.
const directResult = 1 << 20

// apply makes the result of a delta, and lists what it copies in x.copies.
// Copies of bytes that follow each other in base and result are listed as one.
// The delta's memory must have room for deltaSlack further bytes.
func (x *expander) apply(raw, base []byte) ([]byte, error) {
	d, err := NewDelta(raw)
	switch {
	case err != nil:
		return nil, err
	case int64(len(base)) != d.Base:
		return nil, fmt.Errorf("%w: for a base of %d bytes, not %d", errDelta, d.Base, len(base))
	case d.Result > MaxDeltified:
		return nil, &oversizeError{d.Result, MaxDeltified}
	case d.Result > directResult:
		if err := d.check(MaxDeltified); err != nil {
			return nil, err
		}
	}
	out := x.buffers.get(int(d.Result))
	if !x.run(out, base, d.rest) {
		x.buffers.put(out)
		return nil, errDelta
	}
	return out, nil
}

// run follows the instructions; false if they do not hold together. It is
// Delta.Next written out, for speed.
func (x *expander) run(out, base, code []byte) bool {
	end := len(code)
	code = code[:end+deltaSlack]
	copies := x.copies[:0]
	n, last := 0, Copy{}
	for i := 0; i < end; {
		op := code[i]
		i++
		if op < 0x80 {
			size := int(op)
			if op == 0 || i+size > end || n+size > len(out) {
				return false
			}
			copy(out[n:n+size], code[i:i+size])
			n, i = n+size, i+size
			continue
		}
		source, size, used := copyOperands(op, (*[7]byte)(code[i:]))
		i += used
		if i > end || source < 0 || source+size > len(base) || n+size > len(out) {
			return false
		}
		copy(out[n:n+size], base[source:source+size])
		if last.Target+last.Size == n && last.Source+last.Size == source && last.Size > 0 {
			last.Size += size
		} else {
			if last.Size > 0 {
				copies = append(copies, last)
			}
			last = Copy{n, source, size}
		}
		n += size
	}
	if last.Size > 0 {
		copies = append(copies, last)
	}
	x.copies = copies
	return n == len(out)
}

// copyOperands decodes what follows the first byte of a copy instruction.
func copyOperands(op byte, code *[7]byte) (source, size, used int) {
	if op&0x01 != 0 {
		source = int(code[0])
		used = 1
	}
	if op&0x02 != 0 {
		source |= int(code[used]) << 8
		used++
	}
	if op&0x04 != 0 {
		source |= int(code[used]) << 16
		used++
	}
	if op&0x08 != 0 {
		source |= int(code[used]) << 24
		used++
	}
	if op&0x10 != 0 {
		size = int(code[used])
		used++
	}
	if op&0x20 != 0 {
		size |= int(code[used]) << 8
		used++
	}
	if op&0x40 != 0 {
		size |= int(code[used]) << 16
		used++
	}
	if size == 0 {
		size = 0x10000
	}
	return source, size, used
}

// verifyStored compares the bytes of an entry, head included, with the
// checksum in the index; false if the index has none.
func (f *Forest) verifyStored(n int32, stored []byte) (verified bool, err error) {
	want, ok := f.pack.index.crc(int(f.name[n] &^ unselected))
	if ok && crc32.ChecksumIEEE(stored) != want {
		return false, errors.New("corrupt data: CRC-32 differs from the index")
	}
	return ok, nil
}
