package packfile

import "math/bits"

// buffers keeps memory of contents for further contents.
type buffers struct {
	classes [64][][]byte // by the binary digits of the capacity
	kept    int          // bytes in them
	large   []byte       // one that is too large for them, for the next that is: see put
}

const (
	maxKept   = 24 << 20 // bytes
	minBuffer = 4 << 10
	roundedUp = 1 << 20 // up to this size, capacities are powers of two
)

// get gives a buffer of size bytes with any content.
func (b *buffers) get(size int) []byte {
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
	if size > maxKept {
		if large := b.large; cap(large) >= size {
			b.large = nil
			return large[:size]
		}
		b.large = nil // before another is made
		capacity += capacity / 64
	}
	return make([]byte, size, capacity)
}

// put takes a buffer back; too many are left to the garbage collector. Of those that are as large as
// all that is kept, one is kept beside: the versions of such a file are made one after the other, and need two of
// them, but garbage of that size is collected when there are two or three more.
func (b *buffers) put(buf []byte) {
	if cap(buf) > maxKept {
		b.large = buf[:0]
		return
	}
	if size := cap(buf); size >= minBuffer && b.kept+size <= maxKept {
		class := bits.Len(uint(size))
		b.classes[class] = append(b.classes[class], buf[:0])
		b.kept += size
	}
}
