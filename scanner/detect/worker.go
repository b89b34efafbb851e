package detect

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/keysieve/keysieve/rules/shape"
)

// worker holds what scans write and later scans use again. One scan at a time.
type worker struct {
	d          *Detector
	dfas       []*dfa
	noDFA      []bool     // too large for an automaton: the regex decides alone
	windows    [][]window // by rule; empty between blocks
	touched    []int32    // rules with windows
	candidates []candidate
	stretches  [][]stretch // by rule; empty between blocks
	asked      []int32     // rules with stretches
}

// window is a stretch of a block in which a rule can match.
type window struct{ lo, hi int }

// stretch is where matches of a rule can be that contain certain candidates:
// they begin at lo or later, at last or before, and end at hi or before.
type stretch struct{ lo, last, hi int }

func newWorker(d *Detector) *worker {
	n := len(d.rules)
	return &worker{d: d, dfas: make([]*dfa, n), noDFA: make([]bool, n), windows: make([][]window, n), stretches: make([][]stretch, n)}
}

// idleWorkers keeps workers from one scan to the next. A sync.Pool would drop
// them at every garbage collection, and their automata with them.
type idleWorkers struct {
	mu   sync.Mutex
	free []*worker
}

// borrow gives a worker to one scan; giveBack returns it.
func (d *Detector) borrow() *worker {
	d.idle.mu.Lock()
	defer d.idle.mu.Unlock()
	n := len(d.idle.free)
	if n == 0 {
		return newWorker(d)
	}
	w := d.idle.free[n-1]
	d.idle.free = d.idle.free[:n-1]
	return w
}

func (d *Detector) giveBack(w *worker) {
	d.idle.mu.Lock()
	defer d.idle.mu.Unlock()
	d.idle.free = append(d.idle.free, w)
}

// pass is the state of one text's scan across its blocks.
type pass struct {
	depth  int // of decoding
	binary bool
	from   int64           // matches that start before are found already
	ends   map[int32]int64 // where a rule's last match ended: matches of one rule do not overlap
	seen   map[int32]bool  // rules of which a keyword was seen
	found  []Match
	notes  []Directive
	cursor cursor
	budget *budget // of decoding, shared by all levels
	// keepDead keeps what was judged to be no secret: for tests that compare
	// windows with the whole. In a large content it would be most of the memory.
	keepDead bool
}

// newPass begins a content; its decoded parts share its budget.
func newPass(depth int, b *budget) *pass {
	return &pass{depth: depth, cursor: cursor{line: 1, column: 1}, budget: b}
}

// block is a stretch of a text in memory.
type block struct {
	text []byte
	base int64 // the text's offset of text[0]
	last bool  // the text ends with this block
}

// scan finds the matches that start in [p.from, end of what the block decides).
func (w *worker) scan(p *pass, b block) {
	from := int(p.from - b.base)
	decided := len(b.text)
	if !b.last {
		decided = len(b.text) - w.d.overlap
		for decided > from && !utf8.RuneStart(b.text[decided]) {
			decided--
		}
		decided = max(decided, from)
	}
	knownNotes := len(p.notes)
	w.candidates = w.d.prefilter.scan(b.text[from:], w.candidates[:0])
	for _, c := range w.candidates {
		w.candidate(p, b, from, c.literal, from+c.pos)
	}
	for _, rule := range w.asked {
		// A later block may still bring a keyword that is missing.
		if !w.d.rules[rule].keyworded || p.seen[rule] || !b.last {
			for _, t := range w.stretches[rule] {
				w.try(rule, b.text, t.lo, t.last, t.hi)
			}
		}
		w.stretches[rule] = w.stretches[rule][:0]
	}
	w.asked = w.asked[:0]
	for _, rule := range w.d.roaming {
		info := &w.d.rules[rule]
		if info.generic && p.binary || info.keyworded && !p.seen[rule] && b.last {
			continue
		}
		w.try(rule, b.text, from, len(b.text), len(b.text))
	}
	if !b.last { // the next block sees the whole of those that begin later
		for n := len(p.notes); n > knownNotes && p.notes[n-1].at >= b.base+int64(decided); n = len(p.notes) {
			p.notes = p.notes[:n-1]
		}
	}
	p.placeNotes(b, knownNotes, p.cursor)
	known := len(p.found)
	for _, rule := range w.touched {
		w.search(p, b, rule, from, decided)
		w.windows[rule] = w.windows[rule][:0]
	}
	w.touched = w.touched[:0]
	w.decode(p, b, from, decided)
	p.locate(b, known, decided)
	p.from = b.base + int64(decided)
}

// candidate follows up a literal: for each rule that waits for it, either the
// rule's regex can not match around it, or a window opens.
func (w *worker) candidate(p *pass, b block, from int, id int32, pos int) {
	lit := &w.d.prefilter.literals[id]
	for i := range lit.users {
		u := &lit.users[i]
		switch {
		case u.rule == directiveUser:
			p.note(b, pos, w.d.set)
			continue
		case u.keyword:
			if !p.seen[u.rule] {
				if p.seen == nil {
					p.seen = make(map[int32]bool)
				}
				p.seen[u.rule] = true
			}
			continue
		case p.binary && w.d.rules[u.rule].generic:
			continue
		}
		lo, hi := from, len(b.text)
		if u.before != shape.Unbounded {
			lo = max(lo, pos-u.before)
		}
		if u.after != shape.Unbounded {
			hi = min(hi, pos+len(lit.text)+u.after)
		}
		w.ask(u.rule, stretch{lo, pos, hi})
	}
}

// mergeShare: candidates that stand nearer to each other than this part of their
// stretch share one.
const mergeShare = 8

// ask notes where a rule's automaton is to look. Candidates that stand close
// together share a stretch, so that the automaton goes over a byte a few times at
// most however dense they are: content made of nothing but a literal must not
// cost a window for each. Those further apart keep their own, since the regex runs on the whole of a stretch.
func (w *worker) ask(rule int32, t stretch) {
	asked := w.stretches[rule]
	if n := len(asked); n == 0 {
		w.asked = append(w.asked, rule)
	} else if last := &asked[n-1]; t.lo >= last.lo && t.last-last.last < (t.hi-t.lo)/mergeShare {
		last.last, last.hi = max(last.last, t.last), max(last.hi, t.hi)
		return
	}
	w.stretches[rule] = append(asked, t)
}

// try opens a window in text[lo:hi] if a match of the rule can begin there, at
// last at the latest: is there a run long enough, and does the rule's automaton,
// built on first use, agree. It also tells how far the window must reach.
func (w *worker) try(rule int32, text []byte, lo, last, hi int) {
	if !w.d.rules[rule].shape.Run.In(text[lo:hi]) {
		return
	}
	if a := w.automaton(rule); a != nil {
		if hi = a.reach(text, lo, last, hi); hi < 0 {
			return
		}
	}
	if len(w.windows[rule]) == 0 {
		w.touched = append(w.touched, rule)
	}
	w.windows[rule] = append(w.windows[rule], window{lo, hi})
}

// automaton returns the rule's automaton; nil if its regex is too large for one.
func (w *worker) automaton(rule int32) *dfa {
	a := w.dfas[rule]
	if a == nil && !w.noDFA[rule] {
		n := w.d.automata[rule].get(w.d.rules[rule].shape.Regex)
		if n == nil {
			w.noDFA[rule] = true
			return nil
		}
		a = newDFA(n)
		w.dfas[rule] = a
	}
	return a
}

// search runs a rule's regex over its windows, merged where they overlap, so that the
// result is that of a run over the whole text: every match lies in one merged window,
// and matches of one rule do not overlap.
func (w *worker) search(p *pass, b block, rule int32, from, decided int) {
	wins := w.windows[rule]
	slices.SortFunc(wins, func(x, y window) int { return cmp.Compare(x.lo, y.lo) })
	prog := w.d.set.Program(int(rule))
	pos := from
	if end, ok := p.ends[rule]; ok {
		pos = max(pos, int(end-b.base))
	}
	for i := 0; i < len(wins); {
		lo, hi := wins[i].lo, wins[i].hi
		for i++; i < len(wins) && wins[i].lo <= hi; i++ {
			hi = max(hi, wins[i].hi)
		}
		pos = max(pos, lo)
		for pos < hi && pos < decided {
			loc := find(prog, b, pos, hi)
			if loc == nil || loc[0] >= decided {
				break
			}
			if loc[1] == loc[0] { // an empty match can not be a secret
				_, size := utf8.DecodeRune(b.text[loc[0]:])
				pos = loc[0] + max(size, 1)
				continue
			}
			pos = loc[1]
			if p.ends == nil {
				p.ends = make(map[int32]int64)
			}
			p.ends[rule] = b.base + int64(loc[1])
			if m := w.judge(b, int(rule), loc); !m.dead || m.shadow || p.keepDead {
				p.found = append(p.found, m)
			}
		}
	}
}

// program gives a rule's compiled regexes.
type program interface {
	Whole() (*regexp.Regexp, error)
	Resume() (*regexp.Regexp, error)
}

// find returns the places of the leftmost match's groups that starts at pos or
// later and ends at hi or before. The regex sees the characters on both sides of that stretch.
func find(prog program, b block, pos, hi int) []int {
	end := min(hi+utf8.UTFMax, len(b.text))
	if pos == 0 && b.base == 0 {
		re, err := prog.Whole()
		if err != nil {
			return nil // refused when the pack was read
		}
		return re.FindSubmatchIndex(b.text[:end])
	}
	re, err := prog.Resume()
	if err != nil {
		return nil
	}
	loc := re.FindSubmatchIndex(b.text[pos-1 : end])
	if loc == nil {
		return nil
	}
	loc = loc[2:]
	for i := range loc {
		if loc[i] >= 0 {
			loc[i] += pos - 1
		}
	}
	return loc
}

// cursor turns offsets into lines and columns, going forward only.
type cursor struct {
	at           int64
	line, column int
}

// to moves the cursor on to an offset in the block.
func (c *cursor) to(b block, at int64) {
	part := b.text[c.at-b.base : at-b.base]
	if n := bytes.Count(part, newline); n > 0 {
		c.line += n
		c.column = 1
		part = part[bytes.LastIndexByte(part, '\n')+1:]
	}
	c.column += utf8.RuneCount(part)
	c.at = at
}

var newline = []byte{'\n'}

// excerptReach is how much of a line is kept on both sides of a secret's start and end, in bytes.
const excerptReach = 200

// locate gives the matches found in a block their lines, columns and excerpts,
// and moves the pass's cursor to what the block decided: later matches start there or after.
func (p *pass) locate(b block, known, decided int) {
	fresh := p.found[known:]
	slices.SortStableFunc(fresh, func(x, y Match) int {
		return cmp.Or(cmp.Compare(x.Start, y.Start), cmp.Compare(x.End, y.End), cmp.Compare(x.Rule, y.Rule))
	})
	cur := p.cursor
	for i := range fresh {
		m := &fresh[i]
		cur.to(b, m.Start)
		m.Line, m.Column = cur.line, cur.column
		end := cur
		end.to(b, m.End)
		m.EndLine, m.EndColumn = end.line, end.column
		s, e := int(m.Start-b.base), int(m.End-b.base)
		lo := lineStart(b.text, s, excerptReach)
		hi := lineEnd(b.text, s, min(e-s, excerptReach)+excerptReach)
		m.Excerpt = string(b.text[lo:hi])
		m.ExcerptStart = b.base + int64(lo)
	}
	if !b.last {
		p.cursor.to(b, b.base+int64(decided))
	}
}

// lineStart returns where at's line begins, at most reach bytes back and not
// inside a character.
func lineStart(text []byte, at, reach int) int {
	lo := max(at-reach, 0)
	if i := bytes.LastIndexByte(text[lo:at], '\n'); i >= 0 {
		return lo + i + 1
	}
	for lo > 0 && lo < at && !utf8.RuneStart(text[lo]) {
		lo++
	}
	return lo
}

// lineEnd returns where at's line ends, without its line break, at most reach
// bytes on and not inside a character.
func lineEnd(text []byte, at, reach int) int {
	hi := min(at+reach, len(text))
	if i := bytes.IndexByte(text[at:hi], '\n'); i >= 0 {
		hi = at + i
		if hi > at && text[hi-1] == '\r' {
			hi--
		}
		return hi
	}
	for hi < len(text) && hi > at && !utf8.RuneStart(text[hi]) {
		hi--
	}
	return hi
}
