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
		if !r.Reads() && r.Path != "" && !r.SkipReport {
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
		confidence, reasons := lowered(p.set, i, origin.Path, r.Confidence, []string{"the file's name says so"})
		width := utf8.RuneCountInString(origin.Path)
		out = append(out, Finding{
			Rule: r, Fingerprint: Fingerprint(r.ID, origin.Path, ""),
			Severity: r.Severity, Confidence: confidence,
			Reasons: reasons,
			Excerpt: Excerpt{Text: printable(origin.Path), End: width},
			Places:  []Place{{Origin: origin, Line: 1, Column: 1, EndLine: 1, EndColumn: width + 1}},
			Blocks:  opts.Policy.Blocks(origin.Path, r.Severity, confidence),
		})
	}
	return out
}

// lowered returns a finding's confidence and reasons at a path, where the rule may count for less.
func lowered(set *rules.Set, rule int, path string, c rules.Confidence, reasons []string) (rules.Confidence, []string) {
	if c == rules.ConfidenceLow {
		return c, reasons
	}
	reason, ok := set.Lowered(rule, path)
	if !ok {
		return c, reasons
	}
	return rules.ConfidenceLow, append(slices.Clip(reasons), reason)
}

func (p *pathRules) allowed(rule int, origin Origin) bool {
	return slices.ContainsFunc(p.set.Allowlists(rule), func(a *rules.CompiledAllowlist) bool {
		return a.Content(rules.MatchText{Secret: origin.Path, Match: origin.Path, Named: origin.Path, Line: origin.Path}) == rules.Allowed || a.Place(origin.Path, origin.Commit)
	})
}
