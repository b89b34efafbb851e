package rules

import (
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
