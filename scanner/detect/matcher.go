package detect

import (
	"regexp/syntax"
	"unicode/utf8"

	"github.com/keysieve/keysieve/rules/nfa"
)

// matcher runs a regex exactly, with its groups, on a short stretch: a backtracker
// that visits each choice at each place once at most, so that it takes linear time
// (as RE2's BitState does). Its matches are those of package regexp: leftmost, and
// of those the one that a backtracking search finds first. Package regexp itself
// would parse and compile the rules when they run, and takes its slow path for programs as large
// as those of generic rules. One worker uses a matcher at a time.
type matcher struct {
	visited visits
	jobs    []job
	groups  []int
}

// job is what is left to try: instruction pc at pos or, if pc is negative, to
// give group slot ^pc its former place back.
type job struct{ pc, pos int32 }

// maxVisited bounds what the matcher may have to note of a search (visits), in bits; package regexp takes longer stretches.
const maxVisited = 1 << 24

// fits tells whether a stretch of so many bytes is short enough for the regex.
func (a *automaton) fits(n int) bool { return a.visits(n) <= maxVisited }

// visits is how many choices at how many places a search of n bytes can visit: it reads the last character whole, even where the
// stretch ends within it.
func (a *automaton) visits(n int) int { return a.nfa.Splits * (n + utf8.UTFMax) }

// find returns the places of the groups of the leftmost match in b.text[pos:hi], which must
// fit, that begins at last or before and, if accept is not nil, is accepted; nil if there is none. Assertions see what stands around. The result is good until the next call.
func (m *matcher) find(a *automaton, b block, pos, last, hi int, accept func(groups []int) bool) []int {
	m.visited.begin(a.visits(hi - pos))
	if n := 2 * a.nfa.Groups; n > cap(m.groups) {
		m.groups = make([]int, n)
	} else {
		m.groups = m.groups[:n]
	}
	for i := range m.groups {
		m.groups[i] = -1
	}
	r := run{matcher: m, a: a, b: b, from: pos, hi: hi, accept: accept}
	found := false
	for at := pos; at <= min(last, hi) && !found; at++ {
		if at == hi || !a.first[b.text[at]] {
			if !a.empty {
				continue
			}
		}
		if r.spent() {
			r.anew()
		}
		found = r.attempt(at)
		if at < hi && b.text[at] >= utf8.RuneSelf && !found {
			_, size := utf8.DecodeRune(b.text[at:])
			at += size - 1
		}
	}
	if !found {
		return nil
	}
	return m.groups
}

// run is one search of a matcher.
type run struct {
	*matcher
	a        *automaton
	b        block
	from, hi int
	accept   func(groups []int) bool
	refused  int // matches that were not accepted, since the search began anew
	turns    int // how often it did
}

const (
	// mostRefused is how many matches that begin at one place and are not accepted are gone beyond: what was visited on the way to one may lead to
	// another, as groups that begin elsewhere count, so that it is forgotten.
	mostRefused = 32
	// mostTurns is behind how many such places a search begins anew, not knowing what it visited. Each costs as much as the whole search.
	mostTurns = 64
)

// spent tells whether matches were not accepted without forgetting what led to them.
func (r *run) spent() bool { return r.refused > mostRefused && r.turns < mostTurns }

// anew forgets what was visited.
func (r *run) anew() {
	r.refused = 0
	r.turns++
	r.visited.begin(r.a.visits(r.hi - r.from))
}

// attempt tries a match that begins at at. A failed one leaves no group set.
func (r *run) attempt(at int) bool {
	r.jobs = append(r.jobs[:0], job{int32(r.a.nfa.Start), int32(at)})
	for len(r.jobs) > 0 {
		j := r.jobs[len(r.jobs)-1]
		r.jobs = r.jobs[:len(r.jobs)-1]
		if j.pc < 0 {
			r.groups[^j.pc] = int(j.pos)
			continue
		}
		if r.follow(uint16(j.pc), int(j.pos)) {
			return true
		}
	}
	return false
}

// follow goes on from an instruction, noting other choices as jobs; true at a match.
func (r *run) follow(pc uint16, pos int) bool {
	insts, text := r.a.nfa.Insts, r.b.text
	for {
		i := &insts[pc]
		switch i.Op {
		case nfa.OpClass:
			if pos >= r.hi {
				return false
			}
			class, c := &r.a.nfa.Classes[i.Arg], text[pos]
			if c < utf8.RuneSelf {
				if class.ASCII[c>>6&1]>>(c&63)&1 == 0 {
					return false
				}
				pos++
				break
			}
			char, size := utf8.DecodeRune(text[pos:])
			if !class.Has(char) {
				return false
			}
			pos += size
		case nfa.OpSplit:
			if r.visit(uint(i.Split), pos) {
				return false
			}
			r.jobs = append(r.jobs, job{int32(i.Arg), int32(pos)})
		case nfa.OpGroup:
			r.jobs = append(r.jobs, job{^int32(i.Arg), int32(r.groups[i.Arg])})
			r.groups[i.Arg] = pos
		case nfa.OpAssert:
			if want := syntax.EmptyOp(i.Arg); r.b.around(pos)&want != want {
				return false
			}
		case nfa.OpMatch:
			return r.accept == nil || r.accepts()
		default:
			return false
		}
		pc = i.Out
	}
}

// accepts tells whether the match is accepted; if not, others are looked for.
func (r *run) accepts() bool {
	if r.accept(r.groups) {
		return true
	}
	if r.refused++; r.refused <= mostRefused {
		r.visited.begin(r.a.visits(r.hi - r.from))
	}
	return false
}

// visit marks a split as visited at a place and tells whether it was.
func (r *run) visit(split uint, pos int) bool {
	return r.visited.add(uint(pos-r.from)*uint(r.a.nfa.Splits) + split)
}

// around returns the assertions that hold at a place of the block.
func (b *block) around(pos int) syntax.EmptyOp {
	before, after := rune(-1), rune(-1)
	if pos > 0 {
		before = rune(b.text[pos-1])
	} else if b.base > 0 {
		before = 0 // not known: neither a line's start nor a word
	}
	if pos < len(b.text) {
		after = rune(b.text[pos])
	}
	return syntax.EmptyOpContext(before, after)
}
