package source

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/git"
)

// stage makes a repository by the real git: what was committed, and then what
// is done to it.
func stage(t testing.TB, committed map[string]string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	stageGit(t, dir, "init", "-q", "-b", "main")
	put(t, dir, committed)
	stageGit(t, dir, "add", "-A")
	stageGit(t, dir, "commit", "-q", "--allow-empty", "-m", "first")
	return dir
}

func stageGit(t testing.TB, dir string, arguments ...string) string {
	t.Helper()
	cmd := exec.Command("git", arguments...)
	cmd.Dir = dir
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com",
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(arguments, " "), err, out)
	}
	return string(out)
}

// put writes files; a text that begins with -> is the target of a link.
func put(t testing.TB, dir string, texts map[string]string) {
	t.Helper()
	for name, text := range texts {
		full := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		_ = os.Remove(full)
		var err error
		if target, ok := strings.CutPrefix(text, "->"); ok {
			err = os.Symlink(target, full)
		} else {
			err = os.WriteFile(full, []byte(text), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func openStaged(t testing.TB, dir string, opts StagedOptions) *Staged {
	t.Helper()
	repo, err := git.Discover(dir, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = repo.Close() })
	if opts.Dir == "" {
		opts.Dir = dir
	}
	return NewStaged(repo, opts)
}

// story tells what a source yields, one line for each origin, sorted: kind,
// path, text, and what was there before.
func story(t testing.TB, s *Staged) ([]string, []scanner.Skip) {
	t.Helper()
	var lines []string
	var skips []scanner.Skip
	ids := map[string]bool{}
	err := s.Blobs(context.Background(), func(b scanner.Blob) error {
		text, err := readBlob(b)
		if err != nil {
			skips = append(skips, scanner.Skip{Path: b.Origins[0].Path, Reason: err.Error()})
			return nil
		}
		if b.ID != "" && ids[b.ID] {
			t.Errorf("%s is yielded twice", b.ID)
		}
		ids[b.ID] = true
		if b.Size >= 0 && b.Size != int64(len(text)) {
			t.Errorf("size %d, but %d bytes", b.Size, len(text))
		}
		for _, origin := range b.Origins {
			line := fmt.Sprintf("%s %q %q", origin.Kind, origin.Path, text)
			if b.Before != nil && origin.Kind == scanner.KindFile {
				earlier, err := b.Before(context.Background(), origin)
				if err != nil {
					line += " ! " + err.Error()
				}
				for _, e := range earlier {
					old, err := readBlob(e)
					if err != nil {
						old = "! " + err.Error()
					}
					line += fmt.Sprintf(" < %q %q", e.Origins[0].Path, old)
				}
			}
			lines = append(lines, line)
		}
		return nil
	}, func(s scanner.Skip) { skips = append(skips, s) })
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return lines, skips
}

func compareStory(t *testing.T, got, want []string) {
	t.Helper()
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// text is a content of lines that are unlike those of other names.
func text(name string, lines int) string {
	var b strings.Builder
	for i := range lines {
		fmt.Fprintf(&b, "%s has line %d\n", name, i)
	}
	return b.String()
}
