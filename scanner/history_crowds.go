package scanner

import (
	"cmp"
	"slices"

	"github.com/keysieve/keysieve/scanner/detect"
)

// What an audit has no room for is asked where it stands, as what it lists is: the policy may leave it out there, and it may
// block there or not.

// joinedSightings joins what was kept of each content, whatever its rank.
func joinedSightings(parts []sighting) []sighting {
	slices.SortFunc(parts, func(a, b sighting) int {
		return cmp.Or(compareObjects(a.object.key(), b.object.key()), cmp.Compare(a.rank, b.rank))
	})
	joined := parts[:0]
	for _, s := range parts {
		if n := len(joined); n == 0 || joined[n-1].object.key() != s.object.key() {
			joined = append(joined, s)
			continue
		}
		j := &joined[len(joined)-1]
		j.matches = append(slices.Clip(j.matches), s.matches...)
		slices.SortStableFunc(j.matches, func(a, b detect.Match) int {
			return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Rule, b.Rule))
		})
	}
	clear(parts[len(joined):])
	return joined
}

// crowdedObjects lists the contents of which something was left out.
func (h *historian) crowdedObjects() (objects []Object) {
	seen := make(map[Object]bool)
	for i := range h.kept.crowded {
		if o := h.kept.crowded[i].object; !seen[o.key()] {
			seen[o.key()] = true
			objects = append(objects, o)
		}
	}
	return objects
}

// placeCrowds drops, of what was left out, what stands nowhere but where the policy leaves it out, and finds out what blocks.
func (h *historian) placeCrowds(standing Standing) {
	paths := make(map[Object][]Origin)
	for _, p := range standing.Places {
		paths[p.Object.key()] = append(paths[p.Object.key()], originOf(p))
	}
	kept := h.kept.crowded[:0]
	for i := range h.kept.crowded {
		o := h.kept.crowded[i]
		origins, known := paths[o.object.key()]
		if !known && o.object.Kind == KindPathName {
			continue // stands in no tree that is audited
		}
		if known {
			origins = slices.DeleteFunc(origins, func(at Origin) bool {
				return (at.Kind == KindFile || at.Kind == KindPathName) && h.leavesOut(at.Path)
			})
			if paths[o.object.key()] = origins; len(origins) == 0 {
				continue
			}
			o.blocks = slices.ContainsFunc(origins, func(at Origin) bool { return h.anyBlocks(o.kinds, at) })
		}
		kept = append(kept, o)
	}
	clear(h.kept.crowded[len(kept):])
	h.kept.crowded = kept
}

// anyBlocks tells whether matches of one of the sorts block at an origin.
func (h *historian) anyBlocks(kinds []matchKind, at Origin) bool {
	return slices.ContainsFunc(kinds, func(k matchKind) bool {
		if re := h.opts.Set.Program(k.rule).Path(); re != nil && !re.MatchString(at.Path) {
			return false
		}
		confidence, _ := lowered(h.opts.Set, k.rule, at.Path, k.confidence, nil)
		return h.blocks(at, k.severity, confidence)
	})
}
