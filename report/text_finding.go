package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
)

// gutter is the width of the column of line numbers.
const gutter = 7

// maxAlso is how many further places of a finding are listed.
const maxAlso = 6

// warning says why a finding blocks nothing: it is hardly a secret, or less than
// what the user asked for.
func warning(f *scanner.Finding) string {
	if f.Confidence > rules.ConfidenceLow {
		return "warning: " + f.Severity.String() + " severity, " + f.Confidence.String() + " confidence"
	}
	return "warning: " + f.Confidence.String() + " confidence"
}

func severityLook(s rules.Severity) look {
	switch s {
	case rules.SeverityCritical:
		return alarm
	case rules.SeverityHigh:
		return red
	}
	return yellow
}

// finding writes one finding in full: place, kind and severity; the line with
// the secret marked and why it is one; where else it stands; what to do.
func (p *page) finding(f *scanner.Finding) {
	l, severity := verdict(f)
	place, title := p.place(f.Places[0]), p.term.show(f.Rule.Description)
	if room := p.width - 2 - cells(place) - 3 - cells(title) - cells(severity); room >= 3 || p.term.width == 0 {
		p.line("  ", p.term.paint(bold, place), "   ", title, strings.Repeat(" ", max(room, 3)), p.term.paint(l, severity))
	} else {
		gap := max(p.width-5-cells(title)-cells(severity), 3)
		p.line("  ", p.term.paint(bold, place))
		p.line("     ", title, strings.Repeat(" ", gap), p.term.paint(l, severity))
	}
	p.excerpt(f, f.Places[0])
	p.beside(f)
	p.also(f)
	p.added(f.Places[0])
	p.remedy(f)
}

// place names a place, clickable where it is one in a file: path:line:column.
func (p *page) place(place scanner.Place) string {
	path := p.name(place.Path)
	switch place.Kind {
	case scanner.KindPathName:
		return p.term.path(p.located(path)) + " (file name)"
	case scanner.KindCommitMessage:
		return fmt.Sprintf("commit %s, message line %d", p.commit(place), place.Line)
	case scanner.KindTagMessage:
		name := p.term.path(path)
		if path == "" {
			name = p.commit(place)
		}
		return fmt.Sprintf("tag %s, message line %d", name, place.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.term.path(p.located(path)), place.Line, place.Column)
}

// commit returns the place's commit in the short form that people know.
func (p *page) commit(place scanner.Place) string { return p.short(place.Commit) }

// short returns an object id in its short form.
func (p *page) short(id string) string {
	const short = 10
	return p.text(id[:min(len(id), short)])
}

// excerpt writes the line, the mark under the secret and beside it the reasons. The
// line has the number that the place has; none in a path name and where it is 0.
func (p *page) excerpt(f *scanner.Finding, place scanner.Place) {
	excerpt := p.redact.excerpt(f.Excerpt)
	text, start, end := p.term.show(excerpt.Text), excerpt.Start, excerpt.End
	reasons := p.text(because(f))
	bar := p.term.symbol("│", "|")
	numbered := fmt.Sprintf("%*d %s ", gutter, place.Line, bar)
	if place.Kind == scanner.KindPathName || place.Line == 0 {
		numbered = strings.Repeat(" ", gutter+1) + bar + " "
	}
	blank := strings.Repeat(" ", cells(numbered)-2) + bar + " "
	if text == "" {
		for _, l := range wrap(reasons, p.width-5) {
			p.line("     ", l)
		}
		return
	}
	room := p.width - cells(blank)
	if p.term.width > 0 {
		text, start, end = p.term.view(text, start, end, p.term.width-cells(blank))
	}
	runes := []rune(text)
	indent := cells(string(runes[:start]))
	mark := max(cells(string(runes[start:end])), 1)
	p.line(p.term.paint(dim, numbered), text)
	marked := strings.Repeat(" ", indent) + p.term.paint(red, strings.Repeat("~", mark))
	if indent+mark+2+cells(reasons) <= room {
		p.line(p.term.paint(dim, blank), marked, "  ", reasons)
		return
	}
	p.line(p.term.paint(dim, blank), marked)
	for _, l := range wrap(reasons, room) {
		p.line(p.term.paint(dim, blank), l)
	}
}

// reasons says why it was judged a secret, and what belongs to it.
func (p *page) reasons(f *scanner.Finding) string { return p.text(reasons(f)) }

// beside names the other parts of the credential.
func (p *page) beside(f *scanner.Finding) {
	if said := p.text(beside(f)); said != "" {
		p.prosaic("     " + said)
	}
}

// reasons says why it was judged a secret, and what belongs to it; nothing but that is masked.
func reasons(f *scanner.Finding) string {
	said := make([]string, 0, 2)
	for _, s := range []string{because(f), beside(f)} {
		if s != "" {
			said = append(said, s)
		}
	}
	return strings.Join(said, ", ")
}

// because says why it was judged a secret; nothing is masked.
func because(f *scanner.Finding) string {
	reasons := f.Reasons
	if f.Check != "" && !slices.Contains(reasons, f.Check) {
		reasons = append([]string{f.Check}, reasons...)
	}
	return strings.Join(reasons, ", ")
}

// also lists the finding's other places.
func (p *page) also(f *scanner.Finding) {
	if len(f.Places) == 1 {
		return
	}
	for _, l := range wrap("also at "+p.others(f), p.width-5) {
		p.line("     ", l)
	}
}

// others names the finding's places but the first, all of which have the same path.
func (p *page) others(f *scanner.Finding) string {
	others := f.Places[1:]
	shown := others
	if !p.opts.Verbose && len(shown) > maxAlso {
		shown = shown[:maxAlso]
	}
	words := make([]string, len(shown))
	for i, place := range shown {
		words[i] = p.place(place)
		if place.Kind == scanner.KindFile && place.Path == f.Places[0].Path {
			words[i] = fmt.Sprintf("%d:%d", place.Line, place.Column)
		}
		if place.Commit != "" && place.Commit != f.Places[0].Commit {
			words[i] += " in " + p.commit(place)
		}
	}
	list := strings.Join(words, ", ")
	if left := len(others) - len(shown); left > 0 {
		list += " and " + number(left) + " more"
	}
	return list
}

// added says which commit brought the secret, where that is known.
func (p *page) added(place scanner.Place) {
	if said := p.broughtBy(place); said != "" {
		p.prosaic("     " + said)
	}
}

// remedy writes what to do, after the rule's id, which waivers and inline
// directives refer to. A rule's remedy is written once.
func (p *page) remedy(f *scanner.Finding) {
	text := f.Rule.ID
	switch {
	case p.told[f.Rule.ID]:
		text += ": see above"
	case f.Rule.Remedy != "":
		text += ": " + f.Rule.Remedy
		p.told[f.Rule.ID] = true
	}
	for _, l := range wrap(p.term.show(text), p.width-5) {
		p.line("     ", l)
	}
	if !p.opts.Verbose {
		return
	}
	if f.Rule.Docs != "" {
		p.line("     ", p.term.paint(cyan, p.term.show(f.Rule.Docs)))
	}
	p.line("     ", p.term.paint(dim, "fingerprint "+p.term.show(f.Fingerprint)))
}
