package git

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// counting is the exposure told from some of the places.
func counting(t *testing.T, a *Attribution, counts func(place int) bool) Exposure {
	t.Helper()
	c := Counted{Attribution: a}
	for i := range a.Places {
		c.Places = append(c.Places, counts(i))
	}
	got, err := Counting(context.Background(), []Counted{c})
	if err != nil {
		t.Fatal(err)
	}
	return got[0]
}

// checkCounting compares exposures that count some places alone with those of groups that have no others.
func checkCounting(t *testing.T, f *fixture, random *rand.Rand, groups []Group, result []Attribution) {
	t.Helper()
	for i := range 12 {
		r := &result[i]
		if all := counting(t, r, func(int) bool { return true }); !reflect.DeepEqual(all, r.Exposure) {
			t.Errorf("group %d, all places: %+v, want %+v", i, all, r.Exposure)
		}
		var some Group
		for _, id := range groups[i].Blobs {
			if random.IntN(2) == 0 && !slices.Contains(some.Blobs, id) {
				some.Blobs = append(some.Blobs, id)
			}
		}
		got := counting(t, r, func(p int) bool { return slices.Contains(some.Blobs, r.Places[p].Object) })
		if want := f.attribute(some).Exposure; !reflect.DeepEqual(got, want) {
			t.Errorf("group %d, some contents: %+v, want %+v", i, got, want)
		}
		at := r.Places[random.IntN(len(r.Places))]
		if at.State != InCommit {
			continue
		}
		got = counting(t, r, func(p int) bool { return r.Places[p].State == InCommit && r.Places[p].Path == at.Path })
		want := f.attribute(Group{Blobs: groups[i].Blobs, Path: at.Path}).Exposure
		if want.Blobs = got.Blobs; !reflect.DeepEqual(got, want) { // a path narrows what contents say, not which there are
			t.Errorf("group %d at %s: %+v, want %+v", i, at.Path, got, want)
		}
	}
}

// TestAttributeTies: of commits of one second, what a reference reaches is told.
func TestAttributeTies(t *testing.T) {
	t.Parallel()
	for try := range 4 { // ids decide among equals
		f := newFixture(t)
		f.put(0, "base", "x", fmt.Sprint(try))
		f.put(1, "original", "k", "secret")
		f.git("commit", "-q", "--amend", "-m", "amended")
		f.git("reflog", "expire", "--expire=now", "--all")
		a := f.attribute(Group{Blobs: []packfile.ID{f.blob("secret")}})
		if e := a.Exposure; e.First.Subject != "amended" || e.Last.Subject != "amended" || a.Places[0].Commit.Subject != "amended" {
			t.Errorf("from %s to %s, placed by %s, want amended", e.First.Subject, e.Last.Subject, a.Places[0].Commit.Subject)
		}
	}
}

// A tree that a reference names has places of its own, also of what stands elsewhere in commits.
func TestCountingInNamedTrees(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put(0, "base", "test/x", "secret")
	tree := strings.TrimSpace(f.gitInput("100644 blob "+f.blob("secret").String()+"\tprod\n100644 blob "+f.blob("secret").String()+"\ty\n", "mktree"))
	f.git("tag", "prod", tree)
	a := f.attribute(Group{Blobs: []packfile.ID{f.blob("secret")}})
	var paths []string
	for _, p := range a.Places {
		paths = append(paths, fmt.Sprint(p.Path, p.State))
	}
	if want := []string{"test/x0", "prod3", "y3"}; !slices.Equal(paths, want) {
		t.Fatalf("places %q, want %q", paths, want)
	}
	for place, want := range map[int]string{0: "main HEAD", 1: "prod", 2: "prod"} {
		e := counting(t, &a, func(p int) bool { return p == place })
		var refs []string
		for _, r := range e.Refs {
			refs = append(refs, r.Name)
		}
		slices.Sort(refs)
		got := strings.Fields(want)
		slices.Sort(got)
		if !slices.Equal(refs, got) {
			t.Errorf("%s alone is reached by %q, want %s", a.Places[place].Path, refs, want)
		}
	}
}

// A place says whether a selected commit brought it, be it not the first.
func TestPlacesSelected(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put(0, "base", "k", "secret", "x", "1")
	f.remove("k")
	f.put(1, "removed", "x", "2")
	f.git("tag", "gone")
	f.put(2, "back", "k", "secret")
	h := f.openHistory()
	for from, want := range map[string]bool{"main": true, "gone": false} {
		set, err := h.Select(context.Background(), Selection{From: []packfile.ID{f.id(from)}, Not: []packfile.ID{f.id("main~1")}})
		if err != nil {
			t.Fatal(err)
		}
		h.Within = set
		if p := attributeAll(t, h, Group{Blobs: []packfile.ID{f.blob("secret")}})[0].Places[0]; p.Selected != want || p.Commit.Subject != "base" {
			t.Errorf("from %s: selected %v, by %s", from, p.Selected, p.Commit.Subject)
		}
	}
}

// TestAttributeManyPaths: trees that hold each other ten times have more paths than anybody can list. The audit says so, and ends.
func TestAttributeManyPaths(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put(0, "base", "x", "secret")
	blob := f.blob("secret")
	tree := f.git("rev-parse", "HEAD^{tree}")
	for range 12 {
		var in strings.Builder
		for i := range 10 {
			fmt.Fprintf(&in, "040000 tree %s\td%d\n", strings.TrimSpace(tree), i)
		}
		tree = f.gitInput(in.String(), "mktree")
	}
	commit := f.git("commit-tree", "-m", "bomb", strings.TrimSpace(tree))
	f.git("update-ref", "refs/heads/bomb", strings.TrimSpace(commit))
	var failed []string
	var last error
	h, err := f.discover().OpenHistory(context.Background(), HistoryOptions{Now: scanNow, Fail: func(what string, err error) { failed, last = append(failed, what+": "+err.Error()), err }})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	result, err := h.Attribute(ctx, []Group{{Blobs: []packfile.ID{blob}}})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(result[0].Places); n < maxStandings || n > maxStandings+100 || result[0].Exposure.Commits != 2 {
		t.Errorf("%d places, %d commits", n, result[0].Exposure.Commits)
	}
	if unlisted := new(UnlistedError); len(failed) != 1 || !strings.Contains(failed[0], "not all of them are listed") || !errors.As(last, &unlisted) {
		t.Errorf("told %q", failed)
	}
	// Patterns are compared with paths.
	set, err := h.Select(ctx, Selection{Paths: []string{"**/x"}})
	if err != nil {
		t.Fatal(err)
	}
	if !set.Has(blob) || len(failed) != 2 || !strings.HasPrefix(failed[1], "paths of trees: ") || !strings.Contains(failed[1], "compared with patterns") {
		t.Errorf("the content is selected: %v; told %q", set.Has(blob), failed)
	}
}

// Commits without parents that hold the same tree bring each of its paths anew: how often is bounded, too.
func TestAttributeManyRoots(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put(0, "base", "x", "secret")
	blob := f.blob("secret")
	var in strings.Builder
	const files, roots = 3000, maxYields/3000 + 50
	for i := range files {
		fmt.Fprintf(&in, "100644 blob %s\tf%d\n", blob, i)
	}
	tree := strings.TrimSpace(f.gitInput(in.String(), "mktree"))
	in.Reset()
	for i := range roots {
		fmt.Fprintf(&in, "commit refs/heads/b%d\ncommitter A <a@example.com> %d +0000\ndata 1\nm\nM 040000 %s \n\n", i, 1700000000+i, tree)
	}
	f.gitInput(in.String(), "fast-import", "--quiet")
	var failed []string
	h, err := f.discover().OpenHistory(context.Background(), HistoryOptions{Now: scanNow, Fail: func(what string, err error) { failed = append(failed, what+": "+err.Error()) }})
	if err != nil {
		t.Fatal(err)
	}
	a := attributeAll(t, h, Group{Blobs: []packfile.ID{blob}})[0]
	if a.Exposure.Commits != roots+1 || len(a.Places) != files+1 {
		t.Errorf("%d commits, %d places", a.Exposure.Commits, len(a.Places))
	}
	if len(failed) != 1 || !strings.Contains(failed[0], "not all of them are listed") {
		t.Errorf("told %q", failed)
	}
}
