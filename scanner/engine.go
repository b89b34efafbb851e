package scanner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sourcegraph/conc/pool"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner/detect"
)

// Options say how to scan.
type Options struct {
	Set     *rules.Set
	Workers int // goroutines that read and detect; 0: one for each processor
	// FailOn is the least confidence that makes a finding block, where there is no Policy; 0: medium.
	FailOn rules.Confidence
	// Policy says which paths are left out, and which findings block at which; nil: none, and FailOn does.
	Policy *rules.Policy
	// Limits bound the scan. What they leave unread is skipped, and named.
	Limits rules.Limits
	// NoInlineAllow says that directives in what is scanned accept nothing.
	NoInlineAllow bool
	Command       string // for the summary
	Root          string // for the summary
	Version       string // for the summary
	// Progress is told what is found; nil: nobody.
	Progress Progress
	// most is how many places of secrets are listed at most; 0: as many as maxListed or maxSightings says. Tests set it.
	most int
}

// Exit codes of a scan, as Result.ExitCode has them. 2 is for wrong calls, which never get this far.
const (
	ExitClean      = 0
	ExitFindings   = 1
	ExitUsage      = 2
	ExitIncomplete = 3
)

// maxWhole is how large a content may be to be read into memory at once, in
// bytes; larger ones are streamed. A worker keeps one buffer of this size, and a stream as much again.
const maxWhole = 1 << 20

// batchSize is how many blobs are handed to a worker at a time, and batchBytes how
// many bytes they may have together: path names are tiny, and a channel operation each would cost more than the scan.
const (
	batchSize  = 64
	batchBytes = 32 << 10
	// queued is how many batches wait for each worker at most: a source that has to look for its blobs is not kept waiting by a large one.
	queued = 64
)

// Scan reads everything that the source yields and returns what was found, in
// a stable order. It returns an error only when nothing could be scanned at all; what
// could not be read is in Result.Skipped, and an interrupt is one of those.
func Scan(ctx context.Context, src Source, opts Options) (Result, error) {
	if opts.Set == nil {
		return Result{}, errors.New("scanning: no rules given")
	}
	e := newEngine(opts, maxListed)
	ctx, cancel := e.withTimeout(ctx)
	defer cancel()
	defer context.AfterFunc(ctx, e.halt)()
	if err := e.run(ctx, src); err != nil {
		return Result{}, err
	}
	e.noteCause(ctx)
	e.uncrowd()
	result := e.result()
	if s, ok := src.(Summarizer); ok {
		s.Summarize(&result.Summary)
	}
	return result, nil
}

// engine is one scan under way. The source yields in the calling goroutine;
// blobs go in batches over a channel to the workers, each of which reads,
// detects and assembles findings on its own, and adds them to the collection under the lock.
// The order in which that happens does not matter: result sorts.
type engine struct {
	opts     Options
	detector func() *detect.Detector // made when a worker first asks, while the source already looks around
	paths    *pathRules
	started  time.Time

	blobs, bytes atomic.Int64
	cut          atomic.Bool // an interrupt left something unread
	halted       atomic.Bool // an interrupt came: what is being searched is searched no further
	cause        error       // of the interrupt
	excluded     int64       // files that the policy leaves out

	gate     sync.Mutex // held by a worker while it deals with a content that is crowded (reader.crowd)
	mu       sync.Mutex
	crowds   sightings // what was found, as far as it is listed; a history has its own
	findings []Finding
	skipped  []Skip
	unused   unusedDirectives
	accepted int
	keyless  map[string]keylessness // by path
}

// newEngine fills in the options that were left out; most is the option's.
func newEngine(opts Options, most int) *engine {
	if opts.Policy == nil {
		opts.Policy = rules.NewPolicy(rules.Threshold{Confidence: opts.FailOn})
	}
	if opts.Workers <= 0 {
		opts.Workers = runtime.GOMAXPROCS(0)
	}
	if opts.most <= 0 {
		opts.most = most
	}
	e := &engine{
		opts: opts, paths: newPathRules(opts.Set), started: time.Now(),
		crowds: sightings{limit: opts.most, scope: "scan"}, unused: unusedDirectives{limit: opts.most},
	}
	e.detector = detectorOf(&opts, &e.halted)
	return e
}

// halt makes the workers leave the contents that they search.
func (e *engine) halt() { e.halted.Store(true) }

// detectorOf makes the detector of a set once, when it is first asked for; the flag ends its scans.
func detectorOf(opts *Options, halted *atomic.Bool) func() *detect.Detector {
	set, build := opts.Set, detect.New
	if opts.NoInlineAllow {
		build = detect.NewWithoutDirectives
	}
	return sync.OnceValue(func() *detect.Detector {
		d := build(set)
		d.HaltOn(halted)
		return d
	})
}

// internalError is the skip of what a panic cost.
func internalError(path string, cause any) Skip {
	return Skip{
		Path: path, Reason: fmt.Sprintf("internal error: %v", cause),
		Hint: "this is a bug in keysieve: please report it with the version and what -v shows", Detail: string(debug.Stack()),
	}
}

func (e *engine) run(ctx context.Context, src Source) error {
	batches := make(chan []Blob, queued*e.opts.Workers)
	workers := pool.New().WithMaxGoroutines(e.opts.Workers)
	for range e.opts.Workers {
		workers.Go(func() {
			e.detector()
			e.work(ctx, batches)
		})
	}
	err := e.feed(ctx, src, batches)
	close(batches)
	workers.Wait()
	if err != nil && ctx.Err() != nil {
		e.cut.Store(true)
		return nil
	}
	return err
}

// feed batches what the source yields.
func (e *engine) feed(ctx context.Context, src Source, batches chan<- []Blob) error {
	var batch []Blob
	var size int64
	send := func() error {
		if len(batch) == 0 {
			return nil
		}
		select {
		case batches <- batch:
			batch, size = nil, 0
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	excluded := e.exclusion(src)
	err := src.Blobs(ctx, func(b Blob) error {
		if b = excluded(b); len(b.Origins) == 0 {
			return ctx.Err()
		}
		batch = append(batch, b)
		size += weight(&b)
		if len(batch) < batchSize && size < batchBytes {
			return ctx.Err()
		}
		return send()
	}, e.skip)
	if err != nil {
		return err
	}
	return send()
}

// weight is what a blob counts in a batch, in bytes. One of unknown size may be large: it is a
// batch of its own, so that all workers have something to do to the end.
func weight(b *Blob) int64 {
	switch {
	case b.Origins[0].Kind == KindPathName:
		return b.Size
	case b.Size < 0:
		return batchBytes
	}
	return max(b.Size, 4<<10)
}

func (e *engine) skip(s Skip) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.skipped = append(e.skipped, s)
}

// work scans batches until there are no more. After an interrupt it only
// drains the channel: the summary says that the scan was cut short.
func (e *engine) work(ctx context.Context, batches <-chan []Blob) {
	w := &reader{limit: e.opts.Limits.MaxSize, gate: &e.gate}
	for batch := range batches {
		for _, b := range batch {
			if ctx.Err() != nil {
				e.cut.Store(true)
				continue
			}
			e.blob(ctx, w, b)
		}
	}
}

// blob scans one blob. A panic is a bug in keysieve: it costs this blob, is
// named in the report and makes the scan incomplete.
func (e *engine) blob(ctx context.Context, w *reader, b Blob) {
	defer w.leave()
	defer func() {
		if r := recover(); r != nil {
			e.skip(internalError(b.Origins[0].name(), r))
		}
	}()
	res, n, err := w.detect(ctx, e.detector(), b)
	if err != nil {
		if ctx.Err() != nil {
			e.cut.Store(true)
			if n > 0 {
				e.skip(Skip{Path: b.Origins[0].name(), Reason: halfReadError{}.Error()})
			}
		} else {
			for _, o := range b.Origins {
				e.skip(Skip{Path: o.name(), Reason: err.Error(), Hint: HintOf(err)})
			}
		}
		if n == 0 {
			return
		}
	} // what was read before the error still counts
	if b.Origins[0].Kind != KindPathName {
		e.blobs.Add(int64(len(b.Origins)))
		e.bytes.Add(n)
	}
	for _, reason := range unread(e.opts.Set, res) {
		e.skip(Skip{Path: b.Origins[0].name(), Reason: reason})
	}
	e.collect(ctx, w, b, res)
}

// reader reads and detects, keeping its buffer from one blob to the next.
type reader struct {
	buf   []byte
	limit int64       // of a content, in bytes; 0: none
	gate  *sync.Mutex // to be held while a content is crowded; nil: none
	held  bool
}

// detect returns what a blob holds and how many bytes were read; with an error, which the context's end is,
// what was found before it.
func (r *reader) detect(ctx context.Context, d *detect.Detector, b Blob) (detect.Result, int64, error) {
	res, n, err := r.search(ctx, d, b)
	if res.Halted && err == nil {
		err = ctx.Err()
	}
	return res, n, err
}

func (r *reader) search(ctx context.Context, d *detect.Detector, b Blob) (detect.Result, int64, error) {
	if b.Origins != nil && b.Origins[0].Kind == KindPathName {
		return r.name(d, b) // whose length no limit is meant for
	}
	if r.limit > 0 && b.Size > r.limit {
		return detect.Result{}, 0, &tooLargeError{limit: r.limit}
	}
	opened, err := b.Open()
	if err != nil {
		return detect.Result{}, 0, err
	}
	defer opened.Close() // only read from
	if m, ok := opened.(InMemory); ok {
		content := m.Bytes()
		switch n := int64(len(content)); {
		case r.limit > 0 && n > r.limit:
			return detect.Result{}, 0, &tooLargeError{limit: r.limit}
		case n <= maxWhole:
			return r.scan(d, b, content), n, nil
		}
	}
	size := b.Size
	if size < 0 {
		size = sizeOf(opened)
	}
	content, err := r.limited(opened, size)
	if err != nil {
		return detect.Result{}, 0, err
	}
	n, err := r.fill(content, size)
	if err != nil {
		return d.ScanCrowd(r.buf[:n], r.crowd), int64(n), err
	}
	if n <= maxWhole {
		return r.scan(d, b, r.buf[:n]), int64(n), nil
	}
	stream := d.NewStream()
	stream.OnCrowd(r.crowd)
	stream.Write(r.buf[:n])
	total := int64(n)
	for {
		if err := ctx.Err(); err != nil {
			return stream.Close(), total, err
		}
		n, err := content.Read(r.buf)
		stream.Write(r.buf[:n])
		total += int64(n)
		if err == io.EOF {
			return stream.Close(), total, nil
		}
		if err != nil {
			return stream.Close(), total, err
		}
	}
}

// leastCompared is how large a content is, in bytes, from which on it is compared with what stood there before: a smaller one
// is scanned faster than that is read.
const leastCompared = 2 << 10

// scan scans a content, unless it surely adds nothing to what stood there before. That the latter cannot be read is said
// where it matters: when something was found.
func (r *reader) scan(d *detect.Detector, b Blob, content []byte) detect.Result {
	if b.Earlier != nil && len(content) >= leastCompared {
		if old, err := b.Earlier(); err == nil && d.AddsNothing(old, content) {
			return detect.Result{}
		}
	}
	return d.ScanCrowd(content, r.crowd)
}

// name scans a path.
func (r *reader) name(d *detect.Detector, b Blob) (detect.Result, int64, error) {
	opened, err := b.Open()
	if err != nil {
		return detect.Result{}, 0, err
	}
	defer opened.Close() // only read from
	n, err := r.fill(opened, b.Size)
	return d.Scan(r.buf[:n]), int64(n), err
}

// fill reads up to one byte more than maxWhole into the buffer and returns how many it read.
func (r *reader) fill(content io.Reader, size int64) (int, error) {
	want := int(min(max(size+1, 32<<10), maxWhole+1))
	n := 0
	for {
		if want > len(r.buf) {
			grown := make([]byte, min(max(want, 2*len(r.buf)), maxWhole+1))
			copy(grown, r.buf[:n])
			r.buf = grown
		}
		m, err := content.Read(r.buf[n:])
		n += m
		switch {
		case err == io.EOF:
			return n, nil
		case err != nil:
			return n, err
		case n == maxWhole+1:
			return n, nil
		case n == len(r.buf):
			want = n + 1
		}
	}
}
