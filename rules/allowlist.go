package rules

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Allowlist says which matches of a rule are no findings. The fields and their
// meaning are those of gitleaks' configuration, version 8.
type Allowlist struct {
	Description string
	And         bool     // every kind of condition stated must hold, instead of any
	Paths       []string // regexes on the slash-separated path
	Regexes     []string // regexes on RegexTarget
	Stopwords   []string // substrings of the secret, in any case
	Commits     []string // full object ids, in any case
	RegexTarget string   // what Regexes look at: "secret" (or empty), "match", "named" or "line"
	TargetRules []string // of an allowlist outside a rule: ids of the rules it is for; empty: all
	// OnlyHere, of a rule's own allowlist, says that the text is none of this issuer's, not that it is no secret: generic rules may report it.
	OnlyHere bool
}

// The words for Allowlist.RegexTarget.
const (
	TargetSecret = "secret"
	TargetMatch  = "match"
	TargetNamed  = "named" // the match up to the end of the secret, and the begin of the name in which it begins: the secret with its name before it
	TargetLine   = "line"
)

// Verdict is what an allowlist says of a match before its place is known.
type Verdict uint8

const (
	// Denied means that this allowlist cannot suppress the match at any place.
	Denied Verdict = iota
	// Pending means that the place decides.
	Pending
	// Allowed means that the match is suppressed wherever it stands.
	Allowed
)

// String returns the verdict's name for messages.
func (v Verdict) String() string {
	switch v {
	case Pending:
		return "pending"
	case Allowed:
		return "allowed"
	}
	return "denied"
}

// CompiledAllowlist judges matches by an Allowlist. Judgement comes in two
// steps, since content is judged once and may stand at many places: Content
// first, then Place for each place of what is Pending.
type CompiledAllowlist struct {
	source *Allowlist

	contentOnce sync.Once
	regexes     []*contentRegex
	stopwords   []string // lower case

	pathsOnce sync.Once
	paths     []*regexp.Regexp
}

// Allowlist returns what was compiled. The caller must not change it.
func (a *CompiledAllowlist) Allowlist() *Allowlist { return a.source }

// MatchText is what conditions on a match's text look at.
type MatchText struct {
	Secret string
	Match  string // the whole match of the rule's regex
	Named  string // what of it ends with the secret
	Line   string // the line or lines that the match stands on
}

// Content judges a match by the conditions on its text.
func (a *CompiledAllowlist) Content(on MatchText) Verdict {
	s := a.source
	place := Denied
	if len(s.Paths) > 0 || len(s.Commits) > 0 {
		place = Pending
	}
	if s.And {
		if len(s.Regexes) > 0 && !a.regexAllows(on) {
			return Denied
		}
		if len(s.Stopwords) > 0 && !a.stopwordAllows(on.Secret) {
			return Denied
		}
		if place == Denied && (len(s.Regexes) > 0 || len(s.Stopwords) > 0) {
			return Allowed
		}
		return place
	}
	if len(s.Regexes) > 0 && a.regexAllows(on) ||
		len(s.Stopwords) > 0 && a.stopwordAllows(on.Secret) {
		return Allowed
	}
	return place
}

// Place says whether a place completes what Content found Pending. commit may be
// empty, outside a history, and path, for content without one; an empty value
// fulfils no condition.
func (a *CompiledAllowlist) Place(path, commit string) bool {
	s := a.source
	if len(s.Paths) == 0 && len(s.Commits) == 0 {
		return false
	}
	if s.And {
		return (len(s.Commits) == 0 || a.commitAllows(commit)) && (len(s.Paths) == 0 || a.pathAllows(path))
	}
	return a.commitAllows(commit) || a.pathAllows(path)
}

func (a *CompiledAllowlist) regexAllows(on MatchText) bool {
	target := on.Secret
	switch a.source.RegexTarget {
	case TargetMatch:
		target = on.Match
	case TargetNamed:
		target = on.Named
	case TargetLine:
		target = on.Line
	}
	if target == "" {
		return false
	}
	a.contentOnce.Do(a.compileContent)
	return slices.ContainsFunc(a.regexes, func(re *contentRegex) bool { return re.matches(target) })
}

func (a *CompiledAllowlist) stopwordAllows(secret string) bool {
	a.contentOnce.Do(a.compileContent)
	lower := strings.ToLower(secret)
	return slices.ContainsFunc(a.stopwords, func(word string) bool { return strings.Contains(lower, word) })
}

func (a *CompiledAllowlist) pathAllows(path string) bool {
	if path == "" || len(a.source.Paths) == 0 {
		return false
	}
	a.pathsOnce.Do(func() { a.paths = compileAll(a.source.Paths) })
	return slices.ContainsFunc(a.paths, func(re *regexp.Regexp) bool { return re.MatchString(path) })
}

func (a *CompiledAllowlist) commitAllows(commit string) bool {
	return commit != "" && slices.ContainsFunc(a.source.Commits, func(c string) bool {
		return strings.EqualFold(strings.TrimSpace(c), commit)
	})
}

func (a *CompiledAllowlist) compileContent() {
	for _, re := range compileAll(a.source.Regexes) {
		a.regexes = append(a.regexes, &contentRegex{regex: re})
	}
	a.stopwords = make([]string, len(a.source.Stopwords))
	for i, word := range a.source.Stopwords {
		a.stopwords[i] = strings.ToLower(word)
	}
}

// compileAll compiles regexes that were validated when the Set was built. One
// that fails all the same allows nothing: a finding too many is the safe error.
func compileAll(exprs []string) []*regexp.Regexp {
	compiled := make([]*regexp.Regexp, 0, len(exprs))
	for _, expr := range exprs {
		if re, err := regexp.Compile(expr); err == nil {
			compiled = append(compiled, re)
		}
	}
	return compiled
}
