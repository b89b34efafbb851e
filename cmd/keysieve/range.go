package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/keysieve/keysieve/scanner/git"
	"github.com/keysieve/keysieve/scanner/source"
)

// rangeFlags are the raw flags that say which commits are checked.
type rangeFlags struct {
	base   string
	stdin  bool
	remote string
	squash bool
}

func (a *app) rangeCommand() *cobra.Command {
	var flags scanFlags
	var chosen rangeFlags
	cmd := &cobra.Command{
		Use:   "range BASE..HEAD | COMMIT | --base REF [HEAD] | --stdin [flags]",
		Short: "check what commits add: a pull request, a push",
		Long: `Check what every commit of a range adds to its parents: contents, file names and
the commit's message. A secret that a later commit removes is found, too, with the
commit that brought it. Merges count: what a merge holds and no parent does.

  BASE..HEAD     the commits that HEAD reaches and BASE does not; an empty side is HEAD
  BASE...HEAD    the same commits; with --squash compared with their merge base
  COMMIT         this commit alone
  --base REF     the commits since HEAD left REF, or HEAD's counterpart that is named
  --stdin        what a push brings, as git tells the hooks pre-receive and pre-push

A secret that stood at the same path before, or in the file that was renamed to
it, is not reported again. --squash checks the net change only, as if the range
were one commit: contents and file names, not the messages of the commits.`,
		Example: `  keysieve range origin/main..HEAD
  keysieve range --base origin/main
  keysieve range --base origin/main --config-from origin/main
  keysieve range HEAD~3..HEAD --report sarif=keysieve.sarif
  keysieve range 1a2b3c4
  echo "$old $new $ref" | keysieve range --stdin`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.rangeOf(cmd, args, &flags, &chosen)
		},
	}
	chosen.add(cmd)
	flags.add(cmd)
	flags.rules.addConfigFrom(cmd)
	return cmd
}

func (f *rangeFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.base, "base", "", "check the commits since the merge base with `REF`")
	flags.BoolVar(&f.stdin, "stdin", false, "read lines from standard input: OLD NEW REF of a pre-receive hook, or those of a pre-push hook")
	flags.StringVar(&f.remote, "remote", "", "with --stdin: what the remote `NAME` is known to have is not new")
	flags.BoolVar(&f.squash, "squash", false, "check the net change only")
}

func (a *app) rangeOf(cmd *cobra.Command, args []string, flags *scanFlags, chosen *rangeFlags) error {
	if err := chosen.check(cmd, args); err != nil {
		return err
	}
	cwd, err := workingDirectory()
	if err != nil {
		return err
	}
	repo, err := git.Discover(cwd, a.getenv)
	if err != nil {
		return err
	}
	defer func() { _ = repo.Close() }() // read only: nothing can be lost
	if chosen.remote != "" {            // a person pushes
		if skip, err := a.skips(cmd.Context(), repo, "push", flags); skip || err != nil {
			return err
		}
	}
	p, err := a.resolve(flags, repositoryPlace(cmd.Context(), repo, outer(repo)))
	if err != nil {
		return err
	}
	r := revisions{ctx: cmd.Context(), repo: repo}
	options, err := r.options(a, args, chosen)
	if err != nil {
		return a.reportUnread(cmd.Context(), p, scan{command: "range", root: outer(repo), repo: repo}, err)
	}
	_, err = a.scan(cmd.Context(), p, scan{command: "range", source: source.NewRange(repo, options), root: outer(repo), repo: repo})
	return err
}

// check refuses what contradicts itself.
func (f *rangeFlags) check(cmd *cobra.Command, args []string) error {
	const usage = "for example keysieve range origin/main..HEAD"
	given := func(name string) bool { return cmd.Flags().Changed(name) }
	switch {
	case f.stdin && (len(args) > 0 || given("base")):
		return &usageError{"flag --stdin excludes a range and --base", "the commits come from standard input"}
	case f.stdin && f.squash:
		return &usageError{message: "flags --stdin and --squash exclude each other: a push brings every commit"}
	case given("remote") && !f.stdin:
		return &usageError{message: "flag --remote needs --stdin"}
	case f.stdin:
		return nil
	case len(args) > 1:
		return &usageError{fmt.Sprintf("range takes one range, not %d: %s", len(args), strings.Join(args, " ")), usage}
	case len(args) == 0 && !given("base"):
		return &usageError{"no range given", usage + ", or keysieve range --base origin/main"}
	case f.squash && !given("base") && !strings.Contains(args[0], ".."):
		return &usageError{fmt.Sprintf("flag --squash needs a range: %s is one commit", args[0]), usage}
	case given("base") && len(args) == 1 && strings.Contains(args[0], ".."):
		return &usageError{fmt.Sprintf("flag --base and a range exclude each other: %s", args[0]), "name only the head: keysieve range --base REF HEAD"}
	}
	return nil
}

// revisions turns what the user wrote into commits.
type revisions struct {
	ctx  context.Context //nolint:containedctx // of one call
	repo *git.Repository
}

// options finds the commits to scan.
func (r revisions) options(a *app, args []string, f *rangeFlags) (source.RangeOptions, error) {
	if f.stdin {
		return r.pushed(a.stdin, f.remote)
	}
	text := ""
	if len(args) == 1 {
		text = args[0]
	}
	if f.base != "" {
		return r.between(f.base, text, true, f.squash)
	}
	if base, head, ok := strings.Cut(text, "..."); ok {
		return r.between(base, head, true, f.squash)
	}
	if base, head, ok := strings.Cut(text, ".."); ok {
		return r.between(base, head, false, f.squash)
	}
	id, o, err := r.head(strings.TrimSuffix(text, "^!"))
	if err != nil {
		return o, err
	}
	o.Include, o.Single = []git.ID{id}, true
	return o, nil
}

// between gives the commits from base to head. merged says that the net change is
// that since their merge base.
func (r revisions) between(base, head string, merged, squash bool) (source.RangeOptions, error) {
	from, baseErr := r.commit(orHead(base))
	to, o, headErr := r.head(orHead(head))
	if err := errors.Join(baseErr, headErr); err != nil {
		return o, err
	}
	o.Include, o.Exclude, o.Squash = []git.ID{to}, []git.ID{from}, squash
	if !squash {
		return o, nil
	}
	o.Bases = []git.ID{from}
	if merged {
		bases, err := r.repo.MergeBases(r.ctx, from, to)
		if err != nil {
			return o, err
		}
		o.Bases = bases
	}
	return o, nil
}

// head resolves the end of a range. An annotated tag brings its message.
func (r revisions) head(text string) (git.ID, source.RangeOptions, error) {
	var o source.RangeOptions
	id, err := r.commit(text)
	if err != nil {
		return id, o, err
	}
	if named, err := r.repo.Resolve(r.ctx, text); err == nil && named != id {
		through, _, _, err := r.repo.Peel(named)
		if err != nil {
			return id, o, err
		}
		for _, tag := range through {
			o.Named = append(o.Named, source.NamedObject{ID: tag, Name: text})
		}
	}
	return id, o, nil
}

func orHead(text string) string {
	if text == "" {
		return "HEAD"
	}
	return text
}
