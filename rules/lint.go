package rules

import (
	"fmt"
	"net/url"
	"regexp/syntax"
	"strings"

	"github.com/keysieve/keysieve/rules/shape"
)

// minLiteral is the least length, in bytes, of a text that a built-in rule's
// every match must contain: what is shorter stands nearly everywhere, so that
// the prefilter would keep nothing out.
const minLiteral = 3

// maxInstructions is the greatest size of a built-in rule's compiled regex, in
// instructions of package regexp: time and memory of every automaton grow with it.
const maxInstructions = 2900

// Lint says what a pack lacks of what is demanded of the built-in packs beyond
// being valid. A user's pack may well do without. The error joins an *Error for
// each lack.
func Lint(p Pack) error {
	var errs []*Error
	if p.Description == "" {
		errs = append(errs, &Error{File: p.file, Line: p.lines.of("pack"), Message: "the pack has no description"})
	}
	for i := range p.Rules {
		for _, lack := range lintRule(&p.Rules[i], p.note(i).stated) {
			errs = append(errs, p.errorAt(i, lack.field, lack.message))
		}
	}
	return joinErrors(errs)
}

func lintRule(r *Rule, stated map[string]bool) []problem {
	var lacks []problem
	demand := func(holds bool, field, message string) {
		if !holds {
			lacks = append(lacks, problem{field, message})
		}
	}
	demand(kebab(r.ID), "id", "the id is not lower-case words joined by single hyphens")
	demand(r.Description != "", "description", "it has no description")
	demand(!strings.HasSuffix(r.Description, "."), "description", "the description is a title: no full stop")
	demand(!strings.Contains(r.Description, "\n"), "description", "the description is more than one line")
	demand(stated["severity"], "severity", "it states no severity")
	demand(stated["confidence"], "confidence", "it states no confidence")
	demand(r.Remedy != "" || r.SkipReport, "remedy", "it has no remedy")
	if r.Docs != "" {
		u, err := url.Parse(r.Docs)
		demand(err == nil && u.Scheme == "https" && u.Host != "", "docs", "docs is not an https address")
	}
	demand(r.Generic || r.Provider == "" || r.Docs != "", "docs", "it has a provider but no docs")
	if r.Regex == "" {
		return lacks
	}
	demand(len(r.Examples) >= 2, "examples", fmt.Sprintf("it has %d examples; 2 are demanded", len(r.Examples)))
	demand(len(r.Counterexamples) >= 1, "counterexamples", "it has no counterexample")
	return append(lacks, lintRegex(r)...)
}

// lintRegex demands what makes a regex fast: a bound, literals to look for, and a
// small program.
func lintRegex(r *Rule) []problem {
	var lacks []problem
	tree, err := parseRegex(r.Regex)
	if err != nil {
		return nil // problems says it
	}
	if part := unboundedPart(tree); part != "" && r.MaxLength == 0 {
		lacks = append(lacks, problem{"regex", fmt.Sprintf("the regex has no bound at `%s`: write {0,n}, or state maxLength", part)})
	}
	derived, err := shape.Analyse(r.Regex, r.MaxLength)
	if err != nil {
		return append(lacks, problem{"regex", err.Error()})
	}
	if size := programSize(derived.Regex); size > maxInstructions {
		message := fmt.Sprintf("the regex compiles to %d instructions, more than %d: "+
			"shorten its repetitions, or write {n,} and state maxLength", size, maxInstructions)
		lacks = append(lacks, problem{"regex", message})
	}
	if len(derived.Literals) == 0 {
		return append(lacks, problem{"regex", "no literal could be derived from the regex: every match must contain one of a few fixed texts"})
	}
	for _, l := range derived.Literals {
		if len(l.Text) < minLiteral {
			message := fmt.Sprintf("the literal %q that the regex demands is shorter than %d bytes", l.Text, minLiteral)
			return append(lacks, problem{"regex", message})
		}
	}
	return lacks
}

// programSize returns how many instructions a regex compiles to; 0 if it does not compile.
func programSize(regex string) int {
	tree, err := parseRegex(regex)
	if err != nil {
		return 0
	}
	program, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return 0
	}
	return len(program.Inst)
}

// unboundedPart returns the first part of a regex that may be of any length.
func unboundedPart(tree *syntax.Regexp) string {
	switch {
	case tree.Op == syntax.OpStar, tree.Op == syntax.OpPlus, tree.Op == syntax.OpRepeat && tree.Max == -1:
		return tree.String()
	}
	for _, sub := range tree.Sub {
		if part := unboundedPart(sub); part != "" {
			return part
		}
	}
	return ""
}
