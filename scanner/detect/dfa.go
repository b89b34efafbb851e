package detect

import (
	"encoding/binary"
	"regexp/syntax"
	"slices"
	"sync"
)

// dfa tells quickly whether a regex can match at a candidate, so that the exact
// engine of package regexp runs only where it will almost surely find something.
//
// It is a deterministic automaton over bytes, built lazily from the nfa by subset
// construction (the lazy form as in RE2). It answers "no" only when there is no
// match, and "perhaps" otherwise. One worker uses a dfa at a time.
type dfa struct {
	nfa     *nfa
	classOf [256]uint8 // bytes that no class of the nfa tells apart share a number
	sample  []byte     // one byte of each
	states  []dfaState
	ids     map[string]int32
	start   []uint32 // what the nfa's start reaches without a byte
	// scratch of the construction
	onList []uint32 // state of the nfa -> generation in which it was added
	gen    uint32
	stack  []uint32
	key    []byte
}

type dfaState struct {
	insts []uint32
	match bool
	// next by class: without and with a new attempt started after the byte. 0: not built yet.
	next [2][]int32
}

// A dfa that outgrows maxStates forgets its states and begins anew, as RE2 does: memory
// stays bounded and speed degrades gently. A program of more than maxInsts
// instructions has states too large to be worth it.
const (
	maxStates = 5000
	maxInsts  = 6000

	unbuilt = 0
	dead    = 1 // no attempt is alive
	first   = 2 // the state at the start of an attempt
)

// sharedNFA is a rule's nfa, built when the first worker asks for it and shared by all.
type sharedNFA struct {
	once sync.Once
	nfa  *nfa
}

// get returns the nfa; nil for a regex that is too large for one.
func (s *sharedNFA) get(regex string) *nfa {
	s.once.Do(func() {
		re, err := syntax.Parse(regex, syntax.Perl)
		if err != nil { // refused when the pack was read
			return
		}
		s.nfa = newNFA(re, maxInsts)
	})
	return s.nfa
}

// newDFA builds the automaton's frame.
func newDFA(n *nfa) *dfa {
	d := &dfa{nfa: n, onList: make([]uint32, len(n.insts))}
	d.classify()
	d.reset()
	return d
}

// reset forgets all states but the dead and the first one.
func (d *dfa) reset() {
	d.ids = make(map[string]int32)
	d.states = append(d.states[:0], dfaState{}) // unbuilt: never entered
	d.state(nil)                                // dead
	if d.start == nil {
		d.gen++
		d.start = d.closure(nil, d.nfa.start)
		slices.Sort(d.start)
	}
	d.state(d.start)
}

// classify groups the bytes that all classes treat alike, and all bytes outside ASCII.
func (d *dfa) classify() {
	classes := d.nfa.classes
	for b := range 0x80 {
		if b == 0 || d.differs(classes, byte(b-1), byte(b)) {
			d.sample = append(d.sample, byte(b))
		}
		d.classOf[b] = uint8(len(d.sample) - 1)
	}
	d.sample = append(d.sample, 0x80)
	for b := 0x80; b < 0x100; b++ {
		d.classOf[b] = uint8(len(d.sample) - 1)
	}
}

// differs tells whether a class tells two neighbouring ASCII characters apart.
func (d *dfa) differs(classes []charClass, a, b byte) bool {
	for i := range classes {
		if classes[i].has(a) != classes[i].has(b) {
			return true
		}
	}
	return false
}

// closure adds pc and all it reaches without consuming a byte.
func (d *dfa) closure(set []uint32, pc uint32) []uint32 {
	d.stack = append(d.stack[:0], pc)
	for len(d.stack) > 0 {
		pc := d.stack[len(d.stack)-1]
		d.stack = d.stack[:len(d.stack)-1]
		for d.onList[pc] != d.gen {
			d.onList[pc] = d.gen
			i := &d.nfa.insts[pc]
			if i.class != opSplit {
				set = append(set, pc)
				break
			}
			d.stack = append(d.stack, i.arg)
			pc = i.out
		}
	}
	return set
}

// state returns the id of the state with these instructions, sorted.
func (d *dfa) state(insts []uint32) int32 {
	d.key = d.key[:0]
	for _, pc := range insts {
		d.key = binary.LittleEndian.AppendUint32(d.key, pc)
	}
	if id, ok := d.ids[string(d.key)]; ok {
		return id
	}
	s := dfaState{insts: slices.Clone(insts)}
	for _, pc := range insts {
		if d.nfa.insts[pc].class == opMatch {
			s.match = true
		}
	}
	table := make([]int32, 2*len(d.sample))
	s.next[0], s.next[1] = table[:len(d.sample)], table[len(d.sample):]
	id := int32(len(d.states))
	d.states = append(d.states, s)
	d.ids[string(d.key)] = id
	return id
}

// step builds the transition from a state by a class of bytes.
func (d *dfa) step(from int32, class uint8, restart int) int32 {
	b := d.sample[class]
	d.gen++
	var set []uint32
	for _, pc := range d.states[from].insts {
		i := &d.nfa.insts[pc]
		if i.class == opMatch || !d.nfa.classes[i.class].has(b) {
			continue
		}
		set = d.closure(set, i.out)
		if b >= 0x80 && d.onList[pc] != d.gen { // more bytes of the same character may follow
			d.onList[pc] = d.gen
			set = append(set, pc)
		}
	}
	if restart == 1 {
		set = d.closure(set, d.nfa.start)
	}
	slices.Sort(set)
	if len(d.states) >= maxStates {
		d.reset()
		return d.state(set) // from is gone: its table is not filled in
	}
	to := d.state(set)
	d.states[from].next[restart][class] = to
	return to
}

// reach tells how far matches can reach that begin at lo or later, but not after
// last, and end at hi or before: the end of the longest, or -1 if there is none.
// It is sure when it says that there is none, and never names an end too near.
func (d *dfa) reach(text []byte, lo, last, hi int) int {
	s := int32(first)
	end := -1
	if d.states[s].match {
		end = lo
	}
	i := lo
	for ; i < last && i < hi; i++ { // an attempt begins at every byte
		class := d.classOf[text[i]]
		next := d.states[s].next[1][class]
		if next == unbuilt {
			next = d.step(s, class, 1)
		}
		if d.states[next].match {
			end = i + 1
		}
		s = next
	}
	for ; i < hi && s != dead; i++ { // no new attempts
		class := d.classOf[text[i]]
		next := d.states[s].next[0][class]
		if next == unbuilt {
			next = d.step(s, class, 0)
		}
		if d.states[next].match {
			end = i + 1
		}
		s = next
	}
	return end
}
