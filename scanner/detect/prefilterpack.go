package detect

import (
	"encoding/binary"
	"unsafe"
)

// The packed form of a prefilter: numbers of four bytes, the lowest first, and texts. Users, of which few are asked for, and texts
// are read in place.
//
//	header    packedMagic, stamp of the rules (eight bytes), how many rules, literals, users and bytes of text there are, the
//	          longest literal, and whether one reaches over a line's end
//	filter    the words of the Bloom filter
//	starts    where the literals begin whose gram has a hash; one more
//	shorts    the same of the literals of three bytes
//	literals  a record each, those with a gram first, by its hash; and one more
//	users     of the literals, in their order
//	texts     of the literals, each with a zero behind it
//	traits    of the rules, a byte each
//
// It is written and read by one build of one program.

// packedMagic changes whenever the form does, or how literals become entries of the tables.
const packedMagic = "prefilter 1\n"

const (
	stampAt    = len(packedMagic)
	numbersAt  = stampAt + 8
	headerSize = numbersAt + 6*numberSize
	numberSize = 4
	recordSize = 24
	userSize   = 12
)

// numbers is a table of numbers.
type numbers string

func (n numbers) at(i int) uint32 { return word32(string(n[numberSize*i:])) }

// all returns the table's numbers as values: what is asked for at each place is.
func (n numbers) all() []uint32 {
	values := make([]uint32, len(n)/numberSize)
	for i := range values {
		values[i] = n.at(i)
	}
	return values
}

// record is a literal: up to eight of its bytes from its gram on, folded; where its text and its users begin; where its gram stands in it;
// and its form: its length, above whether it is folded and how many of the first eight bytes are beyond it.
type record struct {
	head                      uint64
	text, users, offset, form uint32
}

const (
	recordFold  = 8
	recordSpare = 7 // mask
	recordLen   = 4 // bits below the length
)

// begins tells whether eight folded bytes begin with those of the literal from its gram on.
func (r *record) begins(word uint64) bool { return (r.head^word)<<(8*(r.form&recordSpare)) == 0 }
func (r *record) size() int               { return int(r.form >> recordLen) }
func (r *record) fold() bool              { return r.form&recordFold != 0 }

// recordsOf reads records.
func recordsOf(packed string) []record {
	records := make([]record, len(packed)/recordSize)
	for i := range records {
		one := packed[recordSize*i : recordSize*i+recordSize]
		records[i] = record{word64(one), word32(one[8:]), word32(one[12:]), word32(one[16:]), word32(one[20:])}
	}
	return records
}

// users is a table of users: the rule with two flags below it, before and after.
type users string

func (u users) len() int { return len(u) / userSize }

func (u users) at(i int) user {
	one := string(u[userSize*i : userSize*i+userSize])
	rule := int32(word32(one))
	return user{
		rule: rule >> 2, keyword: rule&userKeyword != 0, broken: rule&userBroken != 0,
		before: int32(word32(one[4:])), after: int32(word32(one[8:])),
	}
}

const (
	userKeyword = 1
	userBroken  = 2
)

// pack gives the tables, with the traits of the rules, under a stamp. Literals and users keep their order, as far as their place allows.
func (b *prefilterBuilder) pack(stamp uint64, traits []byte) string {
	order, starts, shorts := b.order()
	total := len(b.literals) + len(b.more)
	out := make([]byte, 0, packedSize(len(traits), len(b.literals), total, b.texts+len(b.literals)))
	out = append(out, packedMagic...)
	out = binary.LittleEndian.AppendUint64(out, stamp)
	spanning := 0
	if b.spanning {
		spanning = 1
	}
	for _, n := range []int{len(traits), len(b.literals), total, b.texts + len(b.literals), b.longest(), spanning} {
		out = binary.LittleEndian.AppendUint32(out, uint32(n))
	}
	out = b.appendFilter(out)
	for _, table := range [][]uint32{starts, shorts} {
		for _, n := range table {
			out = binary.LittleEndian.AppendUint32(out, n)
		}
	}
	out, places := b.appendRecords(out, order)
	out = b.appendUsers(out, places, total)
	for _, id := range order {
		out = append(append(out, b.literals[id].text...), 0) // so that two of them make no third
	}
	out = append(out, traits...)
	return unsafe.String(unsafe.SliceData(out), len(out)) // nobody else has it
}

// longest returns the length of the longest literal, where a keyword or a directive counts less: seen anywhere near a seam it is seen.
func (b *prefilterBuilder) longest() int {
	longest := 0
	for i := range b.literals {
		n := len(b.literals[i].text)
		if n > maxText {
			n -= traceMargin
		}
		longest = max(longest, n)
	}
	return longest
}

// order sorts the literals by what their grams hash to, those of three bytes behind the others, by counting.
func (b *prefilterBuilder) order() (order []int32, starts, shorts []uint32) {
	starts, shorts = make([]uint32, 1<<tableLog+1), make([]uint32, 1<<shortLog+1)
	count := func(l *literal) *uint32 {
		if len(l.text) < gramLen {
			return &shorts[shortHash(uint32(folded(l.text)))]
		}
		return &starts[tableHash(l.gram())]
	}
	for i := range b.literals {
		*count(&b.literals[i])++
	}
	next := uint32(0)
	for _, table := range [][]uint32{starts, shorts} {
		for h, n := range table {
			table[h] = next // the last has none
			next += n
		}
	}
	order = make([]int32, len(b.literals))
	for i := range b.literals {
		at := count(&b.literals[i])
		order[*at] = int32(i)
		*at++
	}
	for _, table := range [][]uint32{starts, shorts} {
		copy(table[1:], table) // each has become the next one's
	}
	starts[0], shorts[0] = 0, starts[1<<tableLog]
	return order, starts, shorts
}

// appendFilter enters each literal's gram into the Bloom filter; of one of three bytes all that it begins.
func (b *prefilterBuilder) appendFilter(out []byte) []byte {
	at := len(out)
	out = out[:at+numberSize*filterWords]
	masks := pairsOfBits()
	enter := func(gram uint32) {
		h := hash(gram)
		word := out[at+numberSize*int(h.word()):]
		binary.LittleEndian.PutUint32(word, binary.LittleEndian.Uint32(word)|masks[h.mask()])
	}
	for i := range b.literals {
		l := &b.literals[i]
		if len(l.text) >= gramLen {
			enter(l.gram())
			continue
		}
		for c := range uint32(256) {
			if c&0x20 != 0 {
				enter(uint32(folded(l.text)) | c<<(8*len(l.text)))
			}
		}
	}
	return out
}

// gram is the group of four by which the literal is found.
func (l *literal) gram() uint32 { return uint32(folded(l.text[l.gramAt():])) }

// gramAt is where it stands.
func (l *literal) gramAt() int { return max(0, min(l.rare, len(l.text)-gramLen)) }

// appendRecords appends the literals in an order, and tells where the users of each begin, by its number before.
func (b *prefilterBuilder) appendRecords(out []byte, order []int32) (appended []byte, places []uint32) {
	places = make([]uint32, len(b.literals))
	text, first := uint32(0), uint32(0)
	for _, id := range order {
		l := &b.literals[id]
		at := l.gramAt()
		beyond := max(0, 8-(len(l.text)-at))
		r := record{head: folded(l.text[at:]), text: text, users: first, offset: uint32(at), form: uint32(len(l.text)<<recordLen | beyond)}
		if l.fold {
			r.form |= recordFold
		}
		out = r.append(out)
		places[id] = first
		text += uint32(len(l.text) + 1)
		first += uint32(1 + l.more)
	}
	end := record{users: first}
	return end.append(out), places
}

// append appends the record.
func (r *record) append(out []byte) []byte {
	out = binary.LittleEndian.AppendUint64(out, r.head)
	for _, n := range []uint32{r.text, r.users, r.offset, r.form} {
		out = binary.LittleEndian.AppendUint32(out, n)
	}
	return out
}

// appendUsers appends the users of each literal where they are to be, in the order in which they came.
func (b *prefilterBuilder) appendUsers(out []byte, places []uint32, total int) []byte {
	at := len(out)
	out = out[:at+userSize*total]
	put := func(literal int32, u *user) {
		one := out[at+userSize*int(places[literal]):]
		places[literal]++
		rule := uint32(u.rule) << 2
		if u.keyword {
			rule |= userKeyword
		}
		if u.broken {
			rule |= userBroken
		}
		binary.LittleEndian.PutUint32(one, rule)
		binary.LittleEndian.PutUint32(one[4:], uint32(u.before))
		binary.LittleEndian.PutUint32(one[8:], uint32(u.after))
	}
	for i := range b.literals {
		put(int32(i), &b.literals[i].user)
	}
	for i := range b.more {
		put(b.more[i].literal, &b.more[i].user)
	}
	return out
}

// packedSize returns how many bytes a packed prefilter has.
func packedSize(rules, literals, users, texts int) int {
	return headerSize + numberSize*(filterWords+1<<tableLog+1+1<<shortLog+1) + recordSize*(literals+1) + userSize*users + texts + rules
}

// stampOf returns the stamp of a packed prefilter for so many rules; 0 if it is none, of another form or not whole.
func stampOf(packed string, rules int) uint64 {
	if len(packed) < headerSize || packed[:stampAt] != packedMagic {
		return 0
	}
	h := headerOf(packed)
	if h.rules != rules || len(packed) != packedSize(h.rules, h.literals, h.users, h.texts) {
		return 0
	}
	return word64(packed[stampAt:])
}

// packedHeader is what the header says.
type packedHeader struct{ rules, literals, users, texts, longest, spanning int }

func headerOf(packed string) packedHeader {
	n := numbers(packed[numbersAt:headerSize])
	return packedHeader{int(n.at(0)), int(n.at(1)), int(n.at(2)), int(n.at(3)), int(n.at(4)), int(n.at(5))}
}

// openPrefilter reads a packed prefilter.
func openPrefilter(packed string) *prefilter {
	h := headerOf(packed)
	pf := &prefilter{masks: pairsOfBits(), longest: h.longest, spanning: h.spanning != 0, fast: fastGrams}
	rest := packed[headerSize:]
	next := func(n int) (part string) {
		part, rest = rest[:n], rest[n:]
		return part
	}
	pf.filter = (*[filterWords]uint32)(numbers(next(numberSize * filterWords)).all())
	pf.starts = (*[1<<tableLog + 1]uint32)(numbers(next(numberSize * (1<<tableLog + 1))).all())
	pf.shorts = (*[1<<shortLog + 1]uint32)(numbers(next(numberSize * (1<<shortLog + 1))).all())
	pf.literals = recordsOf(next(recordSize * (h.literals + 1)))
	pf.users = users(next(userSize * h.users))
	pf.texts = next(h.texts)
	pf.traits = next(h.rules)
	return pf
}

// pairsOfBits are the masks of a word of the filter.
func pairsOfBits() *[1 << maskLog]uint32 {
	masks := new([1 << maskLog]uint32)
	for i := range masks {
		masks[i] = 1<<(i>>bitLog) | 1<<(i&(1<<bitLog-1))
	}
	return masks
}
