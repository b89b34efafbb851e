package detect

import (
	"bytes"
	"regexp/syntax"
	"slices"
	"sync/atomic"

	"github.com/keysieve/keysieve/rules/shape"
)

// A rule's regex may have no upper bound, and no maxLength either. In a content that is looked at
// in blocks its matches are found where they end with the block in which they are looked for:
// the overlap, 64 KiB at least. What may go on longer is not passed over in silence: the rule is named.

// endless tells whether the rule's matches may be longer than what blocks overlap by.
func (info *ruleInfo) endless() bool {
	return info.shape.MaxLen == shape.Unbounded || info.shape.MaxLen > maxOverlap
}

// noteUnsearched notes the rules of which a match may begin in what the block decides, [from, decided), and
// end behind the block.
func (w *worker) noteUnsearched(p *pass, b block, from, decided int) {
	if !w.d.endless {
		return
	}
	open := w.openAttempts(p, b, from, decided)
	if b.last || decided == from {
		return
	}
	for rule, t := range open {
		info := &w.d.rules[rule]
		if slices.Contains(p.unsearched, int(rule)) || slices.Contains(p.alive, rule) || p.binary && info.generic || !w.cut(rule, b, t.lo, t.last) {
			continue
		}
		if info.trailing {
			p.alive = append(p.alive, rule) // until its literal turns up
		} else {
			p.unsearched = append(p.unsearched, int(rule))
		}
	}
}

// openAttempts returns, by rule, where attempts begin that may reach the block's end.
func (w *worker) openAttempts(p *pass, b block, from, decided int) map[int32]stretch {
	open := make(map[int32]stretch)
	for rule := range w.d.rules {
		if info := &w.d.rules[rule]; info.rule != nil && info.endless() && info.trailing {
			open[int32(rule)] = stretch{lo: from, last: decided - 1}
		}
	}
	for _, rule := range w.d.roaming {
		if w.d.rules[rule].endless() {
			open[rule] = stretch{lo: from, last: decided - 1}
		}
	}
	for _, c := range w.candidates {
		if c.pos < from {
			continue
		}
		var around lineAround
		users := w.d.prefilter.usersOf(c.literal)
		for i := range users.len() {
			u := users.at(i)
			if u.keyword || u.rule == directiveUser || !w.d.rules[u.rule].endless() {
				continue
			}
			if k := slices.Index(p.alive, u.rule); k >= 0 {
				p.alive = slices.Delete(p.alive, k, k+1)
				p.unsearched = append(p.unsearched, int(u.rule))
			}
			t := w.stretchOf(b, from, c.literal, i, c.pos, &around)
			if t.lo >= decided || t.hi < len(b.text) {
				continue
			}
			if o, ok := open[u.rule]; ok {
				t.lo, t.last = min(t.lo, o.lo), max(t.last, o.last)
			}
			open[u.rule] = stretch{lo: t.lo, last: min(t.last, decided-1)}
		}
	}
	return open
}

// cut tells whether an attempt of the rule's that begins at lo to last may go on where the block ends: it has matched nothing
// before, or up to there.
func (w *worker) cut(rule int32, b block, lo, last int) bool {
	if w.d.rules[rule].shape.OneLine {
		if i := bytes.LastIndexByte(b.text[lo:], '\n'); i >= 0 {
			lo += i + 1
		}
	}
	for lo <= last {
		loc := w.find(nil, rule, b, lo, last, len(b.text))
		if loc == nil || loc[0] > last {
			return w.lives(rule, b.text, lo, last)
		}
		if loc[1] == len(b.text) {
			return true
		}
		lo = max(loc[1], loc[0]+1)
	}
	return false
}

// lives tells whether an attempt of the rule's that begins at lo to last is alive where the text ends.
func (w *worker) lives(rule int32, text []byte, lo, last int) bool {
	a := w.automaton(rule)
	if a == nil {
		return true // nobody knows
	}
	return newDFA(w.d.tableOf(a), &w.construction).lives(text, lo, last)
}

// lives is that of the worker's.
func (d *dfa) lives(text []byte, lo, last int) bool {
	if lo > 0 && d.anchor&syntax.EmptyBeginText != 0 {
		return false
	}
	if lo > 0 && d.anchor&syntax.EmptyBeginLine != 0 {
		if lo = lineStartFrom(text, lo, last); lo < 0 {
			return false
		}
	}
	d.restarts()
	var s uint32
	var i int
	if d.anchor&syntax.EmptyBeginLine != 0 {
		s, i, _ = d.lines(text, lo, last, -1)
	} else {
		s, i, _ = d.anywhere(text, lo, last, -1)
	}
	for ; i < len(text) && s != d.dead(); i++ {
		class := d.classOf[text[i]]
		to := atomic.LoadUint32(&d.view.next[0][s+uint32(class)])
		if to == unbuilt {
			to = d.step(s, class, 0)
		}
		s = to &^ matching
	}
	return s != d.dead()
}
