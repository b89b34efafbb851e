package scanner

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/keysieve/keysieve/scanner/detect"
)

// What a scan finds is bounded in the same way as what an audit of a history finds (history_sightings.go): a list of a hundred
// thousand findings is read by nobody, and one of millions fills the memory.

// crowd waits until no other worker deals with a content of thousands of secrets. Such a content takes a hundred times its size
// until it is listed: one at a time fits into the memory, one for each worker does not.
func (r *reader) crowd() {
	if r.gate != nil && !r.held {
		r.gate.Lock()
		r.held = true
	}
}

// leave lets other workers deal with such contents.
func (r *reader) leave() {
	if r.held {
		r.held = false
		r.gate.Unlock()
	}
}

// list adds what was found at an origin, if there is room for it.
func (e *engine) list(id string, origin Origin, matches []detect.Match, res *detect.Result) {
	var named []Finding
	if origin.Kind == KindPathName {
		named = e.paths.match(e.opts, origin)
	}
	s := sighting{object: crowdAt(origin, id), label: origin.name(), findings: named, count: len(named) + placesOf(matches) + res.Left, least: res.Uncounted}
	if s.count == 0 {
		return
	}
	if origin.Kind == KindPathName { // which may be a secret itself
		s.label = maskedName(origin.Path, res.Known)
	}
	rankOf := e.ranking(origin)
	s.matches = narrow(e.opts.Set, matches, e.opts.most/2, rankOf)
	for _, part := range s.split(e.opts.Set, rankOf) {
		part.blocks = part.rank.blocks() && len(part.matches)+len(part.findings) > 0
		e.mu.Lock()
		wanted := e.crowds.wants(&part)
		e.mu.Unlock()
		if !wanted { // which spares what follows
			continue
		}
		part.findings = append(part.findings, e.assemble(origin, part.matches, res.Known)...)
		part.matches = nil
		e.mu.Lock()
		e.crowds.add(part)
		e.mu.Unlock()
	}
}

// ranking gives the rank of matches at an origin.
func (e *engine) ranking(origin Origin) func(*detect.Match) rank {
	known := make(map[matchKind]rank)
	return func(m *detect.Match) rank {
		kind := matchKind{m.Rule, m.Severity, m.Confidence}
		r, ok := known[kind]
		if !ok {
			confidence, _ := lowered(e.opts.Set, m.Rule, origin.Path, m.Confidence, nil)
			r = rankOf(e.opts.Set.Rules()[m.Rule], e.blocks(origin, m.Severity, confidence))
			known[kind] = r
		}
		return r
	}
}

// maskedName is a path with the secrets in it masked.
func maskedName(path string, known []detect.Known) string {
	masked := path
	for _, k := range known {
		if text := k.Secret; strings.Contains(masked, text) {
			masked = strings.ReplaceAll(masked, text, Mask(text))
		} else if k.Start < k.End && k.End <= int64(len(path)) { // encoded
			text = path[k.Start:k.End]
			masked = strings.ReplaceAll(masked, text, Mask(text))
		}
	}
	return masked
}

// crowdAt names a content at one place, so that no two have one name.
func crowdAt(o Origin, id string) Object {
	return Object{Kind: o.Kind, Name: o.Path + "\x00" + o.Commit + "\x00" + id}
}

// veilNames finds the secrets in the names that the result shows, where findings about names are left out of it: reports mask
// in names the secrets that they know.
func (e *engine) veilNames(r *Result) {
	if !e.crowds.names {
		return
	}
	seen, secrets := make(map[string]bool), make(map[string]bool)
	add := func(name string) {
		if name == "" || seen[name] {
			return
		}
		seen[name] = true
		for _, k := range e.detector().Scan([]byte(name)).Known {
			secrets[k.Secret] = true
			if k.Start < k.End && k.End <= int64(len(name)) && !strings.Contains(name, k.Secret) { // encoded
				secrets[name[k.Start:k.End]] = true
			}
		}
	}
	show := func(path string) {
		add(path)
		for name := range strings.SplitSeq(path, "/") { // as a history has it
			add(name)
		}
	}
	for i := range r.Findings {
		for k := range r.Findings[i].Places {
			show(r.Findings[i].Places[k].Path)
		}
	}
	for i := range r.Skipped {
		show(r.Skipped[i].Path)
	}
	for i := range r.Unused {
		show(r.Unused[i].Path)
	}
	for _, text := range slices.Sorted(maps.Keys(secrets)) {
		r.Veiled = append(r.Veiled, NewSecret(text))
	}
}

// uncrowd makes the list of findings of what there was room for, and says what else there was.
func (e *engine) uncrowd() {
	e.crowds.close()
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
		Kind: SkipUnlisted, Path: "scan",
		Reason: fmt.Sprintf("%d further comments that accept nothing are not listed: there are more than %d", u.left, u.limit),
	}}
}
