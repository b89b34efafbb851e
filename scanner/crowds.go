package scanner

import (
	"fmt"
	"slices"

	"github.com/keysieve/keysieve/scanner/detect"
)

// What a scan finds is bounded in the same way as what an audit of a history finds (history_sightings.go): a list of a hundred
// thousand findings is read by nobody, and one of millions fills the memory.

// list adds what was found at an origin, if there is room for it.
func (e *engine) list(id string, origin Origin, matches []detect.Match, res *detect.Result) {
	var named []Finding
	if origin.Kind == KindPathName {
		named = e.paths.match(e.opts, origin)
	}
	s := sighting{object: crowdAt(origin, id), label: origin.name(), matches: matches, count: len(named) + placesOf(matches) + res.Left, least: res.Uncounted}
	if s.count == 0 {
		return
	}
	if origin.Kind == KindPathName {
		s.label = "a path name" // which may be a secret itself
	}
	s.blocks = slices.ContainsFunc(named, func(f Finding) bool { return f.Blocks }) || slices.ContainsFunc(matches, func(m detect.Match) bool {
		confidence, _ := lowered(e.opts.Set, m.Rule, origin.Path, m.Confidence, nil)
		return e.blocks(origin, m.Severity, confidence)
	})
	e.mu.Lock()
	wanted := e.crowds.wants(&s)
	e.mu.Unlock()
	if !wanted { // which spares what follows
		return
	}
	s.narrow(e.opts.Set, e.opts.most/2)
	s.findings = append(named, e.assemble(origin, s.matches, res.Known)...)
	s.matches = nil
	e.mu.Lock()
	defer e.mu.Unlock()
	e.crowds.add(s)
}

// crowdAt names a content at one place, so that no two have one name.
func crowdAt(o Origin, id string) Object {
	return Object{Kind: o.Kind, Name: o.Path + "\x00" + o.Commit + "\x00" + id}
}

// uncrowd makes the list of findings of what there was room for, and says what else there was.
func (e *engine) uncrowd() {
	e.skipped = append(e.skipped, e.crowds.skips()...)
	for i := range e.crowds.contents {
		e.findings = append(e.findings, e.crowds.contents[i].findings...)
		e.crowds.contents[i].findings = nil
	}
}

// unusedDirectives are the places of directives that accept nothing: of more than the limit the first ones.
type unusedDirectives struct {
	limit  int
	places []Place
	left   int
}

func (u *unusedDirectives) add(places []Place) {
	u.places = append(u.places, places...)
	if len(u.places) > 2*u.limit {
		u.cut()
	}
}

func (u *unusedDirectives) cut() {
	slices.SortFunc(u.places, comparePlaces)
	if over := len(u.places) - u.limit; over > 0 {
		u.left += over
		u.places = slices.Clone(u.places[:u.limit])
	}
}

// all returns the places in their order, and says how many there were more.
func (u *unusedDirectives) all() ([]Place, []Skip) {
	u.cut()
	if u.left == 0 {
		return u.places, nil
	}
	return u.places, []Skip{{
		Path:   "scan",
		Reason: fmt.Sprintf("%d further comments that accept nothing are not listed: there are more than %d", u.left, u.limit),
	}}
}
