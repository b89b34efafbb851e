//go:build unix

package main

import (
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/rules/check"
	"github.com/keysieve/keysieve/rules/sample"
)

// A hurt is a repository that faults are put into, made by the real git, and how it is scanned.
type hurt struct {
	dir    string   // the work tree
	stores []string // the directories whose files are damaged, one after the other
	spans  string   // the argument of keysieve range
	// reached names the objects that something reaches.
	reached string
	history []string // more arguments of keysieve history
}

// hurts are the kinds of repositories: between them they have every kind of file that is read.
func hurts() map[string]func(g gitRunner) hurt {
	return map[string]func(g gitRunner) hurt{
		"loose":     looseRepository,
		"packed":    packedRepository,
		"split":     splitRepository,
		"worktree":  linkedWorktree,
		"shallow":   shallowClone,
		"borrowing": borrowingClone,
		"tables":    tablesRepository,
		"governed":  governedRepository,
	}
}

// gitRunner runs the real git in a directory of its own.
type gitRunner struct {
	t    testing.TB
	root string
}

func newGitRunner(t testing.TB) gitRunner {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return gitRunner{t, root}
}

// environment is that of git and of keysieve: nobody's configuration.
func (g gitRunner) environment() []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + g.root, "TMPDIR=" + g.root, "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "LC_ALL=C",
		"GIT_CEILING_DIRECTORIES=" + filepath.Dir(g.root),
		"GIT_AUTHOR_NAME=A. Author", "GIT_AUTHOR_EMAIL=author@example.org", "GIT_AUTHOR_DATE=1700000000 +0000",
		"GIT_COMMITTER_NAME=C. Committer", "GIT_COMMITTER_EMAIL=committer@example.org", "GIT_COMMITTER_DATE=1700000001 +0000",
	}
}

func (g gitRunner) git(dir string, arguments ...string) string {
	g.t.Helper()
	return g.gitInput(dir, "", arguments...)
}

func (g gitRunner) gitInput(dir, input string, arguments ...string) string {
	g.t.Helper()
	cmd := exec.Command("git", arguments...)
	cmd.Dir, cmd.Env, cmd.Stdin = filepath.Join(g.root, dir), g.environment(), strings.NewReader(input)
	out, err := cmd.CombinedOutput()
	if err != nil {
		g.t.Fatalf("git %s: %v\n%s", strings.Join(arguments, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

func (g gitRunner) write(name, text string) {
	g.t.Helper()
	path := filepath.Join(g.root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		g.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		g.t.Fatal(err)
	}
}

// token makes a secret that a rule of high confidence finds, the same for a name each time.
func token(t testing.TB, name string) string {
	t.Helper()
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	index, ok := set.Index("github-pat-classic")
	if !ok {
		t.Fatal("there is no rule github-pat-classic")
	}
	rule := set.Rules()[index]
	scheme, _ := check.ByName(rule.Check)
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(name)) // never fails
	s, err := sample.Generate(rule.Pattern(), rule.SecretGroup, scheme.Mend, rand.New(rand.NewPCG(2, hash.Sum64())))
	if err != nil {
		t.Fatal(err)
	}
	return s.Secret
}

// fill makes commits that a range, a history and what is staged find something in, and ends with
// something that is only staged and something that is only in a file.
func (g gitRunner) fill(dir string) {
	g.t.Helper()
	g.git("", "init", "-q", "-b", "main", dir)
	lines := &strings.Builder{}
	for i := range 120 {
		fmt.Fprintf(lines, "line %d of a file that is long enough for a delta\n", i*i)
	}
	g.write(dir+"/sub/long.txt", lines.String())
	g.write(dir+"/sub/old.yml", "token: "+token(g.t, "old")+"\n")
	g.git(dir, "add", ".")
	g.git(dir, "commit", "-qm", "one")
	g.git(dir, "tag", "-a", "-m", "first "+token(g.t, "tag"), "v1")
	g.write(dir+"/sub/long.txt", lines.String()+"token: "+token(g.t, "delta")+"\n")
	g.git(dir, "commit", "-qam", "two")
	g.git(dir, "checkout", "-qb", "side", "HEAD~1")
	g.write(dir+"/side.yml", "token: "+token(g.t, "side")+"\n")
	g.git(dir, "add", ".")
	g.git(dir, "commit", "-qm", "on the side")
	g.git(dir, "checkout", "-q", "main")
	g.git(dir, "merge", "-q", "--no-ff", "-m", "three "+token(g.t, "message"), "side")
}

// stage leaves something staged, and a file that is not.
func (g gitRunner) stage(dir string) {
	g.t.Helper()
	g.write(dir+"/staged.yml", "token: "+token(g.t, "staged")+"\n")
	g.git(dir, "add", "staged.yml")
	g.write(dir+"/.gitignore", "*.log\n")
	g.write(dir+"/file.yml", "token: "+token(g.t, "file")+"\n")
}

func looseRepository(g gitRunner) hurt {
	g.fill("repo")
	g.stage("repo")
	g.write("repo/sub/long.txt", "stashed\n")
	g.git("repo", "stash", "-q")
	g.stage("repo")
	g.write("repo/.git/ORIG_HEAD", g.git("repo", "rev-parse", "side")+"\n")
	g.write("repo/.git/info/grafts", g.git("repo", "rev-parse", "main")+" "+g.git("repo", "rev-parse", "v1^{commit}")+"\n")
	dir := filepath.Join(g.root, "repo")
	return hurt{dir, []string{filepath.Join(dir, ".git")}, "v1..main", g.reached(), nil}
}

// packedRepository has two packs, one with an index of version 1, a multi-pack index, and packed references.
func packedRepository(g gitRunner) hurt {
	g.fill("repo")
	g.git("repo", "-c", "pack.indexVersion=1", "repack", "-q", "-d")
	g.write("repo/later.yml", "token: "+token(g.t, "later")+"\n")
	g.git("repo", "add", ".")
	g.git("repo", "commit", "-qm", "four")
	g.git("repo", "repack", "-q", "-d")
	g.git("repo", "multi-pack-index", "write")
	g.git("repo", "commit-graph", "write", "--reachable")
	g.git("repo", "pack-refs", "--all", "--prune")
	g.stage("repo")
	dir := filepath.Join(g.root, "repo")
	return hurt{dir, []string{filepath.Join(dir, ".git")}, "v1..main", g.reached(), nil}
}

func splitRepository(g gitRunner) hurt {
	g.fill("repo")
	g.git("repo", "update-index", "--split-index")
	g.stage("repo")
	dir := filepath.Join(g.root, "repo")
	return hurt{dir, []string{filepath.Join(dir, ".git")}, "v1..main", g.reached(), nil}
}

func linkedWorktree(g gitRunner) hurt {
	g.fill("main")
	g.git("main", "gc", "-q")
	g.git("main", "config", "extensions.worktreeConfig", "true")
	g.git("main", "worktree", "add", "-q", "-b", "linked", "../repo")
	g.git("repo", "config", "--worktree", "core.quotePath", "false")
	g.stage("repo")
	dir := filepath.Join(g.root, "repo")
	return hurt{dir, []string{filepath.Join(dir, ".git"), filepath.Join(g.root, "main", ".git")}, "v1..main", g.reached(), nil}
}

func shallowClone(g gitRunner) hurt {
	g.fill("origin")
	g.git("", "clone", "-q", "--depth", "2", "file://"+filepath.Join(g.root, "origin"), "repo")
	g.stage("repo")
	dir := filepath.Join(g.root, "repo")
	return hurt{dir, []string{filepath.Join(dir, ".git")}, "main^2..main", g.reached(), nil}
}

func borrowingClone(g gitRunner) hurt {
	g.fill("origin")
	g.git("origin", "gc", "-q")
	g.git("", "clone", "-q", "--shared", "origin", "repo")
	g.stage("repo")
	dir := filepath.Join(g.root, "repo")
	return hurt{dir, []string{filepath.Join(dir, ".git"), filepath.Join(g.root, "origin", ".git", "objects")}, "v1..main", g.reached(), nil}
}

// reached lists the objects that references and the index reach. A log may be older than what git keeps.
func (g gitRunner) reached() string {
	g.t.Helper()
	return g.git("repo", "rev-list", "--objects", "--all", "--indexed-objects")
}

// tablesRepository keeps its references in tables, which needs a newer git.
func tablesRepository(g gitRunner) hurt {
	program, err := exec.LookPath("newgit")
	if err != nil {
		g.t.Skip("needs git 2.50 or newer as newgit: see .ci/newgit")
	}
	g.fill("repo")
	g.stage("repo")
	reached := g.reached()
	cmd := exec.Command(program, "refs", "migrate", "--ref-format=reftable")
	cmd.Dir, cmd.Env = filepath.Join(g.root, "repo"), g.environment()
	if out, err := cmd.CombinedOutput(); err != nil {
		g.t.Fatalf("newgit refs migrate: %v\n%s", err, out)
	}
	dir := filepath.Join(g.root, "repo")
	return hurt{dir, []string{filepath.Join(dir, ".git")}, "v1..main", reached, nil}
}

// governedRepository has what says how it is scanned: a configuration, a pack of rules, patterns of files that
// are ignored, and the cache of an audit.
func governedRepository(g gitRunner) hurt {
	g.fill("repo")
	g.write("repo/.keysieve.toml", "# How this repository is scanned.\n[packs]\nbuiltin = true\nfiles = [\"rules/acme.toml\"]\n")
	g.write("repo/rules/acme.toml", "# Rules of a house.\n[[rules]]\nid = \"acme-key\"\ndescription = \"A key of Acme\"\nregex = '\\b(acme_[0-9a-f]{20})\\b'\nkeywords = [\"acme_\"]\n")
	g.write("repo/acme.yml", "key: acme_0123456789abcdef0123\n")
	g.write("repo/.gitignore", "# What is made.\n*.log\n/build/\n")
	g.write("repo/.git/info/exclude", "# What is mine.\n*.mine\n")
	g.write("repo/a.log", "ignored\n")
	g.write("repo/b.mine", "ignored\n")
	g.git("repo", "add", ".")
	g.git("repo", "commit", "-qm", "rules")
	g.write("repo/next.yml", "key: acme_0123456789abcdef4567\n")
	g.git("repo", "add", ".")
	g.git("repo", "gc", "-q")
	g.write("repo/staged.yml", "token: "+token(g.t, "staged")+"\n")
	g.git("repo", "add", "staged.yml")
	dir, cache := filepath.Join(g.root, "repo"), filepath.Join(g.root, "cache")
	if err := errors.Join(os.Mkdir(cache, 0o755), os.Chmod(cache, 0o777)); err != nil { // written by whom the runner is
		g.t.Fatal(err)
	}
	arguments := []string{"--cache", cache}
	stores := []string{filepath.Join(dir, ".keysieve.toml"), filepath.Join(dir, "rules"), filepath.Join(dir, ".gitignore"), filepath.Join(dir, ".git", "info", "exclude"), cache}
	return hurt{dir, stores, "v1..main", g.reached(), arguments}
}
