package git

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestLineEndings writes the text files of repositories with other ends of lines, one file after the other:
// what git reads all the same is read, and what it does not read is said.
func TestLineEndings(t *testing.T) {
	t.Parallel()
	origin := newFixture(t)
	origin.write("a", "1")
	origin.commit("one")
	origin.write("a", "2")
	origin.commit("two")
	origin.git("tag", "-a", "-m", "tag", "v1")
	origin.git("branch", "side", "HEAD~1")
	origin.git("pack-refs", "--all")
	origin.git("branch", "loose", "HEAD~1")
	origin.git("config", "advice.graftFileDeprecated", "false")
	origin.git("config", "extensions.worktreeConfig", "true")
	origin.git("config", "--worktree", "core.logAllRefUpdates", "true")
	origin.git("worktree", "add", "-q", "-b", "linked", "linked")
	origin.write(".git/info/grafts", "# none\n"+strings.TrimSpace(origin.git("rev-parse", "main"))+"\n")
	origin.git("clone", "-q", "--depth", "1", "file://"+origin.dir, "shallow")
	origin.git("clone", "-q", "--shared", ".", "borrowing")
	origin.git("init", "-q", "--separate-git-dir", "apart.git", "apart")
	origin.git("-C", "apart", "commit", "-q", "--allow-empty", "-m", "apart")
	tests := []struct{ dir, file string }{
		{".", ".git/HEAD"}, {".", ".git/config"}, {".", ".git/config.worktree"}, {".", ".git/packed-refs"}, {".", ".git/refs/heads/loose"},
		{".", ".git/info/grafts"}, {".", ".git/logs/HEAD"},
		{"linked", "linked/.git"}, {"linked", ".git/worktrees/linked/commondir"}, {"linked", ".git/worktrees/linked/gitdir"}, {"linked", ".git/worktrees/linked/HEAD"},
		{"shallow", "shallow/.git/shallow"}, {"borrowing", "borrowing/.git/objects/info/alternates"},
		{"apart", "apart/.git"},
	}
	ends := map[string]func(text []byte) []byte{
		"CRLF":     func(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")) },
		"CR":       func(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\n"), []byte("\r")) },
		"none":     func(text []byte) []byte { return bytes.TrimRight(text, "\n") },
		"two":      func(text []byte) []byte { return append(text, '\n') },
		"CRLF two": func(text []byte) []byte { return append(bytes.TrimRight(text, "\n"), "\r\n\r\n"...) },
		"space":    func(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\n"), []byte(" \n")) },
	}
	for _, test := range tests {
		path := filepath.Join(origin.dir, test.file)
		sound, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for name, end := range ends {
			t.Run(test.file+" "+name, func(t *testing.T) {
				origin.write(test.file, string(end(bytes.Clone(sound))))
				defer origin.write(test.file, string(sound))
				f := &fixture{t: t, dir: filepath.Join(origin.dir, test.dir)}
				want, complaints, gitErr := f.run("", "rev-list", "HEAD")
				references, more, _ := f.run("", "for-each-ref", "--format=%(objectname) %(refname)")
				got, gotReferences, failed := seen(f)
				switch {
				case gitErr != nil && len(failed) > 0: // both refuse
				case gitErr != nil:
					t.Errorf("git says %s; here %s", complaints, got)
				case got != strings.Join(sortedFields(want), "\n"):
					t.Errorf("commits %s, failed %q\ngit %s %s", got, failed, want, complaints)
				case gotReferences != references:
					t.Errorf("references\n%s, failed %q\ngit\n%s %s", gotReferences, failed, references, more)
				case complaints+more != "" && len(failed) == 0:
					t.Errorf("git complains: %s", complaints+more)
				}
			})
		}
	}
}

// seen gives the commits that HEAD reaches and the references of a repository, and what cannot be read.
func seen(f *fixture) (commits, references string, failed []string) {
	ctx := context.Background()
	r, err := Discover(f.dir, environ())
	if err != nil {
		return "", "", []string{err.Error()}
	}
	defer func() { _ = r.Close() }()
	fail := func(name string, err error) { failed = append(failed, name+": "+err.Error()) }
	refs := r.References(ctx, fail)
	for _, ref := range refs {
		if strings.HasPrefix(ref.Name, "refs/") && ref.Kind != RefReflog && ref.Kind != RefStash {
			references += ref.ID.String() + " " + ref.Name + "\n"
		}
	}
	lines := strings.SplitAfter(references, "\n")
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(afterSpace(a), afterSpace(b)) })
	references = strings.Join(lines, "")
	g, err := r.Graph(ctx, 1, refs, fail)
	if err != nil {
		return "", references, append(failed, err.Error())
	}
	head, err := r.Head()
	if err != nil || head.IsZero() {
		return "", references, append(failed, "no HEAD")
	}
	n, ok := g.Find(head)
	if !ok {
		return "", references, append(failed, "HEAD is missing")
	}
	var ids []string
	reached := g.ancestors(n)
	for n := range g.Len() {
		if reached.has(n) {
			ids = append(ids, g.ID(n).String())
		}
	}
	slices.Sort(ids)
	return strings.Join(ids, "\n"), references, failed
}

func afterSpace(line string) string {
	_, name, _ := strings.Cut(line, " ")
	return name
}

// A name that ends in a return is none: packed references of a text editor's making are named, each.
func TestPackedRefsReturns(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.commit("one")
	f.git("branch", "side")
	f.git("pack-refs", "--all")
	text, err := os.ReadFile(filepath.Join(f.dir, ".git/packed-refs"))
	if err != nil {
		t.Fatal(err)
	}
	f.write(".git/packed-refs", strings.ReplaceAll(string(text), "\n", "\r\n"))
	_, references, failed := seen(f)
	if references != "" || !strings.Contains(strings.Join(failed, "\n"), "packed-refs:2: malformed line") || !strings.Contains(strings.Join(failed, "\n"), "packed-refs:3: malformed line") {
		t.Errorf("references %q, failed %q", references, failed)
	}
	if out := f.git("for-each-ref"); strings.Contains(out, "refs/heads/side\n") {
		t.Errorf("git reads them: %q", out)
	}
}
