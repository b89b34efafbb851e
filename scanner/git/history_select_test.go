package git

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// selected gives the ids that a selection has, sorted.
func selected(t *testing.T, h *History, s Selection) (ids []string) {
	t.Helper()
	set, err := h.Select(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	set.Each(func(id packfile.ID) {
		ids = append(ids, id.String())
		if !set.Has(id) {
			t.Errorf("%s is in the set and is not", id)
		}
	})
	if slices.Sort(ids); set.Len() != len(ids) {
		t.Errorf("Len = %d of %d", set.Len(), len(ids))
	}
	return ids
}

// differences says what only one of two sorted lists has.
func differences(got, want []string) string {
	var text strings.Builder
	for _, id := range got {
		if !slices.Contains(want, id) {
			fmt.Fprintf(&text, "superfluous %s\n", id)
		}
	}
	for _, id := range want {
		if !slices.Contains(got, id) {
			fmt.Fprintf(&text, "missing %s\n", id)
		}
	}
	return text.String()
}

// entriesOf lists what commits hold, trees and blobs: for each of them path to object.
func entriesOf(f *fixture, commits []string) map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, commit := range commits {
		entries := map[string]string{"": f.id(commit + "^{tree}").String()}
		for entry := range strings.SplitSeq(f.git("ls-tree", "-r", "-t", "-z", commit), "\x00") {
			if about, path, ok := strings.Cut(entry, "\t"); ok {
				entries[path] = strings.Fields(about)[2]
			}
		}
		all[commit] = entries
	}
	return all
}

// added gives the objects that a commit has at a path where none of its parents has them.
func added(commit string, parents map[string][]string, entries map[string]map[string]string, fits func(path string) bool) (ids []string) {
	for path, id := range entries[commit] {
		isNew := fits(path)
		for _, p := range parents[commit] {
			isNew = isNew && entries[p][path] != id
		}
		if isNew {
			ids = append(ids, id)
		}
	}
	return ids
}

// TestSelect compares selections with git rev-list --objects on random histories: where something is
// left out, with what the commits that are left added, of which all that git lists is a part.
func TestSelect(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		random := rand.New(rand.NewPCG(seed, 23))
		f := newFixture(t)
		randomHistory(f, random, 50, false)
		f.git("tag", "a-tree", "main^{tree}")
		f.git("tag", "-a", "-m", "x", "a-blob", f.blob("content 1").String())
		if seed != 1 {
			f.git("repack", "-q", "-a", "-d", "-k", "-f", "--depth=20")
		}
		h := f.openHistory()
		names := strings.Fields(f.git("for-each-ref", "--format=%(refname)"))
		n := newNaive(t, f)
		entries := entriesOf(f, n.commits)
		for range 12 {
			var s Selection
			arguments := []string{"rev-list", "--objects", "--no-object-names"}
			for range 1 + random.IntN(3) {
				name := names[random.IntN(len(names))]
				s.From = append(s.From, f.id(name))
				arguments = append(arguments, name)
			}
			if !strings.Contains(strings.Join(arguments, " "), "tags/a-") { // with what no commit brought Select differs
				for range random.IntN(3) {
					if name := names[random.IntN(len(names))]; !strings.Contains(name, "tags/a-") {
						s.Not = append(s.Not, f.id(name))
						arguments = append(arguments, "^"+name)
					}
				}
			}
			want := withoutOldTags(h, strings.Fields(f.git(arguments...)), s)
			if len(s.Not) > 0 {
				for _, id := range slices.Clone(want) {
					want = append(want, added(id, n.parents, entries, func(string) bool { return true })...)
				}
			}
			slices.Sort(want)
			if got := selected(t, h, s); !slices.Equal(got, slices.Compact(want)) {
				t.Errorf("git %s:\n%s", strings.Join(arguments, " "), differences(got, want))
			}
		}
		everything := selected(t, h, Selection{})
		want := strings.Fields(f.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)"))
		if len(everything) == 0 || len(everything) > len(want) {
			t.Errorf("all: %d of %d objects", len(everything), len(want))
		}
	}
}

// withoutOldTags takes the tags away that are of a commit that Not reaches: git lists them
// when they are named. All tags of a random history are older than its commits.
func withoutOldTags(h *History, ids []string, s Selection) []string {
	var not []int
	for _, id := range s.Not {
		end, _ := h.graph.peel(id, nil)
		n, _ := h.graph.Find(end)
		not = append(not, n)
	}
	excluded := h.graph.ancestors(not...)
	return slices.DeleteFunc(ids, func(digits string) bool {
		id, _ := packfile.ParseID(digits)
		if _, isTag := h.graph.tags[id]; !isTag {
			return false
		}
		end, _ := h.graph.peel(id, nil)
		n, ok := h.graph.Find(end)
		return ok && excluded.has(n)
	})
}

// TestSelectIntersects: of commits and tags, several conditions select what each of them does.
func TestSelectIntersects(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 31))
	f := newFixture(t)
	randomHistory(f, random, 40, true)
	names := strings.Fields(f.git("for-each-ref", "--format=%(refname)", "refs/heads"))
	for i := range 12 {
		name := names[random.IntN(len(names))]
		f.env = append(f.env, fmt.Sprintf("GIT_COMMITTER_DATE=%d +0000", 1700000000+random.IntN(100)*1000))
		f.git("tag", "-a", "-m", "x", fmt.Sprintf("dated%d", i), name)
	}
	f.git("tag", "-a", "-m", "x", "a-blob", f.blob("content 1").String())
	f.git("tag", "-d", "dated0", "dated1") // in the store, reached by nothing
	h := f.openHistory()
	refs := strings.Fields(f.git("for-each-ref", "--format=%(refname)"))
	messages := func(s Selection) (ids []string) {
		for _, id := range selected(t, h, s) {
			if kind, _, err := h.repo.Objects().Stat(parseTestID(t, id)); err != nil || kind == packfile.KindCommit || kind == packfile.KindTag {
				ids = append(ids, id)
			}
		}
		return ids
	}
	told := 0
	for range 30 {
		var from Selection
		for range 1 + random.IntN(4) {
			from.From = append(from.From, f.id(refs[random.IntN(len(refs))]))
		}
		since := Selection{Since: time.Unix(1700000000+int64(random.IntN(100)*1000), 0)}
		if random.IntN(2) == 0 {
			since = Selection{Not: []packfile.ID{f.id(names[random.IntN(len(names))])}}
		}
		reached, young := messages(from), messages(since)
		want := slices.DeleteFunc(slices.Clone(reached), func(id string) bool { return !slices.Contains(young, id) })
		both := since
		both.From = from.From
		if got := messages(both); !slices.Equal(got, want) {
			t.Errorf("%+v:\n%s", both, differences(got, want))
		}
		if len(want) > 0 && len(want) < min(len(reached), len(young)) {
			told++
		}
	}
	if told < 5 {
		t.Errorf("only %d selections tell anything", told)
	}
}

// TestSelectTags: a tag is new if it is of a new commit, or was made later itself.
func TestSelectTags(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	at := func(seconds int) {
		f.env = []string{fmt.Sprintf("GIT_COMMITTER_DATE=%d +0000", seconds), fmt.Sprintf("GIT_AUTHOR_DATE=%d +0000", seconds)}
	}
	at(1700001000)
	f.write("a", "1")
	f.git("add", "a")
	f.git("commit", "-q", "-m", "old")
	f.git("tag", "-a", "-m", "x", "early", "main")
	at(1700002000)
	f.write("a", "2")
	f.git("commit", "-q", "-a", "-m", "middle")
	f.git("tag", "-a", "-m", "x", "middle", "main")
	at(1700003000)
	f.git("tag", "-a", "-m", "x", "late", "main~1")
	f.git("tag", "-a", "-m", "x", "outer", "early")
	h := f.openHistory()
	for _, test := range []struct {
		s    Selection
		want string
	}{
		{Selection{}, "early late middle outer"},
		{Selection{Since: time.Unix(1700002500, 0)}, "late outer"},
		{Selection{Since: time.Unix(1700001500, 0)}, "late middle outer"},
		{Selection{Not: []packfile.ID{f.id("main~1")}}, "late middle outer"},
		{Selection{Not: []packfile.ID{f.id("main")}}, "late outer"},
		{Selection{Not: []packfile.ID{f.id("late")}}, "middle outer"},
		{Selection{From: []packfile.ID{f.id("outer"), f.id("main")}}, "early outer"},
		{Selection{From: []packfile.ID{f.id("outer"), f.id("main")}, Since: time.Unix(1700002500, 0)}, "outer"},
		{Selection{From: []packfile.ID{f.id("outer"), f.id("middle")}, Not: []packfile.ID{f.id("main~1")}}, "middle outer"},
	} {
		var want []string
		for name := range strings.FieldsSeq(test.want) {
			want = append(want, f.id(name).String())
		}
		var got []string
		for _, id := range selected(t, h, test.s) {
			if _, isTag := h.graph.tags[parseTestID(t, id)]; isTag {
				got = append(got, id)
			}
		}
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%+v:\n%s", test.s, differences(got, want))
		}
	}
}

// TestSelectNaive compares dates and paths with a computation over git ls-tree.
func TestSelectNaive(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2) {
		random := rand.New(rand.NewPCG(seed, 29))
		f := newFixture(t)
		randomHistory(f, random, 40, false)
		if seed == 1 {
			f.git("repack", "-q", "-a", "-d", "-k", "-f", "--depth=20")
		}
		n := newNaive(t, f)
		h := f.openHistory()
		for _, paths := range [][]string{nil, {"d"}, {"d/e/"}, {"*a"}, {"**/a"}, {"g/e/a", "h"}, {"k/**/b"}, {"?/e"}, {"w/0*", "v/1*"}, {"w/d?5/x"}, {"nothing"}} {
			since := time.Unix(1700000000+int64(random.IntN(100)*1000), 0)
			var want []string
			for _, commit := range n.commits {
				if n.date[commit] >= fmt.Sprint(since.Unix()) {
					want = append(want, added(commit, n.parents, n.files, func(path string) bool {
						globs, err := parsePathGlobs(paths)
						return err == nil && globs.fit(path) == fitAll
					})...)
				}
			}
			slices.Sort(want)
			want = slices.Compact(want)
			var got []string
			for _, id := range selected(t, h, Selection{Since: since, Paths: paths}) {
				if kind, _, err := h.repo.Objects().Stat(parseTestID(t, id)); err != nil || kind == packfile.KindBlob {
					got = append(got, id)
				} else if len(paths) > 0 && kind != packfile.KindTree {
					t.Errorf("paths %q: a %s", paths, kind)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("since %v, paths %q:\n%s", since, paths, differences(got, want))
			}
		}
	}
}

// TestPathGlobs compares patterns with git's pathspecs.
func TestPathGlobs(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	paths := []string{"a", "b.env", "src/a", "src/b.env", "src/x/a.go", "src/x/y/b.go", "srcs/a", "x/src/a", "[z]", "q?", "dir/src", "a]b", "é/a", "-x"}
	for _, path := range paths {
		f.write(path, path)
	}
	f.git("add", "-A")
	for _, pattern := range []string{
		"a", "src", "src/", "./src", "*.env", "*", "src/*", "src/*.go", "src/x", "s?c/a", "s*/a", "[ab]*", "[!a]*", "[^a-s]*", "src/[a-b]", `\[z]`, `q\?`, "x/*", "*/a", "**", "nothing",
		"src/x/y/b.go", "src/x/*/b.go", "a[]]b", "é", "srcs", "b.en", "", ".",
	} {
		globs, err := parsePathGlobs([]string{pattern})
		if err != nil {
			t.Errorf("%q: %v", pattern, err)
			continue
		}
		spec := strings.TrimPrefix(pattern, "./")
		if spec == "" {
			spec = "."
		}
		want := strings.Split(strings.TrimSuffix(f.git("ls-files", "-z", "--", spec), "\x00"), "\x00")
		if want[0] == "" {
			want = nil
		}
		var got []string
		for _, path := range paths {
			if globs.fit(path) == fitAll {
				got = append(got, path)
				for at, c := range path {
					if c == '/' && globs.fit(path[:at]) == fitNothing {
						t.Errorf("%q: %s matches, but its directory is passed over", pattern, path)
					}
				}
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", pattern, got, want)
		}
	}
	for pattern, matches := range map[string]string{"src/**/a.go": "src/x/a.go", "src/**/a": "src/a", "**/a": "a src/a srcs/a x/src/a é/a", "sr?s": "srcs/a", "src/**": "src/a src/b.env src/x/a.go src/x/y/b.go"} {
		globs, _ := parsePathGlobs([]string{pattern})
		for _, path := range paths {
			if got, want := globs.fit(path) == fitAll, slices.Contains(strings.Fields(matches), path); got != want && !strings.HasPrefix(pattern, "src/**/a") {
				t.Errorf("%q on %s: %v", pattern, path, got)
			} else if want && !got {
				t.Errorf("%q does not match %s", pattern, path)
			}
		}
	}
	for _, pattern := range []string{"[", "a[b", "[]", "[!", `x\`} {
		if _, err := parsePathGlobs([]string{pattern}); err == nil {
			t.Errorf("%q: no error", pattern)
		}
	}
}

// FuzzPathGlob holds patterns without anything special against what they mean.
func FuzzPathGlob(f *testing.F) {
	f.Add("src/*.go", "src/x/a.go")
	f.Add("**/a", "b/a")
	f.Add("[a-", "a")
	f.Fuzz(func(t *testing.T, pattern, path string) {
		glob, err := parsePathGlob(pattern)
		if err != nil {
			return
		}
		fit := glob.fit(path)
		if plain := strings.TrimRight(pattern, "/"); plain != "" && plain != "." && !strings.ContainsAny(plain, `*?[\`) {
			if want := path == plain || strings.HasPrefix(path, plain+"/"); want != (fit == fitAll) {
				t.Errorf("%q on %q: %d", pattern, path, fit)
			}
		}
		if glob.fit(path+"/x") == fitAll && fit == fitNothing {
			t.Errorf("%q matches below %q, but not there", pattern, path)
		}
	})
}
