package git

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/sourcegraph/conc"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// WalkOptions say what WalkObjects visits, and how. The zero value is all.
type WalkOptions struct {
	// Workers is how many objects are visited at a time; 0: as many as there
	// are processors to use.
	Workers int
	// Kinds are those to visit; empty: all. Packed objects of other kinds are
	// not even inflated.
	Kinds []packfile.Kind
	// Skip says that an object shall not be visited. It is called by several
	// goroutines. Objects that others need as bases are read all the same.
	Skip func(id packfile.ID) bool
	// Recall says what is known of the store from an earlier walk, by setting
	// Part.Known. It is called before the walk with all parts that can be used.
	Recall func([]*Part)
	// Remember is told of all parts of the store that could be used, after a walk
	// that came to its end.
	Remember func([]*Part)
	// Limits bound the memory of each worker. A visitor with a method MaxRead() int64 sets MaxRead for its worker.
	Limits packfile.WalkLimits
	// Progress, if it is set, is kept up to date.
	Progress *WalkProgress
}

// WalkProgress is how far a walk is. It can be read at any time. The totals are
// estimates from above until the packs were looked through.
type WalkProgress struct {
	Objects, TotalObjects atomic.Int64
	Stored, TotalStored   atomic.Int64 // bytes of packs and of the files of loose objects
}

// WalkStats is what a walk did.
type WalkStats struct {
	Objects int64 // visited, or reported as unreadable
	Failed  int64 // of these, reported
	Bytes   int64 // of contents visited
	Packs   int   // walked
	Loose   int   // of Objects, those that are not in packs
	Rebuilt int64 // contents made again, for want of memory to hold them
	Workers []int64
}

// walk is a walk over the object store. It is the packfile.Host of its workers.
type walk struct {
	objects *Objects
	options *WalkOptions
	store   *store
	queue   *workQueue
	gate    packfile.Gate
	report  func(id packfile.ID, where string, err error)

	mu    sync.Mutex // for report and stats
	stats WalkStats
}

// WalkObjects visits every object of the store once: those in packs in delta
// order, then loose ones, of the repository and of its alternates, whether
// something refers to them or not. Every worker has a visitor of its own. Calls
// of fail come one at a time; it is told of every object that cannot be read
// from any place where it is stored (or whose visitor returned an error), and,
// with a zero id, of files that cannot be used as a whole; where is a path.
// The walk goes on all the same. The order of visits is not determined; what is
// visited, and as a delta of what, is.
//
// The error is that of ctx, or says that the object store cannot be listed.
func (r *Repository) WalkObjects(ctx context.Context, options WalkOptions, newVisitor func() packfile.Visitor, fail func(id packfile.ID, where string, err error)) (WalkStats, error) {
	if options.Workers <= 0 {
		options.Workers = runtime.GOMAXPROCS(0)
	}
	if options.Progress == nil {
		options.Progress = &WalkProgress{}
	}
	w := &walk{objects: r.Objects(), options: &options, report: fail, queue: newWorkQueue(options.Workers)}
	w.stats.Workers = make([]int64, options.Workers)
	var err error
	if w.store, err = w.openStore(ctx); err != nil {
		if ctx.Err() != nil {
			return WalkStats{}, context.Cause(ctx)
		}
		return WalkStats{}, fmt.Errorf("list objects: %w", err)
	}
	defer w.store.close()
	w.plan()
	defer context.AfterFunc(ctx, w.queue.stop)()
	var workers conc.WaitGroup
	for n := range options.Workers {
		visitor := newVisitor()
		workers.Go(func() { w.work(n, visitor) })
	}
	workers.Wait()
	if err := ctx.Err(); err != nil {
		return w.stats, context.Cause(ctx)
	}
	w.remember()
	return w.stats, nil
}

// walker is what belongs to a single worker.
type walker struct {
	*walk
	number  int
	visitor packfile.Visitor
	packs   *packfile.Walker
}

// work does what the queue holds until nothing is left. When the visitor
// panics, the others end, and the panic reaches the caller.
func (w *walk) work(number int, visitor packfile.Visitor) {
	worker := &walker{walk: w, number: number, visitor: visitor}
	limits := w.options.Limits
	limits.Gate = &w.gate
	if v, ok := visitor.(interface{ MaxRead() int64 }); ok {
		limits.MaxRead = v.MaxRead()
	}
	worker.packs = packfile.NewWalker(w, visitor, limits, worker.count)
	finished := false
	defer func() {
		if !finished {
			w.queue.stop()
		}
	}()
	for {
		job, ok := w.queue.take()
		if !ok {
			break
		}
		job(worker)
	}
	finished = true
}

// plan fills the queue: what is put there last is done first, so the largest
// packs are.
func (w *walk) plan() {
	const chunk = 128
	for _, dir := range w.store.loose {
		for first := 0; first < len(dir.ids); first += chunk {
			w.queue.put(func(worker *walker) { worker.visitLoose(dir, first, min(first+chunk, len(dir.ids))) })
		}
		count := int64(len(dir.ids) - dir.taken.count)
		w.options.Progress.TotalObjects.Add(count)
		w.options.Progress.TotalStored.Add(count * looseSize)
	}
	for i := len(w.store.packs) - 1; i >= 0; i-- {
		p := w.store.packs[i]
		if p.known != nil {
			if err := w.choose(p); err != nil {
				w.Fail(packfile.ID{}, p.pack, fmt.Errorf("%w: none of its %d objects can be read", err, p.unique()))
				continue
			}
			if p.again.count == 0 {
				continue
			}
		}
		w.queue.put(func(worker *walker) { worker.visitPack(p) })
		objects, stored := p.expected()
		w.options.Progress.TotalObjects.Add(objects)
		w.options.Progress.TotalStored.Add(stored)
	}
}

// visitPack links the entries of a pack and walks its trees.
func (w *walker) visitPack(p *storePack) {
	forest, flaw, err := p.pack.Forest(packfile.Selection{
		Kinds: w.options.Kinds,
		Want:  func(place int) bool { return w.wants(p, place) },
		OutsideKind: func(id packfile.ID) (packfile.Kind, error) {
			kind, _, err := w.objects.stat(id, 1)
			return kind, err
		},
	})
	if flaw != nil {
		w.Fail(packfile.ID{}, p.pack, flaw)
	}
	if err != nil {
		w.Fail(packfile.ID{}, p.pack, fmt.Errorf("%w: none of its %d objects can be read", err, p.unique()))
		return
	}
	progress := w.options.Progress
	objects, stored := p.expected()
	progress.TotalObjects.Add(forest.Selected() - objects)
	progress.TotalStored.Add(forest.Stored() - stored)
	w.mu.Lock()
	w.stats.Packs++
	w.mu.Unlock()
	w.packs.Run(forest.Walk())
}

// count adds to the statistics what was done since it was called last.
func (w *walker) count(c packfile.WalkCounts) {
	w.options.Progress.Objects.Add(c.Objects)
	w.options.Progress.Stored.Add(c.Stored)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stats.Objects += c.Objects
	w.stats.Failed += c.Failed
	w.stats.Bytes += c.Bytes
	w.stats.Rebuilt += c.Rebuilt
	w.stats.Workers[w.number] += c.Objects
}

// Stopped implements packfile.Host.
func (w *walk) Stopped() bool { return w.queue.stopped.Load() }

// Idle implements packfile.Host.
func (w *walk) Idle() bool { return w.queue.hungry.Load() > 0 }

// Give implements packfile.Host.
func (w *walk) Give(task packfile.Task) {
	w.queue.put(func(worker *walker) { worker.packs.Run(task) })
}

// Fail implements packfile.Host.
func (w *walk) Fail(id packfile.ID, pack *packfile.Pack, err error) {
	if id.IsZero() {
		w.flaw(pack)
	}
	w.failed(id, pack.Path(), err)
}

// failed reports what cannot be read: an object, or with a zero id a file.
func (w *walk) failed(id packfile.ID, where string, err error) {
	var corrupt *CorruptError
	if !id.IsZero() && (!errors.As(err, &corrupt) || corrupt.ID != id) {
		err = &CorruptError{id, err}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.report(id, where, err)
}

// Outside implements packfile.Host.
func (w *walk) Outside(id packfile.ID) (packfile.Kind, []byte, error) {
	return w.objects.read(id, packfile.MaxDeltified, 1)
}

// Elsewhere implements packfile.Host. What it gives was compared with its id.
func (w *walk) Elsewhere(id packfile.ID, not *packfile.Pack) (packfile.Kind, []byte, bool) {
	w.flaw(not)
	for _, p := range w.store.packs {
		if p.pack == not {
			continue
		}
		offset, found, err := p.pack.Index().Find(id)
		if err != nil || !found {
			continue
		}
		at := location{pack: p.pack, offset: offset}
		if kind, content, err := w.objects.readPacked(id, at, packfile.MaxDeltified, 1); err == nil {
			return kind, content, true
		}
	}
	for _, dir := range w.store.loose {
		at := location{path: dir.path(id)}
		if kind, content, err := w.readLoose(id, at); err == nil {
			return kind, content, true
		}
	}
	return 0, nil, false
}
