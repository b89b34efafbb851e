package git

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// TestSelectCopies: a file that is copied to another path was added there, though its content is old;
// so was one that comes back. A directory that only moved has names that were there.
func TestSelectCopies(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.write("a/z", "secret")
	f.write("k", "kept")
	f.commit("first")
	f.write("b/z", "secret")
	f.write("n", "new")
	f.commit("copied")
	f.git("rm", "-q", "-r", "b", "n")
	f.commit("removed")
	f.git("checkout", "-q", "HEAD~1", "--", "n")
	f.commit("back")
	h := f.openHistory()
	first, second := "main~3", "main~2"
	secret, kept, back := f.blob("secret").String(), f.blob("kept").String(), f.blob("new").String()
	for _, test := range []struct {
		name string
		s    Selection
		want string
	}{
		{"since the first", Selection{Not: []packfile.ID{f.id(first)}}, secret + " " + back},
		{"the copy alone", Selection{Not: []packfile.ID{f.id(first)}, From: []packfile.ID{f.id(second)}}, secret + " " + back},
		{"in the copy's path", Selection{Not: []packfile.ID{f.id(first)}, Paths: []string{"b"}}, secret},
		{"in the first path", Selection{Not: []packfile.ID{f.id(first)}, Paths: []string{"a"}}, ""},
		{"what comes back", Selection{Not: []packfile.ID{f.id(second)}}, back},
		{"all", Selection{Since: time.Unix(1, 0)}, secret + " " + kept + " " + back},
	} {
		want := strings.Fields(test.want)
		slices.Sort(want)
		got := slices.DeleteFunc(selected(t, h, test.s), func(id string) bool {
			kind, _, err := h.repo.Objects().Stat(parseTestID(t, id))
			return err != nil || kind != packfile.KindBlob
		})
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n%s", test.name, differences(got, want))
		}
	}
}

// TestSelectKnowsItsCommits: with paths, which leave messages out, it is still told of which commits things are.
func TestSelectKnowsItsCommits(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, content := range []string{"1", "2", "3"} {
		f.write("a", content)
		f.commit(content)
	}
	h := f.openHistory()
	for _, paths := range [][]string{nil, {"a"}, {"b"}} {
		set, err := h.Select(context.Background(), Selection{Not: []packfile.ID{f.id("main~2")}, From: []packfile.ID{f.id("main~1")}, Paths: paths})
		if err != nil {
			t.Fatal(err)
		}
		if set.HasCommit(f.id("main~2")) || !set.HasCommit(f.id("main~1")) || set.HasCommit(f.id("main")) || set.HasCommit(f.blob("1")) {
			t.Errorf("paths %q: not the commit that was chosen", paths)
		}
		if want := len(paths) > 0 && paths[0] == "a"; set.PathsMatched() != want && paths != nil {
			t.Errorf("paths %q: matched is %v", paths, set.PathsMatched())
		}
	}
}
