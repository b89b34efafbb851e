package detect

import (
	"cmp"
	"slices"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/rules/check"
)

// settle turns what the blocks gave into the content's result: rules that their
// keywords did not switch on fall out, required parts are asked for, of matches
// on one secret the most specific stays, and directives accept what they name.
func (p *pass) settle(d *Detector, total int64) Result {
	if d.deaf {
		p.notes = nil
	}
	res := Result{Bytes: total, Directives: p.notes, Undecoded: p.budget.over, Unsearched: p.unsearched, Left: p.left, Uncounted: p.uncounted, Unheeded: p.unheeded, Halted: p.halted, Keyless: p.keyless}
	res.Unsearched = slices.DeleteFunc(res.Unsearched, func(rule int) bool { return d.rules[rule].keyworded && !p.seen[int32(rule)] })
	slices.Sort(res.Unsearched)
	res.Unsearched = slices.Compact(res.Unsearched)
	slices.Sort(p.unfinished)
	res.Unfinished = slices.Compact(p.unfinished)
	if len(p.found) == 0 {
		return res
	}
	found := p.found[:0]
	for _, m := range p.found {
		if info := &d.rules[m.Rule]; !info.keyworded || p.seen[int32(m.Rule)] {
			found = append(found, m)
		}
	}
	res.Known = d.knownOf(found)
	places := d.partsOf(found)
	found = d.requireParts(found, places)
	found = d.resolveOverlaps(found, false)
	byLine := res.directivesByLine()
	d.joinLogins(found, func(m *Match) bool { return byLine.allows(res.Directives, m.Line, d.rules[m.Rule].rule.ID) })
	d.joinParts(found, places)
	res.Matches = found[:0]
	for _, m := range found {
		m.object = "" // it has served; matches of a history are kept
		if m.dead || d.rules[m.Rule].rule.SkipReport {
			continue
		}
		if res.accept(&m, d.rules[m.Rule].rule.ID, byLine) {
			p.accepted = append(p.accepted, m)
		} else {
			res.Matches = append(res.Matches, m)
		}
	}
	res.Matches = d.besideAccepted(res.Matches, p.accepted)
	// Who accepts a key accepts its id, where that stands on the line before or behind: further away it may be another's.
	res.Matches = d.WithoutParts(res.Matches, p.accepted, func(part, owner *Match, rule int) bool {
		return !d.IsGuess(part, rule) && distance(part.Line, owner.Line) <= 1
	})
	slices.SortStableFunc(res.Matches, func(x, y Match) int {
		return cmp.Or(cmp.Compare(x.Start, y.Start), cmp.Compare(x.Rule, y.Rule))
	})
	return res
}

// besideAccepted drops the matches that are about a secret that was accepted under a more specific rule: where
// the place decides what counts (see conditional), they were not resolved yet.
func (d *Detector) besideAccepted(matches, accepted []Match) []Match {
	if len(accepted) == 0 {
		return matches
	}
	order := make([]*Match, 0, len(matches))
	for i := range matches {
		order = append(order, &matches[i])
	}
	slices.SortStableFunc(order, d.specificity)
	slices.SortFunc(accepted, func(a, b Match) int { return d.specificity(&a, &b) })
	before, k := newRivals(matches, accepted), 0
	for _, m := range order {
		for ; k < len(accepted) && d.specificity(&accepted[k], m) < 0; k++ {
			before.add(&accepted[k])
		}
		m.dead = before.beat(m)
	}
	return slices.DeleteFunc(matches, func(m Match) bool { return m.dead })
}

// knownOf lists the secrets among the matches.
func (d *Detector) knownOf(found []Match) []Known {
	known := make([]Known, 0, len(found))
	for i := range found {
		if m := &found[i]; !m.dead && !d.rules[m.Rule].rule.Public {
			known = append(known, Known{m.Start, m.End, m.Secret})
		}
	}
	slices.SortFunc(known, func(a, b Known) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.Secret, b.Secret))
	})
	return slices.Compact(known)
}

// directivesByLine indexes the directives by the line that each covers.
func (r *Result) directivesByLine() directiveLines {
	lines := directiveLines{byLine: make(map[int][]int, len(r.Directives)), known: make(map[ruleLine]bool)}
	for i := range r.Directives {
		lines.byLine[r.Directives[i].covers] = append(lines.byLine[r.Directives[i].covers], i)
	}
	return lines
}

// directiveLines are the directives of a content. There may be thousands on one line, as there may be secrets: what they say of a
// rule is looked for once.
type directiveLines struct {
	byLine map[int][]int // indexes
	known  map[ruleLine]bool
}

type ruleLine struct {
	line int
	rule string
}

// allows tells whether a directive for the line accepts matches of the rule, and notes that those that do are used.
func (l *directiveLines) allows(directives []Directive, line int, rule string) bool {
	on := l.byLine[line]
	if len(on) == 0 {
		return false
	}
	key := ruleLine{line, rule}
	accepted, known := l.known[key]
	if !known {
		for _, i := range on {
			if d := &directives[i]; d.accepts(rule) {
				d.Used, accepted = true, true
			}
		}
		l.known[key] = accepted
	}
	return accepted
}

// accept lets the directives on a match's first and last line accept it.
func (r *Result) accept(m *Match, rule string, byLine directiveLines) bool {
	accepted := byLine.allows(r.Directives, m.Line, rule)
	if m.EndLine != m.Line && byLine.allows(r.Directives, m.EndLine, rule) {
		accepted = true
	}
	if accepted {
		r.Accepted++
	}
	return accepted
}

// resolveOverlaps keeps, of matches whose secrets overlap, the most specific
// one; placed says that all of them count where the content stands. A match that a rule with structure judged to be no secret (an allowed
// example, a public key) still keeps generic rules from reporting the same text.
func (d *Detector) resolveOverlaps(found []Match, placed bool) []Match {
	order := make([]int, 0, len(found))
	for i := range found {
		if !found[i].dead || found[i].shadow {
			order = append(order, i)
		}
	}
	if len(order) < 2 {
		return found
	}
	slices.SortStableFunc(order, func(i, j int) int { return d.specificity(&found[i], &found[j]) })
	live, shadows := newRivals(found), rivals{}
	shadows.places = live.places
	for _, i := range order {
		m := &found[i]
		m.dead = m.dead || live.beat(m) || d.rules[m.Rule].generic && shadows.beat(m)
		switch {
		case !placed && d.conditional(m):
		case !m.dead:
			live.add(m)
		case m.shadow:
			shadows.add(m)
		}
	}
	return found
}

// conditional tells whether a match counts only at some places: it must not
// oust one that counts everywhere before the place is known.
func (d *Detector) conditional(m *Match) bool {
	return len(m.Pending) > 0 || d.rules[m.Rule].rule.Path != ""
}

// Resolve keeps, of the matches that count at one place, the most specific one
// for each secret. The matches that Scan returns are resolved among
// those that count everywhere; what a rule's path or an allowlist makes depend on the place is
// resolved here, when that is known.
func (d *Detector) Resolve(matches []Match) []Match {
	if !slices.ContainsFunc(matches, func(m Match) bool { return d.conditional(&m) }) {
		return matches
	}
	resolved := d.resolveOverlaps(slices.Clone(matches), true)
	return slices.DeleteFunc(resolved, func(m Match) bool { return m.dead })
}

// specificity orders matches from the most to the least specific: structure
// before none (see footing), a check that holds, a token of its own before a password in a URL around
// it, the surer rule, one that knows the issuer, the longer secret, and last the order of the rules.
func (d *Detector) specificity(a, b *Match) int {
	ra, rb := &d.rules[a.Rule], &d.rules[b.Rule]
	return cmp.Or(
		falseFirst(ra.rule.SkipReport, rb.rule.SkipReport),
		cmp.Compare(d.footing(a), d.footing(b)),
		falseFirst(a.dead, b.dead),
		falseFirst(a.Check.Verdict != check.Holds, b.Check.Verdict != check.Holds),
		falseFirst(ra.rule.Judge, rb.rule.Judge),
		cmp.Compare(b.Confidence, a.Confidence),
		falseFirst(ra.rule.Provider == "", rb.rule.Provider == ""),
		cmp.Compare(len(b.Secret), len(a.Secret)),
		cmp.Compare(b.all.end-b.all.start, a.all.end-a.all.start),
		cmp.Compare(len(a.Encodings), len(b.Encodings)),
		cmp.Compare(a.Rule, b.Rule),
	)
}

// What a match rests on, from the most to the least specific.
const (
	onStructure = iota
	onSureGuess // a rule that guesses, and blocks
	onDoubtful  // an issuer's name near a value of no form of its own, or a value among those of an object, of low confidence
	onWeakGuess // a rule that guesses, of low confidence
)

// footing says what a match rests on. A guess that blocks comes before a rule that says of itself that it is not sure.
func (d *Detector) footing(m *Match) int {
	info := &d.rules[m.Rule]
	switch {
	case info.guesses() && !m.dead && m.Confidence > rules.ConfidenceLow:
		return onSureGuess
	case info.guesses():
		return onWeakGuess
	case !m.dead && m.Confidence == rules.ConfidenceLow && m.Check.Verdict == check.Unknown && (info.rule.Near.Name != "" || info.rule.Entries != ""):
		return onDoubtful
	}
	return onStructure
}

// guesses reports whether a rule rests on names and places alone: a generic one, and one that reports words of low confidence where
// they stand. Of these the surer one counts, so that a value that was drawn at random blocks under its generic rule.
func (i *ruleInfo) guesses() bool {
	return i.generic || i.rule.Provider == "" && i.rule.Confidence == rules.ConfidenceLow && i.rule.Severity == rules.SeverityHigh
}

func falseFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
