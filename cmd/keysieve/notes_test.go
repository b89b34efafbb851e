package main

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/rules/check"
	"github.com/keysieve/keysieve/rules/sample"
)

// TestNotesAreShown holds for every offline check that what it tells of a credential stands in the text report and in SARIF.
func TestNotesAreShown(t *testing.T) {
	packs, err := rules.BuiltinPacks()
	if err != nil {
		t.Fatal(err)
	}
	for _, scheme := range check.Schemes() {
		if _, ok := scheme.(check.Store); ok { // key_stores.txtar
			continue
		}
		if scheme.Name() == "azure-or-opaque" { // says what azure-his and entra-secret say; the examples of its rules are of older keys
			continue
		}
		t.Run(scheme.Name(), func(t *testing.T) {
			text, notes := checkedExample(t, packs, scheme)
			if len(notes) == 0 {
				t.Fatal("no rule has an example that this check has something to say about")
			}
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "settings"), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			plain, result := reportOf(t, dir, "text"), reportOf(t, dir, "sarif")
			var log struct {
				Runs []struct {
					Results []struct{ Message struct{ Text string } }
				}
			}
			if err := json.Unmarshal([]byte(result), &log); err != nil {
				t.Fatal(err)
			}
			plain = strings.Join(strings.Fields(strings.ReplaceAll(plain, "|", " ")), " ") // lines may be broken anywhere
			var messages strings.Builder
			for _, r := range log.Runs[0].Results {
				messages.WriteString(r.Message.Text)
			}
			for _, note := range notes {
				if !strings.Contains(plain, note) {
					t.Errorf("the text report lacks %q:\n%s", note, plain)
				}
				if !strings.Contains(messages.String(), note) {
					t.Errorf("SARIF lacks %q:\n%s", note, messages.String())
				}
			}
		})
	}
}

// checkedExample makes an example of a rule that uses the check, with a secret that passes it, and what the check says.
func checkedExample(t *testing.T, packs []rules.Pack, scheme check.Scheme) (text string, notes []string) {
	t.Helper()
	for _, p := range packs {
		for _, rule := range p.Rules {
			if rule.Check != scheme.Name() {
				continue
			}
			pattern := rule.Pattern()
			if !rule.Reads() { // the check knows contents as a whole
				pattern = `(?s:.+)`
			}
			generator, err := sample.New(pattern, rule.SecretGroup, scheme.Mend)
			if err != nil {
				t.Fatal(err)
			}
			for i, template := range append(slices.Clone(rule.Examples), "{{match}}") {
				e, err := sample.Expand(template, generator, rand.New(rand.NewPCG(1, uint64(i))))
				if err == nil && len(e.Secrets) > 0 {
					return e.Text, scheme.Check(e.Text[e.Secrets[0].Start:e.Secrets[0].End]).Notes
				}
			}
		}
	}
	return "", nil
}

// reportOf returns what the command prints of a directory.
func reportOf(t *testing.T, dir, format string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "report")
	out, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	code := run([]string{"dir", "--format", format, dir}, os.Stdin, out, os.Stderr)
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	if code != 1 && code != 0 {
		t.Fatalf("exit code %d", code)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
