package rules

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// writeFiles writes files into a new directory and returns their paths by name.
func writeFiles(t *testing.T, files map[string]string) func(string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return func(name string) string { return filepath.Join(dir, name) }
}

const draftRule = `
[[rules]]
id = "acme-key"
description = "ACME key"
regex = '''\b(acme_[0-9a-f]{20})\b'''
severity = "high"
confidence = "high"
`

func TestOpenDraft(t *testing.T) {
	path := writeFiles(t, map[string]string{
		"pack.toml": "[pack]\nid = \"pack\"\n" + draftRule,
		".keysieve.toml": "[packs]\nfiles = [\"pack.toml\"]\n" + strings.ReplaceAll(draftRule, "acme", "acmo") +
			"[[rules]]\nid = \"github-pat-classic\"\nseverity = \"low\"\n",
		"other.toml":    "[scan]\nfailOn = \"high\"\n",
		"gitleaks.toml": "[allowlist]\npaths = ['x']\n" + strings.ReplaceAll(strings.ReplaceAll(draftRule, "severity = \"high\"\n", ""), "confidence = \"high\"\n", ""),
		"wrong.toml":    "[[rules]]\nid = 7\n",
		"needs.toml":    "[pack]\nid = \"needs\"\n" + draftRule + "[[rules.required]]\nid = \"github-pat-classic\"\n",
	})
	tests := []struct {
		name  string
		files []string
		ids   []string // that the files state
		alone []string // of their own
		all   bool     // with the built-in rules
		err   string
	}{
		{"pack", []string{"pack.toml"}, []string{"acme-key"}, []string{"acme-key"}, true, ""},
		{"configuration", []string{".keysieve.toml"}, []string{"acme-key", "acmo-key", "github-pat-classic"}, []string{"acme-key", "acmo-key"}, true, ""},
		{"gitleaks", []string{"gitleaks.toml"}, []string{"acme-key"}, []string{"acme-key"}, false, ""},
		{"requirement that is not there", []string{"needs.toml"}, []string{"acme-key"}, []string{"acme-key"}, true, ""},
		{"two packs with one id", []string{"pack.toml", "needs.toml"}, nil, nil, false, "the id is taken already"},
		{"two configurations", []string{".keysieve.toml", "other.toml"}, nil, nil, false, "is a second configuration"},
		{"not valid", []string{"wrong.toml"}, nil, nil, false, "wrong.toml:2"},
		{"not there", []string{"none.toml"}, nil, nil, false, "cannot read the rules"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var paths []string
			for _, name := range test.files {
				paths = append(paths, path(name))
			}
			d, err := OpenDraft(paths...)
			var full, own *Set
			if err == nil {
				full, err = d.Set()
			}
			if err == nil {
				own, err = d.Alone()
			}
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("error %v, want %q", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := d.IDs(); !slices.Equal(got, test.ids) {
				t.Errorf("states %q, want %q", got, test.ids)
			}
			var alone []string
			for _, r := range own.Rules() {
				alone = append(alone, r.ID)
				if len(r.Required) > 0 {
					t.Errorf("%s requires %v, which is left out", r.ID, r.Required)
				}
			}
			if !slices.Equal(alone, test.alone) {
				t.Errorf("alone %q, want %q", alone, test.alone)
			}
			if (full.Len() > 500) != test.all {
				t.Errorf("%d rules together", full.Len())
			}
		})
	}
}

// Only keeps what applies to the rules that are kept.
func TestOnly(t *testing.T) {
	set, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	part := set.Only(func(r *Rule) bool { return r.ID == "private-key" || r.ID == "github-pat-classic" })
	if part.Len() != 2 {
		t.Fatalf("%d rules", part.Len())
	}
	for i, r := range part.Rules() {
		at, ok := part.Index(r.ID)
		old, _ := set.Index(r.ID)
		if !ok || at != i || part.Shape(i) != set.Shape(old) || len(part.Allowlists(i)) != len(set.Allowlists(old)) {
			t.Errorf("%s: other than before", r.ID)
		}
		const path = "tests/key.pem"
		_, before := set.Lowered(old, path)
		if _, now := part.Lowered(i, path); now != before {
			t.Errorf("%s: lowered %v, before %v", r.ID, now, before)
		}
		if whole, err := part.Program(i).Whole(); err != nil || whole == nil {
			t.Errorf("%s: %v", r.ID, err)
		}
	}
}

func TestCheckDraft(t *testing.T) {
	for name, c := range map[string]struct {
		path, text string
		right      bool
	}{
		"pack":                    {"a.toml", "[pack]\nid = \"a\"\n" + draftRule, true},
		"configuration":           {ConfigName, "[scan]\nfailOn = \"high\"\n" + draftRule, true},
		"configuration, by table": {"a.toml", "[scan]\nfailOn = \"high\"\n" + draftRule, true},
		"an id twice":             {"a.toml", "[pack]\nid = \"a\"\n" + draftRule + draftRule, false},
		"no TOML":                 {"a.toml", "[pack", false},
	} {
		if err := CheckDraft(c.path, []byte(c.text)); (err == nil) != c.right {
			t.Errorf("%s: %v", name, err)
		}
	}
}
