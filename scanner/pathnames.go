package scanner

import (
	"regexp/syntax"
	"slices"
	"unicode/utf8"
)

// pathNames tells of a file's name whether a regex on whole paths can match where
// that file stands, whatever the directories above it. A history has a hundred
// times as many paths as names; this finds the few names that are worth their paths.
//
// Method: the regex's program (regexp/syntax) is followed as a set of states. Before the
// name stand all states that some directories lead to. Counted repetitions count
// as unbounded ones, and assertions other than the ends of the text as true: a name too
// many is asked for, never one too few. Sets are numbered and their transitions kept as
// they are met, so most names cost a look into a table for each byte. A pathNames belongs to one goroutine.
type pathNames struct {
	prog   *syntax.Prog
	any    bool // the regex can match in the directories alone
	sets   [][]uint32
	number map[string]int32
	next   [][utf8.RuneSelf]int32 // by set: 1 + the next set, 0 for not known
	final  []bool                 // by set: a name that ends here can
}

// maxNameSets bounds the sets that are kept; beyond, all are forgotten.
const maxNameSets = 4096

// newPathNames prepares a regex, which is known to be valid.
func newPathNames(expr string) *pathNames {
	p := &pathNames{}
	re, err := syntax.Parse(expr, syntax.Perl)
	if err == nil {
		p.prog, err = syntax.Compile(unbounded(re).Simplify())
	}
	if err != nil {
		p.any = true // all names are asked for
		return p
	}
	p.reset()
	return p
}

// unbounded replaces counted repetitions, which make many states.
func unbounded(re *syntax.Regexp) *syntax.Regexp {
	for i := range re.Sub {
		re.Sub[i] = unbounded(re.Sub[i])
	}
	if re.Op != syntax.OpRepeat {
		return re
	}
	re.Op = syntax.OpPlus
	if re.Min == 0 {
		re.Op = syntax.OpStar
	}
	return re
}

// reset forgets all sets but the one before a name.
func (p *pathNames) reset() {
	p.sets, p.next, p.final, p.number = nil, nil, nil, make(map[string]int32)
	start := uint32(p.prog.Start) //nolint:gosec // an index into the program
	first := p.closure(nil, start, true, false)
	before := p.closure(slices.Clone(first), start, false, false)
	for i := 0; i < len(before); i++ { // grows as it goes
		if inst := &p.prog.Inst[before[i]]; isRune(inst) {
			before = p.closure(before, inst.Out, false, false)
		}
	}
	p.any = p.matches(before)
	for _, pc := range before {
		if inst := &p.prog.Inst[pc]; isRune(inst) && inst.MatchRune('/') {
			first = p.closure(first, inst.Out, false, false)
		}
	}
	p.add(p.closure(first, start, false, false))
}

func isRune(inst *syntax.Inst) bool {
	switch inst.Op {
	case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		return true
	}
	return false
}

// closure adds to a set what is reached from pc without a character.
func (p *pathNames) closure(set []uint32, pc uint32, begin, end bool) []uint32 {
	if slices.Contains(set, pc) {
		return set
	}
	inst := &p.prog.Inst[pc]
	switch inst.Op {
	case syntax.InstAlt, syntax.InstAltMatch:
		return p.closure(p.closure(append(set, pc), inst.Out, begin, end), inst.Arg, begin, end)
	case syntax.InstCapture, syntax.InstNop:
		return p.closure(append(set, pc), inst.Out, begin, end)
	case syntax.InstEmptyWidth:
		op := syntax.EmptyOp(inst.Arg) //nolint:gosec // as package syntax stores it
		switch {
		case op&syntax.EmptyBeginText != 0 && !begin:
			return set
		case op&syntax.EmptyEndText != 0 && !end:
			return append(set, pc) // until the end is there
		}
		return p.closure(append(set, pc), inst.Out, begin, end)
	case syntax.InstFail:
		return set
	}
	return append(set, pc)
}

func (p *pathNames) matches(set []uint32) bool {
	return slices.ContainsFunc(set, func(pc uint32) bool { return p.prog.Inst[pc].Op == syntax.InstMatch })
}

// add numbers a set.
func (p *pathNames) add(set []uint32) int32 {
	slices.Sort(set)
	key := make([]byte, 0, 4*len(set))
	for _, pc := range set {
		key = append(key, byte(pc), byte(pc>>8), byte(pc>>16), byte(pc>>24))
	}
	if n, ok := p.number[string(key)]; ok {
		return n
	}
	var end []uint32
	for _, pc := range set {
		end = p.closure(end, pc, false, true)
	}
	n := int32(len(p.sets)) //nolint:gosec // at most maxNameSets
	p.number[string(key)] = n
	p.sets, p.next, p.final = append(p.sets, set), append(p.next, [utf8.RuneSelf]int32{}), append(p.final, p.matches(end))
	return n
}

// step gives the set after a character.
func (p *pathNames) step(set int32, r rune) int32 {
	if r < utf8.RuneSelf && p.next[set][r] > 0 {
		return p.next[set][r] - 1
	}
	var after []uint32
	for _, pc := range p.sets[set] {
		if inst := &p.prog.Inst[pc]; isRune(inst) && inst.MatchRune(r) {
			after = p.closure(after, inst.Out, false, false)
		}
	}
	if p.matches(p.sets[set]) { // it has matched, whatever follows
		after = slices.Clone(p.sets[set])
	}
	n := p.add(p.closure(after, uint32(p.prog.Start), false, false)) //nolint:gosec // as above
	if r < utf8.RuneSelf {
		p.next[set][r] = n + 1
	}
	return n
}

// can says whether a path that ends in the name can match.
func (p *pathNames) can(name []byte) bool {
	if p.any {
		return true
	}
	if len(p.sets) > maxNameSets {
		p.reset()
	}
	set := int32(0)
	for len(name) > 0 {
		r, size := rune(name[0]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(name)
		}
		set, name = p.step(set, r), name[size:]
	}
	return p.final[set]
}
