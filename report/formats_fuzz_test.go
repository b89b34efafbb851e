package report

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/scanner"
)

// FuzzNamesAreInert: whatever stands in names, a reader of the format sees its own constructs only.
func FuzzNamesAreInert(f *testing.F) {
	for i, name := range append(oddNames(), "::error::x", "##[error]x", "a|b`c<d>@e", "]]>", "=1+1", "%0A::x", ":a:b:", ":") {
		f.Add(name, name, byte(i))
	}
	tags := regexp.MustCompile(`<[^>]*>?`)
	f.Fuzz(func(t *testing.T, path, text string, kind byte) {
		finding := found(path, 3, text, text, 1)
		finding.Reasons, finding.Places[0].Author = []string{text}, text
		finding.Places[0].Commit, finding.Places[0].Kind = strings.Repeat("a", 40), scanner.Kind(kind&3)
		r := result("dir", 1, []scanner.Finding{finding}, scanner.Skip{Path: path, Reason: text, Hint: text})
		r.Summary.Root, r.Unused = path, finding.Places
		opts := Options{Repository: "https://github.com/a/b", Verbose: true}

		commands, _ := workflow(t, opts, r)
		for _, c := range commands {
			if !slices.Contains([]string{"error", "warning", "notice"}, c.name) || !strings.HasPrefix(c.properties["title"], "keysieve: ") {
				t.Errorf("command %+v", c)
			}
		}
		if len(commands) != 3 {
			t.Errorf("%d commands", len(commands))
		}
		for _, line := range strings.Split(string(write(t, formatNamed(t, "text"), opts, r)), "\n") {
			if strings.Contains(line, "##[") || strings.HasPrefix(strings.TrimSpace(line), "::") {
				t.Errorf("text: %q", line)
			}
		}
		if d := readJUnit(t, write(t, formatNamed(t, "junit"), opts, r)); d.Tests != 2 || len(d.Suites[0].Cases) != 2 {
			t.Errorf("junit: %+v", d)
		}
		if rows := csvRows(t, write(t, formatNamed(t, "csv"), opts, r)); len(rows) != 3 {
			t.Errorf("csv: %d rows", len(rows))
		}
		out := markdown(t, "markdown", opts, r)
		for _, tag := range tags.FindAllString(out, -1) {
			if !slices.Contains([]string{"<code>", "</code>", "<br>", "<!-- -->", "<sub>", "</sub>", "<details>", "</details>", "<summary>", "</summary>"}, tag) {
				t.Errorf("markdown: the tag %q", tag)
			}
		}
		for line := range strings.Lines(out) {
			if strings.HasPrefix(line, "|") && strings.Count(line, "|") != 5 {
				t.Errorf("markdown: the row %q", line)
			}
		}
	})
}
