package rules

import (
	"regexp/syntax"

	"github.com/keysieve/keysieve/rules/shape"
)

// lintNear demands of what counts near a name what lintRegex demands of a regex, of each part by its own name, and that a value ends
// where words do: one that may hold blanks, or anything, takes in what stands behind it.
func lintNear(r *Rule) []problem {
	if !r.Near.set() || len(r.Near.problems(r)) > 0 {
		return nil // problems says it
	}
	var lacks []problem
	for _, f := range r.Near.fields() {
		tree, err := parseRegex(f.regex)
		if err != nil || f.regex == "" {
			continue
		}
		if f.name != "near.name" && holdsBlank(tree) {
			lacks = append(lacks, problem{f.name, f.name + " may hold blanks, or any character: it would take in what stands behind the value; name the characters, as in [0-9A-Za-z_]{32}"})
		}
	}
	derived, err := shape.Analyse(r.Near.pattern(), r.MaxLength)
	if err != nil {
		return append(lacks, problem{"near", err.Error()})
	}
	return append(lacks, lintLiterals(derived.Literals, "near.name", "near.name")...)
}

// holdsBlank tells whether a text that a regex matches may hold a blank, a tab or a line's end, as far as its literals and classes tell.
func holdsBlank(tree *syntax.Regexp) bool {
	switch tree.Op {
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return true
	}
	for _, sub := range tree.Sub {
		if holdsBlank(sub) {
			return true
		}
	}
	return len(tree.Sub) == 0 && (holds(tree, ' ') || holds(tree, '\t') || holds(tree, '\n'))
}
