package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/keysieve/keysieve/scanner"
)

// markdownSink writes GitHub Flavored Markdown, which GitLab, Gitea and Azure DevOps read as well: the
// verdict as a heading, a table of the findings, the worst first, what to do in a part that folds, what was not
// read and what was scanned.
//
// A text that is too long is refused by those who show it. So whole rows are left out at the end, and a line
// says how many and where they are.
type markdownSink struct {
	w     io.Writer
	opts  Options
	limit int // bytes
}

// GitHub's bounds: a job's summary has 1 MiB, of which a step may have written some already ("Adding
// a job summary"); a comment 65,536 characters, of which none has less than one byte.
const (
	summaryLimit = 1_000_000
	commentLimit = 65_000
)

func newMarkdown(w io.Writer, opts Options) scanner.Sink {
	return &markdownSink{w, opts, summaryLimit}
}

func newMarkdownComment(w io.Writer, opts Options) scanner.Sink {
	return &markdownSink{w, opts, commentLimit}
}

// Bounds of what a row and a list name; what is beyond is counted.
const (
	markdownPlaces = 3
	markdownListed = 50
	longestText    = 400 // characters of a name or sentence: one row must not take the room of a hundred
	longestAddress = 2000
)

// Write writes the text.
func (s *markdownSink) Write(result scanner.Result) error {
	return buffered(s.w, "markdown", func(w *bufio.Writer) error {
		m := summarizer{plainPage(w, s.opts, result), webOf(s.opts.Repository)}
		_, err := w.WriteString(m.layout(result, s.limit))
		return err
	})
}

// summarizer lays one result out.
type summarizer struct {
	*page
	web web
}

// layout returns the whole in at most limit bytes. The parts around the table get at most half of them,
// the table what is left.
func (m summarizer) layout(result scanner.Result, limit int) string {
	blocking, warnings := divided(result.Findings)
	findings := worstFirst(result.Findings)
	head := "## " + icon(result) + " keysieve: " + markdownProse(cut(m.said(result, len(blocking), len(warnings)), longestText)) + "\n\n"
	tail := m.notRead(result, limit/8) + m.unusedDirectives(result.Unused, limit/8) + m.advised(findings, blocking, warnings, limit/8) +
		"<sub>" + markdownProse(m.scanned(result.Summary)) + "</sub>\n"
	if len(findings) == 0 {
		return head + tail
	}
	const reserve = 300 // for the line about what is left out
	table := "| | What | Where | Secret |\n|---|---|---|---|\n"
	room := limit - len(head) - len(table) - len(tail) - reserve
	var rows strings.Builder
	shown := 0
	for _, f := range findings {
		row := m.row(f)
		if rows.Len()+len(row) > room {
			break
		}
		rows.WriteString(row)
		shown++
	}
	left := ""
	if n := len(findings) - shown; n > 0 {
		left = fmt.Sprintf("**%s left out** for want of room, the least urgent. All are in the json, jsonl, csv and sarif reports: `--report json=keysieve.json`.\n\n",
			count(n, noun{"finding is", "findings are"}))
	}
	if shown == 0 {
		return head + left + tail
	}
	return head + table + rows.String() + "\n" + left + tail
}

// icon shows how it went; the words say it, too.
func icon(result scanner.Result) string {
	switch {
	case result.ExitCode == scanner.ExitFindings:
		return "❌"
	case result.ExitCode != scanner.ExitClean, len(result.Findings) > 0:
		return "⚠️"
	}
	return "✅"
}

// row is the line of the table for a finding.
func (m summarizer) row(f *scanner.Finding) string {
	what := markdownProse(cut(f.Rule.Description, longestText)) + "<br>" + code(cut(f.Rule.ID, longestText))
	if reasons := m.reasons(f); reasons != "" {
		what += "<br>" + markdownProse(cut(reasons, longestText))
	}
	secret := ""
	if f.Secret.Reveal() != "" {
		secret = code(f.Secret.String())
	}
	_, word := verdict(f)
	if f.Blocks {
		word = "**" + word + "**"
	}
	return "| " + word + " | " + what + " | " + m.where(f) + " | " + secret + " |\n"
}

// where names the places of a finding, the one that introduced it first.
func (m summarizer) where(f *scanner.Finding) string {
	first, _ := introduced(f)
	lines := []string{m.linked(first)}
	if f.Exposure != nil {
		lines = append(lines, markdownProse(whereabouts(f.Exposure, m.text, false)))
	}
	left := 0
	for _, place := range f.Places {
		switch {
		case place == first:
		case len(lines) >= markdownPlaces:
			left++
		default:
			lines = append(lines, m.linked(place))
		}
	}
	if left > 0 {
		lines = append(lines, "and "+count(left, noun{"more place", "more places"}))
	}
	return strings.Join(lines, "<br>")
}

// linked names a place, with a link to it and to the commit that brought it where there are pages of them.
func (m summarizer) linked(place scanner.Place) string {
	name := cut(m.exposedPlace(place), longestText)
	if inTree(place, m.redact) && place.Kind == scanner.KindFile {
		name = fmt.Sprintf("%s:%d", cut(m.term.path(place.Path), longestText), place.Line)
	}
	revision := m.opts.Revision
	if m.wording.command == "staged" {
		revision = "" // no commit has what is staged
	}
	said := code(name)
	if address, ok := m.web.place(place, revision, m.redact); ok && len(address) <= longestAddress {
		said = "[" + said + "](" + address + ")"
	}
	if place.Commit == "" {
		return said
	}
	commit := code(m.commit(place))
	if address, ok := m.web.commit(place.Commit); ok {
		commit = "[" + commit + "](" + address + ")"
	}
	said += "<br>" + commit
	if place.Author != "" {
		said += " " + code(m.author(m.redact.text(place.Author)))
	}
	if !place.Date.IsZero() {
		said += " " + place.Date.UTC().Format("2006-01-02")
	}
	return said
}

// advised says what to do, folded: the remedy of each rule, and what holds for all.
func (m summarizer) advised(findings, blocking, warnings []*scanner.Finding, room int) string {
	if len(findings) == 0 {
		return ""
	}
	rows := m.wording.closing(m.page, blocking, warnings)
	var remedies []*scanner.Finding // one for each rule
	for _, f := range findings {
		if !m.told[f.Rule.ID] && f.Rule.Remedy != "" {
			m.told[f.Rule.ID] = true
			remedies = append(remedies, f)
		}
	}
	item := func(i int) string {
		if i < len(rows) {
			return markdownProse(rows[i].when) + " — " + markdownProse(cut(m.term.show(rows[i].do), longestText))
		}
		rule := remedies[i-len(rows)].Rule
		said := code(rule.ID) + " — " + markdownProse(cut(sentence(rule.Remedy), longestText))
		if uri, ok := webPage(rule.Docs); ok {
			said += " [Documentation](" + uri + ")"
		}
		return said
	}
	return "<details><summary>What to do</summary>\n\n" + markdownList(len(rows)+len(remedies), item, room) + "\n</details>\n\n"
}

func (m summarizer) notRead(result scanner.Result, room int) string {
	cutOff := result.Summary.Interrupted || result.Summary.Shallow
	if len(result.Skipped) == 0 && !cutOff {
		return ""
	}
	text := "**The scan is incomplete**: " + caution(result) + "\n\n"
	item := func(i int) string { return code(cut(m.skip(result.Skipped[i]), longestText)) }
	return text + markdownList(len(result.Skipped), item, room) + "\n"
}

func (m summarizer) unusedDirectives(places []scanner.Place, room int) string {
	if len(places) == 0 {
		return ""
	}
	item := func(i int) string {
		if places[i].Problem == "" {
			return m.linked(places[i])
		}
		return m.linked(places[i]) + ": it " + markdownProse(m.text(places[i].Problem))
	}
	return "These `keysieve:allow` comments suppress nothing:\n\n" + markdownList(len(places), item, room) + "\n"
}

// markdownList returns a list of n items, cut where they are many or outgrow room; what is left out is counted.
func markdownList(n int, item func(int) string, room int) string {
	var b strings.Builder
	for i := range n {
		text := ""
		if i < markdownListed {
			text = item(i)
		}
		if text == "" || b.Len()+len(text) > room {
			b.WriteString("- and " + number(n-i) + " more, in the text and json reports\n")
			break
		}
		b.WriteString("- " + text + "\n")
	}
	return b.String()
}
