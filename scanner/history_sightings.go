package scanner

import (
	"cmp"
	"container/heap"
	"fmt"
	"slices"
	"strconv"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner/detect"
)

// A file of tens of thousands of passwords is a rare thing, but every version of it holds them all, and to keep
// each with its place takes gigabytes. So an audit keeps a bounded number of matches and says of the contents that
// it leaves out how many secrets stand in them. Those with the most go first: a single key in a small
// file is never lost for a list of passwords. Which they are depends on the contents alone, not on
// the order in which workers saw them.

const (
	// maxSightings bounds the matches that an audit keeps, about 100 MB, and maxListed the places of secrets that
	// other scans list, each with its line. Of a single content half of that is kept at most.
	maxSightings = 100_000
	maxListed    = 50_000
	// maxCrowded bounds the contents that are named because they were left out.
	maxCrowded = 20
	// placesShare is how many places are listed at most for each match that an audit may keep: a content may stand at several.
	placesShare = 3
	// longSecret is how many bytes of a secret take as much room as another place.
	longSecret = 1 << 10
)

// sighting is a content in which something was found.
type sighting struct {
	object  Object
	matches []detect.Match // in order of their start
	count   int            // of the places in the content at which rules match, of which some may be left out
	least   bool           // there may be more than count
	// What follows is of contents outside a history.
	findings []Finding // instead of the matches
	label    string    // names it in a report
	part     bool      // only a part of it was left out
	blocks   bool      // one of them makes the exit code 1
}

// kept is how many places of secrets are kept of the content.
func (s *sighting) kept() int {
	n := placesOf(s.matches)
	for i := range s.findings {
		n += len(s.findings[i].Places)
	}
	return n
}

// weight is what they take of the room there is.
func (s *sighting) weight() int {
	n := s.kept()
	for i := range s.matches {
		n += len(s.matches[i].Secret) / longSecret
	}
	for i := range s.findings {
		n += len(s.findings[i].Secret.text) / longSecret
	}
	return n
}

// samePlace tells whether two matches stand at one place: which of several rules counts there is often known only with the path.
func samePlace(a, b *detect.Match) bool {
	return a.Start == b.Start && a.End == b.End && a.Secret == b.Secret
}

// placesOf counts the places at which matches, in order of their start, stand.
func placesOf(matches []detect.Match) int {
	n := 0
	for i := range matches {
		if i == 0 || !samePlace(&matches[i-1], &matches[i]) {
			n++
		}
	}
	return n
}

// narrow leaves matches out of a content with too many places of them: the least sure ones, and of those the last.
func (s *sighting) narrow(set *rules.Set, most int) {
	if len(s.matches) <= most || placesOf(s.matches) <= most {
		return
	}
	generic := func(m *detect.Match) int {
		if set.Rules()[m.Rule].Generic {
			return 1
		}
		return 0
	}
	compare := func(a, b *detect.Match) int {
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(generic(a), generic(b)), cmp.Compare(b.Severity, a.Severity))
	}
	type place struct{ from, to, best int } // indexes of matches
	var places []place
	for i := range s.matches {
		n := len(places) - 1
		if n < 0 || !samePlace(&s.matches[i-1], &s.matches[i]) {
			places = append(places, place{i, i + 1, i})
			continue
		}
		places[n].to = i + 1
		if compare(&s.matches[i], &s.matches[places[n].best]) < 0 {
			places[n].best = i
		}
	}
	slices.SortStableFunc(places, func(a, b place) int { return compare(&s.matches[a.best], &s.matches[b.best]) })
	places = places[:most]
	slices.SortFunc(places, func(a, b place) int { return cmp.Compare(a.from, b.from) })
	var kept []detect.Match
	for _, p := range places {
		kept = append(kept, s.matches[p.from:p.to]...)
	}
	s.matches = kept
}

// compareCrowds orders contents by how many secrets stand in them; those with as many by what they are.
func compareCrowds(a, b *sighting) int {
	return cmp.Or(cmp.Compare(a.count, b.count), compareObjects(a.object.key(), b.object.key()))
}

// sightings are the contents that are kept: the largest number of them, the least crowded first, that have
// no more matches than the limit. It is a heap (container/heap) with the most crowded one on top.
type sightings struct {
	limit    int    // of matches
	scope    string // what all of it is called where there are too many to name them
	contents []sighting
	weight   int
	blocks   bool       // some of what was left out makes the exit code 1
	bound    *sighting  // the least crowded one that was left out: whatever is as crowded is left out, too
	crowded  []sighting // the most crowded ones that were left out or narrowed, without matches; sorted, at most maxCrowded
	others   crowd      // the rest of those
}

// crowd counts contents, and the matches that are left out of them.
type crowd struct {
	contents, matches int
	least             bool
}

// wants says whether a content is to be added, and counts it if not.
func (k *sightings) wants(s *sighting) bool {
	if k.bound != nil && compareCrowds(s, k.bound) >= 0 {
		k.leaveOut(*s, s.count, false)
		return false
	}
	return true
}

// add adds a content that is wanted.
func (k *sightings) add(s sighting) {
	heap.Push(k, s)
	k.weight += s.weight()
	for k.weight > k.limit && len(k.contents) > 1 {
		out, _ := heap.Pop(k).(sighting)
		k.weight -= out.weight()
		k.leaveOut(out, out.count, false)
		if k.bound == nil || compareCrowds(&out, k.bound) < 0 {
			k.bound = &sighting{object: out.object, count: out.count}
		}
	}
}

// leaveOut notes that so many matches of a content are not kept: a part of it, or all.
func (k *sightings) leaveOut(s sighting, matches int, part bool) {
	s.matches, s.findings, s.part, s.count = nil, nil, part, matches
	k.blocks = k.blocks || s.blocks
	at, _ := slices.BinarySearchFunc(k.crowded, s, func(a, b sighting) int { return compareCrowds(&b, &a) })
	k.crowded = slices.Insert(k.crowded, at, s)
	if len(k.crowded) > maxCrowded {
		k.others.contents++
		k.others.matches += k.crowded[maxCrowded].count
		k.others.least = k.others.least || k.crowded[maxCrowded].least
		k.crowded = k.crowded[:maxCrowded]
	}
}

// skips says what is not kept, when all has been added.
func (k *sightings) skips() (skips []Skip) {
	for i := range k.contents {
		if s := &k.contents[i]; s.count > s.kept() {
			k.leaveOut(*s, s.count-s.kept(), true)
		}
	}
	for i := range k.crowded {
		s := &k.crowded[i]
		skips = append(skips, Skip{
			Path:   s.name(),
			Reason: k.reason(s),
			Hint:   s.hint(),
		})
	}
	if k.others.contents > 0 {
		skips = append(skips, Skip{
			Path:   k.scope,
			Reason: fmt.Sprintf("%s places of secrets in %d further contents are not listed: %s", atLeast(k.others.matches, k.others.least), k.others.contents, k.most()),
		})
	}
	return skips
}

// reason says what was left out of a content.
func (k *sightings) reason(s *sighting) string {
	if s.part {
		return fmt.Sprintf("%s further places of secrets in it are not listed: of one content at most %d are", atLeast(s.count, s.least), k.limit/2)
	}
	return fmt.Sprintf("%s places of secrets in it are not listed: %s", atLeast(s.count, s.least), k.most())
}

// atLeast writes a number that may be greater.
func atLeast(n int, least bool) string {
	if least {
		return fmt.Sprintf("at least %d", n)
	}
	return strconv.Itoa(n)
}

// most says what bounds all of it.
func (k *sightings) most() string {
	return fmt.Sprintf("at most %d are, those of contents with fewer first", k.limit)
}

// name names a content; a name that is a secret is not shown.
func (s *sighting) name() string {
	switch {
	case s.label != "":
		return s.label
	case s.object.Kind == KindPathName:
		return "a path name"
	}
	return s.object.ID
}

// hint says how to see the secrets in a content of a history.
func (s *sighting) hint() string {
	if s.object.Kind == KindPathName || s.object.ID == "" {
		return ""
	}
	return "to list them: git cat-file -p " + s.object.ID + " | keysieve stdin"
}

// Len implements heap.Interface.
func (k *sightings) Len() int { return len(k.contents) }

// Less implements heap.Interface: the most crowded content is on top.
func (k *sightings) Less(i, j int) bool { return compareCrowds(&k.contents[i], &k.contents[j]) > 0 }

// Swap implements heap.Interface.
func (k *sightings) Swap(i, j int) { k.contents[i], k.contents[j] = k.contents[j], k.contents[i] }

// Push implements heap.Interface.
func (k *sightings) Push(x any) {
	s, _ := x.(sighting)
	k.contents = append(k.contents, s)
}

// Pop implements heap.Interface.
func (k *sightings) Pop() any {
	last := len(k.contents) - 1
	s := k.contents[last]
	k.contents[last] = sighting{} // its matches are free
	k.contents = k.contents[:last]
	return s
}
