package check

import "math/big"

// The DER tags (X.690) that keys are made of.
const (
	derInteger   = 0x02
	derBitString = 0x03
	derOctets    = 0x04
	derOID       = 0x06
	derSequence  = 0x30
)

// der reads DER from the front. A length that goes beyond the data sets cut,
// and the value is what there is.
type der struct {
	data []byte
	cut  bool
}

// next takes the next element off the front. It answers false at the end and
// for what is no element of less than 1 MB in definite form.
func (d *der) next() (tag byte, value []byte, ok bool) {
	if len(d.data) < 2 || d.data[0]&0x1f == 0x1f {
		return 0, nil, false
	}
	tag, size, at := d.data[0], int(d.data[1]), 2
	if size >= 0x80 {
		n := size & 0x7f
		if n == 0 || n > 3 || len(d.data) < 2+n {
			return 0, nil, false
		}
		size = 0
		for _, b := range d.data[2 : 2+n] {
			size = size<<8 | int(b)
		}
		at += n
	}
	if size > 1<<20 {
		return 0, nil, false
	}
	if at+size > len(d.data) {
		d.cut = true
		size = len(d.data) - at
	}
	value = d.data[at : at+size]
	d.data = d.data[at+size:]
	return tag, value, true
}

// want takes the next element if it has that tag.
func (d *der) want(tag byte) ([]byte, bool) {
	rest := d.data
	got, value, ok := d.next()
	if !ok || got != tag {
		d.data = rest
		return nil, false
	}
	return value, true
}

// integers takes all integers at the front.
func (d *der) integers() []*big.Int {
	var out []*big.Int
	for {
		value, ok := d.want(derInteger)
		if !ok {
			return out
		}
		out = append(out, new(big.Int).SetBytes(value))
	}
}

// appendDER appends an element whose value is the parts joined.
func appendDER(out []byte, tag byte, parts ...[]byte) []byte {
	size := 0
	for _, p := range parts {
		size += len(p)
	}
	out = append(out, tag)
	switch {
	case size < 0x80:
		out = append(out, byte(size))
	case size < 0x100:
		out = append(out, 0x81, byte(size))
	case size < 0x10000:
		out = append(out, 0x82, byte(size>>8), byte(size))
	default:
		out = append(out, 0x83, byte(size>>16), byte(size>>8), byte(size))
	}
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// appendInteger appends a number that is not negative.
func appendInteger(out []byte, n *big.Int) []byte {
	value := n.Bytes()
	if len(value) == 0 || value[0] >= 0x80 {
		value = append([]byte{0}, value...)
	}
	return appendDER(out, derInteger, value)
}
