package detect

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"

	"github.com/keysieve/keysieve/rules/shape"
)

// The prefilter finds, in one pass over the bytes and for all rules together,
// the places where a literal stands that some rule's matches must contain.
//
// Each four bytes, letters folded, are hashed and looked up in a Bloom filter, eight
// places at a time where the processor has AVX2 (grams_amd64.s), else five for one load of text. A group sets two bits of one word (a blocked filter: Putze,
// Sanders and Singler 2007), so that a place costs one load of 64 KB, and one of a table of masks. Of
// each literal its rarest group of four is entered; a literal of
// three bytes is entered with every fourth byte. A hit is looked up in a second
// table by its four bytes, and the literal compared byte by byte.

const (
	gramLen     = 4
	filterLog   = 14 // words: 64 KB, in the second-level cache, mostly in the first
	filterWords = 1 << filterLog
	bitLog      = 5
	maskLog     = 2 * bitLog
	tableLog    = 14
	foldMask    = 0x2020202020202020 // sets the case bit; other bytes may collide, the comparison sorts them out
	minText     = 3                  // bytes of the shortest literal
)

type prefilter struct {
	filter   *[filterWords]uint32
	masks    *[1 << maskLog]uint32 // two bits each
	starts   []uint32              // starts[h] to starts[h+1]: the entries whose gram hashes to h
	entries  []entry
	literals []literal
	users    []user // of all literals
	spanning bool   // some literals reach over a line's end
	fast     bool   // gramsAVX2 can be used
}

// usersOf returns the rules that wait for a literal.
func (pf *prefilter) usersOf(literal int32) []user {
	l := &pf.literals[literal]
	return pf.users[l.first:l.end]
}

// entry is a gram and the literal that holds it.
type entry struct {
	text    uint64 // up to eight bytes of the literal from the gram on, folded
	literal int32
	offset  int16 // of the gram in the literal
	spare   uint8 // how many bits of text are beyond the literal
}

func (e *entry) gram() uint32 { return uint32(e.text) }

// is tells whether eight folded bytes of a content begin with those of the entry.
func (e *entry) is(word uint64) bool { return (e.text^word)<<(e.spare&63) == 0 }

type literal struct {
	text       string // lower case if fold
	fold       bool
	rare       int16 // offset of the group of four that is entered
	first, end int32 // its users in prefilter.users
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

// prefilterBuilder collects literals with their users. Building is part of every
// start of the program, so it allocates a few large slices instead of a map and a slice for each literal.
type prefilterBuilder struct {
	pf    prefilter
	index []int32       // open addressing by text: 1 plus the literal's number
	more  []literalUser // of literals that have one already, which nine of ten never get
}

// literalUser is a further user on its way to its literal.
type literalUser struct {
	literal int32
	user
}

// newPrefilterBuilder takes how many times add will be called at most.
func newPrefilterBuilder(most int) *prefilterBuilder {
	b := &prefilterBuilder{index: written[int32](1 << bits.Len(uint(2*most+1)))}
	b.pf.literals = make([]literal, 0, most)
	b.pf.users = make([]user, 0, most+most/8) // with those that shareUsers leaves behind
	return b
}

// maxText is the longest text that is looked for. Around the seams of contents that are made from
// others as much is looked at again.
const maxText = 16

// add registers a literal of at least minText bytes; of a longer one than maxText a part.
func (b *prefilterBuilder) add(l shape.Literal, u user) {
	// Lines are looked at one by one (lines.go): no text should begin in the line before.
	if strings.IndexByte(l.Text[:len(l.Text)-1], '\n') >= 0 {
		i := strings.LastIndexByte(l.Text[:len(l.Text)-1], '\n')
		if u.keyword || len(l.Text)-i-1 < minText {
			b.pf.spanning = true
		} else {
			l.Text = l.Text[i+1:]
			if l.Rare -= i + 1; l.Rare < 0 { // else it is the rarest of this part, too
				l.Rare = shape.RarestGram(l.Text)
			}
			if u.before != shape.Unbounded {
				u.before += int32(i + 1)
			}
			u.broken = true
		}
	}
	if n := len(l.Text); n > maxText && !u.keyword && u.rule != directiveUser {
		from := min(max(l.Rare-(maxText-gramLen)/2, 0), n-maxText)
		if u.before != shape.Unbounded {
			u.before += int32(from)
		}
		if u.after != shape.Unbounded {
			u.after += int32(n - maxText - from)
		}
		u.broken = u.broken || strings.Contains(l.Text[:from], "\n")
		l.Text, l.Rare = l.Text[from:from+maxText], l.Rare-from
	}
	mask := uint32(len(b.index) - 1)
	i := textHash(l.Text) & mask
	for ; b.index[i] != 0; i = (i + 1) & mask {
		if known := &b.pf.literals[b.index[i]-1]; known.text == l.Text && known.fold == l.Fold {
			break
		}
	}
	if b.index[i] != 0 {
		b.more = append(b.more, literalUser{b.index[i] - 1, u})
		return
	}
	first := int32(len(b.pf.users))
	b.pf.users = append(b.pf.users, u)
	b.pf.literals = append(b.pf.literals, literal{text: l.Text, fold: l.Fold, rare: int16(l.Rare), first: first, end: first + 1})
	b.index[i] = int32(len(b.pf.literals))
}

// shareUsers moves the users of literals that have several behind all others, each literal's together and in their order.
func (b *prefilterBuilder) shareUsers() {
	for _, u := range b.more {
		b.pf.literals[u.literal].end++ // as many as there will be
	}
	alone := int32(len(b.pf.users))
	for _, u := range b.more {
		l := &b.pf.literals[u.literal]
		if l.first < alone {
			first, n := len(b.pf.users), int(l.end-l.first)
			b.pf.users = slices.Grow(b.pf.users, n)[:first+n]
			b.pf.users[first] = b.pf.users[l.first]
			l.first, l.end = int32(first), int32(first+1)
		}
		b.pf.users[l.end] = u.user
		l.end++
	}
}

func (b *prefilterBuilder) build() *prefilter {
	b.shareUsers()
	pf := &b.pf
	pf.fast = fastGrams
	pf.filter = (*[filterWords]uint32)(written[uint32](filterWords))
	pf.masks = new([1 << maskLog]uint32)
	for i := range pf.masks {
		pf.masks[i] = 1<<(i>>bitLog) | 1<<(i&(1<<bitLog-1))
	}
	// Entries are laid out by hash: a counting sort, which makes them twice.
	pf.starts = written[uint32](1<<tableLog + 1)
	for id := range pf.literals {
		pf.register(int32(id), func(e entry) {
			h := hash(e.gram())
			pf.filter[h.word()] |= pf.masks[h.mask()]
			pf.starts[tableHash(e.gram())+1]++
		})
	}
	for h := range 1 << tableLog {
		pf.starts[h+1] += pf.starts[h]
	}
	pf.entries = make([]entry, pf.starts[1<<tableLog])
	for id := range pf.literals {
		pf.register(int32(id), func(e entry) {
			h := tableHash(e.gram())
			pf.entries[pf.starts[h]] = e
			pf.starts[h]++
		})
	}
	copy(pf.starts[1:], pf.starts) // each has become the next one's
	pf.starts[0] = 0
	return pf
}

// register gives a literal's entry, or its entries if it is shorter than a gram.
func (pf *prefilter) register(id int32, enter func(entry)) {
	text := pf.literals[id].text
	if len(text) < gramLen {
		e := entry{text: folded(text), spare: 8 * (8 - gramLen), literal: id}
		for c := range uint64(256) {
			if c&0x20 != 0 {
				one := e
				one.text |= c << (8 * len(text))
				enter(one)
			}
		}
		return
	}
	rare := min(int32(pf.literals[id].rare), int32(len(text)-gramLen))
	e := entry{text: folded(text[rare:]), literal: id, offset: int16(rare)}
	if n := len(text) - int(rare); n < 8 {
		e.spare = uint8(8 * (8 - n))
	}
	enter(e)
}

// folded returns up to eight bytes of a text of minText or more, the first one lowest.
func folded(s string) uint64 {
	if len(s) >= 8 {
		return word64(s) | foldMask
	}
	return head(s) | foldMask>>(8*(8-len(s)))
}

// head returns the bytes of a text of minText to seven, the first one lowest.
func head(s string) uint64 {
	n := len(s)
	if n >= 4 {
		return uint64(word32(s)) | uint64(word32(s[n-4:]))<<(8*(n-4))
	}
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16
}

// word32 and word64 load bytes, the first one lowest.
func word32(s string) uint32 {
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

func word64(s string) uint64 { return uint64(word32(s)) | uint64(word32(s[4:]))<<32 }

// textHash spreads texts by their first and last eight bytes.
func textHash(s string) uint32 {
	var h uint64
	if n := len(s); n >= 8 {
		h = word64(s)*0x9E3779B97F4A7C15 ^ word64(s[n-8:])
	} else {
		h = head(s)
	}
	return uint32(h * 0xC2B2AE3D27D4EB4F >> 32)
}

// gramHash spreads grams over the filter, tableHash over the table (Knuth's multiplicative hashing).
type gramHash uint32

func hash(gram uint32) gramHash    { return gramHash(gram) * 0x9E3779B1 }
func (h gramHash) word() uint32    { return uint32(h) >> (32 - filterLog) }
func (h gramHash) mask() uint32    { return uint32(h) >> (32 - filterLog - maskLog) & (1<<maskLog - 1) }
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

// confirm compares every literal that has the gram at this place.
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
	for i, end := pf.starts[h], pf.starts[h+1]; i < end; i++ {
		e := &pf.entries[i]
		if !e.is(word) {
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
