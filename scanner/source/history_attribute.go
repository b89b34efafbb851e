package source

import (
	"context"
	"errors"
	"path"

	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/git"
)

// opened reads references and commits, those that the walk has seen from memory.
func (h *History) opened(ctx context.Context, walked bool, skip func(scanner.Skip)) (*git.History, error) {
	if h.history != nil {
		return h.history, nil
	}
	fail := func(what string, err error) {
		skip(scanner.Skip{Path: what, Reason: err.Error(), Hint: scanner.HintOf(err)})
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
	history, err := h.opened(ctx, !h.options.narrow(), skip)
	if err != nil {
		return nil, err
	}
	wanted := make([]git.Group, len(groups))
	entries, err := h.entries(ctx, groups, skip)
	if err != nil {
		return nil, err
	}
	for i, group := range groups {
		for _, o := range group {
			id, err := git.ParseID(o.ID)
			if err != nil {
				return nil, err
			}
			g := &wanted[i]
			switch o.Kind {
			case scanner.KindCommitMessage:
				g.Commits = append(g.Commits, id)
			case scanner.KindTagMessage:
				g.Tags = append(g.Tags, id)
			case scanner.KindPathName:
				g.Entries = append(g.Entries, entries[o.Name]...)
			default:
				g.Blobs = append(g.Blobs, id)
			}
		}
	}
	attributions, err := history.Attribute(ctx, wanted)
	if err != nil {
		return nil, err
	}
	standings := make([]scanner.Standing, len(attributions))
	for i := range attributions {
		standings[i] = standing(&attributions[i], groups[i])
	}
	return standings, nil
}

// entries finds all trees that have the names in which something was found.
func (h *History) entries(ctx context.Context, groups [][]scanner.Object, skip func(scanner.Skip)) (map[string][]git.TreeName, error) {
	names := make(map[string][]git.TreeName)
	for _, group := range groups {
		for _, o := range group {
			if o.Kind == scanner.KindPathName {
				names[o.Name] = nil
			}
		}
	}
	if len(names) == 0 {
		return nil, nil
	}
	found, err := h.repo.FindNames(ctx, h.options.Workers, func(name []byte) bool { _, ok := names[string(name)]; return ok },
		func(what string, err error) { skip(scanner.Skip{Path: what, Reason: err.Error()}) })
	for _, entry := range found {
		names[entry.Name] = append(names[entry.Name], entry)
	}
	return names, err
}

// standing says where the objects of a group stand.
func standing(a *git.Attribution, group []scanner.Object) scanner.Standing {
	e := &a.Exposure
	s := scanner.Standing{Exposure: scanner.Exposure{
		First: commitOf(e.First), Last: commitOf(e.Last), Removed: commitOf(e.Removed),
		Commits: e.Commits, Blobs: e.Blobs, InHead: e.InHead, Days: e.Days,
	}}
	for _, r := range e.Refs {
		s.Exposure.Refs = append(s.Exposure.Refs, scanner.Reach{Name: r.Name, Kind: refKind(r.Kind), Tip: r.Tip})
	}
	objects := make(map[string]scanner.Object, len(group))
	for _, o := range group {
		if o.Kind != scanner.KindPathName {
			objects[o.ID] = o
		}
	}
	for _, p := range a.Places {
		o, ok := objects[p.Object.String()]
		if !ok { // a tree: one of its names is the path's last part
			o = scanner.Object{Kind: scanner.KindPathName, ID: p.Object.String(), Name: path.Base(p.Path)}
		}
		s.Places = append(s.Places, scanner.Standpoint{Object: o, Path: p.Path, Commit: commitOf(p.Commit)})
	}
	return s
}

func commitOf(c *git.CommitLine) *scanner.Commit {
	if c == nil {
		return nil
	}
	return &scanner.Commit{ID: c.ID.String(), Author: c.Author, Date: c.Date, Subject: c.Subject}
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
