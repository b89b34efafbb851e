package rules

import (
	"slices"
	"sync/atomic"

	"github.com/keysieve/keysieve/rules/shape"
)

// Set is packs merged and validated: what a scan runs on. It is immutable and
// safe for concurrent use; regexes are compiled when they are first used.
type Set struct {
	rules      []*Rule
	shapes     []*shape.Shape
	programs   []atomic.Pointer[Program] // made when they are asked for: most rules of a check match nothing
	index      map[string]int
	allowlists [][]*CompiledAllowlist // by rule: its own, then the global ones that apply to it
	lowerings  map[int][]*compiledLowering
	stamp      uint64
}

// NewSet merges packs in order and validates the result. An id may stand in one
// pack only, unless the later rule says that it overrides the earlier one; it
// then changes the fields that it states. The error holds one *Error for each
// mistake. The packs must not be changed afterwards.
func NewSet(packs ...Pack) (*Set, error) {
	var b builder
	b.addAll(packs)
	return b.finish()
}

// Strict returns the Set with the matches dropped whose check fails, whatever their
// rules say: for those who would rather miss a mangled token than be told of one. It
// shares everything else with s, and is s where that changes nothing.
func (s *Set) Strict() *Set {
	var strict *Set
	for i, r := range s.rules {
		if r.Check == "" || r.OnFail == Drop {
			continue
		}
		if strict == nil {
			changed := *s
			changed.rules = slices.Clone(s.rules)
			strict = &changed
		}
		changed := *r
		changed.OnFail = Drop
		strict.rules[i] = &changed
	}
	if strict == nil {
		return s
	}
	return strict
}

// Prepared tells whether the Set's rules are the built-in ones, all of them and as they are, so that what was derived of those ahead
// holds for it. The stamp is that of their compact form: other rules have another one.
func (s *Set) Prepared() (stamp uint64, ok bool) { return s.stamp, s.stamp != 0 }

// Rules returns the rules in a stable order: that of the packs and, within each,
// that of the file. The caller must not change them.
func (s *Set) Rules() []*Rule { return s.rules }

// Len returns the number of rules.
func (s *Set) Len() int { return len(s.rules) }

// Index returns the position of the rule with that id.
func (s *Set) Index(id string) (int, bool) {
	i, ok := s.index[id]
	return i, ok
}

// Shape returns what is known of the regex of rule i; the zero Shape for a rule
// on paths alone. The caller must not change it.
func (s *Set) Shape(i int) *shape.Shape { return s.shapes[i] }

// Literals returns the literals of rule i, one of which each of its matches holds: those of its Shape, which the
// prepared rules keep packed. Nearly every start does without (see Prepared).
func (s *Set) Literals(i int) []shape.Literal {
	if packed := s.shapes[i].Packed; packed != "" {
		return unpackLiterals(packed)
	}
	return s.shapes[i].Literals
}

// LiteralCount returns how many those are.
func (s *Set) LiteralCount(i int) int {
	if packed := s.shapes[i].Packed; packed != "" {
		r := compactReader{data: packed}
		return r.count(len(packed))
	}
	return len(s.shapes[i].Literals)
}

// Program returns what is compiled of rule i.
func (s *Set) Program(i int) *Program {
	if p := s.programs[i].Load(); p != nil {
		return p
	}
	s.programs[i].CompareAndSwap(nil, &Program{rule: s.rules[i], shape: s.shapes[i]})
	return s.programs[i].Load()
}

// Allowlists returns the allowlists that rule i is subject to: its own and the
// global ones that apply to it. Any of them may suppress a match.
func (s *Set) Allowlists(i int) []*CompiledAllowlist { return s.allowlists[i] }
