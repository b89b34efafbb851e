package packfile

// Less than this is not given away: it costs less to do it than to hand it over.
const (
	minShare      = 32      // in the units of Forest.weight
	minShareBytes = 1 << 20 // or cost times the size of the base
)

// share gives about half of the children that wait furthest up to a Walker that
// has nothing to do. The content of their base is shared: it is no buffer any
// more, and left to the garbage collector.
func (w *Walker) share() {
	for i := range w.levels {
		l := &w.levels[i]
		if l.done() || l.node != none && l.content == nil && l.broken == nil {
			continue
		}
		if !w.worthwhile(l) {
			continue
		}
		cut := w.cut(l)
		if cut == l.next && i == len(w.levels)-1 {
			continue // all that there is to do
		}
		given := *l
		given.next, l.end = cut, cut
		l.shared, given.shared = true, true
		w.host.Give(Task{w.forest, given})
		return
	}
}

// worthwhile says whether the children of a level are work enough.
func (w *Walker) worthwhile(l *level) bool {
	cost := 0
	for n := l.next; n != l.end && n >= 0; n = w.forest.sibling[n] {
		cost += int(w.forest.weight[n])
		if cost >= minShare || cost*len(l.content) >= minShareBytes {
			return true
		}
	}
	return false
}

// cut finds where the second half of a level's work begins: its first child if
// there is but one.
func (w *Walker) cut(l *level) int32 {
	f := w.forest
	total := uint64(0)
	for n := l.next; n != l.end && n >= 0; n = f.sibling[n] {
		total += uint64(f.weight[n])
	}
	cut, half := l.next, uint64(0)
	for n := l.next; n != l.end && n >= 0; n = f.sibling[n] {
		if cut = n; n != l.next && half+uint64(f.weight[n])/2 >= total/2 {
			break
		}
		half += uint64(f.weight[n])
	}
	return cut
}
