package report

import (
	"slices"
	"strings"

	"github.com/keysieve/keysieve/scanner"
)

// wording is what text says differently for each command.
type wording struct {
	command string
	in      func(*page, scanner.Summary) string // where the secrets are: "2 secrets in …"
	unit    noun                                // what is read
	// findings writes them, sorted by severity as they come or in an order of its own.
	findings func(p *page, blocking, warnings []*scanner.Finding)
	// closing returns the advice under the findings.
	closing func(p *page, blocking, warnings []*scanner.Finding) []advice
}

// wordings has a line for each command and last the one for any other.
func wordings() []wording {
	files, inputs, objects := noun{"file", "files"}, noun{"input", "inputs"}, noun{"object", "objects"}
	in := func(text string) func(*page, scanner.Summary) string {
		return func(*page, scanner.Summary) string { return text }
	}
	plain := (*page).severeFirst
	return []wording{
		{"staged", inStaged, files, plain, revokeAfter(unstage)},
		{"dir", inRoot, files, plain, revokeAfter(nil)},
		{"stdin", in("standard input"), inputs, plain, revokeAfter(nil)},
		{"range", in("these commits"), noun{"content", "contents"}, plain, revokeAfter(amend)},
		{"history", inHistory, objects, (*page).history, endAudit},
		{"", in("what was scanned"), files, plain, revokeAfter(nil)},
	}
}

// inStaged tells what a commit would add from files that were named and have nothing staged.
func inStaged(p *page, s scanner.Summary) string {
	switch p.unchanged {
	case 0:
		return "what you are about to commit"
	case s.Findings:
		return "the files named, in which nothing is staged"
	}
	return "what you are about to commit and the other files named"
}

// inRoot names the directory that was scanned.
func inRoot(p *page, s scanner.Summary) string {
	if root := p.redact.text(s.Root); root != "" && root != "." {
		return p.term.path(root)
	}
	return "this directory"
}

// inHistory says how much there was to audit.
func inHistory(_ *page, s scanner.Summary) string {
	switch {
	case s.Commits > 0:
		return count(s.Commits, noun{"commit", "commits"})
	case s.Objects > 0:
		return count(s.Objects, noun{"object", "objects"})
	}
	return "this history"
}

func wordingFor(command string) wording {
	table := wordings()
	i := slices.IndexFunc(table, func(w wording) bool { return w.command == command })
	if i < 0 {
		i = len(table) - 1
	}
	return table[i]
}

// advice is a row of the closing block: on what occasion to do what.
type advice struct{ when, do string }

// maxUnstaged is how many paths a command to paste names, at most, unless all
// findings are asked for.
const maxUnstaged = 12

// unstage gives the command that takes the files with secrets out of the index.
func unstage(p *page, blocking []*scanner.Finding) []advice {
	command := "git restore --staged"
	if p.opts.Unborn { // there is no HEAD to restore from
		command = "git rm --cached"
	}
	seen := make(map[string]bool)
	var words []string
	dashed := false
	for _, f := range blocking {
		for _, place := range f.Places {
			if seen[place.Path] || place.Unchanged {
				continue
			}
			seen[place.Path] = true
			path := p.redact.text(place.Path)
			spec := pathspec(relativePath(p.opts.Prefix, path), path != place.Path)
			dashed = dashed || strings.HasPrefix(spec, "-")
			words = append(words, p.term.shellWord(spec))
		}
	}
	var rows []advice
	if slices.ContainsFunc(blocking, unchanged) {
		rows = []advice{{"nothing staged there?", "take it out of the file: what is committed already stays in the history"}}
	}
	if len(words) == 0 {
		return rows
	}
	when := "take it out of this commit"
	if len(words) > 1 {
		when = "take them out of this commit"
	}
	if len(words) > maxUnstaged && !p.opts.Verbose {
		// Naming some of them would leave the others in.
		if p.opts.Unborn {
			command += " -r"
		}
		return append([]advice{{"take everything out of this commit", command + " :/"}}, rows...)
	}
	if dashed {
		command += " --"
	}
	return append([]advice{{when, command + " " + strings.Join(words, " ")}}, rows...)
}

// unchanged says whether a finding stands in a file that was named and has nothing staged.
func unchanged(f *scanner.Finding) bool { return f.Places[0].Unchanged }

func amend(*page, []*scanner.Finding) []advice {
	return []advice{{"not pushed yet?", "amend or rebase: a later commit that removes it leaves it in the history"}}
}

// revokeAfter gives the advice of remedy, which takes the blocking findings away
// and may be nil, and after it what holds everywhere.
func revokeAfter(remedy func(*page, []*scanner.Finding) []advice) func(p *page, blocking, warnings []*scanner.Finding) []advice {
	return func(p *page, blocking, warnings []*scanner.Finding) []advice {
		var rows []advice
		if len(blocking) > 0 {
			if remedy != nil {
				rows = append(rows, remedy(p, blocking)...)
			}
			rows = append(rows, advice{"ever pushed or shared?", "revoke it first: a secret that got out is known"})
		}
		if row, ok := allow(slices.Concat(blocking, warnings)); ok {
			rows = append(rows, row)
		}
		return rows
	}
}

// allow says how to accept what is no secret, where a comment can stand.
func allow(findings []*scanner.Finding) (advice, bool) {
	rule, lines := "", 0
	for _, f := range findings {
		if f.Places[0].Kind != scanner.KindFile {
			continue
		}
		lines++
		switch rule {
		case "", f.Rule.ID:
			rule = f.Rule.ID
		default:
			rule = "RULE-ID"
		}
	}
	if lines == 0 {
		return advice{}, false
	}
	return advice{"not a secret?", "end the line with a comment: keysieve:allow " + rule + " REASON"}, true
}
