package source

import (
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/git"
)

// onFirst does something when the first content is examined.
type onFirst struct{ do func() }

func (o onFirst) Examine(*scanner.Content, any) (any, error) {
	o.do()
	return nil, nil
}

// What somebody commits and stages while a history is audited is named as not read; nothing is called missing, and no
// repository broken.
func TestHistoryOfWhatComesMeanwhile(t *testing.T) {
	dir := t.TempDir()
	runGit(t, dir, "init", "-q", "-b", "main")
	write(t, filepath.Join(dir, "a.txt"), "first\n")
	runGit(t, dir, "add", ".")
	runGit(t, dir, "commit", "-qm", "first")
	repo, err := git.Discover(dir, only())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = repo.Close() }()
	work := sync.OnceFunc(func() {
		write(t, filepath.Join(dir, "a.txt"), "second\n")
		runGit(t, dir, "commit", "-qam", "second")
		write(t, filepath.Join(dir, "staged.txt"), "third\n")
		runGit(t, dir, "add", ".")
		runGit(t, dir, "repack", "-qad")
	})
	h := NewHistory(repo, HistoryOptions{})
	var skips []scanner.Skip
	counts, err := h.Walk(t.Context(), 1, func() scanner.Examiner { return onFirst{work} }, func(s scanner.Skip) { skips = append(skips, s) })
	if err != nil || counts.Objects != 3 {
		t.Fatalf("%+v, %v", counts, err)
	}
	staged := strings.TrimSpace(runGit(t, dir, "rev-parse", ":staged.txt"))
	var named []string
	for _, s := range skips {
		named = append(named, s.Path)
		if !strings.Contains(s.Reason, "came while the audit ran") || !strings.HasPrefix(s.Hint, "audit again") {
			t.Errorf("%+v", s)
		}
	}
	for _, want := range []string{"refs/heads/main", staged} {
		if !strings.Contains(strings.Join(named, " "), want) {
			t.Errorf("named are %q; want %s", named, want)
		}
	}
}
