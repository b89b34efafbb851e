package git

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// manyRounds makes tests with random repositories take many of them, which takes minutes.
const manyRounds = "KEYSIEVE_MANY_ROUNDS"

// rounds is how many random repositories a test takes.
func rounds(few, many int) int {
	switch {
	case os.Getenv(manyRounds) != "":
		return many
	case testing.Short():
		return 1
	}
	return few
}

// fixture is a repository made by the real git.
type fixture struct {
	t   testing.TB
	dir string
	env []string // further environment of git
	// program is the git that is run; empty: the one that is installed.
	program string
}

// newFixture makes an empty repository; arguments go to git init.
func newFixture(t testing.TB, arguments ...string) *fixture {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{t: t, dir: dir}
	f.git(append([]string{"init", "-q", "-b", "main"}, arguments...)...)
	return f
}

// useNewGit makes the fixture use a git that has reftables, or skips the test.
func (f *fixture) useNewGit() {
	f.t.Helper()
	var err error
	if f.program, err = exec.LookPath("newgit"); err != nil {
		f.t.Skip("needs git 2.50 or newer as newgit: see .ci/newgit")
	}
}

// git runs git in the fixture's directory and gives its output.
func (f *fixture) git(arguments ...string) string {
	f.t.Helper()
	return f.gitInput("", arguments...)
}

func (f *fixture) gitInput(input string, arguments ...string) string {
	f.t.Helper()
	out, err := f.try(input, arguments...)
	if err != nil {
		f.t.Fatalf("git %s: %v\n%s", strings.Join(arguments, " "), err, out)
	}
	return out
}

// try gives what git writes, or what it complains of.
func (f *fixture) try(input string, arguments ...string) (string, error) {
	out, complaints, err := f.run(input, arguments...)
	if err != nil {
		return complaints, err
	}
	return out, nil
}

func (f *fixture) run(input string, arguments ...string) (stdout, complaints string, err error) {
	cmd := exec.Command(cmp.Or(f.program, "git"), arguments...)
	cmd.Dir = f.dir
	cmd.Stdin = strings.NewReader(input)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	cmd.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + f.dir, "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "LC_ALL=C", "GIT_TEMPLATE_DIR=",
		"GIT_AUTHOR_NAME=A U Thor", "GIT_AUTHOR_EMAIL=author@example.com", "GIT_AUTHOR_DATE=1700000000 +0130",
		"GIT_COMMITTER_NAME=C O Mitter", "GIT_COMMITTER_EMAIL=committer@example.com", "GIT_COMMITTER_DATE=1700000001 +0000",
		"GIT_ALLOW_PROTOCOL=file",
	}, f.env...)
	out, err := cmd.Output()
	return string(out), stderr.String(), err
}

// write puts content into files: path, content, path, content …
func (f *fixture) write(pairs ...string) {
	f.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		path := filepath.Join(f.dir, pairs[i])
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			f.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(pairs[i+1]), 0o644); err != nil {
			f.t.Fatal(err)
		}
	}
}

// commit commits everything in the work tree.
func (f *fixture) commit(message string) {
	f.t.Helper()
	f.git("add", "-A")
	f.git("commit", "-q", "--no-verify", "--allow-empty", "-m", message)
}

// environ is an environment for Discover: KEY=VALUE strings.
func environ(pairs ...string) func(string) string {
	return Getenv(func(name string) (string, bool) {
		for _, pair := range pairs {
			if value, ok := strings.CutPrefix(pair, name+"="); ok {
				return value, true
			}
		}
		return "", false
	})
}

// discover opens the fixture's repository with its environment.
func (f *fixture) discover() *Repository {
	f.t.Helper()
	r, err := Discover(f.dir, environ(f.env...))
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { _ = r.Close() })
	return r
}

// stagedHere gives what we see: lines as changeLine makes them, sorted.
func (f *fixture) stagedHere() []string {
	f.t.Helper()
	r := f.discover()
	x, err := r.Index()
	if err != nil {
		f.t.Fatal(err)
	}
	return stagedLines(f.t, r, x)
}

func stagedLines(t testing.TB, r *Repository, x *Index) []string {
	t.Helper()
	var lines []string
	last := ""
	add := func(c Change) {
		lines = append(lines, changeLine(c.Path, c.Old, c.New, c.Stage))
	}
	err := x.Staged(context.Background(), func(c Change) error {
		if c.Old.Mode == ModeTree {
			if c.New != (Side{}) {
				t.Errorf("%s: a directory changed into something", c.Path)
			}
			return r.WalkTree(context.Background(), c.Old.ID, c.Path+"/", func(path string, side Side) error {
				add(Change{Path: path, Old: side})
				return nil
			})
		}
		if c.Path < last {
			t.Errorf("%q comes after %q", c.Path, last)
		}
		last = c.Path
		add(c)
		return nil
	}, func(dir string, err error) { t.Errorf("damaged %q: %v", dir, err) })
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return lines
}

func changeLine(path string, before, after Side, stage int) string {
	return fmt.Sprintf("%q %v %s -> %v %s stage %d", path, before.Mode, before.ID, after.Mode, after.ID, stage)
}

// stagedByGit gives what git says is staged, in the same form.
func (f *fixture) stagedByGit() []string {
	f.t.Helper()
	var lines []string
	fields := strings.Split(f.git("diff", "--cached", "--raw", "--no-renames", "--no-abbrev", "--ignore-submodules=none", "-z"), "\x00")
	unmerged := map[string]bool{}
	for i := 0; i+1 < len(fields); i += 2 {
		var modeA, modeB uint32
		var idA, idB, status string
		if _, err := fmt.Sscanf(fields[i], ":%o %o %s %s %s", &modeA, &modeB, &idA, &idB, &status); err != nil {
			f.t.Fatalf("%q: %v", fields[i], err)
		}
		before, after := makeSide(f.t, modeA, idA), makeSide(f.t, modeB, idB)
		switch {
		case status == "U":
			unmerged[fields[i+1]] = true
		case before != after: // else a change of permissions
			lines = append(lines, changeLine(fields[i+1], before, after, 0))
		}
	}
	lines = append(lines, f.unmergedByGit(unmerged)...)
	slices.Sort(lines)
	return lines
}

// unmergedByGit gives stages 2 and 3 of the paths that differ from HEAD.
func (f *fixture) unmergedByGit(unmerged map[string]bool) (lines []string) {
	f.t.Helper()
	if len(unmerged) == 0 {
		return nil
	}
	head := map[string]Side{}
	for line := range strings.SplitSeq(f.git("ls-tree", "-r", "-z", "HEAD"), "\x00") {
		var mode uint32
		var kind, id string
		about, path, ok := strings.Cut(line, "\t")
		if _, err := fmt.Sscanf(about, "%o %s %s", &mode, &kind, &id); ok && err == nil {
			head[path] = makeSide(f.t, mode, id)
		}
	}
	for line := range strings.SplitSeq(f.git("ls-files", "-u", "-z"), "\x00") {
		var mode uint32
		var id string
		var stage int
		about, path, ok := strings.Cut(line, "\t")
		if _, err := fmt.Sscanf(about, "%o %s %d", &mode, &id, &stage); !ok || err != nil || stage == 1 {
			continue
		}
		if side := makeSide(f.t, mode, id); side != head[path] {
			lines = append(lines, changeLine(path, head[path], side, stage))
		}
	}
	return lines
}

func makeSide(t testing.TB, bits uint32, digits string) Side {
	t.Helper()
	if bits == 0 {
		return Side{}
	}
	id, err := packfile.ParseID(digits)
	if err != nil {
		t.Fatal(err)
	}
	return Side{modeOf(bits), id}
}

// compareStaged holds our view of what is staged against git's; it gives it.
func (f *fixture) compareStaged() []string {
	f.t.Helper()
	here, there := f.stagedHere(), f.stagedByGit()
	if !slices.Equal(here, there) {
		f.t.Errorf("staged differs:\nhere:\n%s\ngit:\n%s", strings.Join(here, "\n"), strings.Join(there, "\n"))
	}
	return here
}
