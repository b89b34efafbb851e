package main

import (
	"errors"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/keysieve/keysieve/scanner/source"
)

func (a *app) stdinCommand() *cobra.Command {
	var flags scanFlags
	var path string
	cmd := &cobra.Command{
		Use:   "stdin [flags]",
		Short: "check what standard input gives",
		Long: `Check what standard input gives, to its end, whatever its length.

The configuration (.keysieve.toml) is the one of the current directory.`,
		Example: `  kubectl logs deploy/web | keysieve stdin
  git diff | keysieve stdin
  keysieve stdin --path config/app.yml <app.yml`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			at, err := currentPlace()
			if err != nil {
				return err
			}
			p, err := a.resolve(&flags, at)
			if err != nil {
				return err
			}
			if isClosed(a.stdin) {
				return a.reportUnread(cmd.Context(), p, scan{command: "stdin"}, errClosed)
			}
			if term.IsTerminal(int(a.stdin.Fd())) {
				say(a.stderr, "reading from the terminal; Ctrl-D ends it", "")
			}
			_, err = a.scan(cmd.Context(), p, scan{command: "stdin", source: source.NewStdin(a.stdin, path)})
			return err
		},
	}
	cmd.Flags().StringVar(&path, "path", "", "call the content `NAME` in reports and for rules about paths")
	flags.add(cmd)
	return cmd
}

// errClosed says that there is no standard input. Nothing was read, so nothing is clean.
var errClosed = errors.New("standard input is closed: nothing was read")

// currentPlace is the current directory, up to the root of the work tree that
// it lies in, if there is one.
func currentPlace() (place, error) {
	cwd, err := workingDirectory()
	if err != nil {
		return place{}, err
	}
	d, err := source.NewDir(source.DirOptions{Paths: []string{cwd}})
	if err != nil {
		return place{}, err
	}
	return place{dir: cwd, stopAt: d.WorkTree()}, nil
}
