package detect

import (
	"math/bits"
	"regexp/syntax"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/keysieve/keysieve/rules/nfa"
)

// automaton is what the workers share of a rule: its NFA and what is derived from that.
type automaton struct {
	nfa     *nfa.NFA
	classOf [256]uint8     // bytes that no class of the NFA tells apart share a number
	sample  []byte         // one byte of each
	width   uint32         // number of those
	start   []uint16       // what the NFA's start reaches without a byte
	first   [256]bool      // bytes with which a match can begin
	empty   bool           // a match may be empty: first says nothing
	anchor  syntax.EmptyOp // what every match asserts before its first byte
	table   atomic.Pointer[table]
}

// automata holds the automata of a set's rules, each built when the first worker asks for it: those of the regexes, for the
// matcher, and those of the relaxed regexes (nfa.Relax), for the dfa, which only tells where a match may be.
// Building one takes up to a tenth of a millisecond, in which workers that ask for others are not to wait: each lock is for some rules.
type automata struct {
	locks          [16]sync.Mutex
	exact, relaxed []*automaton
}

// makeRoom makes room for those of so many rules.
func (s *automata) makeRoom(rules int) {
	s.exact, s.relaxed = make([]*automaton, rules), make([]*automaton, rules)
}

// lockOf returns the lock for the automata of a rule.
func (s *automata) lockOf(rule int32) *sync.Mutex { return &s.locks[int(rule)%len(s.locks)] }

// get returns a rule's automaton; nil for a regex that is too large for one.
func (s *automata) get(rule int32, code nfa.Code, c *construction) *automaton {
	lock := s.lockOf(rule)
	lock.Lock()
	defer lock.Unlock()
	return s.build(s.exact, rule, code, c)
}

// getRelaxed returns a rule's relaxed automaton; nil for a regex that is too large for one even so.
func (s *automata) getRelaxed(rule int32, code nfa.Code, c *construction) *automaton {
	lock := s.lockOf(rule)
	lock.Lock()
	defer lock.Unlock()
	if s.relaxed[rule] == nil {
		if relaxed := nfa.Relax(code); relaxed != code {
			code = relaxed
		} else { // they share one
			s.build(s.exact, rule, code, c)
			s.relaxed[rule] = s.exact[rule]
		}
	}
	return s.build(s.relaxed, rule, code, c)
}

func (s *automata) build(all []*automaton, rule int32, code nfa.Code, c *construction) *automaton {
	if all[rule] == nil {
		all[rule] = newAutomaton(code, c)
	}
	if all[rule].nfa == nil {
		return nil
	}
	return all[rule]
}

// forget drops the tables.
func (s *automata) forget() {
	for i := range s.exact {
		lock := s.lockOf(int32(i))
		lock.Lock()
		s.exact[i].forget()
		s.relaxed[i].forget()
		lock.Unlock()
	}
}

// forget drops the table of an automaton, which may be nil.
func (a *automaton) forget() {
	if a == nil {
		return
	}
	if t := a.table.Swap(nil); t != nil {
		t.forget()
	}
}

// newAutomaton builds the automaton of a code; it has no NFA if that would be too large.
func newAutomaton(code nfa.Code, c *construction) *automaton {
	n := nfa.Build(code, maxInsts)
	if n == nil {
		return &automaton{}
	}
	return automatonOf(n, c)
}

// automatonOf derives what is needed of an NFA.
func automatonOf(n *nfa.NFA, c *construction) *automaton {
	a := &automaton{nfa: n}
	a.classify()
	c.begin(n)
	a.start = slices.Clone(c.closure(n, nil, n.Start))
	slices.Sort(a.start)
	a.front()
	return a
}

// front derives with what a match can begin.
func (a *automaton) front() {
	for _, pc := range a.start {
		i := &a.nfa.Insts[pc]
		if i.Op == nfa.OpMatch {
			a.empty = true
			continue
		}
		class := &a.nfa.Classes[i.Arg]
		for b := range a.first {
			a.first[b] = a.first[b] || class.HasByte(byte(b))
		}
	}
	for pc := a.nfa.Start; ; {
		i := &a.nfa.Insts[pc]
		switch i.Op {
		case nfa.OpAssert:
			a.anchor |= syntax.EmptyOp(i.Arg)
		case nfa.OpGroup:
		default:
			return
		}
		pc = i.Out
	}
}

// classify groups the bytes that all classes treat alike, and all bytes beyond ASCII.
func (a *automaton) classify() {
	var begins [2]uint64 // bytes that some class tells from the one before
	for i := range a.nfa.Classes {
		c := &a.nfa.Classes[i].ASCII
		begins[0] |= c[0] ^ c[0]<<1
		begins[1] |= c[1] ^ (c[1]<<1 | c[0]>>63)
	}
	begins[0] |= 1
	a.sample = make([]byte, 0, bits.OnesCount64(begins[0])+bits.OnesCount64(begins[1])+1)
	for b := range 0x80 {
		if begins[b>>6]>>(b&63)&1 != 0 {
			a.sample = append(a.sample, byte(b))
		}
		a.classOf[b] = uint8(len(a.sample) - 1)
	}
	a.sample = append(a.sample, 0x80)
	for b := 0x80; b < 0x100; b++ {
		a.classOf[b] = uint8(len(a.sample) - 1)
	}
	a.width = uint32(len(a.sample))
}
