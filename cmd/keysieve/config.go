package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner/git"
)

func (a *app) configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config COMMAND",
		Short: "show and check the configuration",
		Long: `Show the configuration that holds here, with the file and line that each value
comes from, or check a configuration without scanning anything.`,
		Example: `  keysieve config show
  keysieve config check`,
	}
	return subCommands(cmd, a.configShowCommand(), a.configCheckCommand())
}

// configFormats are what --format of config show takes.
func configFormats() []string { return []string{"text", "json"} }

func (a *app) configShowCommand() *cobra.Command {
	var flags policyFlags
	var format string
	cmd := &cobra.Command{
		Use:   "show [flags]",
		Short: "show every setting and where it comes from",
		Long: `Show every setting that holds for a scan of this directory, with the file and line,
or the flag, that it comes from. The flags are those of the commands that scan.

staged, range and history take the configuration at the work tree's root, dir and stdin the
nearest one upwards from what they scan, as this command does.`,
		Example: `  keysieve config show
  keysieve config show --config-from origin/main
  keysieve config show --fail-on high --format json | jq '.settings[]'`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !slices.Contains(configFormats(), format) {
				return unknown("format", format, configFormats())
			}
			at, done, err := a.placeHere(cmd)
			if err != nil {
				return err
			}
			defer done()
			c, err := flags.resolve(at)
			if err != nil {
				return err
			}
			w := bufio.NewWriter(a.stdout)
			if format == "json" {
				err = configJSON(w, &c)
			} else {
				a.tellConfigured(&c)
				err = configTable(w, &c)
			}
			if err == nil {
				err = w.Flush()
			}
			return asIncomplete(err)
		},
	}
	cmd.Flags().StringVarP(&format, "format", "f", "text", "write the settings as `FORMAT`: "+joined(configFormats()))
	valuesOf(cmd, "format", configFormats())
	flags.add(cmd)
	flags.rules.addConfigFrom(cmd)
	return cmd
}

// placeHere is the current directory with the repository that it lies in, if there is one; done
// gives that back.
func (a *app) placeHere(cmd *cobra.Command) (at place, done func(), err error) {
	if at, err = currentPlace(); err != nil {
		return at, nil, err
	}
	cwd, err := workingDirectory()
	if err != nil {
		return at, nil, err
	}
	repo, missing := git.Discover(cwd, a.getenv)
	if missing != nil { // it matters only with --config-from
		at.tree = func(string) (*rules.Tree, error) { return nil, missing }
		return at, func() {}, nil
	}
	at.tree = repositoryPlace(cmd.Context(), repo, "").tree
	return at, func() { _ = repo.Close() }, nil // read only: nothing can be lost
}

// tellConfigured says what was noticed while the configuration was read.
func (a *app) tellConfigured(c *configured) {
	a.tell("", c.notes)
	a.tell("warning: ", c.warnings)
}

func configTable(w io.Writer, c *configured) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "SETTING\tVALUE\tFROM")
	last, veiled := "", newVeil()
	settings := c.config.Settings()
	for i := range settings {
		s := &settings[i]
		key := s.Key
		if key == last { // another entry of a list
			key = ""
		}
		last = s.Key
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\n", key, shortened(printable(veiled(s.Value))), printable(veiled(s.Source())))
	}
	_, _ = fmt.Fprintf(table, "\n%s\n", takingPart(c.set))
	return table.Flush() // returns the first error of a write
}

// maxShownValue is how many characters of a value the table has; JSON has all.
const maxShownValue = 60

func shortened(value string) string {
	if runes := []rune(value); len(runes) > maxShownValue {
		return string(runes[:maxShownValue-3]) + "..."
	}
	return value
}

func takingPart(set *rules.Set) string {
	if set.Len() == 1 {
		return "1 rule takes part"
	}
	return fmt.Sprintf("%d rules take part", set.Len())
}

// shownSetting is a setting in JSON. A value of null says that nothing is set.
type shownSetting struct {
	Key    string  `json:"key"`
	Value  *string `json:"value"`
	Source string  `json:"source"` // default, file or flag
	File   string  `json:"file"`
	Line   int     `json:"line"`
	Flag   string  `json:"flag"`
}

func configJSON(w io.Writer, c *configured) error {
	shown := struct {
		Settings []shownSetting `json:"settings"`
		Rules    int            `json:"rules"`
		Warnings []string       `json:"warnings"`
		Notes    []string       `json:"notes"`
	}{[]shownSetting{}, c.set.Len(), []string{}, []string{}}
	veiled := newVeil()
	for _, s := range c.config.Settings() {
		value := veiled(s.Value)
		out := shownSetting{s.Key, &value, "default", veiled(s.File), s.Line, s.Flag}
		if s.Unset {
			out.Value = nil
		}
		switch {
		case s.Flag != "":
			out.Source = "flag"
		case s.File != "":
			out.Source = "file"
		}
		shown.Settings = append(shown.Settings, out)
	}
	for _, warning := range c.warnings {
		shown.Warnings = append(shown.Warnings, veiled(warning))
	}
	for _, note := range c.notes {
		shown.Notes = append(shown.Notes, veiled(note))
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(shown)
}

func (a *app) configCheckCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check [FILE]",
		Short: "check a configuration without scanning anything",
		Long: `Check a configuration and the packs that it names; without FILE the nearest
.keysieve.toml upwards. Every mistake is named with file and line.

Exit status: 0 it is right; 2 it is not.`,
		Example: `  keysieve config check
  keysieve config check security/policy.toml`,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return &usageError{message: fmt.Sprintf("config check takes one file, not %d", len(args))}
			}
			return a.checkConfig(args)
		},
	}
	return cmd
}

func (a *app) checkConfig(args []string) error {
	at, err := currentPlace()
	if err != nil {
		return err
	}
	var flags ruleFlags
	if len(args) == 1 {
		if flags.config = args[0]; flags.config == "" {
			return &usageError{"the name of the file is empty", "without a name the nearest " + rules.ConfigName + " is checked"}
		}
	}
	c, err := resolveRules(&flags, at)
	if err != nil {
		return err
	}
	if c.set.Len() == 0 {
		return &rules.Error{File: c.config.Path, Message: "no rules are left to scan with: it leaves the built-in ones out and has none of its own"}
	}
	a.tellConfigured(&c)
	said := fmt.Sprintf("%s is right: %s", newVeil()(c.config.Path), takingPart(c.set))
	if c.config.Path == "" {
		said = fmt.Sprintf("there is no %s here or above: the defaults hold", rules.ConfigName)
	}
	_, err = fmt.Fprintln(a.stdout, printable(said))
	return asIncomplete(err)
}
