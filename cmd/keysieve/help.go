package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// writeHelp prints a command's help to standard output. That it failed is kept until the command has run: cobra asks for
// no error.
func (a *app) writeHelp(cmd *cobra.Command, _ []string) {
	_, err := fmt.Fprint(cmd.OutOrStdout(), helpText(cmd))
	a.helpFailed = asIncomplete(err)
}

func helpText(cmd *cobra.Command) string {
	var b strings.Builder
	section := func(title, text string) {
		if text = strings.TrimRight(text, "\n"); text != "" {
			fmt.Fprintf(&b, "\n%s:\n%s\n", title, text)
		}
	}
	description := cmd.Long
	if description == "" {
		description = cmd.Short
	}
	fmt.Fprintf(&b, "%s\n", strings.TrimSpace(description))
	usage := cmd.UseLine()
	if cmd.HasAvailableSubCommands() {
		usage = cmd.CommandPath() + " COMMAND [flags]"
	}
	section("Usage", "  "+usage)
	section("Examples", cmd.Example)
	var subs strings.Builder
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			fmt.Fprintf(&subs, "  %-12s %s\n", sub.Name(), sub.Short)
		}
	}
	section("Commands", subs.String())
	section("Flags", flagText(cmd.LocalFlags()))
	section("Flags of every command", flagText(cmd.InheritedFlags()))
	return b.String()
}

func flagText(flags *pflag.FlagSet) string { return flags.FlagUsages() }

// helpCommand is "keysieve help [COMMAND]".
func (a *app) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "show the help of a command",
		Example: "  keysieve help dir\n  keysieve help hook install",
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			found, rest, err := root.Find(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 {
				return groupRun(found, rest)
			}
			found.InitDefaultHelpFlag()
			a.writeHelp(found, nil)
			return nil
		},
	}
}
