package git

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

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
	w := baseWalk{spanWalk: newSpanWalk(ctx, r, func(what string, err error) {
		if unread == nil {
			unread = fmt.Errorf("%s: %w", what, err)
		}
	})}
	bases := w.commonAncestors(one, two)
	if err := errors.Join(ctx.Err(), unread); err != nil {
		return nil, err
	}
	if len(bases) == 0 {
		for _, n := range w.nodes {
			if n.cut && n.hasParents() {
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

// The paint of a commit on the way to merge bases.
const (
	ofFirst  = 1 << iota // the first of the two commits reaches it
	ofSecond             // the second does
	stale                // a common ancestor does: it is not the best
	common               // it is a candidate
)

// baseWalk looks for common ancestors.
type baseWalk struct {
	*spanWalk
	fresh int // in the queue and not stale
}

// commonAncestors walks back from two commits. What both reach is a candidate; what candidates
// reach is stale, and the walk ends when nothing else is left.
func (w *baseWalk) commonAncestors(one, two packfile.ID) []packfile.ID {
	w.add(one, ofFirst)
	w.add(two, ofSecond)
	var found []*spanNode
	for w.fresh > 0 && w.ctx.Err() == nil {
		n := w.dequeue()
		if n.paint&stale == 0 {
			w.fresh--
		}
		paint := n.paint & (ofFirst | ofSecond | stale)
		if paint == ofFirst|ofSecond {
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
	slices.SortFunc(bases, packfile.CompareIDs)
	return bases
}

// add adds paint, and queues the commit if that is news.
func (w *baseWalk) add(id packfile.ID, paint uint8) {
	n := w.node(id)
	if n.paint&paint == paint {
		return
	}
	if n.queued && n.paint&stale == 0 {
		w.fresh--
	}
	n.paint |= paint
	w.enqueue(n)
	if n.paint&stale == 0 {
		w.fresh++
	}
}
