package ruletest

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/rules/check"
	"github.com/keysieve/keysieve/rules/sample"
	"github.com/keysieve/keysieve/scanner/detect"
)

// Hidden is a rule of whose matches none is ever reported.
type Hidden struct {
	Rule string
	By   []string // ids of the rules that took what it matches; empty: none did
}

// Reason says it in one line: lower case, no full stop.
func (h Hidden) Reason() string {
	if len(h.By) > 0 {
		return "it is shadowed: every text made from its regex and examples is reported by " + strings.Join(h.By, " or ") + " instead"
	}
	return "it finds nothing: every text made from its regex and examples is judged to be no secret; " +
		"look at entropy, randomness, check, allowlists and keywords"
}

// shadowTexts is how many texts are made of a rule's regex alone.
const shadowTexts = 8

// FindHidden looks for rules that report nothing: what a rule's own regex and
// examples give is always taken by a more specific rule of the set, or always
// dropped. Rules on paths and rules that are only parts of others are left out,
// and so are rules whose regex gives no text. The error is that of ctx.
func FindHidden(ctx context.Context, set *rules.Set, chosen []*rules.Rule, opts Options) ([]Hidden, error) {
	r := newRunner(set, opts)
	var all []Hidden
	for _, rule := range chosen {
		if err := ctx.Err(); err != nil {
			return all, err
		}
		index, ok := set.Index(rule.ID)
		if !ok || !rule.Reads() || rule.SkipReport {
			continue
		}
		if by, hidden := r.hidden(rule, index); hidden {
			all = append(all, Hidden{rule.ID, by})
		}
	}
	return all, nil
}

// hidden tells whether none of the rule's texts is reported as its own, and which
// rules reported all of them.
func (r *runner) hidden(rule *rules.Rule, index int) (by []string, hidden bool) {
	texts := r.textsOf(rule)
	takers := map[int]int{} // how many texts each rule reported
	for _, e := range texts {
		if rule.Check == "" {
			e = r.asReal(index, e)
		}
		found := r.whole.Scan([]byte(e.Text)).Matches
		if touched(found, e.Secrets, 0, index) {
			return nil, false
		}
		for _, taker := range takersOf(found, e.Secrets) {
			takers[taker]++
		}
	}
	for taker, n := range takers {
		if 2*n > len(texts) { // the rest was dropped: a random text may look written
			by = append(by, r.set.Rules()[taker].ID)
		}
	}
	slices.Sort(by)
	return by, len(texts) > 0 && (len(by) > 0 || len(takers) == 0)
}

// asReal mends the secret of a text so that the check of a rule that knows its form holds, as it does of every real token: a random one
// is lowered by that rule, and left to others. The text stays as it is where there is no such rule, or where what is mended is none of the rule at index own any more.
func (r *runner) asReal(own int, e sample.Expansion) sample.Expansion {
	form, err := r.set.Program(own).Whole()
	if err != nil || len(e.Secrets) != 1 {
		return e
	}
	span := e.Secrets[0]
	for i, rule := range r.set.Rules() {
		if rule.Check == "" || rule.Regex == "" || rule.Generic || !strings.Contains(rule.Regex, "(") {
			continue
		}
		scheme, ok := check.ByName(rule.Check)
		if !ok || !r.mayMatch(i, e.Text) {
			continue
		}
		re, err := r.set.Program(i).Whole()
		if err != nil {
			continue
		}
		group := max(1, rule.SecretGroup)
		at := re.FindStringSubmatchIndex(e.Text)
		if len(at) <= 2*group+1 || at[2*group] != span.Start || at[2*group+1] != span.End {
			continue
		}
		if mended, ok := scheme.Mend(e.Text[span.Start:span.End]); ok {
			text := e.Text[:span.Start] + mended + e.Text[span.End:]
			if !form.MatchString(text) {
				continue
			}
			return sample.Expansion{Text: text, Secrets: []sample.Span{{Start: span.Start, End: span.Start + len(mended)}}}
		}
	}
	return e
}

// mayMatch tells whether a text holds one of the literals that every match of a rule holds.
func (r *runner) mayMatch(rule int, text string) bool {
	text = strings.ToLower(text)
	for _, l := range r.set.Literals(rule) {
		if strings.Contains(text, strings.ToLower(l.Text)) {
			return true
		}
	}
	return false
}

// takersOf lists the rules whose matches touch one of the secrets, each once.
func takersOf(found []detect.Match, secrets []sample.Span) []int {
	var takers []int
	for _, m := range found {
		if !slices.Contains(takers, m.Rule) && touched(found, secrets, 0, m.Rule) {
			takers = append(takers, m.Rule)
		}
	}
	return takers
}

// textsOf makes texts that the rule's regex matches: its examples, and matches alone. A rule that
// requires a part has it in its examples only.
func (r *runner) textsOf(rule *rules.Rule) []sample.Expansion {
	generator, err := generatorFor(rule)
	if err != nil {
		return nil
	}
	templates := slices.Clone(rule.Examples)
	if !rule.Needs() {
		for range shadowTexts {
			templates = append(templates, "{{match}}")
		}
	}
	var texts []sample.Expansion
	for n, template := range templates {
		rng := rand.New(rand.NewPCG(r.opts.Seed, uint64(n)))
		if e, err := sample.Expand(template, generator, rng); err == nil {
			texts = append(texts, e)
		}
	}
	return texts
}
