package source

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Where git folds case, a negated pattern takes out what it names in other letters, and a tracked file is tracked under a
// name in other letters: left out is what git leaves out, and nothing that it would commit.
func TestIgnoreFoldsCaseWhereGitDoes(t *testing.T) {
	for _, test := range []struct {
		fold string
		want []string
	}{
		{"false", []string{".gitignore", "b.ENV"}},
		{"true", []string{".gitignore", "keep.env", "old.env"}},
	} {
		dir := t.TempDir()
		runGit(t, dir, "init", "-q")
		runGit(t, dir, "config", "core.ignoreCase", test.fold)
		write(t, filepath.Join(dir, ".gitignore"), "*.env\n!Keep.env\n/OLD\n")
		for _, name := range []string{"keep.env", "old.env", "b.ENV", "c.env"} {
			write(t, filepath.Join(dir, name), "x")
		}
		empty := gitWithInput(t, dir, "", "hash-object", "-w", "--stdin")[:40]
		runGit(t, dir, "update-index", "--add", "--cacheinfo", "100644,"+empty+",Old.env")
		got, skips := walked(t, DirOptions{Paths: []string{dir}})
		if !slices.Equal(got, test.want) || len(skips) > 0 {
			t.Errorf("core.ignoreCase = %s: walked %q, skipped %v; want %q", test.fold, got, skips, test.want)
		}
	}
}

// A .gitignore that is not read may take something out again that one above it excludes: all of its folder is scanned.
func TestIgnoreFileThatIsNotRead(t *testing.T) {
	dir := t.TempDir()
	runGit(t, dir, "init", "-q")
	write(t, filepath.Join(dir, ".gitignore"), "*.env\n")
	write(t, filepath.Join(dir, "left.env"), "x")
	write(t, filepath.Join(dir, "d/keep.env"), "x")
	write(t, filepath.Join(dir, "d/.gitignore"), "other.txt\n")
	write(t, filepath.Join(dir, "d/other.txt"), "x")
	if err := os.Truncate(filepath.Join(dir, "d/.gitignore"), maxIgnoreFile+1); err != nil {
		t.Fatal(err)
	}
	got, _ := walked(t, DirOptions{Paths: []string{dir}})
	if want := []string{".gitignore", "d/.gitignore", "d/keep.env", "d/other.txt"}; !slices.Equal(got, want) {
		t.Errorf("walked %q, want %q", got, want)
	}
}
