package detect

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"sync"
	"unicode/utf8"
)

// worker holds what scans write and later scans use again. One scan at a time.
type worker struct {
	d          *Detector
	rules      []ruleState // by rule
	touched    []int32     // rules with windows
	asked      []int32     // rules with stretches
	candidates []candidate
	matcher    matcher
	crowds     []*crowd // by literal, made when first needed
	// what a rescan looks at (trace.go)
	copies                     []Copy
	seams, fresh, near, around []window
	lines                      []line
}

// ruleState is what a worker keeps of a rule.
type ruleState struct {
	automaton *automaton
	dfa       *dfa
	tooLarge  bool // for an automaton: package regexp decides alone
	noDFA     bool // a dfa would not pay
	asks      int
	windows   []window  // empty between blocks
	stretches []stretch // empty between blocks
}

// window is a stretch of a block in which a rule can match.
type window struct {
	lo, hi int
	seen   int     // how far was looked to say so
	of     stretch // what it was opened for
}

// stretch is where matches of a rule can be that contain a candidate:
// they begin at lo or later, at last or before, and end at hi or before.
type stretch struct {
	lo, last, hi  int
	literal, user int32 // the candidate, which stands at last; user -1: none, or several
}

func newWorker(d *Detector) *worker {
	return &worker{d: d, rules: make([]ruleState, len(d.rules))}
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
	trace    *Trace // what is noted for contents made from this one; nil: nothing
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
	w.candidates = w.d.prefilter.scan(b.text, from, len(b.text), w.candidates[:0])
	for _, c := range w.candidates {
		if c.pos >= from { // the block before has those that begin earlier
			w.candidate(p, b, from, c.literal, c.pos)
		}
	}
	w.decide(p, b)
	for _, rule := range w.d.roaming {
		info := &w.d.rules[rule]
		if info.generic && p.binary || info.keyworded && !p.seen[rule] && b.last {
			continue
		}
		w.try(p, rule, b.text, stretch{from, len(b.text), len(b.text), 0, -1})
	}
	if !b.last { // the next block sees the whole of those that begin later
		for n := len(p.notes); n > knownNotes && p.notes[n-1].at >= b.base+int64(decided); n = len(p.notes) {
			p.notes = p.notes[:n-1]
		}
	}
	p.placeNotes(b, knownNotes, p.cursor)
	known := len(p.found)
	w.searchAll(p, b, from, decided)
	w.decode(p, b, from, decided)
	p.locate(b, known, decided)
	p.from = b.base + int64(decided)
}

// candidate follows up a literal: for each rule that waits for it, either the
// rule's regex can not match around it, or a window opens.
func (w *worker) candidate(p *pass, b block, from int, id int32, pos int) {
	users := w.d.prefilter.usersOf(id)
	var crowd *crowd
	if len(users) >= leastCrowd {
		if crowd = w.crowdOf(id); !w.rejects(crowd, id, b.text, pos, b.last) {
			crowd = nil
		}
	}
	for i := range users {
		switch u := &users[i]; {
		case u.keyword:
			p.see(u.rule)
		case crowd == nil || !crowd.users[i]:
			w.askFor(p, b, from, id, i, pos)
		}
	}
}

// see notes that a keyword of a rule stands in the content.
func (p *pass) see(rule int32) {
	if !p.seen[rule] {
		if p.seen == nil {
			p.seen = make(map[int32]bool)
		}
		p.seen[rule] = true
	}
}

// askFor notes where the automaton of a literal's user is to look.
func (w *worker) askFor(p *pass, b block, from int, literal int32, user, pos int) {
	u := &w.d.prefilter.usersOf(literal)[user]
	switch {
	case u.rule == directiveUser:
		p.direct(b, pos, w.d.set)
	case !u.keyword && !(p.binary && w.d.rules[u.rule].generic):
		w.ask(u.rule, w.stretchOf(b, from, literal, user, pos))
	}
}

// ask notes where a rule's automaton is to look.
func (w *worker) ask(rule int32, t stretch) {
	state := &w.rules[rule]
	if len(state.stretches) == 0 {
		w.asked = append(w.asked, rule)
	}
	state.stretches = append(state.stretches, t)
}

// Content made of nothing but a literal must not cost a long stretch for each of them.
// When the stretches of a rule come to crowded times the text, those that follow share one where
// their candidates are nearer to each other than 1/mergeShare of their length.
const (
	crowded    = 16
	mergeShare = 8
)

// decide tries what was asked.
func (w *worker) decide(p *pass, b block) {
	for _, rule := range w.asked {
		// A later block may still bring a keyword that is missing.
		if !w.d.rules[rule].keyworded || p.seen[rule] || !b.last {
			w.tryAll(p, rule, b.text)
		}
		w.rules[rule].stretches = w.rules[rule].stretches[:0]
	}
	w.asked = w.asked[:0]
}

// tryAll tries the stretches of a rule.
func (w *worker) tryAll(p *pass, rule int32, text []byte) {
	stretches := w.rules[rule].stretches
	looked := 0
	for i := 0; i < len(stretches); i++ {
		t := stretches[i]
		if looked > crowded*(len(text)+coldReach) {
			p.spoil() // what is decided together can not be carried over
			for ; i+1 < len(stretches) && stretches[i+1].lo >= t.lo && stretches[i+1].last-t.last < (t.hi-t.lo)/mergeShare; i++ {
				t.last, t.hi = max(t.last, stretches[i+1].last), max(t.hi, stretches[i+1].hi)
			}
		}
		looked += w.try(p, rule, text, t)
	}
}

const (
	// coldAsks is how often a worker's matcher looks at a rule's candidates before a dfa is built for it:
	// more often than in a check of a few files.
	coldAsks = 32
	// coldReach is the longest stretch, in bytes, that it looks at for that.
	coldReach = 2 << 10
)

// try opens a window where a match of the rule can be that begins within the stretch: is
// there a run long enough, and does the rule's automaton agree. It also tells how far the window must
// reach. A rule that has few candidates is spared the automaton: the matcher decides.
// It returns how many bytes it looked at.
func (w *worker) try(p *pass, rule int32, text []byte, t stretch) int {
	state, gate := &w.rules[rule], &w.d.rules[rule].shape.Run
	end, seen := t.hi, t.hi
	// A dfa that begins at one place soon knows; one that may begin at many looks at all of them.
	// What is traced should look at little.
	early := t.last > t.lo || state.dfa == nil && (p.trace == nil || state.asks < coldAsks)
	if early && !gate.In(text[t.lo:t.hi]) {
		state.asks++
		p.note(w, t, t.lo, t.hi, false)
		return t.hi - t.lo
	}
	if state.dfa == nil && !state.noDFA && (state.asks >= coldAsks || t.hi-t.lo > coldReach) {
		if a := w.automaton(rule); a != nil {
			state.dfa = newDFA(a)
		}
		state.noDFA = state.dfa == nil
	}
	state.asks++
	if d := state.dfa; d != nil {
		end, seen = d.reach(text, t.lo, t.last, t.hi)
		if !d.pays() {
			state.dfa, state.noDFA = nil, true
		}
	}
	if end >= 0 && (early || gate.In(text[t.lo:end])) {
		w.open(rule, window{t.lo, end, max(seen, end), t})
	} else {
		if early {
			seen = t.hi // the gate looked there
		}
		p.note(w, t, t.lo, seen, false)
	}
	return seen - t.lo
}

// open adds a window.
func (w *worker) open(rule int32, win window) {
	state := &w.rules[rule]
	if len(state.windows) == 0 {
		w.touched = append(w.touched, rule)
	}
	state.windows = append(state.windows, win)
}

// automaton returns the rule's automaton; nil if its regex is too large for one.
func (w *worker) automaton(rule int32) *automaton {
	state := &w.rules[rule]
	if state.automaton == nil && !state.tooLarge {
		state.automaton = w.d.automata.get(rule, w.d.rules[rule].shape.Code)
		state.tooLarge = state.automaton == nil
	}
	return state.automaton
}

// searchAll searches all open windows and closes them.
func (w *worker) searchAll(p *pass, b block, from, decided int) {
	for _, rule := range w.touched {
		w.search(p, b, rule, from, decided)
		w.rules[rule].windows = w.rules[rule].windows[:0]
	}
	w.touched = w.touched[:0]
}

// search runs a rule's regex over its windows, merged where they overlap, so that the
// result is that of a run over the whole text: every match lies in one merged window,
// and matches of one rule do not overlap.
func (w *worker) search(p *pass, b block, rule int32, from, decided int) {
	wins := w.rules[rule].windows
	slices.SortFunc(wins, func(x, y window) int { return cmp.Compare(x.lo, y.lo) })
	pos := from
	if end, ok := p.ends[rule]; ok {
		pos = max(pos, int(end-b.base))
	}
	for i := 0; i < len(wins); {
		lo, hi, last, first := wins[i].lo, wins[i].hi, wins[i].of.last, i
		for i++; i < len(wins) && wins[i].lo <= hi; i++ {
			hi, last = max(hi, wins[i].hi), max(last, wins[i].of.last)
		}
		for lo > from && !utf8.RuneStart(b.text[lo]) {
			lo-- // a match begins with a whole character
		}
		pos = max(pos, lo)
		hit, end := false, hi
		for pos < end && pos <= last && pos < decided { // a match begins at its candidate at the latest
			loc := w.find(rule, b, pos, last, end)
			if loc == nil || loc[0] >= decided {
				break
			}
			if loc[1] == loc[0] { // an empty match can not be a secret
				_, size := utf8.DecodeRune(b.text[loc[0]:])
				pos = loc[0] + max(size, 1)
				continue
			}
			pos = loc[1]
			if p.trace != nil {
				hit = true
				for _, win := range wins[first:i] {
					hi = max(hi, win.seen)
				}
				lo, hi = min(lo, lineStart(b.text, loc[0], lineReach)-1), max(hi, lineEnd(b.text, loc[1], lineReach)+1)
			}
			if p.ends == nil {
				p.ends = make(map[int32]int64)
			}
			p.ends[rule] = b.base + int64(loc[1])
			if m := w.judge(b, int(rule), loc); !m.dead || m.shadow || p.keepDead {
				p.found = append(p.found, m)
			}
		}
		for _, win := range wins[first:i] {
			if hit {
				win.lo, win.hi = lo, hi
			}
			p.note(w, win.of, win.lo, max(win.hi, win.seen), hit)
		}
	}
}

// find returns the places of the leftmost match's groups that starts at pos or
// later, at last or before, and ends at hi or before; good until the next call. The regex sees the characters on both sides of that stretch.
func (w *worker) find(rule int32, b block, pos, last, hi int) []int {
	if a := w.automaton(rule); a != nil && a.fits(hi-pos) {
		return w.matcher.find(a, b, pos, last, hi)
	}
	return findLong(w.d.set.Program(int(rule)), b, pos, hi)
}

// program gives a rule's regexes as package regexp compiles them.
type program interface {
	Whole() (*regexp.Regexp, error)
	Resume() (*regexp.Regexp, error)
}

// findLong is find by package regexp, for stretches too long for the matcher.
func findLong(prog program, b block, pos, hi int) []int {
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
