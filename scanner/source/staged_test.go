package source

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/git"
	"github.com/keysieve/keysieve/scanner/source/sourcetest"
)

// stagedCase is a change to what is committed, and what is new by it.
type stagedCase struct {
	name      string
	committed map[string]string
	change    func(t *testing.T, dir string)
	want      []string
}

func (c *stagedCase) run(t *testing.T) {
	t.Parallel()
	dir := stage(t, c.committed)
	c.change(t, dir)
	got, skips := story(t, openStaged(t, dir, StagedOptions{}))
	compareStory(t, got, c.want)
	if len(skips) > 0 {
		t.Errorf("skipped: %v", skips)
	}
}

func TestStaged(t *testing.T) {
	t.Parallel()
	tests := []stagedCase{
		{"nothing", map[string]string{"a": "1"}, func(*testing.T, string) {}, nil},
		{"modified, not as in the work tree", map[string]string{"a": "1", "b": "1"}, func(t *testing.T, dir string) {
			put(t, dir, map[string]string{"a": "2", "b": "2"})
			stageGit(t, dir, "add", "a")
			put(t, dir, map[string]string{"a": "3"})
		}, []string{`file "a" "2" < "a" "1"`}},
		{"added", map[string]string{"a": "1"}, func(t *testing.T, dir string) {
			put(t, dir, map[string]string{"d/b": "2", "new\nline": "3"})
			stageGit(t, dir, "add", "-A")
		}, []string{`file "d/b" "2"`, `file "new\nline" "3"`, `path-name "d/b" "d/b"`, `path-name "new\nline" "new\nline"`}},
		{"one content at several paths", map[string]string{"a": "1", "b": "2"}, func(t *testing.T, dir string) {
			put(t, dir, map[string]string{"a": "3", "b": "3", "c": "3"})
			stageGit(t, dir, "add", "-A")
		}, []string{`file "a" "3" < "a" "1"`, `file "b" "3" < "b" "2"`, `file "c" "3"`, `path-name "c" "c"`}},
		{"links", map[string]string{"a": "->target", "b": "->same", "c": "file"}, func(t *testing.T, dir string) {
			put(t, dir, map[string]string{"a": "->other", "b": "same", "c": "->file", "d": "->new"})
			stageGit(t, dir, "add", "-A")
		}, []string{
			`file "a" "other" < "a" "target"`, `file "b" "same" < "b" "same"`, `file "c" "file" < "c" "file"`, `file "d" "new"`, `path-name "d" "d"`,
		}},
		{"unborn", nil, func(t *testing.T, dir string) {
			stageGit(t, dir, "checkout", "-q", "--orphan", "other")
			put(t, dir, map[string]string{"a": "1"})
			stageGit(t, dir, "add", "-A")
		}, []string{`file "a" "1"`, `path-name "a" "a"`}},
		{"submodule", map[string]string{"a": "1"}, func(t *testing.T, dir string) {
			stageGit(t, dir, "update-index", "--add", "--cacheinfo", "160000,"+strings.Repeat("12", 20)+",sub")
		}, []string{`path-name "sub" "sub"`}},
		{"conflict", map[string]string{"a": "1"}, func(t *testing.T, dir string) {
			stageGit(t, dir, "checkout", "-q", "-b", "side")
			put(t, dir, map[string]string{"a": "theirs", "both": "B"})
			stageGit(t, dir, "add", "-A")
			stageGit(t, dir, "commit", "-q", "-m", "x")
			stageGit(t, dir, "checkout", "-q", "main")
			put(t, dir, map[string]string{"a": "ours", "both": "b"})
			stageGit(t, dir, "add", "-A")
			stageGit(t, dir, "commit", "-q", "-m", "x")
			_ = exec.Command("git", "-C", dir, "-c", "user.name=a", "-c", "user.email=a", "merge", "-q", "side").Run()
		}, []string{`file "a" "theirs" < "a" "ours"`, `file "both" "B" < "both" "b"`}},
		{"emptied", map[string]string{"a": "1"}, func(t *testing.T, dir string) {
			put(t, dir, map[string]string{"a": "", "b": ""})
			stageGit(t, dir, "add", "-A")
		}, []string{`file "a" "" < "a" "1"`, `file "b" ""`, `path-name "b" "b"`}},
	}
	for _, test := range tests {
		t.Run(test.name, test.run)
	}
}

func TestStagedRenames(t *testing.T) {
	t.Parallel()
	long := text("long", 20)
	tests := []stagedCase{
		{"renamed", map[string]string{"a": long}, func(t *testing.T, dir string) {
			stageGit(t, dir, "mv", "a", "b")
		}, []string{fmt.Sprintf(`file "b" %q < "a" %q`, long, long), `path-name "b" "b"`}},
		{"renamed with a whole directory", map[string]string{"d/e/a": long, "d/b": "other"}, func(t *testing.T, dir string) {
			stageGit(t, dir, "mv", "d", "moved")
			put(t, dir, map[string]string{"moved/e/a": long + "more"})
			stageGit(t, dir, "add", "-A")
		}, []string{
			fmt.Sprintf(`file "moved/e/a" %q < "d/e/a" %q`, long+"more", long), `file "moved/b" "other" < "d/b" "other"`,
			`path-name "moved/b" "moved/b"`, `path-name "moved/e/a" "moved/e/a"`,
		}},
		{"renamed and edited: the most similar one", map[string]string{"a": long, "b": long[:len(long)*2/3] + text("b", 6), "c": text("c", 20)}, func(t *testing.T, dir string) {
			stageGit(t, dir, "rm", "-q", "a", "b", "c")
			put(t, dir, map[string]string{"new": long + "secret\n"})
			stageGit(t, dir, "add", "-A")
		}, []string{fmt.Sprintf(`file "new" %q < "a" %q`, long+"secret\n", long), `path-name "new" "new"`}},
		{"renamed, six tenths kept", map[string]string{"a": long}, func(t *testing.T, dir string) {
			stageGit(t, dir, "rm", "-q", "a")
			put(t, dir, map[string]string{"b": long[:len(long)*6/10]})
			stageGit(t, dir, "add", "-A")
		}, []string{fmt.Sprintf(`file "b" %q < "a" %q`, long[:len(long)*6/10], long), `path-name "b" "b"`}},
		{"four tenths kept", map[string]string{"a": long}, func(t *testing.T, dir string) {
			stageGit(t, dir, "rm", "-q", "a")
			put(t, dir, map[string]string{"b": long[:len(long)*4/10] + text("b", 12)})
			stageGit(t, dir, "add", "-A")
		}, []string{fmt.Sprintf(`file "b" %q`, long[:len(long)*4/10]+text("b", 12)), `path-name "b" "b"`}},
		{"replaced by something else", map[string]string{"a": long}, func(t *testing.T, dir string) {
			stageGit(t, dir, "rm", "-q", "a")
			put(t, dir, map[string]string{"b": text("b", 20)})
			stageGit(t, dir, "add", "-A")
		}, []string{fmt.Sprintf(`file "b" %q`, text("b", 20)), `path-name "b" "b"`}},
		{"copied: the other stays, so it is new", map[string]string{"a": long}, func(t *testing.T, dir string) {
			put(t, dir, map[string]string{"b": long})
			stageGit(t, dir, "add", "-A")
		}, []string{fmt.Sprintf(`file "b" %q`, long), `path-name "b" "b"`}},
		{"same name preferred", map[string]string{"a/x": long, "b/y": long}, func(t *testing.T, dir string) {
			stageGit(t, dir, "mv", "b/y", "y")
			stageGit(t, dir, "rm", "-q", "a/x")
		}, []string{fmt.Sprintf(`file "y" %q < "b/y" %q`, long, long), `path-name "y" "y"`}},
	}
	for _, test := range tests {
		t.Run(test.name, test.run)
	}
}

func TestStagedPaths(t *testing.T) {
	t.Parallel()
	dir := stage(t, map[string]string{
		"changed": "old", "same": "same", "d/same": "d", "d/e/same": "e", "d.x": "x", "mixed/a": "a", "mixed/b": "b",
		"gone": "g", "gonedir/f": "f", "link": "->same", "partly/gone": "p", "partly/stays": "q",
	})
	put(t, dir, map[string]string{"changed": "new", "mixed/a": "A", "untracked": "u", "loose/dir/file": "l", "loose/link": "->away", "loose/.gitignore": "ignored\n", "loose/ignored": "i", "ita": "i"})
	stageGit(t, dir, "add", "changed", "mixed")
	stageGit(t, dir, "add", "-N", "ita")
	stageGit(t, dir, "rm", "-q", "-r", "gone", "gonedir", "partly/gone")
	put(t, dir, map[string]string{"same": "not what is staged"})
	changed, mixed := `file "changed" "new" < "changed" "old"`, `file "mixed/a" "A" < "mixed/a" "a"`
	whole := func(path, text string) []string {
		return []string{fmt.Sprintf(`file %q %q`, path, text), fmt.Sprintf(`path-name %q %q`, path, path)}
	}
	tests := []struct {
		name, dir string
		paths     []string
		want      []string
	}{
		{"all", "", nil, []string{changed, mixed}},
		{"one that changed", "", []string{"changed"}, []string{changed}},
		{"one that did not", "", []string{"same"}, whole("same", "same")},
		{"both, twice", "", []string{"same", "changed", "./same", dir + "/changed"}, append(whole("same", "same"), changed)},
		{"a link", "", []string{"link"}, whole("link", "same")},
		{"from below", "d", []string{"same", "../changed"}, append(whole("d/same", "d"), changed)},
		{"a directory with a change", "", []string{"mixed"}, []string{mixed}},
		{"a file beside the change", "mixed", []string{"b"}, whole("mixed/b", "b")},
		{"a directory without", "", []string{"d"}, append(whole("d/same", "d"), whole("d/e/same", "e")...)},
		{"a directory and a file in it", "", []string{"d/e", "d/e/same", "d/e/"}, whole("d/e/same", "e")},
		{"the root", "d", []string{".."}, []string{changed, mixed}},
		{"the directory itself", "d/e", []string{"."}, whole("d/e/same", "e")},
		{"untracked", "", []string{"untracked"}, whole("untracked", "u")},
		{"intent to add", "", []string{"ita"}, whole("ita", "i")},
		{"untracked directory", "", []string{"loose"}, append(append(whole("loose/dir/file", "l"), whole("loose/link", "away")...), whole("loose/.gitignore", "ignored\n")...)},
		{"untracked link", "loose", []string{"link"}, whole("loose/link", "away")},
		{"ignored", "loose", []string{"ignored"}, whole("loose/ignored", "i")},
		{"deleted", "", []string{"gone"}, nil},
		{"deleted with its directory", "", []string{"gonedir/f", "gonedir"}, nil},
		{"git's own files", "", []string{".git/config", ".git"}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := openStaged(t, dir, StagedOptions{Paths: test.paths, Dir: filepath.Join(dir, test.dir)})
			got, skips := story(t, s)
			compareStory(t, got, test.want)
			if len(skips) > 0 {
				t.Errorf("skipped: %v", skips)
			}
		})
	}
	if err := os.Symlink(t.TempDir(), filepath.Join(dir, "away")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"absent", "d/absent", "gonedir/other", "same/below", "..", "/", "../x", "away/x"} {
		err := openStaged(t, dir, StagedOptions{Paths: []string{"changed", path}}).Blobs(t.Context(),
			func(scanner.Blob) error { t.Errorf("%s: something was yielded", path); return nil }, func(scanner.Skip) {})
		var usage *UsageError
		if !errors.As(err, &usage) || usage.Subject != path {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestStagedUnreadable goes on when objects are missing or corrupt.
func TestStagedUnreadable(t *testing.T) {
	t.Parallel()
	dir := stage(t, map[string]string{"d/a": "1", "d/b": "1", "e/c": "1", "kept": "k"})
	put(t, dir, map[string]string{"missing": "missing", "again": "missing", "corrupt": "corrupt", "fine": "fine", "e/c": "changed", "d/a": "changed too"})
	stageGit(t, dir, "add", "-A")
	object := func(name string) string {
		id := strings.TrimSpace(stageGit(t, dir, "rev-parse", name))
		return filepath.Join(dir, ".git/objects", id[:2], id[2:])
	}
	remove := func(name string) {
		if err := os.Remove(object(name)); err != nil {
			t.Fatal(err)
		}
	}
	corrupt, headE, headD := object(":corrupt"), object("HEAD:e"), object("HEAD:d/a")
	remove(":missing")
	for _, path := range []string{corrupt, headE} {
		_ = os.Remove(path)
		if err := os.WriteFile(path, []byte("damaged"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_ = headD
	got, skips := story(t, openStaged(t, dir, StagedOptions{}))
	compareStory(t, got, []string{
		`file "fine" "fine"`, `path-name "fine" "fine"`, `path-name "missing" "missing"`, `path-name "again" "again"`, `path-name "corrupt" "corrupt"`,
		`file "d/a" "changed too" < "d/a" "1"`, `file "e/c" "changed"`, `path-name "e/c" "e/c"`,
	})
	paths := map[string]bool{}
	for _, s := range skips {
		paths[s.Path] = true
		if s.Path == "corrupt" && !strings.Contains(s.Reason, filepath.Base(corrupt)) {
			t.Errorf("the reason names no file: %+v", s)
		}
	}
	if len(paths) != 4 || !paths["missing"] || !paths["again"] || !paths["corrupt"] || !paths["e"] {
		t.Errorf("skipped: %+v", skips)
	}

	if err := os.WriteFile(filepath.Join(dir, ".git/index"), []byte("DIRC and no more than that, whatever"), 0o600); err != nil {
		t.Fatal(err)
	}
	var corruptIndex *git.IndexError
	err := openStaged(t, dir, StagedOptions{}).Blobs(t.Context(), func(scanner.Blob) error { return nil }, func(scanner.Skip) {})
	if !errors.As(err, &corruptIndex) {
		t.Errorf("a corrupt index: %v", err)
	}
}

func TestStagedContract(t *testing.T) {
	t.Parallel()
	dir := stage(t, map[string]string{"a": "1", "b": "2"})
	put(t, dir, map[string]string{"a": "3", "b": "3", "c/d": "4", "c/e": "->f", "bad\xff": "5", "missing": "6"})
	stageGit(t, dir, "add", "-A")
	id := strings.TrimSpace(stageGit(t, dir, "rev-parse", ":missing"))
	if err := os.Remove(filepath.Join(dir, ".git/objects", id[:2], id[2:])); err != nil {
		t.Fatal(err)
	}
	name := func(path string) sourcetest.Content {
		return sourcetest.Content{Kind: scanner.KindPathName, Path: path, Text: path}
	}
	sourcetest.Run(t, func(t *testing.T) scanner.Source { return openStaged(t, dir, StagedOptions{}) }, sourcetest.Expected{
		Contents: []sourcetest.Content{
			{Kind: scanner.KindFile, Path: "a", Text: "3"}, {Kind: scanner.KindFile, Path: "b", Text: "3"}, {Kind: scanner.KindFile, Path: "c/d", Text: "4"},
			{Kind: scanner.KindFile, Path: "c/e", Text: "f"}, {Kind: scanner.KindFile, Path: "bad\xff", Text: "5"},
			name("c/d"), name("c/e"), name("bad\xff"), name("missing"),
		},
		Skipped: []string{"missing"},
	})
}

// TestStagedInHook commits with a hook that looks at what git gave it: of a
// partial commit, the index of just that commit.
func TestStagedInHook(t *testing.T) {
	t.Parallel()
	dir := stage(t, map[string]string{"a": "1", "b": "1", "d/c": "1"})
	hook := filepath.Join(dir, ".git/hooks/pre-commit")
	if err := os.MkdirAll(filepath.Dir(hook), 0o755); err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\nenv > " + filepath.Join(dir, ".git/seen") + "\npwd >> " + filepath.Join(dir, ".git/seen") + "\ncp \"$GIT_INDEX_FILE\" .git/index-copy\nexit 1\n"
	if err := os.WriteFile(hook, []byte(script), 0o755); err != nil { //nolint:gosec // a hook is executable
		t.Fatal(err)
	}
	put(t, dir, map[string]string{"a": "2", "b": "2", "d/c": "2"})
	stageGit(t, dir, "add", "b")
	for _, test := range []struct {
		arguments []string
		from      string
		want      []string
	}{
		{[]string{"-m", "x"}, ".", []string{`file "b" "2" < "b" "1"`}},
		{[]string{"-a", "-m", "x"}, "d", []string{`file "a" "2" < "a" "1"`, `file "b" "2" < "b" "1"`, `file "d/c" "2" < "d/c" "1"`}},
		{[]string{"-m", "x", "c"}, "d", []string{`file "d/c" "2" < "d/c" "1"`}},
	} {
		cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a", "commit", "-q"}, test.arguments...)...)
		cmd.Dir = filepath.Join(dir, test.from)
		if err := cmd.Run(); err == nil {
			t.Fatal("the hook did not refuse")
		}
		seen, err := os.ReadFile(filepath.Join(dir, ".git/seen"))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(seen)), "\n")
		env := map[string]string{}
		for _, line := range lines {
			key, value, _ := strings.Cut(line, "=")
			env[key] = value
		}
		// Git has removed the temporary index: its copy stands for it.
		if env["GIT_INDEX_FILE"] != ".git/index" {
			env["GIT_INDEX_FILE"] = ".git/index-copy"
		}
		repo, err := git.Discover(lines[len(lines)-1], func(name string) string { return env[name] })
		if err != nil {
			t.Fatal(err)
		}
		got, _ := story(t, NewStaged(repo, StagedOptions{}))
		compareStory(t, got, test.want)
		_ = repo.Close()
	}
}
