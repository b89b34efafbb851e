package detect

import (
	"slices"

	"github.com/keysieve/keysieve/rules/nfa"
)

// states are a table's: sets of the NFA's instructions, each with its row. They lie in one piece of memory,
// and are looked up in a hash table that holds their numbers: a check of a few files makes thousands.
type states struct {
	insts []uint16 // of all states, one after the other
	ends  []uint32 // where each state's instructions end
	rows  []uint32
	slots []uint32 // open addressing by hashOf: 1 plus the state's number
}

// newStates begins with one state that stands for none: an entry of 0 is not built.
func newStates() *states {
	return &states{ends: append(make([]uint32, 0, fewStates), 0), rows: append(make([]uint32, 0, fewStates), 0)}
}

// count returns how many states there are.
func (s *states) count() int { return len(s.ends) }

// members returns the instructions of a state, good until a state is added.
func (s *states) members(state uint32) []uint16 {
	return s.insts[s.ends[state-1]:s.ends[state]]
}

// find returns the row of the state with these instructions.
func (s *states) find(insts []uint16, hash uint32) (row uint32, ok bool) {
	if len(s.slots) == 0 {
		return 0, false
	}
	mask := uint32(len(s.slots) - 1)
	for at := hash & mask; s.slots[at] != 0; at = (at + 1) & mask {
		if state := s.slots[at] - 1; slices.Equal(s.members(state), insts) {
			return s.rows[state], true
		}
	}
	return 0, false
}

// add adds a state that is not there.
func (s *states) add(insts []uint16, hash, row uint32) {
	s.insts = append(s.insts, insts...)
	s.ends = append(s.ends, uint32(len(s.insts)))
	s.rows = append(s.rows, row)
	if 2*s.count() <= len(s.slots) {
		s.enter(uint32(s.count()-1), hash)
		return
	}
	s.slots = written[uint32](max(2*len(s.slots), 4*fewStates))
	for state := uint32(1); state < uint32(s.count()); state++ {
		s.enter(state, hashOf(s.members(state)))
	}
}

func (s *states) enter(state, hash uint32) {
	mask := uint32(len(s.slots) - 1)
	at := hash & mask
	for ; s.slots[at] != 0; at = (at + 1) & mask {
	}
	s.slots[at] = state + 1
}

// hashOf hashes a set of instructions (FNV-1a, by instruction).
func hashOf(insts []uint16) uint32 {
	h := uint32(2166136261)
	for _, pc := range insts {
		h = (h ^ uint32(pc)) * 16777619
	}
	return h ^ h>>15
}

// construction is what a worker needs to make states.
type construction struct {
	onList []uint32 // instruction -> generation in which it was added
	gen    uint32
	stack  []uint16
	set    []uint16
}

// begin begins an empty set.
func (c *construction) begin(n *nfa.NFA) {
	if len(n.Insts) > len(c.onList) {
		c.onList = written[uint32](max(len(n.Insts), fewInsts))
		c.gen = 0
	}
	if c.gen++; c.gen == 0 { // after four thousand million sets the numbers begin anew
		clear(c.onList)
		c.gen = 1
	}
}

// fewInsts is more instructions than most automata have.
const fewInsts = 4096

// closure adds pc and all it reaches without reading a byte.
func (c *construction) closure(n *nfa.NFA, set []uint16, pc uint16) []uint16 {
	c.stack = append(c.stack[:0], pc)
	for len(c.stack) > 0 {
		pc := c.stack[len(c.stack)-1]
		c.stack = c.stack[:len(c.stack)-1]
	walk:
		for c.onList[pc] != c.gen {
			c.onList[pc] = c.gen
			i := &n.Insts[pc]
			switch i.Op {
			case nfa.OpFail:
				break walk
			case nfa.OpClass, nfa.OpMatch:
				set = append(set, pc)
				break walk
			case nfa.OpSplit:
				c.stack = append(c.stack, i.Arg)
			}
			pc = i.Out
		}
	}
	return set
}
