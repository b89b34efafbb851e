package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/keysieve/keysieve/scanner/git"
	"github.com/keysieve/keysieve/scanner/source"
)

func (a *app) stagedCommand() *cobra.Command {
	var flags scanFlags
	cmd := &cobra.Command{
		Use:   "staged [FILE...] [flags]",
		Short: "check what is about to be committed",
		Long: `Check what is staged: contents of the index that differ from HEAD's, and new
file names. What lies in the work tree and is not staged does not count. A secret
that stood in HEAD's version of the file already is not reported again.

With FILE only those are checked; one without a staged change is scanned whole.`,
		Example: `  keysieve staged
  keysieve staged config/deploy.yml
  keysieve staged --fail-on high --report json=keysieve.json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			cwd, err := workingDirectory()
			if err != nil {
				return err
			}
			repo, err := git.Discover(cwd, a.getenv)
			if err != nil {
				return err
			}
			defer func() { _ = repo.Close() }() // read only: nothing can be lost
			if skip, err := a.skips(cmd.Context(), repo, "staged", &flags); skip || err != nil {
				return err
			}
			src := source.NewStaged(repo, source.StagedOptions{Paths: args, Dir: cwd})
			// From wherever it is started, the same commit is judged by the same
			// configuration: the one at the work tree's root.
			at := repositoryPlace(cmd.Context(), repo, src.Root())
			at.named = args
			p, err := a.resolve(&flags, at)
			if err != nil {
				return err
			}
			a.sayNoIndex(repo)
			_, err = a.scan(cmd.Context(), p, scan{command: "staged", source: src, root: src.Root(), named: args, repo: repo, unborn: isUnborn(repo)})
			return err
		},
	}
	flags.add(cmd)
	flags.rules.addConfigFrom(cmd)
	return cmd
}

// sayNoIndex says that there is no index to look at, which is as good as an empty one, where a person might expect one.
// A repository that nothing was added to yet has none.
func (a *app) sayNoIndex(repo *git.Repository) {
	path := repo.IndexPath()
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return
	}
	named := a.getenv("GIT_INDEX_FILE") != ""
	switch {
	case repo.WorkTree() == "" && !named:
		say(a.stderr, "nothing is staged: a bare repository has no index", "to check what is pushed to it: keysieve range")
	case named || !isUnborn(repo):
		say(a.stderr, fmt.Sprintf("nothing is staged: there is no index %s", a.shortPath(path)), "")
	}
}

// isUnborn reports whether HEAD names no commit yet.
func isUnborn(repo *git.Repository) bool {
	head, err := repo.Head()
	return err == nil && head.IsZero()
}
