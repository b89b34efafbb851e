package detect

import (
	_ "embed"
	"strings"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/rules/shape"
)

// prepared is the prefilter of the built-in rules, as PreparePrefilter packed it when `go generate ./rules` ran
// last: packing it takes as long as checking a few files.
//
//go:generate go run -tags prepare ./internal/prepare
//go:embed prefilter.bin
var prepared string

// PreparePrefilter returns what prefilter.bin must hold for the built-in rules. It depends on nothing but them.
func PreparePrefilter() ([]byte, error) {
	set, err := rules.Builtin()
	if err != nil {
		return nil, err
	}
	return []byte(packPrefilter(set)), nil
}

// prefilterOf returns the prefilter of a set: the prepared one, if it is of the very rules.
func prefilterOf(set *rules.Set) *prefilter {
	if stamp, ok := set.Prepared(); ok && stamp == stampOf(prepared, set.Len()) {
		return openPrefilter(prepared)
	}
	return openPrefilter(packPrefilter(set))
}

// What is known of a rule beside its literals.
const (
	traitKeyworded = 1 << iota // counts only where one of its keywords stands in the content
	traitTrailing              // what stands before its literals has no upper bound
	traitRoaming               // it has no literal to look for
)

// directiveUser stands for a rule among a literal's users: the literal is the
// word of a directive (directive.go).
const directiveUser = -1

// packPrefilter packs the literals and keywords of a set's rules, and the words of directives.
func packPrefilter(set *rules.Set) string {
	b := newPrefilterBuilder(countLiterals(set))
	traits := make([]byte, set.Len())
	for i, r := range set.Rules() {
		if !r.Reads() {
			continue
		}
		literals := set.Literals(i)
		for _, l := range literals {
			b.add(l, user{rule: int32(i), broken: l.Broken, before: int32(l.Before), after: int32(l.After)})
			if l.Before == shape.Unbounded {
				traits[i] |= traitTrailing
			}
		}
		if len(literals) == 0 {
			traits[i] |= traitRoaming
		}
		if addKeywords(b, r, literals, int32(i)) {
			traits[i] |= traitKeyworded
		}
	}
	for _, word := range directiveWords() {
		b.add(shape.Literal{Text: word, Rare: shape.RarestGram(word)}, user{rule: directiveUser})
	}
	stamp, _ := set.Prepared()
	return b.pack(stamp, traits)
}

// countLiterals returns how many literals the rules and the directives need at most.
func countLiterals(set *rules.Set) int {
	n := len(directiveWords())
	for i, r := range set.Rules() {
		n += set.LiteralCount(i) + len(r.Keywords)
	}
	return n
}

// addKeywords registers a rule's keywords unless every match contains one of
// them anyway, and tells whether the rule depends on them. A keyword too short
// for the prefilter makes no demand: finding more is the safe side.
func addKeywords(b *prefilterBuilder, r *rules.Rule, literals []shape.Literal, rule int32) bool {
	if len(r.Keywords) == 0 {
		return false
	}
	implied := len(literals) > 0
	for _, l := range literals {
		text, has := strings.ToLower(l.Text), false
		for _, k := range r.Keywords {
			has = has || strings.Contains(text, strings.ToLower(k))
		}
		implied = implied && has
	}
	if implied {
		return false
	}
	for _, k := range r.Keywords {
		if len(k) < minText {
			return false
		}
	}
	for _, k := range r.Keywords {
		k = strings.ToLower(k)
		b.add(shape.Literal{Text: k, Fold: true, Rare: shape.RarestGram(k)}, user{rule: rule, keyword: true})
	}
	return true
}
