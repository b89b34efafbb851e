package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/git"
	"github.com/keysieve/keysieve/scanner/source"
)

// historyFlags are the raw flags that say which part of a history is audited.
type historyFlags struct {
	since         string
	branches      []string
	paths         []string
	reachableOnly bool
	cache         string
}

func (a *app) historyCommand() *cobra.Command {
	var flags scanFlags
	var narrowed historyFlags
	cmd := &cobra.Command{
		Use:   "history [REPO] [flags]",
		Short: "audit everything that a repository holds",
		Long: `Audit a repository: every object in its store, reachable or not, so stashes,
deleted branches and amended commits as well, with the messages of commits and
tags and every path name. REPO is a work tree, a bare repository or a mirror;
without it the one of the current directory.

Each secret is reported once, with the commit that brought it, the places where
it stands and what still reaches it, the worst first: what HEAD holds.

The flags that narrow the audit may be combined; what they leave out is not
read, and not reported as clean.`,
		Example: `  keysieve history
  keysieve history ../mirror.git --report json=audit.json
  keysieve history --since v1.2 --branch main
  keysieve history --since 2025-01-31 --path 'deploy/**' --path '*.env'
  keysieve history --fail-on severity=high,confidence=medium
  keysieve history --cache ~/.cache/keysieve`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.history(cmd, args, &flags, &narrowed)
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
	}
	narrowed.add(cmd)
	flags.add(cmd)
	flags.rules.addConfigFrom(cmd)
	return cmd
}

func (f *historyFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.since, "since", "", "only what commits added that `REV|DATE` does not reach, or since then (2025-01-31, or RFC 3339)")
	flags.StringArrayVar(&f.branches, "branch", nil, "only what the branch `NAME` reaches, or another revision; may repeat")
	flags.BoolVar(&f.reachableOnly, "reachable-only", false, "only what some reference reaches")
	flags.StringArrayVar(&f.paths, "path", nil, "only files whose path matches `GLOB`, or lies below it; ** matches directories; may repeat")
	flags.StringVar(&f.cache, "cache", "", "remember in `DIR` what was clean, and read only what is new the next time")
	_ = cmd.MarkFlagDirname("cache") // the flag exists
}

// history audits the repository that the arguments name.
func (a *app) history(cmd *cobra.Command, args []string, flags *scanFlags, narrowed *historyFlags) error {
	options, invalid := narrowed.resolve(time.Now())
	if len(args) > 1 {
		invalid = errors.Join(invalid, &usageError{
			fmt.Sprintf("history takes one repository, not %d: %s", len(args), strings.Join(args, " ")),
			"run it once for each",
		})
	}
	if invalid != nil {
		return invalid
	}
	repo, err := a.openHistory(args)
	if err != nil {
		return err
	}
	defer func() { _ = repo.Close() }() // read only: nothing can be lost
	repo.ReadUnindexed(cmd.Context())   // even where the configuration is read from
	root := repo.WorkTree()
	if root == "" {
		root = repo.GitDir()
	}
	p, err := a.resolve(flags, repositoryPlace(cmd.Context(), repo, root))
	if err != nil {
		return err
	}
	counters := &scanner.Counters{}
	options.Workers, options.Progress = p.workers, counters
	if options.Cache, err = narrowed.openCache(p.set, options.Narrow()); err != nil {
		return err
	}
	defer func() { a.sayNotes(options.Cache) }()
	src := source.NewHistory(repo, options)
	defer func() {
		if !p.quiet && !src.PathsMatched() {
			say(a.stderr, "warning: "+unmatchedPaths(options.Paths), "")
		}
	}()
	_, err = a.scan(cmd.Context(), p, scan{command: "history", history: src, root: root, repo: repo, unborn: isUnborn(repo), counters: counters})
	return err
}

// unmatchedPaths says that patterns match nothing: what was mistyped is not to look clean.
func unmatchedPaths(patterns []string) string {
	quoted := make([]string, len(patterns))
	for i, pattern := range patterns {
		quoted[i] = "--path " + shellQuote(pattern)
	}
	return "no path of what is audited matches " + strings.Join(quoted, " or ")
}

// openHistory opens the repository to audit. One that is named is the one that is
// meant, whatever GIT_DIR and its like say: these count where none is.
func (a *app) openHistory(args []string) (*git.Repository, error) {
	if len(args) == 0 {
		cwd, err := workingDirectory()
		if err != nil {
			return nil, err
		}
		return git.Discover(cwd, a.getenv)
	}
	path := args[0]
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, &usageError{message: fmt.Sprintf("cannot audit %s: %v", path, cause(err))}
	case !info.IsDir():
		return nil, &usageError{fmt.Sprintf("cannot audit %s: it is not a directory", path), "name a work tree, a bare repository or a mirror"}
	}
	repo, err := git.Discover(path, elsewhere(a.getenv))
	if err != nil {
		return nil, err
	}
	// Discovery goes upwards. What was named must lie in what was found, but a
	// directory inside of a work tree is too likely a slip to audit all around it.
	if !isRepositoryRoot(path, repo) {
		return nil, &usageError{
			fmt.Sprintf("%s is not a repository but lies in one", path),
			"to audit all of it: keysieve history " + shellQuote(filepath.ToSlash(a.shortPath(outer(repo)))),
		}
	}
	return repo, nil
}

// outer is the directory by which a person knows the repository.
func outer(repo *git.Repository) string {
	if tree := repo.WorkTree(); tree != "" {
		return tree
	}
	return repo.GitDir()
}

// isRepositoryRoot says whether the path is the repository's work tree or its git directory.
func isRepositoryRoot(path string, repo *git.Repository) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	for _, dir := range []string{repo.WorkTree(), repo.GitDir(), repo.CommonDir()} {
		if other, err := os.Stat(dir); dir != "" && err == nil && os.SameFile(info, other) {
			return true
		}
	}
	return false
}

// elsewhere is the environment without the variables that say where this repository is, and what its history is.
func elsewhere(getenv func(string) string) func(string) string {
	return func(name string) string {
		switch name {
		case "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
			"GIT_SHALLOW_FILE", "GIT_GRAFT_FILE", "GIT_REPLACE_REF_BASE", "GIT_NO_REPLACE_OBJECTS":
			return ""
		}
		return getenv(name)
	}
}

// resolve validates the flags. Where several things are wrong, all are told.
func (f *historyFlags) resolve(now time.Time) (source.HistoryOptions, error) {
	o := source.HistoryOptions{Branches: f.branches, Paths: f.paths, ReachableOnly: f.reachableOnly}
	var errs []error
	note := func(format string, args ...any) {
		errs = append(errs, &usageError{message: fmt.Sprintf(format, args...)})
	}
	if date, ok := parseDate(f.since); ok {
		o.Since = date
		if date.After(now) {
			note("flag --since: %s is in the future", f.since)
		}
	} else {
		o.SinceRevision = f.since
	}
	for _, branch := range f.branches {
		if strings.TrimSpace(branch) == "" {
			note("flag --branch: the name is empty")
		}
	}
	for _, path := range f.paths {
		switch {
		case strings.TrimSpace(path) == "":
			note("flag --path: the pattern is empty")
		case filepath.IsAbs(path):
			note("flag --path: %s is absolute; paths in a repository are relative to its root", path)
		}
	}
	if f.cache != "" {
		if _, err := cacheDirectory(f.cache); err != nil {
			note("cannot use the cache %s: %v", f.cache, cause(err))
		}
	}
	return o, errors.Join(errs...)
}

// parseDate reads a date, which is midnight of the local time, or RFC 3339. Whatever
// looks like neither is a revision; a branch that is named like a date can be
// written refs/heads/2025-01-31.
func parseDate(text string) (time.Time, bool) {
	if date, err := time.ParseInLocation(time.DateOnly, text, time.Local); err == nil {
		return date, true
	}
	date, err := time.Parse(time.RFC3339, text)
	return date, err == nil
}
