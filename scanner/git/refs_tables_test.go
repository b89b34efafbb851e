package git

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "make the files that tests compare with")

// namedRevisions go through references and logs in different ways.
var namedRevisions = []string{
	"HEAD", "@", "main", "side/one", "refs/heads/main", "v1", "v2", "v3^{commit}", "tree", "both", "tags/both", "abcd", "origin", "origin/feature", "stash", "stash@{0}", "stash@{1}",
	"stash@{2}", "HEAD@{0}", "HEAD@{3}", "@{1}", "main@{2}", "main@{7}", "HEAD@{99}", "refs/stash@{1}", "ORIG_HEAD", "MERGE_HEAD", "nothing", "v1@{1}",
}

// referenceView gives all that there is to say of a repository's references, a line each.
func referenceView(t *testing.T, f *fixture) (lines []string) {
	t.Helper()
	refs, failed := listReferences(f)
	if len(failed) > 0 {
		t.Errorf("failed: %q", failed)
	}
	for _, ref := range refs {
		lines = append(lines, fmt.Sprint(ref.Kind, ref.Name, " ", ref.Short, " ", ref.ID, ref.Target))
	}
	r := f.discover()
	for _, text := range namedRevisions {
		id, err := r.Resolve(context.Background(), text)
		lines = append(lines, fmt.Sprint(text, " = ", id, " ", err))
	}
	lines = append(lines, "branch "+r.Branch())
	for _, prefix := range []string{"refs/", "refs/remotes/origin/"} {
		lines = append(lines, fmt.Sprint(prefix, r.RefTips(context.Background(), prefix, func(string) bool { return true }, func(name string, err error) { t.Error(name, err) })))
	}
	return lines
}

func compareViews(t *testing.T, what string, got, want []string) {
	t.Helper()
	if len(want) < 40 || !slices.Equal(got, want) {
		t.Errorf("%s:\n%s\nwant:\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// setStorage sets extensions.refStorage in the configuration's text.
func setStorage(f *fixture, storage string) {
	f.t.Helper()
	path := f.dir + "/.git/config"
	text, err := os.ReadFile(path)
	if err != nil {
		f.t.Fatal(err)
	}
	f.write(".git/config", strings.ReplaceAll(string(text), "repositoryformatversion = 0", "repositoryformatversion = 1")+"[extensions]\n\trefStorage = "+storage+"\n")
}

func move(t *testing.T, from, to string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// tablesFixture is a repository whose references stand in tables that a newer git
// wrote (testdata/reftable), and what was seen when they stood in files. The ids of
// its commits are the same each time.
func tablesFixture(t *testing.T) (f *fixture, want []string) {
	t.Helper()
	f = revisionFixture(t)
	want = referenceView(t, f)
	const stored = "testdata/reftable"
	if *update {
		f.useNewGit()
		f.git("refs", "migrate", "--ref-format=reftable")
		if err := os.RemoveAll(stored); err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(stored, os.DirFS(f.dir+"/.git/reftable")); err != nil {
			t.Fatal(err)
		}
		return f, want
	}
	for _, name := range []string{"refs", "logs", "HEAD", "ORIG_HEAD", "packed-refs"} {
		if err := os.RemoveAll(f.dir + "/.git/" + name); err != nil {
			t.Fatal(err)
		}
	}
	f.write(".git/HEAD", "ref: refs/heads/.invalid\n", ".git/refs/heads", "this repository uses the reftable format\n")
	if err := os.CopyFS(f.dir+"/.git/reftable", os.DirFS(stored)); err != nil {
		t.Fatal(err)
	}
	setStorage(f, "reftable")
	return f, want
}

// TestReftables reads references in tables as those in files.
func TestReftables(t *testing.T) {
	f, want := tablesFixture(t)
	compareViews(t, "tables", referenceView(t, f), want)
	// A worktree that is gone has no tables of its own.
	if err := os.MkdirAll(f.dir+"/.git/worktrees/gone", 0o755); err != nil {
		t.Fatal(err)
	}
	compareViews(t, "with a worktree that is gone", referenceView(t, f), want)
}

// TestRefsElsewhere reads references outside of the git directory.
func TestRefsElsewhere(t *testing.T) {
	t.Parallel()
	f, want := tablesFixture(t)
	elsewhere := filepath.Join(filepath.Dir(f.dir), "elsewhere")
	move(t, f.dir+"/.git/reftable", elsewhere+"/reftable")
	plain, err := os.ReadFile(f.dir + "/.git/config")
	if err != nil {
		t.Fatal(err)
	}
	for _, storage := range []string{"reftable://" + elsewhere, "reftable://../../elsewhere"} {
		f.write(".git/config", strings.ReplaceAll(string(plain), "refStorage = reftable", "refStorage = "+storage))
		compareViews(t, storage, referenceView(t, f), want)
	}
	f.write(".git/config", strings.ReplaceAll(string(plain), "refStorage = reftable", "refStorage = files"))
	f.env = []string{"GIT_REFERENCE_BACKEND=reftable://" + elsewhere}
	compareViews(t, "from the environment", referenceView(t, f), want)
	if _, err := Discover(f.dir, environ("GIT_REFERENCE_BACKEND=x://y")); err == nil || !strings.Contains(err.Error(), "GIT_REFERENCE_BACKEND") {
		t.Errorf("an unknown backend: %v", err)
	}

	f = revisionFixture(t)
	f.git("pack-refs")
	elsewhere = filepath.Join(filepath.Dir(f.dir), "files")
	for _, name := range []string{"refs", "logs", "HEAD", "ORIG_HEAD", "packed-refs"} {
		move(t, f.dir+"/.git/"+name, elsewhere+"/"+name)
	}
	f.write(".git/HEAD", "ref: refs/heads/.invalid\n", ".git/refs/heads", "elsewhere\n")
	setStorage(f, "files://"+elsewhere)
	compareViews(t, "files", referenceView(t, f), want)
}

// TestReftablesDamaged: what cannot be read is named, by both ways of reading.
func TestReftablesDamaged(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, err string
		damage    func(dir string) error
	}{
		{"no list", "tables.list", func(dir string) error { return os.Remove(dir + "/tables.list") }},
		{"no tables", "reftable", func(dir string) error { return os.RemoveAll(dir) }},
		{"a table is gone", "no such file", func(dir string) error {
			tables, err := filepath.Glob(dir + "/*.ref")
			if err != nil {
				return err
			}
			return os.Remove(tables[0])
		}},
		{"a table is damaged", "offset 0", func(dir string) error {
			tables, err := filepath.Glob(dir + "/*.ref")
			if err != nil {
				return err
			}
			return os.WriteFile(tables[0], make([]byte, 500), 0o600)
		}},
		{"the list leads elsewhere", "tables.list:1", func(dir string) error {
			return os.WriteFile(dir+"/tables.list", []byte("../../x\n"), 0o600)
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f, _ := tablesFixture(t)
			if err := test.damage(f.dir + "/.git/reftable"); err != nil {
				t.Fatal(err)
			}
			if _, err := f.discover().Head(); err == nil || !strings.Contains(err.Error(), test.err) || !strings.Contains(err.Error(), "reference HEAD") {
				t.Errorf("HEAD: %v, want %q", err, test.err)
			}
			_, failed := listReferences(f)
			if len(failed) == 0 || !strings.Contains(strings.Join(failed, "\n"), test.err) {
				t.Errorf("list: %q, want %q", failed, test.err)
			}
		})
	}
}

// TestReftablesAgainstGit compares with a git that has reftables: many tables, and
// worktrees with tables of their own.
func TestReftablesAgainstGit(t *testing.T) {
	t.Parallel()
	for _, hash := range []string{"sha1", "sha256"} {
		t.Run(hash, func(t *testing.T) {
			t.Parallel()
			f := &fixture{t: t, dir: t.TempDir()}
			f.useNewGit()
			f.git("init", "-q", "-b", "main", "--ref-format=reftable", "--object-format="+hash)
			f.fillRevisions()
			f.git("worktree", "add", "-q", "--detach", "tree", "HEAD~1")
			f.git("-C", "tree", "commit", "-q", "--allow-empty", "-m", "in the worktree")
			f.git("notes", "add", "-m", "x")
			f.git("bisect", "start", "HEAD", "HEAD~2")
			checkReferences(t, f)
			f.git("config", "reftable.blockSize", "256")
			var input strings.Builder
			for n := range 2000 {
				fmt.Fprintf(&input, "create refs/heads/many/%d HEAD\n", n*7919%2000)
			}
			f.gitInput(input.String(), "update-ref", "--stdin")
			f.git("config", "reftable.geometricFactor", "0")
			f.env = append(f.env, "GIT_TEST_REFTABLE_AUTOCOMPACTION=false")
			for n := range 4 {
				f.git("branch", "-q", "-D", fmt.Sprint("many/", n))
				f.git("update-ref", fmt.Sprint("refs/heads/many/", 100+n), "HEAD~1")
			}
			f.write("x", "stashed once more")
			f.git("stash", "push", "-q")
			f.git("stash", "drop", "-q", "stash@{1}")
			if tables, err := filepath.Glob(f.dir + "/.git/reftable/*.ref"); err != nil || len(tables) < 5 {
				t.Errorf("%d tables, %v", len(tables), err)
			}
			checkReferences(t, f)
			f.git("pack-refs", "--all")
			checkReferences(t, f)
			for _, at := range []*fixture{f, {t: t, dir: f.dir + "/tree", program: f.program}} {
				r := at.discover()
				for _, text := range []string{"HEAD", "main-worktree/HEAD", "worktrees/tree/HEAD", "worktrees/tree/HEAD@{1}", "main-worktree/HEAD@{2}", "worktrees/none/HEAD", "refs/bisect/bad"} {
					compareRevision(t, at, r, text)
				}
			}
			r := f.discover()
			for _, text := range namedRevisions {
				compareRevision(t, f, r, text)
			}
		})
	}
}
