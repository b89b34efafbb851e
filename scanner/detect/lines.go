package detect

import (
	"bytes"
	"hash/maphash"
	"sync"
	"sync/atomic"

	"github.com/keysieve/keysieve/rules/shape"
	"github.com/keysieve/keysieve/scanner/decode"
)

// Of what a history's contents insert, nineteen bytes in twenty stand in lines that
// another version had before. Most lines are dull: no literal that a rule waits for
// stands in them, or what follows it in the line rules its regex out, and no part of an encoded text. That is a property of the line's bytes
// alone, so it is remembered by their hash, and a line that is known to be dull is not looked at again.

// lineMemo remembers lines by a 64-bit hash with a seed that nobody knows. It is a
// table with one place for each line: what is newer pushes older out. All workers share it: a place is one word.
type lineMemo struct {
	once  sync.Once
	seed  maphash.Seed
	known []atomic.Uint64 // the hash, its lowest bits replaced by what is known of the line
}

func (m *lineMemo) open() {
	m.once.Do(func() { m.seed, m.known = maphash.MakeSeed(), make([]atomic.Uint64, 1<<memoLog) })
}

const (
	memoLog  = 18 // places: 2 MB, which mostly stay in the second-level caches
	lineMute = 1  // nothing comes of the literals in the line
	linePure = 2  // it is no part of an encoded text (decode.Plain)
	lineBits = lineMute | linePure
	// longLine is the length of a line, in bytes, from which on it is not remembered.
	longLine = 1 << 10
)

// line is a line of a content, its line break among it.
type line struct {
	lo, hi int
	pure   bool
}

// lookAt goes over the lines that stretches of the text, in order, touch: the prefilter's candidates are
// followed up, escapes are noted in the pass's trace, and w.lines says what there was. The stretches
// become whole lines, but for lines that are too long.
func (w *worker) lookAt(p *pass, b block, stretches []window) []window {
	w.d.memo.open()
	w.lines = w.lines[:0]
	end := 0 // lines up to here are done
	looked := stretches[:0]
	for _, s := range stretches {
		lo := max(end, lineStart(b.text, s.lo, longLine))
		from := lo
		// A decision on a line that was shorter once may have looked as far as longLine.
		for !p.halts() && (lo < s.hi || lo > 0 && lo < min(s.hi+longLine, len(b.text)) && b.text[lo-1] != '\n') {
			hi := lo + longLine
			if hi > len(b.text) {
				hi = len(b.text)
			}
			if n := bytes.IndexByte(b.text[lo:hi], '\n'); n >= 0 {
				hi = lo + n + 1
			}
			w.lookAtLine(p, b, lo, hi)
			lo = hi
		}
		end = lo
		if n := len(looked); n > 0 && looked[n-1].hi >= from {
			looked[n-1].hi = lo
		} else if lo > from {
			looked = append(looked, window{lo: from, hi: lo})
		}
	}
	return looked
}

// lookAtLine follows up what stands in a line, if it is not known to be dull.
func (w *worker) lookAtLine(p *pass, b block, lo, hi int) {
	// A piece of a longer line is nothing that stands for itself.
	whole := (lo == 0 || b.text[lo-1] == '\n') && (hi == len(b.text) || b.text[hi-1] == '\n')
	if !whole {
		w.followLine(p, b, lo, hi, false)
		p.trace.marks.Note(b.text, lo, hi)
		w.lines = append(w.lines, line{lo, hi, false})
		return
	}
	hash := maphash.Bytes(w.d.memo.seed, b.text[lo:hi])
	place := &w.d.memo.known[hash>>(64-memoLog)]
	known := place.Load()
	state := known & lineBits
	if (known^hash)&^lineBits != 0 { // not known
		state = 0
		if w.followLine(p, b, lo, hi, true) {
			state |= lineMute
		}
		if decode.Plain(b.text, lo, hi) {
			state |= linePure
		}
		place.Store(hash&^lineBits | state)
	} else if state&lineMute == 0 {
		if w.followLine(p, b, lo, hi, true) { // another look, with what the automata have learnt since
			state |= lineMute
			place.Store(hash&^lineBits | state)
		}
	}
	if state&linePure == 0 {
		p.trace.marks.Note(b.text, lo, hi)
	}
	w.lines = append(w.lines, line{lo, hi, state&linePure != 0})
}

// followLine follows up the candidates in a line. It tells whether nothing came of them, and none of the decisions
// looked beyond the line.
func (w *worker) followLine(p *pass, b block, lo, hi int, whole bool) (mute bool) {
	w.candidates = w.d.prefilter.scan(b.text, lo, hi, w.candidates[:0])
	w.left = w.left[:0]
	mute = true
	for _, c := range w.candidates {
		users := w.d.prefilter.usersOf(c.literal)
		crowd := w.crowdOf(c.literal)
		var around lineAround
		rejected := c.pos >= lo && w.rejects(crowd, c.literal, b.text[:hi], c.pos, false)
		for i := range users.len() {
			switch u := users.at(i); {
			case u.keyword:
				p.see(u.rule)
				mute = false
			case rejected && crowd.users[i]:
			case !whole || u.rule == directiveUser:
				w.askFor(p, b, 0, c.literal, i, c.pos, &around)
				mute = false
			default:
				t := w.stretchOf(b, 0, c.literal, i, c.pos, &around)
				if !w.fails(u, b.text[:hi], t, lo) {
					w.left = append(w.left, leftAsk{u.rule, t})
				}
			}
		}
	}
	if len(w.left) == 0 || mute && w.vain(b, lo, hi) {
		return mute
	}
	for _, a := range w.left {
		w.askFor(p, b, 0, a.literal, int(a.user), a.last, &lineAround{})
	}
	return false
}

// beginsBefore tells whether a match around a literal at pos may begin before lo, its line's start, in some content.
func (w *worker) beginsBefore(u user, pos, lo int) bool {
	return u.broken && !w.d.rules[u.rule].shape.OneLine && (u.before == shape.Unbounded || pos-int(u.before) < lo)
}

// fails tells whether there are no matches in a stretch, where a look at the line, which begins at lo and ends with the text, is
// enough to say so.
func (w *worker) fails(u user, text []byte, t stretch, lo int) bool {
	info := &w.d.rules[u.rule]
	if t.lo < lo || t.hi > len(text) && t.lo < t.last || w.beginsBefore(u, t.last, lo) {
		return false
	}
	size := w.d.prefilter.size(t.literal)
	one := info.shape.OneLine
	local := one && t.hi <= len(text) || !one && u.after != shape.Unbounded && t.last+size+int(u.after) <= len(text)
	if w.beginsText(u.rule) {
		return false
	}
	if local && !info.shape.Run.In(text[t.lo:t.hi]) {
		return true
	}
	state := &w.rules[u.rule]
	if state.dfa == nil {
		if state.noDFA {
			return false
		}
		if a := w.relaxed(u.rule); a != nil {
			state.dfa = newDFA(w.d.tableOf(a), &w.construction)
		}
		if state.noDFA = state.dfa == nil; state.noDFA {
			return false
		}
	}
	if local {
		end, _ := state.dfa.reach(text, t.lo, t.last, t.hi)
		return end < 0
	}
	return t.lo == t.last && state.dfa.dies(text, t.lo, len(text), false)
}
