package rules

import (
	"fmt"
	"net/url"
	"regexp/syntax"
	"slices"
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

// nearInstructions is how many of them what all rules with a Near share may take besides.
const nearInstructions = 2350

// Flaw is something that a rule or pack should have otherwise, although it is
// valid.
type Flaw struct {
	Rule  string // id; empty for the pack as a whole
	Level FlawLevel
	At    *Error // file, line and what is wrong
}

// FlawLevel says how bad a flaw is.
type FlawLevel uint8

const (
	// FlawNote: it may well be meant.
	FlawNote FlawLevel = iota
	// FlawWarning: the rule works, but lacks something: a remedy, an example.
	FlawWarning
	// FlawError: the rule does not find what it is meant to, or makes every scan slow.
	FlawError
)

// String returns the word used in reports.
func (l FlawLevel) String() string {
	switch l {
	case FlawError:
		return "error"
	case FlawWarning:
		return "warning"
	}
	return "note"
}

// Lint says what a pack lacks of what is demanded of the built-in packs beyond
// being valid. A user's pack may well do without. The error joins an *Error for
// each flaw but notes.
func Lint(p Pack) error {
	var errs []*Error
	for _, f := range Flaws(p, nil) {
		if f.Level > FlawNote {
			errs = append(errs, f.At)
		}
	}
	return joinErrors(errs)
}

// Flaws lists what Lint joins, and notes, in the order of the rules; set is what the pack is merged into and tells
// which rules change those of other packs, or nil. What needs the whole pipeline, as an example that is not found,
// is package ruletest's.
func Flaws(p Pack, set *Set) []Flaw {
	var flaws []Flaw
	if _, isPack := p.lines["pack"]; isPack && p.Description == "" { // a configuration needs none
		flaws = append(flaws, Flaw{Level: FlawWarning, At: &Error{File: p.file, Line: p.lines.of("pack"), Message: "the pack has no description"}})
	}
	for i := range p.Rules {
		lacks := lintRule
		if p.changes(i) || p.changesIn(i, set) {
			lacks = lintChange // it states what it changes, the rest is the other rule's
		}
		for _, lack := range lacks(&p.Rules[i], p.note(i).stated) {
			flaws = append(flaws, Flaw{Rule: p.Rules[i].ID, Level: lack.level, At: p.errorAt(i, lack.field, lack.message)})
		}
	}
	return flaws
}

// At returns the place of a field of rule i ("examples[2]") with a message, in
// the form of the mistakes that reading a pack gives.
func (p *Pack) At(i int, field, message string) *Error { return p.errorAt(i, field, message) }

// changes tells whether rule i only changes a rule of another pack.
func (p *Pack) changes(i int) bool {
	r := &p.Rules[i]
	return p.note(i).override == overrideDemands || !r.Reads() && r.Path == "" && !r.ReadsWhole()
}

// changesIn tells whether rule i was merged into a rule of another pack.
func (p *Pack) changesIn(i int, set *Set) bool {
	if set == nil || p.note(i).override == overrideNever {
		return false
	}
	index, ok := set.Index(p.Rules[i].ID)
	return ok && set.Rules()[index].Pack != p.ID
}

// lack is one flaw of a rule.
type lack struct {
	problem
	level FlawLevel
}

func lintRule(r *Rule, stated map[string]bool) []lack {
	var lacks []lack
	demand := func(holds bool, field, message string) {
		if !holds {
			lacks = append(lacks, lack{problem{field, message}, FlawWarning})
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
	if !r.Reads() {
		return lacks
	}
	demand(len(r.Examples) >= 2, "examples", fmt.Sprintf("it has %d examples; 2 are demanded", len(r.Examples)))
	demand(len(r.Counterexamples) >= 1, "counterexamples", "it has no counterexample")
	return append(lacks, lintPattern(r)...)
}

// lintChange is lintRule for a rule that changes another one: what it looks for anew is looked at.
func lintChange(r *Rule, _ map[string]bool) []lack {
	if !r.Reads() {
		return nil
	}
	return lintPattern(r)
}

// lintPattern looks at what a rule looks for.
func lintPattern(r *Rule) []lack {
	var lacks []lack
	for _, found := range append(lintRegex(r), lintNear(r)...) {
		lacks = append(lacks, lack{found, FlawError})
	}
	return slices.Concat(lacks, lintLength(r), lintCost(r), lintKeywords(r))
}

// lintLength finds a longest match that says nothing: one that is shorter than every match, which finds the shortest alone, or one
// beside what has a bound of its own.
func lintLength(r *Rule) []lack {
	if r.MaxLength == 0 {
		return nil
	}
	own, err := shape.Analyse(r.Pattern(), 0)
	switch {
	case err != nil: // problems says it
	case own.MaxLen != shape.Unbounded:
		message := fmt.Sprintf("maxLength is %d and changes nothing: a match has at most %d bytes anyway", r.MaxLength, own.MaxLen)
		return []lack{{problem{"maxLength", message}, FlawWarning}}
	case r.MaxLength < own.MinLen:
		message := fmt.Sprintf("maxLength is %d, less than the %d bytes of the shortest match", r.MaxLength, own.MinLen)
		return []lack{{problem{"maxLength", message}, FlawError}}
	}
	return nil
}

// lintRegex demands what makes a regex fast: a bound, literals to look for, and a
// small program. What counts near a name is lintNear's.
func lintRegex(r *Rule) []problem {
	tree, err := parseRegex(r.Regex)
	if err != nil || r.Regex == "" {
		return nil // problems says it
	}
	var lacks []problem
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
	return append(lacks, lintLiterals(derived.Literals, "regex", "the regex")...)
}

// lintLiterals demands literals to look for of what is called so.
func lintLiterals(literals []shape.Literal, field, called string) []problem {
	if len(literals) == 0 {
		return []problem{{field, fmt.Sprintf("no literal could be derived from %s: every match must contain one of a few fixed texts", called)}}
	}
	for _, l := range literals {
		if len(l.Text) < minLiteral {
			return []problem{{field, fmt.Sprintf("the literal %q that %s demands is shorter than %d bytes", l.Text, called, minLiteral)}}
		}
	}
	return nil
}

// The frequencies, in parts of a text's bytes, from which on a rule's literals are said to be common
// where the regex demands no run of random characters besides.
const (
	commonLiteral     = 4.9e-4 // three letters
	veryCommonLiteral = 6e-4   // "secret", "pass"
	leastRun          = 8
)

// lintCost finds rules that are asked about at every turn: a literal that is common, and nothing
// else that could be looked for before the regex runs.
func lintCost(r *Rule) []lack {
	derived, err := shape.Analyse(r.Pattern(), r.MaxLength)
	if err != nil || len(derived.Literals) == 0 || derived.Run.Len >= leastRun || r.Generic {
		return nil // lintRegex says what there is to say
	}
	often := derived.Frequency()
	if often < commonLiteral {
		return nil
	}
	level := FlawNote
	if often >= veryCommonLiteral {
		level = FlawWarning
	}
	field, called := "regex", "the regex"
	if r.Regex == "" {
		field, called = "near.name", "near.value"
	}
	message := fmt.Sprintf("slow: %s looked for first, which stands about once in %d bytes of source text, and %s demands no run of random characters",
		theLiterals(derived.Literals), int(1/often)/100*100, called)
	return []lack{{problem{field, message}, level}}
}

// theLiterals names the first of some literals.
func theLiterals(all []shape.Literal) string {
	if len(all) == 1 {
		return fmt.Sprintf("%q is", all[0].Text)
	}
	return fmt.Sprintf("one of %d texts (%q) is", len(all), all[0].Text)
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
