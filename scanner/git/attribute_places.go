package git

import (
	"context"
	"fmt"
)

// placeContents adds the paths at which blobs and names stand in commits.
func (a *attribution) placeContents(result []Attribution) {
	for s, n := range a.first {
		target := &a.targets[s.target]
		place := target.place(a.paths.text(s.path, a.trees.names), InCommit)
		for _, g := range target.groups {
			if a.groups[g].Path == "" || a.groups[g].Path == place.Path {
				place.Commit, place.Selected = a.line(int(n)), a.within[s]
				result[g].Places = append(result[g].Places, place)
			}
		}
	}
}

// placeMessages adds commits and tags whose messages hold a group.
func (a *attribution) placeMessages(result []Attribution) {
	for g, group := range a.groups {
		for id := range uniqueIDs(group.Commits) {
			place := Place{Object: id, State: Dangling}
			if n, ok := a.graph.Find(id); ok {
				place.State, place.Commit = InCommit, a.line(n)
				place.Selected = a.Within != nil && a.Within.HasCommit(id)
			}
			result[g].Places = append(result[g].Places, place)
		}
		for id := range uniqueIDs(group.Tags) {
			result[g].Places = append(result[g].Places, Place{Object: id, State: InTag})
		}
	}
}

// placeRest places what no commit holds: it is staged, or dangling. A name that commits have elsewhere
// may be staged at a path where none has it.
func (a *attribution) placeRest(ctx context.Context, result []Attribution) error {
	rest := map[uint32]bool{}
	for t := range a.targets {
		rest[uint32(t)] = true //nolint:gosec // a target's number
	}
	committed := map[standingPath]bool{} // of names
	for s := range a.first {
		delete(rest, s.target)
		if a.targets[s.target].name != "" {
			committed[standingPath{a.paths.text(s.path, a.trees.names), s.target}] = true
		}
	}
	if len(rest)+len(a.trees.wanted)+len(a.named) == 0 {
		return nil
	}
	add := func(t uint32, path string, state PlaceState) {
		for _, g := range a.targets[t].groups {
			if a.groups[g].Path == "" || a.groups[g].Path == path {
				result[g].Places = append(result[g].Places, a.targets[t].place(path, state))
			}
		}
	}
	staged := map[standingPath]bool{}
	stage := func(path string, t uint32) {
		if key := (standingPath{path, t}); !committed[key] && !staged[key] {
			staged[key] = true
			add(t, path, InIndex)
		}
	}
	err := a.repo.EachStaged(ctx, a.options.Fail, func(e *Entry) {
		if t, ok := a.trees.blobs[e.ID()]; ok && rest[t] && isFile(e.Mode()) {
			stage(string(e.Path), t)
		}
		a.eachStagedName(e, stage)
	})
	if err != nil {
		return err
	}
	for key := range staged {
		delete(rest, key.target)
	}
	a.placeNamed(rest, add)
	names := a.danglingNames(rest)
	for t := range rest {
		add(t, names[t], Dangling)
	}
	return nil
}

// placeNamed places what stands in trees that references name, at paths where no commit has it. It takes that out of the rest.
func (a *attribution) placeNamed(rest map[uint32]bool, add func(t uint32, path string, state PlaceState)) {
	known := map[standing]bool{}
	c, yields := comparer{sets: a.sets, paths: a.paths}, 0
	c.yield = func(s standing) {
		if yields++; yields == maxStandings { // as in findIntroductions
			c.seen = map[uint32]bool{}
			a.options.Fail("trees that references name", &UnlistedError{fmt.Sprintf("what was found stands at more than %d paths: not all of them are listed", maxStandings)})
		}
		if _, committed := a.first[s]; !committed && !known[s] {
			known[s] = true
			delete(rest, s.target)
			add(s.target, a.paths.text(s.path, a.trees.names), Dangling)
		}
	}
	for _, set := range a.named {
		c.fresh(set, nil, 0)
	}
}

// eachStagedName calls f for the names looked for that are in the path of an index's entry, with the path up to there.
func (a *attribution) eachStagedName(e *Entry, f func(path string, target uint32)) {
	if len(a.trees.wanted) == 0 {
		return
	}
	EachNameOf(e.Path, func(name []byte, end int) {
		w := a.trees.wanted[string(name)]
		if w.any > 0 {
			f(string(e.Path[:end]), w.any-1)
		}
		if w.file > 0 && end == len(e.Path) && isFile(e.Mode()) {
			f(string(e.Path), w.file-1)
		}
	})
}

func isFile(mode Mode) bool { return mode == ModeFile || mode == ModeSymlink }

// standingPath is a target at a path of an index.
type standingPath struct {
	path   string
	target uint32
}

// danglingNames finds the name of each target in some tree; of several the
// first in byte order.
func (a *attribution) danglingNames(rest map[uint32]bool) map[uint32]string {
	names := map[uint32]string{}
	for i := range a.trees.shards {
		for _, e := range a.trees.shards[i].edges {
			if e.name&isTarget == 0 || !rest[e.to] {
				continue
			}
			name := a.trees.names[e.name&^isTarget]
			if before, ok := names[e.to]; !ok || name < before {
				names[e.to] = name
			}
		}
	}
	return names
}
