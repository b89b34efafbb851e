package shape

import (
	"fmt"
	"regexp/syntax"
	"strings"
	"unicode/utf8"

	"github.com/keysieve/keysieve/rules/nfa"
)

// maxInsts is the largest automaton that is looked at; a larger one may match anything.
const maxInsts = 20000

// Analyse parses a regex (RE2 syntax) and derives its Shape. maxLength, in
// bytes, is the longest match worth looking for where the regex itself has no
// bound; 0 states none, and unbounded parts stay Unbounded.
func Analyse(regex string, maxLength int) (Shape, error) {
	re, err := syntax.Parse(regex, syntax.Perl)
	if err != nil {
		return Shape{}, fmt.Errorf("parsing regex: %w", err)
	}
	re = foldASCII(re)
	in := deriveWhole(re)
	s := Shape{Regex: render(re), Code: nfa.Encode(re), MinLen: in.min, MaxLen: in.max, Run: longestRun(re)}
	if n := nfa.Build(s.Code, maxInsts); n != nil {
		s.OneLine = n.OneLine()
	}
	if s.MaxLen == Unbounded && maxLength > 0 {
		s.MaxLen = max(maxLength, in.min)
	}
	for _, c := range in.cover {
		l := Literal{Text: c.text, Fold: c.fold, Before: c.before, After: c.after, Broken: c.broken, Rare: RarestGram(c.text)}
		if maxLength > 0 {
			l.Before = boundBy(l.Before, s.MaxLen-len(l.Text))
			l.After = boundBy(l.After, s.MaxLen-len(l.Text))
		}
		s.add(l)
	}
	return s, nil
}

func boundBy(n, limit int) int {
	if n == Unbounded || n > limit {
		return limit
	}
	return n
}

// info is what is known of a subtree.
type info struct {
	min, max int
	breaks   bool      // a line break can stand in a match
	exact    []literal // the finite set of texts that the subtree matches; nil: not finite or too many
	cover    []literal // every match contains one of these; nil: none of a useful length
}

// Bounds of the analysis: enough for every credential prefix, small enough that
// the analysis of a rule takes microseconds.
const (
	maxExact    = 256 // texts in a set
	maxText     = 24  // bytes of a text
	maxCover    = 512 // literals of a rule
	minLiteral  = 3   // bytes of a literal that the prefilter can use
	classExpand = 36  // members of a class that is written out
)

// deriveWhole is derive of a whole regex: alternatives get what the parser has taken out of them, where that makes better
// literals. It is not done further down, as each level would be derived twice as often as the one above.
func deriveWhole(re *syntax.Regexp) info {
	for re.Op == syntax.OpCapture {
		re = re.Sub[0]
	}
	out := derive(re)
	if re.Op != syntax.OpConcat {
		return out
	}
	if subs := distribute(re.Sub); len(subs) < len(re.Sub) {
		if other := concat(unrollAll(subs)); other.cover != nil && (out.cover == nil || cost(other.cover) < cost(out.cover)) {
			out.cover = other.cover
		}
	}
	return out
}

func derive(re *syntax.Regexp) info {
	switch re.Op {
	case syntax.OpNoMatch:
		return info{}
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText,
		syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return info{exact: []literal{{}}}
	case syntax.OpLiteral:
		return deriveLiteral(re)
	case syntax.OpCharClass:
		return deriveClass(re)
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return info{min: 1, max: utf8.UTFMax, breaks: re.Op == syntax.OpAnyChar}
	case syntax.OpCapture:
		return derive(re.Sub[0])
	case syntax.OpStar:
		return repeat(derive(re.Sub[0]), 0, Unbounded)
	case syntax.OpPlus:
		return repeat(derive(re.Sub[0]), 1, Unbounded)
	case syntax.OpQuest:
		return repeat(derive(re.Sub[0]), 0, 1)
	case syntax.OpRepeat:
		return repeat(derive(re.Sub[0]), re.Min, re.Max) // Max -1 is Unbounded
	case syntax.OpConcat:
		return concat(unrollAll(re.Sub))
	case syntax.OpAlternate:
		return alternate(re.Sub)
	}
	return info{max: Unbounded, breaks: true}
}

// mostBranches is up to how many alternatives a text before them is given to each of, and mostTaken how long it may
// be, in characters: a longer one is a literal by itself.
const (
	mostBranches = 24
	mostTaken    = 3
)

// distribute gives a short text that stands before alternatives to each of them. The parser takes it out
// (slk_|sgd_ is s and lk_|gd_ to it), and literals would begin behind it.
func distribute(subs []*syntax.Regexp) []*syntax.Regexp {
	var out []*syntax.Regexp
	for i, sub := range subs {
		branches := sub
		for branches.Op == syntax.OpCapture {
			branches = branches.Sub[0]
		}
		if i == 0 || subs[i-1].Op != syntax.OpLiteral || len(subs[i-1].Rune) > mostTaken || branches.Op != syntax.OpAlternate || len(branches.Sub) > mostBranches {
			out = append(out, sub)
			continue
		}
		joined := &syntax.Regexp{Op: syntax.OpAlternate}
		for _, b := range branches.Sub {
			parts := []*syntax.Regexp{subs[i-1], b}
			if b.Op == syntax.OpConcat {
				parts = append([]*syntax.Regexp{subs[i-1]}, b.Sub...)
			}
			joined.Sub = append(joined.Sub, &syntax.Regexp{Op: syntax.OpConcat, Sub: parts})
		}
		out[len(out)-1] = joined
	}
	return out
}

func deriveLiteral(re *syntax.Regexp) info {
	text := string(re.Rune)
	fold := re.Flags&syntax.FoldCase != 0
	if fold {
		for _, r := range re.Rune {
			if r >= utf8.RuneSelf { // a folded letter outside ASCII may change its length
				return info{min: len(re.Rune), max: len(re.Rune) * utf8.UTFMax, breaks: strings.Contains(text, "\n")}
			}
		}
		text = strings.ToLower(text)
	}
	return finite([]literal{{text: text, fold: fold && hasLetter(text)}})
}

func hasLetter(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return 'a' <= r|0x20 && r|0x20 <= 'z' })
}

func deriveClass(re *syntax.Regexp) info {
	in := info{min: utf8.UTFMax}
	size := 0
	for i := 0; i+1 < len(re.Rune); i += 2 {
		lo, hi := re.Rune[i], re.Rune[i+1]
		in.min = min(in.min, max(utf8.RuneLen(lo), 1)) // a surrogate has no length: then 1 is safe
		in.max = max(in.max, runeLen(hi))
		// Bytes that are not UTF-8 read as U+FFFD, one byte wide.
		if lo <= utf8.RuneError && utf8.RuneError <= hi {
			in.min = 1
		}
		in.breaks = in.breaks || lo <= '\n' && '\n' <= hi
		size += int(hi-lo) + 1
	}
	if len(re.Rune) == 0 || re.Rune[len(re.Rune)-1] >= utf8.RuneSelf || size > 2*classExpand {
		return in
	}
	seen := [utf8.RuneSelf]bool{}
	for i := 0; i+1 < len(re.Rune); i += 2 {
		for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
			seen[r] = true
		}
	}
	var set []literal
	for r := range rune(utf8.RuneSelf) {
		lower := r | 0x20
		letter := 'a' <= lower && lower <= 'z'
		switch {
		case !seen[r]:
		case letter && r != lower && seen[lower]: // counted with its lower case
		case letter && r == lower && seen[r&^0x20]:
			set = append(set, literal{text: string(r), fold: true})
		default:
			set = append(set, literal{text: string(r)})
		}
	}
	if len(set) > classExpand {
		return in
	}
	return finite(set)
}

func runeLen(r rune) int {
	if n := utf8.RuneLen(r); n > 0 {
		return n
	}
	return utf8.UTFMax
}

func repeat(sub info, lo, hi int) info {
	if lo == 0 {
		out := info{max: times(sub.max, hi), breaks: sub.breaks}
		out.exact = powers(sub.exact, hi)
		return out
	}
	return concat(copies(sub, lo, hi))
}

func unrollAll(subs []*syntax.Regexp) []info {
	parts := make([]info, 0, len(subs))
	for _, sub := range subs {
		parts = append(parts, unroll(sub)...)
	}
	return parts
}

// unroll returns the parts that a member of a concatenation contributes: a
// repetition is written out, so that a literal before it can run on into it
// (SK[0-9a-f]{32} has the literals SK00 … SKff).
func unroll(re *syntax.Regexp) []info {
	switch {
	case re.Op == syntax.OpCapture:
		return unroll(re.Sub[0])
	case re.Op == syntax.OpConcat:
		var parts []info
		for _, sub := range re.Sub {
			parts = append(parts, unroll(sub)...)
		}
		return parts
	case re.Op == syntax.OpPlus:
		return copies(derive(re.Sub[0]), 1, Unbounded)
	case re.Op == syntax.OpRepeat && re.Min > 0:
		return copies(derive(re.Sub[0]), re.Min, re.Max)
	}
	return []info{derive(re)}
}

// copies writes a repetition out: a few copies, then the rest as one part of known length.
func copies(sub info, lo, hi int) []info {
	const most = 3
	n := min(lo, most)
	parts := make([]info, 0, n+1)
	for range n {
		parts = append(parts, sub)
	}
	if hi != n {
		rest := info{min: sub.min * (lo - n), max: Unbounded, breaks: sub.breaks}
		if hi != Unbounded {
			rest.max = times(sub.max, hi-n)
		}
		parts = append(parts, rest)
	}
	return parts
}

func times(n, k int) int {
	if n == 0 || k == 0 {
		return 0
	}
	if n == Unbounded || k == Unbounded {
		return Unbounded
	}
	return n * k
}

func plus(a, b int) int {
	if a == Unbounded || b == Unbounded {
		return Unbounded
	}
	return a + b
}

// concat finds the best cover among those of the parts and of every run of
// neighbouring parts that are finite.
func concat(parts []info) info {
	out := info{exact: []literal{{}}}
	for _, p := range parts {
		out.min += p.min
		out.max = plus(out.max, p.max)
	}
	// after[i]: the most bytes from the end of part i-1 to the match's end.
	after := make([]int, len(parts)+1)
	for i := len(parts) - 1; i >= 0; i-- {
		after[i] = plus(parts[i].max, after[i+1])
	}
	var best []literal
	offer := func(set []literal) {
		if set != nil && (best == nil || cost(set) < cost(best)) {
			best = set
		}
	}
	before := 0 // most bytes before the current part
	var run []literal
	runBefore, runBroken := 0, false
	for i, p := range parts {
		shifted := make([]literal, len(p.cover))
		for j, l := range p.cover {
			l.before = plus(before, l.before)
			l.after = plus(l.after, after[i+1])
			l.broken = l.broken || out.breaks
			shifted[j] = l
		}
		if len(shifted) > 0 {
			offer(shifted)
		}
		next := product(run, p.exact)
		switch {
		case p.exact == nil:
			run = nil
		case run == nil || next == nil:
			run, runBefore, runBroken = p.exact, before, out.breaks
		default:
			run = next
		}
		if run != nil {
			offer(placed(run, runBefore, after[i+1], runBroken))
		}
		if out.exact != nil {
			out.exact = product(out.exact, p.exact)
		}
		before, out.breaks = plus(before, p.max), out.breaks || p.breaks
	}
	out.cover = best
	return out
}

func alternate(subs []*syntax.Regexp) info {
	var out info
	whole := true
	for i, sub := range subs {
		p := derive(sub)
		if i == 0 {
			out.min, out.max, out.breaks = p.min, p.max, p.breaks
			out.exact, out.cover = append([]literal(nil), p.exact...), append([]literal(nil), p.cover...)
			whole = p.exact != nil
			if p.cover == nil {
				out.cover = nil
			}
			continue
		}
		out.min = min(out.min, p.min)
		if out.max == Unbounded || p.max == Unbounded {
			out.max = Unbounded
		} else {
			out.max = max(out.max, p.max)
		}
		out.breaks = out.breaks || p.breaks
		whole = whole && p.exact != nil
		out.exact = append(out.exact, p.exact...)
		if out.cover != nil && p.cover != nil {
			out.cover = append(out.cover, p.cover...)
		} else {
			out.cover = nil
		}
	}
	out.exact = dedupe(out.exact)
	if !whole || len(out.exact) > maxExact {
		out.exact = nil
	}
	if len(out.cover) > maxCover {
		out.cover = nil
	}
	return out
}
