package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/keysieve/keysieve/scanner"
)

// What one screen of a history's findings holds.
const (
	excerptFindings = 3 // of so many the line is shown
	fullHistory     = 4
	alsoPaths       = 3
)

// history writes the findings of a history, each of which is a secret with all
// its places: sorted by what matters and numbered, the first in full, others in a line
// each, the rest as a count.
func (p *page) history(blocking, warnings []*scanner.Finding) {
	full, brief := len(blocking), 0
	if most := p.limits.exposed; !p.opts.Verbose && full > most {
		full, brief = most, min(full-most, p.limits.brief)
	}
	withLine := p.opts.Verbose || len(blocking) <= excerptFindings
	for i, f := range blocking[:full] {
		p.exposed(i+1, f, withLine)
	}
	p.exposedBrief(full+1, blocking[full:full+brief])
	p.rest(blocking[full+brief:], noun{"secret", "secrets"})
	if len(warnings) == 0 {
		return
	}
	if len(blocking) > 0 {
		p.line()
		p.line("  warnings, which block nothing:")
	}
	if p.opts.Verbose {
		for i, f := range warnings {
			p.exposed(len(blocking)+i+1, f, true)
		}
		return
	}
	n := min(len(warnings), p.limits.warnings)
	p.exposedBrief(len(blocking)+1, warnings[:n])
	p.rest(warnings[n:], noun{"possible secret", "possible secrets"})
}

// verdict is how bad a finding is, in a word and a look.
func verdict(f *scanner.Finding) (look, string) {
	if !f.Blocks {
		return yellow, warning(f)
	}
	return severityLook(f.Severity), f.Severity.String()
}

// exposed writes one secret in full: what it is, the line that it stands on or
// its masked form, what reaches it, who brought it when, where else it stands.
func (p *page) exposed(n int, f *scanner.Finding, withLine bool) {
	l, word := verdict(f)
	title := p.term.show(f.Rule.Description)
	numbered := fmt.Sprintf("%3d  ", n)
	gap := max(p.width-cells(numbered)-cells(title)-cells(word), 3)
	p.line()
	p.line(numbered, p.term.paint(bold, title), strings.Repeat(" ", gap), p.term.paint(l, word))
	place, first := introduced(f)
	if withLine && f.Excerpt.Text != "" {
		if !first && place.Path != f.Places[0].Path {
			place.Line = 0 // the line is that of another file
		} else {
			place.Line = f.Places[0].Line
		}
		p.excerpt(f, place)
		p.beside(f)
	} else {
		p.prose(p.masked(f), p.reasons(f))
	}
	reached := cyan
	if f.Exposure != nil && f.Exposure.InHead {
		reached = red
	}
	for _, l := range wrap(whereabouts(f.Exposure, p.text, p.opts.Verbose), p.width-5) {
		p.line("     ", p.term.paint(reached, l))
	}
	p.commits(f)
	p.elsewhere(f)
	p.remedy(f)
}

// masked names the secret, or the file that is one by its path alone.
func (p *page) masked(f *scanner.Finding) string {
	if f.Secret.Reveal() == "" {
		return p.term.path(p.located(p.name(f.Places[0].Path)))
	}
	return p.term.show(f.Secret.String())
}

// prose writes words beside a label, wrapped, under the label's own line where
// they do not fit beside it.
func (p *page) prose(label, words string) {
	if words == "" || cells(label)+cells(words)+8 <= p.width {
		p.line("     ", label, "   ", words)
		return
	}
	p.line("     ", label)
	for _, l := range wrap(words, p.width-5) {
		p.line("     ", l)
	}
}

// row is the label of a line about a secret, padded to a column.
func row(label string) string { return "     " + pad(label, 10) }

// commits writes which commits brought the secret, took it from HEAD and, when
// all is asked for, held it last.
func (p *page) commits(f *scanner.Finding) {
	place, _ := introduced(f)
	e := f.Exposure
	if e == nil || e.First == nil {
		p.line(row("found in"), p.exposedPlace(place))
		return
	}
	how := ""
	if e.AtBoundary {
		how = "in or before "
	}
	p.commitRow("added", how, e.First, p.exposedPlace(place))
	if e.Removed != nil {
		p.commitRow("removed", "", e.Removed, "")
	}
	if p.opts.Verbose && e.Last != nil && e.Last.ID != e.First.ID {
		p.commitRow("last in", "", e.Last, "")
	}
}

func (p *page) commitRow(label, how string, c *scanner.Commit, place string) {
	words := []string{p.short(c.ID)}
	if !c.Date.IsZero() {
		words = append([]string{c.Date.UTC().Format("2006-01-02")}, words...)
	}
	if name := p.author(c.Author); name != "" {
		words = append(words, name)
	}
	line := row(label) + how + strings.Join(words, "  ")
	if how != "" && p.term.width > 0 && cells(line) > p.term.width {
		line = row(label) + how + "\n" + row("") + strings.Join(words, "  ")
	}
	switch {
	case place == "":
	case cells(line)+3+cells(place) <= p.width:
		line += "   " + place
	default: // never cut: it is to be clicked
		line += "\n" + row("") + place
	}
	p.line(line)
	if subject := p.term.show(p.redact.subject(c.Subject)); p.opts.Verbose && subject != "" {
		p.line(row(""), p.term.paint(dim, subject))
	}
}

// longestName bounds an author's name, in cells.
const longestName = 40

// author returns the name of "Name <mail>", and the address where there is no name.
func (p *page) author(author string) string {
	shown := p.text(author)
	if name, _, ok := strings.Cut(shown, "<"); ok && strings.TrimSpace(name) != "" {
		shown = strings.TrimSpace(name)
	}
	if cells(shown) > longestName {
		shown, _, _ = p.term.view(shown, 0, 0, longestName)
	}
	return shown
}

// exposedPlace names a place beside the commit that brought it.
func (p *page) exposedPlace(place scanner.Place) string {
	switch {
	case place.Kind == scanner.KindCommitMessage && place.Commit != "":
		return fmt.Sprintf("commit message, line %d", place.Line)
	case place.Kind == scanner.KindFile && place.Commit == "" && isObjectID(place.Path):
		return fmt.Sprintf("object %s, line %d", p.short(place.Path), place.Line)
	case place.Kind == scanner.KindFile && place.Path == "":
		return fmt.Sprintf("a file that no tree names, line %d", place.Line)
	}
	return p.place(place)
}

// elsewhere says in how many commits and in which files and messages else the secret stands.
func (p *page) elsewhere(f *scanner.Finding) {
	var parts []string
	if f.Exposure != nil && f.Exposure.Commits > 1 {
		parts = append(parts, count(f.Exposure.Commits-1, noun{"commit", "commits"}))
	}
	place, _ := introduced(f)
	paths, tags := []string{}, []string{}
	seen := map[string]bool{place.Path: place.Kind == scanner.KindFile || place.Kind == scanner.KindPathName}
	messages := 0
	for _, other := range f.Places {
		switch {
		case other == place:
		case other.Kind == scanner.KindCommitMessage:
			messages++
		case other.Kind == scanner.KindTagMessage:
			tags = append(tags, p.term.path(p.name(other.Path)))
		case !seen[other.Path]:
			seen[other.Path] = true
			paths = append(paths, p.term.path(p.located(p.name(other.Path))))
		}
	}
	if len(paths) > 0 {
		parts = append(parts, count(len(paths), noun{"file", "files"})+": "+some(paths, alsoPaths, p.opts.Verbose))
	}
	if messages > 0 {
		parts = append(parts, count(messages, noun{"commit message", "commit messages"}))
	}
	if len(tags) > 0 {
		parts = append(parts, plural(len(tags), noun{"tag message", "tag messages"})+" "+some(slices.Compact(tags), alsoPaths, p.opts.Verbose))
	}
	if len(parts) == 0 {
		return
	}
	for i, l := range wrap(strings.Join(parts, "; "), p.width-len(row(""))) {
		if i == 0 {
			p.line(row("also in"), l)
			continue
		}
		p.line(row(""), l)
	}
}

// exposedBrief writes a line for each secret, numbered from n.
func (p *page) exposedBrief(n int, findings []*scanner.Finding) {
	if len(findings) == 0 {
		return
	}
	p.line()
	column := 0
	for _, f := range findings {
		column = max(column, cells(p.term.show(f.Rule.ID)))
	}
	column = min(column, 40)
	for i, f := range findings {
		l, word := verdict(f)
		begin, where := fmt.Sprintf("%3d  ", n+i)+pad(p.term.show(f.Rule.ID), column)+"   "+p.masked(f)+"   ", whereabouts(f.Exposure, p.text, false)
		if p.term.width > 0 && cells(begin)+cells(word)+3+cells(where) > p.term.width {
			p.line(begin, p.term.paint(l, word))
			p.prosaic("     " + where)
			continue
		}
		p.line(begin, p.term.paint(l, word), "   ", where)
	}
}

// endAudit says what can be done about secrets in a history, and in what order.
func endAudit(p *page, blocking, _ []*scanner.Finding) []advice {
	if len(blocking) == 0 {
		return nil
	}
	rows := []advice{
		{when: "rotate first", do: "a secret that was pushed is known, and taking it out of the history does not change that"},
		{when: "then take it out", do: "git filter-repo with --replace-text rewrites every commit; everybody clones anew after that"},
	}
	if slices.ContainsFunc(blocking, func(f *scanner.Finding) bool { return standingOf(f.Exposure) == standsNowhere }) {
		rows = append(rows, advice{"reached by nothing?", "git gc --prune=now", true})
	}
	return append(rows, advice{when: "not a secret?", do: "an [[allowlists]] entry in .keysieve.toml: by path, regex or commit"})
}
