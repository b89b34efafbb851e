package packfile

import (
	"bytes"
	"encoding/binary"
	"hash/adler32"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// deflater writes zlib streams bit by bit, those that no compressor makes
// included, and keeps what they mean.
type deflater struct {
	raw     []byte
	n       uint // bits in raw
	content []byte
}

func newDeflater() *deflater { return &deflater{raw: []byte{0x78, 0x9c}, n: 16} }

// put writes the lowest bits of v.
func (d *deflater) put(v uint64, width uint) {
	for k := range width {
		if d.n%8 == 0 {
			d.raw = append(d.raw, 0)
		}
		d.raw[d.n/8] |= byte(v>>k&1) << (d.n % 8)
		d.n++
	}
}

// close adds the checksum.
func (d *deflater) close() []byte {
	d.n = uint(len(d.raw)) * 8
	return binary.BigEndian.AppendUint32(d.raw, adler32.Checksum(d.content))
}

func bit(set bool) uint64 {
	if set {
		return 1
	}
	return 0
}

func (d *deflater) stored(content []byte, last bool) {
	d.put(bit(last), 3)
	d.n = uint(len(d.raw)) * 8
	d.put(uint64(len(content)), 16)
	d.put(uint64(len(content))^0xffff, 16)
	d.raw = append(d.raw, content...)
	d.n = uint(len(d.raw)) * 8
	d.content = append(d.content, content...)
}

// codeTable are the lengths of the codes of symbols, and the codes.
type codeTable struct {
	lengths []int
	codes   []uint64 // first bit lowest
}

// newCodeTable gives out codes as RFC 1951, 3.2.2 does, also where the lengths
// make no proper code.
func newCodeTable(lengths []int) codeTable {
	t := codeTable{lengths, make([]uint64, len(lengths))}
	code := uint16(0)
	for n := 1; n <= 15; n++ {
		code <<= 1
		for k, length := range lengths {
			if length == n {
				t.codes[k] = uint64(bits.Reverse16(code) >> (16 - n))
				code++
			}
		}
	}
	return t
}

func (d *deflater) symbol(t codeTable, symbol int) { d.put(t.codes[symbol], uint(t.lengths[symbol])) }

func fixedTables() (literals, distances codeTable) {
	l := slices.Concat(slices.Repeat([]int{8}, 144), slices.Repeat([]int{9}, 112), slices.Repeat([]int{7}, 24), slices.Repeat([]int{8}, 8))
	return newCodeTable(l), newCodeTable(slices.Repeat([]int{5}, 32))
}

// codeLengths is a code for the lengths of codes that has all symbols.
var codeLengths = []int{4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5}

// head begins a block with codes of its own. The lengths are written one by
// one, or as short as possible.
func (d *deflater) head(literals, distances []int, short, last bool) (l, c codeTable) {
	d.put(bit(last)|2<<1, 3)
	d.put(uint64(len(literals)-257), 5)
	d.put(uint64(len(distances)-1), 5)
	d.put(15, 4)
	for _, symbol := range lengthOrder {
		d.put(uint64(codeLengths[symbol]), 3)
	}
	t := newCodeTable(codeLengths)
	all := slices.Concat(literals, distances)
	for k := 0; k < len(all); {
		run := 1
		for k+run < len(all) && all[k+run] == all[k] {
			run++
		}
		switch {
		case !short || run < 3 || all[k] != 0 && run < 4:
			d.symbol(t, all[k])
			k++
		case all[k] == 0 && run > 10:
			run = min(run, 138)
			d.symbol(t, 18)
			d.put(uint64(run-11), 7)
			k += run
		case all[k] == 0:
			d.symbol(t, 17)
			d.put(uint64(run-3), 3)
			k += run
		default:
			d.symbol(t, all[k])
			run = min(run-1, 6)
			d.symbol(t, 16)
			d.put(uint64(run-3), 2)
			k += run + 1
		}
	}
	return newCodeTable(literals), newCodeTable(distances)
}

func (d *deflater) literal(l codeTable, b byte) {
	d.symbol(l, int(b))
	d.content = append(d.content, b)
}

// match writes a copy; the codes must have its symbols.
func (d *deflater) match(l, c codeTable, length, distance int) {
	symbol, base := 257, 3
	for ; symbol < 285; symbol++ {
		extra := max((symbol-257)/4, 1) - 1
		if length < 258 && length < base+1<<extra {
			d.symbol(l, symbol)
			d.put(uint64(length-base), uint(extra))
			break
		}
		base += 1 << extra
	}
	if symbol == 285 {
		d.symbol(l, 285)
	}
	symbol, base = 0, 1
	for ; ; symbol++ {
		extra := max(symbol/2, 1) - 1
		if distance < base+1<<extra {
			d.symbol(c, symbol)
			d.put(uint64(distance-base), uint(extra))
			break
		}
		base += 1 << extra
	}
	for range length {
		b := byte(0) // the stream is not valid
		if distance <= len(d.content) {
			b = d.content[len(d.content)-distance]
		}
		d.content = append(d.content, b)
	}
}

// randomCode gives n symbols a complete code of at most 15 bits; deep makes it
// have long ones.
func randomCode(random *rand.Rand, n int, deep bool) []int {
	leaves := []int{1, 1}
	for len(leaves) < n {
		k := random.IntN(len(leaves))
		if deep && random.IntN(4) > 0 {
			k = len(leaves) - 1
		}
		if leaves[k] < 15 {
			leaves[k]++
			leaves = append(leaves, leaves[k])
		}
	}
	random.Shuffle(n, func(a, b int) { leaves[a], leaves[b] = leaves[b], leaves[a] })
	return leaves
}

// randomStream writes blocks of all kinds, and in them what compressors make
// and do not make.
func randomStream(random *rand.Rand) (stream, content []byte) {
	d := newDeflater()
	for blocks := 1 + random.IntN(4); blocks > 0; blocks-- {
		last := blocks == 1
		var l, c codeTable
		switch random.IntN(4) {
		case 0:
			d.stored(randomBytes(random, random.IntN(3000)), last)
			continue
		case 1:
			l, c = fixedTables()
			d.put(bit(last)|1<<1, 3)
		default:
			literals, distances := randomCode(random, 286, random.IntN(2) == 0), randomCode(random, 30, random.IntN(2) == 0)
			l, c = d.head(literals, distances, random.IntN(2) == 0, last)
		}
		size := random.IntN(1 << random.IntN(12))
		copies := random.IntN(3)
		for range size {
			switch {
			case len(d.content) == 0 || random.IntN(3) >= copies:
				d.literal(l, byte(random.IntN(256)))
			case random.IntN(8) == 0:
				d.match(l, c, 258, 1+random.IntN(min(len(d.content), 32<<10)))
			default:
				d.match(l, c, 3+random.IntN(min(256, 1<<random.IntN(9))), 1+random.IntN(min(len(d.content), 1<<random.IntN(16))))
			}
		}
		d.symbol(l, 256)
	}
	return d.close(), d.content
}

func randomBytes(random *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for k := range b {
		b[k] = byte(random.Uint32())
	}
	return b
}

// likeText makes bytes that compress: few letters, and repetitions from near
// and far.
func likeText(random *rand.Rand, n int) []byte {
	var b bytes.Buffer
	for b.Len() < n {
		switch {
		case b.Len() > 0 && random.IntN(3) == 0:
			from := b.Len() - 1 - random.IntN(min(b.Len(), 1<<random.IntN(17)))
			b.Write(slices.Clone(b.Bytes()[from:min(b.Len(), from+1+random.IntN(1<<random.IntN(10)))]))
		default:
			b.WriteByte("aaaaeeeetttnnnssoiird hlcum\npfgyb,.vkj"[random.IntN(38)])
		}
	}
	return b.Bytes()[:n]
}
