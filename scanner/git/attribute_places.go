package git

import (
	"context"
	"os"
	"path/filepath"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// placeContents adds the paths at which blobs and names stand in commits.
func (a *attribution) placeContents(result []Attribution) {
	for s, n := range a.first {
		target := &a.targets[s.target]
		place := target.place(a.paths.text(s.path, a.trees.names), InCommit)
		for _, g := range target.groups {
			if a.groups[g].Path == "" || a.groups[g].Path == place.Path {
				place.Commit = a.line(int(n))
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
			}
			result[g].Places = append(result[g].Places, place)
		}
		for id := range uniqueIDs(group.Tags) {
			result[g].Places = append(result[g].Places, Place{Object: id, State: InTag})
		}
	}
}

// placeRest places what no commit holds: it is staged, or dangling.
func (a *attribution) placeRest(ctx context.Context, result []Attribution) error {
	rest := map[uint32]bool{}
	for t := range a.targets {
		rest[uint32(t)] = true //nolint:gosec // a target's number
	}
	for s := range a.first {
		delete(rest, s.target)
	}
	if len(rest) == 0 {
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
	for _, r := range a.repo.worktrees() {
		if err := ctx.Err(); err != nil {
			return err
		}
		a.eachStaged(r, func(path string, id packfile.ID) {
			t, ok := a.trees.blobs[id]
			if key := (standingPath{path, t}); ok && rest[t] && !staged[key] {
				staged[key] = true
				add(t, path, InIndex)
			}
		})
	}
	for key := range staged {
		delete(rest, key.target)
	}
	names := a.danglingNames(rest)
	for t := range rest {
		add(t, names[t], Dangling)
	}
	return nil
}

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

// worktrees gives this repository as each of its worktrees sees it, with that
// worktree's index.
func (r *Repository) worktrees() []*Repository {
	list := []*Repository{r}
	dirs := []string{r.commonDir}
	entries, _ := os.ReadDir(filepath.Join(r.commonDir, "worktrees")) // References reports its error
	for _, entry := range entries {
		dirs = append(dirs, filepath.Join(r.commonDir, "worktrees", entry.Name()))
	}
	for _, dir := range dirs {
		if dir != r.gitDir {
			list = append(list, &Repository{gitDir: dir, commonDir: r.commonDir, indexPath: filepath.Join(dir, "index"), config: r.config, objects: r.objects})
		}
	}
	return list
}

// eachStaged calls f for every entry of a worktree's index.
func (a *attribution) eachStaged(r *Repository, f func(path string, id packfile.ID)) {
	x, err := r.Index()
	if err == nil {
		err = x.Each(func(e *Entry) error {
			if e.Mode() == ModeFile || e.Mode() == ModeSymlink {
				f(string(e.Path), e.ID())
			}
			return nil
		})
	}
	if err != nil {
		a.options.Fail(r.indexPath, err)
	}
	if r != a.repo {
		_ = r.closeIndexes()
	}
}
