package rules

import (
	"slices"
	"strings"
	"testing"
)

// TestLintRegex holds regexes against what is demanded of the built-in rules.
func TestLintRegex(t *testing.T) {
	cases := []struct {
		name, regex string
		maxLength   int
		want        string // part of the message; empty: nothing is lacking
	}{
		{"bounded", `\b(acme_[0-9a-f]{32})\b`, 0, ""},
		{"no bound", `acme_[0-9a-f]{32,}`, 0, "no bound at `[0-9a-f]{32,}`"},
		{"no bound, but a longest match", `acme_[0-9a-f]{32,}`, 512, ""},
		{"star with a longest match", `acme_\w*:[0-9a-f]{32}`, 512, ""},
		{"no literal", `[0-9a-f]{32}`, 0, "no literal could be derived"},
		{"literal of three bytes", `ac=`, 0, ""},
		{"literal too short", `a=`, 0, "no literal could be derived"},
		{"a program that is just small enough", `acme_[a-z]{980}[a-z]{980}`, 0, ""},
		{"a program too large", `acme_[a-z]{1000}[a-z]{1000}[a-z]{1000}`, 0, "instructions, more than 2900"},
		{"nested repetitions", `acme(?:.{0,150}\n){0,6}?.{0,600}?[a-z]{8}`, 0, "instructions, more than 2900"},
		{"the same without the size", `acme[^!]*[a-z]{8}`, 4096, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			lacks := lintRegex(&Rule{Regex: c.regex, MaxLength: c.maxLength})
			switch {
			case c.want == "" && len(lacks) > 0:
				t.Errorf("%s: %s", c.regex, lacks[0].message)
			case c.want != "" && (len(lacks) != 1 || !strings.Contains(lacks[0].message, c.want)):
				t.Errorf("%s: got %v, want one lack with %q", c.regex, lacks, c.want)
			}
		})
	}
}

// TestLintCost holds which literals are said to be common.
func TestLintCost(t *testing.T) {
	for _, c := range []struct {
		regex string
		want  FlawLevel
		none  bool
	}{
		{regex: `(?i)(?:pass|key|token)\s{0,3}=\s{0,3}(\S{3,40})`, want: FlawWarning},
		{regex: `key\s{0,3}=\s{0,3}(\S{3,40})`, want: FlawNote},
		{regex: `key\s{0,3}=\s{0,3}([0-9a-f]{32})`, none: true},
		{regex: `acme_(\S{3,40})`, none: true},
	} {
		switch found := lintCost(&Rule{Regex: c.regex}); {
		case c.none && len(found) > 0:
			t.Errorf("%s: %s", c.regex, found[0].message)
		case !c.none && (len(found) != 1 || found[0].level != c.want || !strings.HasPrefix(found[0].message, "slow: ")):
			t.Errorf("%s: got %v, want a %s", c.regex, found, c.want)
		}
	}
}

// TestLintLength holds a longest match against the length that matches have.
func TestLintLength(t *testing.T) {
	for _, c := range []struct {
		name      string
		rule      Rule
		maxLength int
		want      FlawLevel
		message   string // part of it; empty: there is none
	}{
		{"none", Rule{Regex: `acme_[0-9a-f]{32}`}, 0, 0, ""},
		{"room", Rule{Regex: `acme_[0-9a-f]{32,}`}, 64, 0, ""},
		{"just long enough", Rule{Regex: `acme_[0-9a-f]{32,}`}, 37, 0, ""},
		{"too short", Rule{Regex: `acme_[0-9a-f]{32,}`}, 36, FlawError, "maxLength is 36, less than the 37 bytes of the shortest match"},
		{"near too short", Rule{Near: Near{Name: "acme", Value: "[0-9a-f]{32,}"}}, 32, FlawError, "maxLength is 32, less than the "},
		{"bounded", Rule{Regex: `acme_[0-9a-f]{32,40}`}, 40, FlawWarning, "changes nothing: a match has at most 45 bytes anyway"},
	} {
		c.rule.MaxLength = c.maxLength
		found := lintPattern(&c.rule)
		found = slices.DeleteFunc(found, func(l lack) bool { return l.field != "maxLength" })
		if c.message == "" && len(found) > 0 || c.message != "" && (len(found) != 1 || found[0].level != c.want || !strings.Contains(found[0].message, c.message)) {
			t.Errorf("%s: got %v, want %s %q", c.name, found, c.want, c.message)
		}
	}
}

// Flaws tells where they are, how bad, and leaves changes of other rules alone.
func TestFlaws(t *testing.T) {
	p, err := DecodePack("my.toml", []byte(`[pack]
id = "my"
description = "mine"

[[rules]]
id = "acme-key"
description = "ACME key"
regex = '''acme_[0-9a-f]{32,}'''
keywords = ["akme_"]
severity = "high"
confidence = "high"
remedy = "Revoke it"

[[rules]]
id = "github-pat-classic"
override = true
severity = "low"
`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range Flaws(p, nil) {
		got = append(got, f.Level.String()+" "+f.At.Error())
	}
	want := []string{
		`warning my.toml:5: rule "acme-key": it has 0 examples; 2 are demanded`,
		`warning my.toml:5: rule "acme-key": it has no counterexample`,
		"error my.toml:8: rule \"acme-key\": the regex has no bound at `[0-9a-f]{32,}`: write {0,n}, or state maxLength",
		`error my.toml:9: rule "acme-key": no match of the regex contains the keyword "akme_": did you mean "acme_"?`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestLintNear: what counts near a name is called by its own parts, and has their lines.
func TestLintNear(t *testing.T) {
	for _, c := range []struct{ name, near, want string }{
		{"good", `name = 'acme', value = '[0-9a-f]{32}'`, ""},
		{"name without a literal", `name = '\w{4}', value = '[0-9a-f]{32}'`, `my.toml:7: rule "acme-key": no literal could be derived from near.name`},
		{"short name", `name = 'ac', value = '[0-9a-f]{32}'`, `my.toml:7: rule "acme-key": no literal could be derived from near.name`},
		{"anything", `name = 'acme', value = '.{32}'`, `my.toml:7: rule "acme-key": near.value may hold blanks`},
		{"all but quotes", `name = 'acme', value = '[^"]{32}'`, `near.value may hold blanks`},
		{"anything else", `name = 'acme', value = '[0-9a-f]{32}', other = '(?s:.){20,40}'`, `near.other may hold blanks`},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := DecodePack("my.toml", []byte("[pack]\nid = \"my\"\ndescription = \"mine\"\n[[rules]]\nid = \"acme-key\"\n# The name\nnear = { "+c.near+" }\n"+
				"description = \"ACME key\"\nseverity = \"high\"\nconfidence = \"high\"\nremedy = \"Revoke it\"\nexamples = ['a', 'b']\ncounterexamples = ['x']\n"))
			if err != nil {
				t.Fatal(err)
			}
			var errors []string
			for _, f := range Flaws(p, nil) {
				if f.Level == FlawError {
					errors = append(errors, f.At.Error())
				}
			}
			if c.want == "" && len(errors) > 0 || c.want != "" && (len(errors) != 1 || !strings.Contains(errors[0], c.want)) {
				t.Errorf("got %q, want one with %q", errors, c.want)
			}
		})
	}
}
