package shape

import (
	"fmt"
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/keysieve/keysieve/rules/nfa"
)

// Analyse parses a regex (RE2 syntax) and derives its Shape. maxLength, in
// bytes, is the longest match worth looking for where the regex itself has no
// bound; 0 states none, and unbounded parts stay Unbounded.
func Analyse(regex string, maxLength int) (Shape, error) {
	re, err := syntax.Parse(regex, syntax.Perl)
	if err != nil {
		return Shape{}, fmt.Errorf("parsing regex: %w", err)
	}
	re = foldASCII(re)
	in := derive(re)
	s := Shape{Regex: render(re), Code: nfa.Encode(re), MinLen: in.min, MaxLen: in.max, Run: longestRun(re)}
	if s.MaxLen == Unbounded && maxLength > 0 {
		s.MaxLen = max(maxLength, in.min)
	}
	for _, c := range in.cover {
		l := Literal{Text: c.text, Fold: c.fold, Before: c.before, After: c.after, Rare: RarestGram(c.text)}
		if maxLength > 0 {
			l.Before = boundBy(l.Before, s.MaxLen-len(l.Text))
			l.After = boundBy(l.After, s.MaxLen-len(l.Text))
		}
		s.Literals = append(s.Literals, l)
	}
	return s, nil
}

func boundBy(n, limit int) int {
	if n == Unbounded || n > limit {
		return limit
	}
	return n
}

// foldASCII rewrites the tree so that letters under (?i) match in ASCII only.
// Unicode folds exactly two letters out of ASCII: k with the Kelvin sign and s
// with the long s. They are removed, so that a folded literal needs no more than
// a lower-cased byte comparison.
func foldASCII(re *syntax.Regexp) *syntax.Regexp {
	for i, sub := range re.Sub {
		re.Sub[i] = foldASCII(sub)
	}
	switch re.Op {
	case syntax.OpLiteral:
		if re.Flags&syntax.FoldCase != 0 {
			return splitFolded(re)
		}
	case syntax.OpCharClass:
		re.Rune = dropFold(re.Rune, 'k', '\u212a')
		re.Rune = dropFold(re.Rune, 's', '\u017f')
	}
	return re
}

// splitFolded turns a folded literal into a concatenation in which k and s are
// classes of two letters.
func splitFolded(re *syntax.Regexp) *syntax.Regexp {
	if !strings.ContainsAny(string(re.Rune), "kKsS") {
		return re
	}
	out := &syntax.Regexp{Op: syntax.OpConcat, Flags: re.Flags}
	start := 0
	flush := func(end int) {
		if end > start {
			out.Sub = append(out.Sub, &syntax.Regexp{Op: syntax.OpLiteral, Flags: re.Flags, Rune: re.Rune[start:end]})
		}
	}
	for i, r := range re.Rune {
		lower := unicode.ToLower(r)
		if lower != 'k' && lower != 's' {
			continue
		}
		flush(i)
		upper := unicode.ToUpper(lower)
		out.Sub = append(out.Sub, &syntax.Regexp{
			Op: syntax.OpCharClass, Flags: re.Flags &^ syntax.FoldCase,
			Rune: []rune{upper, upper, lower, lower},
		})
		start = i + 1
	}
	flush(len(re.Rune))
	if len(out.Sub) == 1 {
		return out.Sub[0]
	}
	return out
}

// dropFold removes a lone foreign rune from a class that also holds the ASCII
// letter it folds to.
func dropFold(ranges []rune, letter, foreign rune) []rune {
	hasLetter, at := false, -1
	for i := 0; i+1 < len(ranges); i += 2 {
		if ranges[i] <= letter && letter <= ranges[i+1] {
			hasLetter = true
		}
		if ranges[i] == foreign && ranges[i+1] == foreign {
			at = i
		}
	}
	if !hasLetter || at < 0 {
		return ranges
	}
	out := append([]rune(nil), ranges[:at]...)
	return append(out, ranges[at+2:]...)
}

// literal is one text of a set, with its place in the match.
type literal struct {
	text          string
	fold          bool
	before, after int
}

// info is what is known of a subtree.
type info struct {
	min, max int
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
		return info{min: 1, max: utf8.UTFMax}
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
		parts := make([]info, 0, len(re.Sub))
		for _, sub := range re.Sub {
			parts = append(parts, unroll(sub)...)
		}
		return concat(parts)
	case syntax.OpAlternate:
		return alternate(re.Sub)
	}
	return info{max: Unbounded}
}

func deriveLiteral(re *syntax.Regexp) info {
	text := string(re.Rune)
	fold := re.Flags&syntax.FoldCase != 0
	if fold {
		for _, r := range re.Rune {
			if r >= utf8.RuneSelf { // a folded letter outside ASCII may change its length
				return info{min: len(re.Rune), max: len(re.Rune) * utf8.UTFMax}
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

// finite is the info of a subtree that matches exactly a set of texts.
func finite(set []literal) info {
	in := info{min: len(set[0].text), exact: set}
	for _, l := range set {
		in.min = min(in.min, len(l.text))
		in.max = max(in.max, len(l.text))
	}
	in.cover = placed(set, 0, 0)
	return in
}

// placed returns the set as a cover standing that far from the match's ends,
// or nil if a text of it is too short to be looked for.
func placed(set []literal, before, after int) []literal {
	out := make([]literal, 0, len(set))
	for _, l := range set {
		if len(l.text) < minLiteral {
			return nil
		}
		l.before, l.after = before, after
		out = append(out, l)
	}
	return out
}

func repeat(sub info, lo, hi int) info {
	if lo == 0 {
		out := info{max: times(sub.max, hi)}
		out.exact = powers(sub.exact, hi)
		return out
	}
	return concat(copies(sub, lo, hi))
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
		rest := info{min: sub.min * (lo - n), max: Unbounded}
		if hi != Unbounded {
			rest.max = times(sub.max, hi-n)
		}
		parts = append(parts, rest)
	}
	return parts
}

// powers returns the texts of none to hi copies of a set, or nil if they are more
// than a few: optional separators and blanks are worth writing out.
func powers(set []literal, hi int) []literal {
	const most = 12
	if set == nil || hi == Unbounded || hi > most {
		return nil
	}
	out := []literal{{}}
	last := out
	for range hi {
		if last = product(last, set); last == nil {
			return nil
		}
		out = append(out, last...)
		if len(out) > most && hi > 1 || len(out) > maxExact {
			return nil
		}
	}
	return dedupe(out)
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
	runBefore := 0
	for i, p := range parts {
		shifted := make([]literal, len(p.cover))
		for j, l := range p.cover {
			l.before = plus(before, l.before)
			l.after = plus(l.after, after[i+1])
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
			run, runBefore = p.exact, before
		default:
			run = next
		}
		if run != nil {
			offer(placed(run, runBefore, after[i+1]))
		}
		if out.exact != nil {
			out.exact = product(out.exact, p.exact)
		}
		before = plus(before, p.max)
	}
	out.cover = best
	return out
}

// product joins every text of a with every text of b, or returns nil if that is
// too many or too long.
func product(a, b []literal) []literal {
	if a == nil || b == nil || len(a)*len(b) > maxExact {
		return nil
	}
	out := make([]literal, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			l := literal{text: x.text + y.text, fold: x.fold || y.fold}
			if len(l.text) > maxText {
				return nil
			}
			if l.fold {
				l.text = strings.ToLower(l.text)
			}
			out = append(out, l)
		}
	}
	return dedupe(out)
}

func dedupe(set []literal) []literal {
	seen := make(map[literal]bool, len(set))
	out := set[:0]
	for _, l := range set {
		if !seen[l] {
			seen[l] = true
			out = append(out, l)
		}
	}
	return out
}

func alternate(subs []*syntax.Regexp) info {
	var out info
	whole := true
	for i, sub := range subs {
		p := derive(sub)
		if i == 0 {
			out.min, out.max = p.min, p.max
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
