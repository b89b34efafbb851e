package git

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// seed fills a fixture with a few directories and commits.
func seed(f *fixture) {
	f.write("README", "hello\n", "a/b/c.txt", "one\n", "a/b/d.txt", "two\n", "a.b", "three\n", "a-b", "x\n",
		"lib/x/1", "1\n", "lib/x/2", "2\n", "lib/y/3", "3\n", "z", "last\n")
	if err := os.Symlink("README", filepath.Join(f.dir, "link")); err != nil {
		f.t.Fatal(err)
	}
	f.commit("first")
}

// stagings are states of the index that are held against git's view of them.
// Each begins with a seeded repository; want is a path that must be staged.
var stagings = []struct {
	name   string
	init   []string
	make   func(f *fixture)
	staged int // changes; -1: not said
}{
	{"clean", nil, func(*fixture) {}, 0},
	{"modified", nil, func(f *fixture) { f.write("a/b/c.txt", "changed\n"); f.git("add", "-A") }, 1},
	{"added", nil, func(f *fixture) { f.write("a/b/new", "n\n", "new/deep/er", "n\n"); f.git("add", "-A") }, 2},
	{"deleted", nil, func(f *fixture) { f.git("rm", "-q", "-r", "lib/x", "z") }, 3},
	{"everything deleted", nil, func(f *fixture) { f.git("rm", "-q", "-r", ".") }, 10},
	{"work tree only", nil, func(f *fixture) { f.write("a/b/c.txt", "changed\n") }, 0},
	{"unborn", nil, func(f *fixture) { f.git("update-ref", "-d", "HEAD") }, 10},
	{"unborn after orphan", nil, func(f *fixture) { f.git("checkout", "-q", "--orphan", "other") }, 10},
	{"detached", nil, func(f *fixture) { f.git("checkout", "-q", "--detach"); f.write("z", "Z"); f.git("add", "z") }, 1},
	{"renamed", nil, func(f *fixture) { f.git("mv", "a/b/c.txt", "moved") }, 2},
	{"mode only", nil, func(f *fixture) { f.git("update-index", "--chmod=+x", "z") }, 0},
	{"file to directory", nil, func(f *fixture) {
		f.git("rm", "-q", "z")
		f.write("z/inside", "i\n")
		f.git("add", "-A")
	}, 2},
	{"directory to file", nil, func(f *fixture) {
		f.git("rm", "-q", "-r", "lib")
		f.write("lib", "file\n")
		f.git("add", "-A")
	}, 4},
	{"link to file", nil, func(f *fixture) {
		f.git("rm", "-q", "link")
		f.write("link", "README")
		f.git("add", "-A")
	}, 1}, // the id stays: the kind changed
	{"new link", nil, func(f *fixture) {
		if err := os.Symlink("nowhere", filepath.Join(f.dir, "b")); err != nil {
			f.t.Fatal(err)
		}
		f.git("add", "-A")
	}, 1},
	{"intent to add", nil, func(f *fixture) { f.write("later", "x"); f.git("add", "-N", "later") }, 0},
	{"intent to add of a deleted file", nil, func(f *fixture) { f.git("rm", "-q", "--cached", "z"); f.git("add", "-N", "z") }, 1},
	{"submodule", nil, func(f *fixture) {
		f.git("update-index", "--add", "--cacheinfo", "160000,"+strings.TrimSpace(f.git("rev-parse", "HEAD"))+",sub")
	}, 1},
	{"skip-worktree and assume-unchanged", nil, func(f *fixture) {
		f.git("update-index", "--skip-worktree", "z")
		f.git("update-index", "--assume-unchanged", "README")
		f.write("a.b", "x")
		f.git("add", "a.b")
	}, 1},
	{"names", nil, func(f *fixture) {
		f.write("new\nline", "1", "quo\"te'", "2", "tab\tname", "3", "grün/日本", "4", "bad\xff\xfe", "5", "co:lon", "6", " space ", "7", "back\\slash", "8")
		f.git("add", "-A")
	}, 8},
	{"long name", nil, func(f *fixture) {
		id := strings.TrimSpace(f.gitInput("x", "hash-object", "-w", "--stdin"))
		f.gitInput("100644 "+id+"\t"+strings.Repeat("d/", 2500)+"f\n", "update-index", "--index-info")
	}, 1},
	{"conflict", nil, conflict, -1},
	{"conflict resolved", nil, func(f *fixture) {
		conflict(f)
		f.write("z", "resolved\n")
		f.git("add", "-A")
	}, -1},
	{"stages that all differ from HEAD", nil, func(f *fixture) {
		id := strings.TrimSpace(f.gitInput("other", "hash-object", "-w", "--stdin"))
		f.git("rm", "-q", "--cached", "z", "README")
		f.gitInput("100644 "+id+" 1\tz\n100644 "+id+" 2\tz\n100644 "+id+" 3\tz\n100644 "+id+" 1\tREADME\n", "update-index", "--index-info")
	}, 2},
	{"large directories", nil, func(f *fixture) {
		large(f)
		f.write("big3/f77", "changed", "big5/new", "")
		f.git("add", "big3/f77", "big5/new")
	}, 2},
	{"large directories, index version 4", nil, func(f *fixture) {
		large(f)
		f.git("update-index", "--index-version", "4")
		f.write("big3/f77", "changed", "big5/new", "")
		f.git("rm", "-q", "-r", "big1", "big7/f50")
		f.git("add", "big3/f77", "big5/new")
	}, 103},
	{"merge in progress", nil, func(f *fixture) {
		branches(f, "other", "theirs\n", "README", "ours\n")
		f.git("merge", "-q", "--no-commit", "--no-ff", "side")
	}, 1},
	{"index version 3", nil, func(f *fixture) { f.write("n1", "x", "n2", "y"); f.git("add", "-N", "n1"); f.git("add", "n2") }, 1},
	{"index version 4", nil, func(f *fixture) {
		f.git("update-index", "--index-version", "4")
		f.write("a/b/c.txt", "x", "q/r/s", "t")
		f.git("rm", "-q", "lib/x/1")
		f.git("add", "-A")
	}, 3},
	{"sha256", []string{"--object-format=sha256"}, func(f *fixture) { f.write("a/b/c.txt", "x", "q/r/s", "t"); f.git("add", "-A") }, 2},
	{"split index", nil, func(f *fixture) {
		f.git("update-index", "--split-index")
		f.write("a/b/c.txt", "x", "q/r/s", "t", "AAA", "1", "zzz", "2")
		f.git("rm", "-q", "lib/x/1")
		f.git("add", "-A")
	}, 5},
	{"split index, nothing changed", nil, func(f *fixture) { f.git("update-index", "--split-index") }, 0},
	{"split index version 4", nil, func(f *fixture) {
		f.git("update-index", "--index-version", "4")
		f.git("update-index", "--split-index")
		f.write("a/b/c.txt", "x", "q/r/s", "t")
		f.git("rm", "-q", "lib/x/1", "README")
		f.git("add", "-A")
	}, 4},
	{"split index with a conflict", nil, func(f *fixture) { f.git("update-index", "--split-index"); conflict(f) }, -1},
	{"untracked cache and fsmonitor data", nil, func(f *fixture) {
		f.git("update-index", "--force-untracked-cache")
		f.git("status")
		f.write("z", "y")
		f.git("add", "-A")
	}, 1},
	{"offset table", nil, func(f *fixture) {
		f.git("-c", "index.threads=4", "-c", "index.recordOffsetTable=true", "-c", "index.recordEndOfIndexEntries=true", "update-index", "--force-write-index")
		f.write("z", "y")
		f.git("add", "-A")
	}, 1},
	{"packed", nil, func(f *fixture) {
		f.git("gc", "-q")
		f.git("pack-refs", "--all")
		f.write("lib/x/1", "other")
		f.git("add", "-A")
	}, 1},
	{"sparse index", nil, func(f *fixture) {
		f.git("sparse-checkout", "set", "--cone", "--sparse-index", "a")
		f.write("a/b/c.txt", "x")
		f.git("add", "-A")
	}, 1},
	{"sparse index, HEAD moved back", nil, func(f *fixture) {
		f.write("lib/x/1", "other", "lib/new/q", "q", "sub/only", "1")
		f.git("rm", "-q", "-r", "lib/y")
		f.commit("second")
		f.git("sparse-checkout", "set", "--cone", "--sparse-index", "a")
		f.git("reset", "-q", "--soft", "HEAD~1")
	}, 4},
	{"sparse checkout", nil, func(f *fixture) {
		f.git("sparse-checkout", "set", "--cone", "a")
		f.write("a/b/c.txt", "x")
		f.git("add", "-A")
	}, 1},
}

// large commits directories of many files, so that whole blocks of the index
// are skipped.
func large(f *fixture) {
	for i := range 9 {
		for k := range 100 {
			f.write(fmt.Sprintf("big%d/f%d", i, k), fmt.Sprint(i))
		}
	}
	f.commit("large")
}

// branches makes a branch side that changes one file, and main another.
func branches(f *fixture, sideFile, sideText, mainFile, mainText string) {
	f.git("checkout", "-q", "-b", "side")
	f.write(sideFile, sideText)
	f.commit("side")
	f.git("checkout", "-q", "main")
	f.write(mainFile, mainText)
	f.commit("main")
}

// conflict leaves a merge with conflicts of content, and of deletion.
func conflict(f *fixture) {
	f.git("checkout", "-q", "-b", "side")
	f.git("rm", "-q", "README")
	f.write("z", "theirs\n", "both", "B\n", "clean", "c\n")
	f.commit("side")
	f.git("checkout", "-q", "main")
	f.write("z", "ours\n", "README", "changed\n", "both", "b\n")
	f.commit("main")
	if out, err := f.try("", "merge", "-q", "side"); err == nil {
		f.t.Fatalf("no conflict: %s", out)
	}
}

func TestStagedAgainstGit(t *testing.T) {
	t.Parallel()
	for _, test := range stagings {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, test.init...)
			seed(f)
			test.make(f)
			lines := f.compareStaged()
			if test.staged >= 0 && len(lines) != test.staged {
				t.Errorf("%d changes instead of %d:\n%s", len(lines), test.staged, strings.Join(lines, "\n"))
			}
			if test.staged < 0 && len(lines) == 0 {
				t.Error("nothing is staged")
			}
		})
	}
}
