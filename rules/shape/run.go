package shape

import (
	"math/bits"
	"regexp/syntax"
)

// Class is a set of ASCII characters.
type Class [2]uint64

// Has tells whether the byte is in the class.
func (c *Class) Has(b byte) bool { return b < 128 && c[b>>6&1]>>(b&63)&1 != 0 }

func (c *Class) add(r rune) { c[r>>6] |= 1 << (r & 63) }

func (c Class) union(o Class) Class { return Class{c[0] | o[0], c[1] | o[1]} }

// Size returns how many characters the class has.
func (c Class) Size() int { return bits.OnesCount64(c[0]) + bits.OnesCount64(c[1]) }

// Run is a stretch of at least Len characters, all of Class, that every match
// contains: the random part of most credentials. Len 0: none could be derived.
type Run struct {
	Len   int
	Class Class
}

const (
	// maxRunClass bounds a run's class: letters, digits and a few marks. A run of more kinds rules too little out.
	maxRunClass = 72
	// minRun is the shortest run worth a test.
	minRun = 12
)

// alphabet is what is known of a subtree's characters: every match of it
// consists of min characters or more of the class. narrow is false where it may hold others.
type alphabet struct {
	class  Class
	min    int
	narrow bool
}

// longestRun finds the longest run in the tree.
func longestRun(re *syntax.Regexp) Run {
	var best Run
	walkRuns(re, &best)
	if best.Len < minRun {
		return Run{}
	}
	return best
}

// walkRuns returns the subtree's alphabet and offers the runs inside it. It goes
// into the parts that every match has.
func walkRuns(re *syntax.Regexp, best *Run) alphabet {
	a := alphabet{narrow: true}
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText,
		syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
	case syntax.OpLiteral, syntax.OpCharClass:
		a = ofCharacters(re)
	case syntax.OpCapture:
		return walkRuns(re.Sub[0], best)
	case syntax.OpPlus:
		a = walkRuns(re.Sub[0], best)
	case syntax.OpStar, syntax.OpQuest:
		a = walkRuns(re.Sub[0], new(Run)) // a match may do without: its runs do not count
		a.min = 0
	case syntax.OpRepeat:
		inner := best
		if re.Min == 0 {
			inner = new(Run)
		}
		a = walkRuns(re.Sub[0], inner)
		a.min *= re.Min
	case syntax.OpAlternate:
		a = alternateRuns(re, best)
	case syntax.OpConcat:
		return concatRuns(re, best)
	default:
		a.narrow = false
	}
	offer(best, a)
	return a
}

func offer(best *Run, a alphabet) {
	if a.narrow && a.min > best.Len && a.class.Size() <= maxRunClass {
		*best = Run{a.min, a.class}
	}
}

// alternateRuns: a run of the whole must be one of every branch.
func alternateRuns(re *syntax.Regexp, best *Run) alphabet {
	a := alphabet{narrow: true}
	var common Run
	for i, sub := range re.Sub {
		var own Run
		s := walkRuns(sub, &own)
		if i == 0 {
			a, common = s, own
			continue
		}
		a.class = a.class.union(s.class)
		a.narrow = a.narrow && s.narrow
		a.min = min(a.min, s.min)
		common = Run{min(common.Len, own.Len), common.Class.union(own.Class)}
	}
	offer(best, alphabet{common.Class, common.Len, true})
	return a
}

// concatRuns offers every stretch of neighbouring parts with narrow alphabets.
func concatRuns(re *syntax.Regexp, best *Run) alphabet {
	parts := make([]alphabet, len(re.Sub))
	whole := alphabet{narrow: true}
	for i, sub := range re.Sub {
		parts[i] = walkRuns(sub, best)
		whole.class = whole.class.union(parts[i].class)
		whole.min += parts[i].min
		whole.narrow = whole.narrow && parts[i].narrow
	}
	for i := range parts {
		stretch := alphabet{narrow: true}
		for _, p := range parts[i:] {
			if !p.narrow {
				break
			}
			stretch.class = stretch.class.union(p.class)
			stretch.min += p.min
			if stretch.class.Size() > maxRunClass {
				break
			}
			offer(best, stretch)
		}
	}
	whole.narrow = whole.narrow && whole.class.Size() <= maxRunClass
	return whole
}

func ofCharacters(re *syntax.Regexp) alphabet {
	a := alphabet{min: 1, narrow: true}
	if re.Op == syntax.OpLiteral {
		a.min = len(re.Rune)
		for _, r := range re.Rune {
			if r >= 128 {
				return alphabet{}
			}
			a.class.add(r)
			if lower := r | 0x20; re.Flags&syntax.FoldCase != 0 && 'a' <= lower && lower <= 'z' {
				a.class.add(lower)
				a.class.add(lower &^ 0x20)
			}
		}
		return a
	}
	if len(re.Rune) == 0 || re.Rune[len(re.Rune)-1] >= 128 {
		return alphabet{}
	}
	for i := 0; i+1 < len(re.Rune); i += 2 {
		for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
			a.class.add(r)
		}
	}
	return a
}

// In tells whether text contains a run.
func (r *Run) In(text []byte) bool {
	if r.Len == 0 {
		return true
	}
	// A run of Len covers every Len-th byte: look there, and back from it.
	for i := r.Len - 1; i < len(text); {
		if !r.Class.Has(text[i]) {
			i += r.Len
			continue
		}
		start := i
		for start > 0 && r.Class.Has(text[start-1]) {
			start--
			if i-start+1 >= r.Len {
				return true
			}
		}
		end := i + 1
		for end < len(text) && end-start < r.Len && r.Class.Has(text[end]) {
			end++
		}
		if end-start >= r.Len {
			return true
		}
		i = end + r.Len
	}
	return false
}
