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
			if err := i.fail(""); err == errCut { //nolint:errorlint // fail gives it as it is
				return out, err
			}
			return out, tooMuch(dst)
		case blockBadDistance:
			return out, i.fail("distance beyond the beginning")
		default:
			return out, i.fail("unknown symbol")
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
		bits |= binary.LittleEndian.Uint64(in[pos:pos+loadSize]) << (left & 63)
		pos += int(63-left) >> 3
		left |= 56
		// Two literals of the table take 20 bits at most.
		e := c.literals[bits&literalMask&(literalSize-1)]
		if e&flagLiteral != 0 {
			if uint(out) >= uint(len(dst)) {
				end = blockFull
				break
			}
			dst[out] = byte(e >> entryValue)
			out++
			bits >>= e & entryBits
			left -= uint(e & entryBits)
			e = c.literals[bits&literalMask&(literalSize-1)]
			if e&flagLiteral != 0 {
				if uint(out) >= uint(len(dst)) {
					end = blockFull
					break
				}
				dst[out] = byte(e >> entryValue)
				out++
				bits >>= e & entryBits
				left -= uint(e & entryBits)
				e = c.literals[bits&literalMask&(literalSize-1)]
				if e&flagLiteral != 0 {
					if uint(out) >= uint(len(dst)) {
						end = blockFull
						break
					}
					dst[out] = byte(e >> entryValue)
					out++
					bits >>= e & entryBits
					left -= uint(e & entryBits)
					continue
				}
			}
		}
		if e&flagOther != 0 {
			if e&flagTable != 0 {
				at := uint64(e>>entryValue) + bits>>(c.literalBits&63)&(1<<(e&entryBits)-1)
				e = c.literals[at&(literalSize-1)]
			}
			switch {
			case e&flagLiteral != 0:
				if uint(out) >= uint(len(dst)) {
					end = blockFull
					break loop
				}
				dst[out] = byte(e >> entryValue)
				out++
				bits >>= e & entryBits
				left -= uint(e & entryBits)
				continue
			case e&flagEnd != 0:
				bits >>= e & entryBits
				left -= uint(e & entryBits)
				end = blockDone
				break loop
			case e&flagOther != 0:
				end = blockBadSymbol
				break loop
			}
		}
		length := int(e>>entryValue) + int(bits&(1<<(e&entryBits)-1)>>(e>>entryCode&entryMask))
		bits >>= e & entryBits
		left -= uint(e & entryBits)
		// 20 bits of literals, 20 of the length, 28 of the distance at most.
		if left < 28 {
			bits |= binary.LittleEndian.Uint64(in[pos:pos+loadSize]) << (left & 63)
			pos += int(63-left) >> 3
			left |= 56
		}
		e = c.distances[bits&distanceMask&(distanceSize-1)]
		if e&flagOther != 0 {
			if e&flagTable != 0 {
				at := uint64(e>>entryValue) + bits>>(c.distanceBits&63)&(1<<(e&entryBits)-1)
				e = c.distances[at&(distanceSize-1)]
			}
			if e&flagOther != 0 {
				end = blockBadSymbol
				break
			}
		}
		distance := int(e>>entryValue) + int(bits&(1<<(e&entryBits)-1)>>(e>>entryCode&entryMask))
		bits >>= e & entryBits
		left -= uint(e & entryBits)
		if distance > out {
			end = blockBadDistance
			break
		}
		if length > len(dst)-out {
			end = blockFull
			break
		}
		if length <= 16 && distance >= 16 && len(dst)-out >= 16 {
			*(*[16]byte)(dst[out:]) = *(*[16]byte)(dst[out-distance:])
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
