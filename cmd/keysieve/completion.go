package main

import (
	"io"

	"github.com/spf13/cobra"
)

// A shell is one that completion can be written for.
type shell struct {
	name     string
	generate func(root *cobra.Command, w io.Writer) error
}

func shells() []shell {
	return []shell{
		{"bash", func(root *cobra.Command, w io.Writer) error { return root.GenBashCompletionV2(w, true) }},
		{"zsh", func(root *cobra.Command, w io.Writer) error { return root.GenZshCompletion(w) }},
		{"fish", func(root *cobra.Command, w io.Writer) error { return root.GenFishCompletion(w, true) }},
		{"powershell", func(root *cobra.Command, w io.Writer) error { return root.GenPowerShellCompletionWithDesc(w) }},
	}
}

func (a *app) completionCommand() *cobra.Command {
	var names []string
	for _, s := range shells() {
		names = append(names, s.name)
	}
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "write the completion script of a shell: " + joined(names),
		Example: `  source <(keysieve completion bash)
  keysieve completion zsh >"${fpath[1]}/_keysieve"
  keysieve completion fish >~/.config/fish/completions/keysieve.fish
  keysieve completion powershell | Out-String | Invoke-Expression`,
		ValidArgs: names,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &usageError{"completion takes the name of one shell", "known: " + joined(names)}
			}
			for _, s := range shells() {
				if s.name == args[0] {
					return asIncomplete(s.generate(cmd.Root(), a.stdout))
				}
			}
			return unknown("shell", args[0], names)
		},
	}
}
