package rules_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/keysieve/keysieve/rules"
)

// TestPrepared: what was derived of the built-in rules ahead counts for a configuration that leaves them as they are, and for no other.
func TestPrepared(t *testing.T) {
	for name, c := range map[string]struct {
		config string
		want   bool
	}{
		"empty":             {"", true},
		"an allowlist":      {"[[allowlists]]\npaths = ['^docs/']\n", true},
		"strict":            {"[scan]\nstrict = true\n", true},
		"a rule disabled":   {"[packs]\ndisabledRules = [\"npm-access-token\"]\n", false},
		"only one rule":     {"[packs]\nenabledRules = [\"npm-access-token\"]\n", false},
		"a rule added":      {"[[rules]]\nid = \"own-token\"\nregex = 'own-[0-9]{12}'\n", false},
		"a rule changed":    {"[[rules]]\nid = \"npm-access-token\"\nkeywords = [\"npm\"]\n", false},
		"one out, one in":   {"[packs]\ndisabledRules = [\"npm-access-token\"]\n[[rules]]\nid = \"own-token\"\nregex = 'own-[0-9]{12}'\n", false},
		"only rules of own": {"[packs]\nbuiltin = false\n[[rules]]\nid = \"own-token\"\nregex = 'own-[0-9]{12}'\n", false},
	} {
		path := filepath.Join(t.TempDir(), ".keysieve.toml")
		if err := os.WriteFile(path, []byte(c.config), 0o600); err != nil {
			t.Fatal(err)
		}
		config, err := rules.LoadConfig(path)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		set, err := config.Set()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, ok := set.Prepared(); ok != c.want {
			t.Errorf("%s: prepared is %v", name, ok)
		}
	}
}

// TestPackedLiterals: rules keep their literals when they are prepared.
func TestPackedLiterals(t *testing.T) {
	prepared, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	written, err := rules.NewSet(builtinPacks(t)...)
	if err != nil {
		t.Fatal(err)
	}
	for i := range written.Len() {
		want, got := written.Literals(i), prepared.Literals(i)
		if len(want) != len(got) {
			t.Errorf("%s: %d literals, want %d", written.Rules()[i].ID, len(got), len(want))
			continue
		}
		for k := range want {
			if want[k] != got[k] {
				t.Errorf("%s: %+v, want %+v", written.Rules()[i].ID, got[k], want[k])
			}
		}
	}
}
