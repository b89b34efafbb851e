package git

import (
	"encoding/binary"
	"math/bits"
)

// ewah is a compressed bitmap as the extension link holds them: the number of
// bits, the number of 64-bit words and the words, then where the last run
// begins, all big-endian. A run's word says with bit 0 what is repeated, with
// the next 32 bits how often (64 bits each), and with the upper 31 bits how
// many literal words follow. (gitformat-bitmap(5), appendix A.)
type ewah struct {
	bits  uint32
	words []byte
}

// readEwah takes a bitmap from the front of data; false if it does not hold together.
func readEwah(data []byte) (b ewah, rest []byte, ok bool) {
	if len(data) < 8 {
		return ewah{}, nil, false
	}
	b.bits = binary.BigEndian.Uint32(data)
	size := int64(binary.BigEndian.Uint32(data[4:])) * 8
	if int64(len(data)) < 8+size+4 {
		return ewah{}, nil, false
	}
	b.words = data[8 : 8+size]
	return b, data[8+size+4:], true
}

// each calls f with the number of every bit that is set, in order, until f
// gives false. It gives false if a bit lies beyond limit, if f did, or if the
// runs do not fit the words.
func (b ewah) each(limit int, f func(n int) bool) bool {
	bit := uint64(0)
	for at := 0; at < len(b.words); {
		run := binary.BigEndian.Uint64(b.words[at:])
		at += 8
		repeat, literals := run>>1&0xffffffff, int(run>>33)
		if run&1 != 0 {
			// A run may reach beyond the last bit by less than one word.
			end := min(bit+64*repeat, uint64(b.bits))
			if end > uint64(limit) { //nolint:gosec // not negative
				return false
			}
			for n := bit; n < end; n++ {
				if !f(int(n)) { //nolint:gosec // below limit
					return false
				}
			}
		}
		if bit += 64 * repeat; literals > (len(b.words)-at)/8 {
			return false
		}
		for range literals {
			for word := binary.BigEndian.Uint64(b.words[at:]); word != 0; word &= word - 1 {
				n := bit + uint64(bits.TrailingZeros64(word)) //nolint:gosec // 0 to 63
				if n >= uint64(limit) || !f(int(n)) {         //nolint:gosec // not negative, below limit
					return false
				}
			}
			at += 8
			bit += 64
		}
	}
	return true
}
