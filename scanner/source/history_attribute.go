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
		// Whether a tree that is missing should be there depends on what refers to it: reportMissing has said so.
		if missing := new(git.MissingError); !h.placing || !errors.As(err, &missing) {
			h.tell(what, err, skip)
		}
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
	h.placing = true
	attributions, err := history.Attribute(ctx, wanted)
	h.placing = false
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
	for i := range attributions {
		standings[i] = h.standing(&attributions[i], groups[i], chosen)
	}
	return standings, nil
}

// FilePaths implements scanner.History.
func (h *History) FilePaths(ctx context.Context, names []string, skip func(scanner.Skip)) ([]string, error) {
	history, err := h.opened(ctx, h.walked, skip)
	if err != nil {
		return nil, err
	}
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
	c := p.Commit
	if p.State == git.InIndex {
		return !h.options.Narrow() // which is to choose from commits
	}
	return c == nil || h.chosen == nil || h.chosen.HasCommit(c.ID)
}

// standing says where the objects of a group stand, at paths that are chosen.
func (h *History) standing(a *git.Attribution, group []scanner.Object, chosen func(path string) bool) scanner.Standing {
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
	var s scanner.Standing
	var of []int // by place, its index in a.Places
	left := false
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
	s.Counting = func(counts func(place int) bool) *scanner.Exposure {
		counted, staged := make([]bool, len(a.Places)), false
		for n, i := range of {
			counted[i] = counts(n)
			staged = staged || counted[i] && a.Places[i].State == git.InIndex
		}
		return h.exposure(a.Counting(func(i int) bool { return counted[i] }), staged)
	}
	if left {
		s.Exposure = s.Counting(func(int) bool { return true })
	} else {
		s.Exposure = h.exposure(a.Exposure, slices.ContainsFunc(of, func(i int) bool { return a.Places[i].State == git.InIndex }))
	}
	return s
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
