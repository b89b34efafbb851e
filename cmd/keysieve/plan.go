package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"slices"

	"github.com/keysieve/keysieve/rules"
)

// A plan is what the flags of a scan mean, with everything validated: the
// rules are there, the reports can be written.
type plan struct {
	configured
	workers  int
	outputs  []output
	terminal terminal
	verbose  bool
	quiet    bool
}

// maxWorkers bounds --workers: each has memory of its own.
const maxWorkers = 1024

// place is where a scan looks: it decides which configuration applies.
type place struct {
	dir    string   // the configuration is looked for here and upwards
	named  []string // paths that are scanned because the user named them
	stopAt string   // up to here; empty: outside of a work tree, up to the file system's root
	// tree gives the files of a revision, for --config-from; nil: there is no repository.
	tree func(revision string) (*rules.Tree, error)
}

// resolve validates the flags. Where several things are wrong, all are told.
func (a *app) resolve(f *scanFlags, at place) (*plan, error) {
	p := &plan{workers: f.workers, verbose: f.verbose, quiet: f.quiet}
	var errs []error
	note := func(err error) {
		if err != nil {
			errs = append(errs, err)
		}
	}
	switch {
	case f.workers < 0:
		note(&usageError{message: fmt.Sprintf("flag --workers: %d is less than 0", f.workers)})
	case f.workers > maxWorkers:
		note(&usageError{
			fmt.Sprintf("flag --workers: %d is more than %d", f.workers, maxWorkers),
			fmt.Sprintf("more workers than processors (%d here) make nothing faster", runtime.NumCPU()),
		})
	}
	if f.quiet && f.verbose {
		note(&usageError{message: "flags --quiet and --verbose exclude each other"})
	}
	if !slices.Contains(colorNames(), f.color) {
		note(unknown("value for --color:", f.color, colorNames()))
	}
	p.terminal = a.terminalFor(f.color)
	var err error
	if p.outputs, err = resolveOutputs(f); err != nil {
		note(err)
	}
	if p.configured, err = f.policyFlags.resolve(at); err != nil {
		note(err)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	if p.set.Len() == 0 {
		return nil, &usageError{"no rules left to scan with", "--no-builtin needs a --pack or a configuration with rules"}
	}
	return p, checkOutputs(p.outputs, at.named)
}

// links tells whether a report is written that says where the repository lies: all do but the text.
func (p *plan) links() bool {
	return slices.ContainsFunc(p.outputs, func(o output) bool { return o.format != defaultFormat })
}

// configured is what the configuration and the flags say together.
type configured struct {
	config   *rules.Config // Settings, Limits, NoInlineAllow, Strict
	set      *rules.Set
	policy   *rules.Policy
	warnings []string
	notes    []string // said when more is asked for
}

// resolve reads the configuration and lets the flags change it. Where several things
// are wrong, all are told.
func (f *policyFlags) resolve(at place) (configured, error) {
	var o rules.Overrides
	var errs []error
	if f.failOn != "" {
		var err error
		if o.FailOn, err = parseFailOn(f.failOn); err != nil {
			errs = append(errs, err)
		}
	}
	if f.maxSize != "" {
		n, err := rules.ParseSize(f.maxSize)
		if err != nil {
			errs = append(errs, &usageError{message: fmt.Sprintf("flag --max-size: %v", err)})
		}
		o.MaxSize = &n
	}
	if f.timeout != "" {
		d, err := rules.ParseTimeout(f.timeout)
		if err != nil {
			errs = append(errs, &usageError{message: fmt.Sprintf("flag --timeout: %v", err)})
		}
		o.Timeout = &d
	}
	o.NoInlineAllow, o.Strict = f.noInlineAllow, f.strict
	c, err := resolveConfig(&f.rules, o, at)
	return c, errors.Join(append(errs, err)...)
}

// resolveRules is resolve for commands that only look at rules.
func resolveRules(f *ruleFlags, at place) (configured, error) {
	return resolveConfig(f, rules.Overrides{}, at)
}

// resolveConfig finds and reads the configuration, and merges the rules.
func resolveConfig(f *ruleFlags, o rules.Overrides, at place) (configured, error) {
	config, notes, warnings, err := f.load(at)
	if err != nil {
		return configured{}, err
	}
	for _, pack := range f.packs {
		if err := readable(pack); err != nil {
			return configured{}, err
		}
	}
	o.Packs, o.NoBuiltin, o.Disabled = f.packs, f.noBuiltin, f.disabled
	config.Override(o)
	set, err := config.Set()
	if err != nil {
		return configured{}, err
	}
	c := configured{config: config, set: set, policy: config.Policy(), notes: notes, warnings: warnings}
	for _, w := range config.Warnings {
		c.warnings = append(c.warnings, w.Error())
	}
	return c, nil
}

// load finds and reads the configuration; one without a path where there is none.
func (f *ruleFlags) load(at place) (config *rules.Config, notes, warnings []string, err error) {
	if f.configFrom != "" {
		config, notes, err = f.loadFrom(at)
		return config, notes, nil, err
	}
	if f.config != "" {
		config, err = rules.LoadConfig(f.config)
		return config, nil, nil, err
	}
	path, passed, err := findConfig(at)
	switch {
	case err != nil:
		return nil, nil, nil, err
	case path == "":
		return &rules.Config{}, nil, passed, nil
	}
	config, err = rules.LoadConfig(openPath(path))
	return config, nil, passed, err
}

// readable checks a file that the command line names.
func readable(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return &usageError{message: fmt.Sprintf("cannot read the pack %s: %v", path, cause(err))}
	}
	return file.Close()
}

// cause returns what went wrong with a file without its path.
func cause(err error) error {
	var path *fs.PathError
	var call *os.SyscallError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	case errors.As(err, &call):
		return call.Err
	}
	return err
}
