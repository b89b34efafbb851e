package detect

import (
	"bytes"
	"regexp/syntax"
	"slices"

	"github.com/keysieve/keysieve/rules/nfa"
)

// dfa tells quickly whether a regex can match at a candidate, so that the exact
// matcher runs only where it will almost surely find something.
//
// It is a deterministic automaton over bytes, built lazily from the NFA by subset
// construction (the lazy form as in RE2). It errs on the side of matching: assertions
// always hold, and a byte beyond ASCII counts as any part of any character there. So it answers "no" only when there is no
// match, and "perhaps" otherwise. One worker uses a dfa at a time.
type dfa struct {
	*automaton
	// next holds a row of width entries for each state, without and with a new
	// attempt begun behind the byte. An entry is the next state's row, or one of those
	// below; matching is set where that state matches.
	next [2][]uint32
	states
	*construction
	walked int // bytes gone over
	size   int // of the tables, in bytes
	steps  int // transitions built
}

// A dfa that outgrows maxStates forgets its states and begins anew, as RE2 does: memory
// stays bounded and speed degrades gently. A program of more than maxInsts
// instructions has states too large to be worth it.
const (
	maxStates = 2000
	maxInsts  = 8000

	unbuilt  = 0
	matching = 1 << 31
)

// newDFA builds the frame of an automaton's dfa.
func newDFA(a *automaton, c *construction) *dfa {
	d := &dfa{automaton: a, construction: c}
	d.reset()
	return d
}

// grow counts numbers that the tables have more, drop that there are none left.
func (d *dfa) grow(numbers int) {
	d.size += 4 * numbers
	d.tables += 4 * numbers
}

func (d *dfa) drop() {
	d.tables -= d.size
	d.size = 0
}

// reset forgets all states but the dead and the first one.
func (d *dfa) reset() {
	d.drop()
	d.states.reset()
	d.next[0] = extend(d.next[0][:0], int(d.width))
	d.next[1] = nil
	d.state(nil) // dead
	d.state(d.start)
}

// extend adds n zeros. Tables grow to twice their size, to be copied seldom.
func extend(table []uint32, n int) []uint32 {
	if len(table)+n > cap(table) {
		table = append(make([]uint32, 0, max(2*cap(table), fewStates*n)), table...)
	}
	table = table[:len(table)+n]
	clear(table[len(table)-n:])
	return table
}

// fewStates is for how many states there is room at first.
const fewStates = 8

// dead is the row of the state in which no attempt is alive, firstRow that at the start of one.
func (d *dfa) dead() uint32     { return d.width }
func (d *dfa) firstRow() uint32 { return 2 * d.width }

// state returns the row of the state with these instructions, sorted; matching is set if it matches.
func (d *dfa) state(insts []uint16) uint32 {
	hash := hashOf(insts)
	if row, ok := d.find(insts, hash); ok {
		return row
	}
	row := uint32(d.count()) * d.width
	for _, pc := range insts {
		if d.nfa.Insts[pc].Op == nfa.OpMatch {
			row |= matching
		}
	}
	d.states.add(insts, hash, row)
	d.grow(int(d.width) + len(insts))
	d.next[0] = extend(d.next[0], int(d.width))
	if d.next[1] != nil {
		d.grow(int(d.width))
		d.next[1] = extend(d.next[1], int(d.width))
	}
	return row
}

// step builds the transition from a state by a class of bytes.
func (d *dfa) step(from uint32, class uint8, restart int) uint32 {
	d.steps++
	b := d.sample[class]
	d.begin(d.nfa)
	set := d.set[:0]
	for _, pc := range d.members(from / d.width) {
		i := &d.nfa.Insts[pc]
		if i.Op == nfa.OpMatch || !d.nfa.Classes[i.Arg].HasByte(b) {
			continue
		}
		set = d.closure(d.nfa, set, i.Out)
		if b >= 0x80 && d.onList[pc] != d.gen { // more bytes of the same character may follow
			d.onList[pc] = d.gen
			set = append(set, pc)
		}
	}
	if restart == 1 {
		set = d.closure(d.nfa, set, d.nfa.Start)
	}
	d.set = set
	slices.Sort(set)
	if d.count() >= maxStates {
		attempts := d.next[1] != nil // whoever walks over lines asks for both in turn
		d.reset()
		if attempts {
			d.next[1] = make([]uint32, len(d.next[0]))
			d.grow(len(d.next[0]))
		}
		return d.state(set) // from is gone: its row is not filled in
	}
	to := d.state(set)
	d.next[restart][from+uint32(class)] = to
	return to
}

// reach tells how far matches can reach that begin at lo or later, but not after
// last, and end at hi or before: the end of the longest, or -1 if there is none.
// It is sure when it says that there is none, and never names an end too near.
// What it looked at ends before seen.
func (d *dfa) reach(text []byte, lo, last, hi int) (end, seen int) {
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
	if i < last && d.next[1] == nil {
		d.next[1] = make([]uint32, len(d.next[0]))
		d.grow(len(d.next[0]))
	}
	if i < last && d.anchor&syntax.EmptyBeginLine != 0 {
		s, i, end = d.lines(text, i, min(last, hi), end)
	} else {
		s, i, end = d.anywhere(text, i, min(last, hi), end)
	}
	for next := d.next[0]; i < hi; i++ { // no new attempts
		class := d.classOf[text[i]]
		to := next[s+uint32(class)]
		if to <= d.width || to&matching != 0 {
			if to == unbuilt {
				to = d.step(s, class, 0)
				next = d.next[0]
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
	for next := d.next[1]; i < last; i++ {
		class := d.classOf[text[i]]
		to := next[s+uint32(class)]
		if to == unbuilt {
			to = d.step(s, class, 1)
			next = d.next[1]
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
		to := d.next[restart][s+uint32(class)]
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

// pays tells whether the dfa is worth its while: an automaton that goes on making states
// for nearly every byte is slower than the matcher.
func (d *dfa) pays() bool { return d.steps < minSteps || d.steps*stepCost < d.walked }

const (
	minSteps = 4000
	stepCost = 8 // bytes that could be walked in the time of making a state
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
