package scanner

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner/detect"
)

// When a walk has ended, what was seen is grouped by secret, and the history says
// where each group stands; groups and standings together are the findings.

// interruptGrace is how long an interrupted audit may still look for the places of
// what was found. Whoever interrupts wants to have the answer, but soon.
const interruptGrace = 3 * time.Second

// secretKey tells findings of a history apart.
type secretKey struct {
	rule   int
	secret string
}

// secretGroup is a secret with everything in which it was seen.
type secretGroup struct {
	secretKey
	sightings []int // indexes into seen, ascending
}

// attribute turns what was seen into findings.
func (h *historian) attribute(ctx context.Context) error {
	if h.cut.Load() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), interruptGrace)
		defer cancel()
	}
	slices.SortFunc(h.seen, func(a, b sighting) int {
		return cmp.Or(cmp.Compare(a.object.Kind, b.object.Kind), strings.Compare(a.object.ID, b.object.ID), strings.Compare(a.object.Name, b.object.Name))
	})
	groups := h.group()
	paths, err := h.filePaths(ctx)
	if err != nil && !h.stopped(ctx) {
		return fmt.Errorf("finding the paths of files: %w", err)
	}
	if len(groups)+len(paths) == 0 {
		return nil
	}
	objects := make([][]Object, 0, len(groups)+len(paths))
	for _, g := range groups {
		group := make([]Object, 0, len(g.sightings))
		for _, n := range g.sightings {
			group = append(group, h.seen[n].object)
		}
		objects = append(objects, group)
	}
	for _, p := range paths {
		objects = append(objects, []Object{{Kind: KindPathName, Name: path.Base(p), Path: p}})
	}
	standings, err := h.src.Attribute(ctx, objects, h.skip)
	switch {
	case err == nil:
	case h.stopped(ctx):
		standings = unplaced(objects)
		ctx = context.WithoutCancel(ctx)
	default:
		return fmt.Errorf("finding where the secrets stand: %w", err)
	}
	a := &assembly{historian: h, kept: make(map[keptKey][]detect.Match)}
	for i, g := range groups {
		if f, ok := a.finding(ctx, g, standings[i]); ok {
			h.findings = append(h.findings, f)
		}
	}
	for _, s := range standings[len(groups):] {
		h.findings = append(h.findings, h.atPath(s)...)
	}
	return nil
}

// stopped says that the audit was interrupted, before or just now, and that time is up.
func (h *historian) stopped(ctx context.Context) bool {
	if ctx.Err() != nil {
		h.cut.Store(true)
	}
	return ctx.Err() != nil
}

// unplaced says of no object where it stands.
func unplaced(groups [][]Object) []Standing {
	standings := make([]Standing, len(groups))
	for i, group := range groups {
		for _, o := range group {
			standings[i].Places = append(standings[i].Places, Standpoint{Object: o, Path: o.Path})
		}
	}
	return standings
}

// filePaths finds the paths at which a rule on paths alone matches.
func (h *historian) filePaths(ctx context.Context) ([]string, error) {
	if len(h.names) == 0 {
		return nil, nil
	}
	paths, err := h.src.FilePaths(ctx, slices.Sorted(maps.Keys(h.names)), h.skip)
	return slices.DeleteFunc(paths, func(p string) bool {
		return len(h.paths.match(h.opts, Origin{Kind: KindPathName, Path: p})) == 0
	}), err
}

// atPath makes the findings of rules on paths alone.
func (h *historian) atPath(s Standing) []Finding {
	if len(s.Places) == 0 {
		return nil
	}
	findings := h.paths.match(h.opts, originOf(s.Places[0]))
	for i := range findings {
		findings[i].Exposure = s.Exposure
	}
	return findings
}

// group groups what was seen by rule and secret, in a stable order.
func (h *historian) group() []secretGroup {
	index := make(map[secretKey]int)
	var groups []secretGroup
	for n := range h.seen {
		for i := range h.seen[n].matches {
			m := &h.seen[n].matches[i]
			k := secretKey{m.Rule, m.Secret}
			at, ok := index[k]
			if !ok {
				at = len(groups)
				index[k] = at
				groups = append(groups, secretGroup{secretKey: k})
			}
			if g := &groups[at]; len(g.sightings) == 0 || g.sightings[len(g.sightings)-1] != n {
				g.sightings = append(g.sightings, n)
			}
		}
	}
	return groups
}

// assembly makes findings of groups and their standings.
type assembly struct {
	*historian
	veils map[string]string // by author, subject or reference: the same without secrets
	kept  map[keptKey][]detect.Match
}

// keptKey is a content at a path: which of its matches count there is asked for each of its secrets.
type keptKey struct {
	sighting     int
	path, commit string
}

// standingMatch is a match where it counts.
type standingMatch struct {
	place      Place
	object     Object
	match      *detect.Match
	confidence rules.Confidence
	reasons    []string
}

// finding makes the finding of a group; false if none of its matches counts where it stands.
func (a *assembly) finding(ctx context.Context, g secretGroup, s Standing) (Finding, bool) {
	all := a.matches(ctx, g, s)
	if len(all) == 0 {
		return Finding{}, false
	}
	var first *Commit
	if s.Exposure != nil {
		first = s.Exposure.First
	}
	lead := slices.MinFunc(all, func(x, y standingMatch) int { return compareIntroduction(&x.place, &y.place, first) })
	surest := slices.MaxFunc(all, func(x, y standingMatch) int { return cmp.Compare(x.confidence, y.confidence) })
	f := Finding{
		Rule: a.opts.Set.Rules()[g.rule], Secret: NewSecret(g.secret), Exposure: s.Exposure,
		Severity: surest.match.Severity, Confidence: surest.confidence, Check: checkPhrase(surest.match), Reasons: surest.reasons,
		Fingerprint: Fingerprint(a.opts.Set.Rules()[g.rule].ID, lead.place.Path, g.secret),
		Blocks:      surest.confidence >= a.opts.FailOn,
		Places:      []Place{lead.place},
	}
	for i := range all {
		if all[i].place != lead.place {
			f.Places = append(f.Places, all[i].place)
		}
	}
	slices.SortFunc(f.Places[1:], comparePlaces)
	f.Excerpt = a.excerptOf(ctx, lead.object, g, &lead.place)
	a.veil(&f)
	return f, true
}

// veil masks secrets in what a finding says of commits and references: people put tokens into names of
// branches, and tools into names of authors. Such names are not contents, and no findings.
func (a *assembly) veil(f *Finding) {
	for i := range f.Places {
		f.Places[i].Author = a.veiled(f.Places[i].Author)
	}
	if f.Exposure == nil {
		return
	}
	for _, c := range []*Commit{f.Exposure.First, f.Exposure.Last, f.Exposure.Removed} {
		if c != nil {
			c.Author, c.Subject = a.veiled(c.Author), a.veiled(c.Subject)
		}
	}
	for i := range f.Exposure.Refs {
		f.Exposure.Refs[i].Name = a.veiled(f.Exposure.Refs[i].Name)
	}
}

// veiled returns a text with the secrets in it masked.
func (a *assembly) veiled(text string) string {
	if known, ok := a.veils[text]; ok {
		return known
	}
	masked := text
	for _, k := range a.detector().Scan([]byte(text)).Known {
		masked = strings.ReplaceAll(masked, k.Secret, Mask(k.Secret))
	}
	if a.veils == nil {
		a.veils = make(map[string]string)
	}
	a.veils[text] = masked
	return masked
}

// matches lists the matches of a group where they count.
func (a *assembly) matches(ctx context.Context, g secretGroup, s Standing) []standingMatch {
	byObject := make(map[Object]int, len(g.sightings))
	for _, n := range g.sightings {
		byObject[a.seen[n].object.key()] = n
	}
	brought := broughtBy(s)
	var all []standingMatch
	for _, p := range s.Places {
		n, ok := byObject[p.Object.key()]
		if !ok {
			continue
		}
		origin := originOf(p)
		for i, m := range a.here(ctx, n, origin, brought[origin.Path]) {
			if m.Rule != g.rule || m.Secret != g.secret {
				continue
			}
			at := standingMatch{object: p.Object, match: &a.kept[keptKey{n, origin.Path, brought[origin.Path]}][i]}
			at.place = Place{Origin: origin, Line: m.Line, Column: m.Column, EndLine: m.EndLine, EndColumn: m.EndColumn}
			at.confidence, at.reasons = lowered(a.opts.Set, m.Rule, origin.Path, m.Confidence, m.Reasons)
			all = append(all, at)
		}
	}
	return all
}

// broughtBy gives for each path the commit that brought the secret there: later versions
// only carry it on, so that an allowlist that accepts the commit accepts them.
func broughtBy(s Standing) map[string]string {
	first, order := make(map[string]string), make(map[string]int)
	for _, p := range s.Places {
		path := originOf(p).Path
		if known, ok := order[path]; p.Commit != nil && (!ok || p.Order < known) {
			first[path], order[path] = p.Commit.ID, p.Order
		}
	}
	return first
}

// originOf says where a standpoint is, as reports have it. A content that no tree names goes by its object id.
func originOf(p Standpoint) Origin {
	o := Origin{Kind: p.Object.Kind, Path: p.Path}
	if p.Commit != nil {
		o.Commit, o.Author, o.Date = p.Commit.ID, p.Commit.Author, p.Commit.Date
	}
	switch {
	case o.Path != "":
	case o.Kind == KindPathName:
		o.Path = p.Object.Name
	default:
		o.Path = p.Object.ID
	}
	return o
}

// compareIntroduction orders the place where a secret was introduced before all others, then the earlier one, and what
// no commit has last.
func compareIntroduction(a, b *Place, first *Commit) int {
	last := func(no bool) int {
		if no {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(last(first == nil || a.Commit != first.ID), last(first == nil || b.Commit != first.ID)),
		cmp.Compare(last(a.Commit == ""), last(b.Commit == "")),
		a.Date.Compare(b.Date), comparePlaces(*a, *b))
}

// here returns the matches of a content that count at a place, which a commit brought.
func (a *assembly) here(ctx context.Context, n int, origin Origin, commit string) []detect.Match {
	k := keptKey{n, origin.Path, commit}
	kept, ok := a.kept[k]
	if !ok {
		origin.Commit = commit
		kept, _ = a.engine.here(ctx, nil, Blob{}, origin, a.seen[n].matches)
		a.kept[k] = kept
	}
	return kept
}

// excerptOf reads the content in which a secret stands first once more, for its line.
func (a *assembly) excerptOf(ctx context.Context, o Object, g secretGroup, at *Place) Excerpt {
	r := reader{}
	res, _, err := r.detect(ctx, a.detector(), Blob{Size: -1, Open: func() (io.ReadCloser, error) { return a.src.Open(o) }})
	if err != nil { // it was readable a moment ago; the finding stands without its line
		return Excerpt{}
	}
	for i := range res.Matches {
		m := &res.Matches[i]
		if m.Rule == g.rule && m.Secret == g.secret && m.Line == at.Line && m.Column == at.Column {
			return excerpt(m, res.Known)
		}
	}
	return Excerpt{}
}
