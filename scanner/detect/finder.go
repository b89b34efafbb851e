package detect

import (
	"encoding/binary"

	"github.com/keysieve/keysieve/scanner/decode"
)

// A Finder tells which of many texts stand in a content that arrives in pieces, as they are: whether a secret stood in an
// earlier version of a file that holds more of them than are kept. It goes through the content once, however many there are: texts are
// told apart by how they end, since tokens begin alike (as Karp and Rabin 1987 tell them apart by a hash).
type Finder struct {
	texts   []string
	byEnd   map[uint64][]int32 // texts, by their last bytes
	filter  [1 << 12]uint64    // of hashes of those
	found   []bool
	longest int
	head    []byte // until the encoding is known
	opened  bool
	conv    *decode.Converter // from UTF-16 or UTF-32; nil for UTF-8
	size    int64             // of converted text
	buf     []byte
}

const (
	// endLong is how many bytes at the end of a text tell it apart, and endShort those of one that is shorter; shorter ones still are not looked for.
	endLong, endShort = 8, 4
	// mostAlike is how many texts that end alike are looked for.
	mostAlike = 64
)

// NewFinder makes a Finder for texts.
func NewFinder(texts []string) *Finder {
	f := &Finder{texts: texts, byEnd: make(map[uint64][]int32, len(texts)), found: make([]bool, len(texts))}
	for i, text := range texts {
		key, ok := endOf([]byte(text))
		if !ok || len(f.byEnd[key]) == mostAlike {
			continue
		}
		f.byEnd[key] = append(f.byEnd[key], int32(i)) //nolint:gosec // a content has fewer
		h := endHash(key)
		f.filter[h>>6] |= 1 << (h & 63)
		f.longest = max(f.longest, len(text))
	}
	return f
}

// endOf returns what tells a text apart.
func endOf(text []byte) (key uint64, ok bool) {
	switch n := len(text); {
	case n >= endLong:
		return binary.LittleEndian.Uint64(text[n-endLong:]), true
	case n >= endShort:
		return shortKey(text), true
	}
	return 0, false
}

// shortKey is the key of a text by its last endShort bytes; no eight bytes of text have it.
func shortKey(text []byte) uint64 {
	return uint64(binary.LittleEndian.Uint32(text[len(text)-endShort:])) << 32
}

func endHash(key uint64) uint64 { return key * 0x9e3779b97f4a7c15 >> 46 }

// Write takes the content's next bytes.
func (f *Finder) Write(piece []byte) {
	if !f.opened {
		if f.head = append(f.head, piece...); len(f.head) < headSize {
			return
		}
		piece = f.open()
	}
	f.take(piece)
}

// open settles the encoding, and returns what has arrived behind its mark.
func (f *Finder) open() []byte {
	f.opened = true
	enc, mark := decode.Sniff(f.head)
	if enc == decode.UTF8 {
		return f.head
	}
	f.conv = decode.NewConverter(enc)
	return f.head[mark:]
}

func (f *Finder) take(piece []byte) {
	from := len(f.buf)
	if f.conv == nil {
		f.buf = append(f.buf, piece...)
	} else {
		f.buf = f.conv.Append(f.buf, piece)
		f.size += int64(len(f.buf) - from)
		f.conv.Forget(f.size)
	}
	f.search(from)
}

// search looks for texts that end behind from.
func (f *Finder) search(from int) {
	for end := max(from, endShort-1) + 1; end <= len(f.buf); end++ {
		if end >= endLong {
			f.look(end, binary.LittleEndian.Uint64(f.buf[end-endLong:]))
		}
		f.look(end, shortKey(f.buf[:end]))
	}
	if drop := len(f.buf) - f.longest; drop > 0 {
		f.buf = append(f.buf[:0], f.buf[drop:]...)
	}
}

// look compares what ends there with the texts that may.
func (f *Finder) look(end int, key uint64) {
	if h := endHash(key); f.filter[h>>6]&(1<<(h&63)) == 0 {
		return
	}
	texts := f.byEnd[key]
	for i := 0; i < len(texts); i++ {
		text := f.texts[texts[i]]
		if len(text) <= end && string(f.buf[end-len(text):end]) == text {
			f.found[texts[i]] = true
			texts[i] = texts[len(texts)-1]
			texts = texts[:len(texts)-1]
			i--
		}
	}
	f.byEnd[key] = texts
}

// Close ends the content and tells of each text whether it was found.
func (f *Finder) Close() []bool {
	if !f.opened {
		f.take(f.open())
	}
	if f.conv != nil {
		from := len(f.buf)
		f.buf = f.conv.Flush(f.buf)
		f.search(from)
	}
	return f.found
}
