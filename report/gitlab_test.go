package report

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
)

// schemaFile compiles a schema that is not embedded.
func schemaFile(t *testing.T, file string) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("https://keysieve.invalid/schema.json", document); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("https://keysieve.invalid/schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// TestFormatsKeepSchemas holds formats against schemas on every case: our own ones, and the published ones
// where a variable of the environment names the file.
func TestFormatsKeepSchemas(t *testing.T) {
	for _, test := range []struct{ format, file string }{
		{"gitlab", "gitlab_schema.json"},
		{"gitlab-codequality", "code_quality_schema.json"},
		{"gitlab", os.Getenv("GITLAB_SCHEMA")},
		{"sarif", os.Getenv("SARIF_SCHEMA")},
	} {
		if test.file == "" {
			continue
		}
		t.Run(test.format, func(t *testing.T) {
			schema := schemaFile(t, test.file)
			for _, c := range testCases(t) {
				validate(t, schema, write(t, formatNamed(t, test.format), c.opts, c.result))
			}
			broken := map[string]string{"gitlab": `"type": "secret_detection"`, "gitlab-codequality": `"severity"`, "sarif": `"level": "error"`}[test.format]
			text := strings.Replace(string(write(t, formatNamed(t, test.format), Options{}, stagedResult())), broken, strings.Replace(broken, "e", "E", 1), 1)
			value, err := jsonschema.UnmarshalJSON(strings.NewReader(strings.Replace(text, `"Error"`, `"catastrophe"`, 1)))
			if err != nil {
				t.Fatal(err)
			}
			if schema.Validate(value) == nil {
				t.Errorf("%s takes everything", test.file)
			}
		})
	}
}

func gitlabDocument(t *testing.T, out []byte) (d struct {
	Scan            gitlabScan
	Vulnerabilities []gitlabVulnerability
}) {
	t.Helper()
	if err := json.Unmarshal(out, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestGitLab(t *testing.T) {
	for _, c := range testCases(t) {
		d := gitlabDocument(t, write(t, formatNamed(t, "gitlab"), c.opts, c.result))
		if want := len(alerts(c.result)); len(d.Vulnerabilities) != want {
			t.Errorf("%s: %d vulnerabilities, want %d", c.name, len(d.Vulnerabilities), want)
		}
		complete := c.result.ExitCode != scanner.ExitIncomplete && len(c.result.Skipped) == 0
		if (d.Scan.Status == "success") != complete {
			t.Errorf("%s: status %s", c.name, d.Scan.Status)
		}
		if n := len(d.Scan.Messages); n < len(c.result.Skipped)+len(c.result.Unused) {
			t.Errorf("%s: %d messages", c.name, n)
		}
	}
}

func TestGitLabCommit(t *testing.T) {
	for _, test := range []struct {
		name   string
		opts   Options
		result scanner.Result
		want   gitlabCommit
	}{
		{"a place in a commit", Options{Revision: "abc"}, history(1, exposures()[:1]), gitlabCommit{
			SHA: strings.Repeat("a", 40), Author: "A. Author <a@example.com>", Date: "2025-10-06T12:00:00Z", Message: "Deploy with a key",
		}},
		{"the revision", Options{Revision: "abc"}, stagedResult(), gitlabCommit{SHA: "abc"}},
		{"none", Options{}, stagedResult(), gitlabCommit{SHA: "0000000"}},
	} {
		d := gitlabDocument(t, write(t, formatNamed(t, "gitlab"), test.opts, test.result))
		if got := d.Vulnerabilities[0].Location.Commit; got != test.want {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
}

// TestGitLabPlaces: a secret that stands in thousands of places names some and counts the others.
func TestGitLabPlaces(t *testing.T) {
	f := exposures()[0]
	n := len(f.Places)
	for i := range 2500 {
		f.Places = append(f.Places, at("z/file", i+1, 1, 40))
	}
	d := gitlabDocument(t, write(t, formatNamed(t, "gitlab"), Options{}, history(1, []scanner.Finding{f})))
	items := d.Vulnerabilities[0].Details["places"].Items
	want := "and " + number(2500+n-1-gitlabPlaces) + " more: the json format has all"
	if len(items) != gitlabPlaces+1 || items[gitlabPlaces].Value != want {
		t.Errorf("%d places, the last is %q, want %q", len(items), items[len(items)-1].Value, want)
	}
}

func TestUUID(t *testing.T) {
	a, b := uuid("a"), uuid("b")
	if form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`); !form.MatchString(a) || !form.MatchString(b) || a == b || a != uuid("a") {
		t.Errorf("%s, %s", a, b)
	}
}

func TestCut(t *testing.T) {
	for _, test := range []struct {
		text string
		n    int
		want string
	}{{"", 3, ""}, {"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"日本語語", 3, "日本…"}, {"a bcd", 3, "a…"}} {
		if got := cut(test.text, test.n); got != test.want {
			t.Errorf("cut(%q, %d) = %q, want %q", test.text, test.n, got, test.want)
		}
	}
}

func TestQualitySeverity(t *testing.T) {
	for severity, want := range map[rules.Severity]string{
		rules.SeverityCritical: "blocker", rules.SeverityHigh: "critical", rules.SeverityMedium: "major", rules.SeverityLow: "minor",
	} {
		if got := qualitySeverity(&scanner.Finding{Severity: severity, Blocks: true}); got != want {
			t.Errorf("%v: %s, want %s", severity, got, want)
		}
		if got := qualitySeverity(&scanner.Finding{Severity: severity}); got != "info" {
			t.Errorf("%v of a warning: %s", severity, got)
		}
	}
}

// TestCodeQualityUnread: what was not read is said in a format that has no place for it.
func TestCodeQualityUnread(t *testing.T) {
	r := skippedResult()
	list := degradations(t, write(t, formatNamed(t, "gitlab-codequality"), Options{}, r))
	if len(list) != len(r.Skipped) {
		t.Fatalf("%d elements of %d", len(list), len(r.Skipped))
	}
	for i, d := range list {
		if d.Check != notRead || d.Location.Path != r.Skipped[i].Path || d.Severity != "major" {
			t.Errorf("%+v", d)
		}
	}
}
