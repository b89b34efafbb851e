package detect

import (
	"bytes"
	"slices"

	"github.com/keysieve/keysieve/rules/shape"
	"github.com/keysieve/keysieve/scanner/decode"
)

// Most of what a commit adds are new versions of files, a few lines of them new. What counts is what was
// not there before, so that it is enough to look around those lines: a match that lies elsewhere
// stands in the version before, too, and so did its secret.
//
// All of the content goes through the prefilter, which takes a tenth of the time of a scan. A candidate is followed up where its rule's matches
// can reach into a line that is new, or what is looked at around them to judge them; all others stand for what stood there before.
// What is found decides nothing: then the content is scanned whole, and compared with all that stood before.

const (
	// mostChanged is the part of a content, 1/mostChanged, up to which it pays to look at what is new alone.
	mostChanged = 2
	// nameShare is how many times a content's length may be looked at to see whether matches stand for several values.
	nameShare = 8
)

// AddsNothing tells whether content, a new version of old, surely holds no secret that old does not. False
// means that it may: only a scan tells. It is true of no content that holds a directive: what directives accept, and which are unused, is
// counted for the whole.
func (d *Detector) AddsNothing(old, content []byte) bool {
	if !d.comparable(old) || !d.comparable(content) {
		return false
	}
	w := d.borrow()
	p := newPass(0, newBudget())
	p.heed(d, len(content))
	nothing := w.addsNothing(p, old, content)
	d.finish(w, p) // not where it panicked
	return nothing
}

// addsNothing is AddsNothing of comparable contents.
func (w *worker) addsNothing(p *pass, old, content []byte) bool {
	w.prune()
	b := block{text: withBreaks(content), last: true}
	w.copies = cutReturns(diff(w.copies[:0], old, content), content)
	w.seams = seamsOf(w.seams[:0], len(content), &Trace{size: len(old)}, w.copies)
	w.fresh = freshLines(w.fresh[:0], b.text, w.seams)
	changed := 0
	for _, f := range w.fresh {
		changed += f.hi - f.lo
	}
	if changed > len(content)/mostChanged {
		return false
	}
	p.trace = &Trace{size: len(content)} // what decisions look at is noted
	p.limit(w.d)
	w.named = 0
	if !w.followFresh(p, b) {
		w.drop()
		return false
	}
	w.decide(p, b)
	w.searchAll(p, b, 0, len(b.text))
	w.decodeFresh(p, b)
	if p.halted || p.crowded(w.d) || p.budget.over || len(p.unfinished) > 0 {
		return false
	}
	for i := range p.found {
		if m := &p.found[i]; !m.dead && w.isFresh(p, m) {
			return false
		}
	}
	return true
}

// isFresh tells whether a match may not stand in the version before: what led to it looked at what is new, or at
// the whole of the content.
func (w *worker) isFresh(p *pass, m *Match) bool {
	info := &w.d.rules[m.Rule]
	if len(m.Encodings) > 0 || slices.Contains(w.switched, int32(m.Rule)) || info.needy || p.trace.spoilt {
		return true
	}
	known := false
	for i := range p.trace.asks {
		a := &p.trace.asks[i]
		if !a.hit || int(w.d.ruleOf(a)) != m.Rule || m.all.start < int64(a.from) || m.all.end > int64(a.to) {
			continue
		}
		// The stretch of one list may take in the beginning of the next: that it is old says nothing about that.
		if overlaps(w.fresh, int(a.from)-edge, int(a.to)+edge) {
			return true
		}
		known = true
	}
	return !known
}

// comparable tells whether a content is text that is looked at in one piece. Zero bytes may belong to text in UTF-16,
// of which a change reaches further than package decode knows.
func (d *Detector) comparable(content []byte) bool {
	if len(content) > d.blockSize || bytes.IndexByte(content, 0) >= 0 || !d.traceable || d.storeAt(content) {
		return false
	}
	enc, _ := decode.Sniff(content)
	return enc == decode.UTF8
}

// freshLines appends the lines around the seams: what a match is judged by stands in its own lines.
func freshLines(fresh []window, text []byte, seams []window) []window {
	for _, s := range seams {
		fresh = append(fresh, window{lo: lineStart(text, s.lo, lineReach), hi: lineEnd(text, s.hi, lineReach)})
	}
	return join(fresh)
}

// followFresh asks about the candidates whose matches may reach into w.fresh. It reports false where the content has to be
// scanned whole.
func (w *worker) followFresh(p *pass, b block) bool {
	w.candidates = w.d.prefilter.scan(b.text, 0, len(b.text), w.candidates[:0])
	w.switched = w.switched[:0]
	for _, c := range w.candidates {
		if p.halts() || !w.followNear(p, b, c) || w.named > nameShare*(len(b.text)+nameReach) {
			return false
		}
	}
	if len(w.switched) > 0 { // what these rules find anywhere may be new
		for _, c := range w.candidates {
			users := w.d.prefilter.usersOf(c.literal)
			for i := range users.len() {
				u := users.at(i)
				if !u.keyword && slices.Contains(w.switched, u.rule) {
					w.askFor(p, b, 0, c.literal, i, c.pos, &lineAround{})
				}
			}
		}
	}
	return true
}

// followNear asks about one candidate.
func (w *worker) followNear(p *pass, b block, c candidate) bool {
	var around candidateAround
	users := w.d.prefilter.usersOf(c.literal)
	known, rejected := users.len() < leastCrowd, false
	for i := range users.len() {
		u := users.at(i)
		switch {
		case u.rule == directiveUser:
			return false
		case u.keyword:
			p.see(u.rule)
			if overlaps(w.fresh, c.pos, c.pos+w.d.prefilter.size(c.literal)) && !slices.Contains(w.switched, u.rule) {
				w.switched = append(w.switched, u.rule)
			}
			continue
		case !w.reachesFresh(b, c, i, &around):
			continue
		}
		if !known {
			known, rejected = true, w.rejects(w.crowdOf(c.literal), c.literal, b.text, c.pos, b.last)
		}
		if !rejected || !w.crowdOf(c.literal).users[i] {
			w.askFor(p, b, 0, c.literal, i, c.pos, &around.line)
		}
	}
	return true
}

// candidateAround is what was learned of a candidate's surroundings for one of its users.
type candidateAround struct {
	line        lineAround
	asked, many bool // mayName
}

// severalAt is mayName, asked once for a candidate.
func (w *worker) severalAt(text []byte, at, size int, around *candidateAround) bool {
	if !around.asked {
		var looked int
		around.asked = true
		around.many, looked = mayName(text, at, size)
		w.named += looked
	}
	return around.many
}

// reachesFresh tells whether what a rule finds around a candidate may depend on w.fresh.
func (w *worker) reachesFresh(b block, c candidate, user int, around *candidateAround) bool {
	u, size := w.d.prefilter.usersOf(c.literal).at(user), w.d.prefilter.size(c.literal)
	info := &w.d.rules[u.rule]
	if info.needy || info.rule.Entries != "" { // depends on what stands further away
		return true
	}
	lo, hi := 0, len(b.text)
	if u.before != shape.Unbounded {
		lo = c.pos - int(u.before)
	}
	if u.after != shape.Unbounded {
		hi = c.pos + size + int(u.after)
	}
	if overlaps(w.fresh, lo-edge, hi+edge) {
		if s := w.stretchOf(b, 0, c.literal, user, c.pos, &around.line); overlaps(w.fresh, s.lo-edge, s.hi+edge) {
			return true
		}
	}
	return info.generic && overlaps(w.fresh, lo, len(b.text)) && w.severalAt(b.text, c.pos, size, around)
}

// decodeFresh looks for encoded text that what is new belongs to.
func (w *worker) decodeFresh(p *pass, b block) {
	var marks decode.Marks
	marks.Note(b.text, 0, len(b.text))
	marks.Sort()
	w.near = reachOf(widen(w.near[:0], w.seams, encodedReach, len(b.text)), b.text, &marks)
	w.redecode(p, b, w.near, &marks)
}

// drop forgets what was asked, and what came of it.
func (w *worker) drop() {
	for _, rule := range w.asked {
		w.rules[rule].answered()
	}
	for _, rule := range w.touched {
		w.rules[rule].windows = emptied(w.rules[rule].windows)
	}
	w.asked, w.touched, w.waiting = w.asked[:0], w.touched[:0], w.waiting[:0]
}
