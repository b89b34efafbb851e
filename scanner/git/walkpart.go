package git

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// Part is one place of the store that holds objects, a pack or the loose objects
// of a directory, as WalkOptions.Recall and Remember are told of it. The objects
// are numbered from 0 in the order of their ids. A Part is of use during the
// call only that it is given to.
type Part struct {
	Path   string // of the .pack file; for loose objects of the directory "objects"
	Packed bool
	// Flawed says that not all of the pack can be read, as far as it is known: after
	// the walk even if what is damaged was found sound elsewhere.
	Flawed bool
	// Known tells which objects need not be visited, wherever else they are stored.
	// It is set by Recall; nil: none. It is called once for each object that would
	// be visited otherwise, by several goroutines.
	Known func(place int) bool

	size  int64
	pack  *packfile.Pack
	loose []ID
	taken *placeSet
}

// Len is the number of objects.
func (p *Part) Len() int {
	if p.pack != nil {
		return p.pack.Index().Count()
	}
	return len(p.loose)
}

// Taken says that the object at a place was visited, or recalled, where else it is stored.
func (p *Part) Taken(place int) bool { return p.taken.has(place) }

// Has says whether the part has an object. A pack whose index cannot be searched has none.
func (p *Part) Has(id ID) bool {
	if p.pack != nil {
		_, ok, err := p.pack.Index().Find(id)
		return ok && err == nil
	}
	_, ok := slices.BinarySearchFunc(p.loose, id, packfile.CompareIDs)
	return ok
}

// Each calls f for every object. An error is that of f, or says that a pack's index cannot be read.
func (p *Part) Each(f func(place int, id ID) error) error {
	if p.pack == nil {
		for place, id := range p.loose {
			if err := f(place, id); err != nil {
				return err
			}
		}
		return nil
	}
	index := p.pack.Index()
	return index.Guard(func() error {
		for place := range index.Count() {
			if err := f(place, packfile.MakeID(index.RawID(place))); err != nil {
				return err
			}
		}
		return nil
	})
}

// Digest says what a pack holds: the SHA-256 of its size, of the checksum at its
// end, which is that of all before it, and of the ids in its index. The checksum is taken as the index has it,
// with which the pack's own was compared. The error says that the index cannot be read.
func (p *Part) Digest() (sum [sha256.Size]byte, err error) {
	index := p.pack.Index()
	h := sha256.New()
	err = index.Guard(func() error {
		head := binary.BigEndian.AppendUint64(nil, uint64(p.size)) //nolint:gosec // the size of a file
		head = binary.BigEndian.AppendUint64(head, uint64(index.Count()))
		_, _ = h.Write(append(head, index.PackSum()...)) // a hash never fails
		for place := range index.Count() {
			_, _ = h.Write(index.RawID(place))
		}
		return nil
	})
	if err != nil {
		return sum, fmt.Errorf("read the index of %s: %w", p.Path, err)
	}
	h.Sum(sum[:0])
	return sum, nil
}

// part is the Part that a pack is.
func (p *storePack) part() *Part {
	return &Part{Path: p.pack.Path(), Packed: true, Flawed: p.flawed || p.pack.Flaw() != nil, Known: p.known, size: p.size, pack: p.pack, taken: &p.taken}
}

// part is the Part that the loose objects of a directory are.
func (d *looseDir) part() *Part {
	return &Part{Path: d.dir, Known: d.known, loose: d.ids, taken: &d.taken}
}

// recall asks what is known of the store.
func (w *walk) recall(s *store) {
	if w.options.Recall == nil {
		return
	}
	var parts []*Part
	for _, p := range s.packs {
		parts = append(parts, p.part())
	}
	for _, d := range s.loose {
		parts = append(parts, d.part())
	}
	w.options.Recall(parts)
	for n, part := range parts {
		if n < len(s.packs) {
			s.packs[n].known = part.Known
		} else {
			s.loose[n-len(s.packs)].known = part.Known
		}
	}
}

// choose marks the objects of a recalled pack that are visited all the same.
func (w *walk) choose(p *storePack) error {
	index := p.pack.Index()
	return index.Guard(func() error {
		for place := range index.Count() {
			if !p.taken.has(place) && !w.skips(packfile.MakeID(index.RawID(place))) && !p.known(place) {
				p.again.add(place, index.Count())
			}
		}
		return nil
	})
}

// skips says whether an object shall not be visited.
func (w *walk) skips(id ID) bool { return w.options.Skip != nil && w.options.Skip(id) }

// wants says whether the object at a place of a pack is visited.
func (w *walk) wants(p *storePack, place int) bool {
	if p.known != nil {
		return p.again.has(place)
	}
	return !p.taken.has(place) && !w.skips(packfile.MakeID(p.pack.Index().RawID(place)))
}

// expected is how much of a pack is about to be visited, as far as it is known
// before its entries are linked: objects, and bytes of the pack.
func (p *storePack) expected() (objects, stored int64) {
	if p.known == nil {
		return int64(p.unique()), p.size
	}
	count := int64(p.pack.Index().Count())
	return int64(p.again.count), int64(float64(p.size) * float64(p.again.count) / float64(max(count, 1)))
}

// flaw notes that something in a pack cannot be read.
func (w *walk) flaw(pack *packfile.Pack) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.store.packs {
		p.flawed = p.flawed || p.pack == pack
	}
}

// remember hands out what was walked, while it can still be read.
func (w *walk) remember() {
	if w.options.Remember == nil {
		return
	}
	var parts []*Part
	for _, p := range w.store.packs {
		parts = append(parts, p.part())
	}
	for _, d := range w.store.loose {
		parts = append(parts, d.part())
	}
	w.options.Remember(parts)
}
