package detect

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/keysieve/keysieve/rules/nfa"
)

// table holds the states and transitions of an automaton that some text has asked for. All workers share it:
// each walks over a view without a lock, and takes the lock for a transition that its view lacks. Entries are written once,
// from unbuilt to what they are, by atomic stores; a table that has to grow is copied into a new view,
// and who walks over an old one only finds less in it.
type table struct {
	*automaton
	mu    sync.Mutex
	now   atomic.Pointer[view] // changed with mu held
	size  int64                // in bytes
	bytes *atomic.Int64        // of all tables; nil once it was forgotten
}

// view is a table as it was at some time, and what was entered since and had room.
type view struct {
	states *states // changed with the table's mu held, as long as this is the table's
	// next holds a row of width entries for each state, without and with a new
	// attempt begun behind the byte. An entry is the next state's row, or one of those
	// below; matching is set where that state matches.
	next [2][]uint32
}

// A table that outgrows maxStates forgets its states and begins anew, as RE2 does: memory
// stays bounded and speed degrades gently. A program of more than maxInsts
// instructions has states too large to be worth it.
const (
	maxStates = 2000
	maxInsts  = 8000

	unbuilt  = 0
	matching = 1 << 31

	// bytesPerState is what a state takes beside its row and its instructions.
	bytesPerState = 16

	// fewStates is for how many states there is room at first.
	fewStates = 8
)

// tableOf gives the table that all workers share of an automaton.
func (d *Detector) tableOf(a *automaton) *table {
	if t := a.table.Load(); t != nil {
		return t
	}
	t := newTable(a, &d.tables)
	if !a.table.CompareAndSwap(nil, t) {
		if other := a.table.Load(); other != nil { // and not forgotten at once
			t.forget()
			return other
		}
	}
	return t
}

// forget takes the table out of the count. Who walks over it goes on.
func (t *table) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bytes.Add(-t.size)
	t.size, t.bytes = 0, nil
}

// grew counts memory that the table has more, or less, in bytes.
func (t *table) grew(bytes int) {
	if t.bytes != nil {
		t.size += int64(bytes)
		t.bytes.Add(int64(bytes))
	}
}

// newTable begins an automaton's table; what it takes is added to bytes.
func newTable(a *automaton, bytes *atomic.Int64) *table {
	t := &table{automaton: a, bytes: bytes}
	t.renew(false)
	return t
}

// renew forgets all states but the dead and the first one.
func (t *table) renew(restarts bool) {
	v := &view{states: newStates()}
	v.next[0] = written[uint32](fewStates * int(t.width))
	if restarts {
		v.next[1] = written[uint32](fewStates * int(t.width))
	}
	t.now.Store(v)
	t.grew(4*(len(v.next[0])+len(v.next[1])) - int(t.size))
	t.state(nil) // dead
	t.state(t.start)
}

// restarts gives a view with rows for new attempts, which the table has from then on.
func (t *table) restarts(old *view) *view {
	t.mu.Lock()
	defer t.mu.Unlock()
	v := t.now.Load()
	if v.next[1] == nil {
		v = &view{states: v.states, next: [2][]uint32{v.next[0], written[uint32](len(v.next[0]))}}
		t.grew(4 * len(v.next[1]))
		t.now.Store(v)
	}
	return v
}

// state returns the row of the state with these instructions, sorted; matching is set if it matches. It needs the lock.
func (t *table) state(insts []uint16) uint32 {
	v := t.now.Load()
	hash := hashOf(insts)
	if row, ok := v.states.find(insts, hash); ok {
		return row
	}
	row := uint32(v.states.count()) * t.width
	mark := uint32(0)
	for _, pc := range insts {
		if t.nfa.Insts[pc].Op == nfa.OpMatch {
			mark = matching
		}
	}
	v.states.add(insts, hash, row|mark)
	t.grew(bytesPerState + 2*len(insts))
	if int(row+t.width) > len(v.next[0]) {
		t.grow(v)
	}
	return row | mark
}

// grow doubles the room for rows, so that they are copied seldom.
func (t *table) grow(old *view) {
	v := &view{states: old.states}
	for i, next := range old.next {
		if next != nil {
			v.next[i] = written[uint32](2 * len(next))
			copy(v.next[i], next)
			t.grew(4 * len(next))
		}
	}
	t.now.Store(v)
}

// step gives the transition from a state of a view by a class of bytes, and a view that knows it.
func (t *table) step(c *construction, old *view, from uint32, class uint8, restart int) (*view, uint32) {
	t.mu.Lock()
	defer t.mu.Unlock()
	v := t.now.Load()
	known := v.states == old.states // and not forgotten meanwhile
	if known {
		if to := v.next[restart][from+uint32(class)]; to != unbuilt {
			return v, to
		}
	}
	set := c.successor(t.automaton, old.states.members(from/t.width), class, restart)
	if v.states.count() >= maxStates {
		known = false
		t.renew(v.next[1] != nil) // whoever walks over lines asks for both in turn
	}
	to := t.state(set)
	v = t.now.Load()
	if known {
		atomic.StoreUint32(&v.next[restart][from+uint32(class)], to)
	}
	return v, to
}

// successor returns the instructions, sorted, that are alive behind a byte of a class. The result is good until the next call.
func (c *construction) successor(a *automaton, alive []uint16, class uint8, restart int) []uint16 {
	b := a.sample[class]
	c.begin(a.nfa)
	set := c.set[:0]
	for _, pc := range alive {
		i := &a.nfa.Insts[pc]
		if i.Op == nfa.OpMatch || !a.nfa.Classes[i.Arg].HasByte(b) {
			continue
		}
		set = c.closure(a.nfa, set, i.Out)
		if b >= 0x80 && c.onList[pc] != c.gen { // more bytes of the same character may follow
			c.onList[pc] = c.gen
			set = append(set, pc)
		}
	}
	if restart == 1 {
		set = c.closure(a.nfa, set, a.nfa.Start)
	}
	c.set = set
	slices.Sort(set)
	return set
}
