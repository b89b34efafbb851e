package source

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/git"
	"github.com/keysieve/keysieve/scanner/source/sourcetest"
)

// rangeFixture makes a base and three commits over it, a merge among them.
func rangeFixture(t *testing.T) (dir string) {
	t.Helper()
	dir = stage(t, map[string]string{"a": "1\n", "old": strings.Repeat("a line\n", 20)})
	commit := func(message string, texts map[string]string) {
		t.Helper()
		put(t, dir, texts)
		stageGit(t, dir, "add", "-A")
		stageGit(t, dir, "commit", "-q", "-m", message)
	}
	stageGit(t, dir, "branch", "base")
	stageGit(t, dir, "checkout", "-q", "-b", "side")
	commit("on the side", map[string]string{"b": "side\n"})
	stageGit(t, dir, "checkout", "-q", "main")
	stageGit(t, dir, "mv", "old", "new")
	commit("renamed", map[string]string{"new": strings.Repeat("a line\n", 20) + "more\n", "a": "2\n"})
	stageGit(t, dir, "merge", "-q", "--no-ff", "-m", "merged", "side")
	return dir
}

func openRange(t *testing.T, dir string) *Range {
	t.Helper()
	repo, err := git.Discover(dir, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = repo.Close() })
	find := func(name string) git.ID {
		id, err := repo.ResolveCommit(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	return NewRange(repo, RangeOptions{Include: []git.ID{find("main")}, Exclude: []git.ID{find("base")}})
}

func TestRangeContract(t *testing.T) {
	t.Parallel()
	dir := rangeFixture(t)
	content := strings.Repeat("a line\n", 20) + "more\n"
	sourcetest.Run(t, func(t *testing.T) scanner.Source { return openRange(t, dir) }, sourcetest.Expected{Contents: []sourcetest.Content{
		{Kind: scanner.KindCommitMessage, Text: "on the side\n"},
		{Kind: scanner.KindCommitMessage, Text: "renamed\n"},
		{Kind: scanner.KindCommitMessage, Text: "merged\n"},
		{Kind: scanner.KindFile, Path: "b", Text: "side\n"},
		{Kind: scanner.KindPathName, Path: "b", Text: "b"},
		{Kind: scanner.KindFile, Path: "a", Text: "2\n"},
		{Kind: scanner.KindFile, Path: "new", Text: content},
		{Kind: scanner.KindPathName, Path: "new", Text: "new"},
	}})
}

// What a content takes the place of is what the parents have there, or what was renamed to it.
func TestRangeBefore(t *testing.T) {
	t.Parallel()
	src := openRange(t, rangeFixture(t))
	before := map[string]string{}
	err := src.Blobs(t.Context(), func(b scanner.Blob) error {
		if b.Before == nil {
			return nil
		}
		for _, origin := range b.Origins {
			earlier, err := b.Before(t.Context(), origin)
			if err != nil {
				return err
			}
			for _, e := range earlier {
				before[origin.Path] += e.Origins[0].Path + " "
			}
		}
		return nil
	}, func(s scanner.Skip) { t.Errorf("skipped: %+v", s) })
	if err != nil {
		t.Fatal(err)
	}
	if before["a"] != "a " || before["new"] != "old " || before["b"] != "" {
		t.Errorf("%q", before)
	}
	var summary scanner.Summary
	if src.Summarize(&summary); summary.Commits != 3 || summary.Shallow {
		t.Errorf("%+v", summary)
	}
}

// A replaced commit is scanned in both its forms. What stood before the one that git shows
// says nothing about the one that is pushed, though both are known by one id.
func TestRangeKeepsFormsApart(t *testing.T) {
	t.Parallel()
	dir := stage(t, map[string]string{"a": "1\n"})
	stageGit(t, dir, "branch", "base")
	stageGit(t, dir, "checkout", "-q", "-b", "other")
	put(t, dir, map[string]string{"a": "secret, and more\n"})
	stageGit(t, dir, "commit", "-q", "-am", "other")
	stageGit(t, dir, "checkout", "-q", "main")
	put(t, dir, map[string]string{"a": "secret\n"})
	stageGit(t, dir, "commit", "-q", "-am", "main")
	stageGit(t, dir, "replace", "--graft", "main", "other")
	var before []string
	err := openRange(t, dir).Blobs(t.Context(), func(b scanner.Blob) error {
		for i, origin := range b.Origins {
			for _, other := range b.Origins[:i] {
				if other.Path == origin.Path && other.Commit == origin.Commit {
					t.Errorf("one blob stands twice at %s in %s", origin.Path, origin.Commit)
				}
			}
			if b.Before == nil || origin.Kind != scanner.KindFile {
				continue
			}
			earlier, err := b.Before(t.Context(), origin)
			if err != nil {
				return err
			}
			text, err := read(t, b)
			if err != nil {
				return err
			}
			for _, e := range earlier {
				old, err := read(t, e)
				if err != nil {
					return err
				}
				before = append(before, text+" after "+old)
			}
		}
		return nil
	}, func(s scanner.Skip) { t.Errorf("skipped: %+v", s) })
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"secret\n after 1\n", "secret\n after secret, and more\n"} {
		if !slices.Contains(before, want) {
			t.Errorf("%q is not among %q", want, before)
		}
	}
}

func read(t *testing.T, b scanner.Blob) (string, error) {
	t.Helper()
	content, err := b.Open()
	if err != nil {
		return "", err
	}
	defer func() { _ = content.Close() }()
	text, err := io.ReadAll(content)
	return string(text), err
}
