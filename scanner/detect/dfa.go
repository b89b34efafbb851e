package detect

import (
	"bytes"
	"regexp/syntax"
	"sync/atomic"
)

// dfa tells quickly whether a regex can match at a candidate, so that the exact
// matcher runs only where it will almost surely find something.
//
// It is a deterministic automaton over bytes, built lazily from the NFA by subset
// construction (the lazy form as in RE2). It errs on the side of matching: assertions
// always hold, and a byte beyond ASCII counts as any part of any character there. So it answers "no" only when there is no
// match, and "perhaps" otherwise. A dfa is one worker's; what it has learned is in a table that all workers share.
type dfa struct {
	*automaton
	*construction
	table  *table
	view   *view // of the table, perhaps an old one
	asked  int   // how often
	walked int   // bytes gone over
	steps  int   // transitions that were missing
}

// newDFA gives a worker's dfa on a table.
func newDFA(t *table, c *construction) *dfa {
	return &dfa{automaton: t.automaton, construction: c, table: t, view: t.now.Load()}
}

// dead is the row of the state in which no attempt is alive, firstRow that at the start of one.
func (a *automaton) dead() uint32     { return a.width }
func (a *automaton) firstRow() uint32 { return 2 * a.width }

// step gives the transition from a state by a class of bytes, which the view lacks, and brings the view up to date.
func (d *dfa) step(from uint32, class uint8, restart int) (to uint32) {
	d.steps++
	d.view, to = d.table.step(d.construction, d.view, from, class, restart)
	return to
}

// restarts makes sure that the view has rows with new attempts.
func (d *dfa) restarts() {
	if d.view.next[1] == nil {
		d.view = d.table.restarts(d.view)
	}
}

// reach tells how far matches can reach that begin at lo or later, but not after
// last, and end at hi or before: the end of the longest, or -1 if there is none.
// It is sure when it says that there is none, and never names an end too near.
// What it looked at ends before seen.
func (d *dfa) reach(text []byte, lo, last, hi int) (end, seen int) {
	d.asked++
	begin := lo
	if lo > 0 && d.anchor&syntax.EmptyBeginText != 0 {
		return -1, lo
	}
	if lo > 0 && d.anchor&syntax.EmptyBeginLine != 0 {
		if lo = lineStartFrom(text, lo, last); lo < 0 {
			return -1, last
		}
	}
	var s uint32
	end = -1
	if d.empty {
		end = lo
	}
	i := lo
	if i < last {
		d.restarts()
	}
	if i < last && d.anchor&syntax.EmptyBeginLine != 0 {
		s, i, end = d.lines(text, i, min(last, hi), end)
	} else {
		s, i, end = d.anywhere(text, i, min(last, hi), end)
	}
	for next := d.view.next[0]; i < hi; i++ { // no new attempts
		class := d.classOf[text[i]]
		to := atomic.LoadUint32(&next[s+uint32(class)])
		if to <= d.width || to&matching != 0 {
			if to == unbuilt {
				to = d.step(s, class, 0)
				next = d.view.next[0]
			}
			if to&matching != 0 {
				end = i + 1
				to &^= matching
			}
			if to == d.dead() {
				i++
				break
			}
		}
		s = to
	}
	d.walked += i - begin
	return end, i
}

// anywhere goes over text[i:last], an attempt beginning at every byte.
func (d *dfa) anywhere(text []byte, i, last, matched int) (s uint32, at, end int) {
	s, end = d.firstRow(), matched
	for next := d.view.next[1]; i < last; i++ {
		class := d.classOf[text[i]]
		to := atomic.LoadUint32(&next[s+uint32(class)])
		if to == unbuilt {
			to = d.step(s, class, 1)
			next = d.view.next[1]
		}
		if to&matching != 0 {
			end = i + 1
			to &^= matching
		}
		s = to
	}
	return s, i, end
}

// lines goes over text[i:last], which begins at a line's start, an attempt beginning at every such.
func (d *dfa) lines(text []byte, i, last, matched int) (s uint32, at, end int) {
	s, end = d.firstRow(), matched
	for i < last {
		if s == d.dead() {
			n := bytes.IndexByte(text[i:last], '\n')
			if n < 0 {
				return s, last, end
			}
			i += n
		}
		restart := 0
		if text[i] == '\n' {
			restart = 1
		}
		class := d.classOf[text[i]]
		to := atomic.LoadUint32(&d.view.next[restart][s+uint32(class)])
		if to == unbuilt {
			to = d.step(s, class, restart)
		}
		i++
		if to&matching != 0 {
			end = i
			to &^= matching
		}
		s = to
	}
	return s, i, end
}

// pays tells whether the dfa is worth its while for this worker: an automaton that goes on making states
// for nearly every byte is slower than the matcher, which takes some microseconds even for a candidate that soon fails.
func (d *dfa) pays() bool {
	return d.steps < minSteps || d.steps*stepCost < d.walked || d.steps < d.asked*stepsPerAsk
}

// slow tells whether the dfa goes far for most candidates, or makes states, so that it should be asked about few.
func (d *dfa) slow() bool {
	return d.walked+d.steps*stepCost > d.asked*slowAsk && d.asked >= leastAsked
}

const (
	leastAsked = 8
	slowAsk    = 128 // bytes: about what the search for a run in a stretch takes

	minSteps    = 4000
	stepCost    = 8 // bytes that could be walked in the time of making a state
	stepsPerAsk = 4 // states that could be made in the time that the matcher takes for a candidate
)

// lineStartFrom returns the first start of a line in text[lo:last+1]; -1 if there is none.
func lineStartFrom(text []byte, lo, last int) int {
	if text[lo-1] == '\n' {
		return lo
	}
	if i := bytes.IndexByte(text[lo:last], '\n'); i >= 0 {
		return lo + i + 1
	}
	return -1
}
