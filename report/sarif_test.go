package report

import (
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v2/sarif"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
)

func sarifRun(t *testing.T, opts Options, r scanner.Result) *sarif.Run {
	t.Helper()
	log, err := sarif.FromBytes(write(t, Formats()[3], opts, r))
	if err != nil {
		t.Fatal(err)
	}
	if log.Version != "2.1.0" || len(log.Runs) != 1 {
		t.Fatalf("version %s, %d runs", log.Version, len(log.Runs))
	}
	return log.Runs[0]
}

func TestSARIFResults(t *testing.T) {
	for _, c := range testCases(t) {
		t.Run(c.name, func(t *testing.T) {
			run := sarifRun(t, c.opts, c.result)
			var places []scanner.Place
			var findings []scanner.Finding
			for _, a := range alerts(c.result) {
				places, findings = append(places, a.place), append(findings, *a.finding)
			}
			if len(run.Results) != len(places) {
				t.Fatalf("%d results for %d places", len(run.Results), len(places))
			}
			fingerprints := make(map[any]bool)
			for i, r := range run.Results {
				f := findings[i]
				if rule := run.Tool.Driver.Rules[*r.RuleIndex]; rule.ID != *r.RuleID || rule.ID != f.Rule.ID {
					t.Errorf("result %d: rule %s at index %d, which is %s", i, *r.RuleID, *r.RuleIndex, rule.ID)
				}
				if (*r.Level == "error") != f.Blocks {
					t.Errorf("result %d: level %s, blocks %v", i, *r.Level, f.Blocks)
				}
				if !strings.HasSuffix(*r.Message.Text, ".") || !strings.Contains(*r.Message.Text, f.Rule.Description) {
					t.Errorf("result %d: message %q", i, *r.Message.Text)
				}
				fp := r.PartialFingerprints["keysieveFingerprint/v1"]
				if fp == nil || fingerprints[fp] {
					t.Errorf("result %d: fingerprint %v is missing or there twice", i, fp)
				}
				fingerprints[fp] = true
				checkLocation(t, r.Locations[0], places[i])
			}
		})
	}
}

func checkLocation(t *testing.T, location *sarif.Location, place scanner.Place) {
	t.Helper()
	at := location.PhysicalLocation
	if *at.ArtifactLocation.URIBaseId != sourceRoot {
		t.Errorf("base %s", *at.ArtifactLocation.URIBaseId)
	}
	uri := *at.ArtifactLocation.URI
	parsed, err := url.Parse(uri)
	if err != nil || parsed.IsAbs() || parsed.Host != "" || parsed.RawQuery != "" || parsed.Fragment != "" {
		t.Errorf("%q is no relative path: %v", uri, err)
	}
	if place.Kind != scanner.KindFile {
		return
	}
	if path, err := url.PathUnescape(uri); err != nil || path != place.Path && !strings.ContainsRune(path, bullet) {
		t.Errorf("uri %q is %q, want %q", uri, path, place.Path)
	}
	r := at.Region
	if *r.StartLine != place.Line || *r.StartColumn != place.Column || *r.EndLine != place.EndLine || *r.EndColumn != place.EndColumn {
		t.Errorf("region %+v of %+v", r, place)
	}
}

func TestSARIFInvocation(t *testing.T) {
	for _, c := range testCases(t) {
		in := sarifRun(t, c.opts, c.result).Invocations[0]
		if complete := c.result.ExitCode != 3 && len(c.result.Skipped) == 0; *in.ExecutionSuccessful != complete {
			t.Errorf("%s: executionSuccessful %v", c.name, *in.ExecutionSuccessful)
		}
		if *in.ExitCode != c.result.ExitCode || len(in.ToolExecutionNotifications) != len(c.result.Skipped) ||
			len(in.ToolConfigurationNotifications) != len(c.result.Unused) {
			t.Errorf("%s: %+v", c.name, in)
		}
		if got := in.EndTimeUTC.Sub(*in.StartTimeUTC); got <= 0 {
			t.Errorf("%s: ended %v after the start", c.name, got)
		}
		for i, n := range in.ToolExecutionNotifications {
			skip := c.result.Skipped[i]
			if isObjectID(skip.Path) != (n.Locations == nil) || n.Level != "error" || !strings.HasSuffix(*n.Message.Text, ".") {
				t.Errorf("%s: %q has the notification %+v", c.name, skip.Path, n)
			}
		}
	}
}

func TestSARIFRules(t *testing.T) {
	rule := githubRule()
	rule.Tags = []string{"security", "a\nb"}
	rule.Docs = "not a page"
	rule.Description = "Odd {0} *kind*"
	got := sarifRule(rule)
	if *got.Name != "GithubPatClassic" || *got.HelpURI != homepage || got.Properties["security-severity"] != "9.5" {
		t.Errorf("rule %+v", got)
	}
	if tags := got.Properties["tags"].([]string); !slices.Equal(tags, []string{"security", "secret", "external/cwe/cwe-798", "a b"}) {
		t.Errorf("tags %q", tags)
	}
	if text := *(*got.MessageStrings)[bareMessage].Text; text != "Odd {{0}} *kind* '{0}' stands here." {
		t.Errorf("template %q", text)
	}
	if markdown := *got.Help.Markdown; !strings.HasPrefix(markdown, `**Odd {0} \*kind\***`) {
		t.Errorf("help %q", markdown)
	}
	for _, s := range rules.Severities() {
		if !regexp.MustCompile(`^\d\.\d$`).MatchString(securitySeverity(s)) {
			t.Errorf("security severity %q", securitySeverity(s))
		}
	}
	run := sarifRun(t, Options{}, stagedResult())
	var ids []string
	for _, r := range run.Tool.Driver.Rules {
		ids = append(ids, r.ID)
	}
	if want := []string{"generic-password", "github-pat-classic", "postgres-url"}; !slices.Equal(ids, want) {
		t.Errorf("rules %v, want the Set's order %v", ids, want)
	}
}

func TestSARIFVersion(t *testing.T) {
	for version, want := range map[string]string{
		"v1.2.3": "1.2.3", "1.2.3-rc.1+build": "1.2.3-rc.1+build", "": "0.0.0-unknown", "(devel)": "0.0.0-devel", "v1.2": "0.0.0-1-2",
	} {
		driver := sarif.NewDriver("x")
		if setVersion(driver, version); *driver.SemanticVersion != want {
			t.Errorf("%q is %q, want %q", version, *driver.SemanticVersion, want)
		}
	}
}

func TestSARIFVersionControl(t *testing.T) {
	for repository, want := range map[string]string{
		"https://u:p" + "w@example.com/a/b.git?token=x#y": "https://example.com/a/b.git",
		"ssh://git@example.com/a":                         "ssh://example.com/a",
		"git@example.com:a/b.git":                         "",
		"/local/path":                                     "",
		"":                                                "",
		"https://%zz":                                     "",
	} {
		details := (&sarifSink{opts: Options{Repository: repository}}).versionControl()
		got := ""
		if details != nil {
			got = *details.RepositoryURI
		}
		if got != want {
			t.Errorf("%q becomes %q, want %q", repository, got, want)
		}
	}
}

// TestSARIFValidator runs Microsoft's validator, the multitool of the npm
// package @microsoft/sarif-multitool-linux, where SARIF_MULTITOOL names its program.
func TestSARIFValidator(t *testing.T) {
	multitool := os.Getenv("SARIF_MULTITOOL")
	if multitool == "" {
		t.Skip("SARIF_MULTITOOL names no program")
	}
	dir := t.TempDir()
	files := []string{"validate"}
	for _, c := range testCases(t) {
		file := filepath.Join(dir, c.name+".sarif")
		if err := os.WriteFile(file, write(t, Formats()[3], c.opts, c.result), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	report := filepath.Join(dir, "validation.out")
	command := exec.Command(multitool, append(files, "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning", "-o", report)...)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	var log struct {
		Runs []struct {
			Results []struct {
				RuleID string
				Level  string
			}
			Artifacts []json.RawMessage
		}
	}
	if err := json.Unmarshal(text, &log); err != nil || len(log.Runs) != 1 {
		t.Fatalf("%d runs, %v", len(log.Runs), err)
	}
	for _, r := range log.Runs[0].Results {
		t.Errorf("%s %s", r.Level, r.RuleID)
	}
}
