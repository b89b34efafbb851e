package shape

import (
	"regexp"
	"regexp/syntax"
	"testing"
)

func TestRenderKeepsTheMeaning(t *testing.T) {
	texts := []string{"abc\"K", "ABCx", "a\nb", "key=\"v\u212a\"", "aéb", "xxx\U000f0000", "\xff", "", "Ab", "aB"}
	for _, regex := range []string{
		`[^"]+`, `(?i)a[^b]c`, `(?i:a)[^b]`, `a(?i)[^b]{1,3}`, `(?s).[^\n]`, `[^a-z]{0,3}b`, `\x{f0000}[^x]`, `[^\x{f0000}]`, `(?:[^a]|[^b])(?i)x`, `\S+\W`, `(?U)[^x]+`, `(?m)^[^x]+$`,
	} {
		re, err := syntax.Parse(regex, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		before := regexp.MustCompile(re.String())
		after := regexp.MustCompile(render(re))
		for _, text := range texts {
			a, b := before.FindAllString(text, -1), after.FindAllString(text, -1)
			if len(a) != len(b) {
				t.Errorf("%s on %q: %q, rendered as %s: %q", regex, text, a, after, b)
				continue
			}
			for i := range a {
				if a[i] != b[i] {
					t.Errorf("%s on %q: %q, rendered as %s: %q", regex, text, a, after, b)
				}
			}
		}
	}
}
