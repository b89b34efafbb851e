package detect

import "github.com/keysieve/keysieve/scanner/decode"

// Encoded text reaches further than a seam's surroundings: package decode knows how far.

// encodedReach is how far from a seam, in bytes, characters are that the reading of encoded text may look at beyond it.
const encodedReach = 16

// maxReach is how many times the text's length the seams' reaches may come to, before all of it is decoded anew.
const maxReach = 4

// nearSeams returns where encoded text may have changed: near the seams, and wherever a run of the base stood that reaches there.
func (w *worker) nearSeams(text []byte, base *Trace, copies []Copy, marks *decode.Marks) []window {
	near := reachOf(w.impure(text, marks), text, marks)
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

// reachOf widens stretches, in place, by what a change of theirs reaches.
func reachOf(near []window, text []byte, marks *decode.Marks) []window {
	looked := 0
	for i := range near {
		near[i].lo, near[i].hi = decode.Reach(text, near[i].lo, near[i].hi, marks)
		if looked += near[i].hi - near[i].lo; looked > maxReach*(len(text)+leastText) { // seam by seam in one long body
			return append(near[:0], window{lo: 0, hi: len(text)})
		}
	}
	return join(near)
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
func (w *worker) redecode(p *pass, b block, near []window, marks *decode.Marks) {
	p.budget.left += budgetFactor * int64(len(b.text))
	w.around = w.around[:0]
	for _, n := range near {
		lo, hi := decode.Around(b.text, n.lo, n.hi, marks)
		w.around = append(w.around, window{lo: lo, hi: hi})
	}
	w.around = join(w.around)
	for _, s := range w.around {
		decode.Find(b.text[s.lo:s.hi], func(run decode.Run) {
			if !p.halts() && overlaps(near, s.lo+run.Start, s.lo+run.End) {
				w.decoded(p, b, s.lo, run)
			}
		})
	}
}
