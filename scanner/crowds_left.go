package scanner

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
)

// leftOut is what was not kept of a content.
type leftOut struct {
	object Object
	label  string
	rank   rank
	count  int  // of places
	least  bool // there may be more
	total  int  // of all places in the content, whether they are kept or not
	last   bool // nothing of a lower rank is in it
	whole  bool // there was no room for any of it; else of one content only so many are kept
	blocks bool
	kinds  []matchKind
}

// crowd counts contents, and the matches that are left out of them.
type crowd struct {
	contents, matches int
	least             bool
	blocks            bool
}

func (c *crowd) add(o *leftOut) {
	if o.last {
		c.contents++
	}
	c.matches += o.count
	c.least = c.least || o.least
	c.blocks = c.blocks || o.blocks
}

// leaveOut notes that so many matches of a content are not kept; whole says that none is.
func (k *sightings) leaveOut(s *sighting, matches int, whole bool) {
	o := leftOut{
		object: s.object, label: s.label, rank: s.rank, count: matches, least: s.least, total: s.total, last: s.last,
		whole: whole, blocks: s.blocks, kinds: s.kinds,
	}
	k.names = k.names || o.object.Kind == KindPathName
	at, _ := slices.BinarySearchFunc(k.crowded, o, func(a, b leftOut) int {
		return cmp.Or(cmp.Compare(b.count, a.count), compareObjects(a.object.key(), b.object.key()), cmp.Compare(a.rank, b.rank))
	})
	k.crowded = slices.Insert(k.crowded, at, o)
	if most := max(k.named, maxCrowded); len(k.crowded) > most {
		k.others.add(&k.crowded[most])
		k.crowded = k.crowded[:most]
	}
}

// close notes, when all has been added, what was left out of the contents that are kept.
func (k *sightings) close() {
	for i := range k.contents {
		if s := &k.contents[i]; s.count > s.kept() {
			k.leaveOut(s, s.count-s.kept(), false)
		}
	}
}

// skips says what is not kept.
func (k *sightings) skips() (skips []Skip) {
	contents := k.byContent()
	others := k.others
	for i := range contents {
		c := &contents[i]
		k.blocks = k.blocks || c.blocks
		if i >= maxCrowded {
			others.add(c)
			continue
		}
		skips = append(skips, Skip{Kind: SkipUnlisted, Path: c.name(), Reason: k.reason(c), Hint: c.hint()})
	}
	k.blocks = k.blocks || others.blocks
	if others.contents > 0 {
		skips = append(skips, Skip{
			Kind: SkipUnlisted, Path: k.scope,
			Reason: unlistedPlaces(others.matches, others.least, "place", fmt.Sprintf("in %d further contents", others.contents)) + ": " + k.most(),
		})
	}
	return skips
}

// byContent gives what was left out of each content, whatever its rank; the most crowded first.
func (k *sightings) byContent() []leftOut {
	index := make(map[Object]int)
	var contents []leftOut
	for i := range k.crowded {
		o := k.crowded[i]
		o.last = true
		at, known := index[o.object.key()]
		if !known {
			index[o.object.key()] = len(contents)
			contents = append(contents, o)
			continue
		}
		c := &contents[at]
		c.count += o.count
		c.least, c.whole, c.blocks = c.least || o.least, c.whole || o.whole, c.blocks || o.blocks
		c.kinds = append(slices.Clip(c.kinds), o.kinds...)
	}
	slices.SortFunc(contents, func(a, b leftOut) int {
		return cmp.Or(cmp.Compare(b.count, a.count), compareObjects(a.object.key(), b.object.key()))
	})
	return contents
}

// reason says what was left out of a content.
func (k *sightings) reason(o *leftOut) string {
	further, bound := "", k.most()
	if o.count < o.total {
		further = "further "
	}
	if !o.whole {
		bound = fmt.Sprintf("of one content at most %d are", k.limit/2)
	}
	where := "it"
	if o.object.Kind == KindPathName {
		where = "its name"
	}
	return unlistedPlaces(o.count, o.least, further+"place", "in "+where) + ": " + bound
}

// unlistedPlaces says that so many places of secrets somewhere are not listed.
func unlistedPlaces(n int, least bool, place, where string) string {
	if n == 1 && !least {
		return "1 " + place + " of a secret " + where + " is not listed"
	}
	return atLeast(n, least) + " " + place + "s of secrets " + where + " are not listed"
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
	return fmt.Sprintf("at most %d are, those that block first, then those of contents with fewer", k.limit)
}

// name names a content; of a name that is a secret the label is a masked form.
func (o *leftOut) name() string {
	if o.label != "" {
		return o.label
	}
	return o.object.ID
}

// hint says how to see the secrets in a content of a history, where a scan of it lists them all.
func (o *leftOut) hint() string {
	if o.label != "" || o.object.ID == "" || o.object.Kind == KindPathName || o.least || o.total > maxListed/2 {
		return ""
	}
	return "to list them: git cat-file -p " + o.object.ID + " | keysieve stdin"
}
