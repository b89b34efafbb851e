// Package nfa turns a regular expression into a nondeterministic automaton:
// instructions that read a character of a class, split in two, note a group's
// place, or assert something of the neighbouring characters.
//
//	syntax.Regexp ──Encode──▶ Code ──Build──▶ NFA
//
// A Code is the syntax tree in a few hundred bytes. Parsing a regex takes several times
// as long as building its automaton, and a check of one commit needs dozens of rules, so
// the built-in rules are embedded as Codes and never parsed when they run.
// Package detect runs the NFA in two ways: as a lazily built deterministic
// automaton that tells where a match can be, and by backtracking, exactly.
package nfa
