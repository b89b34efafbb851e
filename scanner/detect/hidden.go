package detect

import (
	"github.com/keysieve/keysieve/scanner/decode"
)

const (
	// maxDepth is how often decoded text is decoded again.
	maxDepth = 3
	// Decoding may take budgetFloor bytes of decoded text for a content, and
	// budgetFactor for each of its bytes: regions with a few escapes are
	// decoded with what stands around them, so hostile content could otherwise multiply at every level.
	budgetFloor  = 1 << 20
	budgetFactor = 4
)

// budget is what may still be decoded of a content, over all levels.
type budget struct {
	left int64
	over bool // something was left undecoded
}

func newBudget() *budget { return &budget{left: budgetFloor} }

// take tells whether n more bytes may be looked into.
func (b *budget) take(n int) bool {
	if b.left < int64(n) {
		b.over = true
		return false
	}
	b.left -= int64(n)
	return true
}

// decode looks for encoded runs that start in [from, decided), scans what they
// hide and adds the matches at the runs' places.
func (w *worker) decode(p *pass, b block, from, decided int) {
	if p.depth >= maxDepth {
		return
	}
	if p.depth == 0 {
		p.budget.left += budgetFactor * int64(decided-from)
	}
	decode.Find(b.text[from:], func(run decode.Run) {
		if from+run.Start < decided && !p.halts() { // else the next block sees the whole of it
			w.decoded(p, b, from, run)
		}
	})
}

// decoded follows up a run that was found in b.text[from:].
func (w *worker) decoded(p *pass, b block, from int, run decode.Run) {
	if p.trace != nil {
		p.trace.runs = append(p.trace.runs, window{lo: from + run.Start, hi: from + run.End})
	}
	w.hidden(p, b, from, run)
}

// hidden scans one decoded run, which was found in b.text[from:].
func (w *worker) hidden(p *pass, b block, from int, run decode.Run) {
	if !p.budget.take(len(run.Text)) {
		return
	}
	inner := newPass(p.depth+1, p.budget)
	inner.binary, inner.filled = isBinary(run.Text), p.filled
	inner.halt = p.halt
	inner.shut, inner.shutCommon, inner.full = p.shut, p.shutCommon, p.full
	nested := w.d.borrow()
	nested.scan(inner, block{text: withBreaks(run.Text), last: true})
	w.d.finish(nested, inner)
	p.halted = p.halted || inner.halted
	for rule := range inner.seen {
		if p.seen == nil {
			p.seen = make(map[int32]bool)
		}
		p.seen[rule] = true
	}
	base := b.base + int64(from)
	p.leaveOutHidden(span{base + int64(run.Start), base + int64(run.End)}, inner.left)
	p.uncounted = p.uncounted || inner.uncounted
	for _, m := range w.d.resolveOverlaps(inner.found, false) {
		if m.dead && !m.shadow {
			continue
		}
		if run.Map == nil {
			m.Start, m.End = base+int64(run.Start), base+int64(run.End)
		} else {
			m.Start, m.End = base+int64(run.Map[m.Start]), base+int64(run.Map[m.End])
		}
		m.all = span{base + int64(run.Start), base + int64(run.End)}
		m.Encodings = append([]string{run.By}, m.Encodings...)
		m.Reasons = append(m.Reasons[:len(m.Reasons):len(m.Reasons)], "decoded from "+run.By)
		p.found = append(p.found, m)
		p.fill(w.d, &m)
	}
}
