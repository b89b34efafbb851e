package scanner

import (
	"cmp"
	"container/heap"
	"fmt"
	"slices"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner/detect"
)

// A file of tens of thousands of passwords is a rare thing, but every version of it holds them all, and to keep
// each with its place takes gigabytes. So an audit keeps a bounded number of matches and says of the contents that
// it leaves out how many secrets stand in them. Those with the most go first: a single key in a small
// file is never lost for a list of passwords. Which they are depends on the contents alone, not on
// the order in which workers saw them.

const (
	// maxSightings bounds the matches that an audit keeps: about 100 MB.
	maxSightings = 100_000
	// maxInContent bounds those of a single content.
	maxInContent = maxSightings / 2
	// maxCrowded bounds the contents that are named because they were left out.
	maxCrowded = 20
)

// sighting is a content in which something was found.
type sighting struct {
	object  Object
	matches []detect.Match // in order of their start
	count   int            // of the matches in the content, of which some may be left out
}

// narrow leaves matches out of a content with too many: the least sure ones, and of those the last.
func (s *sighting) narrow(set *rules.Set) {
	if len(s.matches) <= maxInContent {
		return
	}
	generic := func(m *detect.Match) int {
		if set.Rules()[m.Rule].Generic {
			return 1
		}
		return 0
	}
	best := make([]int, len(s.matches))
	for i := range best {
		best[i] = i
	}
	slices.SortStableFunc(best, func(i, j int) int {
		a, b := &s.matches[i], &s.matches[j]
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(generic(a), generic(b)), cmp.Compare(b.Severity, a.Severity))
	})
	best = best[:maxInContent]
	slices.Sort(best)
	kept := make([]detect.Match, len(best))
	for k, i := range best {
		kept[k] = s.matches[i]
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
	limit    int // of matches
	contents []sighting
	matches  int
	bound    *sighting  // the least crowded one that was left out: whatever is as crowded is left out, too
	crowded  []sighting // the most crowded ones that were left out or narrowed, without matches; sorted, at most maxCrowded
	others   crowd      // the rest of those
}

// crowd counts contents, and the matches that are left out of them.
type crowd struct{ contents, matches int }

// wants says whether a content is to be added, and counts it if not.
func (k *sightings) wants(s *sighting) bool {
	if k.bound != nil && compareCrowds(s, k.bound) >= 0 {
		k.leaveOut(*s, s.count)
		return false
	}
	return true
}

// add adds a content that is wanted.
func (k *sightings) add(s sighting) {
	heap.Push(k, s)
	k.matches += len(s.matches)
	for k.matches > k.limit && len(k.contents) > 1 {
		out, _ := heap.Pop(k).(sighting)
		k.matches -= len(out.matches)
		k.leaveOut(out, out.count)
		if k.bound == nil || compareCrowds(&out, k.bound) < 0 {
			k.bound = &sighting{object: out.object, count: out.count}
		}
	}
}

// leaveOut notes that so many matches of a content are not kept.
func (k *sightings) leaveOut(s sighting, matches int) {
	s.matches, s.count = nil, matches
	at, _ := slices.BinarySearchFunc(k.crowded, s, func(a, b sighting) int { return compareCrowds(&b, &a) })
	k.crowded = slices.Insert(k.crowded, at, s)
	if len(k.crowded) > maxCrowded {
		k.others.contents++
		k.others.matches += k.crowded[maxCrowded].count
		k.crowded = k.crowded[:maxCrowded]
	}
}

// skips says what is not kept, when all has been added.
func (k *sightings) skips() (skips []Skip) {
	for i := range k.contents {
		if s := &k.contents[i]; s.count > len(s.matches) {
			k.leaveOut(*s, s.count-len(s.matches))
		}
	}
	for i := range k.crowded {
		s := &k.crowded[i]
		skips = append(skips, Skip{
			Path:   crowdName(s.object),
			Reason: fmt.Sprintf("%d places of secrets in it are not listed: there are more than the %d that an audit keeps", s.count, k.limit),
			Hint:   crowdHint(s.object),
		})
	}
	if k.others.contents > 0 {
		skips = append(skips, Skip{
			Path:   "history",
			Reason: fmt.Sprintf("%d places of secrets in %d further contents are not listed: there are more than the %d that an audit keeps", k.others.matches, k.others.contents, k.limit),
		})
	}
	return skips
}

// crowdName names a content; a name that is a secret is not shown.
func crowdName(o Object) string {
	if o.Kind == KindPathName {
		return "a path name"
	}
	return o.ID
}

// crowdHint says how to see the secrets in a content.
func crowdHint(o Object) string {
	if o.Kind == KindPathName {
		return ""
	}
	return "to list them: git cat-file -p " + o.ID + " | keysieve stdin"
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
