package git

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// revisionFixture has branches, tags of tags, of trees and of blobs, a merge, a
// stash, reflogs and names that look like something else.
func revisionFixture(t testing.TB) *fixture {
	t.Helper()
	f := newFixture(t)
	f.fillRevisions()
	return f
}

// fillRevisions makes commits, references of all kinds and logs, the same each time.
func (f *fixture) fillRevisions() {
	f.t.Helper()
	for i := range 6 {
		f.put(i, fmt.Sprint("c", i), "x", fmt.Sprint(i))
	}
	f.git("checkout", "-q", "-b", "side/one", "HEAD~2")
	f.put(7, "side", "y", "1")
	f.git("checkout", "-q", "main")
	f.git("merge", "-q", "-m", "merge", "side/one")
	f.git("tag", "v1")
	f.git("tag", "-a", "-m", "x", "v2", "HEAD~1")
	f.git("tag", "-a", "-m", "x", "v3", "v2")
	f.git("tag", "-a", "-m", "x", "blob", "HEAD:x")
	f.git("tag", "tree", "HEAD^{tree}")
	f.git("tag", "both", "HEAD~3")
	f.git("branch", "both", "HEAD~1")
	f.git("branch", "abcd", "HEAD~1") // also digits
	f.git("update-ref", "refs/remotes/origin/main", "HEAD~2")
	f.git("update-ref", "refs/remotes/origin/feature", "HEAD~1")
	f.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
	f.git("update-ref", "refs/pull/1/head", "HEAD~1")
	f.write("x", "stashed")
	f.git("stash", "push", "-q")
	f.write("x", "stashed again")
	f.git("stash", "push", "-q")
}

func TestResolve(t *testing.T) {
	t.Parallel()
	f := revisionFixture(t)
	head := f.id("HEAD").String()
	bases := []string{
		"HEAD", "@", "main", "side/one", "heads/main", "refs/heads/main", "v1", "v2", "v3", "tags/v3", "blob", "tree", "both", "abcd", "origin", "origin/main",
		"origin/HEAD", "feature", "origin/feature", "pull/1/head", "stash", "stash@{0}", "stash@{1}", "stash@{2}", "HEAD@{0}", "HEAD@{3}", "@{1}", "@{0}", "@@{1}", "main@{2}", "main@{7}", "HEAD@{99}",
		"refs/stash@{1}", head, head[:7], head[:4], head[:39], strings.ToUpper(head[:8]), "v1-3-g" + head[:8], "x-g" + head[:6], "ORIG_HEAD", "MERGE_HEAD",
		"nothing", "", "abc", "12345678", strings.Repeat("0", 40), strings.Repeat("1", 40), "config", "-x", "a b", "HEAD..", "main@{1", "@{}", "heads",
	}
	suffixes := []string{"", "^", "^0", "^1", "^2", "^3", "~", "~0", "~1", "~3", "~99", "^^", "^2~1", "~1^2", "^{}", "^{commit}", "^{tree}", "^{tag}", "^{blob}", "^{object}", "~1^{tree}", "^{commit}~2^{}", "^{tree}^", "^{x}", "^{", "~x", "^99999999999999999999"}
	var tests []string
	for _, base := range bases {
		for i, suffix := range suffixes {
			// What git cannot read in @{…}, up to the last brace, it takes for
			// a date.
			if date := strings.Contains(base, "@{") && (strings.Contains(suffix, "{x") || strings.Contains(suffix, "{blob") || strings.Contains(suffix, "{tag") || base == "main@{1"); date && suffix != "" {
				continue
			}
			if base == "HEAD" || base == "v3" || base == "blob" || i == 0 || (len(base)+i)%17 == 0 {
				tests = append(tests, base+suffix)
			}
		}
	}
	r := f.discover()
	for _, text := range tests {
		compareRevision(t, f, r, text)
	}
}

// compareRevision holds a revision against git rev-parse.
func compareRevision(t *testing.T, f *fixture, r *Repository, text string) {
	t.Helper()
	out, gitErr := f.try("", "rev-parse", "--verify", "--quiet", "--end-of-options", text)
	want := strings.TrimSpace(strings.TrimPrefix(out, "--end-of-options\n"))
	got, err := r.Resolve(context.Background(), text)
	if gitErr != nil {
		if err == nil {
			t.Errorf("%q = %s; git refuses it: %s", text, got, out)
		}
		return
	}
	if err != nil || got.String() != want {
		t.Errorf("%q = %s, %v; want %s", text, got, err, want)
	}
	if strings.Contains(text, "@{") && strings.Contains(text, "^{") {
		return // with one brace more git takes all for a date
	}
	commit, err := r.ResolveCommit(context.Background(), text)
	out, gitErr = f.try("", "rev-parse", "--verify", "--quiet", text+"^{commit}")
	if (err != nil) != (gitErr != nil) || err == nil && commit.String() != strings.TrimSpace(out) {
		t.Errorf("%q as a commit = %s, %v; git: %s, %v", text, commit, err, out, gitErr)
	}
}

// TestResolveAbbreviated tries all beginnings of many ids, loose and packed.
func TestResolveAbbreviated(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put(0, "first", "x", "1")
	var input strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&input, "blob\ndata %d\n%d\n", len(fmt.Sprint(i)), i)
	}
	f.gitInput(input.String(), "fast-import", "--quiet")
	f.put(1, "second", "x", "2")
	all := map[string][]string{}
	commits := map[string]bool{}
	for line := range strings.Lines(f.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)")) {
		id, kind, _ := strings.Cut(strings.TrimSpace(line), " ")
		all[id[:4]] = append(all[id[:4]], id)
		commits[id] = kind == "commit"
	}
	r := f.discover()
	unique, several := 0, 0
	for prefix, ids := range all {
		got, err := r.Resolve(context.Background(), prefix)
		var bad *RevisionError
		switch {
		case len(ids) == 1:
			unique++
			if err != nil || got.String() != ids[0] {
				t.Errorf("%s = %s, %v; want %s", prefix, got, err, ids[0])
			}
		case !errors.As(err, &bad) || len(bad.Candidates) != len(ids) || !strings.Contains(bad.Error(), ids[0]):
			t.Errorf("%s = %s, %v; want one of %v", prefix, got, err, ids)
		default:
			several++
		}
		if n := slices.IndexFunc(ids, func(id string) bool { return commits[id] }); n >= 0 {
			if got, err := r.ResolveCommit(context.Background(), prefix); err != nil || got.String() != ids[n] {
				t.Errorf("commit %s = %s, %v", prefix, got, err)
			}
		}
	}
	if unique == 0 || several == 0 {
		t.Errorf("%d unique, %d ambiguous", unique, several)
	}
}

func TestResolveRewritten(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for i := range 5 {
		f.put(i, fmt.Sprint("c", i), "x", fmt.Sprint(i))
	}
	f.write(".git/info/grafts", f.id("HEAD~1").String()+" "+f.id("HEAD~3").String()+" "+f.id("HEAD~4").String()+"\n")
	f.git("replace", f.id("HEAD~2").String(), f.id("HEAD~3").String())
	r := f.discover()
	for _, text := range []string{"HEAD~2", "HEAD~1^2", "HEAD~1^1", "HEAD~3", "HEAD~4", f.id("HEAD").String() + "~2"} {
		compareRevision(t, f, r, text)
	}
	f.git("config", "core.useReplaceRefs", "false")
	r = f.discover()
	compareRevision(t, f, r, "HEAD~3")
	compareRevision(t, f, r, "HEAD~2^{tree}")
	f.git("config", "--unset", "core.useReplaceRefs")
	f.git("clone", "-q", "--depth", "2", "file://"+f.dir, "clone")
	clone := &fixture{t: t, dir: f.dir + "/clone"}
	var wrong *RevisionError
	if _, err := clone.discover().Resolve(context.Background(), "HEAD~3"); !errors.As(err, &wrong) || !wrong.Shallow || wrong.Fetch != "git fetch --unshallow" {
		t.Errorf("beyond the boundary: %v", err)
	}
}

func TestResolveErrors(t *testing.T) {
	t.Parallel()
	f := revisionFixture(t)
	r := f.discover()
	for text, want := range map[string]string{
		"mian": "no such reference", "HEAD^3": "has 2 parents", "HEAD~99": "HEAD has only ", "main@{yesterday}": "only numbers", "@{u}": "only numbers", "HEAD:x": "paths", ":/x": "paths",
		"a..b": "a range", "main@{99}": "entries", "v1@{1}": "no reflog", "blob^{commit}": "it is a blob, not a commit",
	} {
		_, err := r.Resolve(context.Background(), text)
		var bad *RevisionError
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	_, err := r.Resolve(context.Background(), "mian")
	var bad *RevisionError
	if !errors.As(err, &bad) || !slices.Contains(bad.Names(), "main") || !slices.Contains(bad.Names(), "origin/feature") || !slices.Contains(bad.Names(), "v2") {
		t.Errorf("%v: %q", err, bad.Names())
	}
	if err := os.WriteFile(f.dir+"/.git/refs/heads/bad", []byte("xyz\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Resolve(context.Background(), "bad"); err == nil || !strings.Contains(err.Error(), "refs/heads/bad") {
		t.Errorf("bad reference: %v", err)
	}
}
