package packfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/adler32"
)

// oneShot inflates zlib streams (RFC 1950, RFC 1951) that are in memory, of
// known size, in one go: it needs no window but the result, and keeps no state
// from call to call but its tables. The zero value is ready. It belongs to one
// goroutine.
//
// The stream is read through 64 bits that are filled up by loads of 8 bytes.
// Where few bytes are left, they are copied into a tail that goes on with zeros;
// a stream that ends inside those is truncated.
type oneShot struct {
	src  []byte
	in   []byte // src or tail
	from int    // where in src in begins
	pos  int    // next byte of in to be loaded
	bits uint64 // loaded and not used, first bit lowest
	left uint   // how many; bits above them, if any, are those that follow
	tail [tailSize]byte

	fixed   codes
	isFixed bool // fixed was made
	dynamic codes
	lengths [1 << lengthBits]uint32 // table of the code of code lengths
	literal [maxLiterals]uint32     // symbols by the length of their codes
	dist    [maxDistances]uint32
	lists   [maxLiterals + maxDistances]uint16
}

const (
	// loadSize is the bytes of a load, after which 56 bits at least are there.
	loadSize = 8
	// stepSize is the bytes that have to be there for a step of decode.
	stepSize = 2 * loadSize
	// tailSize has room for the last bytes, less than a step, and for so many
	// zeros that where no further step is possible, one of them was used.
	tailSize = 5 * loadSize
)

// inflate fills dst from the stream at the front of src. It is an error if the
// stream is of another size. read is where the stream ends; what follows does
// not matter. The checksum of the content is compared if verify is set.
func (i *oneShot) inflate(dst, src []byte, verify bool) (read int, err error) {
	const header, checksum = 2, 4
	if len(src) < header {
		return 0, errCut
	}
	// Deflate with a window of 32 KB at most, no preset dictionary.
	if src[0]&0x0f != 8 || src[0]>>4 > 7 || src[1]&0x20 != 0 || (int(src[0])<<8|int(src[1]))%31 != 0 {
		return 0, corruptInflate("bad zlib header")
	}
	i.src = src
	i.seek(header)
	err = i.blocks(dst)
	read = i.from + i.pos - int(i.left>>3)
	i.src, i.in = nil, nil
	switch {
	case read > len(src): // whatever was made of the zeros
		return 0, errCut
	case err != nil:
		return 0, err
	case read > len(src)-checksum:
		return 0, errCut
	case verify && binary.BigEndian.Uint32(src[read:]) != adler32.Checksum(dst):
		return 0, corruptInflate("bad checksum")
	}
	return read + checksum, nil
}

var errCut = errors.New("inflate: truncated data")

func corruptInflate(what string) error { return fmt.Errorf("inflate: corrupt data: %s", what) }

// seek goes on reading at src[at].
func (i *oneShot) seek(at int) {
	i.in, i.from, i.pos, i.bits, i.left = i.src, 0, at, 0, 0
}

// refill loads so much that 56 bits at least are there. It is false behind the
// end of the data.
func (i *oneShot) refill() bool {
	if i.pos+loadSize > len(i.in) && !i.toTail() {
		return false
	}
	i.pos, i.bits, i.left = load(i.in, i.pos, i.bits, i.left)
	return true
}

// toTail goes on in the tail. It is false if that is where reading already is,
// so that the data has ended.
func (i *oneShot) toTail() bool {
	if i.from > 0 {
		return false
	}
	i.from, i.pos = i.pos, 0
	clear(i.tail[copy(i.tail[:], i.src[i.from:]):])
	i.in = i.tail[:]
	return true
}

// take uses n bits, which are there.
func (i *oneShot) take(n uint) uint {
	v := uint(i.bits) & (1<<n - 1)
	i.bits >>= n
	i.left -= n
	return v
}

// blocks fills dst.
func (i *oneShot) blocks(dst []byte) (err error) {
	out := 0
	for last := false; !last && err == nil; {
		if !i.refill() {
			return errCut
		}
		last = i.take(1) == 1
		switch i.take(2) {
		case 0:
			out, err = i.stored(dst, out)
		case 1:
			if !i.isFixed {
				i.fixed.fix()
				i.isFixed = true
			}
			out, err = i.block(dst, out, &i.fixed)
		case 2:
			if err = i.readCodes(len(dst) - out); err == nil {
				out, err = i.block(dst, out, &i.dynamic)
			}
		default:
			err = corruptInflate("unknown kind of block")
		}
	}
	if err == nil && out < len(dst) {
		err = fmt.Errorf("inflate: %d bytes instead of the declared %d", out, len(dst))
	}
	return err
}

// stored copies a block that is not compressed.
func (i *oneShot) stored(dst []byte, out int) (int, error) {
	const head = 4 // its size, and the complement of its size
	at := i.from + i.pos - int(i.left>>3)
	if at+head > len(i.src) {
		return out, errCut
	}
	size := int(binary.LittleEndian.Uint16(i.src[at:]))
	if size^0xffff != int(binary.LittleEndian.Uint16(i.src[at+2:])) {
		return out, corruptInflate("bad size of a stored block")
	}
	at += head
	switch {
	case size > len(i.src)-at:
		return out, errCut
	case size > len(dst)-out:
		return out, tooMuch(dst)
	}
	copy(dst[out:], i.src[at:at+size])
	i.seek(at + size)
	return out + size, nil
}

func tooMuch(dst []byte) error {
	return fmt.Errorf("inflate: more than the declared %d bytes", len(dst))
}

// readCodes reads the codes of a block (RFC 1951, 3.2.7), for at most room bytes.
func (i *oneShot) readCodes(room int) error {
	literals, distances, n := int(i.take(5))+257, int(i.take(5))+1, int(i.take(4))+4
	if literals > maxLiterals || distances > maxDistances {
		return corruptInflate("too many codes")
	}
	var lengths [lengthCodes]uint8
	for k, place := range lengthOrder[:n] {
		if k%16 == 0 && !i.refill() {
			return errCut
		}
		lengths[place] = uint8(i.take(3)) //nolint:gosec // below 8
	}
	var shape codeShape
	for _, length := range lengths {
		shape[length]++
	}
	starts, used := shape.starts(), lengthCodes-int(shape[0])
	var symbols [lengthCodes]uint32
	for k, length := range lengths {
		if length > 0 {
			symbols[starts[length]] = lengthEntries[k]
			starts[length]++
		}
	}
	width, ok := shape.build(i.lengths[:], symbols[:used], lengthBits)
	if !ok {
		return corruptInflate("bad code of code lengths")
	}
	var shapes [2]codeShape // of the literals and of the distances
	listed, err := i.readLengths(&shapes, literals, literals+distances, width)
	if err != nil {
		return err
	}
	return i.buildCodes(&shapes, listed, literals, primaryBits(room))
}

// primaryBits is the size of the table of literals: making a large one does not
// pay for few symbols.
func primaryBits(room int) uint {
	switch {
	case room < 1<<10:
		return 8
	case room < 8<<10:
		return 9
	}
	return maxLiteralBits
}

// readLengths reads the lengths of the codes of total symbols, and lists the
// symbols that have one, with it in the lowest 4 bits.
func (i *oneShot) readLengths(shapes *[2]codeShape, literals, total int, width uint) (listed int, err error) {
	last := uint32(0)
	for n := 0; n < total; {
		if i.left < 2*lengthBits && !i.refill() {
			return 0, errCut
		}
		e := i.lengths[i.bits&(1<<width-1)&(1<<lengthBits-1)]
		if e&flagLiteral != 0 {
			i.take(uint(e & entryBits))
			last = e >> entryValue & maxCode
			shapes[uint64(n-literals)>>63^1][last]++
			i.lists[listed] = uint16(n)<<4 | uint16(last)
			listed += int(last+maxCode) >> 4 // nothing if last is 0
			n++
			continue
		}
		i.take(uint(e >> entryCode & entryMask))
		if e&flagOther != 0 || e&flagRepeat != 0 && n == 0 {
			return 0, corruptInflate("bad code length")
		}
		if e&flagRepeat == 0 {
			last = 0
		}
		times := int(e>>entryValue) + int(i.take(uint(e&entryBits)-uint(e>>entryCode&entryMask)))
		if n+times > total {
			return 0, corruptInflate("too many code lengths")
		}
		if last == 0 {
			n += times
			continue
		}
		for ; times > 0; times-- {
			shapes[uint64(n-literals)>>63^1][last]++
			i.lists[listed] = uint16(n)<<4 | uint16(last)
			listed++
			n++
		}
	}
	return listed, nil
}

// buildCodes makes the tables for the codes of the symbols listed.
func (i *oneShot) buildCodes(shapes *[2]codeShape, listed, literals int, primary uint) error {
	starts := [2]codeShape{shapes[0].starts(), shapes[1].starts()}
	k, dist := 0, 0
	for ; k < listed && int(i.lists[k]>>4) < literals; k++ {
		length := i.lists[k] & maxCode
		i.literal[starts[0][length]] = literalEntries[i.lists[k]>>4]
		starts[0][length]++
	}
	for ; k+dist < listed; dist++ {
		length := i.lists[k+dist] & maxCode
		i.dist[starts[1][length]] = distanceEntries[int(i.lists[k+dist]>>4)-literals]
		starts[1][length]++
	}
	var ok bool
	c := &i.dynamic
	if c.literalBits, ok = shapes[0].build(c.literals[:], i.literal[:k], primary); !ok {
		return corruptInflate("bad code of literals and lengths")
	}
	if c.distanceBits, ok = shapes[1].build(c.distances[:], i.dist[:dist], distanceBits); !ok {
		return corruptInflate("bad code of distances")
	}
	return nil
}
