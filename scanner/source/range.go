package source

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/git"
)

// RangeOptions say what a Range scans.
type RangeOptions struct {
	// Include and Exclude are commits: scanned is what the former reach and the latter do not.
	Include, Exclude []git.ID
	// Single scans the commits of Include alone, whatever reaches what.
	Single bool
	// Squash scans what the last of Include holds and none of Bases does, as if
	// all had been squashed into one commit: what was added and removed again on the way does not count.
	Squash bool
	Bases  []git.ID
	// Named are further objects that a push brings: annotated tags, whose messages
	// are scanned, and what is no commit at all.
	Named []NamedObject
}

// NamedObject is what a reference names.
type NamedObject struct {
	ID   git.ID
	Name string // of the reference, as "refs/tags/v1"
}

// Range is the source of what commits add: for every commit the contents that
// none of its parents has at that path, the paths that none of them has, and its
// message. A secret that a later commit takes away again is there.
//
// A blob's Before gives what the parents have at the path; for a path that a
// parent does not have the file of it that was renamed, if there is one.
//
// Origins name the commit. What cannot be read is skipped; so is a commit whose
// parents a shallow clone lacks. A parent or a directory of one that
// cannot be read is skipped, and what it held counts as new.
type Range struct {
	repo    *git.Repository
	opts    RangeOptions
	commits atomic.Int64
	shallow atomic.Bool
}

// NewRange makes the source. The repository stays open until the contents
// that the source yielded have been read; closing it is the caller's.
func NewRange(repo *git.Repository, opts RangeOptions) *Range {
	return &Range{repo: repo, opts: opts}
}

// Summarize implements scanner.Summarizer.
func (s *Range) Summarize(summary *scanner.Summary) {
	summary.Commits = s.commits.Load()
	summary.Shallow = s.shallow.Load()
}

// Blobs implements scanner.Source.
func (s *Range) Blobs(ctx context.Context, yield func(scanner.Blob) error, skip func(scanner.Skip)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	run := newRangeRun(ctx, s.repo, yield, skip)
	for _, o := range s.opts.Named {
		if err := run.named(o); err != nil {
			return err
		}
	}
	if s.opts.Squash {
		if err := run.squashed(s.opts); err != nil {
			return err
		}
		return run.flush()
	}
	span, err := s.span(ctx, run)
	if err != nil {
		return err
	}
	for _, id := range span.Cut {
		s.shallow.Store(true)
		skip(scanner.Skip{
			Path: "commit " + id.String(), Reason: "this clone is shallow and ends here: what the commit adds cannot be told from what was there before",
			Hint: "git fetch --unshallow",
		})
	}
	// The latest first: older versions are mostly stored as deltas of newer ones.
	for i := len(span.Commits) - 1; i >= 0; i-- {
		c := &span.Commits[i]
		if i == 0 || c.ID != span.Commits[i-1].ID { // else it is replaced, and there twice
			s.commits.Add(1)
		}
		if err := run.form(c); err != nil {
			return err
		}
	}
	return run.flush()
}

// span finds the commits.
func (s *Range) span(ctx context.Context, run *rangeRun) (*git.Span, error) {
	if s.opts.Single {
		return s.repo.Commits(ctx, s.opts.Include, run.failed), nil
	}
	return s.repo.Span(ctx, s.opts.Include, s.opts.Exclude, run.failed)
}

// rangeRun is one run over a range. Its maker's goroutine fills it; Before is
// called from any goroutine and looks only at what a blob was given.
type rangeRun struct {
	repo    *git.Repository
	ctx     context.Context //nolint:containedctx // of one run
	yield   func(scanner.Blob) error
	skip    func(scanner.Skip)
	trees   *git.TreeCache
	renamed renamedFrom

	pending map[git.ID]*rangeBlob
	order   []git.ID // of pending
	places  int      // in pending
	enough  int      // places to be yielded
}

// rangeBlob is a content with the places that it was added at.
type rangeBlob struct {
	origins  []scanner.Origin
	addition []addition
}

// addition is what was compared at one origin.
type addition struct {
	git.Addition
	tree   git.ID   // of the commit
	before []git.ID // of its parents
}

// Places are collected before their contents are yielded, so that what is added more
// often than once is read once: few at first, as the engine's workers wait for them, then ever more.
const (
	firstPlaces = 32
	maxPlaces   = 1 << 14
)

func newRangeRun(ctx context.Context, repo *git.Repository, yield func(scanner.Blob) error, skip func(scanner.Skip)) *rangeRun {
	return &rangeRun{
		repo: repo, ctx: ctx, yield: yield, skip: skip, trees: repo.NewTreeCache(),
		renamed: renamedFrom{repo: repo}, pending: map[git.ID]*rangeBlob{}, enough: firstPlaces,
	}
}

// failed reports what cannot be read.
func (r *rangeRun) failed(what string, err error) {
	r.skip(scanner.Skip{Path: what, Reason: err.Error(), Hint: scanner.HintOf(err)})
}

// form yields what a commit adds, as it is stored or as git shows it. The two have the same
// paths under one commit's name, but other parents: they must not meet in one blob, or what
// stood before the one would pass for what stood before the other.
func (r *rangeRun) form(c *git.SpanCommit) error {
	if c.Stored == c.ID {
		return r.commit(c)
	}
	if err := r.flush(); err != nil {
		return err
	}
	if err := r.commit(c); err != nil {
		return err
	}
	return r.flush()
}

// commit yields what a commit adds.
func (r *rangeRun) commit(c *git.SpanCommit) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	content, err := r.repo.Objects().Read(c.Stored, git.KindCommit, maxWhole)
	if err != nil {
		r.failed("commit "+c.Stored.String(), err)
		return nil
	}
	read, err := git.ParseCommit(c.Stored, content)
	if err != nil {
		r.failed("commit "+c.Stored.String(), err)
		return nil
	}
	origin := scanner.Origin{Commit: c.ID.String(), Author: read.Author, Date: read.Date}
	message := origin
	message.Kind = scanner.KindCommitMessage
	if err := r.yield(messageBlob(r.repo, c.Stored, git.KindCommit, message, content)); err != nil {
		return err
	}
	return r.tree(origin, read.Tree, c.Before)
}

// squashed yields the net change.
func (r *rangeRun) squashed(opts RangeOptions) error {
	trees := make([]git.ID, 0, len(opts.Bases))
	for _, id := range opts.Bases {
		base, err := r.repo.Commit(id)
		if err != nil {
			return err
		}
		trees = append(trees, base.Tree)
	}
	for _, id := range opts.Include {
		head, err := r.repo.Commit(id)
		if err != nil {
			return err
		}
		if err := r.tree(scanner.Origin{Commit: id.String()}, head.Tree, trees); err != nil {
			return err
		}
	}
	return nil
}

// named yields an object that is no commit.
func (r *rangeRun) named(o NamedObject) error {
	kind, _, err := r.repo.Objects().Stat(o.ID)
	if err != nil {
		r.failed(o.Name, err)
		return nil
	}
	switch kind {
	case git.KindTag:
		content, err := r.repo.Objects().Read(o.ID, git.KindTag, maxWhole)
		if err != nil {
			r.failed(o.Name, err)
			return nil
		}
		tag, err := git.ParseTag(o.ID, content)
		if err != nil {
			r.failed(o.Name, err)
			return nil
		}
		origin := scanner.Origin{Kind: scanner.KindTagMessage, Path: tag.Name, Author: tag.Tagger, Date: tag.Date}
		return r.yield(messageBlob(r.repo, o.ID, git.KindTag, origin, content))
	case git.KindTree:
		return r.tree(scanner.Origin{Commit: o.ID.String()}, o.ID, nil)
	case git.KindBlob:
		// A content without a path, so no setting about paths applies to it.
		blob := objectBlob(r.repo, o.ID)
		blob.Origins = []scanner.Origin{{Kind: scanner.KindTagMessage, Path: strings.TrimPrefix(o.Name, "refs/tags/")}}
		return r.yield(blob)
	}
	return nil
}

// tree collects the contents that a tree adds to those before it, and yields its new paths.
func (r *rangeRun) tree(origin scanner.Origin, tree git.ID, before []git.ID) error {
	what := "commit " + origin.Commit
	return r.trees.Introduced(r.ctx, tree, before, func(a git.Addition) error {
		isNew := true
		for _, old := range a.Old {
			isNew = isNew && old.Mode == git.ModeNone
		}
		if isNew {
			name := pathNameBlob(a.Path)
			name.Origins[0].Commit, name.Origins[0].Author, name.Origins[0].Date = origin.Commit, origin.Author, origin.Date
			if err := r.yield(name); err != nil {
				return err
			}
		}
		if a.New.Mode == git.ModeGitlink {
			return nil
		}
		at := origin
		at.Path = a.Path
		return r.add(at, addition{a, tree, before})
	}, func(dir string, err error) {
		r.skip(scanner.Skip{
			Path: what + placeIn(dir), Reason: "what stood here before cannot be read, so that all of it counts as new: " + err.Error(), Hint: scanner.HintOf(err),
		})
	}, func(dir string, err error) { r.failed(what+placeIn(dir), err) })
}

// placeIn names a directory of a commit's tree.
func placeIn(dir string) string {
	if dir == "" {
		return ""
	}
	return ":" + dir
}

// add collects a place.
func (r *rangeRun) add(origin scanner.Origin, a addition) error {
	b := r.pending[a.New.ID]
	if b == nil {
		b = &rangeBlob{}
		r.pending[a.New.ID] = b
		r.order = append(r.order, a.New.ID)
	}
	b.origins = append(b.origins, origin)
	b.addition = append(b.addition, a)
	if r.places++; r.places < r.enough {
		return nil
	}
	r.enough = min(2*r.enough, maxPlaces)
	return r.flush()
}

// flush yields what was collected.
func (r *rangeRun) flush() error {
	for _, id := range r.order {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		if err := r.yield(r.blob(id, r.pending[id])); err != nil {
			return err
		}
	}
	r.pending, r.order, r.places = map[git.ID]*rangeBlob{}, nil, 0
	return nil
}

// blob makes a content.
func (r *rangeRun) blob(id git.ID, b *rangeBlob) scanner.Blob {
	blob := objectBlob(r.repo, id)
	blob.Origins = b.origins
	if old, ok := b.earlier(); ok {
		blob.Earlier = earlierBlob(r.repo, old)
	}
	type standpoint struct{ path, commit string }
	index := sync.OnceValue(func() map[standpoint]int { // made only where something was found
		m := make(map[standpoint]int, len(b.origins))
		for i := range b.origins {
			m[standpoint{b.origins[i].Path, b.origins[i].Commit}] = i
		}
		return m
	})
	blob.Before = func(ctx context.Context, origin scanner.Origin) ([]scanner.Blob, error) {
		i, ok := index()[standpoint{origin.Path, origin.Commit}]
		if !ok {
			return nil, nil
		}
		return r.before(ctx, &b.addition[i])
	}
	return blob
}

// earlier returns a content that stood at all of the places before, in one of the parents.
func (b *rangeBlob) earlier() (git.ID, bool) {
	for _, old := range b.addition[0].Old {
		if old.Mode == git.ModeFile && !slices.ContainsFunc(b.addition, func(a addition) bool {
			return a.New.Mode != git.ModeFile || !slices.Contains(a.Old, old)
		}) {
			return old.ID, true
		}
	}
	return git.ID{}, false
}

// before gives what stood at a place in each of the trees before.
func (r *rangeRun) before(ctx context.Context, a *addition) ([]scanner.Blob, error) {
	var blobs []scanner.Blob
	for i, old := range a.Old {
		path := a.Path
		if old.Mode == git.ModeNone {
			var err error
			if path, old, err = r.renamed.find(ctx, a, a.before[i]); err != nil {
				return nil, err
			}
		}
		if old.Mode != git.ModeFile && old.Mode != git.ModeSymlink {
			continue
		}
		blob := objectBlob(r.repo, old.ID)
		blob.Origins = []scanner.Origin{{Kind: scanner.KindFile, Path: path}}
		blobs = append(blobs, blob)
	}
	return blobs, nil
}
