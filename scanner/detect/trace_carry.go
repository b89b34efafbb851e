package detect

import (
	"slices"
	"sort"
)

// What was decided on copied bytes is carried over from the base's Trace: decisions (asks) and matches.

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

func (d *Detector) ruleOf(a *ask) int32 { return d.prefilter.usersOf(a.literal).at(int(a.user)).rule }

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
			pos, size := int(a.pos)+shift, w.d.prefilter.size(a.literal)
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
				w.askFor(p, b, 0, a.literal, int(a.user), pos, &lineAround{})
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
			u := w.d.prefilter.usersOf(c.literal).at(int(c.user))
			shift := copies[c.copy].Target - copies[c.copy].Source
			lo, hi := int(c.from)+shift-edge, int(c.to)+shift+edge
			if !slices.ContainsFunc(w.rules[u.rule].windows, func(win window) bool { return win.lo < hi && lo < win.hi }) &&
				!slices.ContainsFunc(carried, func(o carriedAsk) bool { return !o.kept && c.meets(&o, w.d) }) {
				continue
			}
			s := w.stretchOf(b, 0, c.literal, int(c.user), int(c.pos)+shift, &lineAround{})
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
			all := span{m.all.start, max(m.all.end, m.End)} // a list's further values stand behind the match
			if all.start < lo || all.end > hi {
				continue
			}
			if len(m.Encodings) > 0 {
				if overlaps(encoded, int(all.start+shift), int(all.end+shift)) {
					continue
				}
			} else if slices.ContainsFunc(carried, func(a carriedAsk) bool {
				return !a.kept && a.copy == i && int(w.d.ruleOf(a.ask)) == m.Rule && int64(a.from) < all.end && all.start < int64(a.to)
			}) {
				continue
			}
			m.Start, m.End, m.all = m.Start+shift, m.End+shift, span{m.all.start + shift, m.all.end + shift}
			p.found = append(p.found, m)
		}
	}
}
