package detect

import (
	"bytes"
	"maps"
	"math"
	"slices"
	"sort"

	"github.com/keysieve/keysieve/rules/shape"
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
	if len(content) > min(maxTrace, d.blockSize) || enc != decode.UTF8 || isBinary(content) || !d.traceable {
		return d.Scan(content), nil
	}
	p := newPass(0, newBudget())
	p.trace = &Trace{size: len(content), leaf: leaf}
	w := d.borrow()
	b := block{text: content, last: true}
	w.copies = mergeCopies(w.copies[:0], copies)
	if base == nil || base.costly(len(w.copies)) || !w.rescan(p, b, base, w.copies) {
		w.rescan(p, b, &Trace{}, nil) // all of it is new
	}
	d.giveBack(w)
	t := p.trace
	if leaf {
		t.spoilt = true
	} else {
		t.close(p)
	}
	var res Result
	if slices.ContainsFunc(p.found, func(m Match) bool { return d.rules[m.Rule].keyworded }) {
		res = d.Scan(content) // whether the keywords stand somewhere takes a look at the whole
	} else {
		res = p.settle(d, int64(len(content)))
	}
	if t.spoilt || len(p.notes) > 0 || p.budget.over {
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

// mergeCopies appends copies, those joined that go on where the one before ended, in both contents.
func mergeCopies(merged, copies []Copy) []Copy {
	for _, c := range copies {
		if n := len(merged); n > 0 && merged[n-1].Target+merged[n-1].Size == c.Target && merged[n-1].Source+merged[n-1].Size == c.Source {
			merged[n-1].Size += c.Size
		} else if c.Size > 0 {
			merged = append(merged, c)
		}
	}
	return merged
}

// note records a decision that looked at text[from:to), if it looked far or the regex matched.
func (p *pass) note(w *worker, s stretch, from, to int, hit bool) {
	if p.trace == nil || p.trace.leaf || s.user < 0 {
		return
	}
	end := s.last + len(w.d.prefilter.literals[s.literal].text)
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
	w.fresh = w.lookAt(p, b, widen(w.fresh[:0], w.seams, traceMargin+w.d.longest, len(b.text)))
	fresh := w.fresh
	if len(copies) > 0 && len(p.seen) > len(base.seen) {
		for _, rule := range w.asked {
			w.rules[rule].stretches = w.rules[rule].stretches[:0]
		}
		w.asked, p.notes, p.trace.marks = w.asked[:0], nil, decode.Marks{}
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
	w.redecode(p, b, near)
	p.locate(b, 0, len(b.text))
	return true
}

// seamsOf returns the stretches of text that no copy covers and, of no length, the places where two
// copies meet, in order. A text's start or end is a seam unless it is that of the base, too.
func seamsOf(seams []window, size int, base *Trace, copies []Copy) []window {
	at := 0
	for i, c := range copies {
		if c.Target > at || i > 0 || c.Source > 0 {
			seams = append(seams, window{lo: at, hi: c.Target})
		}
		at = c.Target + c.Size
	}
	if n := len(copies); at < size || n == 0 || copies[n-1].Source+copies[n-1].Size < base.size {
		seams = append(seams, window{lo: at, hi: size})
	}
	return seams
}

// widen appends stretches, widened by reach on both sides, those that meet joined.
func widen(wide, stretches []window, reach, limit int) []window {
	for _, s := range stretches {
		lo, hi := max(s.lo-reach, 0), min(s.hi+reach, limit)
		if n := len(wide); n > 0 && lo <= wide[n-1].hi {
			wide[n-1].hi = max(wide[n-1].hi, hi)
		} else {
			wide = append(wide, window{lo: lo, hi: hi})
		}
	}
	return wide
}

// join sorts stretches and joins those that meet, in place.
func join(stretches []window) []window {
	byStart := func(a, b window) int { return a.lo - b.lo }
	if !slices.IsSortedFunc(stretches, byStart) {
		slices.SortFunc(stretches, byStart)
	}
	return widen(stretches[:0], stretches, 0, math.MaxInt)
}

// carriedAsk is an ask of the base in a copy.
type carriedAsk struct {
	*ask
	copy int // index of the copy
	kept bool
}

// meets tells whether two asks of one rule led to windows that may have been searched together.
func (c *carriedAsk) meets(o *carriedAsk, d *Detector) bool {
	return c.copy == o.copy && c.from < o.to && o.from < c.to && d.ruleOf(c.ask) == d.ruleOf(o.ask)
}

func (d *Detector) ruleOf(a *ask) int32 { return d.prefilter.usersOf(a.literal)[a.user].rule }

// carryAsks goes over what was noted of the base in each copy: a decision that looked at copied
// bytes only stands, any other is asked again.
func (w *worker) carryAsks(p *pass, b block, base *Trace, copies []Copy, fresh []window) []carriedAsk {
	var carried []carriedAsk
	for i, c := range copies {
		shift := c.Target - c.Source
		first := sort.Search(len(base.asks), func(n int) bool { return int(base.asks[n].pos) >= c.Source })
		for k := first; k < len(base.asks); k++ {
			a := &base.asks[k]
			if int(a.pos) >= c.Source+c.Size {
				break
			}
			lit := &w.d.prefilter.literals[a.literal]
			pos, size := int(a.pos)+shift, len(lit.text)
			if int(a.pos)+size > c.Source+c.Size {
				continue // cut itself
			}
			again := holdsAll(fresh, pos, pos+size) // the prefilter found it there
			kept := !again && c.holds(int(a.from)-edge, int(a.to)+edge, base.size, len(b.text))
			if kept && !p.trace.leaf {
				moved := *a
				moved.pos, moved.from, moved.to = int32(pos), a.from+int32(shift), a.to+int32(shift)
				p.trace.asks = append(p.trace.asks, moved)
			}
			if !kept && !again {
				w.askFor(p, b, 0, a.literal, int(a.user), pos)
			}
			if a.hit {
				carried = append(carried, carriedAsk{a, i, kept})
			}
		}
	}
	return carried
}

// holds tells whether all of the base's bytes from to to are copied, where the edges of the texts count as bytes
// that only a copy up to them holds.
func (c *Copy) holds(from, to, base, size int) bool {
	if from < c.Source && (from >= 0 || c.Source > 0 || c.Target > 0) {
		return false
	}
	end := c.Source + c.Size
	return to <= end || to > base && end == base && c.Target+c.Size == size
}

// holdsAll tells whether one of the stretches, in order, holds lo to hi.
func holdsAll(stretches []window, lo, hi int) bool {
	i := sort.Search(len(stretches), func(n int) bool { return stretches[n].hi >= hi })
	return i < len(stretches) && stretches[i].lo <= lo
}

// reopen opens the windows of kept decisions that led to matches where they meet windows that are open, or
// stretches that are asked again: the matches of one rule must not overlap, so those are searched together.
func (w *worker) reopen(b block, copies []Copy, carried []carriedAsk) {
	for again := true; again; {
		again = false
		for i := range carried {
			c := &carried[i]
			if !c.kept {
				continue
			}
			u := &w.d.prefilter.usersOf(c.literal)[c.user]
			shift := copies[c.copy].Target - copies[c.copy].Source
			lo, hi := int(c.from)+shift-edge, int(c.to)+shift+edge
			if !slices.ContainsFunc(w.rules[u.rule].windows, func(win window) bool { return win.lo < hi && lo < win.hi }) &&
				!slices.ContainsFunc(carried, func(o carriedAsk) bool { return !o.kept && c.meets(&o, w.d) }) {
				continue
			}
			s := w.stretchOf(b, 0, c.literal, int(c.user), int(c.pos)+shift)
			w.open(u.rule, window{s.lo, s.hi, s.hi, s})
			c.kept, again = false, true
		}
	}
}

// carryMatches takes over the base's matches that stand in copied bytes and that nothing looked at again.
func (w *worker) carryMatches(p *pass, base *Trace, copies []Copy, carried []carriedAsk, encoded []window) {
	if len(base.found) == 0 && len(base.runs) == 0 {
		return
	}
	for i, c := range copies {
		shift := int64(c.Target - c.Source)
		lo, hi := int64(c.Source), int64(c.Source+c.Size)
		for k := range base.runs {
			r := base.runs[k]
			if int64(r.lo) < lo || int64(r.hi) > hi {
				continue
			}
			if r.lo, r.hi = r.lo+int(shift), r.hi+int(shift); !overlaps(encoded, r.lo, r.hi) {
				p.trace.runs = append(p.trace.runs, r)
			}
		}
		for k := range base.found {
			m := base.found[k]
			if m.all.start < lo || m.all.end > hi {
				continue
			}
			if len(m.Encodings) > 0 {
				if overlaps(encoded, int(m.all.start+shift), int(m.all.end+shift)) {
					continue
				}
			} else if slices.ContainsFunc(carried, func(a carriedAsk) bool {
				return !a.kept && a.copy == i && int(w.d.ruleOf(a.ask)) == m.Rule && int64(a.from) < m.all.end && m.all.start < int64(a.to)
			}) {
				continue
			}
			m.Start, m.End, m.all = m.Start+shift, m.End+shift, span{m.all.start + shift, m.all.end + shift}
			p.found = append(p.found, m)
		}
	}
}

func overlaps(stretches []window, lo, hi int) bool {
	i := sort.Search(len(stretches), func(n int) bool { return stretches[n].hi >= lo })
	return i < len(stretches) && stretches[i].lo <= hi
}

// encodedReach is how far from a seam, in bytes, characters are that the reading of encoded text may look at beyond it.
const encodedReach = 16

// maxReach is how many times the text's length the seams' reaches may come to, before all of it is decoded anew.
const maxReach = 4

// nearSeams returns where encoded text may have changed: near the seams, and wherever a run of the base stood that reaches there.
func (w *worker) nearSeams(text []byte, base *Trace, copies []Copy, marks *decode.Marks) []window {
	near := w.impure(text, marks)
	looked := 0
	for i := range near {
		near[i].lo, near[i].hi = decode.Reach(text, near[i].lo, near[i].hi, marks)
		if looked += near[i].hi - near[i].lo; looked > maxReach*(len(text)+coldReach) { // seam by seam in one long body
			near = append(near[:0], window{lo: 0, hi: len(text)})
			break
		}
	}
	near = join(near)
	for grown := len(base.runs) > 0; grown; {
		grown = false
		for _, c := range copies {
			for _, r := range base.runs {
				lo, hi := max(r.lo, c.Source)+c.Target-c.Source, min(r.hi, c.Source+c.Size)+c.Target-c.Source
				if lo < hi && overlaps(near, lo, hi) && !holdsAll(near, lo, hi) {
					near = join(append(near, window{lo: lo, hi: hi}))
					grown = true
				}
			}
		}
	}
	w.near = near
	return near
}

// impure returns the stretches near the seams that may have to do with encoded text: those of lines that are, and
// of lines that what stands around them may take in.
func (w *worker) impure(text []byte, marks *decode.Marks) []window {
	near := w.near[:0]
	k := 0
	w.around = widen(w.around[:0], w.seams, encodedReach, len(text))
	for _, s := range w.around {
		lo, hi := s.lo, s.hi
		for k > 0 && w.lines[k-1].hi > lo {
			k-- // the line before may reach over both
		}
		for k < len(w.lines) && w.lines[k].hi <= lo {
			k++
		}
		for k < len(w.lines) && w.lines[k].lo < hi {
			if l := &w.lines[k]; !l.pure {
				near = append(near, window{lo: max(lo, l.lo), hi: min(hi, l.hi)})
				k++
				continue
			}
			first := k
			for k < len(w.lines) && w.lines[k].pure && w.lines[k].lo < hi && w.lines[k].lo == w.lines[max(first, k-1)].hi || k == first {
				k++
			}
			if from, to := w.lines[first].lo, w.lines[k-1].hi; !decode.Alone(text, from, to, marks) {
				near = append(near, window{lo: max(lo, from), hi: min(hi, to)})
			}
		}
	}
	return join(near)
}

// redecode looks for encoded text there.
func (w *worker) redecode(p *pass, b block, near []window) {
	p.budget.left += budgetFactor * int64(len(b.text))
	w.around = w.around[:0]
	for _, n := range near {
		lo, hi := decode.Around(b.text, n.lo, n.hi, &p.trace.marks)
		w.around = append(w.around, window{lo: lo, hi: hi})
	}
	w.around = join(w.around)
	for _, s := range w.around {
		decode.Find(b.text[s.lo:s.hi], func(run decode.Run) {
			if overlaps(near, s.lo+run.Start, s.lo+run.End) {
				w.decoded(p, b, s.lo, run)
			}
		})
	}
}

// stretchOf returns where matches can be that contain a literal at pos.
func (w *worker) stretchOf(b block, from int, literal int32, user, pos int) stretch {
	u := &w.d.prefilter.usersOf(literal)[user]
	size := len(w.d.prefilter.literals[literal].text)
	s := stretch{lo: from, last: pos, hi: len(b.text), literal: literal, user: int32(user)}
	if u.before != shape.Unbounded {
		s.lo = max(from, pos-int(u.before))
	}
	if u.after != shape.Unbounded {
		s.hi = min(len(b.text), pos+size+int(u.after))
	}
	if w.d.rules[u.rule].shape.OneLine {
		if i := bytes.LastIndexByte(b.text[s.lo:pos], '\n'); i >= 0 {
			s.lo += i + 1
		}
		if i := bytes.IndexByte(b.text[pos+size:s.hi], '\n'); i >= 0 {
			s.hi = pos + size + i + 1
		}
	}
	return s
}
