package git

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// failTest is for walks in which everything can be read.
func failTest(t *testing.T) func(string, error) {
	return func(what string, err error) {
		t.Helper()
		t.Errorf("%s: %v", what, err)
	}
}

func commitIDs(span *Span) []string {
	var ids []string
	for i := range span.Commits {
		ids = append(ids, span.Commits[i].ID.String())
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func sortedFields(text string) []string {
	fields := strings.Fields(text)
	slices.Sort(fields)
	return fields
}

// Spans and merge bases of random histories are those of git rev-list and git
// merge-base; where clocks are wrong, nothing is left out of a span.
func TestSpanProperty(t *testing.T) {
	t.Parallel()
	for seed := range uint64(rounds(3, 30)) { //nolint:gosec // a few
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 77))
			skew := seed%3 == 2
			f := newFixture(t)
			randomHistory(f, random, 60, skew)
			var all []string
			for line := range strings.Lines(f.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)")) {
				if id, ok := strings.CutSuffix(strings.TrimSpace(line), " commit"); ok {
					all = append(all, id)
				}
			}
			some := func() (ids []string) {
				for range 1 + random.IntN(3) {
					ids = append(ids, all[random.IntN(len(all))])
				}
				return ids
			}
			r := f.discover()
			for range 15 {
				include, exclude := some(), some()
				compareSpan(t, f, r, include, exclude, skew)
				compareBases(t, f, r, include[0], exclude[0])
			}
		})
	}
}

func compareSpan(t *testing.T, f *fixture, r *Repository, include, exclude []string, skew bool) {
	t.Helper()
	span, err := r.Span(context.Background(), parseTestIDs(t, include), parseTestIDs(t, exclude), failTest(t))
	if err != nil {
		t.Fatal(err)
	}
	// Exactly: what is reached, less what is reached.
	excluded := sortedFields(f.git(append([]string{"rev-list"}, exclude...)...))
	var want []string
	for _, id := range sortedFields(f.git(append([]string{"rev-list"}, include...)...)) {
		if _, ok := slices.BinarySearch(excluded, id); !ok {
			want = append(want, id)
		}
	}
	got := commitIDs(span)
	switch {
	case !skew && !slices.Equal(got, want):
		t.Errorf("%v without %v: %v, want %v", include, exclude, got, want)
	case skew:
		for _, id := range want {
			if !slices.Contains(got, id) {
				t.Errorf("%v without %v lacks %s", include, exclude, id)
			}
		}
	}
	for i := range span.Commits {
		c := &span.Commits[i]
		var trees []packfile.ID
		for _, p := range strings.Fields(f.git("rev-parse", c.ID.String()+"^@")) {
			trees = append(trees, f.id(p+"^{tree}"))
		}
		if !slices.Equal(trees, c.Before) {
			t.Errorf("%s: trees %v before, want %v", c.ID, c.Before, trees)
		}
	}
}

func compareBases(t *testing.T, f *fixture, r *Repository, one, two string) {
	t.Helper()
	bases, err := r.MergeBases(context.Background(), parseTestID(t, one), parseTestID(t, two))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, id := range bases {
		got = append(got, id.String())
	}
	out, err := f.try("", "merge-base", "--all", one, two)
	if err != nil {
		out = "" // none: exit status 1
	}
	if want := sortedFields(out); !slices.Equal(got, want) {
		t.Errorf("merge bases of %s and %s: %v, want %v", one, two, got, want)
	}
}

func parseTestIDs(t *testing.T, digits []string) []packfile.ID {
	ids := make([]packfile.ID, len(digits))
	for i := range digits {
		ids[i] = parseTestID(t, digits[i])
	}
	return ids
}

// Where git shows other parents than are stored, both count; so does the stored
// content of a replaced commit.
func TestSpanRewritten(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for n := range 6 {
		f.write("a", fmt.Sprint(n))
		f.commit(fmt.Sprint(n))
	}
	head, first := f.id("HEAD"), f.id("HEAD~5")
	span := func() []string {
		t.Helper()
		span, err := f.discover().Span(context.Background(), []packfile.ID{head}, []packfile.ID{first}, failTest(t))
		if err != nil {
			t.Fatal(err)
		}
		var stored []string
		for i := range span.Commits {
			stored = append(stored, span.Commits[i].Stored.String())
		}
		slices.Sort(stored)
		return slices.Compact(stored)
	}
	whole := sortedFields(f.git("rev-list", "HEAD", "^HEAD~5"))
	if got := span(); !slices.Equal(got, whole) {
		t.Fatalf("%v, want %v", got, whole)
	}
	// A replacement hides commits from git log, but a push sends them.
	middle := f.id("HEAD~1")
	f.git("replace", "--graft", middle.String(), first.String())
	shown := f.git("rev-parse", "refs/replace/"+middle.String())
	if got, want := span(), sortedFields(strings.Join(whole, " ")+" "+shown); !slices.Equal(got, want) {
		t.Errorf("with a replacement: %v, want %v", got, want)
	}
	// Each form is compared with its own parents, and its child with what is stored.
	found, err := f.discover().Span(context.Background(), []packfile.ID{head}, []packfile.ID{first}, failTest(t))
	if err != nil {
		t.Fatal(err)
	}
	tree := func(revision string) packfile.ID {
		return f.id(strings.TrimSpace(f.git("--no-replace-objects", "rev-parse", revision+"^{tree}")))
	}
	for _, c := range found.Commits {
		var want packfile.ID
		switch {
		case c.ID == head:
			want = tree(middle.String())
		case c.ID == middle && c.Stored == middle:
			want = tree(middle.String() + "~1")
		case c.ID == middle:
			want = tree(first.String())
		default:
			continue
		}
		if len(c.Before) != 1 || c.Before[0] != want {
			t.Errorf("%s as %s: %v before, want %s", c.ID, c.Stored, c.Before, want)
		}
	}
	f.git("replace", "-d", middle.String())
	f.write(".git/info/grafts", middle.String()+" "+first.String()+"\n")
	if got := span(); !slices.Equal(got, whole) {
		t.Errorf("with a graft: %v, want %v", got, whole)
	}
	// What was there already, as git shows it, is not new either.
	f.write(".git/info/grafts", first.String()+" "+head.String()+"\n")
	if got := span(); len(got) != 0 {
		t.Errorf("a graft leads from what is excluded to the head: %v", got)
	}
}

// A shallow clone's first commits are cut; what cannot be read is said.
func TestSpanShallow(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for n := range 5 {
		f.write("a", fmt.Sprint(n))
		f.commit(fmt.Sprint(n))
	}
	f.git("branch", "old", "HEAD~4")
	f.git("clone", "-q", "--depth", "2", "file://"+f.dir, "clone")
	clone := &fixture{t: t, dir: f.dir + "/clone"}
	clone.git("fetch", "-q", "--depth", "1", "origin", "old")
	r := clone.discover()
	span, err := r.Span(context.Background(), []packfile.ID{clone.id("HEAD")}, []packfile.ID{clone.id("FETCH_HEAD")}, failTest(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(span.Commits) != 1 || len(span.Cut) != 1 || span.Cut[0] != clone.id("HEAD~1") {
		t.Errorf("commits %v, cut %v", commitIDs(span), span.Cut)
	}
	var shallow *ShallowError
	if bases, err := r.MergeBases(context.Background(), clone.id("HEAD"), clone.id("FETCH_HEAD")); !errors.As(err, &shallow) {
		t.Errorf("merge bases %v, %v", bases, err)
	}
	var failed []string
	missing := f.id("HEAD~3")
	if _, err := r.Span(context.Background(), []packfile.ID{missing}, nil, func(what string, _ error) { failed = append(failed, what) }); err != nil || !slices.Equal(failed, []string{"commit " + missing.String()}) {
		t.Errorf("%v, %v", failed, err)
	}
}

// What a commit introduces is what a comparison with every parent gives.
func TestIntroducedProperty(t *testing.T) {
	t.Parallel()
	for seed := range uint64(rounds(2, 20)) { //nolint:gosec // a few
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			randomHistory(f, rand.New(rand.NewPCG(seed, 5)), 60, false)
			n := newNaive(t, f)
			r := f.discover()
			cache := r.NewTreeCache()
			for _, commit := range n.commits {
				var got []string
				span := r.Commits(context.Background(), parseTestIDs(t, []string{commit}), failTest(t))
				err := cache.Introduced(context.Background(), f.id(commit+"^{tree}"), span.Commits[0].Before, func(a Addition) error {
					line := a.Path + " " + a.New.ID.String()
					for _, old := range a.Old {
						if old.Mode != ModeNone {
							line += " " + old.ID.String()
						} else {
							line += " -"
						}
					}
					got = append(got, line)
					return nil
				}, failTest(t), failTest(t))
				if err != nil {
					t.Fatal(err)
				}
				slices.Sort(got)
				if want := n.introduced(commit); !slices.Equal(got, want) {
					t.Errorf("%s: %q, want %q", commit, got, want)
				}
			}
		})
	}
}

// introduced gives PATH BLOB and what each parent has there.
func (n *naive) introduced(commit string) (lines []string) {
	for path, blob := range n.files[commit] {
		line, same := path+" "+blob, false
		for _, p := range n.parents[commit] {
			old := n.files[p][path]
			if same = same || old == blob; old == "" {
				old = "-"
			}
			line += " " + old
		}
		if !same {
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	return lines
}

// Trees that hold each other stand for more paths than can be counted, and directories
// may be nested without end: both end, and say so.
func TestIntroducedIsBounded(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	tree := func(lines string) string { return strings.TrimSpace(f.gitInput(lines, "mktree")) }
	blob := strings.TrimSpace(f.gitInput("x", "hash-object", "-w", "--stdin"))
	bomb := tree("100644 blob " + blob + "\tf\n")
	for range 9 {
		var lines strings.Builder
		for i := range 10 {
			fmt.Fprintf(&lines, "040000 tree %s\t%d\n", bomb, i)
		}
		bomb = tree(lines.String())
	}
	r := f.discover()
	count := 0
	var unread []string
	note := func(_ string, err error) { unread = append(unread, err.Error()) }
	err := r.NewTreeCache().Introduced(context.Background(), parseTestID(t, bomb), nil, func(Addition) error { count++; return nil }, failTest(t), note)
	if err != nil || count < 500_000 || count > maxAdditions || len(unread) != 1 || !strings.Contains(unread[0], "the rest was not read") {
		t.Errorf("%d paths, %q, %v", count, unread, err)
	}
}
