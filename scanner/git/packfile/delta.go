package packfile

import (
	"errors"
	"fmt"
)

var (
	errTruncated = errors.New("truncated")
	errDelta     = errors.New("corrupt delta")
)

// Instruction is one step of a delta: copy Size bytes of the base from Offset,
// or, where Insert is not nil, insert these bytes.
type Instruction struct {
	Offset, Size int64
	Insert       []byte
}

// Delta reads a delta: the sizes of base and result, then instructions
// (gitformat-pack(5), "Deltified representation").
type Delta struct {
	Base, Result int64 // sizes in bytes, as declared
	rest         []byte
}

// NewDelta reads the head of an inflated delta.
func NewDelta(data []byte) (Delta, error) {
	base, n := littleVarint(data)
	if n == 0 {
		return Delta{}, errDelta
	}
	result, m := littleVarint(data[n:])
	if m == 0 {
		return Delta{}, errDelta
	}
	return Delta{base, result, data[n+m:]}, nil
}

// Next reads the next instruction; false at the end. A copy outside of the
// base is an error.
func (d *Delta) Next() (in Instruction, ok bool, err error) {
	if len(d.rest) == 0 {
		return Instruction{}, false, nil
	}
	op := d.rest[0]
	d.rest = d.rest[1:]
	if op&0x80 == 0 {
		if op == 0 || int(op) > len(d.rest) {
			return Instruction{}, false, errDelta
		}
		in.Insert, in.Size = d.rest[:op], int64(op)
		d.rest = d.rest[op:]
		return in, true, nil
	}
	for bit := range 7 {
		if op&(1<<bit) == 0 {
			continue
		}
		if len(d.rest) == 0 {
			return Instruction{}, false, errDelta
		}
		if b := int64(d.rest[0]); bit < 4 {
			in.Offset |= b << (8 * bit)
		} else {
			in.Size |= b << (8 * (bit - 4))
		}
		d.rest = d.rest[1:]
	}
	if in.Size == 0 {
		in.Size = 0x10000
	}
	if in.Offset+in.Size > d.Base {
		return Instruction{}, false, errDelta
	}
	return in, true, nil
}

// check walks a delta (a copy: d itself stays) and says whether it makes what
// it declares, before memory is spent on it.
func (d Delta) check(limit int64) error {
	if d.Result > limit {
		return &oversizeError{d.Result, limit}
	}
	sum := int64(0)
	for {
		in, ok, err := d.Next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if sum += in.Size; sum > d.Result {
			break
		}
	}
	if sum != d.Result {
		return fmt.Errorf("%w: it does not make the declared %d bytes", errDelta, d.Result)
	}
	return nil
}

// apply makes the result of at most limit bytes, in buf where it has room.
func (d Delta) apply(buf, base []byte, limit int64) ([]byte, error) {
	if int64(len(base)) != d.Base {
		return nil, fmt.Errorf("%w: for a base of %d bytes, not %d", errDelta, d.Base, len(base))
	}
	if err := d.check(limit); err != nil {
		return nil, err
	}
	if buf = buf[:0]; int64(cap(buf)) < d.Result {
		buf = make([]byte, 0, d.Result)
	}
	for {
		in, ok, err := d.Next()
		switch {
		case err != nil:
			return nil, err
		case !ok:
			return buf, nil
		case in.Insert != nil:
			buf = append(buf, in.Insert...)
		default:
			buf = append(buf, base[in.Offset:in.Offset+in.Size]...)
		}
	}
}

// littleVarint reads a size: seven bits a byte, least significant first. n is
// 0 if there is none that fits 63 bits.
func littleVarint(data []byte) (value int64, n int) {
	for i, b := range data[:min(len(data), 9)] {
		value |= int64(b&0x7f) << (7 * i)
		if b&0x80 == 0 {
			return value, i + 1
		}
	}
	return 0, 0
}
