package detect

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/keysieve/keysieve/rules/shape"
)

// The prefilter finds, in one pass over the bytes and for all rules together,
// the places where a literal stands that some rule's matches must contain.
//
// Each four bytes, letters folded, are hashed and looked up in a bitmap, five
// places for one load. Of each literal its rarest group of four is entered; a literal of
// three bytes is entered with every fourth byte. A hit is looked up in a second
// table by its four bytes, and the literal compared byte by byte.

const (
	gramLen   = 4
	bitmapLog = 19 // 64 KB of bits: in the second-level cache, mostly in the first
	tableLog  = 14
	foldMask  = 0x20202020 // sets the case bit; other bytes may collide, the comparison sorts them out
	minText   = 3          // bytes of the shortest literal
)

type prefilter struct {
	bitmap   *[1 << bitmapLog / 64]uint64
	starts   []uint32 // starts[h] to starts[h+1]: the entries whose gram hashes to h
	entries  []entry
	literals []literal
}

// entry is a gram, folded, and the literal that holds it.
type entry struct {
	gram    uint32
	literal int32
	offset  int32 // of the gram in the literal
}

type literal struct {
	text  string // lower case if fold
	fold  bool
	rare  int32 // offset of the group of four that is entered
	users []user
}

// user is a rule that waits for a literal.
type user struct {
	rule          int32
	keyword       bool // a keyword of the rule: switches it on for the whole content
	before, after int  // bytes, or shape.Unbounded
}

// candidate is a literal found in the content.
type candidate struct {
	literal int32
	pos     int
}

// prefilterBuilder collects literals with their users. Building is part of every
// start of the program, so it allocates a few large slices instead of a map and a slice for each literal.
type prefilterBuilder struct {
	pf    prefilter
	index []int32 // open addressing by text: 1 plus the literal's number
	users []literalUser
}

// literalUser is a user on its way to its literal.
type literalUser struct {
	literal int32
	user
}

// newPrefilterBuilder takes how many times add will be called at most.
func newPrefilterBuilder(most int) *prefilterBuilder {
	b := &prefilterBuilder{index: make([]int32, 1<<bits.Len(uint(2*most+1)))}
	b.pf.literals = make([]literal, 0, most)
	b.users = make([]literalUser, 0, most)
	return b
}

// add registers a literal of at least minText bytes.
func (b *prefilterBuilder) add(l shape.Literal, u user) {
	h := uint32(2166136261) // FNV-1a
	for i := range len(l.Text) {
		h = (h ^ uint32(l.Text[i])) * 16777619
	}
	mask := uint32(len(b.index) - 1)
	i := (h ^ h>>15) & mask
	for ; b.index[i] != 0; i = (i + 1) & mask {
		if known := &b.pf.literals[b.index[i]-1]; known.text == l.Text && known.fold == l.Fold {
			break
		}
	}
	if b.index[i] == 0 {
		b.pf.literals = append(b.pf.literals, literal{text: l.Text, fold: l.Fold, rare: int32(l.Rare)})
		b.index[i] = int32(len(b.pf.literals))
	}
	b.users = append(b.users, literalUser{b.index[i] - 1, u})
}

// shareUsers gives each literal its users: a counting sort.
func (b *prefilterBuilder) shareUsers() {
	ends := make([]int, len(b.pf.literals)+1)
	for _, u := range b.users {
		ends[u.literal+1]++
	}
	for i := range b.pf.literals {
		ends[i+1] += ends[i]
	}
	sorted := make([]user, len(b.users))
	at := slices.Clone(ends)
	for _, u := range b.users {
		sorted[at[u.literal]] = u.user
		at[u.literal]++
	}
	for i := range b.pf.literals {
		b.pf.literals[i].users = sorted[ends[i]:ends[i+1]:ends[i+1]]
	}
}

func (b *prefilterBuilder) build() *prefilter {
	b.shareUsers()
	pf := &b.pf
	pf.bitmap = new([1 << bitmapLog / 64]uint64)
	pending := make([]entry, 0, 2*len(pf.literals))
	for id := range pf.literals {
		pending = pf.register(pending, int32(id))
	}
	// Entries are laid out by hash: a counting sort.
	pf.starts = make([]uint32, 1<<tableLog+1)
	for _, e := range pending {
		pf.starts[tableHash(e.gram)+1]++
	}
	for h := range 1 << tableLog {
		pf.starts[h+1] += pf.starts[h]
	}
	pf.entries = make([]entry, len(pending))
	next := slices.Clone(pf.starts)
	for _, e := range pending {
		h := tableHash(e.gram)
		pf.entries[next[h]] = e
		next[h]++
	}
	return pf
}

// register makes a literal's entry, or its entries if it is shorter than a gram.
func (pf *prefilter) register(to []entry, id int32) []entry {
	text := pf.literals[id].text
	if len(text) < gramLen {
		head := uint32(text[0]) | uint32(text[1])<<8 | uint32(text[2])<<16 | foldMask
		for c := range uint32(256) {
			if c&0x20 != 0 {
				to = pf.enter(to, entry{head | c<<24, id, 0})
			}
		}
		return to
	}
	rare := min(pf.literals[id].rare, int32(len(text)-gramLen))
	return pf.enter(to, entry{foldedGram(text[rare:]), id, rare})
}

func (pf *prefilter) enter(to []entry, e entry) []entry {
	h := hash(e.gram)
	pf.bitmap[h>>6] |= 1 << (h & 63)
	return append(to, e)
}

func foldedGram(s string) uint32 {
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24 | foldMask
}

// hash spreads grams over the bitmap (Knuth's multiplicative hashing), tableHash
// over the table.
func hash(gram uint32) uint32      { return gram * 0x9E3779B1 >> (32 - bitmapLog) }
func tableHash(gram uint32) uint32 { return gram * 0x9E3779B1 >> (32 - tableLog) }

// scan appends a candidate for every literal in text, in order of the grams'
// places. Literals that overlap the text's end are not seen.
func (pf *prefilter) scan(text []byte, to []candidate) []candidate {
	n := len(text)
	bitmap := pf.bitmap
	i := 0
	for ; i+8 <= n; i += 5 {
		f := binary.LittleEndian.Uint64(text[i:]) | 0x2020202020202020
		h0, h1, h2, h3, h4 := hash(uint32(f)), hash(uint32(f>>8)), hash(uint32(f>>16)), hash(uint32(f>>24)), hash(uint32(f>>32))
		b0, b1, b2 := bitmap[h0>>6]>>(h0&63), bitmap[h1>>6]>>(h1&63), bitmap[h2>>6]>>(h2&63)
		b3, b4 := bitmap[h3>>6]>>(h3&63), bitmap[h4>>6]>>(h4&63)
		if (b0|b1|b2|b3|b4)&1 == 0 {
			continue
		}
		hits := b0&1 | b1&1<<1 | b2&1<<2 | b3&1<<3 | b4&1<<4
		for ; hits != 0; hits &= hits - 1 {
			k := bits.TrailingZeros64(hits)
			to = pf.confirm(text, i+k, uint32(f>>(8*k)), to)
		}
	}
	// The last grams, the byte after the end being a blank.
	for ; i+minText <= n; i++ {
		gram := uint32(text[i]) | uint32(text[i+1])<<8 | uint32(text[i+2])<<16
		if i+minText < n {
			gram |= uint32(text[i+minText]) << 24
		}
		to = pf.confirm(text, i, gram|foldMask, to)
	}
	return to
}

// confirm compares every literal that has this gram at this place.
func (pf *prefilter) confirm(text []byte, at int, gram uint32, to []candidate) []candidate {
	h := tableHash(gram)
	for i, end := pf.starts[h], pf.starts[h+1]; i < end; i++ {
		e := &pf.entries[i]
		if e.gram != gram {
			continue
		}
		start := at - int(e.offset)
		lit := &pf.literals[e.literal]
		if start >= 0 && start+len(lit.text) <= len(text) && lit.equal(text[start:start+len(lit.text)]) {
			to = append(to, candidate{e.literal, start})
		}
	}
	return to
}

// equal compares text, as long as the literal, with the literal.
func (l *literal) equal(text []byte) bool {
	if !l.fold {
		return string(text) == l.text
	}
	for i, c := range text {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != l.text[i] {
			return false
		}
	}
	return true
}
