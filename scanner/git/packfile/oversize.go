package packfile

import (
	"fmt"
	"io"
	"runtime"
	"sync"
)

// A delta of a few bytes can make an object of half a gigabyte, and a pack of a few hundred bytes a tree of them. Two things bound
// what that takes: of all Walkers one at a time makes large contents (a Gate), with one spare buffer for them, and what nobody
// would read, nor anything that is made of it, is not made at all (WalkLimits.MaxRead).

// leastGated is the size in bytes from which on a content is large.
const leastGated = 32 << 20

// Gate lets one of the Walkers that share it hold large contents.
type Gate struct{ mu sync.Mutex }

// enter waits until no other Walker holds large contents. It does not wait for one that waits for this one: a Walker leaves
// when its own part of the tree is done.
func (w *Walker) enter(size int64) {
	if size >= leastGated && w.limits.Gate != nil && !w.gated {
		w.limits.Gate.mu.Lock()
		w.gated = true
	}
}

// leave lets others in when no large content is held any more.
func (w *Walker) leave() {
	if !w.gated {
		return
	}
	for i := range w.levels {
		if len(w.levels[i].content) >= leastGated {
			return
		}
	}
	w.x.buffers.forget()
	w.gated = false
	w.limits.Gate.mu.Unlock()
}

// spare keeps one large buffer: the base of a delta is let go of when its result was made, and the next result takes its place.
type spare []byte

// take gives a large buffer, before more memory is had from the system what was used is given back.
func (s *spare) take(size int) []byte {
	buf := *s
	*s = nil
	if cap(buf) >= size {
		return buf[:size]
	}
	if buf != nil {
		buf = nil
		runtime.GC()
	}
	return make([]byte, size, size+size/64) // the next version of such a file may be a little longer
}

// forget gives the memory of large contents back, all of which were let go of.
func (b *buffers) forget() {
	b.spare = nil
	runtime.GC()
}

// oversizeError says that a delta makes more than is read.
type oversizeError struct{ size, limit int64 }

func (e *oversizeError) Error() string {
	return fmt.Sprintf("the delta makes %d bytes, more than the limit of %d", e.size, e.limit)
}

// Hint says nothing: what the limit keeps from being read is in order.
func (e *oversizeError) Hint() string { return "" }

// unread tells whether an object is too large to be read.
func (w *Walker) unread(kind Kind, size int64) bool {
	return kind == KindBlob && w.limits.MaxRead > 0 && size > w.limits.MaxRead
}

// resultSize is how many bytes an entry makes, as it declares.
func (w *Walker) resultSize(n int32) (int64, error) {
	e, err := w.head(n)
	if err != nil || !isDelta(e.Kind) {
		return e.Size, err
	}
	if e.Size > MaxDeltified {
		return e.Size, nil // which is not read either
	}
	f := w.forest
	end := f.end(n)
	if end < e.Data {
		return 0, errTruncated
	}
	delta, err := w.x.inflate(f.data[e.Data:end], e.Size, deltaSlack, false)
	if err != nil {
		return 0, err
	}
	defer w.x.buffers.put(delta)
	d, err := NewDelta(delta)
	return d.Result, err
}

// needless tells whether nothing below an entry is small enough to be read. What is damaged counts as small: it is to be reported as such.
// Entries on the way to a small one are remembered, so that each is asked about a few times at most.
func (w *Walker) needless(n int32) bool {
	f := w.forest
	if w.needed[n] {
		return false
	}
	needed := none
	stack := []int32{f.child[n]}
	for len(stack) > 0 && needed == none {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if at < 0 {
			continue
		}
		if size, err := w.resultSize(at); f.name[at]&unselected == 0 && (err != nil || size <= w.limits.MaxRead) {
			needed = at
		}
		stack = append(stack, f.sibling[at])
		if f.child[at] >= 0 {
			stack = append(stack, f.child[at])
		}
	}
	if needed == none {
		return true
	}
	if w.needed == nil {
		w.needed = make(map[int32]bool)
	}
	for ; needed != n && needed >= 0; needed = f.base[needed] {
		w.needed[needed] = true
	}
	w.needed[n] = true
	return false
}

// pass shows an object that is not made, since it is too large to be read, and so is all that is made of it.
func (w *Walker) pass(n int32, kind Kind, size int64, top *level) {
	f := w.forest
	if f.name[n]&unselected == 0 {
		w.object = Object{ID: f.id(n), Kind: kind, Size: size, Leaf: true}
		w.object.Open = func() (io.ReadCloser, error) {
			return nil, f.pack.errorAt(f.offset[n], &oversizeError{size, w.limits.MaxRead})
		}
		w.show(nil)
	}
	w.current = none
	w.push(level{node: n, next: f.child[n], end: none, kind: kind, unmade: true}, top)
}
