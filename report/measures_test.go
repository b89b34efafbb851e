package report

import (
	"strings"
	"testing"
	"time"
)

// TestMeasures looks in every format for how much was scanned. CSV and Code Quality reports are lists of findings and have
// no place for it.
func TestMeasures(t *testing.T) {
	r := result("dir", 0, nil)
	r.Summary.Blobs, r.Summary.Bytes, r.Summary.Rules, r.Summary.Elapsed = 4321, 87_000_000, 765, 1234*time.Millisecond
	for _, f := range Formats() {
		if f.Name == "csv" || f.Name == "gitlab-codequality" {
			continue
		}
		out := string(write(t, f, Options{Verbose: true}, r))
		for _, either := range [][]string{{"4321", "4,321"}, {"87000000", "87 MB"}, {"765"}, {"1234", "1.2 s"}} {
			if !strings.Contains(out, either[0]) && !strings.Contains(out, either[len(either)-1]) {
				t.Errorf("%s: no %s in\n%s", f.Name, either[0], out)
			}
		}
	}
}
