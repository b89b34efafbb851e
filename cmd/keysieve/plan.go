package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/keysieve/keysieve/rules"
)

// A plan is what the flags of a scan mean, with everything validated: the
// rules are there, the reports can be written.
type plan struct {
	set      *rules.Set
	failOn   rules.Threshold
	workers  int
	outputs  []output
	terminal terminal
	verbose  bool
	quiet    bool
	warnings []string
}

// place is where a scan looks: it decides which configuration applies.
type place struct {
	dir    string // the configuration is looked for here and upwards
	stopAt string // up to here
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
	if f.workers < 0 {
		note(&usageError{message: fmt.Sprintf("flag --workers: %d is less than 0", f.workers)})
	}
	if f.quiet && f.verbose {
		note(&usageError{message: "flags --quiet and --verbose exclude each other"})
	}
	if f.failOn != "" {
		var err error
		p.failOn, err = parseFailOn(f.failOn)
		note(err)
	}
	if !slices.Contains(colorNames(), f.color) {
		note(unknown("value for --color:", f.color, colorNames()))
	}
	p.terminal = a.terminalFor(f.color)
	var err error
	if p.outputs, err = resolveOutputs(f); err != nil {
		note(err)
	}
	configured, err := resolveRules(&f.rules, at)
	note(err)
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	p.set, p.warnings = configured.set, configured.warnings
	p.failOn = p.failOn.Or(configured.failOn)
	if p.set.Len() == 0 {
		return nil, &usageError{"no rules left to scan with", "--no-builtin needs a --pack or a configuration with rules"}
	}
	for i := range p.outputs {
		if err := p.outputs[i].check(); err != nil {
			note(err)
		}
	}
	return p, errors.Join(errs...)
}

// configured is what the configuration and the flags say about rules.
type configured struct {
	set      *rules.Set
	failOn   rules.Threshold
	warnings []string
}

// resolveRules finds and reads the configuration and merges the rules.
func resolveRules(f *ruleFlags, at place) (configured, error) {
	config := &rules.Config{}
	path := f.config
	if path == "" {
		var err error
		if path, err = rules.FindConfig(at.dir, at.stopAt); err != nil {
			return configured{}, err
		}
	}
	if path != "" {
		var err error
		if config, err = rules.LoadConfig(shortPath(path)); err != nil {
			return configured{}, err
		}
	}
	for _, pack := range f.packs {
		if err := readable(pack); err != nil {
			return configured{}, err
		}
	}
	config.Override(rules.Overrides{Packs: f.packs, NoBuiltin: f.noBuiltin, Disabled: f.disabled})
	set, err := config.Set()
	if err != nil {
		return configured{}, err
	}
	c := configured{set: set, failOn: config.FailOn}
	for _, w := range config.Warnings {
		c.warnings = append(c.warnings, w.Error())
	}
	return c, nil
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
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
