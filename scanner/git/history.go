package git

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// HistoryOptions say how a history is read.
type HistoryOptions struct {
	// Workers is how many goroutines read the store; 0: as many as there are
	// processors.
	Workers int
	// Now is until when what is not removed counts as exposed.
	Now time.Time
	// Fail is told of what cannot be read: an object, a reference, a file. The
	// rest is read. It is called from any goroutine, one call at a time, for
	// the same thing once.
	Fail func(what string, err error)
}

// History answers questions about all commits of a repository: which of them
// hold a content, and what reaches them. Its methods belong to one goroutine.
type History struct {
	// Within is what was selected of the history, if anything was (Select): places say whether one of its commits brought them.
	Within *ObjectSet

	repo    *Repository
	options HistoryOptions
	graph   *Graph
	refs    []refTip
	head    int    // commit that HEAD names; -1: none
	strong  bitSet // commits reached from what is neither weak nor a reflog
	lines   map[int]*CommitLine
}

// refTip is a reference and what it names in the end.
type refTip struct {
	Reference
	commit int           // number in the graph; -1: no commit
	object packfile.ID   // behind all tags
	tags   []packfile.ID // annotated tags on the way
}

// OpenHistory reads the references and all commits.
func (r *Repository) OpenHistory(ctx context.Context, o HistoryOptions) (*History, error) {
	o = o.complete()
	refs := r.References(ctx, o.Fail)
	graph, err := r.Graph(ctx, o.Workers, refs, o.Fail)
	if err != nil {
		return nil, err
	}
	return r.NewHistory(graph, refs, o), nil
}

// NewHistory makes a History of a graph that was read before; refs are those that
// it was made with.
func (r *Repository) NewHistory(graph *Graph, refs []Reference, o HistoryOptions) *History {
	h := &History{repo: r, options: o.complete(), graph: graph, head: -1, lines: map[int]*CommitLine{}}
	var strong []int
	for _, ref := range refs {
		tip := refTip{Reference: ref, commit: -1}
		tip.object, _ = graph.peel(ref.ID, func(tag packfile.ID) { tip.tags = append(tip.tags, tag) })
		if n, ok := graph.Find(tip.object); ok {
			tip.commit = n
			if !ref.isWeak() {
				strong = append(strong, n)
			}
			if ref.Kind == RefHead {
				h.head = n
			}
		}
		h.refs = append(h.refs, tip)
	}
	h.strong = graph.ancestors(strong...)
	h.checkTips()
	return h
}

// checkTips reports references whose object is not there. Entries of reflogs
// may be older than what git keeps.
func (h *History) checkTips() {
	for i := range h.refs {
		tip := &h.refs[i]
		if tip.commit >= 0 || tip.isWeak() {
			continue
		}
		if _, _, err := h.repo.Objects().Stat(tip.object); err != nil {
			h.options.Fail(tip.Name, err)
		}
	}
}

// isWeak says that a reference is named only where no other reaches the same:
// entries of reflogs and what a command left behind.
func (ref *Reference) isWeak() bool {
	return ref.Kind == RefReflog || ref.Kind == RefOther && !strings.HasPrefix(ref.Name, "refs/") && !strings.HasSuffix(ref.Name, "/HEAD")
}

// complete fills in defaults and makes Fail safe.
func (o HistoryOptions) complete() HistoryOptions {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	var mu sync.Mutex
	told := map[string]bool{}
	fail := o.Fail
	o.Fail = func(what string, err error) {
		mu.Lock()
		defer mu.Unlock()
		if fail != nil && !told[what+err.Error()] {
			told[what+err.Error()] = true
			fail(what, err)
		}
	}
	return o
}

// Graph is the history's commits.
func (h *History) Graph() *Graph { return h.graph }

// References are those that the history was read with.
func (h *History) References() []Reference {
	refs := make([]Reference, len(h.refs))
	for i := range h.refs {
		refs[i] = h.refs[i].Reference
	}
	return refs
}

// CommitLine is what reports say of a commit.
type CommitLine struct {
	ID        packfile.ID
	Author    string    // "Name <address>"; any bytes
	Date      time.Time // of the author
	Committed time.Time // of the committer
	Subject   string    // the message's first line; any bytes
	Order     int       // of the history's commits; that of an ancestor is less
}

// line reads what is said of a commit. One that cannot be read any more has
// its id and its date only.
func (h *History) line(n int) *CommitLine {
	if line, ok := h.lines[n]; ok {
		return line
	}
	line := &CommitLine{ID: h.graph.ID(n), Order: n, Committed: time.Unix(h.graph.Date(n), 0).UTC()}
	c, err := h.repo.Commit(h.graph.rewrite.content(line.ID))
	if err != nil {
		h.options.Fail("commit "+line.ID.String(), err)
		line.Date = line.Committed
	} else {
		line.Author, line.Date, line.Committed = c.Author, c.Date, c.Committed
		line.Subject = subject(c.Message)
	}
	h.lines[n] = line
	return line
}

// subject is the first line of a message, as git shows it: the lines up to
// the first empty one, joined.
func subject(message []byte) string {
	text, _, _ := strings.Cut(strings.TrimLeft(string(message), "\n"), "\n\n")
	lines := strings.Split(text, "\n")
	kept := lines[:0]
	for _, line := range lines {
		line = strings.TrimRight(line, " \t\r")
		if line == "" {
			break
		}
		kept = append(kept, line)
	}
	return strings.Join(kept, " ")
}
