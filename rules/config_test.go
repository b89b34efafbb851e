package rules

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// write makes files in a new directory and returns its path.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func load(t *testing.T, path string) *Config {
	t.Helper()
	c, err := LoadConfig(path)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func setOf(t *testing.T, c *Config) *Set {
	t.Helper()
	set, err := c.Set()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

const teamPack = `[pack]
id = "team"
[[rules]]
id = "team-key"
description = "Team key"
regex = '''\b(team_([0-9a-f]{8}))\b'''
secretGroup = 1
keywords = ["team_"]
entropy = 2.5
check = "github"
onFail = "drop"
severity = "low"
confidence = "high"
examples = ["{{secret}}", "k={{secret}}"]
tags = ["a"]
[[rules.allowlists]]
stopwords = ["x"]
[[rules]]
id = "team-other"
regex = 'other[0-9]{4}'
`

func TestConfigChangesRulesByID(t *testing.T) {
	base := decode(t, "team.toml", teamPack).Rules[0]
	tests := []struct {
		name, keys string
		change     func(*Rule)
	}{
		{"nothing", "", func(*Rule) {}},
		{"levels", "severity = 'critical'\nconfidence = 'low'", func(r *Rule) { r.Severity, r.Confidence = SeverityCritical, ConfidenceLow }},
		{"texts", "description = 'D'\nremedy = 'R'\ndocs = 'O'\nprovider = 'P'",
			func(r *Rule) { r.Description, r.Remedy, r.Docs, r.Provider = "D", "R", "O", "P" }},
		{"off", "entropy = 0\nskipReport = true\ncheck = ''\nonFail = 'lower'",
			func(r *Rule) { r.Entropy, r.SkipReport, r.Check, r.OnFail = 0, true, "", Lower }},
		{"group", "secretGroup = 2", func(r *Rule) { r.SecretGroup = 2 }},
		{"added", "tags = ['a', 'b']\nkeywords = ['B']\n[[rules.allowlists]]\npaths = ['p']",
			func(r *Rule) {
				r.Tags, r.Keywords = []string{"a", "b"}, []string{"team_", "b"}
				r.Allowlists = []Allowlist{{Stopwords: []string{"x"}}, {Paths: []string{"p"}}}
			}},
		{"older allowlist", "[rules.allowlist]\npaths = ['p']",
			func(r *Rule) { r.Allowlists = []Allowlist{{Stopwords: []string{"x"}}, {Paths: []string{"p"}}} }},
		{"regex", "regex = 'our_[0-9]{8}'", func(r *Rule) {
			r.Regex = "our_[0-9]{8}"
			r.SecretGroup, r.Check, r.OnFail, r.Keywords, r.Examples = 0, "", Lower, nil, nil
		}},
		{"regex and more", "check = 'npm'\nkeywords = ['our_']\nregex = '(our_[0-9]{8})'\nsecretGroup = 1", func(r *Rule) {
			r.Regex = "(our_[0-9]{8})"
			r.SecretGroup, r.Check, r.OnFail, r.Keywords, r.Examples = 1, "npm", Lower, []string{"team_", "our_"}, nil
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := write(t, map[string]string{
				"packs/team.toml": teamPack,
				ConfigName:        "[packs]\nbuiltin = false\nfiles = ['packs/team.toml']\n[[rules]]\nid = 'team-key'\n" + test.keys + "\n",
			})
			set := setOf(t, load(t, filepath.Join(dir, ConfigName)))
			if got := ids(set); got != "team-key team-other" {
				t.Fatalf("rules: %s", got)
			}
			want := base
			test.change(&want)
			if got := *set.Rules()[0]; !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
			if whole, err := set.Program(0).Whole(); err != nil || whole.String() != set.Shape(0).Regex || !strings.HasPrefix(want.Regex[3:], "team_") && !whole.MatchString("our_12345678") {
				t.Errorf("regex %v, %v", whole, err)
			}
		})
	}
}

func TestConfigWithBuiltinRules(t *testing.T) {
	builtin, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	first, second := builtin.Rules()[0], builtin.Rules()[1]
	dir := write(t, map[string]string{
		"own.toml": `
[scan]
failOn = "severity=medium,confidence=high"
[packs]
disabledRules = ["` + first.ID + `"]
[[rules]]
id = "own-key"
regex = "own_[0-9]{9}"
[[rules]]
id = "` + second.ID + `"
severity = "low"
[[allowlists]]
stopwords = ["nothing"]
`,
		"only.toml":  "[packs]\nenabledRules = ['" + second.ID + "']\n",
		"again.toml": "[packs]\ndisabledRules = ['" + first.ID + "']\n[[rules]]\nid = '" + first.ID + "'\nregex = 'own_[0-9]{9}'\n",
		"none.toml":  "",
	})
	c := load(t, filepath.Join(dir, "own.toml"))
	if c.FailOn != (Threshold{ConfidenceHigh, SeverityMedium}) {
		t.Errorf("FailOn = %+v", c.FailOn)
	}
	set := setOf(t, c)
	if set.Len() != builtin.Len() {
		t.Errorf("%d rules, want %d", set.Len(), builtin.Len())
	}
	if _, ok := set.Index(first.ID); ok {
		t.Errorf("%s is still there", first.ID)
	}
	i, _ := set.Index(second.ID)
	if r := set.Rules()[i]; r.Severity != SeverityLow || r.Description != second.Description {
		t.Errorf("changed rule: %+v", r)
	}
	if !reflect.DeepEqual(set.Shape(i), builtin.Shape(1)) {
		t.Errorf("the shape changed: %+v", set.Shape(i))
	}
	if i, ok := set.Index("own-key"); !ok || set.Rules()[i].Severity != SeverityHigh || set.Rules()[i].Confidence != ConfidenceMedium {
		t.Error("the new rule has not the default levels")
	}
	if got := ids(setOf(t, load(t, filepath.Join(dir, "only.toml")))); got != second.ID {
		t.Errorf("enabled: %s", got)
	}
	set = setOf(t, load(t, filepath.Join(dir, "again.toml")))
	if i, ok := set.Index(first.ID); !ok || set.Rules()[i].Description != "" {
		t.Error("a disabled rule's id was not free for a new one")
	}
	if n := setOf(t, load(t, filepath.Join(dir, "none.toml"))).Len(); n != builtin.Len() {
		t.Errorf("an empty configuration gives %d rules", n)
	}
}

func TestConfigMistakes(t *testing.T) {
	const none = "[packs]\nbuiltin = false\n"
	tests := []struct {
		name, text string
		want       []string
	}{
		{"carriage returns alone", "[scan]\rmaxSize = 1\r", []string{"1: TOML files cannot contain control characters: '0x0d'"}},
		{"syntax", "[packs x]\n", []string{"1: expected '.' or ']'"}},
		{"waivers", "[[waivers]]\nid = 'a'\n", []string{`1: unknown key "waivers"`}},
		{"pack's key", "[pack]\nid = 'a'\n", []string{`1: unknown key "pack" (did you mean packs?)`}},
		{"unknown key", "[scan]\nfail_on = 'high'\n", []string{`2: unknown key "fail_on" (did you mean failOn?)`}},
		{"bad level", "[scan]\nfailOn = 'always'\n", []string{`2: failOn: unknown confidence "always"`}},
		{"another's level", "[scan]\nfailOn = 'critical'\n", []string{`2: failOn: unknown confidence "critical" (low, medium, high) (did you mean severity=critical?)`}},
		{"bad key of a level", "\n[scan]\nfailOn = 'severty=high'\n", []string{`3: failOn: unknown key "severty" (severity, confidence) (did you mean severity?)`}},
		{"number for level", "[scan]\nfailOn = 3\n", []string{`2: failOn must be a string, not a whole number`}},
		{"number for rule id", "[packs]\nenabledRules = ['a', 3]\n", []string{`2: enabledRules must be a list of strings; entry 2 is a whole number`}},
		{"not UTF-8", "\xff\xfe[scan]\n", []string{`1: it is not UTF-8 text`}},
		{"empty match", none + "[[rules]]\nid = 'a'\nregex = '(aaa)?|b*'\n", []string{`5: rule "a": the regex matches the empty text`}},
		{"empty match at a place", none + "[[rules]]\nid = 'a'\nregex = '\\b'\n", []string{`5: rule "a": the regex matches the empty text`}},
		{"gitleaks' keys in keysieve's file", "minVersion = 'v8'\n[[rules]]\nid = 'a'\nregex = 'aaaa'\nnewKey = 1\n", []string{`5: rule "a": unknown key "newKey"`}},
		{"wrong type", "packs = ['a.toml']\n", []string{`1: packs must be a table, not a list`}},
		{"missing pack", none + "files = [\n'absent.toml']\n", []string{"4: packs.files: cannot read DIR/absent.toml: no such file or directory"}},
		{"empty pack name", none + "files = ['']\n", []string{"3: entry 1 of files is empty"}},
		{"unknown disabled rule", none + "files = ['team.toml']\ndisabledRules = ['team-kee']\n", []string{`4: disabledRules: there is no rule "team-kee" (did you mean team-key?)`}},
		{"unknown enabled rule", none + "files = ['team.toml']\nenabledRules = ['zzz']\n", []string{`4: enabledRules: there is no rule "zzz"`}},
		{"change of nothing", none + "files = ['team.toml']\n[[rules]]\nid = 'team-kee'\ntags = ['a']\n",
			[]string{`5: rule "team-kee": it has neither a regex nor near nor a path, and there is no rule of that id to change (did you mean team-key?)`}},
		{"override of nothing", none + "[[rules]]\nid = 'a'\noverride = true\nregex = 'b'\n", []string{`5: rule "a": it overrides a rule that does not exist`}},
		{"group", none + "files = ['team.toml']\n[[rules]]\nid = 'team-key'\nsecretGroup = 3\n", []string{`6: rule "team-key": secretGroup is 3, but the regex has 2 capture groups`}},
		{"bad change", none + "files = ['team.toml']\n[[rules]]\nid = 'team-key'\nregex = '('\nseverity = 'x'\n[[rules.allowlists]]\n",
			[]string{`6: rule "team-key": regex: missing closing )`, `7: rule "team-key": unknown severity`, `8: rule "team-key": an allowlist has no condition`}},
		{"duplicate", none + "[[rules]]\nid = 'a'\nregex = 'b'\n[[rules]]\nid = 'a'\nregex = 'b'\n", []string{`7: rule "a": the id is taken already, by the rule in line 4`}},
		{"default and path", "[extend]\nuseDefault = true\npath = 'team.toml'\n", []string{"1: extend.useDefault and extend.path exclude each other"}},
		{"default and none", none + "[extend]\nuseDefault = true\n", []string{"2: packs.builtin = false contradicts"}},
		{"network", "[extend]\nurl = 'https://example.com/x.toml'\n", []string{"2: extend.url is not supported"}},
		{"missing base", "[extend]\npath = 'absent.toml'\n", []string{"2: extend.path: cannot read DIR/absent.toml: no such file or directory"}},
		{"itself", "[extend]\npath = '.keysieve.toml'\n", []string{"2: extend.path: DIR/.keysieve.toml extends itself"}},
		{"required and disabled", none + "files = ['pair.toml']\ndisabledRules = ['pair-b']\n", []string{`pair.toml:5: rule "pair-a": it requires the rule "pair-b", which is disabled`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := write(t, map[string]string{
				"team.toml": teamPack, ConfigName: test.text,
				"pair.toml": "[[rules]]\nid = 'pair-a'\nregex = 'aaaa'\n[[rules.required]]\nid = 'pair-b'\n[[rules]]\nid = 'pair-b'\nregex = 'bbbb'\n",
			})
			path := filepath.Join(dir, ConfigName)
			c, err := LoadConfig(path)
			if err == nil {
				_, err = c.Set()
			}
			for i := range test.want {
				test.want[i] = strings.ReplaceAll(test.want[i], "DIR", dir)
			}
			if rest, ok := strings.CutPrefix(test.want[0], "pair.toml:"); ok {
				wantMistakes(t, err, filepath.Join(dir, "pair.toml"), []string{rest})
				return
			}
			wantMistakes(t, err, path, test.want)
		})
	}
}

func TestMistakesInPackFilesNameTheirFile(t *testing.T) {
	dir := write(t, map[string]string{
		"a.toml": "[[rules]]\nid = 'a'\n", "b.toml": "x = 1\n",
		ConfigName: "[packs]\nbuiltin = false\nfiles = ['a.toml', 'b.toml']\ndisabledRules = ['a']\n",
	})
	_, err := load(t, filepath.Join(dir, ConfigName)).Set()
	want := filepath.Join(dir, "a.toml") + ":1: rule \"a\": it has neither a regex nor near nor a path, so that it would match nothing\n" +
		filepath.Join(dir, "b.toml") + ":1: unknown key \"x\""
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestLoadConfigUnreadable(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{dir, filepath.Join(dir, "absent.toml")} {
		if _, err := LoadConfig(path); err == nil || !strings.HasPrefix(err.Error(), path+": cannot read the configuration: ") {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestFindConfig(t *testing.T) {
	dir := write(t, map[string]string{"a/b/c/x": "", "a/" + ConfigName: "", "a/b/d/" + ConfigName: ""})
	at := func(path string) string { return filepath.Join(dir, filepath.FromSlash(path)) }
	for _, test := range []struct{ from, stop, want string }{
		{"a/b/c", "a", "a/" + ConfigName},
		{"a/b/c", "a/b", ""},
		{"a/b/c", "a/b/c", ""},
		{"a/b/d", "a/b/d", "a/b/d/" + ConfigName},
		{"a/b/d", "", "a/b/d/" + ConfigName},
		{"a", "a/b", "a/" + ConfigName},
		{"a/b/absent", "a", "a/" + ConfigName},
	} {
		stop, want := test.stop, test.want
		if stop != "" {
			stop = at(stop)
		}
		if want != "" {
			want = at(want)
		}
		if got, err := FindConfig(at(test.from), stop); err != nil || got != want {
			t.Errorf("from %s up to %s: %q, %v, want %q", test.from, test.stop, got, err, want)
		}
	}
}
