package main

import (
	"github.com/spf13/cobra"

	"github.com/keysieve/keysieve/report"
	"github.com/keysieve/keysieve/rules"
)

// ruleFlags are the raw flags that say which rules take part.
type ruleFlags struct {
	config    string
	packs     []string
	noBuiltin bool
	disabled  []string
}

func (f *ruleFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.config, "config", "", "read the configuration from `FILE` instead of the nearest "+rules.ConfigName)
	flags.StringArrayVar(&f.packs, "pack", nil, "add the rules of the pack `FILE`; may repeat")
	flags.BoolVar(&f.noBuiltin, "no-builtin", false, "leave the built-in rules out")
	flags.StringArrayVar(&f.disabled, "disable-rule", nil, "leave the rule `ID` out; may repeat")
	fileFlag(cmd, "config", "toml")
	fileFlag(cmd, "pack", "toml")
}

// scanFlags are the raw flags of every command that scans.
type scanFlags struct {
	rules   ruleFlags
	format  string
	reports []string
	failOn  string
	color   string
	verbose bool
	quiet   bool
	workers int
}

const (
	defaultFormat = "text"
	colorAuto     = "auto"
	colorAlways   = "always"
	colorNever    = "never"
)

func (f *scanFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVarP(&f.format, "format", "f", defaultFormat, "write findings to standard output as `FORMAT`: "+joined(formatNames()))
	flags.StringArrayVar(&f.reports, "report", nil, "write a report to a file, too, as `FORMAT=FILE`; - is standard output; may repeat")
	flags.StringVar(&f.failOn, "fail-on", "", "block on findings of at least this `LEVEL` of confidence: "+joined(confidenceNames())+
		" (default medium); or on severity=LEVEL, or severity=LEVEL,confidence=LEVEL")
	flags.StringVar(&f.color, "color", colorAuto, "colour on standard output, `WHEN`: "+joined(colorNames()))
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "say what was scanned when nothing was found, and show findings in full")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "write nothing to standard output; reports to files are written")
	flags.IntVar(&f.workers, "workers", 0, "read and search with `N` workers (default one for each processor)")
	f.rules.add(cmd)
	valuesOf(cmd, "format", formatNames())
	valuesOf(cmd, "fail-on", rules.ThresholdValues())
	valuesOf(cmd, "color", colorNames())
}

// valuesAnnotation marks a flag that takes one of a few words.
const valuesAnnotation = "keysieve_values"

// valuesOf notes the words that a flag takes, for completion and suggestions.
func valuesOf(cmd *cobra.Command, name string, values []string) {
	flag := cmd.Flags().Lookup(name)
	flag.Annotations = map[string][]string{valuesAnnotation: values}
	// The error is about a flag that does not exist or has a function already.
	_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}

func fileFlag(cmd *cobra.Command, name string, extensions ...string) {
	_ = cmd.MarkFlagFilename(name, extensions...) // the flag exists
}

func formatNames() []string {
	var names []string
	for _, f := range report.Formats() {
		names = append(names, f.Name)
	}
	return names
}

func colorNames() []string { return []string{colorAuto, colorAlways, colorNever} }
