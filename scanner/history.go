package scanner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
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
	// Attribute says of each group of objects, which share a secret, where they stand.
	Attribute(ctx context.Context, groups [][]Object, skip func(Skip)) ([]Standing, error)
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
	Exposure Exposure
	Places   []Standpoint // one for every object at least
}

// Standpoint is where an object stands.
type Standpoint struct {
	Object Object
	Path   string  // empty where no tree names it, and for messages
	Commit *Commit // that introduced it there; nil: none did
}

// ScanHistory audits a history: every content is scanned, and what was found in them is said
// once for each secret, with all its places.
func ScanHistory(ctx context.Context, src History, opts Options) (Result, error) {
	if opts.Set == nil {
		return Result{}, errors.New("scanning: no rules given")
	}
	h := &historian{engine: newEngine(opts), src: src}
	counts, err := src.Walk(ctx, h.opts.Workers, func() Examiner { return &examiner{historian: h} }, h.skip)
	if err != nil && ctx.Err() == nil {
		return Result{}, err
	}
	if err != nil {
		h.cut.Store(true)
		ctx = context.WithoutCancel(ctx) // what was found by then is worth its places
	}
	if err := h.attribute(ctx); err != nil {
		return Result{}, err
	}
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

	mu    sync.Mutex
	seen  []sighting
	texts map[string]string // secrets: thousands of versions hold the same
}

// sighting is a content in which something was found.
type sighting struct {
	object  Object
	matches []detect.Match
}

// examiner scans the contents that one goroutine sees.
type examiner struct {
	*historian
	reader reader
}

// Examine scans a content. A panic is a bug in keysieve: it costs this content and is named in the report.
func (x *examiner) Examine(c *Content, base any) (state any, err error) {
	defer func() {
		if r := recover(); r != nil {
			x.skip(internalError(c.Name().ID, r))
			state, err = nil, nil
		}
	}()
	res, trace, err := x.scan(c, base)
	if err != nil {
		return nil, err
	}
	if c.Kind != KindPathName {
		x.blobs.Add(1)
		x.bytes.Add(res.Bytes)
	}
	if len(res.Matches) > 0 || res.Accepted > 0 {
		x.note(c, res)
	}
	if res.Undecoded {
		x.skip(Skip{Path: c.Name().ID, Reason: "encoded text in it multiplies when decoded, not all of it was looked into"})
	}
	if trace == nil {
		return nil, nil
	}
	return trace, nil
}

// scan scans a content as a whole or, where it is made from one that was traced, where it differs.
func (x *examiner) scan(c *Content, base any) (detect.Result, *detect.Trace, error) {
	if c.Open != nil {
		res, _, err := x.reader.detect(context.Background(), x.detector, Blob{Size: -1, Open: c.Open})
		return res, nil, err
	}
	trace, _ := base.(*detect.Trace)
	if trace == nil && c.Leaf {
		return x.detector.Scan(c.Bytes), nil, nil
	}
	res, next := x.detector.ScanTraced(trace, c.Bytes, c.Copies, c.Leaf)
	return res, next, nil
}

// note keeps what was found in a content, without what only a report needs.
func (x *examiner) note(c *Content, res detect.Result) {
	s := sighting{object: c.Name(), matches: res.Matches}
	x.historian.mu.Lock()
	defer x.historian.mu.Unlock()
	x.accepted += res.Accepted
	if len(res.Matches) == 0 {
		return
	}
	if x.opts.Progress != nil {
		x.opts.Progress.Found(int64(len(res.Matches)))
	}
	for i := range s.matches {
		m := &s.matches[i]
		m.Excerpt = ""
		m.Secret = x.once(m.Secret)
	}
	x.seen = append(x.seen, s)
}

// once returns an equal text that all share.
func (h *historian) once(text string) string {
	if known, ok := h.texts[text]; ok {
		return known
	}
	if h.texts == nil {
		h.texts = make(map[string]string)
	}
	text = strings.Clone(text)
	h.texts[text] = text
	return text
}

// secretKey tells findings of a history apart.
type secretKey struct {
	rule   int
	secret string
}

// secretGroup is a secret with everything in which it was seen.
type secretGroup struct {
	secretKey
	sightings []int // indexes into seen, ascending
}

// attribute turns what was seen into findings.
func (h *historian) attribute(ctx context.Context) error {
	slices.SortFunc(h.seen, func(a, b sighting) int {
		return cmp.Or(cmp.Compare(a.object.Kind, b.object.Kind), strings.Compare(a.object.ID, b.object.ID), strings.Compare(a.object.Name, b.object.Name))
	})
	groups := h.group()
	if len(groups) == 0 {
		return nil
	}
	objects := make([][]Object, len(groups))
	for i, g := range groups {
		for _, n := range g.sightings {
			objects[i] = append(objects[i], h.seen[n].object)
		}
	}
	standings, err := h.src.Attribute(ctx, objects, h.skip)
	if err != nil {
		return fmt.Errorf("finding where the secrets stand: %w", err)
	}
	a := &assembly{historian: h, kept: make(map[keptKey][]detect.Match)}
	for i, g := range groups {
		if f, ok := a.finding(ctx, g, standings[i]); ok {
			h.findings = append(h.findings, f)
		}
	}
	return nil
}

// group groups what was seen by rule and secret, in a stable order.
func (h *historian) group() []secretGroup {
	index := make(map[secretKey]int)
	var groups []secretGroup
	for n := range h.seen {
		for i := range h.seen[n].matches {
			m := &h.seen[n].matches[i]
			k := secretKey{m.Rule, m.Secret}
			at, ok := index[k]
			if !ok {
				at = len(groups)
				index[k] = at
				groups = append(groups, secretGroup{secretKey: k})
			}
			if g := &groups[at]; len(g.sightings) == 0 || g.sightings[len(g.sightings)-1] != n {
				g.sightings = append(g.sightings, n)
			}
		}
	}
	return groups
}

// assembly makes findings of groups and their standings.
type assembly struct {
	*historian
	kept map[keptKey][]detect.Match
}

// keptKey is a content at a path: which of its matches count there is asked for each of its secrets.
type keptKey struct {
	sighting int
	path     string
}

// finding makes the finding of a group; false if none of its matches counts where it stands.
func (a *assembly) finding(ctx context.Context, g secretGroup, s Standing) (Finding, bool) {
	byObject := make(map[Object]int, len(g.sightings))
	for _, n := range g.sightings {
		byObject[a.seen[n].object.key()] = n
	}
	f := Finding{Rule: a.opts.Set.Rules()[g.rule], Secret: NewSecret(g.secret), Exposure: &s.Exposure}
	best := -1
	var first Object
	for _, p := range s.Places {
		n, ok := byObject[p.Object.key()]
		if !ok {
			continue
		}
		origin := originOf(p)
		for _, m := range a.here(ctx, n, origin) {
			if m.Rule != g.rule || m.Secret != g.secret {
				continue
			}
			place := Place{Origin: origin, Line: m.Line, Column: m.Column, EndLine: m.EndLine, EndColumn: m.EndColumn}
			confidence, reasons := lowered(a.opts.Set, m.Rule, origin.Path, m.Confidence, m.Reasons)
			if int(confidence) > best {
				best = int(confidence)
				f.Severity, f.Confidence, f.Check, f.Reasons = m.Severity, confidence, checkPhrase(&m), reasons
			}
			if len(f.Places) == 0 || before(&place, &f.Places[0], s.Exposure.First) {
				f.Places = append([]Place{place}, f.Places...)
				first = p.Object
			} else {
				f.Places = append(f.Places, place)
			}
		}
	}
	if len(f.Places) == 0 {
		return f, false
	}
	slices.SortFunc(f.Places[1:], comparePlaces)
	f.Fingerprint = Fingerprint(f.Rule.ID, f.Places[0].Path, g.secret)
	f.Blocks = f.Confidence >= a.opts.FailOn
	f.Excerpt = a.excerptOf(ctx, first, g, &f.Places[0])
	return f, true
}

// originOf says where a standpoint is, as reports have it. A content that no tree names goes by its object id.
func originOf(p Standpoint) Origin {
	o := Origin{Kind: p.Object.Kind, Path: p.Path}
	if p.Commit != nil {
		o.Commit, o.Author, o.Date = p.Commit.ID, p.Commit.Author, p.Commit.Date
	}
	if o.Path == "" {
		o.Path = p.Object.ID
	}
	return o
}

// before orders the place where a secret was introduced before all others, and then the earlier one.
func before(a, b *Place, first *Commit) bool {
	if first != nil && (a.Commit == first.ID) != (b.Commit == first.ID) {
		return a.Commit == first.ID
	}
	if (a.Commit == "") != (b.Commit == "") {
		return a.Commit != ""
	}
	return cmp.Or(a.Date.Compare(b.Date), comparePlaces(*a, *b)) < 0
}

// here returns the matches of a content that count at a place.
func (a *assembly) here(ctx context.Context, n int, origin Origin) []detect.Match {
	k := keptKey{n, origin.Path}
	kept, ok := a.kept[k]
	if !ok {
		kept, _ = a.engine.here(ctx, nil, Blob{}, origin, a.seen[n].matches)
		a.kept[k] = kept
	}
	return kept
}

// excerptOf reads the content in which a secret stands first once more, for its line.
func (a *assembly) excerptOf(ctx context.Context, o Object, g secretGroup, at *Place) Excerpt {
	r := reader{}
	res, _, err := r.detect(ctx, a.detector, Blob{Size: -1, Open: func() (io.ReadCloser, error) { return a.src.Open(o) }})
	if err != nil { // it was readable a moment ago; the finding stands without its line
		return Excerpt{}
	}
	for i := range res.Matches {
		m := &res.Matches[i]
		if m.Rule == g.rule && m.Secret == g.secret && m.Line == at.Line && m.Column == at.Column {
			return excerpt(m, res.Known)
		}
	}
	return Excerpt{}
}
