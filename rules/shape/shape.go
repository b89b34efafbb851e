// Package shape derives from a rule's regular expression what the prefilter and
// the windows need: literals that every match must contain, how far a match can
// reach before and after each of them, and how long a match can be.
//
// The analysis runs over the syntax tree of regexp/syntax. Letters under (?i)
// are folded in ASCII only: the regex is rewritten so that (?i)k no longer
// matches the Kelvin sign, which makes a folded literal a plain byte test. The
// rewritten regex in Shape.Regex is the one to compile; everything in a Shape is
// true of it.
package shape

import "github.com/keysieve/keysieve/rules/nfa"

// Unbounded stands for a length without an upper bound.
const Unbounded = -1

// Literal is a text that matches contain.
type Literal struct {
	Text string // lower case if Fold
	// Before is the greatest number of bytes from a match's start to the
	// literal's start, After from the literal's end to the match's end;
	// Unbounded where the regex has no bound.
	Before, After int
	// Rare is the offset of the literal's least common group of four bytes in
	// source text; 0 for a literal of three.
	Rare int
	Fold bool // matches ASCII letters of either case
	// Broken says that a line break can stand before the literal in a match: where it cannot, matches
	// begin in the literal's first line.
	Broken bool
}

// Shape is what is known of a regex without running it.
type Shape struct {
	// Regex is the regex to compile, folding in ASCII only, and Code the same, ready to be built into an automaton. Prepared rules that know
	// their values by a name have neither: rules.Program makes them.
	Regex string
	Code  nfa.Code
	// MinLen and MaxLen bound the length of a match in bytes; MaxLen may be Unbounded.
	MinLen, MaxLen int
	// Literals: every match contains at least one of them. Empty when none of a
	// useful length could be derived. Those of prepared rules are Packed instead: rules.Set.Literals gives both.
	Literals []Literal
	Packed   string
	// Run is the longest run that every match contains.
	Run Run
	// Value is what is known of the value of a rule that knows it by a name near it; zero for other rules.
	Value Word
	// OneLine says that every match lies in one line, with its line break at most.
	OneLine bool
}

// add adds a literal. One text in several alternatives is looked for once, as far on both sides as any of them reaches.
func (s *Shape) add(l Literal) {
	for i := range s.Literals {
		if known := &s.Literals[i]; known.Text == l.Text && known.Fold == l.Fold {
			known.Before, known.After = furthest(known.Before, l.Before), furthest(known.After, l.After)
			known.Broken = known.Broken || l.Broken
			return
		}
	}
	s.Literals = append(s.Literals, l)
}

func furthest(a, b int) int {
	if a == Unbounded || b == Unbounded {
		return Unbounded
	}
	return max(a, b)
}
