package packfile

import "encoding/binary"

// What the decoding of a block ended with.
type blockEnd int

const (
	blockDone blockEnd = iota
	blockStep          // too few bytes are left to be loaded
	blockFull
	blockBadSymbol
	blockBadDistance
)

const (
	longestDistance = maxCode + 13 // bits
	literalRun      = 3            // literals decoded in a step, at most
	chunk           = 16           // bytes that are copied as one
)

// load fills up the left bits with the 8 bytes at in[pos:], so that 56 at least
// are there, and gives the place of the byte to be loaded next. What of a byte
// has no place is dropped, and loaded again: bits above the left are either zero
// or what they become then.
func load(in []byte, pos int, bits uint64, left uint) (int, uint64, uint) {
	bits |= binary.LittleEndian.Uint64(in[pos:pos+loadSize]) << (left & 63)
	return pos + int(63-left)>>3, bits, left | 56
}

// block decodes what is written in codes c, from dst[out] on.
func (i *oneShot) block(dst []byte, out int, c *codes) (int, error) {
	for {
		var end blockEnd
		out, end = i.decode(dst, out, c)
		switch end {
		case blockDone:
			return out, nil
		case blockStep:
			if !i.toTail() {
				return out, errCut
			}
		case blockFull:
			return out, tooMuch(dst)
		case blockBadDistance:
			return out, corruptInflate("distance beyond the beginning")
		default:
			return out, corruptInflate("unknown symbol")
		}
	}
}

// decode decodes a block until it ends or too few bytes are left for a step.
func (i *oneShot) decode(dst []byte, out int, c *codes) (int, blockEnd) {
	in, pos, bits, left := i.in, i.pos, i.bits, i.left
	literalMask := uint64(1)<<c.literalBits - 1
	distanceMask := uint64(1)<<c.distanceBits - 1
	end := blockStep
loop:
	for pos+stepSize <= len(in) {
		pos, bits, left = load(in, pos, bits, left)
		e := c.literals[bits&literalMask&(literalSize-1)]
		// Three literals take 30 bits at most; two and a length take 40.
		for n := 0; e&flagLiteral != 0; n++ {
			bits >>= e & entryBits
			left -= uint(e & entryBits)
			if uint(out) >= uint(len(dst)) {
				end = blockFull
				break loop
			}
			dst[out] = byte(e >> entryValue)
			out++
			if n == literalRun-1 {
				continue loop
			}
			e = c.literals[bits&literalMask&(literalSize-1)]
		}
		if e&flagTable != 0 {
			at := uint64(e>>entryValue) + bits>>(c.literalBits&63)&(1<<(e&entryBits)-1)
			e = c.literals[at&(literalSize-1)]
		}
		was := bits
		bits >>= e & entryBits
		left -= uint(e & entryBits)
		if e&(flagLiteral|flagOther) != 0 {
			if e&flagLiteral == 0 {
				end = blockBadSymbol
				if e&flagEnd != 0 {
					end = blockDone
				}
				break
			}
			if uint(out) >= uint(len(dst)) {
				end = blockFull
				break
			}
			dst[out] = byte(e >> entryValue)
			out++
			continue
		}
		length := int(e>>entryValue) + int(was&(1<<(e&entryBits)-1)>>(e>>entryCode&entryMask))
		if left < longestDistance {
			pos, bits, left = load(in, pos, bits, left)
		}
		e = c.distances[bits&distanceMask&(distanceSize-1)]
		if e&flagTable != 0 {
			at := uint64(e>>entryValue) + bits>>(c.distanceBits&63)&(1<<(e&entryBits)-1)
			e = c.distances[at&(distanceSize-1)]
		}
		was = bits
		bits >>= e & entryBits
		left -= uint(e & entryBits)
		if e&flagOther != 0 {
			end = blockBadSymbol
			break
		}
		distance := int(e>>entryValue) + int(was&(1<<(e&entryBits)-1)>>(e>>entryCode&entryMask))
		if distance > out {
			end = blockBadDistance
			break
		}
		if length > len(dst)-out {
			end = blockFull
			break
		}
		if length <= chunk && distance >= chunk && len(dst)-out >= chunk {
			// What is too much is overwritten later.
			*(*[chunk]byte)(dst[out:]) = *(*[chunk]byte)(dst[out-distance:])
		} else {
			repeat(dst[out:out+length], dst[out-distance:out])
		}
		out += length
	}
	i.pos, i.bits, i.left = pos, bits, left
	return out, end
}

// repeat fills to with what stands right before it, from, over and over.
func repeat(to, from []byte) {
	if len(from) == 1 {
		b := from[0]
		for k := range to {
			to[k] = b
		}
		return
	}
	n := copy(to, from)
	for n < len(to) {
		n += copy(to[n:], to[:n])
	}
}
