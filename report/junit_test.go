package report

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/scanner"
)

type junitDocument struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Skipped  int `xml:"skipped,attr"`
	Suites   []struct {
		Name  string      `xml:"name,attr"`
		Tests int         `xml:"tests,attr"`
		Cases []junitCase `xml:"testcase"`
	} `xml:"testsuite"`
}

func readJUnit(t *testing.T, out []byte) junitDocument {
	t.Helper()
	var d junitDocument
	if err := xml.Unmarshal(out, &d); err != nil {
		t.Fatalf("%v in:\n%s", err, out)
	}
	return d
}

func TestJUnit(t *testing.T) {
	for _, c := range testCases(t) {
		t.Run(c.name, func(t *testing.T) {
			d := readJUnit(t, write(t, formatNamed(t, "junit"), c.opts, c.result))
			if len(d.Suites) != 1 || d.Tests != len(d.Suites[0].Cases) || d.Tests == 0 || d.Suites[0].Tests != d.Tests {
				t.Fatalf("%+v", d)
			}
			failures, errors, skipped := 0, 0, 0
			names := map[string]bool{}
			for _, tc := range d.Suites[0].Cases {
				switch {
				case tc.Failure != nil:
					failures++
				case tc.Error != nil:
					errors++
				case tc.Skipped != nil:
					skipped++
				}
				if names[tc.Class+"\x00"+tc.Name] || tc.Name == "" || tc.Class == "" {
					t.Errorf("case %q of %q: empty or there twice", tc.Name, tc.Class)
				}
				names[tc.Class+"\x00"+tc.Name] = true
			}
			if failures != d.Failures || errors != d.Errors || skipped != d.Skipped {
				t.Errorf("%d failures, %d errors, %d skipped; said are %d, %d, %d", failures, errors, skipped, d.Failures, d.Errors, d.Skipped)
			}
			if failed, want := failures+errors > 0, c.result.ExitCode != scanner.ExitClean; failed != want {
				t.Errorf("failed %v with exit status %d", failed, c.result.ExitCode)
			}
		})
	}
}

// TestJUnitAnyBytes: XML allows few control characters, and no others however they are written.
func TestJUnitAnyBytes(t *testing.T) {
	var b strings.Builder
	for i := 1; i < 256; i++ {
		b.WriteByte(byte(i))
	}
	for _, name := range append(oddNames(), b.String(), "]]>", "\ufffe\uffff", "<!--", "&amp;") {
		f := found(name, 1, name, name, 1)
		f.Reasons, f.Places[0].Author, f.Places[0].Commit = []string{name}, name, strings.Repeat("a", 40)
		d := readJUnit(t, write(t, formatNamed(t, "junit"), Options{}, result("dir", 1, []scanner.Finding{f}, scanner.Skip{Path: name, Reason: name, Hint: name})))
		if d.Failures != 1 || d.Errors != 1 || !strings.Contains(d.Suites[0].Cases[0].Failure.Text, "fingerprint ") {
			t.Errorf("%q: %+v", name, d)
		}
	}
}
