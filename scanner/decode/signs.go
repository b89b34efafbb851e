package decode

import (
	"bytes"
	"math/bits"
)

// What the finders look for is rare in most text, so one pass over it makes maps of bits,
// and they walk from bit to bit. Where the processor has AVX2 the maps cost
// next to nothing (signs_amd64.s), elsewhere about what the walk over the bytes did.

// mapBits is how many bits a map holds.
const mapBits = 64 * 64

// bitMap is a set of numbers below mapBits, with a word of zeros behind.
type bitMap [mapBits/64 + 1]uint64

// from returns the first number of the set that is at least i; -1 if there is none.
func (m *bitMap) from(i int) int {
	k := i / 64
	if k >= len(m) {
		return -1
	}
	for word := m[k] &^ (1<<(i%64) - 1); ; word = m[k] {
		if word != 0 {
			return k*64 + bits.TrailingZeros64(word)
		}
		if k++; k == len(m) {
			return -1
		}
	}
}

// pairs keeps those numbers whose successor is in the set, too.
func (m *bitMap) pairs() {
	for k := range len(m) - 1 {
		m[k] &= m[k]>>1 | m[k+1]<<63
	}
}

// words notes which words of content, of mapBits at most, have no byte outside. What is behind the last
// whole word does not count.
func (m *bitMap) words(content []byte, fast bool) {
	*m = bitMap{}
	n, w := len(content)/word, 0
	if blocks := n / 8; fast && blocks > 0 {
		var inside [mapBits / 8]byte
		wordsAVX2(&content[0], blocks, &inside[0])
		for i, b := range inside[:blocks] {
			m[i/8] |= uint64(b) << (i % 8 * 8)
		}
		w = blocks * 8
	}
	for ; w < n; w++ {
		if outside(content[w*word:]) == 0 {
			m[w/64] |= 1 << (w % 64)
		}
	}
}

// marks notes where in content, of mapBits bytes at most, one of four signs stands.
func (m *bitMap) marks(content []byte, signs [4]byte, fast bool) {
	*m = bitMap{}
	from := 0
	if blocks := len(content) / 64; fast && blocks > 0 {
		marksAVX2(&content[0], blocks, uint32(signs[0])|uint32(signs[1])<<8|uint32(signs[2])<<16|uint32(signs[3])<<24, &m[0])
		from = blocks * 64
	}
	for _, sign := range signs {
		for at := from; at < len(content); at++ {
			i := bytes.IndexByte(content[at:], sign)
			if i < 0 {
				break
			}
			at += i
			m[at/64] |= 1 << (at % 64)
		}
	}
}
