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
		newPage(w, s.opts, result).write(result)
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
	width   int             // columns to lay prose out for
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
		w: w, opts: opts, redact: newRedactor(result), told: make(map[string]bool), wording: wordingFor(result.Summary.Command),
		term:  terminal{color: opts.Color, unicode: opts.Unicode, width: columns},
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
	if masked != path && !p.term.unicode {
		masked = strings.ReplaceAll(masked, string(bullet), "*")
	}
	return masked
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
	p.line(p.term.paint(l, "keysieve: "+p.said(result, blocking, warnings)))
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
	case len(result.Skipped) > 0:
		return "nothing found, but " + p.unread(result)
	case result.ExitCode == 3:
		return "nothing found, but the scan did not finish"
	}
	return "no secrets in " + in
}

// unread says how much of the whole was not read.
func (p *page) unread(result scanner.Result) string {
	var skipped int64
	for _, s := range result.Skipped {
		if !aboutAll(s, result.Summary) {
			skipped++
		}
	}
	switch {
	case skipped > 0:
	case result.Summary.Interrupted:
		return "not everything was read"
	case len(result.Skipped) > 0:
		return "this clone is shallow"
	}
	if result.Summary.Objects > 0 {
		return unreadInStore(result)
	}
	all := result.Summary.Blobs + skipped
	return fmt.Sprintf("%s of %s could not be read", number(skipped), count(all, p.wording.unit))
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
	if !p.opts.Verbose && full > fullFindings {
		full, brief = fullFindings, min(full-fullFindings, briefFindings)
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
	n := min(len(findings), briefWarnings)
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
	p.line(fmt.Sprintf("  and %s more %s (%s) in %s; to see all: -v or --format json", number(len(findings)),
		plural(len(findings), of), strings.Join(parts, ", "), count(len(paths), noun{"file", "files"})))
}

func plural(n int, of noun) string {
	if n == 1 {
		return of.one
	}
	return of.many
}

func (p *page) skipped(result scanner.Result, headed bool) {
	if len(result.Skipped) == 0 {
		return
	}
	if headed {
		p.line()
		p.line("  ", p.term.paint(yellow, p.unread(result)), ":")
	}
	shown, limit := result.Skipped, listedSkips
	if headed { // the findings have taken their share of the screen
		limit /= 2
	}
	if !p.opts.Verbose && len(shown) > limit {
		shown = shown[:limit]
	}
	for _, s := range shown {
		reason := p.text(reasonBeside(s))
		if s.Hint != "" {
			reason += "; " + p.text(s.Hint)
		}
		p.line("  ", p.term.path(relativePath(p.opts.Prefix, p.name(s.Path))), "  ", reason)
		if p.opts.Verbose && s.Detail != "" {
			for line := range strings.Lines(s.Detail) {
				p.line("    ", p.text(strings.TrimSpace(line)))
			}
		}
	}
	if left := len(result.Skipped) - len(shown); left > 0 {
		p.line("  and ", number(left), " more; to see all: -v or --format json")
	}
}

// reasonBeside is a skip's reason as it stands beside the path: an object's id is not said twice.
func reasonBeside(s scanner.Skip) string {
	rest, ok := strings.CutPrefix(s.Reason, "object "+s.Path)
	if !ok || !isObjectID(s.Path) {
		return s.Reason
	}
	return strings.TrimPrefix(strings.TrimPrefix(rest, ": "), " is ")
}

func (p *page) unused(places []scanner.Place) {
	if len(places) == 0 {
		return
	}
	p.line()
	p.line("  ", count(len(places), noun{"keysieve:allow comment suppresses", "keysieve:allow comments suppress"}), " nothing:")
	shown := places
	if !p.opts.Verbose && len(shown) > listedUnused {
		shown = shown[:listedUnused]
	}
	for _, place := range shown {
		p.line("  ", p.place(place))
	}
	if left := len(places) - len(shown); left > 0 {
		p.line("  and ", number(left), " more; to see all: -v or --format json")
	}
}

func (p *page) advice(rows []advice) {
	if len(rows) == 0 {
		return
	}
	column := 0
	for _, row := range rows {
		column = max(column, cells(row.when))
	}
	p.line()
	for _, row := range rows {
		// Commands are to be pasted: never wrapped.
		p.line("  ", p.term.paint(dim, pad(row.when, column)), "   ", p.term.show(row.do))
	}
}

// exit says what the exit status means where findings alone do not explain it.
func (p *page) exit(result scanner.Result) {
	switch {
	case result.ExitCode == 3:
		p.line("exit status 3: incomplete")
	case result.ExitCode == 1 && len(result.Skipped) > 0:
		p.line("exit status 1: secrets found, and the scan is incomplete")
	}
}

func (p *page) summary(s scanner.Summary) {
	p.line()
	p.line(p.term.paint(dim, p.scanned(s)))
}

// scanned says how much was scanned, with what and how long it took.
func (p *page) scanned(s scanner.Summary) string {
	parts := []string{count(s.Blobs, p.wording.unit), byteSize(s.Bytes)}
	if s.Objects > 0 {
		parts = []string{count(s.Objects, p.wording.unit), byteSize(s.Bytes) + " of content"}
	}
	if s.Commits > 0 {
		parts = slices.Insert(parts, 1, count(s.Commits, noun{"commit", "commits"}))
	}
	parts = append(parts, count(s.Rules, noun{"rule", "rules"}), duration(s.Elapsed))
	if s.Cached > 0 {
		parts = append(parts, number(s.Cached)+" known from the cache")
	}
	if s.Suppressed > 0 {
		parts = append(parts, number(s.Suppressed)+" suppressed")
	}
	if s.Excluded > 0 {
		parts = append(parts, number(s.Excluded)+" excluded")
	}
	return strings.Join(parts, ", ")
}
