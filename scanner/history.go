package scanner

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/keysieve/keysieve/scanner/detect"
)

// History is a source of contents that are made of each other, and of what a
// history says of those in which something was found.
type History interface {
	// Walk shows every content once to one of the examiners, a base before what
	// is made of it. Each examiner belongs to one goroutine. What cannot be
	// read goes to skip, and the walk goes on; the error says that it ended early.
	Walk(ctx context.Context, examiners int, examiner func() Examiner, skip func(Skip)) (HistoryCounts, error)
	// FilePaths gives the paths at which files with one of these names stand or
	// stood, as far as that part of the history is audited; sorted.
	FilePaths(ctx context.Context, names []string, skip func(Skip)) ([]string, error)
	// Attribute says of each group of objects, which share a secret, where they stand.
	Attribute(ctx context.Context, groups [][]Object, skip func(Skip)) ([]Standing, error)
	// Counting gives the exposures of standings, told from those of their places that count alone.
	Counting(ctx context.Context, counted []Counted) ([]*Exposure, error)
	// Open gives an object's content again.
	Open(o Object) (io.ReadCloser, error)
}

// HistoryCounts is what a walk saw.
type HistoryCounts struct {
	Objects int64 // unreadable ones among them
	Commits int64
	Cached  int64 // of Objects, those that a cache knows to be clean
	Shallow bool  // the history is cut off
}

// Object names a content of a history.
type Object struct {
	Kind Kind
	ID   string // hexadecimal; of a path name the tree's that has it
	Name string // a path name's
	// Path narrows a path name to the file at this path; empty: whatever has the name.
	Path string
}

// key is what objects of the same content share: a name is one whatever tree has it.
func (o Object) key() Object {
	if o.Kind == KindPathName {
		o.ID = ""
	}
	return o
}

// Copy says which bytes of a content are those of its base.
type Copy = detect.Copy

// Content is one content of a history.
type Content struct {
	Kind  Kind
	Name  func() Object // asked for only when something was found
	Bytes []byte        // valid during the call only; nil if Open is set
	Open  func() (io.ReadCloser, error)
	Size  int64 // of what Open gives, in bytes; 0: not known
	// Copies says, where the content was made from a base, what was copied from it.
	Copies []Copy
	// Leaf says that nothing is made of this content.
	Leaf bool
}

// Examiner scans contents. What Examine returns for one is handed in as base with those made
// from it; it may be used from other goroutines, and is nil where it is of no use.
type Examiner interface {
	Examine(c *Content, base any) (state any, err error)
}

// Standing says where the objects of a group stand.
type Standing struct {
	Exposure *Exposure    // nil: it was not found out
	Places   []Standpoint // one for every object at least
	// Known is what the source knows of it beyond that.
	Known any
}

// Counted is a standing, and which of its places count.
type Counted struct {
	Standing *Standing
	Places   []bool // by the index of Standing.Places
}

// Standpoint is where an object stands.
type Standpoint struct {
	Object Object
	Path   string  // empty where no tree names it, and for messages
	Commit *Commit // that introduced it there; nil: none did
	Order  int     // of Commit; that of an ancestor is less
}

// ScanHistory audits a history: every content is scanned, and what was found in them is said
// once for each secret, with all its places.
func ScanHistory(ctx context.Context, src History, opts Options) (Result, error) {
	if opts.Set == nil {
		return Result{}, errors.New("scanning: no rules given")
	}
	h := &historian{engine: newEngine(opts, maxSightings), src: src, kept: sightings{scope: "history", named: maxAsked}}
	h.kept.limit = h.opts.most
	ctx, cancel := h.withTimeout(ctx)
	defer cancel()
	defer context.AfterFunc(ctx, h.halt)()
	h.ctx = ctx
	counts, err := src.Walk(ctx, h.opts.Workers, h.examiner, h.skip)
	if err != nil && ctx.Err() == nil {
		return Result{}, err
	}
	if err != nil {
		h.cut.Store(true)
	}
	h.kept.close()
	h.seen = joinedSightings(h.kept.contents)
	// What the detector has learnt takes a lot of memory, which the search for places needs.
	h.detector = detectorOf(&h.opts, &h.halted)
	if err := h.attribute(ctx); err != nil {
		return Result{}, err
	}
	for _, s := range h.kept.skips() {
		h.skip(s)
	}
	h.crowds.blocks, h.crowds.names = h.kept.blocks, h.kept.names
	h.noteCause(ctx)
	h.accepted, h.excluded = len(h.allowed), int64(len(h.left))
	r := h.result()
	r.Summary.Objects, r.Summary.Commits, r.Summary.Cached, r.Summary.Shallow = counts.Objects, counts.Commits, counts.Cached, counts.Shallow
	return r, nil
}

// historian is an audit under way. Its examiners are called by the goroutines of the
// History; what they find is collected under the lock, and sorted afterwards, since the order in
// which contents are seen is nobody's.
type historian struct {
	*engine
	src History
	ctx context.Context // of the walk: a stream of gigabytes is left when it ends

	mu      sync.Mutex
	kept    sightings
	seen    []sighting        // what was kept, when the walk has ended
	texts   map[string]string // secrets: thousands of versions hold the same
	found   map[string]bool   // secrets that Progress was told of
	allowed map[string]bool   // secrets that directives accepted
	names   map[string]bool   // of files at whose paths a rule on paths may match
	empty   []Object          // key stores that hold no key; none where there are more than maxAsked
	emptied bool              // there are
	left    map[string]bool   // paths that the policy leaves out, with something to report
}

// examiner scans the contents that one goroutine sees.
type examiner struct {
	*historian
	reader reader
	paths  []*pathNames // of the rules on paths alone
}

func (h *historian) examiner() Examiner {
	x := &examiner{historian: h, reader: reader{limit: h.opts.Limits.MaxSize, gate: &h.gate}}
	for _, i := range h.paths.rules {
		x.paths = append(x.paths, newPathNames(h.opts.Set.Rules()[i].Path))
	}
	return x
}

// Examine scans a content. A panic is a bug in keysieve: it costs this content and is named in the report.
func (x *examiner) Examine(c *Content, base any) (state any, err error) {
	defer x.reader.leave()
	defer func() {
		if r := recover(); r != nil {
			x.skip(internalError(c.Name().ID, r))
			state, err = nil, nil
		}
	}()
	res, size, trace, err := x.scan(c, base)
	var large *tooLargeError
	if errors.As(err, &large) { // what was found in its beginning counts
		x.skip(Skip{Path: c.Name().ID, Reason: large.Error(), Hint: large.Hint()})
		err = nil
	}
	halted := res.Halted || err != nil && x.ctx.Err() != nil
	if halted { // the same goes for that
		x.cut.Store(true)
		err = nil
	}
	if err != nil {
		return nil, err
	}
	if c.Kind == KindPathName {
		x.noteName(c)
	} else {
		x.blobs.Add(1)
		x.bytes.Add(size)
	}
	if res.Keyless {
		x.noteEmpty(c.Name())
	}
	if len(res.Matches) > 0 || res.Accepted > 0 || res.Left > 0 {
		x.note(c, res)
	}
	for _, reason := range unread(x.opts.Set, res) {
		x.skip(Skip{Path: c.Name().ID, Reason: reason})
	}
	switch {
	case halted:
		return nil, halfReadError{} // so that no cache calls it clean
	case trace == nil:
		return nil, nil
	}
	return trace, nil
}

// MaxSize is over which size a content is refused, in bytes; 0: none is.
func (x *examiner) MaxSize() int64 { return x.opts.Limits.MaxSize }

// scan scans a content as a whole or, where it is made from one that was traced, where it differs.
// The size is in bytes, as stored.
func (x *examiner) scan(c *Content, base any) (res detect.Result, size int64, next *detect.Trace, err error) {
	size = int64(len(c.Bytes))
	if c.Open != nil {
		res, size, err = x.reader.detect(x.ctx, x.detector(), Blob{Size: cmp.Or(c.Size, -1), Open: c.Open})
		return res, size, nil, err
	}
	if limit := x.opts.Limits.MaxSize; limit > 0 && size > limit {
		return res, 0, nil, &tooLargeError{limit: limit}
	}
	trace, _ := base.(*detect.Trace)
	if trace == nil && c.Leaf {
		return x.detector().ScanCrowd(c.Bytes, x.reader.crowd), size, nil, nil
	}
	res, next = x.detector().ScanTraced(trace, c.Bytes, c.Copies, c.Leaf)
	return res, size, next, nil
}

// note keeps what was found in a content, without what only a report needs.
func (x *examiner) note(c *Content, res detect.Result) {
	s := sighting{object: c.Name(), count: placesOf(res.Matches) + res.Left, least: res.Uncounted}
	if c.Kind == KindPathName { // which may be a secret itself
		s.label = maskedName(s.object.Name, res.Known)
	}
	s.matches = narrow(x.opts.Set, res.Matches, x.opts.most/2, x.unplacedRank)
	parts := s.split(x.opts.Set, x.unplacedRank)
	x.historian.mu.Lock()
	defer x.historian.mu.Unlock()
	x.noteAccepted(&res)
	for i := range parts {
		if s.count > 0 {
			x.keep(&parts[i])
		}
	}
}

// unplacedRank is a match's rank as far as the content alone tells.
func (h *historian) unplacedRank(m *detect.Match) rank {
	return rankOf(h.opts.Set.Rules()[m.Rule], h.opts.Policy.Blocks("", m.Severity, m.Confidence))
}

// keep keeps what was found in a content, if there is room for it.
func (h *historian) keep(s *sighting) {
	s.kinds, s.blocks = kindsOf(s.matches), s.rank.blocks() && len(s.matches) > 0
	if !h.kept.wants(s) {
		return
	}
	s.matches = slices.Clone(s.matches) // without what was found and does not count
	for i := range s.matches {
		m := &s.matches[i]
		m.Excerpt = ""
		m.Secret = h.once(m.Secret)
		for k := range m.Reasons {
			m.Reasons[k] = h.once(m.Reasons[k])
		}
		h.countFound(identity(m.Secret))
	}
	h.kept.add(*s)
}

// countFound tells the progress of secrets that were not seen before: the report will count as many.
func (h *historian) countFound(secret string) {
	if h.opts.Progress == nil || h.found[secret] || len(h.found) == maxSightings {
		return
	}
	if h.found == nil {
		h.found = make(map[string]bool)
	}
	h.found[secret] = true
	h.opts.Progress.Found(1)
}

// once returns an equal text that all share.
func (h *historian) once(text string) string {
	if known, ok := h.texts[text]; ok {
		return known
	}
	if h.texts == nil || len(h.texts) >= 2*maxSightings { // most are of contents that are not kept
		h.texts = make(map[string]string)
	}
	text = strings.Clone(text)
	h.texts[text] = text
	return text
}

// noteAccepted keeps the secrets that directives accepted, each once however many versions hold
// it: those in the content that neither a match nor another of them covers.
func (h *historian) noteAccepted(res *detect.Result) {
	left, end := res.Accepted, int64(0)
	if left == 0 {
		return
	}
	reach := make([]int64, len(res.Matches)) // how far the matches up to there go; in order of their start
	for i := range res.Matches {
		reach[i] = res.Matches[i].End
		if i > 0 {
			reach[i] = max(reach[i], reach[i-1])
		}
	}
	for _, k := range res.Known {
		if left == 0 {
			break
		}
		before := sort.Search(len(res.Matches), func(i int) bool { return res.Matches[i].Start >= k.End })
		if k.Start < end || before > 0 && reach[before-1] > k.Start {
			continue
		}
		if h.allowed == nil {
			h.allowed = make(map[string]bool)
		}
		h.allowed[h.once(identity(k.Secret))] = true
		left, end = left-1, k.End
	}
}

// noteEmpty keeps a key store that holds no key: where one stands, its name tells nothing. Of very many none is kept, so that what is reported
// depends on nothing but the contents.
func (h *historian) noteEmpty(o Object) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.empty = append(h.empty, o); h.emptied || len(h.empty) > maxAsked {
		h.empty, h.emptied = nil, true
	}
}

// noteName keeps a name that a rule on paths may match at the end of a path.
func (x *examiner) noteName(c *Content) {
	if !slices.ContainsFunc(x.paths, func(p *pathNames) bool { return p.can(c.Bytes) }) {
		return
	}
	name := c.Name().Name
	x.historian.mu.Lock()
	defer x.historian.mu.Unlock()
	if x.historian.names == nil {
		x.historian.names = make(map[string]bool)
	}
	x.historian.names[name] = true
}
