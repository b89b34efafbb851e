package packfile

import (
	"errors"
	"fmt"
	"io"
)

// Defaults of WalkLimits.
const (
	DefaultMaxWhole = 8 << 20
	DefaultMaxHeld  = 64 << 20
)

// WalkLimits bound a Walker's memory. Zero values stand for the defaults.
type WalkLimits struct {
	// MaxWhole is the size in bytes over which objects are shown as streams, if
	// they are stored whole and have no deltas on them.
	MaxWhole int64
	// MaxHeld is how many bytes of contents are held while other parts of the
	// tree are walked. What is dropped is made again when it is needed.
	MaxHeld int
	// MaxRead is the size in bytes over which no blob is read; 0: there is none. A delta that makes more is shown without
	// content, by an Open that fails, unless something smaller is made of it.
	MaxRead int64
	// Gate is shared by Walkers of which one at a time is to hold large contents; nil: each may.
	Gate *Gate
}

// Walker walks delta trees depth first. Every object is inflated once and made
// once from its base. It belongs to one goroutine.
type Walker struct {
	host    Host
	visitor Visitor
	limits  WalkLimits
	x       expander
	object  Object

	forest   *Forest
	levels   []level
	held     int   // bytes of contents in levels
	current  int32 // entry that is being read; none: no mapped memory is
	visiting bool
	gated    bool           // it may hold large contents
	whole    bool           // contents are made whatever their size
	needed   map[int32]bool // entries too large to be read of which something smaller is made
	expanded int64          // bytes made by deltas, not yet told the forest
	counts   WalkCounts
	told     func(WalkCounts)
}

// WalkCounts is what a Walker did.
type WalkCounts struct {
	Objects int64 // visited or reported
	Failed  int64 // reported
	Bytes   int64 // of contents visited
	Stored  int64 // bytes of the pack read
	Rebuilt int64 // contents made again because they were dropped
}

// NewWalker makes a Walker. told is called from time to time, and at the end of
// each task, with what was done since its last call.
func NewWalker(host Host, visitor Visitor, limits WalkLimits, told func(WalkCounts)) *Walker {
	if limits.MaxWhole == 0 {
		limits.MaxWhole = DefaultMaxWhole
	}
	if limits.MaxHeld == 0 {
		limits.MaxHeld = DefaultMaxHeld
	}
	return &Walker{host: host, visitor: visitor, limits: limits, told: told}
}

// Run does a task, or what is left of it after parts were given away.
func (w *Walker) Run(task Task) {
	w.forest, w.levels, w.held = task.forest, append(w.levels[:0], task.level), len(task.level.content)
	pack := w.forest.pack
	w.needed = nil
	w.enter(int64(len(task.level.content)))
	defer func() {
		clear(w.levels)
		w.levels, w.current = w.levels[:0], none
		w.leave()
	}()
	var fault error
	for {
		// The guard is left on a fault only. The walk then goes on behind the
		// entry that could not be read.
		err := pack.index.mapping.Guard(func() error {
			return pack.mapping.Guard(func() error { return w.loop(fault) })
		})
		if err == nil {
			break
		}
		if w.visiting {
			panic(err) // it is not the pack that cannot be read
		}
		if w.current == none { // not even its name could be read
			w.host.Fail(ID{}, pack, err)
			break
		}
		fault = err
	}
	w.tell()
}

// tell passes on what was counted.
func (w *Walker) tell() {
	w.forest.expanded.Add(w.expanded)
	w.told(w.counts)
	w.expanded, w.counts = 0, WalkCounts{}
}

// loop visits what is on the stack, after the entry that caused a fault. It
// always returns nil: faults are panics.
func (w *Walker) loop(fault error) error {
	if n := w.current; fault != nil {
		w.current = none
		w.unreadable(n, w.forest.pack.errorAt(w.forest.offset[n], fault))
	}
	const often = 64
	for steps := 1; len(w.levels) > 0; steps++ {
		if steps%8 == 0 && w.host.Idle() {
			w.share()
		}
		if steps%often == 0 {
			w.tell()
			if w.host.Stopped() {
				break
			}
		}
		top := &w.levels[len(w.levels)-1]
		if top.done() {
			w.pop()
			continue
		}
		w.current = top.next
		top.next = w.forest.sibling[w.current]
		w.step(w.current, top)
		w.leave()
	}
	w.current = none
	return nil
}

// step reads and visits a child of the top level, and makes it a level itself
// if it has children.
func (w *Walker) step(n int32, top *level) {
	f := w.forest
	w.counts.Stored += f.end(n) - f.offset[n]
	if top.broken != nil {
		w.unreadable(n, fmt.Errorf("%w at %s offset %d: %w", errBelow, f.pack.path, f.offset[n], top.broken))
		return
	}
	e, err := w.head(n)
	if err != nil {
		w.unreadable(n, err)
		return
	}
	kind := top.kind
	if !isDelta(e.Kind) {
		kind = e.Kind
		if f.child[n] < 0 && e.Size > w.limits.MaxWhole || e.Size > MaxDeltified {
			w.stream(n, e, top)
			return
		}
		if w.unread(kind, e.Size) && w.needless(n) {
			w.pass(n, kind, e.Size, top)
			return
		}
	}
	if top.unmade {
		size, err := w.resultSize(n)
		if err != nil {
			w.unreadable(n, f.pack.errorAt(e.Offset, err))
			return
		}
		w.pass(n, kind, size, top)
		return
	}
	if top.node != none && top.content == nil {
		if top.broken = w.restore(top); top.broken != nil {
			w.unreadable(n, top.broken)
			return
		}
	}
	content, made, err := w.load(n, e, kind, top.content)
	var large *oversizeError
	if errors.As(err, &large) && w.unread(kind, large.size) {
		if w.needless(n) {
			w.pass(n, kind, large.size, top)
			return
		}
		content, made, err = w.makeWhole(n, e, kind, top.content)
	}
	kind = made
	if err == nil && f.verify {
		err = w.compare(n, kind, content)
	}
	if err != nil {
		w.unreadable(n, err)
		return
	}
	w.visit(n, kind, content, top, isDelta(e.Kind) && top.node != none)
}

var errBelow = errors.New("the base of the delta cannot be read")

// head reads the head of an entry that can be read at all.
func (w *Walker) head(n int32) (Entry, error) {
	f := w.forest
	if base := f.base[n]; base == baseBad || base == baseCycle {
		return Entry{}, f.headError(n)
	}
	return f.pack.entry(f.data, f.offset[n])
}

// makeWhole is load for what is needed whatever its size.
func (w *Walker) makeWhole(n int32, e Entry, kind Kind, base []byte) ([]byte, Kind, error) {
	w.whole = true
	defer func() { w.whole = false }()
	return w.load(n, e, kind, base)
}

// load makes the content of an entry; base is that of its base.
func (w *Walker) load(n int32, e Entry, kind Kind, base []byte) ([]byte, Kind, error) {
	f := w.forest
	content, kind, err := w.expand(n, e, kind, base)
	if err != nil && !errors.Is(err, errOutsideBase) {
		err = f.pack.errorAt(e.Offset, err)
	}
	return content, kind, err
}

var errOutsideBase = errors.New("the base of the delta, which is not in the pack")

func (w *Walker) expand(n int32, e Entry, kind Kind, base []byte) ([]byte, Kind, error) {
	f := w.forest
	end := f.end(n)
	if end < e.Data {
		return nil, 0, errTruncated
	}
	verified, err := f.verifyStored(n, f.data[e.Offset:end])
	if err != nil {
		return nil, 0, err
	}
	if e.Size > MaxDeltified {
		return nil, 0, fmt.Errorf("%d bytes are more than the limit of %d", e.Size, MaxDeltified)
	}
	w.enter(e.Size)
	if !isDelta(e.Kind) {
		content, err := w.x.inflate(f.data[e.Data:end], e.Size, 0, verified)
		return content, kind, err
	}
	if f.expanded.Load() > f.limit {
		return nil, 0, fmt.Errorf("the deltas of this pack make more than %d bytes", f.limit)
	}
	if f.base[n] == baseOutside {
		if kind, base, err = w.host.Outside(e.BaseID); err != nil {
			return nil, 0, fmt.Errorf("%w: %w at %s offset %d", errOutsideBase, err, f.pack.path, e.Offset)
		}
		w.expanded += int64(len(base))
	}
	delta, err := w.x.inflate(f.data[e.Data:end], e.Size, deltaSlack, verified)
	if err != nil {
		return nil, 0, err
	}
	if err := w.admit(delta, kind); err != nil {
		w.x.buffers.put(delta)
		return nil, 0, err
	}
	content, err := w.x.apply(delta, base)
	w.x.buffers.put(delta)
	w.expanded += int64(len(content))
	if w.expanded > directResult {
		f.expanded.Add(w.expanded)
		w.expanded = 0
	}
	return content, kind, err
}

// admit says whether the result of a delta is to be made, and waits until it may be.
func (w *Walker) admit(delta []byte, kind Kind) error {
	d, err := NewDelta(delta)
	switch {
	case err != nil:
		return nil // which is said where it is applied
	case w.unread(kind, d.Result) && !w.whole:
		return &oversizeError{d.Result, w.limits.MaxRead}
	case d.Result > MaxDeltified:
		return nil // likewise
	}
	w.enter(d.Result)
	return nil
}

// compare hashes a content, where nothing else says that it is the entry's.
func (w *Walker) compare(n int32, kind Kind, content []byte) error {
	if sum := w.forest.pack.format.Sum(kind, content); sum != w.forest.id(n) {
		return w.forest.pack.errorAt(w.forest.offset[n], fmt.Errorf("content has the id %s", sum))
	}
	return nil
}

// visit shows an object and begins its level. The content becomes the Walker's.
func (w *Walker) visit(n int32, kind Kind, content []byte, top *level, delta bool) {
	f := w.forest
	next := level{node: n, next: f.child[n], end: none, kind: kind, content: content}
	if f.name[n]&unselected == 0 {
		w.object = Object{ID: f.id(n), Kind: kind, Size: int64(len(content)), Content: content, Leaf: next.done()}
		var base any
		if delta && top.visited {
			w.object.Delta, w.object.Copies = true, w.x.copies
			base = top.state
		}
		next.state, next.visited = w.show(base)
	}
	w.current = none
	w.held += len(content)
	switch {
	case next.done():
		w.release(&next)
		return
	case top.done(): // so that a long chain takes one level
		w.release(top)
		*top = next
	default:
		w.levels = append(w.levels, next)
	}
	w.limitHeld()
}

// show calls the visitor with w.object.
func (w *Walker) show(base any) (state any, ok bool) {
	w.counts.Objects++
	w.counts.Bytes += w.object.Size
	w.visiting = true
	state, err := w.visitor.Visit(&w.object, base)
	w.visiting = false
	if err != nil {
		w.counts.Failed++
		w.host.Fail(w.object.ID, w.forest.pack, err)
	}
	return state, err == nil
}

// stream shows a large object without reading it. Deltas on it are too large.
func (w *Walker) stream(n int32, e Entry, top *level) {
	f := w.forest
	end := f.end(n)
	var err error
	switch {
	case e.Size > (end-e.Data+1)*maxDeflate:
		err = fmt.Errorf("inflate: %d bytes cannot become the declared %d", end-e.Data, e.Size)
	case f.verify:
		var verified bool
		if verified, err = f.verifyStored(n, f.data[e.Offset:end]); err == nil && !verified {
			err = errors.New("the index, which does not belong to the pack, has no checksums to verify this with")
		}
	}
	if err != nil {
		w.unreadable(n, f.pack.errorAt(e.Offset, err))
		return
	}
	if f.name[n]&unselected == 0 {
		w.object = Object{ID: f.id(n), Kind: e.Kind, Size: e.Size, Leaf: true}
		w.object.Open = func() (io.ReadCloser, error) { return f.pack.openAt(f.data[e.Data:end], e) }
		w.show(nil)
	}
	w.current = none
	w.push(level{node: n, next: f.child[n], end: none, kind: e.Kind,
		broken: fmt.Errorf("%d bytes are more than the limit of %d", e.Size, MaxDeltified)}, top)
}

// push begins a level that has no content.
func (w *Walker) push(l level, top *level) {
	switch {
	case l.done():
	case top.done():
		w.release(top)
		*top = l
	default:
		w.levels = append(w.levels, l)
	}
}

// unreadable looks for a sound copy of an object, and reports it if there is
// none; it goes on with what is below.
func (w *Walker) unreadable(n int32, cause error) {
	f := w.forest
	top := &w.levels[len(w.levels)-1]
	id := f.id(n)
	kind, content, ok := w.host.Elsewhere(id, f.pack)
	switch {
	case ok && !f.kinds.has(kind):
		w.current = none
		return
	case ok:
		if content == nil {
			content = []byte{} // nil would be one that was dropped
		}
		w.visit(n, kind, content, top, false)
		return
	case f.name[n]&unselected == 0:
		w.counts.Objects++
		w.counts.Failed++
		w.host.Fail(id, f.pack, cause)
	}
	if top.broken != nil {
		cause = top.broken
	}
	w.current = none
	w.push(level{node: n, next: f.child[n], end: none, kind: top.kind, broken: cause}, top)
}
