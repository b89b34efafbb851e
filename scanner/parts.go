package scanner

import (
	"slices"

	"github.com/keysieve/keysieve/scanner/detect"
)

// parts are the other parts of the credential that a match at an origin belongs to.
func (e *engine) parts(m *detect.Match, origin Origin) []Part {
	if len(m.Parts) == 0 {
		return nil
	}
	parts := make([]Part, len(m.Parts))
	for i := range m.Parts {
		p := &m.Parts[i]
		parts[i] = Part{
			Rule: e.opts.Set.Rules()[p.Rule], Secret: NewSecret(p.Secret), Check: checkPhrase(p.Check.Notes),
			Place: Place{Origin: origin, Line: p.Line, Column: p.Column, EndLine: p.EndLine, EndColumn: p.EndColumn},
		}
	}
	return parts
}

// addParts adds parts, of each secret its first place.
func (f *Finding) addParts(parts []Part) {
	for _, p := range parts {
		if !slices.ContainsFunc(f.Parts, func(known Part) bool { return known.Rule == p.Rule && known.Secret.same(p.Secret) }) {
			f.Parts = append(f.Parts, p)
		}
	}
}

// mostParts is how many parts a secret is told with; further ones are findings of their own. A list of ids may stand around one key.
const mostParts = 5

// partBound counts the parts of each secret.
type partBound map[string][]string

// keep cuts the parts of a match that are too many for its secret.
func (b partBound) keep(m *detect.Match) {
	if len(m.Parts) == 0 {
		return
	}
	known := identity(m.Secret)
	kept := make([]detect.Part, 0, len(m.Parts))
	for _, p := range m.Parts {
		if told := b[known]; !slices.Contains(told, p.Secret) {
			if len(told) == mostParts {
				continue
			}
			b[known] = append(told, p.Secret)
		}
		kept = append(kept, p)
	}
	m.Parts = kept
}

// withoutParts drops the matches at an origin that are reported as parts of others: not one that blocks for one that does not, nor what
// blocks as anybody's secret for an id that it is taken for.
func (e *engine) withoutParts(origin Origin, matches []detect.Match) []detect.Match {
	blocks := func(m *detect.Match) bool {
		confidence, _ := lowered(e.opts.Set, m.Rule, origin.Path, m.Confidence, nil)
		return e.blocks(origin, m.Severity, confidence)
	}
	bound := make(partBound)
	for i := range matches {
		bound.keep(&matches[i])
	}
	d := e.detector()
	return d.WithoutParts(matches, matches, func(part, owner *detect.Match, rule int) bool {
		return !blocks(part) || blocks(owner) && !d.IsGuess(part, rule)
	})
}

// standingPart is the text of a part at a place.
type standingPart struct {
	object Object
	path   string
	start  int64
	secret string
}

// withoutPartGroups drops the groups that are, wherever they count, parts of others and not reported by themselves.
func (a *assembly) withoutPartGroups(placed []placedGroup) []placedGroup {
	type joint struct {
		rule, owner int
		blocks      bool
	}
	var joined map[standingPart][]joint
	blocks := func(at *standingMatch) bool { return a.blocks(at.place.Origin, at.match.Severity, at.confidence) }
	bound := make(partBound)
	for i := range placed {
		for n := range placed[i].matches {
			at := &placed[i].matches[n]
			bound.keep(at.match)
			for k := range at.match.Parts {
				p := &at.match.Parts[k]
				if !p.Joined {
					continue
				}
				if joined == nil {
					joined = make(map[standingPart][]joint)
				}
				key := standingPart{at.object.key(), at.place.Path, p.Start, p.Secret}
				joined[key] = append(joined[key], joint{p.Rule, at.match.Rule, blocks(at)})
			}
		}
	}
	if joined == nil {
		return placed
	}
	return slices.DeleteFunc(placed, func(g placedGroup) bool {
		return !slices.ContainsFunc(g.matches, func(at standingMatch) bool {
			owners := joined[standingPart{at.object.key(), at.place.Path, at.match.Start, at.match.Secret}]
			return !slices.ContainsFunc(owners, func(j joint) bool {
				return a.detector().IsPart(at.match, j.rule, j.owner) && (!blocks(&at) || j.blocks && !a.detector().IsGuess(at.match, j.rule))
			})
		})
	})
}
