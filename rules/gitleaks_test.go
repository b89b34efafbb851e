package rules

import (
	"path/filepath"
	"strings"
	"testing"
)

// gitleaksText uses everything that gitleaks' own documentation shows, older
// spellings among it, and keys in other case, which gitleaks accepts.
const gitleaksText = `title = "Custom configuration"
description = "ours"
minVersion = "v8.25.0"

[extend]
useDefault = true
disabledRules = ["a-rule-of-gitleaks"]

[[rules]]
id = "Our Rule_1"
description = "our rule"
regex = '''(?i)our-(key|token)-([0-9a-f]{8,})'''
secretGroup = 2
entropy = 3.5
path = '''\.env$'''
keywords = ["Our-Key", "our-token"]
tags = ["tag", "another tag"]
skipReport = false
  [[rules.required]]
  id = "paths-only"
  withinLines = 5
  withinColumns = 10
  [[rules.allowlists]]
  description = "ignore commit A"
  condition = "OR"
  commits = ["commit-A", "commit-B"]
  paths = ['''go\.mod''']
  stopwords = ["client"]
  [[rules.allowlists]]
  condition = "AND"
  regexTarget = "match"
  regexes = ['''(?i)parseur[il]''']
  paths = ['''package-lock\.json''']

[[rules]]
id = "paths-only"
path = '''id_rsa$'''
Keywords = []
  [rules.allowlist]
  stopWords = ["old"]
  regexTarget = "line"
  regexes = ["spelling"]

[[rules]]
id = "another-rule-of-gitleaks"
  [[rules.allowlists]]
  regexTarget = "line"
  regexes = ["MY-"]

[[allowlists]]
description = "global"
commits = ["commit-A"]
paths = ['''gitleaks\.toml''']
regexTarget = "match"
regexes = ['''219-09-9999''']
stopwords = ["client"]

[[allowlists]]
targetRules = ["Our Rule_1", "a-third-rule-of-gitleaks"]
paths = ['''tests/expected/._\.json$''']
`

func TestGitleaksConfiguration(t *testing.T) {
	builtin, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{".gitleaks.toml", ConfigName} {
		dir := write(t, map[string]string{name: gitleaksText})
		c := load(t, filepath.Join(dir, name))
		set := setOf(t, c)
		if set.Len() != builtin.Len()+2 {
			t.Errorf("%s: %d rules, want the %d built-in ones and 2", name, set.Len(), builtin.Len())
		}
		i, ok := set.Index("Our Rule_1")
		if !ok {
			t.Fatalf("%s: the rule is not there", name)
		}
		r := set.Rules()[i]
		if r.Severity != SeverityHigh || r.Confidence != ConfidenceMedium || r.SecretGroup != 2 || r.Entropy != 3.5 ||
			strings.Join(r.Keywords, ",") != "our-key,our-token" || len(r.Allowlists) != 2 || !r.Allowlists[1].And ||
			r.Required[0] != (Required{ID: "paths-only", WithinLines: 5, WithinColumns: 10}) {
			t.Errorf("%s: %+v", name, r)
		}
		if n := len(set.Allowlists(i)); n != 4 { // two of its own, a global and a targeted one
			t.Errorf("%s: %d allowlists, want 4", name, n)
		}
		i, _ = set.Index("paths-only")
		old := set.Rules()[i].Allowlists[0]
		if old.Stopwords[0] != "old" || old.RegexTarget != TargetLine || old.Regexes[0] != "spelling" {
			t.Errorf("%s: older spelling: %+v", name, old)
		}
		var warnings []string
		for _, w := range c.Warnings {
			warnings = append(warnings, strings.TrimPrefix(w.Error(), filepath.Join(dir, name)))
		}
		want := []string{
			`:7: extend.disabledRules: there is no rule "a-rule-of-gitleaks"`,
			`:45: rule "another-rule-of-gitleaks": it has neither a regex nor near nor a path, and there is no rule of that id to change`,
			`:59: an allowlist's target rule "a-third-rule-of-gitleaks" does not exist`,
		}
		if len(warnings) != len(want) {
			t.Errorf("%s: warnings %q", name, warnings)
		}
		for i := range min(len(want), len(warnings)) {
			if !strings.HasPrefix(warnings[i], want[i]) {
				t.Errorf("%s: warning %q, want %q", name, warnings[i], want[i])
			}
		}
	}
}

// What another version of gitleaks knows is named and left out; the rest works.
func TestGitleaksConfigurationWithUnknownKeys(t *testing.T) {
	const own = "[[rules]]\nid = 'own'\nregex = 'ooooo'\n"
	tests := []struct {
		name, file, text string
		want             []string // warnings
	}{
		{
			"named", ".gitleaks.toml", own + "newKey = 1\n[[rules.allowlists]]\nregexs = ['x']\npaths = ['p']\n",
			[]string{`4: rule "own": unknown key "newKey"; it is ignored`, `6: rule "own": unknown key "regexs" (did you mean regexes?); it is ignored`},
		},
		{"named, without a dot", "ci/gitleaks.toml", "newTable = {}\n" + own, []string{`1: unknown key "newTable"; it is ignored`}},
		{"extends", "policy.toml", "[extend]\nusedefault = false\nnewKey = 3\n" + own, []string{`3: unknown key "newKey"; it is ignored`}},
		{"states gitleaks' version", "policy.toml", "minVersion = 'v9'\nnewKey = 3\n" + own, []string{`2: unknown key "newKey"; it is ignored`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := write(t, map[string]string{test.file: test.text, ConfigName: "[packs]\nbuiltin = false\nfiles = ['" + test.file + "']\n"})
			path := filepath.Join(dir, filepath.FromSlash(test.file))
			c := load(t, path)
			if _, ok := setOf(t, c).Index("own"); !ok {
				t.Error("the rule is missing")
			}
			wantWarnings(t, c, path, test.want)
			if strings.Contains(test.text, "extend") {
				return // it cannot be one of the packs
			}
			c = load(t, filepath.Join(dir, ConfigName))
			if _, ok := setOf(t, c).Index("own"); !ok {
				t.Error("the pack's rule is missing")
			}
			wantWarnings(t, c, path, test.want)
		})
	}
	dir := write(t, map[string]string{"policy.toml": "[scan]\nfailOn = 'low'\n[extend]\nnewKey = 1\n"})
	_, err := LoadConfig(filepath.Join(dir, "policy.toml"))
	wantMistakes(t, err, filepath.Join(dir, "policy.toml"), []string{`4: unknown key "newKey"`})
}

func wantWarnings(t *testing.T, c *Config, path string, want []string) {
	t.Helper()
	var got []string
	for _, w := range c.Warnings {
		got = append(got, strings.TrimPrefix(w.Error(), path+":"))
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("warnings %q, want %q", got, want)
	}
}

func TestWhetherBuiltinRulesTakePart(t *testing.T) {
	const rule = "[[rules]]\nid = 'a'\nregex = 'aaaa'\n"
	for _, test := range []struct {
		name, text string
		want       bool
	}{
		{".gitleaks.toml", rule, false},
		{"team-gitleaks.toml", rule, false},
		{".gitleaks.toml", "[extend]\nuseDefault = true\n", true},
		{".gitleaks.toml", "[packs]\nbuiltin = true\n" + rule, true},
		{ConfigName, rule, true},
		{ConfigName, "[extend]\nuseDefault = true\n" + rule, true},
		{ConfigName, "[extend]\nuseDefault = false\n" + rule, false},
		{ConfigName, "[packs]\nbuiltin = false\n" + rule, false},
		{"/gitleaks/" + ConfigName, rule, true}, // the directory's name says nothing
	} {
		c, err := decodeConfig(nil, test.name, []byte(test.text))
		if err != nil {
			t.Fatal(err)
		}
		if got := c.wantsBuiltin(); got != test.want {
			t.Errorf("%s with %q: %v, want %v", test.name, test.text, got, test.want)
		}
	}
}

func TestExtendPath(t *testing.T) {
	dir := write(t, map[string]string{
		"ci/.gitleaks.toml": `
[extend]
path = "base.toml"
disabledRules = ["base-b"]
[[rules]]
id = "base-a"
entropy = 3.1
[[rules]]
id = "own"
regex = "ooooo"
`,
		"ci/base.toml": `
[extend]
path = "deeper/root.toml"
[[rules]]
id = "base-a"
regex = "aaaa[0-9]"
description = "A"
[[rules]]
id = "base-b"
regex = "bbbb[0-9]"
[[allowlists]]
paths = ["p"]
`,
		"ci/deeper/root.toml": "[[rules]]\nid = 'root'\nregex = 'rrrr'\n",
		"loop/a.toml":         "[extend]\npath = 'b.toml'\n",
		"loop/b.toml":         "[extend]\npath = 'a.toml'\n",
	})
	set := setOf(t, load(t, filepath.Join(dir, "ci", ".gitleaks.toml")))
	if got := ids(set); got != "root base-a own" {
		t.Errorf("rules: %s", got)
	}
	if r := set.Rules()[1]; r.Entropy != 3.1 || r.Description != "A" || r.Regex != "aaaa[0-9]" {
		t.Errorf("base-a: %+v", r)
	}
	if len(set.Allowlists(0)) != 1 {
		t.Error("the base's allowlist is missing")
	}
	_, err := load(t, filepath.Join(dir, "loop", "a.toml")).Set()
	wantMistakes(t, err, filepath.Join(dir, "loop", "b.toml"), []string{"2: extend.path: "})

	// The built-in rules take part once, whoever asks for them.
	twice := write(t, map[string]string{
		ConfigName:  "[packs]\nbuiltin = true\n[extend]\npath = 'base.toml'\n",
		"base.toml": "[extend]\nuseDefault = true\n[[rules]]\nid = 'own'\nregex = 'ooooo'\n",
	})
	var builtin *Set
	if builtin, err = Builtin(); err != nil {
		t.Fatal(err)
	}
	if n := setOf(t, load(t, filepath.Join(twice, ConfigName))).Len(); n != builtin.Len()+1 {
		t.Errorf("%d rules, want %d", n, builtin.Len()+1)
	}

	// gitleaks reads the path from where it is started.
	t.Chdir(dir)
	other := write(t, map[string]string{".gitleaks.toml": "[extend]\npath = 'ci/base.toml'\n"})
	if got := ids(setOf(t, load(t, filepath.Join(other, ".gitleaks.toml")))); got != "root base-a base-b" {
		t.Errorf("from the working directory: %s", got)
	}
}

func TestGitleaksIDsMeanBuiltinRules(t *testing.T) {
	builtin, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	var b builder
	for i, r := range builtin.Rules() {
		b.entries = append(b.entries, entry{rule: r})
		b.index = map[string]int{r.ID: i}
	}
	for _, g := range gitleaksIDs {
		id := g.id
		if _, ok := builtin.Index(id); ok {
			t.Errorf("%s is a rule of ours", id)
		}
		if len(b.known(id, true)) == 0 {
			t.Errorf("%s: no built-in rule is like %q", id, g.here)
		}
		if len(b.known(id, false)) != 0 {
			t.Errorf("%s is known outside gitleaks' configurations", id)
		}
	}
}

func TestGitleaksIDsInConfigurations(t *testing.T) {
	builtin, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	dir := write(t, map[string]string{".gitleaks.toml": `
[extend]
useDefault = true
disabledRules = ["generic-api-key"]
[[rules]]
id = "github-pat"
[[rules.allowlists]]
stopwords = ["ours"]
[[allowlists]]
targetRules = ["github-fine-grained-pat"]
paths = ["tests/"]
`})
	c := load(t, filepath.Join(dir, ".gitleaks.toml"))
	set := setOf(t, c)
	if len(c.Warnings) > 0 {
		t.Errorf("warnings %v", c.Warnings)
	}
	if strings.Contains(" "+ids(set), " generic-") || !strings.Contains(" "+ids(builtin), " generic-") {
		t.Error("the generic rules are still there")
	}
	for id, more := range map[string]int{"github-pat-classic": 1, "github-pat-fine-grained": 1, "gitlab-pat": 0} {
		i, _ := set.Index(id)
		j, _ := builtin.Index(id)
		if got, was := len(set.Allowlists(i)), len(builtin.Allowlists(j)); got != was+more {
			t.Errorf("%s has %d allowlists, had %d", id, got, was)
		}
	}
}
