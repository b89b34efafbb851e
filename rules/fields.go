package rules

import (
	"slices"
	"strings"
)

// ruleField is a key of [[rules]]: how it is read, and how a rule that changes
// another one by id carries it over.
type ruleField struct {
	name   string
	read   func(value, *Rule)
	change func(rule, by *Rule)
}

// ruleFields lists every key of [[rules]]. A rule that changes another one
// replaces what it states; keywords, tags and allowlists are added, as in
// gitleaks.
func ruleFields() []ruleField {
	return []ruleField{
		{"id", func(v value, r *Rule) { r.ID = v.text() }, func(_, _ *Rule) {}},
		{"description", func(v value, r *Rule) { r.Description = v.text() }, func(r, by *Rule) { r.Description = by.Description }},
		{"provider", func(v value, r *Rule) { r.Provider = v.text() }, func(r, by *Rule) { r.Provider = by.Provider }},
		{"regex", func(v value, r *Rule) { r.Regex = v.text() }, changeRegex},
		{"near", readNear, changeNear},
		{"path", func(v value, r *Rule) { r.Path = v.text() }, func(r, by *Rule) { r.Path = by.Path }},
		{"secretGroup", func(v value, r *Rule) { r.SecretGroup = v.integer() }, func(r, by *Rule) { r.SecretGroup = by.SecretGroup }},
		{"entries", func(v value, r *Rule) { r.Entries = v.text() }, func(r, by *Rule) { r.Entries = by.Entries }},
		{"keywords", func(v value, r *Rule) { r.Keywords = lowerAll(v.texts()) }, func(_, _ *Rule) {}}, // see changeRule
		{"entropy", func(v value, r *Rule) { r.Entropy = v.number() }, func(r, by *Rule) { r.Entropy = by.Entropy }},
		{"randomness", func(v value, r *Rule) { r.Randomness = v.number() }, func(r, by *Rule) { r.Randomness = by.Randomness }},
		{"generic", func(v value, r *Rule) { r.Generic = v.boolean() }, func(r, by *Rule) { r.Generic = by.Generic }},
		{"judge", func(v value, r *Rule) { r.Judge = v.boolean() }, func(r, by *Rule) { r.Judge = by.Judge }},
		{"stored", func(v value, r *Rule) { r.Stored = v.boolean() }, func(r, by *Rule) { r.Stored = by.Stored }},
		{"check", func(v value, r *Rule) { r.Check = v.text() }, func(r, by *Rule) { r.Check = by.Check }},
		{"onFail", readOnFail, func(r, by *Rule) { r.OnFail = by.OnFail }},
		{"severity", readSeverity, func(r, by *Rule) { r.Severity = by.Severity }},
		{"confidence", readConfidence, func(r, by *Rule) { r.Confidence = by.Confidence }},
		{"remedy", func(v value, r *Rule) { r.Remedy = v.text() }, func(r, by *Rule) { r.Remedy = by.Remedy }},
		{"docs", func(v value, r *Rule) { r.Docs = v.text() }, func(r, by *Rule) { r.Docs = by.Docs }},
		{"examples", func(v value, r *Rule) { r.Examples = v.texts() }, func(r, by *Rule) { r.Examples = by.Examples }},
		{"counterexamples", func(v value, r *Rule) { r.Counterexamples = v.texts() }, func(r, by *Rule) { r.Counterexamples = by.Counterexamples }},
		{"maxLength", func(v value, r *Rule) { r.MaxLength = v.integer() }, func(r, by *Rule) { r.MaxLength = by.MaxLength }},
		{"tags", func(v value, r *Rule) { r.Tags = v.texts() }, func(r, by *Rule) { r.Tags = union(r.Tags, by.Tags) }},
		{"skipReport", func(v value, r *Rule) { r.SkipReport = v.boolean() }, func(r, by *Rule) { r.SkipReport = by.SkipReport }},
		{"public", func(v value, r *Rule) { r.Public = v.boolean() }, func(r, by *Rule) { r.Public = by.Public }},
		{"required", readRequired, func(r, by *Rule) { r.Required = by.Required }},
		{"allowlists", readRuleAllowlists, func(r, by *Rule) { r.Allowlists = slices.Concat(r.Allowlists, by.Allowlists) }},
		{"allowlist", readOldRuleAllowlist, func(_, _ *Rule) {}}, // read into allowlists
		{"override", func(v value, _ *Rule) { v.boolean() }, func(_, _ *Rule) {}},
	}
}

// changeRule changes a rule by the stated fields of another. A new regex takes
// with it what described the old one: which group holds the secret, the longest
// match, the offline check, the keywords, and the examples.
func changeRule(r, by *Rule, stated map[string]bool) {
	before := r.Keywords
	for _, f := range ruleFields() {
		if stated[f.name] || f.name == "allowlists" && stated["allowlist"] {
			f.change(r, by)
		}
	}
	anew := stated["regex"] || stated["near"]
	switch {
	case anew && stated["keywords"]:
		r.Keywords = union(before, by.Keywords)
	case stated["keywords"] && len(before) > 0:
		// A rule without keywords runs on every content that its regex can
		// match: there a further word would narrow it, and widen nothing.
		r.Keywords = union(before, by.Keywords)
	}
}

// changeRegex stands before the fields that it resets, so that they may be
// stated anew.
func changeRegex(r, by *Rule) {
	r.Regex, r.Near = by.Regex, Near{}
	forgetRegex(r)
}

// changeNear is changeRegex for what counts near a name.
func changeNear(r, by *Rule) {
	r.Regex, r.Near = by.Regex, by.Near
	forgetRegex(r)
}

// forgetRegex drops what described a regex that another one replaces.
func forgetRegex(r *Rule) {
	r.SecretGroup, r.Entries, r.Stored, r.MaxLength, r.Check, r.OnFail = 0, "", false, 0, "", Lower
	r.Keywords, r.Examples, r.Counterexamples = nil, nil, nil
}

// withDefaults returns the rule with the levels that a rule without any has: one
// from a gitleaks configuration.
func withDefaults(r Rule) *Rule {
	if r.Severity == 0 {
		r.Severity = SeverityHigh
	}
	if r.Confidence == 0 {
		r.Confidence = ConfidenceMedium
	}
	return &r
}

// ruleAllowlistFields lists every key of [[rules.allowlists]].
func ruleAllowlistFields() []field[Allowlist] {
	return append(allowlistFields(),
		field[Allowlist]{"onlyHere", func(v value, a *Allowlist) { a.OnlyHere = v.boolean() }})
}

// allowlistFields lists the keys that all allowlists have.
func allowlistFields() []field[Allowlist] {
	return []field[Allowlist]{
		{"description", func(v value, a *Allowlist) { a.Description = v.text() }},
		{"condition", readCondition},
		{"paths", func(v value, a *Allowlist) { a.Paths = v.texts() }},
		{"regexes", func(v value, a *Allowlist) { a.Regexes = v.texts() }},
		{"regexTarget", func(v value, a *Allowlist) { a.RegexTarget = v.text() }},
		{"stopwords", func(v value, a *Allowlist) { a.Stopwords = v.texts() }},
		{"commits", func(v value, a *Allowlist) { a.Commits = v.texts() }},
	}
}

// globalAllowlistFields lists every key of [[allowlists]].
func globalAllowlistFields() []field[Allowlist] {
	return append(allowlistFields(),
		field[Allowlist]{"targetRules", func(v value, a *Allowlist) { a.TargetRules = v.texts() }})
}

// requiredFields lists every key of [[rules.required]].
func requiredFields() []field[Required] {
	return []field[Required]{
		{"id", func(v value, r *Required) { r.ID = v.text() }},
		{"withinLines", func(v value, r *Required) { r.WithinLines = v.distance() }},
		{"withinColumns", func(v value, r *Required) { r.WithinColumns = v.distance() }},
		{"optional", func(v value, r *Required) { r.Optional = v.boolean() }},
	}
}

// distance reads a number of lines or columns; -1, which stands for any, is not
// written but left out. What is reported here is read as that, so that validation has nothing to add.
func (v value) distance() int {
	n := v.integer()
	if n < 0 {
		v.report(v.place, "%s%s is %d; it is 0 or more", v.owner, v.key, n)
	}
	return max(n, -1)
}

func readNear(v value, r *Rule) {
	if t, ok := v.inner(); ok {
		readTable(t, []field[Near]{
			{"name", func(v value, n *Near) { n.Name = v.text() }},
			{"value", func(v value, n *Near) { n.Value = v.text() }},
			{"other", func(v value, n *Near) { n.Other = v.text() }},
			{"keyed", func(v value, n *Near) { n.Keyed = v.boolean() }},
		}, &r.Near)
	}
}

func readOnFail(v value, r *Rule) {
	switch word := v.text(); word {
	case Lower.String(), "":
		r.OnFail = Lower
	case Drop.String():
		r.OnFail = Drop
	default:
		v.report(v.place, "%sunknown onFail %q (lower, drop)", v.owner, word)
	}
}

func readSeverity(v value, r *Rule) {
	word, ok := v.word()
	if !ok {
		return
	}
	var err error
	if r.Severity, err = ParseSeverity(word); err != nil {
		v.report(v.place, "%s%v", v.owner, err)
	}
}

func readConfidence(v value, r *Rule) {
	word, ok := v.word()
	if !ok {
		return
	}
	var err error
	if r.Confidence, err = ParseConfidence(word); err != nil {
		v.report(v.place, "%s%v", v.owner, err)
	}
}

func readRequired(v value, r *Rule) {
	for _, t := range v.tables() {
		need := Required{WithinLines: -1, WithinColumns: -1}
		readTable(t, requiredFields(), &need)
		r.Required = append(r.Required, need)
	}
}

func readRuleAllowlists(v value, r *Rule) {
	for _, t := range v.tables() {
		r.Allowlists = append(r.Allowlists, readAllowlist(t, ruleAllowlistFields()))
	}
}

// readOldRuleAllowlist reads [rules.allowlist], gitleaks' spelling before 8.21.
func readOldRuleAllowlist(v value, r *Rule) {
	if t, ok := v.inner(); ok {
		v.oldAndNew("allowlists")
		r.Allowlists = append(r.Allowlists, readAllowlist(t, allowlistFields()))
	}
}

// oldAndNew reports a table that uses both spellings of one thing.
func (v value) oldAndNew(now string) {
	for key := range v.values {
		if equalKey(key, now) {
			v.report(v.place, "%s%s is the older spelling of %s; use one of them", v.owner, v.key, now)
		}
	}
}

func readAllowlist(t table, fields []field[Allowlist]) Allowlist {
	var a Allowlist
	readTable(t, fields, &a)
	return a
}

func readCondition(v value, a *Allowlist) {
	switch word := v.text(); word {
	case "AND", "and", "And", "&&":
		a.And = true
	case "OR", "or", "Or", "||", "":
	default:
		v.report(v.place, "%sunknown condition %q (OR, AND)", v.owner, word)
	}
}

func lowerAll(words []string) []string {
	for i, word := range words {
		words[i] = strings.ToLower(word)
	}
	return words
}

// union returns what is in either list, in order, without repetition.
func union(a, b []string) []string {
	var all []string
	for _, word := range slices.Concat(a, b) {
		if !slices.Contains(all, word) {
			all = append(all, word)
		}
	}
	return all
}
