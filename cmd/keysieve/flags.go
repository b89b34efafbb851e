package main

import (
	"errors"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/keysieve/keysieve/report"
	"github.com/keysieve/keysieve/rules"
)

// ruleFlags are the raw flags that say which rules take part.
type ruleFlags struct {
	config     string
	configFrom string // of commands that look into a repository
	packs      []string
	noBuiltin  bool
	disabled   []string
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

// addConfigFrom adds the flag of commands that look into a repository. Their place
// is a repositoryPlace.
func (f *ruleFlags) addConfigFrom(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.configFrom, "config-from", "", "read the configuration from the root of the revision `REV`, not from the work tree")
}

// policyFlags are the raw flags that change the configuration of a scan.
type policyFlags struct {
	rules         ruleFlags
	failOn        string
	maxSize       string
	timeout       string
	noInlineAllow bool
	strict        bool
}

func (f *policyFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.failOn, "fail-on", "", "block on findings of at least this `LEVEL` of confidence: "+joined(confidenceNames())+
		" (default medium), never; or on severity=LEVEL, or severity=LEVEL,confidence=LEVEL")
	flags.StringVar(&f.maxSize, "max-size", "", "do not read contents of more than `SIZE`, for example 50MB, and call the scan incomplete; 0: read all (default)")
	flags.StringVar(&f.timeout, "timeout", "", "end the scan after `TIME`, for example 90s or 10m, and call it incomplete; 0: never (default)")
	flags.BoolVar(&f.noInlineAllow, "no-inline-allow", false, "report what keysieve:allow comments accept, too")
	flags.BoolVar(&f.strict, "strict", false, "leave out what fails its issuer's checksum instead of reporting it with low confidence")
	f.rules.add(cmd)
	valuesOf(cmd, "fail-on", rules.ThresholdValues())
}

// scanFlags are the raw flags of every command that scans.
type scanFlags struct {
	policyFlags
	format  string
	reports []string
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
	flags.StringVar(&f.color, "color", colorAuto, "colour on standard output, `WHEN`: "+joined(colorNames()))
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "say what was scanned when nothing was found, and show findings in full")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "write nothing to standard output; reports to files are written")
	flags.IntVar(&f.workers, "workers", 0, "read and search with `N` workers (default one for each processor)")
	f.policyFlags.add(cmd)
	valuesOf(cmd, "format", formatNames())
	valuesOf(cmd, "color", colorNames())
	format := flags.Lookup("format")
	format.Value = &onceValue{Value: format.Value}
}

// An onceValue is a flag's value that may be given once: that the last one wins would be a report that nobody misses.
type onceValue struct {
	pflag.Value
	given bool
}

// Set takes the first value.
func (v *onceValue) Set(text string) error {
	if v.given {
		return errGivenTwice
	}
	v.given = true
	return v.Value.Set(text)
}

var errGivenTwice = errors.New("given twice")

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
