package shape

import (
	"regexp/syntax"
	"strings"
	"unicode"
)

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
