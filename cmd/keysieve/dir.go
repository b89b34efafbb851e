package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/keysieve/keysieve/scanner/source"
)

func (a *app) dirCommand() *cobra.Command {
	var flags scanFlags
	var noIgnore bool
	cmd := &cobra.Command{
		Use:   "dir [PATH...] [flags]",
		Short: "check files and directories",
		Long: `Check files and directories as they are; without PATH the current directory.

Inside a work tree .gitignore and .git/info/exclude are honoured: a file that
they exclude is left out unless it is tracked or named. .git is not read.
Symbolic links are not followed, except a PATH that is one; the text of a link
is checked, and so is every file's name. Named pipes, sockets and devices are
never opened.

Text names places as they can be opened from the current directory. Paths in other
reports are relative to the work tree's root; outside of one, to the deepest
directory that holds everything that was named.`,
		Example: `  keysieve dir
  keysieve dir src config/app.yml
  keysieve dir --no-ignore --report sarif=keysieve.sarif .`,
		RunE: func(cmd *cobra.Command, args []string) error {
			src, err := source.NewDir(source.DirOptions{Paths: args, NoIgnore: noIgnore})
			if err != nil {
				return err
			}
			p, err := a.resolve(&flags, place{dir: src.Base(), stopAt: src.WorkTree(), named: args})
			if err != nil {
				return err
			}
			p.warnings = append(p.warnings, src.Warnings()...)
			result, err := a.scan(cmd.Context(), p, scan{command: "dir", source: src, root: src.Root(), named: args})
			switch {
			case result.Summary.Excluded > 0 && result.Summary.Blobs == 0:
				say(a.stderr, fmt.Sprintf("nothing was scanned: the configuration excludes everything here (%d)", result.Summary.Excluded), "include and exclude under [scan]; see keysieve config show")
			case src.Ignored() > 0 && result.Summary.Blobs == 0:
				say(a.stderr, fmt.Sprintf("nothing was scanned: .gitignore excludes everything here (%d)", src.Ignored()), "scan it with --no-ignore")
			case p.verbose && src.Ignored()+src.Special() > 0:
				say(a.stderr, fmt.Sprintf("%d left out by .gitignore; %d pipes, sockets and devices not opened", src.Ignored(), src.Special()), "")
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&noIgnore, "no-ignore", false, "scan what .gitignore excludes, too")
	flags.add(cmd)
	return cmd
}
