package git

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// Span is what some commits reach and others do not: the commits of a pull
// request, of a push.
type Span struct {
	// Commits are sorted by date, the earliest first; of two of one date the one
	// with the smaller id.
	Commits []SpanCommit
	// Cut are those of them whose parents a shallow clone lacks: what is new in
	// them cannot be told. They are not among Commits.
	Cut []packfile.ID
}

// SpanCommit is one commit of a span. One that is replaced (git-replace(1)) is
// there twice, as git shows it and as it is stored and pushed.
type SpanCommit struct {
	ID      packfile.ID // by which it is known
	Stored  packfile.ID // of the object that holds its content
	Parents []packfile.ID
	// Before are the root trees of Parents; the zero id for one that cannot be read.
	Before []packfile.ID
	date   int64
}

// Span finds the commits that some of include reach (these among them) and none
// of exclude does, as git rev-list does: heeding grafts and replacements.
//
// Only what lies between is read: commits are taken the latest first, until all
// that are left are excluded and older than anything that was found, and then some
// more, for clocks that are wrong. So it takes time in proportion to the span
// and to what happened beside it meanwhile, whatever came before. Clocks that
// are very wrong may put a commit into a span that an excluded one reaches; none
// is ever left out.
//
// A commit that cannot be read is given to fail; the rest is found as if it had
// no parents.
func (r *Repository) Span(ctx context.Context, include, exclude []packfile.ID, fail func(what string, err error)) (*Span, error) {
	w := newSpanWalk(r, ctx, fail)
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
	w := newSpanWalk(r, ctx, fail)
	for _, id := range ids {
		w.paint(id, wanted)
	}
	return w.span()
}

// The paint of a commit that a walk has come to.
const (
	wanted   = 1 << iota // an included commit reaches it
	unwanted             // an excluded one does
	stale                // what it reaches is known to be common: see MergeBases
	common               // a candidate: see MergeBases
)

// spanNode is a commit that a walk has come to.
type spanNode struct {
	id      packfile.ID
	date    int64 // of the committer, in seconds since 1970
	tree    packfile.ID
	parents []packfile.ID
	paint   uint8
	cut     bool // its parents are missing on purpose
	unread  bool
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

func newSpanWalk(r *Repository, ctx context.Context, fail func(string, error)) *spanWalk { //nolint:revive // the walk is made for r
	const latest = 1<<63 - 1
	return &spanWalk{
		repo: r, ctx: ctx, fail: fail, changed: r.rewritesNow(ctx, fail),
		nodes: map[packfile.ID]*spanNode{}, oldest: latest, slop: slop,
	}
}

// paint adds paint to a commit, and if that is news queues it, so that its
// parents get it, too.
func (w *spanWalk) paint(id packfile.ID, paint uint8) {
	n := w.nodes[id]
	if n == nil {
		n = w.read(id)
		w.nodes[id] = n
	}
	if n.paint&paint == paint || n.paint&unwanted != 0 && paint == wanted {
		return
	}
	if n.queued && n.paint == wanted {
		w.pending--
	}
	n.paint |= paint
	if !n.queued {
		n.queued = true
		heap.Push(&w.queue, n)
	}
	if n.paint == wanted {
		w.pending++
	}
}

// next takes the latest commit off the queue.
func (w *spanWalk) next() *spanNode {
	n := heap.Pop(&w.queue).(*spanNode) //nolint:forcetypeassert // nothing else is pushed
	n.queued = false
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

// read reads a commit as git shows it.
func (w *spanWalk) read(id packfile.ID) *spanNode {
	n := &spanNode{id: id, cut: w.changed.shallow[id]}
	c, err := w.repo.Commit(w.changed.content(id))
	if err != nil {
		n.unread = true
		w.fail("commit "+id.String(), err)
		return n
	}
	if !c.Committed.IsZero() {
		n.date = c.Committed.Unix()
	}
	n.tree = c.Tree
	n.parents = w.changed.parents(id, c.Parents)
	return n
}

// span collects what was found.
func (w *spanWalk) span() *Span {
	s := &Span{}
	for id, n := range w.nodes {
		switch {
		case n.paint&unwanted != 0 || n.unread:
		case n.cut && w.hasParents(id):
			s.Cut = append(s.Cut, id)
		default:
			shown := w.changed.content(id)
			c := SpanCommit{id, shown, n.parents, w.treesOf(n.parents), n.date}
			s.Commits = append(s.Commits, c)
			if shown != id {
				c.Stored = id
				s.Commits = append(s.Commits, c)
			}
		}
	}
	slices.SortFunc(s.Commits, func(a, b SpanCommit) int {
		if a.date != b.date {
			if a.date < b.date {
				return -1
			}
			return 1
		}
		if c := a.ID.Compare(b.ID.Append(nil)); c != 0 {
			return c
		}
		return a.Stored.Compare(b.Stored.Append(nil))
	})
	slices.SortFunc(s.Cut, func(a, b packfile.ID) int { return a.Compare(b.Append(nil)) })
	return s
}

// treesOf gives the root trees of commits; those that the walk did not come to are read.
func (w *spanWalk) treesOf(ids []packfile.ID) []packfile.ID {
	trees := make([]packfile.ID, len(ids))
	for i, id := range ids {
		n := w.nodes[id]
		if n == nil {
			n = w.read(id)
		}
		trees[i] = n.tree
	}
	return trees
}

// hasParents says whether a commit on the shallow boundary names parents: the
// first commit of all may stand there, too.
func (w *spanWalk) hasParents(id packfile.ID) bool {
	c, err := w.repo.Commit(w.changed.content(id))
	return err != nil || len(c.Parents) > 0
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

// ShallowError says that a history ends before what is looked for.
type ShallowError struct{ one, two packfile.ID }

// Error says what was looked for.
func (e *ShallowError) Error() string {
	return fmt.Sprintf("this clone is shallow and ends before a common ancestor of %s and %s", e.one, e.two)
}

// Hint is the command that completes the history.
func (e *ShallowError) Hint() string { return "git fetch --unshallow" }

// MergeBases gives the best common ancestors of two commits, as git merge-base
// --all does: those that no other common ancestor has among its ancestors. After
// merges that cross there are several; of histories that have nothing in common
// there are none, and where a shallow clone cuts off what may have been one, the error
// is a *ShallowError.
func (r *Repository) MergeBases(ctx context.Context, one, two packfile.ID) ([]packfile.ID, error) {
	var unread error
	w := newSpanWalk(r, ctx, func(what string, err error) {
		if unread == nil {
			unread = fmt.Errorf("%s: %w", what, err)
		}
	})
	bases := w.commonAncestors(one, two)
	if err := errors.Join(ctx.Err(), unread); err != nil {
		return nil, err
	}
	if len(bases) == 0 {
		for id, n := range w.nodes {
			if n.cut && w.hasParents(id) {
				return nil, &ShallowError{one, two}
			}
		}
	}
	if len(bases) < 2 {
		return bases, nil
	}
	// Where clocks are wrong, a candidate may be an ancestor of another one.
	best := bases[:0:0]
	for i, base := range bases {
		others := slices.Concat(bases[:i:i], bases[i+1:])
		span, err := r.Span(ctx, []packfile.ID{base}, others, func(string, error) {})
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(span.Commits, func(c SpanCommit) bool { return c.ID == base }) || slices.Contains(span.Cut, base) {
			best = append(best, base)
		}
	}
	return best, nil
}

// commonAncestors walks back from two commits. What both reach is a candidate; what candidates
// reach is stale, and the walk ends when nothing else is left.
func (w *spanWalk) commonAncestors(one, two packfile.ID) []packfile.ID {
	const first, second = 1 << 4, 1 << 5
	w.add(one, first)
	w.add(two, second)
	fresh := func(n *spanNode) bool { return n.paint&stale == 0 }
	var found []*spanNode
	for slices.ContainsFunc(w.queue, fresh) && w.ctx.Err() == nil {
		n := w.next()
		paint := n.paint & (first | second | stale)
		if paint == first|second {
			if n.paint&common == 0 {
				n.paint |= common
				found = append(found, n)
			}
			paint |= stale
		}
		for _, p := range n.parents {
			w.add(p, paint)
		}
	}
	var bases []packfile.ID
	for _, n := range found {
		if n.paint&stale == 0 {
			bases = append(bases, n.id)
		}
	}
	slices.SortFunc(bases, func(a, b packfile.ID) int { return a.Compare(b.Append(nil)) })
	return bases
}

// add adds paint, and queues the commit if that is news.
func (w *spanWalk) add(id packfile.ID, paint uint8) {
	n := w.nodes[id]
	if n == nil {
		n = w.read(id)
		w.nodes[id] = n
	}
	if n.paint&paint == paint {
		return
	}
	n.paint |= paint
	if !n.queued {
		n.queued = true
		heap.Push(&w.queue, n)
	}
}
