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
	fail := func(what string, err error) { h.tell(what, err, skip) }
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
	for i := range attributions {
		standings[i] = h.standing(&attributions[i], groups[i])
		// A name is known by itself before it is known where it stands.
		standings[i].Places = slices.DeleteFunc(standings[i].Places, func(p scanner.Standpoint) bool {
			return p.Object.Kind == scanner.KindPathName && !chosen(p.Path)
		})
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

// standing says where the objects of a group stand.
func (h *History) standing(a *git.Attribution, group []scanner.Object) scanner.Standing {
	e := &a.Exposure
	s := scanner.Standing{Exposure: &scanner.Exposure{
		First: h.commitOf(e.First), Last: h.commitOf(e.Last), Removed: h.commitOf(e.Removed),
		Commits: e.Commits, Blobs: e.Blobs, InHead: e.InHead, Days: e.Days, AtBoundary: e.AtBoundary,
	}}
	for _, r := range e.Refs {
		s.Exposure.Refs = append(s.Exposure.Refs, scanner.Reach{Name: r.Name, Kind: refKind(r.Kind), Tip: r.Tip})
	}
	objects := make(map[string]scanner.Object, len(group)) // by id, or by name after a slash, which no id has
	for _, o := range group {
		if o.Kind == scanner.KindPathName {
			objects["/"+o.Name] = o
		} else {
			objects[o.ID] = o
		}
	}
	staged := false
	for _, p := range a.Places {
		o := objects["/"+p.Name]
		switch {
		case p.Name == "":
			o = objects[p.Object.String()]
		case !h.selects(&p): // a tree that is new has old names, too
			continue
		}
		if p.State == git.InTag {
			p.Path = h.tagName(p.Object)
		}
		staged = staged || p.State == git.InIndex
		at := scanner.Standpoint{Object: o, Path: p.Path, Commit: h.commitOf(p.Commit)}
		if p.Commit != nil {
			at.Order = p.Commit.Order
		}
		s.Places = append(s.Places, at)
	}
	if staged {
		tips := 0
		for tips < len(s.Exposure.Refs) && s.Exposure.Refs[tips].Tip {
			tips++
		}
		s.Exposure.Refs = slices.Insert(s.Exposure.Refs, tips, scanner.Reach{Name: "index", Kind: scanner.RefOther, Tip: true})
	}
	return s
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
