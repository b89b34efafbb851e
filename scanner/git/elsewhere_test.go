package git

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestStagedElsewhere compares what is staged where the parts of a repository
// do not lie together.
func TestStagedElsewhere(t *testing.T) {
	t.Parallel()
	origin := newFixture(t)
	seed(origin)
	versions(origin, 2)
	origin.git("config", "uploadpack.allowFilter", "true")
	origin.git("config", "uploadpack.allowAnySHA1InWant", "true")
	tests := []struct {
		name string
		make func(dir string) *fixture
	}{
		{"linked worktree", func(dir string) *fixture {
			origin.git("worktree", "add", "-q", dir)
			return &fixture{dir: dir}
		}},
		{"linked worktree with a configuration of its own", func(dir string) *fixture {
			g := &fixture{t: t, dir: filepath.Dir(dir)}
			g.git("clone", "-q", "--bare", origin.dir, "bare.git")
			g.dir += "/bare.git"
			g.git("config", "extensions.worktreeConfig", "true")
			g.git("config", "--worktree", "core.bare", "true") // of the main one only
			g.git("config", "--unset", "core.bare")
			g.git("worktree", "add", "-q", dir)
			return &fixture{dir: dir}
		}},
		{"submodule", func(dir string) *fixture {
			g := newFixture(t)
			g.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", origin.dir, "sub")
			return &fixture{dir: g.dir + "/sub"}
		}},
		{"shared clone", func(dir string) *fixture {
			origin.git("clone", "-q", "-s", origin.dir, dir)
			return &fixture{dir: dir}
		}},
		{"shallow clone", func(dir string) *fixture {
			origin.git("clone", "-q", "--depth=1", "file://"+origin.dir, dir)
			return &fixture{dir: dir}
		}},
		{"partial clone", func(dir string) *fixture {
			origin.git("clone", "-q", "--filter=blob:none", "file://"+origin.dir, dir)
			return &fixture{dir: dir}
		}},
		{"separate git directory", func(dir string) *fixture {
			origin.git("clone", "-q", "--separate-git-dir", dir+".git", origin.dir, dir)
			return &fixture{dir: dir}
		}},
		{"work tree from the environment", func(dir string) *fixture {
			origin.git("clone", "-q", "--bare", origin.dir, dir)
			tree, err := filepath.EvalSymlinks(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			f := &fixture{dir: tree, env: []string{"GIT_DIR=" + dir, "GIT_WORK_TREE=" + tree}}
			f.t = t
			f.git("reset", "-q", "--hard")
			return f
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			parent, err := filepath.EvalSymlinks(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			f := test.make(filepath.Join(parent, "here"))
			f.t = t
			f.write("a/b/c.txt", "changed here", "new/file", "new")
			f.git("rm", "-q", "z")
			f.git("add", "-A")
			if lines := f.compareStaged(); len(lines) != 3 {
				t.Errorf("%d changes: %v", len(lines), lines)
			}
		})
	}
}

// TestStagedReadsNoEqualTrees removes the trees of the directories in which
// nothing changed: nobody misses them.
func TestStagedReadsNoEqualTrees(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"2", "4"} {
		f := newFixture(t)
		large(f)
		f.git("update-index", "--index-version", version)
		f.write("big3/f1", "changed", "new", "")
		f.git("add", "big3/f1", "new") // -A would touch all that is as young as the index
		for i := range 9 {
			id := strings.TrimSpace(f.git("rev-parse", fmt.Sprintf("HEAD:big%d", i)))
			if i != 3 {
				_ = os.Remove(filepath.Join(f.dir, ".git/objects", id[:2], id[2:]))
			}
		}
		r := f.discover()
		x, err := r.Index()
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		err = x.Staged(context.Background(), func(Change) error { n++; return nil }, func(dir string, err error) {
			t.Errorf("index version %s: %s: %v", version, dir, err)
		})
		if err != nil || n != 2 {
			t.Errorf("%d changes, %v", n, err)
		}
	}
}

// BenchmarkStaged reads the index of a repository of 100,000 files, ten of
// which are staged, and compares it with HEAD.
func BenchmarkStaged(b *testing.B) {
	f := newFixture(b)
	var list strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&list, "100644 e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\tmodule%02d/package%02d/some/directory/File%d.java\n", i/2000, i/40%50, i)
	}
	f.gitInput("", "hash-object", "-w", "--stdin")
	f.gitInput(list.String(), "update-index", "--index-info")
	f.git("commit", "-q", "-m", "first")
	for i := range 10 {
		f.write(fmt.Sprintf("module%02d/package07/new", i), "x")
	}
	f.git("add", "--", ":/*/package07/new")
	b.ResetTimer()
	for b.Loop() {
		r, err := Discover(f.dir, environ())
		if err != nil {
			b.Fatal(err)
		}
		x, err := r.OpenIndex()
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		if err := x.Staged(context.Background(), func(Change) error { n++; return nil }, nil); err != nil || n != 10 {
			b.Fatal(n, err)
		}
		if err := x.Verify(); err != nil {
			b.Fatal(err)
		}
		_ = r.Close()
	}
}

// TestForgedCacheTree counts wrongly in the cache tree: the entries are then
// compared one by one, as if there were none.
func TestForgedCacheTree(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"2", "4"} {
		for _, count := range []string{"099", "101", "000", "999"} {
			f := newFixture(t)
			large(f)
			f.git("update-index", "--index-version", version)
			f.write("big3/f1", "changed", "big5/f7", "changed")
			f.git("add", "big3/f1", "big5/f7")
			path := filepath.Join(f.dir, ".git/index")
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			forged := data
			for _, dir := range []string{"big0", "big4", "big8"} {
				forged = bytes.Replace(forged, []byte(dir+"\x00100 0\n"), []byte(dir+"\x00"+count+" 0\n"), 1)
			}
			if bytes.Equal(forged, data) {
				t.Fatal("nothing was forged")
			}
			if err := os.WriteFile(path, reseal(forged), 0o600); err != nil {
				t.Fatal(err)
			}
			if lines := f.stagedHere(); len(lines) != 2 {
				t.Errorf("index version %s, %s entries: %d changes", version, count, len(lines))
			}
		}
	}
	for _, entries := range []string{"1", "3"} {
		f := newFixture(t)
		seed(f)
		f.git("update-index", "--index-version", "4")
		f.write("z", "changed")
		f.git("add", "z")
		path := filepath.Join(f.dir, ".git/index")
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		forged := bytes.Replace(data, []byte("x\x002 0\n"), []byte("x\x00"+entries+" 0\n"), 1)
		forged = bytes.Replace(forged, []byte("lib\x003 2\n"), []byte("lib\x00"+entries+" 2\n"), 1)
		if bytes.Equal(forged, data) {
			t.Fatal("nothing was forged")
		}
		if err := os.WriteFile(path, reseal(forged), 0o600); err != nil {
			t.Fatal(err)
		}
		if lines := f.stagedHere(); len(lines) != 1 {
			t.Errorf("a small directory, %s entries: %v", entries, lines)
		}
	}
}
