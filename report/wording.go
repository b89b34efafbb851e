package report

import (
	"fmt"
	"path"
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
		{"dir", inTargets, files, plain, revokeAfter(nil)},
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
		if s.Findings == 0 && len(p.opts.Targets) > 0 { // whether anything of them is staged is not told
			return p.targets()
		}
		return "what you are about to commit"
	case s.Findings:
		return "the files named, in which nothing is staged"
	}
	return "what you are about to commit and the other files named"
}

// inTargets names what the user asked for.
func inTargets(p *page, _ scanner.Summary) string {
	if len(p.opts.Targets) == 0 {
		return "this directory"
	}
	return p.targets()
}

// NamedTargets is how many of Options.Targets are written out, at most.
const NamedTargets = 2

// targets names the paths that the user named.
func (p *page) targets() string {
	name := func(i int) string { return p.term.path(p.bulleted(p.redact.text(p.opts.Targets[i]))) }
	switch n := len(p.opts.Targets); n {
	case 1:
		return name(0)
	case NamedTargets:
		return name(0) + " and " + name(1)
	default:
		return fmt.Sprintf("%s and %s more", name(0), number(n-1))
	}
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
type advice struct {
	when, do string
	command  bool // do is to be pasted into a shell
}

// maxUnstaged is how many paths a command to paste names, at most, unless all
// findings are asked for.
const maxUnstaged = 12

// unstage gives the command that takes the files with secrets out of the index.
func unstage(p *page, blocking []*scanner.Finding) []advice {
	git, prefix := "git", p.opts.Prefix
	if dir := p.opts.Directory; dir != "" {
		git, prefix = "git -C "+p.term.shellWord(p.redact.text(dir)), p.opts.DirectoryPrefix
	}
	command := git + " restore --staged"
	if p.opts.Unborn { // there is no HEAD to restore from; git rm refuses a file that was changed since
		command = git + " reset -q --"
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
			spec := pathspec(relativePath(prefix, path), path != place.Path)
			dashed = dashed || strings.HasPrefix(spec, "-")
			words = append(words, p.term.shellWord(spec))
		}
	}
	var rows []advice
	if slices.ContainsFunc(blocking, unchanged) {
		rows = []advice{{when: "nothing staged there?", do: "take it out of the file: what is committed already stays in the history"}}
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
		return append([]advice{{"take everything out of this commit", command + " :/", true}}, rows...)
	}
	if dashed && !p.opts.Unborn {
		command += " --"
	}
	return append([]advice{{when, command + " " + strings.Join(words, " "), true}}, rows...)
}

// unchanged says whether a finding stands in a file that was named and has nothing staged.
func unchanged(f *scanner.Finding) bool { return f.Places[0].Unchanged }

func amend(*page, []*scanner.Finding) []advice {
	return []advice{{when: "not pushed yet?", do: "amend or rebase: a later commit that removes it leaves it in the history"}}
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
			rows = append(rows, advice{when: "ever pushed or shared?", do: "revoke it first: a secret that got out is known"})
		}
		return append(rows, allow(slices.Concat(blocking, warnings))...)
	}
}

// allow says how to accept what is no secret: by a comment where one can stand.
func allow(findings []*scanner.Finding) []advice {
	rule, lines, bare := "", 0, 0
	for _, f := range findings {
		switch {
		case f.Places[0].Kind != scanner.KindFile:
			continue
		case f.Whole || !takesComments(f.Places[0].Path):
			bare++
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
	var rows []advice
	if lines > 0 {
		rows = append(rows, advice{when: "not a secret?", do: "end the line with a comment: keysieve:allow " + rule + " REASON"})
	}
	if bare > 0 {
		when := "not a secret?"
		if lines > 0 {
			when = "where no comment can stand?"
		}
		rows = append(rows, advice{when: when, do: "an [[allowlists]] entry in .keysieve.toml: by path or regex"})
	}
	return rows
}

// bareExtensions are those of formats in which nothing can be written at the end of a line without spoiling the file.
var bareExtensions = []string{
	".json", ".jsonl", ".ndjson", ".geojson", ".webmanifest", ".ipynb", ".har", ".map", ".csv", ".tsv",
	".pem", ".key", ".p12", ".pfx", ".jks", ".zip", ".gz", ".pdf", ".png", ".jpg", ".sqlite", ".db",
}

// takesComments says whether a comment can stand at the end of a line of a file.
func takesComments(name string) bool {
	return !slices.Contains(bareExtensions, strings.ToLower(path.Ext(name)))
}
