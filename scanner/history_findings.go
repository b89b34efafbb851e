package scanner

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
)

// When a walk has ended, what was seen is grouped by secret, and the history says
// where each group stands; groups and standings together are the findings.

// interruptGrace is how long an interrupted audit may still look for the places of
// what was found. Whoever interrupts wants to have the answer, but soon.
const interruptGrace = 3 * time.Second

// secretGroup is a secret with everything in which it was seen, under whatever rules: an
// assignment in one file and a sentence in another may hold the same password.
type secretGroup struct {
	secret string     // as it is written in the first of them
	known  string     // by which it is told from others: its identity
	refs   []matchRef // ascending
}

// matchRef is a match in a content that was seen.
type matchRef struct{ sighting, match int }

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
	q := h.inquire(groups, paths)
	if len(q.objects) == 0 {
		return nil
	}
	standings, err := h.src.Attribute(ctx, q.objects, h.skip)
	switch {
	case err == nil:
		if q.crowded >= 0 {
			h.placeCrowds(standings[q.crowded])
		}
		if q.empty >= 0 {
			err = h.placeKeyless(ctx, paths, &standings[q.empty])
		}
	case h.stopped(ctx):
		standings, err = unplaced(q.objects), nil
		ctx = context.WithoutCancel(ctx)
	}
	if err != nil {
		return fmt.Errorf("finding where the secrets stand: %w", err)
	}
	return h.answer(ctx, groups, &q, standings)
}

// inquiry is what an audit asks where it stands, in lists of objects.
type inquiry struct {
	objects        [][]Object
	of             []int // by group, its list
	secrets        int   // the first lists are those of secrets,
	names          int   // from there up to here one for each path of which the name tells something
	crowded, empty int   // the lists of contents that are too crowded, and of key stores without a key; -1: none
}

func (h *historian) inquire(groups []secretGroup, paths []string) inquiry {
	q := inquiry{crowded: -1, empty: -1}
	q.objects, q.of = h.objects(groups)
	q.secrets = len(q.objects)
	for _, p := range paths {
		q.objects = append(q.objects, []Object{{Kind: KindPathName, Name: path.Base(p), Path: p}})
	}
	q.names = len(q.objects)
	if crowded := h.crowdedObjects(); len(crowded) > 0 {
		q.crowded = len(q.objects)
		q.objects = append(q.objects, crowded)
	}
	if len(paths) > 0 && len(h.empty) > 0 {
		q.empty = len(q.objects)
		q.objects = append(q.objects, h.empty)
	}
	return q
}

// answer makes the findings of what was asked for.
func (h *historian) answer(ctx context.Context, groups []secretGroup, q *inquiry, standings []Standing) error {
	a := &assembly{historian: h}
	found, err := a.place(ctx, groups, q.of, standings)
	if err != nil {
		return err
	}
	for i := range found {
		a.finding(&found[i])
	}
	if h.cut.Load() { // the time is up, but lines are worth a moment
		quick, cancel := context.WithTimeout(context.WithoutCancel(ctx), interruptGrace)
		defer cancel()
		ctx = quick
	}
	a.addExcerpts(ctx)
	for _, s := range standings[q.secrets:q.names] {
		h.findings = append(h.findings, h.atPath(s)...)
	}
	a.sayUnlisted()
	return nil
}

// objects lists the contents that each group stands in, and says for each group which of the lists is its own: thousands
// of secrets may stand in the same contents, whose places are asked for once.
func (h *historian) objects(groups []secretGroup) (lists [][]Object, of []int) {
	known := make(map[string]int)
	var key []byte
	for _, g := range groups {
		key = key[:0]
		for i, ref := range g.refs {
			if i == 0 || ref.sighting != g.refs[i-1].sighting {
				key = binary.AppendUvarint(key, uint64(ref.sighting)) //nolint:gosec // an index
			}
		}
		at, ok := known[string(key)]
		if !ok {
			at = len(lists)
			known[string(key)] = at
			var group []Object
			for i, ref := range g.refs {
				if i == 0 || ref.sighting != g.refs[i-1].sighting {
					group = append(group, h.seen[ref.sighting].object)
				}
			}
			lists = append(lists, group)
		}
		of = append(of, at)
	}
	return lists, of
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
		return len(h.paths.match(h.opts, Origin{Kind: KindPathName, Path: p})) == 0 || h.leavesOut(p)
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

// group groups what was seen by secret, in a stable order.
func (h *historian) group() []secretGroup {
	index := make(map[string]int)
	var groups []secretGroup
	for n := range h.seen {
		for i := range h.seen[n].matches {
			m := &h.seen[n].matches[i]
			known := identity(m.Secret)
			at, ok := index[known]
			if !ok {
				at = len(groups)
				index[known] = at
				groups = append(groups, secretGroup{secret: m.Secret, known: known})
			}
			groups[at].refs = append(groups[at].refs, matchRef{n, i})
		}
	}
	return groups
}

// assembly makes findings of groups and their standings. A content may hold tens of thousands of secrets, and so may
// each of its versions: what is done for one secret at one place must not look at all the others.
type assembly struct {
	*historian
	veils     map[string]string // by author, subject or reference: the same without secrets
	stretches map[int][]int     // by sighting: of each match, the first that overlaps it (see stretch)
	unquoted  []unquoted
	places    int // of all findings
	unlisted  int // places for which there was no room
}

// finding adds the finding of a group.
func (a *assembly) finding(g *placedGroup) {
	all, exposure := g.matches, g.exposure
	var first *Commit
	if exposure != nil {
		first = exposure.First
	}
	lead := slices.MinFunc(all, func(x, y standingMatch) int { return compareIntroduction(&x.place, &y.place, first) })
	surest := slices.MinFunc(all, a.compareTelling)
	rule := a.opts.Set.Rules()[surest.match.Rule]
	f := Finding{
		Rule: rule, Secret: NewSecret(g.secret), Whole: surest.match.Whole, Exposure: exposure,
		Severity: surest.match.Severity, Confidence: surest.confidence, Check: checkPhrase(surest.match.Check.Notes), Reasons: surest.reasons,
		Fingerprint: Fingerprint(rule.ID, lead.place.Path, g.secret),
		Blocks: slices.ContainsFunc(all, func(m standingMatch) bool {
			return a.blocks(m.place.Origin, m.match.Severity, m.confidence)
		}),
		Places: []Place{lead.place},
	}
	for i := range all {
		if all[i].place != lead.place {
			f.Places = append(f.Places, all[i].place)
		}
	}
	for i := range all {
		if len(all[i].match.Parts) > 0 {
			f.addParts(a.parts(all[i].match, all[i].place.Origin))
		}
	}
	slices.SortFunc(f.Places[1:], comparePlaces)
	f.Places = a.bounded(slices.Compact(f.Places))
	a.veil(&f)
	a.unquoted = append(a.unquoted, unquoted{len(a.findings), lead})
	a.findings = append(a.findings, f)
}

// bounded cuts the places of a finding where there are too many: a content with a thousand secrets may stand at a thousand paths,
// and each of them is listed once at least.
func (a *assembly) bounded(places []Place) []Place {
	most := max(1, a.opts.most*placesShare-a.places)
	if over := len(places) - most; over > 0 {
		a.unlisted += over
		places = slices.Clone(places[:most])
	}
	a.places += len(places)
	return places
}

// sayUnlisted says how many places are not listed.
func (a *assembly) sayUnlisted() {
	if a.unlisted > 0 {
		a.skip(Skip{Kind: SkipUnlisted, Path: "history", Reason: fmt.Sprintf("%d further places of secrets that are listed are not: at most %d places are", a.unlisted, a.opts.most*placesShare)})
	}
}

// compareTelling orders matches of one secret by how much they tell of it: the surest first, that of a rule that knows
// what kind of secret it is before those that do not, and then the one that stood there first.
func (a *assembly) compareTelling(x, y standingMatch) int {
	generic := func(m standingMatch) int {
		if a.opts.Set.Rules()[m.match.Rule].Generic {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(y.confidence, x.confidence), cmp.Compare(generic(x), generic(y)), cmp.Compare(y.match.Severity, x.match.Severity),
		compareIntroduction(&x.place, &y.place, nil), cmp.Compare(x.match.Rule, y.match.Rule))
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
	masked := veil(a.detector(), text)
	if a.veils == nil {
		a.veils = make(map[string]string)
	}
	a.veils[text] = masked
	return masked
}
