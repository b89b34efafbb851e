package packfile

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
)

// The entries of a pack are made depth first, each as soon as its base is known, whatever the order in which they stand in
// the pack: a delta that names its base by an id waits for it. So every object is identified once.

var errUnknownBase = errors.New("the base of a delta is not in the pack")

// identify makes every object.
func (x *reindexer) identify() error {
	ready, waiting, err := x.link()
	if err != nil {
		return err
	}
	for len(ready) > 0 {
		n := ready[len(ready)-1]
		ready = ready[:len(ready)-1]
		if err := x.identifyEntry(n); err != nil {
			return err
		}
		e := &x.list[n]
		if first, ok := waiting[e.id]; ok { // where the object is stored twice, all are made from the first copy
			delete(waiting, e.id)
			for at := first; at != none; {
				next := x.list[at].sibling
				x.list[at].base, x.list[at].sibling = n, e.child
				e.child, at = at, next
			}
		}
		for at := e.child; at != none; at = x.list[at].sibling {
			ready = append(ready, at)
		}
	}
	for i := range x.list {
		if x.list[i].kind == 0 && x.list[i].base == none {
			e, err := x.pack.entry(x.body, x.list[i].offset)
			if err != nil {
				return err
			}
			return x.pack.errorAt(e.Offset, fmt.Errorf("%s: %w", e.BaseID, errUnknownBase))
		}
	}
	return nil
}

// link enters the deltas that name their base by its offset with that, lists the others by the id that they wait for, and
// gives what is stored whole.
func (x *reindexer) link() (ready []int32, waiting map[ID]int32, err error) {
	waiting = map[ID]int32{}
	for i := len(x.list) - 1; i >= 0; i-- {
		n := int32(i) //nolint:gosec // a pack of maxReindex bytes has no more entries
		e, err := x.pack.entry(x.body, x.list[i].offset)
		if err != nil {
			return nil, nil, err
		}
		switch e.Kind {
		case KindRefDelta:
			if next, ok := waiting[e.BaseID]; ok {
				x.list[i].sibling = next
			}
			waiting[e.BaseID] = n
		case KindOfsDelta:
			at, ok := slices.BinarySearchFunc(x.list, e.Base, func(r reindexed, offset int64) int { return cmp.Compare(r.offset, offset) })
			if !ok {
				return nil, nil, x.pack.errorAt(e.Offset, errors.New("bad base of a delta"))
			}
			base := &x.list[at]
			x.list[i].base = int32(at) //nolint:gosec // as above
			x.list[i].sibling, base.child = base.child, n
		default:
			ready = append(ready, n) // the first is taken first
		}
	}
	return ready, waiting, nil
}

// identifyEntry makes an object whose base is known and hashes it, as a stream where it is large and stored whole.
func (x *reindexer) identifyEntry(n int32) error {
	r := &x.list[n]
	if r.base != none {
		base := &x.list[r.base]
		if r.depth = base.depth + 1; r.depth > maxDepth {
			return x.pack.errorAt(r.offset, errDepth)
		}
		content, err := x.make(n)
		if err != nil {
			return err
		}
		r.id, r.kind = x.format.Sum(base.kind, content), base.kind
		return nil
	}
	e, err := x.pack.entry(x.body, r.offset)
	if err != nil {
		return err
	}
	if e.Size > maxBase {
		r.id, err = x.hash(e)
	} else {
		var content []byte
		content, err = x.make(n)
		r.id = x.format.Sum(e.Kind, content)
	}
	r.kind = e.Kind
	return err
}

// hash gives the id of an object that is stored whole.
func (x *reindexer) hash(e Entry) (ID, error) {
	if err := x.spend(e.Size); err != nil {
		return ID{}, err
	}
	content, err := x.pack.openAt(x.body[e.Data:], e)
	if err != nil {
		return ID{}, err
	}
	defer func() { _ = content.Close() }()
	sum := x.format.New()
	fmt.Fprintf(sum, "%s %d\x00", e.Kind, e.Size)
	if _, err := io.Copy(sum, heeding{x.ctx, content}); err != nil {
		return ID{}, err
	}
	return MakeID(sum.Sum(nil)), nil
}

// make gives the content of an object whose base is known, from what is nearest of that: mostly it was made just before.
func (x *reindexer) make(n int32) ([]byte, error) {
	var chain []int32
	var content []byte
	for at, known := n, false; at != none && !known; {
		if content, known = x.recall(at); !known {
			chain = append(chain, at)
			at = x.list[at].base
		}
	}
	for i := len(chain) - 1; i >= 0; i-- {
		at := chain[i]
		made, err := x.apply(at, content)
		if err != nil {
			return nil, err
		}
		content = made
		x.keep(at, content)
	}
	return content, nil
}

// maxLargeKept bounds the large contents that are kept for what is made from them, in bytes; the last one is kept whatever its size.
const maxLargeKept = 128 << 20

// keep keeps a content until others have taken its place.
func (x *reindexer) keep(n int32, content []byte) {
	if x.inflater.bases.put(x.pack, x.list[n].offset, 0, content) { // whose kind nobody asks for
		return
	}
	dropped := 0
	for x.keptSize += len(content); dropped < len(x.kept) && x.keptSize > maxLargeKept; dropped++ {
		x.keptSize -= len(x.kept[dropped].content)
	}
	x.kept = append(slices.Delete(x.kept, 0, dropped), keptContent{n, content})
}

// recall gives a content that is kept.
func (x *reindexer) recall(n int32) ([]byte, bool) {
	for i := len(x.kept) - 1; i >= 0; i-- {
		if x.kept[i].entry == n {
			return x.kept[i].content, true
		}
	}
	_, content, ok := x.inflater.bases.get(x.pack, x.list[n].offset)
	return content, ok
}

// apply makes an object from its base, or inflates it where it has none.
func (x *reindexer) apply(n int32, base []byte) ([]byte, error) {
	e, err := x.pack.entry(x.body, x.list[n].offset)
	if err != nil {
		return nil, err
	}
	if err := x.spend(e.Size); err != nil {
		return nil, err
	}
	if x.list[n].base == none {
		return x.pack.inflate(x.body, e, MaxDeltified)
	}
	content, _, err := x.pack.step(x.body, e, base, nil, MaxDeltified)
	if err != nil {
		return nil, err
	}
	return content, x.spend(int64(len(content)))
}
