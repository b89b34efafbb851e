package detect

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"math/bits"
)

// What a content copies from an earlier version of a file, for contents that were not stored as such. It is found as a
// delta is (Tichy, The String-to-String Correction Problem with Block Moves, 1984), by lines: what the two begin and end with, and of the
// rest the longest piece from each line on that the other one has, too.

// leastPiece is the shortest piece, in bytes, that counts as copied between two that are not.
const leastPiece = 64

// diff appends to copies what content has of old, in order of Target.
func diff(copies []Copy, old, content []byte) []Copy {
	head := commonPrefix(old, content)
	tail := commonSuffix(old[head:], content[head:])
	if head > 0 {
		copies = append(copies, Copy{Size: head})
	}
	copies = diffLines(copies, old, content, window{lo: head, hi: len(old) - tail}, window{lo: head, hi: len(content) - tail})
	if tail > 0 {
		copies = append(copies, Copy{Target: len(content) - tail, Source: len(old) - tail, Size: tail})
	}
	return copies
}

// diffLines appends what content[to.lo:to.hi) has of old[from.lo:from.hi).
func diffLines(copies []Copy, old, content []byte, from, to window) []Copy {
	if min(from.hi-from.lo, to.hi-to.lo) < leastPiece {
		return copies
	}
	lines := newLineIndex(old, from)
	for at := to.lo; at < to.hi; {
		end := lineBreak(content, at, to.hi)
		source, ok := lines.find(content[at:end])
		if !ok {
			at = end
			continue
		}
		size := commonPrefix(old[source:from.hi], content[at:to.hi])
		if size = bytes.LastIndexByte(content[at:at+size], '\n') + 1; size < leastPiece {
			at = end
			continue
		}
		copies = append(copies, Copy{Target: at, Source: source, Size: size})
		at += size
	}
	return copies
}

// lineIndex knows where the lines of a text begin, by what they say. Of equal lines it knows the first.
type lineIndex struct {
	text  []byte
	seed  maphash.Seed
	table []int32 // open addressing: 1 plus where a line begins
}

// newLineIndex makes the index of text[of.lo:of.hi).
func newLineIndex(text []byte, of window) *lineIndex {
	lines := bytes.Count(text[of.lo:of.hi], []byte("\n")) + 1
	x := &lineIndex{text: text[:of.hi], seed: maphash.MakeSeed(), table: make([]int32, 1<<bits.Len(uint(2*lines)))}
	for at := of.lo; at < of.hi; {
		end := lineBreak(text, at, of.hi)
		if place, known := x.place(text[at:end]); !known {
			x.table[place] = int32(at) + 1 //nolint:gosec // a block
		}
		at = end
	}
	return x
}

// find returns where a line, with its break, begins first.
func (x *lineIndex) find(line []byte) (at int, ok bool) {
	place, ok := x.place(line)
	return int(x.table[place]) - 1, ok
}

// place returns where a line is entered in the table, or would be.
func (x *lineIndex) place(line []byte) (at int, known bool) {
	mask := len(x.table) - 1
	for i := int(maphash.Bytes(x.seed, line)) & mask; ; i = (i + 1) & mask {
		at := int(x.table[i]) - 1
		if at < 0 {
			return i, false
		}
		if bytes.HasPrefix(x.text[at:], line) {
			return i, true
		}
	}
}

// lineBreak returns where the line that at stands in ends, behind its break, at limit at the latest.
func lineBreak(text []byte, at, limit int) int {
	if n := bytes.IndexByte(text[at:limit], '\n'); n >= 0 {
		return at + n + 1
	}
	return limit
}

const (
	wordSize  = 8   // bytes that are compared at once
	chunkSize = 512 // bytes that are compared by the runtime's vector instructions, before it is known where they differ
)

// commonPrefix returns how many bytes two texts begin with alike.
func commonPrefix(a, b []byte) int {
	n := min(len(a), len(b))
	i := 0
	for i+chunkSize <= n && bytes.Equal(a[i:i+chunkSize], b[i:i+chunkSize]) {
		i += chunkSize
	}
	for ; i+wordSize <= n; i += wordSize {
		if d := binary.LittleEndian.Uint64(a[i:]) ^ binary.LittleEndian.Uint64(b[i:]); d != 0 {
			return i + bits.TrailingZeros64(d)/8
		}
	}
	for i < n && a[i] == b[i] {
		i++
	}
	return i
}

// commonSuffix returns how many bytes two texts end with alike.
func commonSuffix(a, b []byte) int {
	n := min(len(a), len(b))
	a, b = a[len(a)-n:], b[len(b)-n:]
	i := n
	for i >= chunkSize && bytes.Equal(a[i-chunkSize:i], b[i-chunkSize:i]) {
		i -= chunkSize
	}
	for ; i >= wordSize; i -= wordSize {
		if d := binary.LittleEndian.Uint64(a[i-wordSize:]) ^ binary.LittleEndian.Uint64(b[i-wordSize:]); d != 0 {
			return n - i + bits.LeadingZeros64(d)/8
		}
	}
	for i > 0 && a[i-1] == b[i-1] {
		i--
	}
	return n - i
}
