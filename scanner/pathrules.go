package scanner

import (
	"context"
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
		if r.OnPaths() && !r.SkipReport {
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

// contentsFirst drops what a file's name alone tells where its content tells it, too: what a rule with structure found in the file says what it
// is, and is as sure. The finding of the name stays where it blocks and that does not. A name that is not sure is also dropped where the content
// is a key store that holds no key.
func (e *engine) contentsFirst(findings []Finding) []Finding {
	if !slices.ContainsFunc(findings, func(f Finding) bool { return f.Rule.OnPaths() }) {
		return findings
	}
	known := make(map[string][]*Finding)
	for i := range findings {
		if findings[i].Rule.OnPaths() || findings[i].Rule.Generic {
			continue
		}
		content := findings[i] // a copy: what follows moves them
		f := &content
		for _, p := range f.Places {
			if of := known[p.Path]; p.Kind == KindFile && !slices.Contains(of, f) {
				known[p.Path] = append(of, f)
			}
		}
	}
	return slices.DeleteFunc(findings, func(f Finding) bool {
		return f.Rule.OnPaths() && !slices.ContainsFunc(f.Places, func(p Place) bool {
			of := known[p.Path]
			if len(of) == 0 && e.keylessAt(p.Path, &f) {
				return false
			}
			return !slices.ContainsFunc(of, func(by *Finding) bool { return by.tells(&f) })
		})
	})
}

// tells tells whether a finding of a file's content says all that one of its name does: it is as sure and blocks as well, and in a history the
// file has held it from its beginning to its end.
func (f *Finding) tells(name *Finding) bool {
	if f.Confidence < name.Confidence || name.Blocks && !f.Blocks {
		return false
	}
	x, y := f.Exposure, name.Exposure
	return x == nil || y == nil || (x.InHead || !y.InHead) && (x.First == nil || y.First == nil || x.First.ID == y.First.ID)
}

// keylessness is what stands at a path besides what findings tell of.
type keylessness struct {
	empty bool // a key store that holds no key
	other bool // something else: another version, which may be what the name says
	// exposure is, in a history, that of the key stores without a key.
	exposure *Exposure
}

// noteContent notes what stands where a name may have a finding: a content is that of one version of a file.
func (e *engine) noteContent(origins []Origin, keyless bool) {
	for _, o := range origins {
		// Where each path has one content, nothing else needs to be known of it.
		if o.Kind != KindFile || !keyless && (o.Commit == "" || len(e.paths.match(e.opts, o)) == 0) {
			continue
		}
		e.mu.Lock()
		known := e.keyless[o.Path]
		known.empty, known.other = known.empty || keyless, known.other || !keyless
		e.noteKeyless(o.Path, known)
		e.mu.Unlock()
	}
}

func (e *engine) noteKeyless(path string, known keylessness) {
	if e.keyless == nil {
		e.keyless = make(map[string]keylessness)
	}
	e.keyless[path] = known
}

// keylessAt tells whether the finding of a name is not sure, and all that stood at that path is key stores without a key.
func (e *engine) keylessAt(path string, f *Finding) bool {
	known := e.keyless[path]
	if !known.empty || known.other || f.Confidence != rules.ConfidenceLow {
		return false
	}
	return known.exposure == nil || f.Exposure == nil || known.exposure.Commits == f.Exposure.Commits
}

// placeKeyless notes at which of some paths key stores stand that hold no key, and in how many commits.
func (h *historian) placeKeyless(ctx context.Context, paths []string, s *Standing) error {
	var at []string
	var counted []Counted
	for _, p := range paths {
		c := Counted{Standing: s, Places: make([]bool, len(s.Places))}
		for i := range s.Places {
			c.Places[i] = s.Places[i].Path == p
		}
		if slices.Contains(c.Places, true) {
			at, counted = append(at, p), append(counted, c)
		}
	}
	if len(counted) == 0 {
		return nil
	}
	exposures, err := h.src.Counting(ctx, counted)
	if err != nil {
		if h.stopped(ctx) {
			return nil // the names are reported
		}
		return err
	}
	for i, p := range at {
		h.noteKeyless(p, keylessness{empty: true, exposure: exposures[i]})
	}
	return nil
}
