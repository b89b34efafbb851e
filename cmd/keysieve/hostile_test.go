//go:build unix

package main

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // git's
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// rawTree stores a tree with entries that git itself would refuse: mode, name, id.
func (g gitRunner) rawTree(dir string, entries ...[3]string) string {
	g.t.Helper()
	var content bytes.Buffer
	for _, e := range entries {
		id, err := hex.DecodeString(e[2])
		if err != nil {
			g.t.Fatal(err)
		}
		fmt.Fprintf(&content, "%s %s\x00%s", e[0], e[1], id)
	}
	return g.gitInput(dir, content.String(), "hash-object", "-w", "-t", "tree", "--literally", "--stdin")
}

// crafted is a repository whose branch evil adds a tree to main.
func crafted(t *testing.T, tree func(g gitRunner) string) (gitRunner, runner) {
	t.Helper()
	g := newGitRunner(t)
	g.git("", "init", "-q", "-b", "main", "repo")
	g.write("repo/new.yml", "token: "+token(t, "new")+"\n")
	g.git("repo", "commit", "-q", "--allow-empty", "-m", "base")
	g.git("repo", "branch", "evil", g.git("repo", "commit-tree", "-p", "HEAD", "-m", "evil", tree(g)))
	g.git("repo", "add", "new.yml")
	return g, newRunner(t, g)
}

// TestHostileNames: names that would lead out of a work tree are names like others. What stands there is
// scanned, and nothing else is read or written. No tree can have a name with a slash: a range does not
// read on there, and says so.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	t.Run("plain", func(t *testing.T) {
		hostileNames(t, ".", "..", ".git", "C:", `a\b`, "-rf", "a\x1b[2Jb", "\xff", ".gitmodules", "git~1", "NUL")
	})
	t.Run("slashes", func(t *testing.T) {
		hostileNames(t, "..", "../x", ".git/hooks/pre-commit", "/etc/passwd", "a/b")
	})
}

func hostileNames(t *testing.T, names ...string) {
	t.Helper()
	slices.Sort(names)
	g, r := crafted(t, func(g gitRunner) string {
		var entries [][3]string
		for i, name := range names {
			mode := "100644"
			if i%3 == 2 {
				mode = "120000"
			}
			entries = append(entries, [3]string{mode, name, g.gitInput("repo", "token: "+token(t, name)+"\n", "hash-object", "-w", "--stdin")})
		}
		return g.rawTree("repo", entries...)
	})
	before := listing(t, g.root)
	dir := filepath.Join(g.root, "repo")
	for _, arguments := range [][]string{{"range", "main..evil"}, {"history"}} {
		o := r.run(dir, append(arguments, "--format", "json")...)
		paths, skipped := map[string]bool{}, fmt.Sprint(o.report.Skipped)
		if slashes := slices.ContainsFunc(names, func(n string) bool { return strings.Contains(n, "/") }); !slashes && len(o.report.Skipped) > 0 {
			t.Errorf("%v: skipped %s", arguments, skipped)
		}
		for _, f := range o.report.Findings {
			for _, p := range f.Places {
				paths[p.Path] = true
			}
		}
		for _, name := range names {
			if !paths[strings.ToValidUTF8(name, "\ufffd")] && !strings.Contains(skipped, "bad name") {
				t.Errorf("%v: nothing is found in %q: %d %v %q", arguments, name, o.code, paths, o.stderr)
			}
		}
		if text := r.text(dir, arguments...); strings.Contains(text, "\x1b") || strings.Contains(text, "\xff") {
			t.Errorf("%v: a name writes to the terminal: %q", arguments, text)
		}
	}
	g.git("repo", "symbolic-ref", "HEAD", "refs/heads/evil")
	for _, command := range []string{"staged", "dir"} {
		if o := r.run(dir, command, "--format", "json"); o.code != 1 || len(o.report.Findings) != 1 {
			t.Errorf("%s: exit %d, %d findings, %v %q", command, o.code, len(o.report.Findings), o.report.Skipped, o.stderr)
		}
	}
	if after := listing(t, g.root); after != before {
		t.Errorf("files changed:\n%s\nwere\n%s", after, before)
	}
}

// text is what a person sees.
func (r runner) text(dir string, arguments ...string) string {
	r.t.Helper()
	cmd := r.command(r.t.Context(), dir, arguments...)
	out, _ := cmd.CombinedOutput() // the exit code is another's subject
	return string(out)
}

// listing names all files but HEAD, with their sizes.
func listing(t *testing.T, root string) string {
	t.Helper()
	var lines []string
	err := filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() && info.Name() != "HEAD" {
			lines = append(lines, fmt.Sprint(path, " ", info.Size()))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// bomb stores a tree of ten entries of a tree of ten entries of …
func bomb(g gitRunner, levels int, leaf string) string {
	for range levels {
		var lines strings.Builder
		for i := range 10 {
			fmt.Fprintf(&lines, "040000 tree %s\td%d\n", leaf, i)
		}
		leaf = g.gitInput("repo", lines.String(), "mktree")
	}
	return leaf
}

// TestTreeBomb: a few hundred bytes of trees that stand for 10^12 paths end in bounded time, and are not clean.
func TestTreeBomb(t *testing.T) {
	if testing.Short() || os.Getenv(everyFault) == "" {
		t.Skip("takes half a minute of all cores and a gigabyte; " + everyFault + "=1 runs it")
	}
	var root string
	g, r := crafted(t, func(g gitRunner) string {
		clean := g.gitInput("repo", "clean\n", "hash-object", "-w", "--stdin")
		root = bomb(g, 12, g.gitInput("repo", "100644 blob "+clean+"\tx\n", "mktree"))
		return root
	})
	r.limit = 2 * time.Minute
	dir := filepath.Join(g.root, "repo")
	if o := r.run(dir, "history", "--format", "json"); o.late || o.code != 1 { // the one that is staged
		t.Errorf("history: exit %d, %v, %q", o.code, o.report.Skipped, o.stderr)
	}
	if o := r.run(dir, "range", "main..evil", "--format", "json"); o.late || o.code != 3 || len(o.report.Skipped) == 0 {
		t.Errorf("range: exit %d, %v, %q", o.code, o.report.Skipped, o.stderr)
	}
	if err := os.WriteFile(filepath.Join(dir, ".git", "index"), sparseIndex(t, "d0/", root), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, arguments := range [][]string{{"staged"}, {"staged", "d0"}} {
		if o := r.run(dir, append(arguments, "--format", "json")...); o.late || o.code != 3 {
			t.Errorf("%v: exit %d, %v, %q", arguments, o.code, o.report.Skipped, o.stderr)
		}
	}
}

// sparseIndex is an index whose only entry is a sparse directory.
func sparseIndex(t *testing.T, path, tree string) []byte {
	t.Helper()
	id, err := hex.DecodeString(tree)
	if err != nil {
		t.Fatal(err)
	}
	entry := make([]byte, 24, 100)
	entry = binary.BigEndian.AppendUint32(entry, 0o40000)
	entry = append(entry, make([]byte, 12)...)
	entry = append(entry, id...)
	entry = binary.BigEndian.AppendUint16(entry, uint16(0x4000|len(path)))
	entry = append(entry, 0x40, 0) // skip-worktree
	entry = append(entry, path...)
	entry = append(entry, make([]byte, 8-len(entry)%8)...)
	data := append([]byte("DIRC\x00\x00\x00\x03\x00\x00\x00\x01"), entry...)
	data = append(data, "sdir\x00\x00\x00\x00"...)
	sum := sha1.Sum(data) //nolint:gosec // git's
	return append(data, sum[:]...)
}

// TestHostileAlternates: object directories that name each other, themselves, or what is none.
func TestHostileAlternates(t *testing.T) {
	t.Parallel()
	g, r := crafted(t, func(g gitRunner) string { return g.git("repo", "write-tree") })
	dir := filepath.Join(g.root, "repo")
	g.git("", "init", "-q", "--bare", "other.git")
	alternates := "repo/.git/objects/info/alternates"
	g.write("other.git/objects/info/alternates", filepath.Join(dir, ".git", "objects")+"\n../objects\n")
	if err := os.Symlink(filepath.Join(g.root, "loop"), filepath.Join(g.root, "loop")); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"cycle":       "../../../other.git/objects\n../objects\n.\n",
		"loop":        "../../../loop\n",
		"a file":      "../HEAD\n",
		"a device":    "/dev/zero\n",
		"many":        strings.Repeat("../objects/../objects\n", 5000),
		"quoted":      "\"\\056./nothing\"\n\"unfinished\n",
		"binary":      "\x00\xff\n\x00",
		"a long line": strings.Repeat("x/", 100_000),
	} {
		g.write(alternates, text)
		for _, command := range []string{"staged", "history"} {
			o := r.run(dir, command, "--format", "json")
			if o.late || o.code == 0 || strings.Contains(o.stderr, "goroutine") || o.code == 2 && o.stderr == "" {
				t.Errorf("%s, %s: exit %d, %q", name, command, o.code, o.stderr)
			}
		}
	}
}
