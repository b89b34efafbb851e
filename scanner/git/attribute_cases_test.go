package git

import (
	"fmt"
	"strings"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// attributeTests make a history and say what holds of the blob "secret".
var attributeTests = []struct {
	name string
	make func(f *fixture) Group
	want string
}{
	{"in HEAD", func(f *fixture) Group {
		f.put(0, "base", "x", "1")
		f.put(1, "add", "k", "secret")
		f.put(2, "more", "x", "2")
		f.git("branch", "other", "HEAD~2")
		return Group{}
	}, "add..more removed -, 2 commits, 1 blobs, in HEAD | 0:HEAD! 1:main! | k@add"},
	{"removed, still tagged", func(f *fixture) Group {
		f.put(0, "add", "k", "secret")
		f.git("tag", "-a", "-m", "x", "v1")
		f.git("tag", "v1.1")
		f.remove("k")
		f.put(3, "remove", "x", "1")
		f.put(4, "more", "x", "2")
		return Group{}
	}, "add..add removed remove, 1 commits, 1 blobs | 3:v1! 3:v1.1! 0:HEAD 1:main | k@add"},
	{"renamed, copied and changed", func(f *fixture) Group {
		f.put(0, "add", "k", "secret")
		f.remove("k")
		f.put(1, "rename", "d/e/k", "secret")
		f.put(2, "copy", "d/f", "secret")
		f.put(3, "change", "d/f", "secret2")
		return Group{Blobs: []packfile.ID{f.blob("secret"), f.blob("secret2")}}
	}, "add..change removed -, 4 commits, 2 blobs, in HEAD | 0:HEAD! 1:main! | d/e/k@rename, d/f@copy, d/f@change, k@add"},
	{"made by resolving a conflict", func(f *fixture) Group {
		f.put(0, "base", "k", "0")
		f.git("branch", "side")
		f.put(1, "ours", "k", "1")
		f.git("checkout", "-q", "side")
		f.put(2, "theirs", "k", "2")
		f.git("checkout", "-q", "main")
		f.tick(3)
		_, _ = f.try("", "merge", "side")
		f.write("k", "secret")
		f.commit("merge")
		return Group{}
	}, "merge..merge removed -, 1 commits, 1 blobs, in HEAD | 0:HEAD! 1:main! | k@merge"},
	{"merged from a side branch that lost it", func(f *fixture) Group {
		f.put(0, "base", "x", "0")
		f.git("checkout", "-q", "-b", "side")
		f.put(1, "add", "k", "secret")
		f.remove("k")
		f.put(2, "remove", "y", "1")
		f.git("checkout", "-q", "main")
		f.put(3, "ours", "x", "1")
		f.git("merge", "-q", "-m", "merge", "side")
		return Group{}
	}, "add..add removed remove, 1 commits, 1 blobs | 0:HEAD 1:main 1:side | k@add"},
	{"merge of a branch that still has it", func(f *fixture) Group {
		f.put(0, "add", "k", "secret")
		f.git("checkout", "-q", "-b", "side")
		f.put(1, "side", "y", "1")
		f.git("checkout", "-q", "main")
		f.remove("k")
		f.put(2, "remove", "x", "1")
		f.tick(3)
		f.git("merge", "-q", "-m", "merge", "side")
		return Group{}
	}, "add..side removed remove, 2 commits, 1 blobs | 1:side! 0:HEAD 1:main | k@add"},
	{"removed on both sides of a merge", func(f *fixture) Group {
		f.put(0, "add", "k", "secret")
		f.git("branch", "side")
		f.remove("k")
		f.put(1, "remove here", "x", "1")
		f.git("checkout", "-q", "side")
		f.remove("k")
		f.put(2, "remove there", "y", "1")
		f.git("checkout", "-q", "main")
		f.git("branch", "-q", "late", "side")
		f.tick(3)
		f.git("merge", "-q", "-m", "merge", "side")
		return Group{}
	}, "add..add removed remove here, 1 commits, 1 blobs | 0:HEAD 1:late 1:main 1:side | k@add"},
	{"one staged, one in HEAD", func(f *fixture) Group {
		f.put(0, "add", "k", "secret")
		f.write("k2", "secret2")
		f.git("add", "k2")
		return Group{Blobs: []packfile.ID{f.blob("secret"), f.blob("secret2")}}
	}, "add..add removed -, 1 commits, 2 blobs, in HEAD | 0:HEAD! 1:main! | k@add, k2@- staged"},
	{"dropped by a merge", func(f *fixture) Group {
		f.put(0, "base", "x", "1")
		f.git("checkout", "-q", "-b", "side")
		f.put(1, "side", "y", "1")
		f.git("checkout", "-q", "main")
		f.put(2, "add", "k", "secret")
		f.tick(3)
		f.git("merge", "-q", "--no-commit", "side")
		f.remove("k")
		f.commit("merge")
		return Group{}
	}, "add..add removed merge, 1 commits, 1 blobs | 0:HEAD 1:main | k@add"},
	{"octopus and second root", func(f *fixture) Group {
		f.put(0, "base", "x", "1")
		for i := range 3 {
			f.git("checkout", "-q", "-b", fmt.Sprint("b", i), "main")
			f.put(i+1, fmt.Sprint("b", i), fmt.Sprint("f", i), "1")
		}
		f.git("checkout", "-q", "--orphan", "root")
		f.put(5, "root", "k", "secret")
		f.git("checkout", "-q", "main")
		f.tick(6)
		f.git("merge", "-q", "--allow-unrelated-histories", "-m", "octopus", "b0", "b1", "b2")
		f.git("merge", "-q", "--allow-unrelated-histories", "-m", "join", "root")
		return Group{}
	}, "root..join removed -, 2 commits, 1 blobs, in HEAD | 0:HEAD! 1:main! 1:root! | k@root"},
	{"stash: work tree, index and untracked", func(f *fixture) Group {
		f.put(0, "base", "k", "0", "i", "0")
		f.write("i", "secret")
		f.git("add", "i")
		f.write("k", "secret", "u", "secret", "i", "1")
		f.git("stash", "push", "-q", "-u", "-m", "one")
		f.write("k", "2")
		f.git("stash", "push", "-q", "-m", "two")
		f.remove(".git/logs/HEAD")
		return Group{}
	}, "" /* below */},
	{"amended away", func(f *fixture) Group {
		f.put(0, "base", "x", "0")
		f.put(1, "add", "k", "secret")
		f.remove("k")
		f.git("add", "-A")
		f.git("commit", "-q", "--amend", "--allow-empty", "-m", "amended")
		return Group{}
	}, "add..add removed -, 1 commits, 1 blobs | 5:HEAD@{1}! | k@add"},
	{"unreachable", func(f *fixture) Group {
		f.put(0, "base", "x", "0")
		f.git("checkout", "-q", "-b", "gone")
		f.put(1, "add", "k", "secret")
		f.git("checkout", "-q", "main")
		f.git("branch", "-q", "-D", "gone")
		f.git("reflog", "expire", "--expire=all", "--all")
		return Group{}
	}, "add..add removed -, 1 commits, 1 blobs |  | k@add"},
	{"staged only", func(f *fixture) Group {
		f.put(0, "base", "x", "0")
		f.write("d/k", "secret")
		f.git("add", "d/k")
		return Group{}
	}, "-..- removed -, 0 commits, 1 blobs |  | d/k@- staged"},
	{"staged in another worktree", func(f *fixture) Group {
		f.put(0, "base", "x", "0")
		f.git("worktree", "add", "-q", "--detach", "tree")
		f.write("tree/k", "secret")
		f.git("-C", "tree", "add", "k")
		return Group{}
	}, "-..- removed -, 0 commits, 1 blobs |  | k@- staged"},
	{"staged names", func(f *fixture) Group {
		f.put(0, "add", "k", "0", "d/k", "0", "x/m/y", "0")
		f.write("d/k", "1", "e/k", "0", "e/f/k", "0", "m/k/n", "0", "m/o", "0")
		f.git("add", "-A")
		f.git("rm", "-q", "--cached", "k")
		return Group{Files: []string{"k"}, Names: []string{"m", "e"}, Blobs: []packfile.ID{}}
	}, "add..add removed -, 1 commits, 0 blobs, in HEAD | 0:HEAD! 1:main! | d/k@add, k@add, x/m@add, e@- staged, e/f/k@- staged, e/k@- staged, m@- staged"},
	{"staged name at a path", func(f *fixture) Group {
		f.put(0, "base", "x", "0")
		f.write("e/k", "0", "k", "1")
		f.git("add", "-A")
		return Group{Files: []string{"k"}, Path: "e/k", Blobs: []packfile.ID{}}
	}, "-..- removed -, 0 commits, 0 blobs |  | e/k@- staged"},
	{"dangling blob", func(f *fixture) Group {
		f.put(0, "base", "x", "0")
		return Group{}
	}, "-..- removed -, 0 commits, 1 blobs |  | @- dangling"},
	{"dangling tree", func(f *fixture) Group {
		f.put(0, "base", "x", "0")
		f.write("d/k", "secret")
		f.git("add", "d")
		f.git("write-tree")
		f.git("reset", "-q", "--hard")
		return Group{}
	}, "-..- removed -, 0 commits, 1 blobs |  | k@- dangling"},
	{"tagged blob and tree", func(f *fixture) Group {
		f.put(0, "base", "x", "0")
		f.git("tag", "-a", "-m", "x", "key", f.blob("secret").String())
		f.write("d/k", "secret")
		f.git("add", "d")
		f.git("tag", "tree", strings.TrimSpace(f.git("write-tree")))
		f.git("reset", "-q", "--hard")
		return Group{}
	}, "-..- removed -, 0 commits, 1 blobs | 3:key! 3:tree! | d/k@- dangling"},
	{"commit message", func(f *fixture) Group {
		f.put(0, "base", "x", "0")
		f.tick(1)
		f.commit("secret")
		f.put(2, "more", "x", "1")
		f.git("tag", "v1", "HEAD~1")
		return Group{Commits: []packfile.ID{f.id("HEAD~1")}, Blobs: []packfile.ID{}}
	}, "secret..secret removed -, 1 commits, 0 blobs | 3:v1! 0:HEAD 1:main | @secret"},
	{"tag message", func(f *fixture) Group {
		f.put(0, "base", "x", "0")
		f.git("tag", "-a", "-m", "secret", "v1")
		f.git("tag", "-a", "-m", "x", "v2", "v1")
		return Group{Tags: []packfile.ID{f.id("v1")}, Blobs: []packfile.ID{}}
	}, "-..- removed -, 0 commits, 0 blobs | 3:v1! 3:v2! | @- tag"},
	{"path name", func(f *fixture) Group {
		f.put(0, "base", "x", "0")
		f.put(1, "add", "d/e/secret.txt", "0")
		f.git("mv", "d/e", "d/f")
		f.put(2, "move", "x", "1")
		f.git("rm", "-q", "-r", "d")
		f.put(3, "remove", "x", "2")
		return Group{Names: []string{"secret.txt"}, Blobs: []packfile.ID{}}
	}, "add..move removed remove, 2 commits, 0 blobs | 0:HEAD 1:main | d/e/secret.txt@add, d/f/secret.txt@move"},
	{"path name beside what changes", func(f *fixture) Group {
		f.put(0, "add", "d/secret.txt", "0")
		f.put(1, "other", "d/x", "1")
		f.put(2, "changed", "d/secret.txt", "2")
		return Group{Names: []string{"secret.txt"}, Blobs: []packfile.ID{}}
	}, "add..changed removed -, 3 commits, 0 blobs, in HEAD | 0:HEAD! 1:main! | d/secret.txt@add"},
	{"file at a path", func(f *fixture) Group {
		f.put(0, "base", "x", "0")
		f.put(1, "add", "d/e/secret.txt", "0", "secret.txt/x", "0")
		f.git("mv", "d/e", "d/f")
		f.put(2, "move", "x", "1")
		f.put(3, "again", "d/e/secret.txt", "1")
		f.git("rm", "-q", "-r", "d/f")
		f.put(4, "other gone", "x", "2")
		return Group{Files: []string{"secret.txt"}, Path: "d/f/secret.txt", Blobs: []packfile.ID{}}
	}, "move..again removed other gone, 2 commits, 0 blobs | 0:HEAD 1:main | d/f/secret.txt@move"},
	{"directory that is named like a file", func(f *fixture) Group {
		f.put(0, "add", "d/secret/x", "0")
		f.put(1, "file", "secret", "0")
		return Group{Files: []string{"secret"}, Blobs: []packfile.ID{}}
	}, "file..file removed -, 1 commits, 0 blobs, in HEAD | 0:HEAD! 1:main! | secret@file"},
	{"directory name", func(f *fixture) Group {
		f.put(0, "add", "d/secret/x", "0")
		return Group{Names: []string{"secret"}, Blobs: []packfile.ID{f.blob("0")}}
	}, "add..add removed -, 1 commits, 1 blobs, in HEAD | 0:HEAD! 1:main! | d/secret@add, d/secret/x@add"},
	{"other references", func(f *fixture) Group {
		f.put(0, "base", "x", "0")
		f.git("checkout", "-q", "-b", "tmp")
		f.put(1, "add", "k", "secret")
		id := f.id("HEAD").String()
		f.git("checkout", "-q", "main")
		f.git("update-ref", "refs/pull/7/head", id)
		f.git("update-ref", "refs/remotes/origin/main", id)
		f.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
		f.git("worktree", "add", "-q", "--detach", "tree", id)
		f.git("branch", "-q", "-D", "tmp")
		f.tick(2)
		f.git("notes", "add", "-m", "secret")
		f.write(".git/ORIG_HEAD", id+"\n")
		return Group{Blobs: []packfile.ID{f.blob("secret"), f.blob("secret\n")}}
	}, "" /* below */},
	{"submodule and symbolic link", func(f *fixture) Group {
		f.put(0, "base", "x", "0")
		f.tick(1)
		f.git("update-index", "--add", "--cacheinfo", "160000,"+f.id("HEAD").String()+",sub")
		f.git("update-index", "--add", "--cacheinfo", "120000,"+f.blob("secret").String()+",link")
		f.git("commit", "-q", "-m", "add")
		return Group{}
	}, "add..add removed -, 1 commits, 1 blobs, in HEAD | 0:HEAD! 1:main! | link@add"},
	{"unborn", func(f *fixture) Group { return Group{} },
		"-..- removed -, 0 commits, 1 blobs |  | @- dangling"},
}
