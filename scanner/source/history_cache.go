package source

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/git"
)

// ledger stands between a walk over a history and a Cache: before the walk it says
// what is known to be clean, during the walk it notes in which objects something is found, and afterwards
// it hands what was scanned to the Cache.
//
// That an object is clean depends on its content alone, never on where
// it is stored or in what order objects were seen. So two packs that hold the same object
// say the same of it, and each keeps its word when the other is gone. Names are
// examined once however many trees have them: all trees with a name in which something was found are noted.
//
// Clean means, too, that what the object refers to was there. That can change without the object: a record
// is used only while everything that it lists is still in the store. One that lost a
// pack, as git gc makes one of many, is read anew.
//
// Nil is the ledger of an audit without a cache. Visitors use it from all
// goroutines of the walk; recall and remember run in the caller's.
type ledger struct {
	cache   *Cache
	repo    *git.Repository
	graph   *git.GraphBuilder // has the commits that were visited
	workers int

	objects, commits atomic.Int64 // that the cache made unnecessary

	mu     sync.Mutex
	noted  map[git.ID]struct{} // to look at again
	names  map[string]struct{} // in which something was found
	failed map[git.ID]struct{} // could not be read
	broken bool                // files of the store could not be read as a whole

	store    [sha256.Size]byte            // digest of its path, and whether it is cut off
	digests  map[string][sha256.Size]byte // of its parts, by path; nil: they cannot all be told
	previous *storeRecord                 // nil: there is none, or it must not be used
	known    map[string]*recollection     // parts that were recalled, by path
}

// recollection is what is known of a part of the store: sets of places.
type recollection struct {
	record         *partRecord
	clean, commits placeBits
	whole          bool // the record has all of the part's objects
}

func newLedger(h *History) *ledger {
	return &ledger{
		cache: h.options.Cache, repo: h.repo, graph: h.graph, workers: h.options.Workers,
		noted: map[git.ID]struct{}{}, names: map[string]struct{}{}, failed: map[git.ID]struct{}{},
		known: map[string]*recollection{},
	}
}

// connect makes a walk use the ledger. That of a part of the history is not remembered.
func (l *ledger) connect(ctx context.Context, o *git.WalkOptions, narrow bool) {
	if l == nil {
		return
	}
	o.Recall = l.recall
	if !narrow && !l.cache.readOnly {
		o.Remember = func(parts []*git.Part) { l.remember(ctx, parts) }
	}
}

// note says that something was found in an object, or that it was not examined to its end.
func (l *ledger) note(id git.ID) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.noted[id] = struct{}{}
}

// noteName says that something was found in a name.
func (l *ledger) noteName(name string) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.names[name] = struct{}{}
}

// fail says that an object, or with a zero id a file, could not be read.
func (l *ledger) fail(id git.ID) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if id.IsZero() {
		l.broken = true
	} else {
		l.failed[id] = struct{}{}
	}
}

// partial says that the walk did not see all commits.
func (l *ledger) partial() bool { return l != nil && len(l.known) > 0 }

// count adds what was not visited.
func (l *ledger) count(c *scanner.HistoryCounts) {
	if l == nil {
		return
	}
	c.Cached = l.objects.Load()
	c.Objects += c.Cached
	c.Commits += l.commits.Load()
}

// recall implements git.WalkOptions.Recall.
func (l *ledger) recall(parts []*git.Part) {
	if err := l.identify(parts); err != nil {
		l.digests = nil // the walk meets it, too, and reports it
		return
	}
	l.previous = l.cache.load(l.store)
	if l.previous == nil || l.lost(parts) {
		l.previous = nil
		return
	}
	for _, part := range parts {
		record := l.previous.find(l.digests[part.Path])
		if record == nil || record.kind == unreadPart || part.Flawed {
			continue
		}
		known, err := l.recollect(record, part)
		if err != nil {
			continue // as above
		}
		l.known[part.Path] = known
		part.Known = func(place int) bool {
			if !known.clean.has(place) {
				return false
			}
			l.objects.Add(1)
			if known.commits.has(place) {
				l.commits.Add(1)
			}
			return true
		}
	}
}

// identify computes the digests of the parts, and that of the store: that of
// its own object directory, which comes before those that it borrows from.
func (l *ledger) identify(parts []*git.Part) error {
	l.digests = make(map[string][sha256.Size]byte, len(parts))
	own := true
	for _, part := range parts {
		if part.Packed {
			sum, err := part.Digest()
			if err != nil {
				return err
			}
			l.digests[part.Path] = sum
			continue
		}
		dir, err := filepath.EvalSymlinks(part.Path)
		if err != nil {
			return err
		}
		l.digests[part.Path] = sha256.Sum256([]byte(dir))
		if own {
			// Where a history is cut off, objects may refer to what is not there.
			l.store, own = sha256.Sum256(fmt.Appendf(nil, "%s\x00shallow=%t", dir, l.repo.IsShallow())), false
		}
	}
	return nil
}

// lost says whether something is not in the store any more that was there before.
func (l *ledger) lost(parts []*git.Part) bool {
	here := make(map[[sha256.Size]byte]bool, len(parts))
	for _, sum := range l.digests {
		here[sum] = true
	}
	looseFirst := slices.Clone(parts)
	slices.Reverse(looseFirst)
	for _, record := range l.previous.parts {
		if !here[record.digest] {
			return true
		}
		for _, id := range record.ids {
			if !slices.ContainsFunc(looseFirst, func(p *git.Part) bool { return p.Has(id) }) {
				return true
			}
		}
	}
	return false
}

// recollect says of a part what a record knows, and notes the objects to look at
// again: what was found in them will be found again. Of loose objects some came and went since then.
func (l *ledger) recollect(record *partRecord, part *git.Part) (*recollection, error) {
	r := &recollection{record: record, clean: newPlaceBits(part.Len()), commits: newPlaceBits(part.Len()), whole: true}
	if part.Packed && record.count != part.Len() {
		return nil, errCacheOther // not with an equal digest
	}
	again := record.again
	at := 0 // in the record
	err := part.Each(func(place int, id git.ID) error {
		if !part.Packed {
			for at < record.count && record.ids[at].Compare(id.Append(nil)) < 0 {
				at++
			}
			if at == record.count || record.ids[at] != id {
				r.whole = false
				return nil
			}
		}
		for len(again) > 0 && int(again[0]) < at {
			again = again[1:]
		}
		if len(again) > 0 && int(again[0]) == at {
			l.note(id)
		} else {
			r.clean.add(place)
		}
		if record.commits.has(at) {
			r.commits.add(place)
		}
		if part.Packed {
			at++
		}
		return nil
	})
	return r, err
}

// remember implements git.WalkOptions.Remember.
func (l *ledger) remember(ctx context.Context, parts []*git.Part) {
	fail := func(err error) {
		l.cache.note("the cache %s could not be written: %v; the next audit reads more than it had to", l.cache.dir, pathless(err))
	}
	if l.broken || l.digests == nil {
		// Nobody can tell what is in that file.
		if err := l.cache.forget(l.store); err != nil {
			fail(err)
		}
		return
	}
	if slices.ContainsFunc(parts, func(p *git.Part) bool { return l.known[p.Path] == nil || !l.known[p.Path].whole }) {
		if err := l.noteTrees(ctx); err != nil {
			l.cache.note("the cache is left as it was: %v", err)
			return
		}
	}
	next := &storeRecord{scan: l.cache.scan, store: l.store}
	for _, part := range parts {
		record, err := l.record(part)
		if err != nil {
			l.cache.note("the cache is left as it was: %v", err)
			return
		}
		next.parts = append(next.parts, record)
	}
	next.sort()
	if l.previous != nil && bytes.Equal(l.previous.encode(), next.encode()) {
		return
	}
	if err := errors.Join(l.cache.save(next), l.cache.prune(time.Now())); err != nil {
		fail(err)
	}
}

// record is what was learnt of a part in this walk and in those before. An object
// that could not be read is never called clean: of a pack with one nothing is known, a loose one is left out.
func (l *ledger) record(part *git.Part) (*partRecord, error) {
	known := l.known[part.Path]
	unread := &partRecord{kind: unreadPart, digest: l.digests[part.Path]}
	if part.Packed && known != nil {
		return known.record, nil
	}
	if part.Flawed {
		return unread, nil
	}
	r := &partRecord{kind: packPart, digest: l.digests[part.Path]}
	if !part.Packed {
		r.kind = loosePart
	}
	commits := newPlaceBits(part.Len())
	err := part.Each(func(place int, id git.ID) error {
		at := r.count
		_, noted := l.noted[id]
		if _, failed := l.failed[id]; failed && !noted {
			if part.Packed {
				return errUnread
			}
			return nil
		}
		if noted {
			r.again = append(r.again, uint32(at)) //nolint:gosec // a pack has no more
		} else if commit, err := l.isCommit(part, known, place, id); err != nil {
			return err
		} else if commit {
			commits.add(at)
		}
		if !part.Packed {
			r.ids = append(r.ids, id)
		}
		r.count++
		return nil
	})
	if errors.Is(err, errUnread) {
		return unread, nil
	}
	r.commits = commits[:(r.count+7)/8]
	return r, err
}

// errUnread says that a pack has an object that could not be read.
var errUnread = errors.New("not all of the pack could be read")

// isCommit says whether an object in which nothing was found is a commit.
func (l *ledger) isCommit(part *git.Part, known *recollection, place int, id git.ID) (bool, error) {
	switch {
	case l.graph.HasCommit(id):
		return true, nil
	case known != nil && known.clean.has(place):
		return known.commits.has(place), nil
	case len(l.known) == 0 || !part.Taken(place):
		return false, nil // it was visited, and is none
	}
	// Another part that has it was recalled.
	kind, _, err := l.repo.Objects().Stat(id)
	return kind == git.KindCommit, err
}

// noteTrees notes all trees with a name in which something was found, but for those of
// which the cache has known: they are noted already.
func (l *ledger) noteTrees(ctx context.Context) error {
	if len(l.names) == 0 {
		return nil
	}
	var failed error
	recall := func(parts []*git.Part) {
		for _, part := range parts {
			if part.Packed && l.known[part.Path] != nil { // loose objects may have changed since
				part.Known = func(int) bool { return true }
			}
		}
	}
	_, err := l.repo.WalkObjects(ctx, git.WalkOptions{Workers: l.workers, Kinds: []git.Kind{git.KindTree}, Recall: recall},
		func() git.Visitor { return nameFinder{l} },
		func(id git.ID, _ string, err error) {
			// What the audit could not read, either, is not remembered anyway.
			if _, known := l.failed[id]; !known && !id.IsZero() {
				failed = err
			}
		})
	return errors.Join(err, failed)
}

// nameFinder notes the trees that it is shown if they have one of the ledger's names.
type nameFinder struct{ *ledger }

var errFound = errors.New("found")

// Visit implements git.Visitor.
func (f nameFinder) Visit(o *git.Object, _ any) (any, error) {
	content, err := wholeOf(o)
	if err != nil {
		return nil, err
	}
	err = git.EachName(o.ID, content, func(name []byte) error {
		if _, ok := f.names[string(name)]; ok {
			return errFound
		}
		return nil
	})
	if errors.Is(err, errFound) {
		f.note(o.ID)
		return nil, nil
	}
	return nil, err
}
