package detect

import (
	"cmp"
	"slices"
)

// A line that says password = get_password() is matched by a dozen rules, and judged to hold no secret, in each of
// the thousand versions of its file. Where rules and judgement looked at nothing but the line, that is a property of its bytes, too.

// leftAsk is a candidate in a line that the line alone does not rule out.
type leftAsk struct {
	rule int32
	stretch
}

// vain tells whether nothing comes of what is left of the candidates in the whole line b.text[lo:hi), whatever stands around it.
// Nothing else may be under search.
func (w *worker) vain(b block, lo, hi int) bool {
	for i := range w.left {
		c := &w.left[i]
		info := &w.d.rules[c.rule]
		if info.keyworded || info.needy || c.lo < lo || w.beginsBefore(w.d.prefilter.usersOf(c.literal).at(int(c.user)), c.last, lo) {
			return false
		}
	}
	slices.SortStableFunc(w.left, func(x, y leftAsk) int { return cmp.Compare(x.rule, y.rule) })
	p := newPass(0, newBudget())
	p.trace = &Trace{size: len(b.text)} // what is looked at is noted
	for i := range w.left {
		rule := w.left[i].rule
		if !w.openInLine(b, w.left[i], hi) {
			w.close()
			return false
		}
		if i+1 < len(w.left) && w.left[i+1].rule == rule {
			continue
		}
		w.searchAll(p, b, 0, len(b.text))
		if len(p.found) > 0 || p.left > 0 {
			return false
		}
	}
	return !slices.ContainsFunc(p.trace.asks, func(a ask) bool { return int(a.from) < lo-1 || int(a.to) > hi+1 })
}

// openInLine opens the window of a candidate. It reports false where that takes a look beyond hi.
func (w *worker) openInLine(b block, c leftAsk, hi int) bool {
	state := &w.rules[c.rule]
	if w.beginsText(c.rule) || state.noDFA {
		return false
	}
	if state.dfa == nil {
		state.dfa = newDFA(w.d.tableOf(w.relaxed(c.rule)), &w.construction)
	}
	end, seen := state.dfa.reach(b.text, c.lo, c.last, c.hi)
	if max(end, seen) > hi {
		return false
	}
	// In a content that ends here it would have gone on, perhaps, or an assertion would have held.
	if !w.d.rules[c.rule].shape.OneLine && (seen >= len(b.text) || end >= hi) {
		return false
	}
	if end >= 0 && w.d.rules[c.rule].shape.Run.In(b.text[c.lo:end]) {
		w.open(c.rule, window{c.lo, end, max(seen, end), c.stretch})
	}
	return true
}

// close closes all windows.
func (w *worker) close() {
	for _, rule := range w.touched {
		w.rules[rule].windows = w.rules[rule].windows[:0]
	}
	w.touched = w.touched[:0]
}
