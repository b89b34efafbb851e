package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
)

// textSink writes for a person: nothing when clean, one screen when not. The
// most severe findings are shown in full, others in a line each, the rest as a
// count; verbose shows all in full.
type textSink struct {
	w    io.Writer
	opts Options
}

func newText(w io.Writer, opts Options) scanner.Sink { return &textSink{w, opts} }

// What one screen of some forty lines holds.
const (
	fullFindings  = 3
	briefFindings = 8
	briefWarnings = 4
	listedSkips   = 10
	listedUnused  = 5
)

// Bounds of the width that text is laid out for, in columns.
const (
	defaultWidth = 80
	minWidth     = 40
	maxWidth     = 100
)

// Write writes the report, or nothing at all when there is nothing to say.
func (s *textSink) Write(result scanner.Result) error {
	cut := result.Summary.Interrupted || result.Summary.Shallow
	if len(result.Findings) == 0 && len(result.Skipped) == 0 && result.ExitCode == 0 && !cut && !s.opts.Verbose {
		return nil
	}
	return buffered(s.w, "text", func(w *bufio.Writer) error {
		newPage(w, s.opts, result).fit(result)
		return nil
	})
}

// page is one report on its way out. Write errors stay in the buffered writer,
// which returns the first one when it is flushed.
type page struct {
	w       *bufio.Writer
	opts    Options
	term    terminal
	redact  *redactor
	wording wording
	width   int // columns to lay prose out for
	limits  limits
	told    map[string]bool // ids of the rules whose remedy was written
	// unchanged counts the findings in files that were named and have nothing staged.
	unchanged int
}

func newPage(w *bufio.Writer, opts Options, result scanner.Result) *page {
	columns, prose := 0, defaultWidth
	if opts.Width > 0 {
		columns = max(opts.Width, minWidth)
		prose = min(columns, maxWidth)
	}
	p := &page{
		w: w, opts: opts, redact: newRedactor(result), told: make(map[string]bool), limits: roomy(), wording: wordingFor(result.Summary.Command),
		term:  terminal{color: opts.Color, unicode: opts.Unicode, names: opts.Unicode || opts.UTF8, width: columns},
		width: prose,
	}
	for i := range result.Findings {
		if unchanged(&result.Findings[i]) {
			p.unchanged++
		}
	}
	return p
}

func (p *page) line(parts ...string) {
	_, _ = p.w.WriteString(strings.TrimRight(strings.Join(parts, ""), " ") + "\n")
}

// text makes a string from outside fit to be shown.
func (p *page) text(s string) string { return p.term.show(p.redact.text(s)) }

// name returns a path with its secrets masked; the marks of the mask are what the
// terminal has, as in the secrets themselves.
func (p *page) name(path string) string {
	masked := p.redact.text(path)
	if masked != path {
		return p.bulleted(masked)
	}
	return masked
}

// bulleted writes the marks of a mask as the terminal has them.
func (p *page) bulleted(masked string) string {
	if p.term.unicode {
		return masked
	}
	return strings.ReplaceAll(masked, string(bullet), "*")
}

// located returns a path from the root as seen from where the user stands.
func (p *page) located(path string) string {
	if path == "" || strings.HasPrefix(path, "/") { // a path that was named, and does not lie in the root
		return path
	}
	if p.opts.Root == "" {
		return relativePath(p.opts.Prefix, path)
	}
	return strings.TrimSuffix(p.bulleted(p.redact.text(p.opts.Root)), "/") + "/" + path
}

func (p *page) write(result scanner.Result) {
	blocking, warnings := divided(result.Findings)
	p.headline(result, len(blocking), len(warnings))
	p.partial(result)
	p.wording.findings(p, blocking, warnings)
	p.skipped(result, len(result.Findings) > 0)
	p.unused(result.Unused)
	p.advice(p.wording.closing(p, blocking, warnings))
	p.exit(result)
	if len(result.Findings) > 0 || p.opts.Verbose {
		p.summary(result.Summary)
	}
}

func (p *page) headline(result scanner.Result, blocking, warnings int) {
	l := bold
	if blocking > 0 {
		l = alarm
	}
	said := "keysieve: " + p.said(result, blocking, warnings)
	if p.term.width == 0 {
		p.line(p.term.paint(l, said))
		return
	}
	for _, part := range wrap(said, p.term.width) {
		p.line(p.term.paint(l, part))
	}
}

// said is the verdict in a phrase.
func (p *page) said(result scanner.Result, blocking, warnings int) string {
	in := p.wording.in(p, result.Summary)
	switch {
	case blocking > 0 && warnings > 0:
		return fmt.Sprintf("%s and %s in %s", count(blocking, noun{"secret", "secrets"}),
			count(warnings, noun{"possible one", "possible ones"}), in)
	case blocking > 0:
		return count(blocking, noun{"secret", "secrets"}) + " in " + in
	case warnings > 0:
		return count(warnings, noun{"possible secret", "possible secrets"}) + " in " + in
	case result.Summary.Interrupted:
		return "nothing found until the interrupt"
	case hasUnlisted(result):
		return p.unread(result)
	case len(result.Skipped) > 0:
		return "nothing found, but " + p.unread(result)
	case result.ExitCode == 3:
		return "nothing found, but the scan did not finish"
	}
	return "no secrets in " + in
}

// aboutAll tells a skip that says how the scan as a whole is incomplete from one
// that names an object or a file.
func aboutAll(skip scanner.Skip, s scanner.Summary) bool {
	return s.Interrupted && strings.HasPrefix(skip.Reason, "interrupted") ||
		s.Shallow && strings.Contains(skip.Hint, unshallow) && !isObjectID(skip.Path)
}

// unshallow is the option that completes a shallow clone, as a hint names it.
const unshallow = "--unshallow"

// partial says why there may be more than what was found, where no line about
// what was skipped does.
func (p *page) partial(result scanner.Result) {
	has := func(text string) bool {
		return slices.ContainsFunc(result.Skipped, func(s scanner.Skip) bool { return strings.Contains(s.Reason+" "+s.Hint, text) })
	}
	if result.Summary.Interrupted && !has("interrupted") {
		p.line("  ", p.term.paint(yellow, "interrupted"), ": what had not been read by then is missing")
	}
	if result.Summary.Shallow && !has(unshallow) {
		p.line("  ", p.term.paint(yellow, "a shallow clone"), ": older commits are not here; to get them: git fetch "+unshallow)
	}
}

// severeFirst writes findings by severity: those that block, then the warnings.
func (p *page) severeFirst(blocking, warnings []*scanner.Finding) {
	p.blocking(blocking)
	p.warnings(warnings, len(blocking) > 0)
}

func (p *page) blocking(findings []*scanner.Finding) {
	full, brief := len(findings), 0
	if most := p.limits.full; !p.opts.Verbose && full > most {
		full, brief = most, min(full-most, p.limits.brief)
	}
	for _, f := range findings[:full] {
		p.line()
		p.finding(f)
	}
	p.brief(findings[full : full+brief])
	p.rest(findings[full+brief:], noun{"secret", "secrets"})
}

func (p *page) warnings(findings []*scanner.Finding, headed bool) {
	if len(findings) == 0 {
		return
	}
	if p.opts.Verbose {
		for _, f := range findings {
			p.line()
			p.finding(f)
		}
		return
	}
	if headed {
		p.line()
		p.line("  warnings, which block nothing:")
	}
	n := min(len(findings), p.limits.warnings)
	p.brief(findings[:n])
	p.rest(findings[n:], noun{"possible secret", "possible secrets"})
}

// brief writes a line for each finding, the places in a column of their own.
func (p *page) brief(findings []*scanner.Finding) {
	if len(findings) == 0 {
		return
	}
	p.line()
	const widest = 40 // of the columns; longer ones push the rest of their line
	places, ids, column, idColumn := make([]string, len(findings)), make([]string, len(findings)), 0, 0
	for i, f := range findings {
		places[i], ids[i] = p.place(f.Places[0]), p.term.show(f.Rule.ID)
		column = max(column, min(cells(places[i]), widest))
		idColumn = max(idColumn, min(cells(ids[i]), widest))
	}
	for i, f := range findings {
		l, word := verdict(f)
		gap := strings.Repeat(" ", max(column-cells(places[i]), 0))
		rest := cells(gap) + 3 + max(idColumn, cells(ids[i])) + 3 + cells(f.Secret.String()) + 3 + cells(word)
		if p.term.width > 0 && 2+cells(places[i])+rest > p.term.width {
			p.line("  ", p.term.paint(bold, places[i]))
			p.line("     ", ids[i], "   ", p.term.show(f.Secret.String()), "   ", p.term.paint(l, word))
			continue
		}
		p.line("  ", p.term.paint(bold, places[i]), gap, "   ", pad(ids[i], idColumn), "   ",
			p.term.show(f.Secret.String()), "   ", p.term.paint(l, word))
	}
}

// rest counts what is not shown and says how to see it.
func (p *page) rest(findings []*scanner.Finding, of noun) {
	if len(findings) == 0 {
		return
	}
	paths := make(map[string]bool)
	bySeverity := make(map[rules.Severity]int)
	for _, f := range findings {
		bySeverity[f.Severity]++
		paths[f.Places[0].Path] = true
	}
	var parts []string
	for i := len(rules.Severities()) - 1; i >= 0; i-- {
		if s := rules.Severities()[i]; bySeverity[s] > 0 {
			parts = append(parts, number(bySeverity[s])+" "+s.String())
		}
	}
	p.prosaic(fmt.Sprintf("  and %s more %s (%s) in %s; to see all: -v or --format json", number(len(findings)),
		plural(len(findings), of), strings.Join(parts, ", "), count(len(paths), noun{"file", "files"})))
}

func plural(n int, of noun) string {
	if n == 1 {
		return of.one
	}
	return of.many
}
