package detect

import (
	"cmp"
	"regexp"
	"slices"
	"unicode/utf8"

	"github.com/keysieve/keysieve/rules/shape"
)

// searchAll searches all open windows and closes them.
func (w *worker) searchAll(p *pass, b block, from, decided int) {
	for _, rule := range w.touched {
		if p.halts() {
			break
		}
		w.search(p, b, rule, from, decided)
		w.rules[rule].windows = emptied(w.rules[rule].windows)
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
		lo = max(wholeRune(b.text, lo), from) // a match begins with a whole character
		pos = max(pos, lo)
		hit, end := false, hi
		for pos < end && pos <= last && pos < decided && !p.halts() { // a match begins at its candidate at the latest
			loc := w.find(p, rule, b, pos, last, end)
			if loc == nil || loc[0] >= decided {
				break
			}
			if loc[1] == loc[0] { // an empty match can not be a secret
				_, size := utf8.DecodeRune(b.text[loc[0]:])
				pos = loc[0] + max(size, 1)
				continue
			}
			// The next one may begin where the secret ends: what a regex takes of its surroundings, the
			// blank between two tokens, belongs to both.
			start, stop := secretGroup(w.d.rules[rule].rule.SecretGroup, loc)
			pos = stop
			if pos <= loc[0] {
				pos = loc[1]
			}
			if p.ends == nil {
				p.ends = make(map[int32]int64)
			}
			p.ends[rule] = b.base + int64(pos)
			w.looked = window{lo: loc[0], hi: loc[1]}
			seen := w.keep(p, b, rule, loc, part{start: start, end: stop})
			if p.trace != nil {
				hit = true
				for _, win := range wins[first:i] {
					hi = max(hi, win.seen)
				}
				lo, hi = min(lo, lineStart(b.text, loc[0], lineReach)-1, w.looked.lo), max(hi, w.looked.hi, lineEnd(b.text, max(loc[1], seen), lineReach)+1)
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

// keep judges what a regex match stands for and keeps what counts. It returns how far it looked for values.
func (w *worker) keep(p *pass, b block, rule int32, loc []int, secret part) (seen int) {
	one := [1]part{secret}
	parts := one[:]
	switch info := &w.d.rules[rule]; {
	case info.rule.Entries != "":
		parts, seen = p.entriesOf(b, rule, loc, info.rule.Entries)
	case info.generic:
		parts, seen = p.valuesOf(b, rule, loc, secret)
	case info.rule.Judge && info.scheme == nil:
		one[0].end, one[0].plain, _ = wholeValue(b.text, secret.start, secret.end)
	}
	if len(parts) == 0 && p.keepDead {
		p.found = append(p.found, Match{Rule: int(rule), all: span{b.base + int64(loc[0]), b.base + int64(loc[1])}, dead: true})
	}
	for _, value := range parts {
		if p.halts() {
			break
		}
		if !w.d.room(p, rule) {
			p.leaveOut(b, value)
			continue
		}
		if m := w.judge(b, int(rule), loc, value); !m.dead || m.shadow || p.keepDead {
			p.found = append(p.found, m)
			p.fill(w.d, &m)
			if len(p.found) == manyMatches && p.crowd != nil {
				p.crowd()
			}
		}
	}
	return seen
}

// find returns the places of the leftmost match's groups that starts at pos or
// later, at last or before, and ends at hi or before; good until the next call. The regex sees the characters on both sides of that stretch.
func (w *worker) find(p *pass, rule int32, b block, pos, last, hi int) []int {
	a, most := w.automaton(rule), w.d.rules[rule].shape.MaxLen
	switch step := max(most, leastStep); {
	case a == nil:
	case most != shape.Unbounded && hi-pos > 2*step+edge && a.fits(2*step+edge):
		return w.findInSteps(a, b, pos, last, hi, most, w.chance(p, rule, b.text))
	case a.fits(hi - pos):
		return w.matcher.find(a, b, pos, last, hi, w.chance(p, rule, b.text))
	}
	return findLong(w.d.set.Program(int(rule)), b, pos, hi)
}

// leastStep is how many places a long search for a short match tries at a time.
const leastStep = 1 << 10

// findInSteps is find for matches of at most so many bytes: what a search has to note, and to forget before the next, depends on how far
// it may look.
func (w *worker) findInSteps(a *automaton, b block, pos, last, hi, most int, accept func(groups []int) bool) []int {
	for last = min(last, hi); pos <= last; {
		next := pos + max(most, leastStep)
		if next < len(b.text) {
			next = max(wholeRune(b.text, next), pos+1)
		}
		if loc := w.matcher.find(a, b, pos, min(next-1, last), min(next+most+edge, hi), accept); loc != nil {
			return loc
		}
		pos = next
	}
	return nil
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
