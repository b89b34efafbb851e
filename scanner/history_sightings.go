package scanner

import (
	"cmp"
	"container/heap"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner/detect"
)

// A file of tens of thousands of passwords is a rare thing, but every version of it holds them all, and to keep
// each with its place takes gigabytes. So an audit keeps a bounded number of matches and says of the contents that
// it leaves out how many secrets stand in them. What is least worth knowing goes first (see rank), and of that the contents with
// the most: a single key in a small file is never lost for a list of passwords, nor one in the midst of such a list. Which they
// are depends on the contents alone, not on the order in which workers saw them.

const (
	// maxSightings bounds the matches that an audit keeps, about 100 MB, and maxListed the places of secrets that
	// other scans list, each with its line. Of a single content half of that is kept at most.
	maxSightings = 100_000
	maxListed    = 50_000
	// maxCrowded bounds the contents that are named because they were left out, and maxAsked those of which an audit asks where they stand.
	maxCrowded = 20
	maxAsked   = 2_000
	// placesShare is how many places are listed at most for each match that an audit may keep: a content may stand at several.
	placesShare = 3
	// longSecret is how many bytes of a secret take as much room as another place.
	longSecret = 1 << 10
)

// sighting is what was found in a content, as far as it has one rank.
type sighting struct {
	object  Object
	rank    rank
	matches []detect.Match // in order of their start
	count   int            // of the places in the content at which rules match, of which some may be left out
	least   bool           // there may be more than count
	total   int            // of those of all ranks
	last    bool           // there is none of a lower rank
	// What follows is of contents outside a history.
	findings []Finding // instead of the matches
	label    string    // names it in a report
	blocks   bool      // one of them makes the exit code 1
	// kinds are, in a history, the sorts of matches in it: where they stand decides which of them block.
	kinds []matchKind
}

// matchKind is what decides of a match whether it blocks at a place.
type matchKind struct {
	rule       int
	severity   rules.Severity
	confidence rules.Confidence
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

// compareCrowds orders what was found in contents by its rank, by how much it is, and by what they are.
func compareCrowds(a, b *sighting) int {
	return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.count, b.count), compareObjects(a.object.key(), b.object.key()))
}

// sightings are the contents that are kept: the largest number of them, those of the highest rank and the least crowded first, that have
// no more matches than the limit. It is a heap (container/heap) with the one that goes first on top.
type sightings struct {
	limit    int    // of matches
	named    int    // how many of what was left out are remembered
	scope    string // what all of it is called where there are too many to name them
	contents []sighting
	weight   int
	blocks   bool      // some of what was left out makes the exit code 1
	names    bool      // path names are among it
	bound    *sighting // the first one that was left out: whatever comes behind it is left out, too
	crowded  []leftOut // the most crowded ones that were left out or narrowed; sorted
	others   crowd     // the rest of those
}

// wants says whether a content is to be added, and counts it if not.
func (k *sightings) wants(s *sighting) bool {
	if k.bound != nil && compareCrowds(s, k.bound) >= 0 {
		k.leaveOut(s, s.count, true)
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
		k.leaveOut(&out, out.count, true)
		if k.bound == nil || compareCrowds(&out, k.bound) < 0 {
			k.bound = &sighting{object: out.object, rank: out.rank, count: out.count}
		}
	}
}

// Len implements heap.Interface.
func (k *sightings) Len() int { return len(k.contents) }

// Less implements heap.Interface: the content that goes first is on top.
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
