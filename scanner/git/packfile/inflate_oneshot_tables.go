package packfile

import "math/bits"

// An entry of a decoding table says what a code of Huffman stands for:
//
//	bits 0-5    how many bits the code and the extra bits behind it take
//	bits 8-11   how many of them are the code
//	bits 12-15  flags: what else than a length or a distance it is
//	bits 16-30  the literal, or the base that the extra bits are added to
//	bit 31      flag: a literal
//
// With flagTable, bits 0-5 are the bits that number the entries of the further
// table, and bits 16-30 say where that table begins.
const (
	flagLiteral = 1 << 31
	flagOther   = 1 << 15 // one of the following, or no code at all
	flagTable   = 1 << 14 // the code goes on in a further table
	flagEnd     = 1 << 13 // end of the block
	flagRepeat  = 1 << 12 // in the code of code lengths: once more what was last

	entryBits  = 63
	entryCode  = 8
	entryMask  = 15
	entryValue = 16
)

// The limits of RFC 1951.
const (
	maxCode      = 15 // bits
	maxLiterals  = 286
	maxDistances = 30
	lengthCodes  = 19
	endOfBlock   = 256
)

// A decoding table of a code is looked up with the next bits of the stream, as
// many as its primary bits. Codes that are longer go on in a further table, which
// is just large enough for those that begin alike. As codes are given out in
// order of their length, no further table has codes that are shorter than the
// longest of the one before, so all of them together are larger than the number
// of their codes by at most 2^(15-primary). That bounds the sizes here; that of
// literals is a power of two, so that an index can be masked.
const (
	maxLiteralBits = 10
	literalSize    = 2048 // at least 2^primary + 286 + 2^(15-primary)
	distanceBits   = 8
	distanceSize   = 512 // at least 2^8 + 30 + 2^7
	lengthBits     = 7   // the longest code of a code length
)

// codes are the two codes that a block is written in.
type codes struct {
	literals     [literalSize]uint32 // literals, lengths and the end of the block
	distances    [distanceSize]uint32
	literalBits  uint
	distanceBits uint
}

// literalEntries, distanceEntries and lengthEntries are the entries of tables
// but for the bits of the code itself (RFC 1951, 3.2.5 and 3.2.7).
var (
	literalEntries = func() (entries [288]uint32) {
		for i := range endOfBlock {
			entries[i] = flagLiteral | uint32(i)<<entryValue //nolint:gosec // below 256
		}
		entries[endOfBlock] = flagOther | flagEnd
		base := uint32(3)
		for i := range uint32(28) {
			extra := max(i>>2, 1) - 1
			entries[endOfBlock+1+i] = base<<entryValue | extra
			base += 1 << extra
		}
		entries[285] = 258 << entryValue
		entries[286], entries[287] = flagOther, flagOther // in the fixed code, but not used
		return entries
	}()
	distanceEntries = func() (entries [32]uint32) {
		base := uint32(1)
		for i := range uint32(maxDistances) {
			extra := max(i>>1, 1) - 1
			entries[i] = base<<entryValue | extra
			base += 1 << extra
		}
		entries[30], entries[31] = flagOther, flagOther
		return entries
	}()
	lengthEntries = func() (entries [lengthCodes]uint32) {
		for i := range uint32(16) {
			entries[i] = flagLiteral | i<<entryValue
		}
		entries[16] = 3<<entryValue | flagRepeat | 2
		entries[17] = 3<<entryValue | 3
		entries[18] = 11<<entryValue | 7
		return entries
	}()
	// lengthOrder is the order in which the lengths of codes of code lengths
	// are stored.
	lengthOrder = [lengthCodes]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
)

// codeShape says how many symbols of a code have codes of how many bits.
type codeShape [maxCode + 1]uint16

// judge says whether there is such a code. A code has to use all that its bits
// can say, with two exceptions: a single code, of one bit, and none at all.
func (s *codeShape) judge() (complete, ok bool) {
	used, symbols := 0, 0
	for n := 1; n <= maxCode; n++ {
		used += int(s[n]) << (maxCode - n)
		symbols += int(s[n])
	}
	switch {
	case used == 1<<maxCode:
		return true, true
	case symbols == 1:
		return false, s[1] == 1
	}
	return false, symbols == 0
}

// starts gives where the symbols with codes of each length begin, if they are
// sorted by length.
func (s *codeShape) starts() (starts codeShape) {
	at := uint16(0)
	for n := 1; n <= maxCode; n++ {
		starts[n] = at
		at += s[n]
	}
	return starts
}

// build makes a decoding table of at most primary bits and gives its bits. The
// symbols are the entries of the code's symbols, sorted by the length of their
// codes (RFC 1951, 3.2.2). ok is false if there is no such code.
//
// Streams have codes with their first bit lowest, so a table of n bits begins
// with a copy of that of n-1 bits, and goes on with another copy: the table is
// doubled from length to length, and each code is written once.
func (s *codeShape) build(table, symbols []uint32, primary uint) (tableBits uint, ok bool) {
	complete, ok := s.judge()
	if !ok {
		return 0, false
	}
	if !complete {
		table[0], table[1] = flagOther|1<<entryCode|1, flagOther|1<<entryCode|1
		if len(symbols) == 1 {
			table[0] = symbols[0] + 1 | 1<<entryCode
		}
		return 1, true
	}
	length := uint(1)
	for s[length] == 0 {
		length++
	}
	code, end, next := uint(0), uint(1)<<length, 0
	for ; length <= primary; length++ {
		for range s[length] {
			table[code] = symbols[next] + uint32(length)<<entryCode + uint32(length) //nolint:gosec // at most 15
			next++
			code = nextCode(code, end)
		}
		if next == len(symbols) {
			return length, true
		}
		if length < primary {
			copy(table[end:2*end], table[:end])
			end <<= 1
		}
	}
	s.buildFurther(table, symbols[next:], primary, code)
	return primary, true
}

// nextCode gives the code after one whose first bit is the lowest; end is 1 <<
// its length. The code after the last is the last.
func nextCode(code, end uint) uint {
	zeros := code ^ (end - 1)
	if zeros == 0 {
		return code
	}
	bit := uint(1) << (bits.Len(zeros) - 1)
	return code&(bit-1) | bit
}

// buildFurther makes the further tables, from the first code that is longer than
// primary bits on.
func (s *codeShape) buildFurther(table, symbols []uint32, primary, code uint) {
	var start, place uint
	end, prefix := uint(1)<<primary, uint(1)<<primary // no prefix as yet
	for length := primary + 1; length <= maxCode; length++ {
		for left := uint(s[length]); left > 0; left-- {
			if low := code & (1<<primary - 1); low != prefix {
				prefix, start = low, end
				more := length - primary
				for used := left; used < 1<<more; {
					more++
					used = used<<1 + uint(s[primary+more])
				}
				end += 1 << more
				table[prefix] = flagOther | flagTable | uint32(start)<<entryValue | uint32(more) //nolint:gosec // below 2048
			}
			e := symbols[0] + uint32(length)<<entryCode + uint32(length) //nolint:gosec // at most 15
			symbols = symbols[1:]
			for place = start + code>>primary; place < end; place += 1 << (length - primary) {
				table[place] = e
			}
			code = nextCode(code, 1<<length)
		}
	}
}

// fix makes the codes of blocks that bring none (RFC 1951, 3.2.6).
func (c *codes) fix() {
	lengths := codeShape{7: 24, 8: 152, 9: 112}
	var symbols [288]uint32
	order := append(symbols[:0], literalEntries[256:280]...)
	order = append(order, literalEntries[:144]...)
	order = append(order, literalEntries[280:288]...)
	order = append(order, literalEntries[144:256]...)
	c.literalBits, _ = lengths.build(c.literals[:], order, maxLiteralBits)
	distances := codeShape{5: 32}
	c.distanceBits, _ = distances.build(c.distances[:], distanceEntries[:], distanceBits)
}
