package shape

import (
	"fmt"
	"regexp/syntax"
	"strings"

	"github.com/keysieve/keysieve/rules/nfa"
)

// wideClass is how many characters a class may have for syntax.Regexp.String to
// print it: that walks every character of every class, a million of them for
// [^"], which takes milliseconds a rule.
const wideClass = 1000

// firstPlaceholder is in a private-use plane and has no case.
const firstPlaceholder = 0xf0000

// Rewrite returns what Analyse gives as Shape.Regex and Shape.Code, without the rest.
func Rewrite(regex string) (string, nfa.Code, error) {
	re, err := syntax.Parse(regex, syntax.Perl)
	if err != nil {
		return "", "", fmt.Errorf("parsing regex: %w", err)
	}
	re = foldASCII(re)
	return render(re), nfa.Encode(re), nil
}

// render returns the tree as a regex. Wide classes are printed here, the rest by
// syntax.Regexp.String with placeholders in their stead. A tree that holds a
// private-use character of its own is left to String altogether.
func render(re *syntax.Regexp) string {
	if usesPlane(re) {
		return re.String()
	}
	var classes []*syntax.Regexp
	text := substitute(re, &classes).String()
	for i, class := range classes {
		var b strings.Builder
		b.WriteString("(?-i:[")
		for j := 0; j+1 < len(class.Rune); j += 2 {
			fmt.Fprintf(&b, `\x{%x}-\x{%x}`, class.Rune[j], class.Rune[j+1])
		}
		b.WriteString("])")
		text = strings.ReplaceAll(text, fmt.Sprintf(`\x{%x}`, firstPlaceholder+i), b.String())
	}
	return text
}

// usesPlane tells whether a literal of the tree could be taken for a placeholder.
func usesPlane(re *syntax.Regexp) bool {
	if re.Op == syntax.OpLiteral || re.Op == syntax.OpCharClass && width(re) <= wideClass {
		for _, r := range re.Rune {
			if r >= firstPlaceholder {
				return true
			}
		}
	}
	for _, sub := range re.Sub {
		if usesPlane(sub) {
			return true
		}
	}
	return false
}

// substitute copies the tree with wide classes replaced by placeholders.
func substitute(re *syntax.Regexp, classes *[]*syntax.Regexp) *syntax.Regexp {
	if re.Op == syntax.OpCharClass && width(re) > wideClass {
		*classes = append(*classes, re)
		return &syntax.Regexp{Op: syntax.OpLiteral, Rune: []rune{firstPlaceholder + rune(len(*classes)-1)}}
	}
	out := *re
	out.Sub = make([]*syntax.Regexp, len(re.Sub))
	for i, sub := range re.Sub {
		out.Sub[i] = substitute(sub, classes)
	}
	return &out
}

func width(class *syntax.Regexp) int {
	n := 0
	for i := 0; i+1 < len(class.Rune); i += 2 {
		n += int(class.Rune[i+1]-class.Rune[i]) + 1
	}
	return n
}
