package source

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/git"
)

// HistoryOptions say which part of a history is audited. The zero value is all.
type HistoryOptions struct {
	Since         time.Time // commits from then on; zero: not said
	SinceRevision string    // commits that it does not reach; empty: not said
	Branches      []string  // what these revisions reach; empty: whatever there is
	ReachableOnly bool      // leave out what no reference reaches
	Paths         []string  // patterns of paths; empty: all
	Cache         *Cache    // what earlier audits found clean is not read again; nil: no cache
	Workers       int       // 0: one for each processor
	Progress      scanner.Progress
}

// Narrow says that only a part of the history is audited.
func (o *HistoryOptions) Narrow() bool {
	return !o.Since.IsZero() || o.SinceRevision != "" || len(o.Branches) > 0 || o.ReachableOnly || len(o.Paths) > 0
}

// History is a repository's whole object store, with the messages of its commits
// and tags and the names in its trees.
type History struct {
	repo    *git.Repository
	options HistoryOptions
	graph   *git.GraphBuilder
	names   nameSet
	chosen  *git.ObjectSet // what the options choose; nil: everything
	walked  bool           // the whole store was: the graph knows all commits
	history *git.History   // read when it is first needed
	commits map[*git.CommitLine]*scanner.Commit
	links   links
	ledger  *ledger // nil without a cache

	mu   sync.Mutex
	told map[string]bool // what was reported as unreadable
}

// NewHistory makes the source of a repository's history.
func NewHistory(repo *git.Repository, options HistoryOptions) *History {
	return &History{repo: repo, options: options, graph: git.NewGraphBuilder(repo.Format()), told: map[string]bool{}}
}

// Walk implements scanner.History. The walk over the store is that of
// git.WalkObjects: every object once, deltas after their bases.
func (h *History) Walk(ctx context.Context, examiners int, examiner func() scanner.Examiner, skip func(scanner.Skip)) (scanner.HistoryCounts, error) {
	h.repo.ReadUnindexed(ctx)
	counts := scanner.HistoryCounts{Shallow: h.repo.IsShallow()}
	for _, dir := range h.repo.Objects().AbsentDirs() {
		skip(scanner.Skip{Path: dir, Reason: "this alternate object directory does not exist", Hint: "objects may be missing that nothing refers to; correct objects/info/alternates"})
	}
	if counts.Shallow {
		skip(scanner.Skip{Path: "history", Reason: "this is a shallow clone: what lies before its first commits is missing", Hint: "run: git fetch --unshallow"})
	}
	options := git.WalkOptions{Workers: examiners, Progress: &git.WalkProgress{}}
	if h.options.Narrow() {
		chosen, err := h.selection(ctx, skip)
		if err != nil {
			return counts, err
		}
		h.chosen = chosen
		options.Skip = func(id git.ID) bool { return !chosen.Has(id) }
	}
	var err error
	if h.links.present, err = h.repo.Presence(); err != nil {
		h.tell("object store", err, skip)
	}
	if h.options.Cache != nil {
		h.ledger = newLedger(h)
	}
	h.ledger.connect(ctx, &options, h.options.Narrow())
	stop := h.follow(options.Progress)
	defer stop()
	var commits atomic.Int64
	stats, err := h.repo.WalkObjects(ctx, options, func() git.Visitor {
		return &historyVisitor{History: h, examiner: examiner(), commits: &commits, shallow: counts.Shallow}
	}, func(id git.ID, where string, err error) {
		if !id.IsZero() {
			where = id.String()
		}
		h.ledger.fail(id)
		h.tell(where, err, skip)
	})
	counts.Objects, counts.Commits = stats.Objects, commits.Load()
	h.ledger.count(&counts)
	h.walked = err == nil && h.chosen == nil && !h.ledger.partial()
	if err == nil && h.chosen == nil {
		err = h.stagedNames(ctx, examiner(), skip)
	}
	if err == nil {
		err = h.reportMissing(ctx, skip)
	}
	return counts, err
}

// PathsMatched says, after Walk, whether Paths name anything of the part of the history that was chosen; true where there
// are none, or it is not known.
func (h *History) PathsMatched() bool {
	return len(h.options.Paths) == 0 || h.chosen == nil || h.chosen.PathsMatched()
}

// stagedNames scans the names that stand in no tree, but in an index. The contents that are staged
// are objects as others are; those that are missing are reported.
func (h *History) stagedNames(ctx context.Context, examiner scanner.Examiner, skip func(scanner.Skip)) error {
	fail := func(what string, err error) { h.tell(what, err, skip) }
	err := h.repo.EachStaged(ctx, fail, func(e *git.Entry) {
		// No tree may refer to what is only staged, so that no visitor has asked for it.
		if id := e.ID(); e.Mode() != git.ModeGitlink && !e.IntentToAdd() && !h.links.present.Has(id) {
			h.tell(id.String(), h.unseen(id), skip)
		}
		git.EachNameOf(e.Path, func(name []byte, _ int) {
			if !h.names.add(name) {
				return
			}
			object := scanner.Object{Kind: scanner.KindPathName, Name: string(name)}
			_, err := examiner.Examine(&scanner.Content{
				Kind: scanner.KindPathName, Bytes: []byte(object.Name), Leaf: true, Name: func() scanner.Object { return object },
			}, nil)
			if err != nil {
				fail(object.Name, err)
			}
		})
	})
	if err != nil {
		return fmt.Errorf("reading the index: %w", err)
	}
	return nil
}

// progressInterval is how often the progress of a walk is passed on.
const progressInterval = 100 * time.Millisecond

// follow passes the walk's progress on until it is stopped.
func (h *History) follow(walk *git.WalkProgress) (stop func()) {
	if h.options.Progress == nil {
		return func() {}
	}
	var mu sync.Mutex
	var objects, all, bytes, allBytes int64
	stopped := false
	pass := func() {
		o, a, b, ab := walk.Objects.Load(), walk.TotalObjects.Load(), walk.Stored.Load(), walk.TotalStored.Load()
		h.options.Progress.Expect(max(a-all, 0), max(ab-allBytes, 0))
		h.options.Progress.Advance(max(o-objects, 0), max(b-bytes, 0))
		objects, all, bytes, allBytes = max(o, objects), max(a, all), max(b, bytes), max(ab, allBytes)
	}
	var tick *time.Timer
	mu.Lock() // until tick is set
	defer mu.Unlock()
	tick = time.AfterFunc(progressInterval, func() {
		mu.Lock()
		defer mu.Unlock()
		if !stopped {
			pass()
			tick.Reset(progressInterval)
		}
	})
	return func() {
		mu.Lock()
		defer mu.Unlock()
		stopped = true
		tick.Stop()
		pass()
	}
}

// historyVisitor hands the objects that one worker sees to an examiner.
type historyVisitor struct {
	*History
	examiner scanner.Examiner
	commits  *atomic.Int64
	shallow  bool
	copies   []scanner.Copy
}

// MaxRead says over which size blobs are refused by the examiner, so that they need not be made.
func (v *historyVisitor) MaxRead() int64 {
	if x, ok := v.examiner.(interface{ MaxSize() int64 }); ok {
		return x.MaxSize()
	}
	return 0
}

// Visit implements git.Visitor.
func (v *historyVisitor) Visit(o *git.Object, base any) (any, error) {
	switch o.Kind {
	case git.KindBlob:
		return v.blob(o, base)
	case git.KindTree:
		return nil, v.tree(o)
	case git.KindCommit:
		v.commits.Add(1)
		return nil, v.message(o, scanner.KindCommitMessage)
	case git.KindTag:
		return nil, v.message(o, scanner.KindTagMessage)
	}
	return nil, nil
}

func (v *historyVisitor) blob(o *git.Object, base any) (any, error) {
	id := o.ID
	c := scanner.Content{
		Kind: scanner.KindFile, Bytes: o.Content, Open: o.Open, Size: o.Size, Leaf: o.Leaf,
		Name: func() scanner.Object {
			v.ledger.note(id)
			return scanner.Object{Kind: scanner.KindFile, ID: id.String()}
		},
	}
	if o.Delta && base != nil {
		v.copies = v.copies[:0]
		for _, copied := range o.Copies {
			v.copies = append(v.copies, scanner.Copy(copied))
		}
		c.Copies = v.copies
	} else {
		base = nil
	}
	return v.examiner.Examine(&c, base)
}

// message scans what a commit or a tag says.
func (v *historyVisitor) message(o *git.Object, kind scanner.Kind) error {
	content, err := wholeOf(o)
	if err != nil {
		return err
	}
	if err := v.graph.Add(o.ID, o.Kind, content); err != nil {
		v.ledger.note(o.ID) // it was read, and is as malformed the next time
		return err
	}
	if !v.links.header(o, content, v.shallow) {
		v.ledger.note(o.ID)
	}
	id := o.ID
	_, err = v.examiner.Examine(&scanner.Content{
		Kind: kind, Bytes: messageOf(o.Kind, content), Leaf: true,
		Name: func() scanner.Object {
			v.ledger.note(id)
			return scanner.Object{Kind: kind, ID: id.String()}
		},
	}, nil)
	return err
}

// tree scans the names in a tree that were not seen before, and looks whether all that it holds is there.
func (v *historyVisitor) tree(o *git.Object) error {
	content, err := wholeOf(o)
	if err != nil {
		return err
	}
	id := o.ID
	err = git.EachNewEntry(o, content, func(e *git.TreeEntry) error {
		if e.Mode != git.ModeGitlink && !v.links.check(e.ID) {
			v.ledger.note(id)
		}
		name := e.Name
		if !v.names.add(name) {
			return nil
		}
		_, err := v.examiner.Examine(&scanner.Content{
			Kind: scanner.KindPathName, Bytes: name, Leaf: true,
			Name: func() scanner.Object {
				v.ledger.noteName(string(name))
				return scanner.Object{Kind: scanner.KindPathName, ID: id.String(), Name: string(name)}
			},
		}, nil)
		return err
	})
	if err != nil {
		v.ledger.note(id) // as a malformed message
	}
	return err
}

// maxWhole bounds commits, tags and trees, in bytes: a tree of a million entries has about 50 MB.
const maxWhole = 128 << 20

// wholeOf gives the content of an object that is kept small by those who make it.
func wholeOf(o *git.Object) ([]byte, error) {
	if o.Open == nil {
		return o.Content, nil
	}
	if o.Size > maxWhole {
		return nil, fmt.Errorf("a %v of %d bytes is more than the limit of %d", o.Kind, o.Size, maxWhole)
	}
	r, err := o.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }() // read only
	content, err := io.ReadAll(io.LimitReader(r, maxWhole+1))
	if err == nil && len(content) > maxWhole {
		err = fmt.Errorf("a %v of more than the limit of %d bytes", o.Kind, maxWhole)
	}
	return content, err
}

// Open implements scanner.History.
func (h *History) Open(o scanner.Object) (io.ReadCloser, error) {
	if o.Kind == scanner.KindPathName {
		return io.NopCloser(bytes.NewReader([]byte(o.Name))), nil
	}
	id, err := git.ParseID(o.ID)
	if err != nil {
		return nil, err
	}
	switch o.Kind {
	case scanner.KindCommitMessage, scanner.KindTagMessage:
		kind := git.KindCommit
		if o.Kind == scanner.KindTagMessage {
			kind = git.KindTag
		}
		content, err := h.repo.Objects().Read(id, kind, maxWhole)
		if err != nil {
			return nil, err
		}
		return io.NopCloser(bytes.NewReader(messageOf(kind, content))), nil
	}
	r, _, err := h.repo.Objects().Open(id)
	return r, err
}

// nameSet is the set of the names that were seen. Trees repeat them without end.
type nameSet struct {
	parts [nameShards]struct {
		sync.Mutex
		names map[string]struct{}
	}
}

const nameShards = 32

// add tells whether a name is new.
func (s *nameSet) add(name []byte) bool {
	h := uint32(2166136261) // FNV-1a
	for _, c := range name {
		h = (h ^ uint32(c)) * 16777619
	}
	part := &s.parts[h%nameShards]
	part.Lock()
	defer part.Unlock()
	if _, ok := part.names[string(name)]; ok {
		return false
	}
	if part.names == nil {
		part.names = make(map[string]struct{})
	}
	part.names[string(name)] = struct{}{}
	return true
}
