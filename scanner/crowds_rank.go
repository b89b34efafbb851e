package scanner

import (
	"cmp"
	"slices"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner/detect"
)

// rank says how much is lost where a match is left out: the lowest number is left out last. Contents of tens of thousands of
// secrets are lists of passwords, of what generic rules find, and most often of doubtful ones.
type rank uint8

const (
	rankToken    rank = iota // blocks, and its rule knows what kind of secret it is
	rankPassword             // blocks, of a generic rule
	rankHint                 // a warning of a rule that knows
	rankGuess                // a warning of a generic rule
	ranks
)

func rankOf(r *rules.Rule, blocks bool) rank {
	switch {
	case blocks && !r.Generic:
		return rankToken
	case blocks:
		return rankPassword
	case !r.Generic:
		return rankHint
	}
	return rankGuess
}

// blocks tells whether what has the rank blocks.
func (r rank) blocks() bool { return r <= rankPassword }

// narrow leaves matches, in order of their start, out of a content with too many places of them: those of the lowest rank, the
// least sure ones, and of those the last.
func narrow(set *rules.Set, matches []detect.Match, most int, rankOf func(*detect.Match) rank) []detect.Match {
	if len(matches) <= most || placesOf(matches) <= most {
		return matches
	}
	compare := func(a, b *detect.Match) int {
		return cmp.Or(cmp.Compare(rankOf(a), rankOf(b)), cmp.Compare(b.Confidence, a.Confidence),
			trueFirst(!set.Rules()[a.Rule].Generic, !set.Rules()[b.Rule].Generic), cmp.Compare(b.Severity, a.Severity))
	}
	type place struct{ from, to, best int } // indexes of matches
	var places []place
	for i := range matches {
		n := len(places) - 1
		if n < 0 || !samePlace(&matches[i-1], &matches[i]) {
			places = append(places, place{i, i + 1, i})
			continue
		}
		places[n].to = i + 1
		if compare(&matches[i], &matches[places[n].best]) < 0 {
			places[n].best = i
		}
	}
	slices.SortStableFunc(places, func(a, b place) int { return compare(&matches[a.best], &matches[b.best]) })
	places = places[:most]
	slices.SortFunc(places, func(a, b place) int { return cmp.Compare(a.from, b.from) })
	var kept []detect.Match
	for _, p := range places {
		kept = append(kept, matches[p.from:p.to]...)
	}
	return kept
}

func trueFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// split gives what was found in a content by rank, the highest first. What counts only at some places is kept together with
// what it overlaps there. The one of the lowest rank counts what is left out already.
func (s *sighting) split(set *rules.Set, rankOf func(*detect.Match) rank) (parts []sighting) {
	byRank := [ranks][]detect.Match{}
	each(set, s.matches, func(together []detect.Match) {
		least := ranks
		for i := range together {
			least = min(least, rankOf(&together[i]))
		}
		byRank[least] = append(byRank[least], together...)
	})
	var findings [ranks][]Finding
	for i := range s.findings {
		r := rankOfFinding(&s.findings[i])
		findings[r] = append(findings[r], s.findings[i])
	}
	left := s.count
	for r := range ranks {
		part := sighting{object: s.object, rank: r, matches: byRank[r], findings: findings[r], label: s.label, total: s.count}
		if part.count = placesOf(part.matches) + len(part.findings); part.count > 0 {
			left -= part.count
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		parts = []sighting{{object: s.object, rank: rankGuess, label: s.label, total: s.count}}
	}
	last := &parts[len(parts)-1]
	last.last, last.least, last.count = true, s.least, last.count+max(left, 0)
	return parts
}

func rankOfFinding(f *Finding) rank { return rankOf(f.Rule, f.Blocks) }

// each gives the matches in order: one by one, but together those that overlap, directly or through others, where
// one of them counts only at some places.
func each(set *rules.Set, matches []detect.Match, f func([]detect.Match)) {
	for i := 0; i < len(matches); {
		reach, conditional := matches[i].End, false
		end := i
		for ; end < len(matches) && (end == i || matches[end].Start < reach); end++ {
			m := &matches[end]
			reach = max(reach, m.End)
			conditional = conditional || len(m.Pending) > 0 || set.Rules()[m.Rule].Path != ""
		}
		if conditional {
			f(matches[i:end])
			i = end
		}
		for ; i < end; i++ {
			f(matches[i : i+1])
		}
	}
}

// kindsOf lists the sorts of matches.
func kindsOf(matches []detect.Match) []matchKind {
	seen := make(map[matchKind]bool)
	var kinds []matchKind
	for i := range matches {
		k := matchKind{matches[i].Rule, matches[i].Severity, matches[i].Confidence}
		if !seen[k] {
			seen[k] = true
			kinds = append(kinds, k)
		}
	}
	return kinds
}
