package check

import (
	"encoding/binary"
	"math/bits"
)

// marvin32 is Microsoft's keyed checksum Marvin32, its two halves folded into
// one. Source: microsoft/SymCrypt lib/marvin32.c; microsoft/security-utilities
// (MIT) uses it in identifiable keys.
func marvin32(data []byte, seed uint64) uint32 {
	sum := marvin64(data, seed)
	return uint32(sum) ^ uint32(sum>>32)
}

func marvin64(data []byte, seed uint64) uint64 {
	lo, hi := uint32(seed), uint32(seed>>32)
	mix := func(word uint32) {
		lo += word
		hi ^= lo
		lo = bits.RotateLeft32(lo, 20) + hi
		hi = bits.RotateLeft32(hi, 9) ^ lo
		lo = bits.RotateLeft32(lo, 27) + hi
		hi = bits.RotateLeft32(hi, 19)
	}
	for ; len(data) >= 4; data = data[4:] {
		mix(binary.LittleEndian.Uint32(data))
	}
	var last [4]byte
	last[copy(last[:], data)] = 0x80
	mix(binary.LittleEndian.Uint32(last[:]))
	mix(0)
	return uint64(hi)<<32 | uint64(lo)
}

// marvinSeed is the number that a seed's eight characters stand for.
func marvinSeed(text string) uint64 { return binary.BigEndian.Uint64([]byte(text)) }
