package packfile

import "io"

// Object is what a walk shows of an object. It and what it refers to are valid
// during the call of Visit only.
type Object struct {
	ID      ID
	Kind    Kind
	Size    int64  // of the content, in bytes
	Content []byte // nil if Open is set

	// Delta says that the content was made from that of the base whose state
	// Visit is given: Copies lists what was taken from there, in the order of
	// Target and without overlaps; all other bytes were inserted. Otherwise
	// nothing is known of the content, and there is no state.
	Delta  bool
	Copies []Copy

	// Leaf says that no Visit will be given the state of this object.
	Leaf bool

	// Open gives the content of an object that is too large for the memory, as
	// a stream. It may be called during Visit, and once.
	Open func() (io.ReadCloser, error)
}

// Visitor is shown the objects of a walk, one at a time. Each worker has its
// own; states cross workers and must not change once they were returned.
type Visitor interface {
	// Visit is shown an object; base is what Visit returned for its delta's
	// base (Object.Delta). An error is reported as one of this object, and the
	// deltas on it are shown as if they were stored whole.
	Visit(o *Object, base any) (state any, err error)
}

// Host is what a Walker works for. It is used by several Walkers at a time.
type Host interface {
	// Outside gives the base of a delta that is not in the pack.
	Outside(id ID) (Kind, []byte, error)
	// Elsewhere gives an object that cannot be read from pack from another
	// place; ok is false if there is none where it is sound.
	Elsewhere(id ID, pack *Pack) (kind Kind, content []byte, ok bool)
	// Fail is told of an object that cannot be read from any place, or that
	// Visit returned an error for.
	Fail(id ID, pack *Pack, err error)
	// Stopped says that the walk shall end.
	Stopped() bool
	// Idle says that another worker has nothing to do: Give takes a part of the
	// work.
	Idle() bool
	Give(Task)
}

// Task is a part of the walk of a Forest that any Walker can do: some children
// of an entry, with all that is below them.
type Task struct {
	forest *Forest
	level  level
}

// Walk is the task of walking all of the forest.
func (f *Forest) Walk() Task {
	return Task{f, level{node: none, next: f.root, end: none}}
}

// Pack is where the task's objects are.
func (t *Task) Pack() *Pack { return t.forest.pack }

// level is an entry with children that were not visited yet.
type level struct {
	node      int32  // the entry; none: the roots
	next, end int32  // the list of children from next to before end
	kind      Kind   // of all in the tree
	content   []byte // nil: dropped, or never there
	shared    bool   // another Walker has the content, too
	visited   bool   // state is what Visit returned
	state     any
	unmade    bool  // no content was made: it is too large to be read, and so is all that is below
	broken    error // why there is no content
}

// done says that no child is left.
func (l *level) done() bool { return l.next == l.end || l.next < 0 }
