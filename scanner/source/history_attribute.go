package source

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/git"
)

// opened reads references and commits, those that the walk has seen from memory.
func (h *History) opened(ctx context.Context, walked bool, skip func(scanner.Skip)) (*git.History, error) {
	if h.history != nil {
		return h.history, nil
	}
	fail := func(what string, err error) {
		h.tell(what, err, skip)
	}
	options := git.HistoryOptions{Workers: h.options.Workers, Fail: fail}
	var err error
	if walked {
		refs := h.repo.References(ctx, fail)
		h.history = h.repo.NewHistory(h.repo.BuildGraph(h.graph, refs, fail), refs, options)
	} else {
		h.history, err = h.repo.OpenHistory(ctx, options)
	}
	return h.history, err
}

// selection is the set of objects that the options choose.
func (h *History) selection(ctx context.Context, skip func(scanner.Skip)) (*git.ObjectSet, error) {
	history, err := h.opened(ctx, false, skip)
	if err != nil {
		return nil, err
	}
	s := git.Selection{Since: h.options.Since, Paths: h.options.Paths}
	for _, name := range h.options.Branches {
		id, err := h.repo.Resolve(ctx, name)
		if err != nil {
			return nil, err
		}
		s.From = append(s.From, id)
	}
	if h.options.ReachableOnly && len(s.From) == 0 {
		for _, ref := range history.References() {
			s.From = append(s.From, ref.ID)
		}
		if len(s.From) == 0 {
			return nil, errors.New("no reference reaches anything")
		}
	}
	if h.options.SinceRevision != "" {
		id, err := h.repo.ResolveCommit(ctx, h.options.SinceRevision)
		if err != nil {
			return nil, err
		}
		s.Not = append(s.Not, id)
	}
	return history.Select(ctx, s)
}

// Attribute implements scanner.History.
func (h *History) Attribute(ctx context.Context, groups [][]scanner.Object, skip func(scanner.Skip)) ([]scanner.Standing, error) {
	history, err := h.opened(ctx, h.walked, skip)
	if err != nil {
		return nil, err
	}
	wanted := make([]git.Group, len(groups))
	for i, group := range groups {
		for _, o := range group {
			g := &wanted[i]
			if o.Kind == scanner.KindPathName {
				if g.Path = o.Path; o.Path != "" {
					g.Files = append(g.Files, o.Name)
				} else {
					g.Names = append(g.Names, o.Name)
				}
				continue
			}
			id, err := git.ParseID(o.ID)
			if err != nil {
				return nil, err
			}
			switch o.Kind {
			case scanner.KindCommitMessage:
				g.Commits = append(g.Commits, id)
			case scanner.KindTagMessage:
				g.Tags = append(g.Tags, id)
			default:
				g.Blobs = append(g.Blobs, id)
			}
		}
	}
	history.Within = h.chosen
	attributions, err := history.Attribute(ctx, wanted)
	if err != nil {
		return nil, err
	}
	chosen := func(string) bool { return true }
	if len(h.options.Paths) > 0 {
		if chosen, err = git.MatchPaths(h.options.Paths); err != nil {
			return nil, err
		}
	}
	standings := make([]scanner.Standing, len(attributions))
	var narrow []scanner.Counted
	for i := range attributions {
		if s := &standings[i]; h.stand(s, &attributions[i], groups[i], chosen) {
			narrow = append(narrow, scanner.Counted{Standing: s, Places: slices.Repeat([]bool{true}, len(s.Places))})
		}
	}
	exposures, err := h.Counting(ctx, narrow)
	for i := range exposures {
		narrow[i].Standing.Exposure = exposures[i]
	}
	return standings, err
}

// FilePaths implements scanner.History.
func (h *History) FilePaths(ctx context.Context, names []string, skip func(scanner.Skip)) ([]string, error) {
	history, err := h.opened(ctx, h.walked, skip)
	if err != nil {
		return nil, err
	}
	history.Within = h.chosen
	attributions, err := history.Attribute(ctx, []git.Group{{Files: names}})
	if err != nil {
		return nil, err
	}
	chosen := func(string) bool { return true }
	if len(h.options.Paths) > 0 {
		if chosen, err = git.MatchPaths(h.options.Paths); err != nil {
			return nil, err
		}
	}
	var paths []string
	for _, p := range attributions[0].Places {
		if chosen(p.Path) && h.selects(&p) {
			paths = append(paths, p.Path)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths), nil
}

// selects says whether the options choose what stands at a place, as far as its commit tells.
func (h *History) selects(p *git.Place) bool {
	if p.State == git.InIndex {
		return !h.options.Narrow() // which is to choose from commits
	}
	return p.Commit == nil || h.chosen == nil || p.Selected
}

// known is what the source knows of a standing: where it comes from.
type known struct {
	*git.Attribution
	of []int // by place of the standing, the place of the attribution
}

// Counting implements scanner.History.
func (h *History) Counting(ctx context.Context, counted []scanner.Counted) ([]*scanner.Exposure, error) {
	narrow, staged := make([]git.Counted, len(counted)), make([]bool, len(counted))
	for i, c := range counted {
		k, _ := c.Standing.Known.(known)
		narrow[i] = git.Counted{Attribution: k.Attribution, Places: make([]bool, len(k.Places))}
		for n, counts := range c.Places {
			narrow[i].Places[k.of[n]] = counts
			staged[i] = staged[i] || counts && k.Places[k.of[n]].State == git.InIndex
		}
	}
	exposures, err := git.Counting(ctx, narrow)
	if err != nil {
		return nil, err
	}
	all := make([]*scanner.Exposure, len(exposures))
	for i := range exposures {
		all[i] = h.exposure(exposures[i], staged[i])
	}
	return all, nil
}

// stand says where the objects of a group stand, at paths that are chosen. It reports true where others were left out, of which
// the exposure tells, too.
func (h *History) stand(s *scanner.Standing, a *git.Attribution, group []scanner.Object, chosen func(path string) bool) (left bool) {
	objects := make(map[string]scanner.Object, len(group)) // by id, or by name after a slash, which no id has
	for _, o := range group {
		if o.Kind == scanner.KindPathName {
			objects["/"+o.Name] = o
		} else {
			objects[o.ID] = o
		}
	}
	inCommits := func(p *git.Place) bool { return p.Name == "" && p.State == git.InCommit && p.Path != "" }
	elsewhere := slices.ContainsFunc(a.Places, func(p git.Place) bool { return inCommits(&p) && chosen(p.Path) })
	var of []int // by place, its index in a.Places
	for i := range a.Places {
		p := a.Places[i]
		o := objects["/"+p.Name]
		switch {
		case p.Name == "":
			if o = objects[p.Object.String()]; elsewhere && inCommits(&p) && !chosen(p.Path) {
				left = true // the same content, at a path that was not asked for
				continue
			}
		case !h.selects(&p), !chosen(p.Path): // a tree that is new has old names, too, and a name is known before it is known where it stands
			continue
		}
		if p.State == git.InTag {
			p.Path = h.tagName(p.Object)
		}
		at := scanner.Standpoint{Object: o, Path: p.Path, Commit: h.commitOf(p.Commit)}
		if p.Commit != nil {
			at.Order = p.Commit.Order
		}
		s.Places, of = append(s.Places, at), append(of, i)
	}
	s.Known = known{a, of}
	s.Exposure = h.exposure(a.Exposure, slices.ContainsFunc(of, func(i int) bool { return a.Places[i].State == git.InIndex }))
	return left
}

// exposure says of an exposure what reports say.
func (h *History) exposure(e git.Exposure, staged bool) *scanner.Exposure {
	x := &scanner.Exposure{
		First: h.commitOf(e.First), Last: h.commitOf(e.Last), Removed: h.commitOf(e.Removed),
		Commits: e.Commits, Blobs: e.Blobs, InHead: e.InHead, Days: e.Days, AtBoundary: e.AtBoundary,
	}
	for _, r := range e.Refs {
		x.Refs = append(x.Refs, scanner.Reach{Name: r.Name, Kind: refKind(r.Kind), Tip: r.Tip})
	}
	if staged {
		tips := 0
		for tips < len(x.Refs) && x.Refs[tips].Tip {
			tips++
		}
		x.Refs = slices.Insert(x.Refs, tips, scanner.Reach{Name: "index", Kind: scanner.RefOther, Tip: true})
	}
	return x
}

// tagName is the name that a tag gives itself, empty where it cannot be read.
func (h *History) tagName(id git.ID) string {
	content, err := h.repo.Objects().Read(id, git.KindTag, maxWhole)
	if err != nil {
		return ""
	}
	header, _, _ := bytes.Cut(content, []byte("\n\n"))
	for line := range bytes.SplitSeq(header, []byte("\n")) {
		if name, ok := bytes.CutPrefix(line, []byte("tag ")); ok {
			return string(name)
		}
	}
	return ""
}

// commitOf says of a commit what reports say. Thousands of secrets may stand in one: they share it.
func (h *History) commitOf(c *git.CommitLine) *scanner.Commit {
	if c == nil {
		return nil
	}
	known, ok := h.commits[c]
	if !ok {
		known = &scanner.Commit{ID: c.ID.String(), Author: c.Author, Date: c.Date, Subject: c.Subject}
		if h.commits == nil {
			h.commits = make(map[*git.CommitLine]*scanner.Commit)
		}
		h.commits[c] = known
	}
	return known
}

func refKind(k git.RefKind) scanner.RefKind {
	switch k {
	case git.RefHead:
		return scanner.RefHead
	case git.RefBranch:
		return scanner.RefBranch
	case git.RefRemote:
		return scanner.RefRemote
	case git.RefTag:
		return scanner.RefTag
	case git.RefStash:
		return scanner.RefStash
	case git.RefReflog:
		return scanner.RefReflog
	}
	return scanner.RefOther
}
