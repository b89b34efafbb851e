package scanner

import (
	"slices"
	"unicode/utf8"

	"github.com/keysieve/keysieve/rules"
)

// pathRules are the rules on paths alone: a file that should not be there
// whatever it holds, a key store for instance.
type pathRules struct {
	set   *rules.Set
	rules []int
}

func newPathRules(set *rules.Set) *pathRules {
	p := &pathRules{set: set}
	for i, r := range set.Rules() {
		if r.Regex == "" && r.Path != "" && !r.SkipReport {
			p.rules = append(p.rules, i)
		}
	}
	return p
}

// match returns the findings of a path.
func (p *pathRules) match(opts Options, origin Origin) []Finding {
	var out []Finding
	for _, i := range p.rules {
		re := p.set.Program(i).Path()
		if re == nil || !re.MatchString(origin.Path) || p.allowed(i, origin) {
			continue
		}
		r := p.set.Rules()[i]
		width := utf8.RuneCountInString(origin.Path)
		out = append(out, Finding{
			Rule: r, Fingerprint: Fingerprint(r.ID, origin.Path, ""),
			Severity: r.Severity, Confidence: r.Confidence,
			Reasons: []string{"the file's name says so"},
			Excerpt: Excerpt{Text: printable(origin.Path), End: width},
			Places:  []Place{{Origin: origin, Line: 1, Column: 1, EndLine: 1, EndColumn: width + 1}},
			Blocks:  r.Confidence >= opts.FailOn,
		})
	}
	return out
}

func (p *pathRules) allowed(rule int, origin Origin) bool {
	return slices.ContainsFunc(p.set.Allowlists(rule), func(a *rules.CompiledAllowlist) bool {
		return a.Content(origin.Path, origin.Path, origin.Path) == rules.Allowed || a.Place(origin.Path, origin.Commit)
	})
}
