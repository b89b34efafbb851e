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
	for seed := range uint64(6) {
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
		if parents := strings.Fields(f.git("rev-parse", c.ID.String()+"^@")); len(parents) != len(c.Parents) || len(c.Before) != len(parents) {
			t.Errorf("%s: %d parents, want %v", c.ID, len(c.Parents), parents)
		} else {
			for k, p := range parents {
				if tree := f.id(p + "^{tree}"); c.Before[k] != tree {
					t.Errorf("%s: tree %s before, want %s", c.ID, c.Before[k], tree)
				}
			}
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

// Grafts and replacements change what is a parent; the stored content of a
// replaced commit counts, too.
func TestSpanRewritten(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for n := range 5 {
		f.write("a", fmt.Sprint(n))
		f.commit(fmt.Sprint(n))
	}
	head, second := f.id("HEAD"), f.id("HEAD~3")
	f.git("replace", "--graft", f.id("HEAD~1").String(), second.String())
	r := f.discover()
	span, err := r.Span(context.Background(), []packfile.ID{head}, []packfile.ID{second}, failTest(t))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := commitIDs(span), sortedFields(f.git("rev-list", "HEAD", "^"+second.String())); !slices.Equal(got, want) || len(want) != 2 {
		t.Errorf("%v, want %v", got, want)
	}
	if len(span.Commits) != 3 {
		t.Errorf("%d commits with the one that is replaced, want 3: %+v", len(span.Commits), span.Commits)
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
	for seed := range uint64(4) {
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
