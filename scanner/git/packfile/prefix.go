package packfile

import "bytes"

// EachPrefix calls f for the ids in the index that begin with some hexadecimal
// digits: those of low, which has zero bits behind them. It goes on until f
// gives false. Without digits all ids are given, in order.
func (x *Index) EachPrefix(low ID, digits int, f func(ID) bool) error {
	if int(low.size) != x.hash {
		return nil
	}
	return x.mapping.Guard(func() error {
		for n, _ := x.search(&low); n < x.count; n++ {
			raw := x.rawID(n)
			if !low.beginsLike(raw, digits) || !f(MakeID(raw)) {
				break
			}
		}
		return nil
	})
}

// beginsLike compares the first hexadecimal digits.
func (id *ID) beginsLike(raw []byte, digits int) bool {
	whole := digits / 2
	return bytes.Equal(id.sum[:whole], raw[:whole]) && (digits%2 == 0 || id.sum[whole]>>4 == raw[whole]>>4)
}

// ParsePrefix reads the first digits of an id: the smallest id that begins so.
// ok is false if they are no hexadecimal digits, or more than an id has.
func (f Format) ParsePrefix(digits string) (low ID, ok bool) {
	if len(digits) > 2*f.Size() {
		return ID{}, false
	}
	low.size = uint8(f.Size()) //nolint:gosec // 20 or 32
	for i := range len(digits) {
		var value byte
		switch c := digits[i]; {
		case '0' <= c && c <= '9':
			value = c - '0'
		case 'a' <= c && c <= 'f':
			value = c - 'a' + 10
		case 'A' <= c && c <= 'F':
			value = c - 'A' + 10
		default:
			return ID{}, false
		}
		low.sum[i/2] |= value << (4 * (1 - i%2))
	}
	return low, true
}
