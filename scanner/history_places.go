package scanner

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner/detect"
)

// standingMatch is a match where it counts.
type standingMatch struct {
	place      Place
	object     Object
	match      *detect.Match
	confidence rules.Confidence
	reasons    []string
}

// matches lists the matches of a group where they count, and says of each of the places whether any does there.
func (a *assembly) matches(ctx context.Context, g secretGroup, s Standing) (all []standingMatch, counted []bool) {
	byObject := make(map[Object]int) // index of the first ref
	for i, ref := range g.refs {
		if i == 0 || ref.sighting != g.refs[i-1].sighting {
			byObject[a.seen[ref.sighting].object.key()] = i
		}
	}
	brought := broughtBy(s)
	counted = make([]bool, len(s.Places))
	for n, p := range s.Places {
		first, ok := byObject[p.Object.key()]
		if !ok {
			continue
		}
		origin := originOf(p)
		kept := a.here(ctx, g, first, origin, brought[origin.Path])
		if len(kept) > 0 && (p.Object.Kind == KindFile || p.Object.Kind == KindPathName) && a.leavesOut(p.Path) {
			continue
		}
		counted[n] = len(kept) > 0
		for i := range kept {
			m := &kept[i]
			at := standingMatch{object: p.Object, match: m}
			at.place = Place{Origin: origin, Line: m.Line, Column: m.Column, EndLine: m.EndLine, EndColumn: m.EndColumn}
			at.confidence, at.reasons = lowered(a.opts.Set, m.Rule, origin.Path, m.Confidence, m.Reasons)
			all = append(all, at)
		}
	}
	return all, counted
}

// placedGroup is a group with the matches that count.
type placedGroup struct {
	secretGroup
	matches  []standingMatch
	counted  string // in exposures; empty: all places count
	exposure *Exposure
}

// place finds where each group counts, and its exposure: that of the places where it counts. At others an allowlist
// accepts it, or it is a part of another secret. Thousands of secrets may share an exposure.
func (a *assembly) place(ctx context.Context, groups []secretGroup, of []int, standings []Standing) ([]placedGroup, error) {
	var placed []placedGroup
	index := make(map[string]int)
	var narrow []Counted
	for i, g := range groups {
		s := &standings[of[i]]
		all, counted := a.matches(ctx, g, *s)
		if len(all) == 0 {
			continue
		}
		p := placedGroup{secretGroup: g, matches: all, exposure: s.Exposure}
		if s.Exposure != nil && slices.Contains(counted, false) {
			key := binary.AppendUvarint(nil, uint64(of[i])) //nolint:gosec // an index
			for n, counts := range counted {
				if counts {
					key = binary.AppendUvarint(key, uint64(n)) //nolint:gosec // as above
				}
			}
			p.counted = string(key)
			if _, ok := index[p.counted]; !ok {
				index[p.counted] = len(narrow)
				narrow = append(narrow, Counted{s, counted})
			}
		}
		placed = append(placed, p)
	}
	placed = a.withoutPartGroups(placed)
	if len(narrow) == 0 {
		return placed, nil
	}
	exposures, err := a.src.Counting(ctx, narrow)
	if err != nil {
		if a.stopped(ctx) {
			return placed, nil // what is known of all places has to do
		}
		return nil, fmt.Errorf("finding since when the secrets stand: %w", err)
	}
	for i := range placed {
		if p := &placed[i]; p.counted != "" {
			p.exposure = exposures[index[p.counted]]
		}
	}
	return placed, nil
}

// broughtBy gives for each path the commit that brought the secret there: later versions
// only carry it on, so that an allowlist that accepts the commit accepts them.
func broughtBy(s Standing) map[string]string {
	first, order := make(map[string]string), make(map[string]int)
	for _, p := range s.Places {
		path := originOf(p).Path
		if known, ok := order[path]; p.Commit != nil && (!ok || p.Order < known) {
			first[path], order[path] = p.Commit.ID, p.Order
		}
	}
	return first
}

// originOf says where a standpoint is, as reports have it. A content that no tree names goes by its object id.
func originOf(p Standpoint) Origin {
	o := Origin{Kind: p.Object.Kind, Path: p.Path}
	if p.Commit != nil {
		o.Commit, o.Author, o.Date = p.Commit.ID, p.Commit.Author, p.Commit.Date
	}
	switch {
	case o.Path != "":
	case o.Kind == KindPathName:
		o.Path = p.Object.Name
	default:
		o.Path = p.Object.ID
	}
	return o
}

// compareIntroduction orders the place where a secret was introduced before all others, then the earlier one, and what
// no commit has last.
func compareIntroduction(a, b *Place, first *Commit) int {
	last := func(no bool) int {
		if no {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(last(first == nil || a.Commit != first.ID), last(first == nil || b.Commit != first.ID)),
		cmp.Compare(last(a.Commit == ""), last(b.Commit == "")),
		a.Date.Compare(b.Date), comparePlaces(*a, *b))
}

// here returns the matches of a group in a content, that of its ref first, that count at a place, which a commit brought.
func (a *assembly) here(ctx context.Context, g secretGroup, first int, origin Origin, commit string) (kept []detect.Match) {
	n := g.refs[first].sighting
	origin.Commit = commit
	end := 0
	for _, ref := range g.refs[first:] {
		if ref.sighting != n {
			break
		}
		if ref.match < end {
			continue // in the stretch before
		}
		var lo int
		lo, end = a.stretch(ref)
		all, _ := a.engine.here(ctx, nil, Blob{}, origin, a.seen[n].matches[lo:end])
		for _, m := range all {
			if m.Secret == g.secret || identity(m.Secret) == g.known {
				kept = append(kept, m)
			}
		}
	}
	return kept
}

// stretch returns the matches of a content that overlap one, directly or through others: which of them
// count at a place depends on no more than these.
func (a *assembly) stretch(ref matchRef) (lo, hi int) {
	matches := a.seen[ref.sighting].matches
	firsts, ok := a.stretches[ref.sighting]
	if !ok {
		firsts = make([]int, len(matches))
		reach := int64(-1)
		for i := range matches { // in order of their start
			if firsts[i] = i; i > 0 && matches[i].Start < reach {
				firsts[i] = firsts[i-1]
			}
			reach = max(reach, matches[i].End)
		}
		if a.stretches == nil {
			a.stretches = make(map[int][]int)
		}
		a.stretches[ref.sighting] = firsts
	}
	lo = firsts[ref.match]
	for hi = ref.match + 1; hi < len(firsts) && firsts[hi] == lo; {
		hi++
	}
	return lo, hi
}
