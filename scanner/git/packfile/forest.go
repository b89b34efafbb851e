package packfile

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync/atomic"
)

// Forest is how the entries of a pack stand on each other: every delta is a
// child of its base, and what is stored whole is the root of a tree. It is made
// from the index and the heads of the entries; nothing is inflated. An entry
// takes 28 bytes. A Forest does not change and is safe for concurrent use.
//
// Entries are numbered in the order of their offsets. Lists of children leave
// out subtrees of which nothing was selected, and end with the child whose
// subtree is the largest: a walk that lets go of a base when it enters the last
// child holds at most as many contents as the total cost has binary digits.
type Forest struct {
	pack   *Pack
	data   []byte // of the pack, without the checksum at its end
	verify bool   // pack and index do not fit: compare every object with its id
	kinds  kinds  // selected

	offset  []int64
	name    []uint32 // place in the index; with flag unselected
	base    []int32  // number, or one of the values below
	child   []int32  // first child; negative: none
	sibling []int32  // next in the list; negative: the end
	weight  []uint32 // cost of the subtree; 0: nothing selected in it
	root    int32    // first of the list of roots

	selected int64 // objects
	stored   int64 // bytes in the pack of what a walk reads

	limit    int64 // bytes that deltas may make, all together
	expanded atomic.Int64
}

// Values of Forest.base for entries without a base in the pack. Those that are
// stored whole have the negative of their kind.
const (
	baseOutside = -5
	baseBad     = -6 // the head or its base cannot be read
	baseCycle   = -7
)

const (
	none       = int32(-1)
	lastChild  = int32(-2) // ends a list, too
	unselected = 1 << 31
)

// costUnit is the number of stored bytes that cost as much as an object itself.
const costUnit = 256

// Limits on what the deltas of one pack may make, in bytes: the first for any
// pack, the second for each byte of the pack. Histories of large flat trees
// come to some hundred times the size of their packs.
const (
	expansionBase  = 64 << 30
	expansionRatio = 4096
)

// Selection says which objects of a pack are walked.
type Selection struct {
	// Kinds are those wanted; empty: all. Trees of other kinds are not touched.
	Kinds []Kind
	// Want says whether the object at a place in the index is to be visited;
	// nil: all. It is called in the order of offsets.
	Want func(place int) bool
	// OutsideKind gives the kind of an object that is not in the pack.
	OutsideKind func(ID) (Kind, error)
}

// kinds is a set of kinds; an empty one has all of them.
type kinds []Kind

// has says whether a kind is in the set; one that is not known is.
func (k kinds) has(kind Kind) bool {
	return len(k) == 0 || kind == 0 || slices.Contains(k, kind)
}

// Forest links the entries of the pack. flaw is what is wrong with the pack as
// a whole although its entries may be sound: that it is truncated, say. What is
// wrong with single entries is found by the walk.
func (p *Pack) Forest(selection Selection) (f *Forest, flaw, err error) {
	data, flaw, err := p.openDamaged()
	if err != nil {
		return nil, nil, err
	}
	f = &Forest{pack: p, data: data, verify: flaw != nil, kinds: selection.Kinds}
	if flaw == nil {
		flaw = p.index.Guard(p.index.fanoutFlaw) // nothing here depends on it
	}
	f.limit = expansionBase + expansionRatio*int64(len(data))
	err = p.index.mapping.Guard(func() error {
		return p.mapping.Guard(func() error {
			if err := f.order(); err != nil {
				return err
			}
			f.link()
			f.weigh(&selection)
			f.list(&selection)
			return nil
		})
	})
	if err != nil {
		return nil, nil, fmt.Errorf("pack %s: %w", p.path, err)
	}
	return f, flaw, nil
}

// openDamaged is open for a pack that may be in part unreadable.
func (p *Pack) openDamaged() (data []byte, flaw, err error) {
	const header = 12
	_, flaw = p.open()
	if flaw == nil {
		if p.flaw != nil {
			flaw = fmt.Errorf("pack %s: %w", p.path, p.flaw)
		}
		data = p.mapping.Bytes()
		return data[:len(data)-p.format.Size()], flaw, nil
	}
	flaw = fmt.Errorf("pack %s: %w", p.path, flaw)
	if p.mapping == nil || len(p.mapping.Bytes()) < header {
		return nil, nil, flaw
	}
	data = p.mapping.Bytes()
	err = p.mapping.Guard(func() error {
		if string(data[:4]) != "PACK" {
			return flaw
		}
		return nil
	})
	return data, flaw, err
}

// order lists the entries by their offsets.
func (f *Forest) order() error {
	count := f.pack.index.Count()
	if count > math.MaxInt32-1 {
		return fmt.Errorf("%d objects are more than can be walked", count)
	}
	f.offset, f.name = make([]int64, count), make([]uint32, count)
	for n := range count {
		offset, err := f.pack.index.offset(n)
		if err != nil {
			offset = 0 // where no object is: the walk reports it
		}
		f.offset[n], f.name[n] = offset, uint32(n) //nolint:gosec // checked above
	}
	f.offset, f.name = sortOffsets(f.offset, f.name)
	return nil
}

// sortOffsets sorts names by offsets (least significant digit first, 16 bits
// at a time).
func sortOffsets(offsets []int64, names []uint32) ([]int64, []uint32) {
	highest := int64(0)
	for _, offset := range offsets {
		highest |= offset
	}
	otherOffsets, otherNames := make([]int64, len(offsets)), make([]uint32, len(names))
	starts := make([]int, 1<<16)
	for shift := 0; shift < 64 && highest>>shift != 0; shift += 16 {
		clear(starts)
		for _, offset := range offsets {
			starts[offset>>shift&0xffff]++
		}
		sum := 0
		for digit, n := range starts {
			starts[digit] = sum
			sum += n
		}
		for i, offset := range offsets {
			digit := offset >> shift & 0xffff
			otherOffsets[starts[digit]], otherNames[starts[digit]] = offset, names[i]
			starts[digit]++
		}
		offsets, otherOffsets = otherOffsets, offsets
		names, otherNames = otherNames, names
	}
	return offsets, names
}

// link reads the heads of all entries and finds their bases.
func (f *Forest) link() {
	places := newPlaces(f.offset)
	f.base = make([]int32, len(f.offset))
	for n, offset := range f.offset {
		f.base[n] = f.findBase(places, offset)
	}
}

func (f *Forest) findBase(places places, offset int64) int32 {
	e, err := f.pack.entry(f.data, offset)
	if err != nil {
		return baseBad
	}
	at := e.Base
	switch e.Kind {
	case KindOfsDelta:
	case KindRefDelta:
		place, ok := f.pack.index.search(&e.BaseID)
		if !ok {
			return baseOutside
		}
		if at, err = f.pack.index.offset(place); err != nil {
			return baseBad
		}
	default:
		return -int32(e.Kind)
	}
	n, ok := places.find(at)
	if !ok {
		return baseBad
	}
	return n
}

// weigh computes the costs of subtrees from the leaves to the roots. What is
// left in the end because it is below itself is a cycle.
func (f *Forest) weigh(selection *Selection) {
	count := len(f.offset)
	f.weight, f.child = make([]uint32, count), make([]int32, count)
	open := f.child // children that have not been weighed, until list uses it
	for _, base := range f.base {
		if base >= 0 {
			open[base]++
		}
	}
	for n := range f.name {
		if selection.Want != nil && !selection.Want(int(f.name[n])) {
			f.name[n] |= unselected
		}
	}
	const weighed = -1
	for n := range f.base {
		for i := int32(n); open[i] == 0; { //nolint:gosec // order checked it
			open[i] = weighed
			f.charge(i)
			base := f.base[i]
			if base < 0 {
				break
			}
			f.weight[base] = saturate(uint64(f.weight[base]) + uint64(f.weight[i]))
			open[base]--
			i = base
		}
	}
	for n := range f.base {
		if open[n] != weighed {
			f.base[n] = baseCycle
			f.charge(int32(n)) //nolint:gosec // as above
		}
	}
}

// charge adds the cost of an entry itself to what is below it, if it is needed.
func (f *Forest) charge(n int32) {
	if f.weight[n] > 0 || f.name[n]&unselected == 0 {
		f.weight[n] = saturate(uint64(f.weight[n]) + 1 + uint64(max(0, f.end(n)-f.offset[n]))/costUnit)
	}
}

func saturate(v uint64) uint32 { return uint32(min(v, math.MaxUint32)) } //nolint:gosec // bounded

// list makes the lists of children and of roots, and counts.
func (f *Forest) list(selection *Selection) {
	count := len(f.offset)
	f.sibling = make([]int32, count)
	for n := range f.child {
		f.child[n] = none
	}
	for n, base := range f.base {
		if base >= 0 && f.weight[n] > 0 && (f.child[base] < 0 || f.weight[n] > f.weight[f.child[base]]) {
			f.child[base] = int32(n) //nolint:gosec // order checked it
		}
	}
	for _, child := range f.child {
		if child >= 0 {
			f.sibling[child] = lastChild
		}
	}
	f.root = none
	for n := count - 1; n >= 0; n-- {
		head := &f.root
		if base := f.base[n]; base >= 0 {
			head = &f.child[base]
		}
		if f.weight[n] == 0 || f.sibling[n] == lastChild || f.base[n] < 0 && !f.kinds.has(f.rootKind(int32(n), selection)) { //nolint:gosec // as above
			continue
		}
		f.sibling[n], *head = *head, int32(n) //nolint:gosec // as above
	}
	f.each(f.root, func(n int32) {
		f.stored += f.end(n) - f.offset[n]
		if f.name[n]&unselected == 0 {
			f.selected++
		}
	})
}

// rootKind gives the kind of a root; 0 if it cannot be told.
func (f *Forest) rootKind(n int32, selection *Selection) Kind {
	switch base := f.base[n]; {
	case base > baseOutside:
		return Kind(-base) //nolint:gosec // one of four
	case base == baseOutside && len(selection.Kinds) > 0 && selection.OutsideKind != nil:
		if e, err := f.pack.entry(f.data, f.offset[n]); err == nil {
			if kind, err := selection.OutsideKind(e.BaseID); err == nil {
				return kind
			}
		}
	}
	return 0
}

// each calls visit for all entries of the subtrees in the list that begins
// with first.
func (f *Forest) each(first int32, visit func(n int32)) {
	stack := []int32{first}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if n < 0 {
			continue
		}
		visit(n)
		stack = append(stack, f.sibling[n])
		if f.child[n] >= 0 {
			stack = append(stack, f.child[n])
		}
	}
}

// Selected is the number of objects that a walk visits, or reports.
func (f *Forest) Selected() int64 { return f.selected }

// Stored is the number of bytes in the pack that a walk reads.
func (f *Forest) Stored() int64 { return f.stored }

// end is where the entry after n begins. Entries that begin at the same offset
// are the work of a damaged index: where they are many, they have no bytes.
func (f *Forest) end(n int32) int64 {
	const tries = 4
	limit := int64(len(f.data))
	for i := int(n) + 1; i <= int(n)+tries; i++ {
		switch {
		case i >= len(f.offset):
			return limit
		case f.offset[i] > f.offset[n]:
			return min(f.offset[i], limit)
		}
	}
	return min(f.offset[n], limit)
}

// id is an entry's object id.
func (f *Forest) id(n int32) ID {
	return MakeID(f.pack.index.rawID(int(f.name[n] &^ unselected)))
}

var (
	errCycle  = errors.New("delta cycle")
	errNoBase = errors.New("no object where the base of a delta should be")
)

// headError says what is wrong with a root that is none.
func (f *Forest) headError(n int32) error {
	if f.base[n] == baseCycle {
		return f.pack.errorAt(f.offset[n], errCycle)
	}
	if _, err := f.pack.entry(f.data, f.offset[n]); err != nil {
		return err
	}
	return f.pack.errorAt(f.offset[n], errNoBase)
}

// Check says why nothing of the pack can be read. A pack of which parts may be
// sound passes.
func (p *Pack) Check() error {
	_, _, err := p.openDamaged()
	return err
}

// Flaw says what is wrong with the pack as a whole, although parts of it may be sound.
func (p *Pack) Flaw() error {
	if _, err := p.open(); err != nil {
		return err
	}
	return p.flaw
}
