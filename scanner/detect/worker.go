package detect

import (
	"regexp/syntax"
	"sync"
	"unicode/utf8"
)

// worker holds what scans write and later scans use again. One scan at a time.
type worker struct {
	d          *Detector
	rules      []ruleState // by rule
	touched    []int32     // rules with windows
	asked      []int32     // rules with stretches
	waiting    []waitingAsk
	candidates []candidate
	matcher    matcher
	verdicts   verdicts
	words      wordMemo
	crowds     []*crowd // by literal, made when first needed
	construction
	pruned int64 // how often the tables had been forgotten when its dfas were made
	// what a rescan looks at (trace.go)
	copies                     []Copy
	seams, fresh, near, around []window
	lines                      []line
	left                       []leftAsk
	switched                   []int32 // rules of which a keyword stands in what is new (added.go)
	named                      int     // bytes that mayName looked at
	looked                     window  // what judgements looked at beyond a match's lines (see search)
}

// ruleState is what a worker keeps of a rule.
type ruleState struct {
	automaton *automaton
	relaxed   *automaton
	dfa       *dfa
	tooLarge  bool // for an automaton: package regexp decides alone
	noDFA     bool // a dfa would not pay, or be too large
	asks      int
	asked     bool      // in the block under way
	looked    int       // bytes of it that were looked at
	windows   []window  // empty between blocks
	stretches []stretch // empty between blocks
}

// window is a stretch of a block in which a rule can match.
type window struct {
	lo, hi int
	seen   int     // how far was looked to say so
	of     stretch // what it was opened for
}

func newWorker(d *Detector) *worker {
	return &worker{d: d, rules: written[ruleState](len(d.rules))}
}

// idleWorkers keeps workers from one scan to the next. A sync.Pool would drop
// them at every garbage collection, and their buffers with them.
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

// maxTables bounds the tables that the workers share, in bytes. When they are larger, all are made anew.
const maxTables = 48 << 20

// prune forgets all tables if they take too much memory. A worker that is busy keeps what it walks over until its next scan.
func (w *worker) prune() {
	if w.d.tables.Load() > maxTables && w.d.pruning.TryLock() {
		if w.d.tables.Load() > maxTables {
			w.d.automata.forget()
			w.d.unions.forget()
			w.d.pruned.Add(1)
		}
		w.d.pruning.Unlock()
	}
	if n := w.d.pruned.Load(); n != w.pruned {
		w.pruned = n
		for i := range w.rules {
			w.rules[i].dfa = nil
		}
		for _, c := range w.crowds {
			if c != nil {
				c.dfa = nil
			}
		}
	}
}

// scan finds the matches that start in [p.from, end of what the block decides).
func (w *worker) scan(p *pass, b block) {
	w.prune()
	from := int(p.from - b.base)
	decided := len(b.text)
	if !b.last {
		decided = len(b.text) - w.d.overlap
		decided = max(wholeRune(b.text, decided), from)
	}
	if p.depth == 0 {
		p.limit(w.d)
	}
	p.asks = 0
	p.severalRead = 0
	p.heed(w.d, int(b.base)+len(b.text))
	knownNotes := len(p.notes)
	w.candidates = w.d.prefilter.scan(b.text, from, len(b.text), w.candidates[:0])
	for _, c := range w.candidates {
		if p.halts() {
			break
		}
		if c.pos >= from { // the block before has those that begin earlier
			w.candidate(p, b, from, c.literal, c.pos)
		}
	}
	w.decide(p, b)
	for _, rule := range w.d.roaming {
		info := &w.d.rules[rule]
		if info.generic && p.binary || info.keyworded && !p.seen[rule] && b.last || w.d.deafTo(p, rule) {
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
	w.noteUnsearched(p, b, from, decided)
	w.searchAll(p, b, from, decided)
	w.decode(p, b, from, decided)
	p.locate(b, known, decided)
	w.thin(p, known, b.base+int64(decided))
	p.from = b.base + int64(decided)
}

// wholeRune returns where the character begins that at stands in; at itself among bytes that are none.
func wholeRune(text []byte, at int) int {
	for i := at; i >= 0 && i > at-utf8.UTFMax; i-- {
		if utf8.RuneStart(text[i]) {
			return i
		}
	}
	return at
}

// candidate follows up a literal: for each rule that waits for it, either the
// rule's regex can not match around it, or a window opens.
func (w *worker) candidate(p *pass, b block, from int, id int32, pos int) {
	users := w.d.prefilter.usersOf(id)
	var crowd *crowd
	if users.len() >= leastCrowd {
		if crowd = w.crowdOf(id); !w.rejects(crowd, id, b.text, pos, b.last) {
			crowd = nil
		}
	}
	var around lineAround
	for i := range users.len() {
		switch u := users.at(i); {
		case u.keyword:
			p.see(u.rule)
		case crowd == nil || !crowd.users[i]:
			w.askFor(p, b, from, id, i, pos, &around)
		}
	}
}

// askFor notes where the automaton of a literal's user is to look.
func (w *worker) askFor(p *pass, b block, from int, literal int32, user, pos int, around *lineAround) {
	u := w.d.prefilter.usersOf(literal).at(user)
	switch {
	case u.rule == directiveUser:
		p.direct(b, pos, w.d)
	case u.keyword, p.binary && w.d.rules[u.rule].generic, w.d.deafTo(p, u.rule):
	case w.d.rules[u.rule].keyworded && b.last && !p.seen[u.rule]:
		w.waiting = append(w.waiting, waitingAsk{literal, int32(user), from, pos}) // mostly in vain
	default:
		if p.asks++; p.asks == manyAsks && p.crowd != nil {
			p.crowd()
		}
		w.ask(p, b, u.rule, w.stretchOf(b, from, literal, user, pos, around))
	}
}

// waitingAsk is a candidate of a rule that waits for one of its keywords.
type waitingAsk struct {
	literal, user int32
	from, pos     int
}

// ask notes where a rule's automaton is to look. Where there are thousands of places, it looks at those that are noted: a block
// of nothing but literals has a million.
func (w *worker) ask(p *pass, b block, rule int32, t stretch) {
	state := &w.rules[rule]
	switch len(state.stretches) {
	case 0:
		if !state.asked {
			state.asked = true
			w.asked = append(w.asked, rule)
		}
	case mostReused:
		w.tryAll(p, rule, b.text)
		state.stretches = state.stretches[:0]
	}
	state.stretches = append(state.stretches, t)
}

// Content made of nothing but a literal must not cost a long stretch for each of them.
// When the stretches of a rule come to crowded times the text, those that follow share one where
// their candidates are nearer to each other than 1/mergeShare of their length.
const (
	crowded    = 16
	mergeShare = 8
	leastText  = 2 << 10 // bytes that a shorter text counts for besides
)

// decide tries what was asked.
func (w *worker) decide(p *pass, b block) {
	for _, a := range w.waiting {
		if p.halts() {
			break
		}
		if rule := w.d.prefilter.usersOf(a.literal).at(int(a.user)).rule; p.seen[rule] {
			w.ask(p, b, rule, w.stretchOf(b, a.from, a.literal, int(a.user), a.pos, &lineAround{}))
		}
	}
	w.waiting = w.waiting[:0]
	for _, rule := range w.asked {
		if p.halts() {
			break
		}
		w.tryAll(p, rule, b.text) // of a rule whose keyword is missing, too, if a later block may bring it
		w.rules[rule].answered()
	}
	w.asked = w.asked[:0]
}

// mostReused is how many elements a buffer may have to be kept for later blocks: a crowded one makes large ones for dozens of rules.
const mostReused = 4 << 10

// answered makes a rule ready for the next block.
func (r *ruleState) answered() {
	r.stretches, r.asked, r.looked = emptied(r.stretches), false, 0
}

// emptied returns a buffer for the next block.
func emptied[T any](buffer []T) []T {
	if cap(buffer) > mostReused {
		return nil
	}
	return buffer[:0]
}

// tryAll tries the stretches of a rule.
func (w *worker) tryAll(p *pass, rule int32, text []byte) {
	stretches := w.rules[rule].stretches
	looked := &w.rules[rule].looked
	for i := 0; i < len(stretches); i++ {
		if p.halts() {
			return
		}
		t := stretches[i]
		if *looked > crowded*(len(text)+leastText) {
			p.spoil() // what is decided together can not be carried over
			for ; i+1 < len(stretches) && stretches[i+1].lo >= t.lo && stretches[i+1].last-t.last < (t.hi-t.lo)/mergeShare; i++ {
				t.last, t.hi = max(t.last, stretches[i+1].last), max(t.hi, stretches[i+1].hi)
			}
		}
		*looked += w.try(p, rule, text, t)
	}
}

// wordAsks is how many of a rule's candidates are asked for random words near a name before there is a dfa.
const wordAsks = 64

// try opens a window where a match of the rule can be that begins within the stretch: is
// there a run long enough, near a name a random word (nearby.go), and does the rule's automaton agree. It also tells how far the
// window must reach. It returns how many bytes it looked at.
func (w *worker) try(p *pass, rule int32, text []byte, t stretch) int {
	state, gate := &w.rules[rule], &w.d.rules[rule].shape.Run
	end, seen := t.hi, t.hi
	// A dfa that begins at one place soon knows, mostly; one that may begin at many looks at all of them.
	// What is traced should look at little.
	cold := state.dfa == nil && p.trace == nil
	early := cold || t.last > t.lo || state.dfa != nil && state.dfa.slow()
	vain := early && !gate.In(text[t.lo:t.hi])
	if cold && state.asks < wordAsks && !p.keepDead {
		vain = vain || !w.mayHold(rule, text[t.lo:t.hi])
	}
	if vain {
		state.asks++
		p.note(w, t, t.lo, t.hi, false)
		return t.hi - t.lo
	}
	if state.dfa == nil && !state.noDFA {
		if a := w.relaxed(rule); a != nil {
			state.dfa = newDFA(w.d.tableOf(a), &w.construction)
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
		state.automaton = w.d.automata.get(rule, w.d.set.Program(int(rule)).Code(), &w.construction)
		state.tooLarge = state.automaton == nil
	}
	return state.automaton
}

// relaxed returns the rule's relaxed automaton; nil if its regex is too large for one.
func (w *worker) relaxed(rule int32) *automaton {
	state := &w.rules[rule]
	if state.relaxed == nil && !state.noDFA {
		state.relaxed = w.d.automata.getRelaxed(rule, w.d.set.Program(int(rule)).Code(), &w.construction)
		state.noDFA = state.relaxed == nil
	}
	return state.relaxed
}

// beginsText tells whether matches of a rule may have to begin a text: one that has no automaton may do anything.
func (w *worker) beginsText(rule int32) bool {
	a := w.relaxed(rule)
	return a == nil || a.anchor&syntax.EmptyBeginText != 0
}
