package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"runtime/debug"
	"syscall"

	"github.com/keysieve/keysieve/report"
	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/git"
)

// A scan is a source with what its reports say about it.
type scan struct {
	command  string
	source   scanner.Source
	history  scanner.History   // instead of source: a history
	root     string            // absolute; empty where there is no directory
	named    []string          // paths that the user named, as they were named
	repo     *git.Repository   // what is scanned lies in it; nil: none, or it does not matter
	unborn   bool              // HEAD names no commit yet
	counters *scanner.Counters // how far it has come, for a display; nil: none
}

// scan runs the source through the engine, writes the reports and returns an
// error that carries the exit code.
func (a *app) scan(ctx context.Context, p *plan, s scan) (scanner.Result, error) {
	if p.verbose {
		a.tell("", p.notes)
	}
	a.tell("warning: ", p.warnings)
	a.limitMemory()
	display := a.progress(s.counters, p.quiet)
	settings := scanner.Options{
		Set:           p.set,
		Workers:       p.workers,
		Policy:        p.policy,
		Limits:        p.config.Limits,
		NoInlineAllow: p.config.NoInlineAllow,
		Command:       s.command,
		Root:          a.rootName(s.root),
		Version:       version(),
	}
	if s.counters != nil {
		settings.Progress = s.counters
	}
	var result scanner.Result
	var err error
	if s.history != nil {
		result, err = scanner.ScanHistory(ctx, s.history, settings)
	} else {
		result, err = scanner.Scan(ctx, s.source, settings)
	}
	display.stop() // before anything else is written to the terminal
	if err != nil {
		return result, a.reportUnread(ctx, p, s, err)
	}
	options := a.reportOptions(p, s, result)
	if p.links() {
		s.describe(&options)
	}
	var failed []error
	for _, o := range p.outputs {
		if err := a.write(ctx, o, options, result); err != nil {
			failed = append(failed, err)
		}
	}
	if len(failed) > 0 {
		return result, &incompleteError{result.ExitCode, errors.Join(failed...)}
	}
	if result.ExitCode != scanner.ExitClean {
		a.sayIncomplete(p, result)
		return result, &statusError{result.ExitCode}
	}
	return result, nil
}

// memoryLimit bounds what a scan keeps beyond mapped packs, in bytes: nearer to it garbage
// is collected more often than gcPercent says.
const memoryLimit = 224 << 20

// limitMemory sets the limit, unless the environment says otherwise.
func (a *app) limitMemory() {
	if a.getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}

// tell says what was noticed before a scan, each with a prefix.
func (a *app) tell(prefix string, messages []string) {
	if len(messages) == 0 {
		return
	}
	veiled := newVeil()
	for _, message := range messages {
		say(a.stderr, prefix+veiled(message), "")
	}
}

// describe says where what was scanned comes from, for links to its pages.
func (s scan) describe(options *report.Options) {
	if s.repo == nil {
		return
	}
	options.Repository, options.Branch = withoutUser(s.repo.Origin().URL), s.repo.Branch()
	if head, err := s.repo.Head(); err == nil && !head.IsZero() {
		options.Revision = head.String()
	}
}

// withoutUser drops from a URL what it may say of whoever uses it: name, password, token.
func withoutUser(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.User == nil {
		return text
	}
	u.User = nil
	return u.String()
}

// sayIncomplete says on standard error that something was not read, where no
// text report has said so.
func (a *app) sayIncomplete(p *plan, result scanner.Result) {
	for _, o := range p.outputs {
		if o.file == standardOutput && o.format == defaultFormat {
			return
		}
	}
	if len(result.Skipped) > 0 {
		first := result.Skipped[0]
		say(a.stderr, report.Masked(result, fmt.Sprintf("incomplete: %s, first %s: %s", report.Incomplete(result), first.Path, first.Reason)), "")
	}
}

// write writes one report.
func (a *app) write(ctx context.Context, o output, options report.Options, result scanner.Result) error {
	if o.file == standardOutput {
		err := writeReport(o.format, a.stdout, options, result)
		if errors.Is(err, syscall.EPIPE) {
			return fmt.Errorf("the report was not read to its end: %w", cause(err))
		}
		return err
	}
	// A file is no terminal.
	options.Color, options.Unicode, options.Width = false, false, 0
	// A report is written when clean, too.
	options.Verbose = true
	d, err := destinationOf(o.file)
	if err == nil {
		err = d.write(ctx, func(w io.Writer) error { return writeReport(o.format, w, options, result) })
	}
	if err != nil {
		return fmt.Errorf("cannot write the report %s: %w", o.file, cause(err))
	}
	return nil
}

func writeReport(format string, w io.Writer, options report.Options, result scanner.Result) error {
	sink, err := report.New(format, w, options)
	if err != nil {
		return err
	}
	return sink.Write(result)
}
