package detect

import (
	"cmp"
	"slices"

	"github.com/keysieve/keysieve/rules"
)

// joinParts gives the live matches of rules that name parts those that stand near them. A file of profiles has an id and
// a key in each: in the order of the text every match takes the nearest part that no other one has, of two as near the
// one before it, and only where none is left it shares one.
func (d *Detector) joinParts(found []Match, places parts) {
	if len(places) == 0 {
		return
	}
	var owners []int
	for i := range found {
		found[i].Parts = nil
		if !found[i].dead && len(d.rules[found[i].Rule].rule.Required) > 0 {
			owners = append(owners, i)
		}
	}
	if len(owners) == 0 {
		return
	}
	d.spareOthers(found, places)
	slices.SortFunc(owners, func(i, j int) int {
		a, b := &found[i], &found[j]
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Secret, b.Secret))
	})
	for _, i := range owners {
		m := &found[i]
		for _, need := range d.rules[m.Rule].rule.Required {
			rule, ok := d.set.Index(need.ID)
			if !ok {
				continue
			}
			at, ok := places[rule].take(m, need.WithinLines, need.WithinColumns)
			if p := &found[at]; ok && p.Secret != m.Secret {
				m.Parts = append(m.Parts, Part{
					Rule: rule, Secret: p.Secret, Start: p.Start, End: p.End, Check: p.Check, Joined: need.Optional,
					Line: p.Line, Column: p.Column, EndLine: p.EndLine, EndColumn: p.EndColumn,
				})
			}
		}
		slices.SortStableFunc(m.Parts, func(a, b Part) int { return cmp.Compare(a.Start, b.Start) })
	}
}

// spareOthers takes the places out whose text is the secret of a rule with structure: it is that, and nobody's part, unless that rule takes either half
// of what the part is of.
func (d *Detector) spareOthers(found []Match, places parts) {
	known := make(map[partKey]int)
	for i := range found {
		if m := &found[i]; !m.dead && !d.rules[m.Rule].generic {
			known[partKey{m.Start, m.Secret}] = m.Rule
		}
	}
	for rule, of := range places {
		of.byLine = slices.DeleteFunc(of.byLine, func(s spot) bool {
			other, ok := known[partKey{found[s.match].Start, found[s.match].Secret}]
			return ok && other != rule && !d.hasPart(other, rule)
		})
	}
}

// hasPart tells whether a rule names another one as a part.
func (d *Detector) hasPart(rule, part int) bool {
	id := d.set.Rules()[part].ID
	return slices.ContainsFunc(d.rules[rule].rule.Required, func(need rules.Required) bool { return need.ID == id })
}

// take returns the index of the match that is the part of another one within so many lines and columns, -1 for any.
func (of *partPlaces) take(m *Match, lines, columns int) (match int, ok bool) {
	if of.free == nil {
		of.free = newFree(len(of.byLine))
	}
	here := spot{line: m.Line, column: m.Column}
	k, _ := slices.BinarySearchFunc(of.byLine, here, compareSpots)
	at := of.nearest(here, of.free.before(k), of.free.from(k))
	if at < 0 || !of.byLine[at].within(here, lines, columns) {
		at = of.nearest(here, k-1, k)
	}
	if at < 0 || !of.byLine[at].within(here, lines, columns) {
		return 0, false
	}
	of.free.take(at)
	return of.byLine[at].match, true
}

// nearest returns which of two of byLine, one before and one behind a place, is nearer to it; -1 where both are out of range.
func (of *partPlaces) nearest(here spot, before, behind int) int {
	switch {
	case behind >= len(of.byLine):
		return before // which may be -1
	case before < 0:
		return behind
	}
	a, b := of.byLine[before], of.byLine[behind]
	if cmp.Or(cmp.Compare(here.line-a.line, b.line-here.line), cmp.Compare(distance(here.column, a.column), distance(here.column, b.column))) <= 0 {
		return before
	}
	return behind
}

// within tells whether a place is at most so many lines and columns away, -1 for any.
func (s spot) within(of spot, lines, columns int) bool {
	return (lines < 0 || distance(s.line, of.line) <= lines) && (columns < 0 || distance(s.column, of.column) <= columns)
}

func distance(a, b int) int { return max(a-b, b-a) }

// free tells which of n places are free, and finds the next one that is in either direction (method: union-find with halved paths).
type free struct {
	up, down []int // of each place, one at or behind it, or at or before it, from which to look; down is shifted by one
}

func newFree(n int) *free {
	f := &free{up: make([]int, n+1), down: make([]int, n+1)}
	for i := range n + 1 {
		f.up[i], f.down[i] = i, i
	}
	return f
}

// from returns the first free place at or behind k; n: none is.
func (f *free) from(k int) int { return root(f.up, k) }

// before returns the last free place before k; -1: none is.
func (f *free) before(k int) int { return root(f.down, k) - 1 }

// take marks a place as taken.
func (f *free) take(k int) {
	f.up[k] = root(f.up, k+1)
	f.down[k+1] = root(f.down, k)
}

func root(of []int, k int) int {
	for of[k] != k {
		of[k] = of[of[k]]
		k = of[k]
	}
	return k
}

// WithoutParts returns the matches but for those that are reported as parts of others: of owners, in whose favour yields lets them go.
func (d *Detector) WithoutParts(matches, owners []Match, yields func(part, owner *Match, rule int) bool) []Match {
	var joined map[partKey][]joint
	for i := range owners {
		for k := range owners[i].Parts {
			p := &owners[i].Parts[k]
			if !p.Joined {
				continue
			}
			if joined == nil {
				joined = make(map[partKey][]joint)
			}
			key := partKey{p.Start, p.Secret}
			joined[key] = append(joined[key], joint{p.Rule, &owners[i]})
		}
	}
	if joined == nil {
		return matches
	}
	kept := make([]Match, 0, len(matches))
	for i := range matches {
		m := &matches[i]
		if !slices.ContainsFunc(joined[partKey{m.Start, m.Secret}], func(j joint) bool { return d.IsPart(m, j.rule, j.owner.Rule) && yields(m, j.owner, j.rule) }) {
			kept = append(kept, *m)
		}
	}
	return kept
}

// joint is a part's rule, and the match that it is a part of.
type joint struct {
	rule  int
	owner *Match
}

// IsPart tells whether a match of a part's text is about that part, which a rule says: a generic rule knows no better what it is,
// and neither does the rule of the part's owner, where what it found has no parts of its own: it takes either half of a pair. What is
// nobody's id and shown in clear is masked where a generic rule takes it for a secret.
func (d *Detector) IsPart(m *Match, rule, owner int) bool {
	return m.Rule == rule || d.rules[m.Rule].generic && !(d.rules[rule].rule.Public && d.rules[rule].rule.Provider == "") || m.Rule == owner && len(m.Parts) == 0
}

// IsGuess tells whether nothing but the place says that a match is about a part: a generic rule takes it for a secret, and the
// part's rule, which names no issuer, knows no form of its own.
func (d *Detector) IsGuess(m *Match, rule int) bool {
	return d.rules[m.Rule].generic && d.rules[rule].rule.Provider == ""
}

// partKey is a text and where it stands in its content.
type partKey struct {
	start  int64
	secret string
}
