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

// TestLiteralsAreKeywords compares two ways to the same answer: a match contains one of the literals
// that package shape derives, so that with these as keywords no match may hold none, and each is in
// some match.
func TestLiteralsAreKeywords(t *testing.T) {
	set, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	tested := 0
	for i, r := range set.Rules() {
		literals := set.Literals(i)
		if len(literals) == 0 || len(literals) > 12 || i%3 != 0 {
			continue
		}
		rule := Rule{Regex: r.Pattern(), MaxLength: r.MaxLength}
		for _, l := range literals {
			rule.Keywords = append(rule.Keywords, strings.ToLower(l.Text))
		}
		tested++
		for _, f := range lintKeywords(&rule) {
			t.Errorf("%s: %s", r.ID, f.message)
		}
	}
	if tested < 100 {
		t.Errorf("only %d rules were tested", tested)
	}
}

// FuzzLintKeywords holds that no regex makes the walk fail.
func FuzzLintKeywords(f *testing.F) {
	for _, seed := range [][2]string{{`acme_[0-9a-f]{32}`, "acme_"}, {`(?i)(?:acme|bolt)_\w{9}`, "bolt"}, {`x\by|ſk`, "sk"}, {`\x{1F600}[^a]{0,3}`, "a"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, regex, word string) {
		if len(regex) > 200 || len(word) > 40 || word == "" {
			return
		}
		for _, lack := range lintKeywords(&Rule{Regex: regex, Keywords: []string{strings.ToLower(word)}}) {
			if lack.message == "" || lack.field == "" {
				t.Errorf("%q, %q: %+v", regex, word, lack)
			}
		}
	})
}
