package packfile

// OffsetNumber reads a number as packs write the distance to a base, version 4 of the index what precedes a path, and reftables
// whatever they count: seven bits a byte, most significant first, one added for each byte that follows, nine bytes at most.
// n is 0 if there is none.
func OffsetNumber(data []byte) (value uint64, n int) {
	for i, b := range data[:min(len(data), 9)] {
		value = value<<7 | uint64(b&0x7f)
		if b&0x80 == 0 {
			return value, i + 1
		}
		value++
	}
	return 0, 0
}
