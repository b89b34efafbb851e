package rules

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestConfigScan(t *testing.T) {
	dir := write(t, map[string]string{ConfigName: `
[scan]
failOn = "severity=high"
maxSize = "10MB"
timeout = "1m30s"
inlineAllow = false
include = ["src/", "*.yml"]
exclude = ["gen/"]
[[scopes]]
description = "tests"
paths = ["src/test/"]
failOn = "never"
`})
	c := load(t, filepath.Join(dir, ConfigName))
	if c.Limits != (Limits{10e6, 90 * time.Second}) || !c.NoInlineAllow {
		t.Errorf("%+v, %v", c.Limits, c.NoInlineAllow)
	}
	size, timeout := int64(0), time.Second
	c.Override(Overrides{FailOn: Threshold{Confidence: ConfidenceHigh}, MaxSize: &size, Timeout: &timeout})
	if c.Limits != (Limits{0, time.Second}) {
		t.Errorf("%+v", c.Limits)
	}
	p := c.Policy()
	for path, want := range map[string]Threshold{
		"src/a": {ConfidenceHigh, SeverityHigh}, "src/test/a": {confidenceNever, SeverityHigh}, "": {ConfidenceHigh, SeverityHigh},
	} {
		if got := p.Threshold(path); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
	for path, want := range map[string]bool{"src/a": false, "b.yml": false, "b": true, "src/gen/a": true, "gen/b.yml": true} {
		if got := p.Excludes(path, false); got != want {
			t.Errorf("%s: excluded %v", path, got)
		}
	}
	for path, want := range map[string]bool{"src": false, "b": false, "src/gen": true, "src/gen/a": true} {
		if got := p.Excludes(path, true); got != want {
			t.Errorf("directory %s: excluded %v", path, got)
		}
	}
	if p.Blocks("src/a", SeverityMedium, ConfidenceHigh) || p.Blocks("src/a", SeverityHigh, ConfidenceMedium) ||
		!p.Blocks("src/a", SeverityCritical, ConfidenceHigh) || p.Blocks("src/test/a", SeverityCritical, ConfidenceHigh) {
		t.Error("the threshold does not decide")
	}
}

func TestThresholdText(t *testing.T) {
	for _, text := range append(ThresholdValues(), "severity=high,confidence=low") {
		threshold, err := ParseThreshold(text)
		again, err2 := ParseThreshold(threshold.String())
		if err != nil || err2 != nil || again != threshold {
			t.Errorf("%q is written %q", text, threshold)
		}
	}
	if _, err := ParseThreshold("nevr"); err == nil || !strings.HasSuffix(err.Error(), "(did you mean never?)") {
		t.Error(err)
	}
}

func TestConfigScanMistakes(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"unknown key", "[scan]\nexlude = ['a']\n", []string{`2: unknown key "exlude" (did you mean exclude?)`}},
		{"size", "[scan]\nmaxSize = '10 apples'\n", []string{`2: maxSize: "10 apples" is no size, for example 50MB`}},
		{"negative size", "[scan]\nmaxSize = -1\n", []string{`2: maxSize: "-1" is less than 0`}},
		{"type of size", "[scan]\nmaxSize = true\n", []string{`2: maxSize must be a size like "50MB", not true or false`}},
		{"timeout", "[scan]\ntimeout = '10 minutes'\n", []string{`2: timeout: "10 minutes" is no time`}},
		{"type of timeout", "[scan]\ntimeout = 10\n", []string{`2: timeout must be a string, not a whole number`}},
		{"type of inlineAllow", "[scan]\ninlineAllow = 'no'\n", []string{`2: inlineAllow must be true or false, not a string`}},
		{"patterns", "[scan]\nexclude = [\n'',\n'a[',\n'./b']\n", []string{`3: entry 1 of exclude is empty`, `4: exclude: the path pattern "a[": it matches nothing`, `5: exclude: the path pattern "./b": it begins with a dot`}},
		{"everything", "[scan]\nexclude = ['a/', '**']\n", []string{`2: exclude matches every path: nothing would be scanned`}},
		{"nothing included", "[scan]\ninclude = ['!a/']\n", []string{`2: include has only patterns that begin with !`}},
		{"both", "[scan]\ninclude = ['a/']\nexclude = ['b', 'a/']\n", []string{`3: the path pattern "a/" stands under exclude and, in line 2, under include`}},
		{"empty scope", "[[scopes]]\n", []string{"1: a [[scopes]] table has no paths", "1: a [[scopes]] table has no failOn"}},
		{"scope's keys", "[[scopes]]\npaths = ['a']\nfailon = 'hgh'\nrules = []\n", []string{`3: failOn: unknown confidence "hgh" (low, medium, high) (did you mean high?)`, `4: unknown key "rules"`}},
		{"scope that never counts", "[[scopes]]\npaths = ['a']\nfailOn = 'low'\n[[scopes]]\npaths = ['b', 'a']\nfailOn = 'high'\n", []string{`5: the path pattern "a" stands in the [[scopes]] table in line 1 already`}},
		{"enabled and disabled", "[packs]\nenabledRules = ['npm-access-token']\ndisabledRules = ['npm-access-token']\n", []string{`3: the rule "npm-access-token" stands under enabledRules (line 2) and under disabledRules (line 3)`}},
		{"targets of a disabled rule", "[packs]\ndisabledRules = ['npm-access-token']\n[[lower]]\ndescription = 'd'\npaths = ['p']\ntargetRules = ['npm-access-token']\n[[allowlists]]\npaths = ['p']\ntargetRules = ['npm-access-token']\n",
			[]string{`6: targetRules names the rule "npm-access-token", which disabledRules (line 2) leaves out`, `9: targetRules names the rule "npm-access-token"`}},
		{"change of a disabled rule", "[packs]\ndisabledRules = ['npm-access-token']\n[[rules]]\nid = 'npm-access-token'\nseverity = 'low'\n", []string{`4: rule "npm-access-token": it changes a rule that is disabled`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := write(t, map[string]string{ConfigName: test.text})
			path := filepath.Join(dir, ConfigName)
			c, err := LoadConfig(path)
			if err == nil {
				_, err = c.Set()
			}
			wantMistakes(t, err, path, test.want)
		})
	}
}

// A rule of the file's own may take the id of one that it disables, and be a target.
func TestConfigTargetsItsOwnRule(t *testing.T) {
	dir := write(t, map[string]string{ConfigName: "[packs]\ndisabledRules = ['npm-access-token']\n[[rules]]\nid = 'npm-access-token'\nregex = 'own_[0-9]{9}'\n[[lower]]\ndescription = 'd'\npaths = ['p']\ntargetRules = ['npm-access-token']\n"})
	setOf(t, load(t, filepath.Join(dir, ConfigName)))
}

// treeOf gives files that are in memory as a revision's.
func treeOf(files map[string]string) *Tree {
	return &Tree{Name: "main", Read: func(path string) ([]byte, error) {
		text, ok := files[path]
		if !ok {
			return nil, fs.ErrNotExist
		}
		return []byte(text), nil
	}}
}

func TestLoadConfigFrom(t *testing.T) {
	files := map[string]string{
		ConfigName:        "[packs]\nbuiltin = false\nfiles = ['packs/team.toml']\n[extend]\npath = './packs/../base.toml'\n",
		"packs/team.toml": teamPack,
		"base.toml":       "[scan]\nfailOn = 'low'\n[[rules]]\nid = 'base-key'\nregex = 'base[0-9]{9}'\n",
	}
	c, err := LoadConfigFrom(treeOf(files))
	if err != nil {
		t.Fatal(err)
	}
	set := setOf(t, c)
	if got := ids(set); got != "base-key team-key team-other" || c.Path != "main:"+ConfigName || set.Rules()[1].Pack != "team" {
		t.Errorf("rules %s, path %s, pack %s", got, c.Path, set.Rules()[1].Pack)
	}
	if len(c.Warnings) != 1 || c.Warnings[0].Error() != "main:base.toml:2: [scan] does not count in a configuration that another one extends; state it there" {
		t.Errorf("%v", c.Warnings)
	}
	if _, err := LoadConfigFrom(treeOf(nil)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no configuration: %v", err)
	}
	for text, want := range map[string]string{
		"[packs]\nfiles = ['../team.toml']\n":           "main:.keysieve.toml:2: packs.files: cannot read main:../team.toml: it does not lie in that revision",
		"[packs]\nfiles = ['/team.toml']\n":             "main:.keysieve.toml:2: packs.files: cannot read main:/team.toml: it does not lie in that revision",
		"[packs]\nfiles = ['absent.toml']\n":            "main:.keysieve.toml:2: packs.files: cannot read main:absent.toml: file does not exist",
		"[extend]\npath = '.keysieve.toml'\n":           "main:.keysieve.toml:2: extend.path: main:.keysieve.toml extends itself",
		"[packs]\nfiles = ['bad.toml']\n":               `main:bad.toml:1: unknown key "x"`,
		"[packs]\nbultin = false\n":                     `main:.keysieve.toml:2: unknown key "bultin" (did you mean builtin?)`,
		"[packs]\nfiles = [\n'packs/team.toml',\n'']\n": "main:.keysieve.toml:4: entry 2 of files is empty",
	} {
		files[ConfigName], files["bad.toml"] = text, "x = 1\n"
		c, err := LoadConfigFrom(treeOf(files))
		if err == nil {
			_, err = c.Set()
		}
		if err == nil || err.Error() != want {
			t.Errorf("%q: %v\nwant %s", text, err, want)
		}
	}
}

func TestSettings(t *testing.T) {
	dir := write(t, map[string]string{"team.toml": teamPack, "more.toml": "[[rules]]\nid = 'more-key'\nregex = 'more[0-9]{5}'\n", ConfigName: `[scan]
failOn = "severity=high"
exclude = [
  "a/",
  "b/",
]
timeout = "1m"
[packs]
builtin = false
files = ["team.toml"]
[[rules]]
id = "team-key"
severity = "low"
entropy = 1
[[allowlists]]
paths = ['x']
targetRules = ["team-key"]
[[lower]]
description = "d"
paths = ['x']
targetRules = ["team-key"]
[[scopes]]
paths = ["t/"]
failOn = "severity=low,confidence=high"
`})
	path := filepath.Join(dir, ConfigName)
	c := load(t, path)
	never, err := ParseThreshold("never")
	if err != nil {
		t.Fatal(err)
	}
	timeout := time.Duration(0)
	c.Override(Overrides{FailOn: never, Timeout: &timeout, Packs: []string{filepath.Join(dir, "more.toml")}, Disabled: []string{"team-other"}})
	setOf(t, c)
	var lines []string
	for _, s := range c.Settings() {
		lines = append(lines, strings.ReplaceAll(fmt.Sprintf("%s = %s (%s)", s.Key, s.Value, s.Source()), dir+string(filepath.Separator), ""))
	}
	want := `scan.failOn.confidence = never (flag --fail-on)
scan.failOn.severity = high (.keysieve.toml:2)
scan.include = every path (default)
scan.exclude = a/ (.keysieve.toml:4)
scan.exclude = b/ (.keysieve.toml:5)
scan.maxSize = no limit (default)
scan.timeout = no limit (flag --timeout)
scan.inlineAllow = true (default)
scan.strict = false (default)
scopes = t/: failOn severity=low,confidence=high (.keysieve.toml:23)
packs.builtin = false (.keysieve.toml:9)
packs.files = team.toml (.keysieve.toml:10)
packs.files = more.toml (flag --pack)
packs.enabledRules = all (default)
packs.disabledRules = team-other (flag --disable-rule)
rules = team-key: entropy, severity (.keysieve.toml:11)
allowlists = x (team-key) (.keysieve.toml:15)
lower = d (team-key) (.keysieve.toml:18)`
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, s := range (&Config{}).Settings() {
		if s.Source() != "default" {
			t.Errorf("without a file: %+v", s)
		}
	}
}

// Every key of [scan] is among the settings, with its line.
func TestSettingsAreComplete(t *testing.T) {
	values := map[string]string{"failOn": "'severity=low,confidence=low'", "include": "['a']", "exclude": "['b']", "maxSize": "1", "timeout": "'1s'", "inlineAllow": "true", "strict": "true"}
	for _, f := range scanFields() {
		dir := write(t, map[string]string{ConfigName: "[scan]\n" + f.name + " = " + values[f.name] + "\n"})
		found := false
		c := load(t, filepath.Join(dir, ConfigName))
		for _, s := range c.Settings() {
			found = found || strings.HasPrefix(s.Key, "scan."+f.name) && s.Line == 2 && s.File == c.Path
		}
		if !found {
			t.Errorf("%s is not shown", f.name)
		}
	}
}
