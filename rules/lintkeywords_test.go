package rules

import (
	"strings"
	"testing"
)

func TestLintKeywords(t *testing.T) {
	cases := []struct {
		name, regex string
		keywords    []string
		want        []string // level and part of the message, in order
	}{
		{"the prefix", `\b(acme_[0-9a-f]{32})\b`, []string{"acme_"}, nil},
		{"in either case", `(?i)ACME.{0,20}[0-9a-f]{32}`, []string{"acme"}, nil},
		{"of every branch", `(?:acme|bolt)_[0-9]{20}`, []string{"acme", "bolt"}, nil},
		{"overlapping", `aab_[0-9]{20}`, []string{"ab_"}, nil},
		{"beyond an assertion", `\Bacme_[0-9]{20}|acme_[a-f]{20}`, []string{"acme_"}, nil},
		{"that an assertion rules out", `acme_[0-9]{20}|x\by[0-9]{20}`, []string{"acme_"}, nil},
		{"too long", `acme_[0-9]{20}`, []string{"me_", "xyz_acme"}, []string{`note: no match of the regex contains "xyz_acme"`}},
		{"of one branch of two", `(?:acme|bolt)_[0-9]{20}`, []string{"acme"}, []string{`note: a match may hold none of the keywords`}},
		{"of one branch, folded", `(?i)(?:acme|bolt)_[0-9]{20}`, []string{"acme"}, []string{`note: a match may hold none of the keywords`}},
		{"of what may be left out", `(?:acme)?_tok_[0-9]{20}`, []string{"acme"}, []string{`for example "_tok_0`}},
		{"with a slip", `acme_[0-9]{20}`, []string{"akme_"}, []string{`error: no match of the regex contains the keyword "akme_": did you mean "acme_"?`}},
		{"that stands elsewhere", `acme_[0-9]{20}`, []string{"kind: secret"}, []string{`note: no match of the regex contains`}},
		{"only by chance", `acme_[a-z]{20}`, []string{"secret"}, []string{`note: a match may hold none of the keywords`}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			found := lintKeywords(&Rule{Regex: c.regex, Keywords: c.keywords})
			if len(found) != len(c.want) {
				t.Fatalf("%s %q: got %v, want %q", c.regex, c.keywords, found, c.want)
			}
			for i, f := range found {
				if got := f.level.String() + ": " + f.message; !strings.Contains(got, c.want[i]) {
					t.Errorf("%s %q: got %q, want %q", c.regex, c.keywords, got, c.want[i])
				}
			}
		})
	}
}
