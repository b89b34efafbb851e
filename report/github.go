package report

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/keysieve/keysieve/scanner"
)

// githubSink writes workflow commands for GitHub Actions: what blocks is an error on its
// line, other findings and what was not read are warnings. Source: GitHub's "Workflow
// commands for GitHub Actions", and for the escaping actions/toolkit, packages/core.
//
// GitHub shows ten errors, ten warnings and ten notices of a step, and fifty annotations of a run, and drops the others without a
// word. When there are more, the last one that is shown names the next of them and says how many there are, and all of them
// stand in the log, as lines of a group.
type githubSink struct {
	w    io.Writer
	opts Options
}

func newGitHub(w io.Writer, opts Options) scanner.Sink { return &githubSink{w, opts} }

const (
	annotationsShown = 10 // of one level in one step
	namedInRest      = 20 // in the annotation that stands for the rest
)

// Write writes the commands and, for the log, the verdict; nothing when there is nothing to say.
func (s *githubSink) Write(result scanner.Result) error {
	return buffered(s.w, "github", func(w *bufio.Writer) error {
		a := annotator{plainPage(w, s.opts, result)}
		a.all(result)
		return nil
	})
}

// annotator writes the annotations of one result.
type annotator struct{ *page }

func (a annotator) all(result scanner.Result) {
	blocking, warnings := divided(result.Findings)
	a.findings("error", blocking, annotationsShown, noun{"secret", "secrets"})
	room := annotationsShown
	if a.incomplete(result) {
		room--
	}
	a.findings("warning", warnings, room, noun{"possible secret", "possible secrets"})
	a.unusedDirectives(result.Unused)
	if len(result.Findings) > 0 || result.ExitCode != scanner.ExitClean || a.opts.Verbose {
		a.line(inert("keysieve: " + a.said(result, len(blocking), len(warnings))))
		a.line(a.scanned(result.Summary))
	}
}

// findings writes an annotation for each finding as long as there is room, and one for the rest.
func (a annotator) findings(level string, findings []*scanner.Finding, room int, of noun) {
	shown := findings
	if len(findings) > room {
		shown = findings[:room-1]
	}
	for _, f := range shown {
		a.finding(level, f)
	}
	rest := findings[len(shown):]
	if len(rest) == 0 {
		return
	}
	lines := []string{fmt.Sprintf("GitHub shows no more than %d of a step. All are in this step's log, and in its summary with --report markdown=FILE.", annotationsShown)}
	for _, f := range rest[:min(len(rest), namedInRest)] {
		lines = append(lines, a.brief(f))
	}
	if left := len(rest) - namedInRest; left > 0 {
		lines = append(lines, "and "+number(left)+" more")
	}
	title := fmt.Sprintf("keysieve: and %s more %s", number(len(rest)), plural(len(rest), of))
	a.command(level, []property{{"title", title}}, lines)
	a.line("::group::" + escapeData(title))
	for _, f := range rest {
		a.line(inert(level + "  " + a.brief(f)))
	}
	a.line("::endgroup::")
}

// brief names a finding in a line.
func (a annotator) brief(f *scanner.Finding) string {
	place, _ := introduced(f)
	_, word := verdict(f)
	return strings.Join([]string{a.exposedPlace(place), a.term.show(f.Rule.ID), a.masked(f), word}, "  ")
}

// finding writes the annotation of one finding, at its first place.
func (a annotator) finding(level string, f *scanner.Finding) {
	place, first := introduced(f)
	_, word := verdict(f)
	lines := []string{a.masked(f) + " (" + a.term.show(f.Rule.ID) + ", " + word + ")"}
	if reasons := a.reasons(f); reasons != "" {
		lines[0] += ": " + reasons
	}
	properties := a.location(place)
	if properties == nil {
		lines = append(lines, "in "+a.exposedPlace(place))
	}
	if first && f.Exposure == nil && len(f.Places) > 1 {
		lines = append(lines, "also at "+a.others(f))
	}
	if said := a.broughtBy(place); said != "" {
		lines = append(lines, said)
	}
	if f.Exposure != nil {
		lines = append(lines, whereabouts(f.Exposure, a.text, false))
	}
	if f.Rule.Remedy != "" {
		lines = append(lines, a.term.show(f.Rule.Remedy))
	}
	a.command(level, append(properties, property{"title", "keysieve: " + a.term.show(f.Rule.Description)}), lines)
}

// location returns the properties that say where an annotation is shown; nil: nowhere.
func (a annotator) location(place scanner.Place) []property {
	if !inTree(place, a.redact) {
		return nil
	}
	properties := []property{{"file", a.term.show(place.Path)}}
	if place.Kind != scanner.KindFile || place.Line < 1 {
		return properties
	}
	properties = append(properties, property{"line", strconv.Itoa(place.Line)}, property{"endLine", strconv.Itoa(max(place.EndLine, place.Line))})
	if place.EndLine == place.Line { // columns are allowed on one line only
		properties = append(properties, property{"col", strconv.Itoa(place.Column)}, property{"endColumn", strconv.Itoa(place.EndColumn)})
	}
	return properties
}

// incomplete says in one warning what was not read; it returns whether there was any.
func (a annotator) incomplete(result scanner.Result) bool {
	if len(result.Skipped) == 0 && result.ExitCode != scanner.ExitIncomplete && !result.Summary.Interrupted && !result.Summary.Shallow {
		return false
	}
	warned := caution(result)
	lines := []string{strings.ToUpper(warned[:1]) + warned[1:]}
	title := "keysieve: the scan is incomplete"
	if len(result.Skipped) > 0 {
		title += ": " + a.unread(result)
	}
	for _, skip := range result.Skipped[:min(len(result.Skipped), namedInRest)] {
		lines = append(lines, a.skip(skip))
	}
	left := len(result.Skipped) - namedInRest
	if left > 0 {
		lines = append(lines, "and "+number(left)+" more, in this step's log")
	}
	a.command("warning", []property{{"title", title}}, lines)
	if left > 0 {
		a.line("::group::" + escapeData(title))
		for _, skip := range result.Skipped {
			a.line(inert(skipWord(skip) + "  " + a.skip(skip)))
		}
		a.line("::endgroup::")
	}
	return true
}

// skip names what was not read in a line.
func (p *page) skip(skip scanner.Skip) string {
	said := p.text(reasonBeside(skip))
	if skip.Path != "" { // else it is about all
		said = p.term.path(p.redact.text(skip.Path)) + ": " + said
	}
	if skip.Hint != "" {
		said += "; " + p.text(skip.Hint)
	}
	return said
}

func (a annotator) unusedDirectives(places []scanner.Place) {
	if len(places) == 0 {
		return
	}
	lines := make([]string, len(places))
	for i, place := range places {
		lines[i] = a.directive(place)
	}
	title := "keysieve: " + count(len(places), noun{"keysieve:allow comment suppresses", "keysieve:allow comments suppress"}) + " nothing"
	a.command("notice", []property{{"title", title}}, lines)
}

// property is one of a command's key=value pairs.
type property struct{ key, value string }

// command writes a workflow command with a message of several lines.
func (a annotator) command(name string, properties []property, lines []string) {
	pairs := make([]string, len(properties))
	for i, p := range properties {
		pairs[i] = p.key + "=" + escapeProperty(p.value)
	}
	a.line("::" + name + " " + strings.Join(pairs, ",") + "::" + escapeData(strings.Join(lines, "\n")))
}

// inert keeps a line of the log with names from the repository in it from being taken for a
// command: the runner looks for :: at the start of a line and, of an older kind, for ##[ anywhere.
func inert(line string) string {
	return strings.ReplaceAll(line, "##[", "## [")
}

// escapeData escapes a command's message.
func escapeData(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

// escapeProperty escapes the value of a command's property.
func escapeProperty(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(text)
}
