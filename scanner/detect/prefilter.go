package detect

import (
	"encoding/binary"
	"math/bits"
)

// The prefilter finds, in one pass over the bytes and for all rules together,
// the places where a literal stands that some rule's matches must contain.
//
// Each four bytes, letters folded, are hashed and looked up in a Bloom filter, eight
// places at a time where the processor has AVX2 (grams_amd64.s), else five for one load of text. A group sets two bits of one word (a blocked filter: Putze,
// Sanders and Singler 2007), so that a place costs one load of 64 KB, and one of a table of masks. Of
// each literal its rarest group of four is entered; a literal of
// three bytes is entered with every fourth byte. A hit is looked up in two more tables, by its four bytes and by the first
// three of them, and the literals that stand there are compared byte by byte.

const (
	gramLen     = 4
	filterLog   = 14 // words: 64 KB, in the second-level cache, mostly in the first
	filterWords = 1 << filterLog
	bitLog      = 5
	maskLog     = 2 * bitLog
	tableLog    = 14
	shortLog    = 9                  // of the table of literals of three bytes
	foldMask    = 0x2020202020202020 // sets the case bit; other bytes may collide, the comparison sorts them out
	minText     = 3                  // bytes of the shortest literal
)

// prefilter holds what was packed (prefilterpack.go), for the built-in rules ahead of any start.
type prefilter struct {
	filter   *[filterWords]uint32
	masks    *[1 << maskLog]uint32    // two bits each
	starts   *[1<<tableLog + 1]uint32 // starts[h] to starts[h+1]: the literals whose gram hashes to h
	shorts   *[1<<shortLog + 1]uint32 // the same for those of three bytes, which come behind all others
	literals []record                 // and one more
	users    users                    // of all literals, in their order
	texts    string                   // of all literals
	traits   string                   // by rule, a byte each
	longest  int                      // bytes of the longest literal that has to be seen whole
	spanning bool                     // some literals reach over a line's end
	fast     bool                     // gramsAVX2 can be used
}

// user is a rule that waits for a literal.
type user struct {
	rule          int32
	keyword       bool  // a keyword of the rule: switches it on for the whole content
	broken        bool  // a line break can stand before the literal
	before, after int32 // bytes, or shape.Unbounded
}

// candidate is a literal found in the content.
type candidate struct {
	literal int32
	pos     int
}

// usersOf returns the rules that wait for a literal.
func (pf *prefilter) usersOf(literal int32) users {
	return pf.users[userSize*pf.literals[literal].users : userSize*pf.literals[literal+1].users]
}

// count returns how many literals there are.
func (pf *prefilter) count() int32 { return int32(len(pf.literals) - 1) }

// size returns how long a literal is, in bytes.
func (pf *prefilter) size(literal int32) int { return pf.literals[literal].size() }

// text returns a literal, in lower case if it is folded.
func (pf *prefilter) text(literal int32) string { return pf.textOf(&pf.literals[literal]) }

func (pf *prefilter) textOf(r *record) string { return pf.texts[r.text : int(r.text)+r.size()] }

// gramHash spreads grams over the filter, tableHash over the table (Knuth's multiplicative hashing).
type gramHash uint32

func hash(gram uint32) gramHash    { return gramHash(gram) * 0x9E3779B1 }
func (h gramHash) word() uint32    { return uint32(h) >> (32 - filterLog) }
func (h gramHash) mask() uint32    { return uint32(h) >> (32 - filterLog - maskLog) & (1<<maskLog - 1) }
func shortHash(gram uint32) uint32 { return gram << 8 * 0x9E3779B1 >> (32 - shortLog) } // of its first three bytes
func tableHash(gram uint32) uint64 { return uint64(gram) * 0x9E3779B97F4A7C15 >> (64 - tableLog) }

// scan appends a candidate for every literal in text[from:end], in order of the grams'
// places, and perhaps some that reach further.
func (pf *prefilter) scan(text []byte, from, end int, to []candidate) []candidate {
	n := len(text)
	filter, masks := pf.filter, pf.masks
	i := from
	if pf.fast {
		i, to = pf.scanFast(text, from, end, to)
	}
	for ; i < end && i+8 <= n; i += 5 {
		f := binary.LittleEndian.Uint64(text[i:]) | foldMask
		h0, h1, h2, h3, h4 := hash(uint32(f)), hash(uint32(f>>8)), hash(uint32(f>>16)), hash(uint32(f>>24)), hash(uint32(f>>32))
		m0, m1, m2, m3, m4 := masks[h0.mask()], masks[h1.mask()], masks[h2.mask()], masks[h3.mask()], masks[h4.mask()]
		m0 &^= filter[h0.word()]
		m1 &^= filter[h1.word()]
		m2 &^= filter[h2.word()]
		m3 &^= filter[h3.word()]
		m4 &^= filter[h4.word()]
		if m0 != 0 && m1 != 0 && m2 != 0 && m3 != 0 && m4 != 0 {
			continue
		}
		for k, m := range [5]uint32{m0, m1, m2, m3, m4} {
			if m == 0 {
				to = pf.confirm(text, i+k, to)
			}
		}
	}
	// The last grams, the bytes after the text's end being blanks.
	for ; i < end && i+minText <= n; i++ {
		to = pf.confirm(text, i, to)
	}
	return to
}

// scanFast is scan by gramsAVX2 as far as whole groups go. It returns how far that was.
func (pf *prefilter) scanFast(text []byte, from, end int, to []candidate) (int, []candidate) {
	const width = 8
	var hits [512]byte // a bit for each place
	for {
		// 16 bytes are read for each 8 places.
		groups := min((min(end, len(text)-width)-from)/width, len(hits))
		if groups <= 0 {
			return from, to
		}
		gramsAVX2(pf.filter, &text[from], groups, &hits[0])
		whole := groups &^ (width - 1)
		for g := 0; g < whole; g += width {
			for word := binary.LittleEndian.Uint64(hits[g:]); word != 0; word &= word - 1 {
				to = pf.confirm(text, from+g*width+bits.TrailingZeros64(word), to)
			}
		}
		for g := whole; g < groups; g++ {
			for word := uint(hits[g]); word != 0; word &= word - 1 {
				to = pf.confirm(text, from+g*width+bits.TrailingZeros(word), to)
			}
		}
		from += groups * width
	}
}

// confirm compares every literal that may stand at this place.
func (pf *prefilter) confirm(text []byte, at int, to []candidate) []candidate {
	var word uint64
	if at+8 <= len(text) {
		word = binary.LittleEndian.Uint64(text[at:]) | foldMask
	} else {
		for i, c := range text[at:] {
			word |= uint64(c) << (8 * i)
		}
		word |= foldMask
	}
	h := tableHash(uint32(word))
	for id, end := pf.starts[h], pf.starts[h+1]; id < end; id++ {
		to = pf.compare(text, at, word, id, to)
	}
	h3 := shortHash(uint32(word))
	for id, end := pf.shorts[h3], pf.shorts[h3+1]; id < end; id++ {
		to = pf.compare(text, at, word, id, to)
	}
	return to
}

// compare appends a literal if it stands around a place of its gram; word is what stands there, folded.
func (pf *prefilter) compare(text []byte, at int, word uint64, id uint32, to []candidate) []candidate {
	r := &pf.literals[id]
	if !r.begins(word) || !pf.stands(r, text, at-int(r.offset)) {
		return to
	}
	return append(to, candidate{int32(id), at - int(r.offset)})
}

// stands tells whether a literal stands at a place.
func (pf *prefilter) stands(r *record, text []byte, start int) bool {
	if start < 0 || start+r.size() > len(text) {
		return false
	}
	text = text[start : start+r.size()]
	if r.fold() {
		return equalFold(text, pf.textOf(r))
	}
	return string(text) == pf.textOf(r)
}

// equalFold compares text with a literal of the same length in lower case.
func equalFold(text []byte, literal string) bool {
	for i, c := range text {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != literal[i] {
			return false
		}
	}
	return true
}
