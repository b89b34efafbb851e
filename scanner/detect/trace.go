package detect

import (
	"maps"
	"slices"

	"github.com/keysieve/keysieve/scanner/decode"
)

// A history holds thousands of versions of a file, each stored as what it copies
// from another and what it inserts. A content that was made so need not be scanned whole: what
// was found, or not found, in copied bytes is carried over, unless what the decision looked
// at is cut by a seam.
//
// Nearly all decisions look at a few bytes: a literal turns up and the bytes behind
// it rule its regex out. Those are not noted. The bytes within reach of
// every seam are looked at again, and so is whatever looked at more than that, which a
// Trace notes.

// Copy says that a content has Size bytes from Target on that are those of its
// base from Source on.
type Copy struct{ Target, Source, Size int }

// Trace is what the scan of a content leaves for the scans of contents made from
// it. It is immutable and safe for concurrent use; nil stands for one that tells nothing.
type Trace struct {
	size  int
	asks  []ask          // in order of pos
	found []Match        // before they were settled
	runs  []window       // encoded runs that hold text
	marks decode.Marks   // escapes
	hits  int            // of asks, those that led to matches
	seen  map[int32]bool // rules of which a keyword stands in the content, not in what is decoded from it
	// carried is how many of asks were carried over, and are in order.
	carried int
	// spoilt says that something was decided that can not be carried over; leaf that nothing needs to be.
	spoilt, leaf bool
}

// ask is a candidate whose decision looked further than traceMargin, or that led to a match.
type ask struct {
	literal, user int32
	pos           int32 // of the literal
	from, to      int32 // what the decision looked at
	hit           bool  // the regex matched
}

const (
	// traceMargin is how far around a literal, in bytes, a decision may look without being noted.
	traceMargin = 24
	// edge is how many bytes beyond a window assertions and characters may reach.
	edge = 4
	// maxTrace is the longest content that is traced, in bytes: offsets have 32 bits, and longer ones are streamed.
	maxTrace = blockSize
)

// ScanTraced is Scan for one of many contents that are made of each other. base is the
// Trace of the content that copies, in order of Target, refer to; nil for a content that is not made of
// another. The result equals that of Scan, but for what ARCHITECTURE.md names. The Trace it returns is nil if the
// content can only be scanned whole, or if leaf says that nobody asks for it.
func (d *Detector) ScanTraced(base *Trace, content []byte, copies []Copy, leaf bool) (Result, *Trace) {
	enc, _ := decode.Sniff(content)
	if len(content) > min(maxTrace, d.blockSize) || enc != decode.UTF8 || isBinary(content) || !d.traceable || d.storeAt(content) {
		return d.Scan(content), nil
	}
	p := newPass(0, newBudget())
	p.trace = &Trace{size: len(content), leaf: leaf}
	p.heed(d, len(content))
	w := d.borrow()
	b := block{text: withBreaks(content), last: true}
	w.copies = cutReturns(mergeCopies(w.copies[:0], copies), content)
	if base == nil || base.costly(len(w.copies)) || !w.rescan(p, b, base, w.copies) {
		w.rescan(p, b, &Trace{}, nil) // all of it is new
	}
	d.finish(w, p)
	t := p.trace
	if leaf {
		t.spoilt = true
	} else {
		t.close(p)
	}
	var res Result
	if !p.halted && p.crowded(d) || slices.ContainsFunc(p.found, func(m Match) bool { return d.rules[m.Rule].keyworded }) {
		res = d.Scan(content) // whether the keywords stand somewhere, and what there is room for, takes a look at the whole
	} else {
		res = p.settle(d, int64(len(content)))
	}
	if t.spoilt || len(p.notes) > 0 || p.budget.over || t.heavy() {
		t = nil
	}
	return res, t
}

// spoil gives up tracing.
func (p *pass) spoil() {
	if p.trace != nil {
		p.trace.spoilt = true
	}
}

// Carrying over takes time in proportion to the hits squared, and to the encoded runs for each copy. A content that
// is full of either is scanned whole.
const (
	maxHits     = 500
	maxRunsCost = 100_000
)

func (t *Trace) costly(copies int) bool { return t.hits > maxHits || len(t.runs)*copies > maxRunsCost }

// close completes a trace.
func (t *Trace) close(p *pass) {
	fresh := t.asks[t.carried:]
	slices.SortFunc(fresh, func(a, b ask) int { return int(a.pos - b.pos) })
	if t.carried > 0 && len(fresh) > 0 {
		merged := make([]ask, 0, len(t.asks))
		old := t.asks[:t.carried]
		for len(old) > 0 && len(fresh) > 0 {
			if fresh[0].pos < old[0].pos {
				merged, fresh = append(merged, fresh[0]), fresh[1:]
			} else {
				merged, old = append(merged, old[0]), old[1:]
			}
		}
		t.asks = append(append(merged, old...), fresh...)
	}
	t.found = slices.Clone(p.found)
	for i := range t.found {
		t.found[i].Excerpt = "" // made anew where it is needed
	}
	for i := range t.asks {
		if t.asks[i].hit {
			t.hits++
		}
	}
}

// note records a decision that looked at text[from:to), if it looked far or the regex matched.
func (p *pass) note(w *worker, s stretch, from, to int, hit bool) {
	if p.trace == nil || p.trace.leaf || s.user < 0 {
		return
	}
	end := s.last + w.d.prefilter.size(s.literal)
	if hit || from < s.last-traceMargin || to > end+traceMargin {
		p.trace.asks = append(p.trace.asks, ask{s.literal, s.user, int32(s.last), int32(from), int32(to), hit})
	}
}

// rescan is scan for a content that is made from one that was traced; one that is made from nothing is
// all inserted. It reports false, and has done nothing, where a keyword that the base lacks switches rules on: the
// copied bytes were not asked about those.
func (w *worker) rescan(p *pass, b block, base *Trace, copies []Copy) bool {
	w.prune()
	p.seen = maps.Clone(base.seen)
	w.seams = seamsOf(w.seams[:0], len(b.text), base, copies)
	w.fresh = w.lookAt(p, b, widen(w.fresh[:0], w.seams, traceMargin+w.d.prefilter.longest, len(b.text)))
	fresh := w.fresh
	if len(copies) > 0 && len(p.seen) > len(base.seen) {
		w.drop()
		p.notes, p.trace.marks, p.trace.asks = nil, decode.Marks{}, nil
		return false
	}
	p.trace.seen = maps.Clone(p.seen)
	carried := w.carryAsks(p, b, base, copies, fresh)
	p.trace.carried = len(p.trace.asks)
	w.decide(p, b)
	w.reopen(b, copies, carried)
	p.placeNotes(b, 0, p.cursor)
	w.searchAll(p, b, 0, len(b.text))
	for _, c := range copies {
		p.trace.marks.Carry(&base.marks, c.Source, c.Source+c.Size, c.Target-c.Source, func(at int) bool { return !overlaps(fresh, at, at) })
	}
	p.trace.marks.Sort()
	near := w.nearSeams(b.text, base, copies, &p.trace.marks)
	w.carryMatches(p, base, copies, carried, near)
	w.redecode(p, b, near, &p.trace.marks)
	p.locate(b, 0, len(b.text))
	return true
}
