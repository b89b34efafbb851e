package packfile

import "math/bits"

// buffers keeps memory of contents for further contents.
type buffers struct {
	classes [64][][]byte // by the binary digits of the capacity
	kept    int          // bytes in them
	spare   spare        // a large one
}

const (
	maxKept   = 24 << 20 // bytes
	minBuffer = 4 << 10
	roundedUp = 1 << 20 // up to this size, capacities are powers of two
)

// get gives a buffer of size bytes with any content.
func (b *buffers) get(size int) []byte {
	if size >= leastGated {
		return b.spare.take(size)
	}
	capacity := max(size, minBuffer)
	if capacity <= roundedUp {
		capacity = 1 << bits.Len(uint(capacity-1))
	}
	class := bits.Len(uint(capacity)) //nolint:gosec // not negative
	for k := class; k <= class+1 && k < len(b.classes); k++ {
		list := b.classes[k]
		if last := len(list) - 1; last >= 0 && cap(list[last]) >= size {
			buf := list[last][:size]
			list[last] = nil
			b.classes[k] = list[:last]
			b.kept -= cap(buf)
			return buf
		}
	}
	return make([]byte, size, capacity)
}

// put takes a buffer back; too many are left to the garbage collector.
func (b *buffers) put(buf []byte) {
	if cap(buf) >= leastGated {
		if cap(buf) > cap(b.spare) {
			b.spare = buf
		}
		return
	}
	if size := cap(buf); size >= minBuffer && b.kept+size <= maxKept {
		class := bits.Len(uint(size))
		b.classes[class] = append(b.classes[class], buf[:0])
		b.kept += size
	}
}
