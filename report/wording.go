package report

import (
	"slices"
	"strings"

	"github.com/keysieve/keysieve/scanner"
)

// wording is what text says differently for each command.
type wording struct {
	command string
	in      string // where the secrets are: "2 secrets in …"; empty: the root's name
	unit    noun   // what is read
	// remedy returns the rows of advice that take the blocking findings away; may be nil.
	remedy func(p *page, blocking []*scanner.Finding) []advice
}

// wordings has a line for each command and last the one for any other.
func wordings() []wording {
	files, inputs, objects := noun{"file", "files"}, noun{"input", "inputs"}, noun{"object", "objects"}
	return []wording{
		{"staged", "what you are about to commit", files, unstage},
		{"dir", "", files, nil},
		{"stdin", "standard input", inputs, nil},
		{"range", "these commits", files, amend},
		{"history", "this history", objects, nil},
		{"", "what was scanned", files, nil},
	}
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
			if seen[place.Path] {
				continue
			}
			seen[place.Path] = true
			path := p.redact.text(place.Path)
			spec := pathspec(relativePath(p.opts.Prefix, path), path != place.Path)
			dashed = dashed || strings.HasPrefix(spec, "-")
			words = append(words, p.term.shellWord(spec))
		}
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
		return []advice{{"take everything out of this commit", command + " :/"}}
	}
	if dashed {
		command += " --"
	}
	return []advice{{when, command + " " + strings.Join(words, " ")}}
}

func amend(*page, []*scanner.Finding) []advice {
	return []advice{{"not pushed yet?", "amend or rebase: a later commit that removes it leaves it in the history"}}
}

// closing returns the advice under the findings.
func (p *page) closing(blocking, warnings []*scanner.Finding) []advice {
	var rows []advice
	if len(blocking) > 0 {
		if p.wording.remedy != nil {
			rows = append(rows, p.wording.remedy(p, blocking)...)
		}
		rows = append(rows, advice{"ever pushed or shared?", "revoke it first: a secret that got out is known"})
	}
	if row, ok := allow(slices.Concat(blocking, warnings)); ok {
		rows = append(rows, row)
	}
	return rows
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
