package git

import (
	"cmp"
	"container/heap"
	"context"
	"slices"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// Span is what some commits reach and others do not: the commits of a pull
// request, of a push.
type Span struct {
	// Commits are sorted by the committer's date, the earliest first; of two of one
	// date the one with the smaller id.
	Commits []SpanCommit
	// Cut are those of them whose parents a shallow clone lacks: what is new in
	// them cannot be told. They are not among Commits.
	Cut []packfile.ID
}

// SpanCommit is one commit of a span. One that is replaced (git-replace(1)) is
// there twice: as it is stored, and pushed, compared with its parents as they are
// stored; and as git shows it, compared with what git shows for its parents.
type SpanCommit struct {
	ID     packfile.ID // by which it is known
	Stored packfile.ID // of the object that holds its content
	// Before are the root trees of its parents; the zero id for one that cannot be read.
	Before []packfile.ID
	date   int64
}

// Span finds the commits that some of include reach (these among them) and none
// of exclude does, as git rev-list does. Where grafts or replacements give a commit
// other parents, both these and the stored ones count: whatever git shows here, what
// is stored is pushed.
//
// Only what lies between is read: commits are taken the latest first, until all
// that are left are excluded and older than anything that was found, and then some
// more, for clocks that are wrong. So it takes time in proportion to the span, to
// what happened beside it meanwhile and to the number of those given, whatever came
// before. Clocks that are very wrong may put a commit into a span that an excluded one
// reaches; none is ever left out.
//
// A commit that cannot be read is given to fail; the rest is found as if it had
// no parents.
func (r *Repository) Span(ctx context.Context, include, exclude []packfile.ID, fail func(what string, err error)) (*Span, error) {
	w := newSpanWalk(ctx, r, fail)
	for _, id := range exclude {
		w.paint(id, unwanted)
	}
	for _, id := range include {
		w.paint(id, wanted)
	}
	for w.more() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n := w.next()
		paint := n.paint & unwanted
		if paint == 0 {
			paint = wanted
			w.oldest = min(w.oldest, n.date)
		}
		for _, p := range n.parents {
			w.paint(p, paint)
		}
	}
	return w.span(), nil
}

// Commits gives single commits as a span, whatever reaches what.
func (r *Repository) Commits(ctx context.Context, ids []packfile.ID, fail func(what string, err error)) *Span {
	w := newSpanWalk(ctx, r, fail)
	for _, id := range ids {
		w.paint(id, wanted)
	}
	return w.span()
}

// The paint of a commit that a walk has come to.
const (
	wanted   = 1 << iota // an included commit reaches it
	unwanted             // an excluded one does
)

// spanNode is a commit that a walk has come to.
type spanNode struct {
	id      packfile.ID
	date    int64         // of the committer, in seconds since 1970
	stored  *Commit       // nil: it cannot be read
	shown   *Commit       // what git shows for it; the same unless it is replaced
	parents []packfile.ID // those that are shown, and those that are stored
	paint   uint8
	cut     bool // its parents are missing on purpose
	queued  bool
}

// spanWalk walks from commits to their parents, the latest first.
type spanWalk struct {
	repo    *Repository
	ctx     context.Context //nolint:containedctx // of one walk
	fail    func(string, error)
	changed rewrites
	nodes   map[packfile.ID]*spanNode
	queue   spanQueue
	pending int   // in the queue and wanted alone
	oldest  int64 // date of the earliest commit that was found
	slop    int   // how many more are looked at after the end
}

// slop is how many commits are looked at beyond the first that cannot matter if
// clocks are right. Git looks at five.
const slop = 32

func newSpanWalk(ctx context.Context, r *Repository, fail func(string, error)) *spanWalk {
	const latest = 1<<63 - 1
	return &spanWalk{
		repo: r, ctx: ctx, fail: fail, changed: r.rewritesNow(ctx, fail),
		nodes: map[packfile.ID]*spanNode{}, oldest: latest, slop: slop,
	}
}

// node gives a commit that the walk comes to, reading it the first time.
func (w *spanWalk) node(id packfile.ID) *spanNode {
	n := w.nodes[id]
	if n == nil {
		n = w.read(id)
		w.nodes[id] = n
	}
	return n
}

// enqueue puts a commit into the queue, so that its parents get its paint, too.
func (w *spanWalk) enqueue(n *spanNode) {
	if !n.queued {
		n.queued = true
		heap.Push(&w.queue, n)
	}
}

// dequeue takes the latest commit off the queue.
func (w *spanWalk) dequeue() *spanNode {
	n := heap.Pop(&w.queue).(*spanNode) //nolint:forcetypeassert // nothing else is pushed
	n.queued = false
	return n
}

// paint adds paint to a commit, and if that is news queues it.
func (w *spanWalk) paint(id packfile.ID, paint uint8) {
	n := w.node(id)
	if n.paint&paint == paint || n.paint&unwanted != 0 && paint == wanted {
		return
	}
	if n.queued && n.paint == wanted {
		w.pending--
	}
	n.paint |= paint
	w.enqueue(n)
	if n.paint == wanted {
		w.pending++
	}
}

// next takes the latest commit off the queue.
func (w *spanWalk) next() *spanNode {
	n := w.dequeue()
	if n.paint == wanted {
		w.pending--
	}
	return n
}

// more says whether what is left in the queue may matter.
func (w *spanWalk) more() bool {
	if len(w.queue) == 0 {
		return false
	}
	if w.pending > 0 || w.queue[0].date >= w.oldest {
		w.slop = slop
		return true
	}
	w.slop--
	return w.slop >= 0
}

// read reads a commit as it is stored and as git shows it.
func (w *spanWalk) read(id packfile.ID) *spanNode {
	n := &spanNode{id: id, cut: w.changed.shallow[id]}
	n.stored = w.commit(id, id)
	n.shown = n.stored
	if other := w.changed.content(id); other != id {
		n.shown = w.commit(id, other)
	}
	for _, c := range []*Commit{n.shown, n.stored} {
		if c == nil {
			continue
		}
		if !c.Committed.IsZero() {
			n.date = c.Committed.Unix()
		}
		if !n.cut {
			n.addParents(c.Parents)
		}
	}
	if grafted, ok := w.changed.grafts[id]; ok && !n.cut {
		n.addParents(grafted)
	}
	return n
}

func (n *spanNode) addParents(ids []packfile.ID) { n.parents = appendNew(n.parents, ids) }

// appendNew appends what a list does not hold yet. Parents are few; a commit that names hundreds of thousands, to make a
// search among them take for ever, is given a set.
func appendNew[T comparable](list, more []T) []T {
	const few = 32
	if len(list)+len(more) <= few {
		for _, x := range more {
			if !slices.Contains(list, x) {
				list = append(list, x)
			}
		}
		return list
	}
	known := make(map[T]struct{}, len(list)+len(more))
	for _, x := range list {
		known[x] = struct{}{}
	}
	for _, x := range more {
		if _, ok := known[x]; !ok {
			known[x] = struct{}{}
			list = append(list, x)
		}
	}
	return list
}

// commit reads the object that stands for a commit; nil if it cannot be read.
func (w *spanWalk) commit(id, content packfile.ID) *Commit {
	c, err := w.repo.Commit(content)
	if err != nil {
		w.fail("commit "+id.String(), err)
		return nil
	}
	c.Message = nil // read again where it is scanned
	return c
}

// span collects what was found.
func (w *spanWalk) span() *Span {
	s := &Span{}
	var found []*spanNode
	for _, n := range w.nodes {
		if n.paint&unwanted == 0 {
			found = append(found, n)
		}
	}
	for _, n := range found { // which may read parents that the walk did not come to
		if n.cut && n.hasParents() {
			s.Cut = append(s.Cut, n.id)
			continue
		}
		if n.stored != nil {
			s.Commits = append(s.Commits, SpanCommit{n.id, n.id, w.treesOf(n.parentsOf(n.stored), false), n.date})
		}
		if n.shown != nil && n.shown != n.stored {
			s.Commits = append(s.Commits, SpanCommit{n.id, n.shown.ID, w.treesOf(w.changed.parents(n.id, n.shown.Parents), true), n.date})
		}
	}
	slices.SortFunc(s.Commits, func(a, b SpanCommit) int {
		return cmp.Or(cmp.Compare(a.date, b.date), packfile.CompareIDs(a.ID, b.ID), packfile.CompareIDs(a.Stored, b.Stored))
	})
	slices.SortFunc(s.Cut, packfile.CompareIDs)
	return s
}

// parentsOf are the parents that a commit is compared with.
func (n *spanNode) parentsOf(c *Commit) []packfile.ID {
	if n.cut {
		return nil
	}
	return c.Parents
}

// hasParents says whether a commit on the shallow boundary names parents: the
// first commit of all may stand there, too.
func (n *spanNode) hasParents() bool {
	return n.stored == nil || len(n.stored.Parents) > 0
}

// treesOf gives the root trees of commits, as git shows them or as they are stored.
func (w *spanWalk) treesOf(ids []packfile.ID, shown bool) []packfile.ID {
	trees := make([]packfile.ID, len(ids))
	for i, id := range ids {
		c := w.node(id).stored
		if shown {
			c = w.node(id).shown
		}
		if c != nil {
			trees[i] = c.Tree
		}
	}
	return trees
}

// spanQueue is a heap of commits, the latest on top.
type spanQueue []*spanNode

func (q spanQueue) Len() int           { return len(q) }
func (q spanQueue) Less(i, j int) bool { return q[i].date > q[j].date }
func (q spanQueue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *spanQueue) Push(n any)        { *q = append(*q, n.(*spanNode)) } //nolint:forcetypeassert // heap hands back what it was given
func (q *spanQueue) Pop() any {
	last := len(*q) - 1
	n := (*q)[last]
	*q = (*q)[:last]
	return n
}
