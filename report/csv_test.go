package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/scanner"
)

func TestCSV(t *testing.T) {
	for _, c := range testCases(t) {
		out := write(t, formatNamed(t, "csv"), c.opts, c.result)
		if n := bytes.Count(out, []byte("\n")); n != bytes.Count(out, []byte("\r\n")) {
			t.Errorf("%s: a line that does not end in CR LF", c.name)
		}
		got := map[string]int{}
		for _, row := range csvRows(t, out) {
			got[row["type"]]++
		}
		places := 0
		for _, f := range c.result.Findings {
			places += len(f.Places)
		}
		if got["finding"] != places || got["skipped"] != len(c.result.Skipped) || got["unused"] != len(c.result.Unused) {
			t.Errorf("%s: %v rows of %d places, %d skips, %d directives", c.name, got, places, len(c.result.Skipped), len(c.result.Unused))
		}
	}
}

func TestCSVExposure(t *testing.T) {
	row := csvRows(t, write(t, formatNamed(t, "csv"), Options{}, history(1, exposures())))[0]
	for name, want := range map[string]string{
		"first_commit": strings.Repeat("a", 40), "first_date": "2025-10-06T12:00:00Z", "last_commit": strings.Repeat("b", 40), "removed_commit": "",
		"commits": "12", "blobs": "4", "in_head": "yes", "days": "412", "refs": "HEAD main dev a b origin/main v0.9", "blocking": "yes",
	} {
		if row[name] != want {
			t.Errorf("%s is %q, want %q", name, row[name], want)
		}
	}
}

// TestCSVNoFormulas: no cell begins as a formula, wherever it comes from.
func TestCSVNoFormulas(t *testing.T) {
	var findings []scanner.Finding
	for i, name := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "＝1", "\u3000=1", `=HYPERLINK("x";"y"),"`} {
		f := found(name, 1, "", "", i)
		f.Reasons, f.Places[0].Author, f.Places[0].Commit = []string{name}, name, name
		findings = append(findings, f)
	}
	for _, row := range csvRows(t, write(t, formatNamed(t, "csv"), Options{}, result("dir", 1, findings))) {
		for name, cell := range row {
			if start := strings.TrimLeft(cell, " \u3000"); start != "" && strings.ContainsAny(string([]rune(start)[0]), "=+-@\t\r\n＝") {
				t.Errorf("%s: %q", name, cell)
			}
		}
	}
	for cell, want := range map[string]string{"": "", "a=b": "a=b", "=": "'=", "  ": "  ", "5": "5"} {
		if got := harmless(cell); got != want {
			t.Errorf("%q becomes %q, want %q", cell, got, want)
		}
	}
}
