package rules

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

const fullPack = `[pack]
id = "acme-services"
description = "Credentials of ACME"

[[rules]]
id = "acme-api-key"
description = "ACME API key"
provider = "ACME"
regex = '''\b(acme_[0-9a-f]{32})\b'''
path = '''\.env$'''
secretGroup = 1
entries = "data"
keywords = ["ACME_"]
entropy = 3
randomness = 4.5
generic = true
judge = true
check = "github"
onFail = "drop"
severity = "critical"
confidence = "low"
remedy = "Revoke it"
docs = "https://acme.example/docs"
examples = ["k={{secret}}"]
counterexamples = ["acme_x"]
maxLength = 256
tags = ["a", "b"]
skipReport = true
public = true
stored = true

[[rules.required]]
id = "acme-account"
withinLines = 3
optional = true

[[rules.allowlists]]
description = "tests"
condition = "AND"
paths = ['''_test\.go$''']
regexes = ['''^acme_0''']
regexTarget = "match"
stopwords = ["example"]
commits = ["deadbeef"]
onlyHere = true

[[rules]]
id = "acme-account"
path = 'account\.json'
near = { name = "acme", value = "[0-9a-f]{32}", other = "[0-9A-Za-z]{20,60}", keyed = true }

[[allowlists]]
targetRules = ["acme-account"]
paths = ["vendor/"]
`

func TestDecodePack(t *testing.T) {
	got, err := DecodePack("acme.toml", []byte(fullPack))
	if err != nil {
		t.Fatal(err)
	}
	want := []Rule{{
		ID: "acme-api-key", Description: "ACME API key", Provider: "ACME", Regex: `\b(acme_[0-9a-f]{32})\b`, Path: `\.env$`,
		SecretGroup: 1, Entries: "data", Keywords: []string{"acme_"}, Entropy: 3, Randomness: 4.5, Generic: true, Judge: true, Stored: true,
		Check: "github", OnFail: Drop, Severity: SeverityCritical, Confidence: ConfidenceLow,
		Remedy: "Revoke it", Docs: "https://acme.example/docs", Examples: []string{"k={{secret}}"}, Counterexamples: []string{"acme_x"},
		MaxLength: 256, Tags: []string{"a", "b"}, SkipReport: true, Public: true,
		Required: []Required{{ID: "acme-account", WithinLines: 3, WithinColumns: -1, Optional: true}},
		Allowlists: []Allowlist{{
			Description: "tests", And: true, Paths: []string{`_test\.go$`}, Regexes: []string{`^acme_0`},
			RegexTarget: TargetMatch, Stopwords: []string{"example"}, Commits: []string{"deadbeef"}, OnlyHere: true,
		}},
		Pack: "acme-services",
	}, {
		ID: "acme-account", Path: `account\.json`, Near: Near{Name: "acme", Value: "[0-9a-f]{32}", Other: "[0-9A-Za-z]{20,60}", Keyed: true},
		Severity: SeverityHigh, Confidence: ConfidenceMedium, Pack: "acme-services",
	}}
	if got.ID != "acme-services" || got.Description != "Credentials of ACME" {
		t.Errorf("pack is %q, %q", got.ID, got.Description)
	}
	for i := range want {
		if !reflect.DeepEqual(got.Rules[i], want[i]) {
			t.Errorf("rule %d:\ngot  %+v\nwant %+v", i, got.Rules[i], want[i])
		}
	}
	lists := []Allowlist{{TargetRules: []string{"acme-account"}, Paths: []string{"vendor/"}}}
	if !reflect.DeepEqual(got.Allowlists, lists) {
		t.Errorf("allowlists: %+v", got.Allowlists)
	}
}

// TestEveryFieldIsDecoded fails when Rule gains a field that packs cannot set.
func TestEveryFieldIsDecoded(t *testing.T) {
	pack, err := DecodePack("acme.toml", []byte(fullPack))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []reflect.Value{reflect.ValueOf(pack.Rules[0]), reflect.ValueOf(pack.Rules[0].Allowlists[0]), reflect.ValueOf(pack.Rules[0].Required[0]), reflect.ValueOf(pack.Rules[1].Near)} {
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if v.Field(i).IsZero() && name != "TargetRules" && name != "Near" && v.Type().Field(i).IsExported() {
				t.Errorf("%s.%s is not set by any key", v.Type(), name)
			}
		}
	}
}

// minimal is a valid rule of three lines to which tests add a mistake in line 4.
const minimal = "[[rules]]\nid = \"acme-key\"\nregex = 'acme_(\\w{8})'\n"

func TestDecodePackMistakes(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string // "line: part of the message"
	}{
		{"syntax", "[pack]\nid = \"a\nb\"\n", []string{`2: strings cannot contain newlines`}},
		{"not UTF-8", "[pack]\nid = \"\xff\"\n", []string{`2: it is not UTF-8 text`}},
		{"UTF-16 mark", "\xff\xfe" + minimal, []string{`1: it is not UTF-8 text`}},
		{"key twice", minimal + "id = 'b'\n", []string{`4: key 'rules.id' has already been defined`}},
		{"unknown key", minimal + "secret_group = 1\n", []string{`4: rule "acme-key": unknown key "secret_group" (did you mean secretGroup?)`}},
		{"unknown key, misspelt", minimal + "desciption = 'x'\n", []string{`4: rule "acme-key": unknown key "desciption" (did you mean description?)`}},
		{"unknown key like no other", minimal + "zzz = 1\n", []string{`4: rule "acme-key": unknown key "zzz"`}},
		{"unknown table", minimal + "[zzz]\n", []string{`4: unknown key "zzz"`}},
		{"unknown pack key", "[pack]\nid = 'a'\nname = 'b'\n", []string{`3: unknown key "name"`}},
		{"unknown allowlist key", minimal + "[[rules.allowlists]]\npath = ['a']\n",
			[]string{`4: rule "acme-key": an allowlist has no condition`, `5: rule "acme-key": unknown key "path" (did you mean paths?)`}},
		{"target rules in a rule", minimal + "[[rules.allowlists]]\npaths = ['a']\ntargetRules = ['b']\n", []string{`6: rule "acme-key": unknown key "targetRules"`}},
		{"configuration's key", "[scan]\nfailOn = 'high'\n", []string{`1: [scan] has no meaning in a pack: it belongs in .keysieve.toml`}},
		{"gitleaks' extension", "[Extend]\nuseDefault = true\n", []string{`1: [extend] has no meaning in a pack`}},
		{"two spellings", minimal + "Regex = 'b'\n", []string{`4: rule "acme-key": regex is given twice`}},
		{"text for number", minimal + "entropy = '3'\n", []string{`4: rule "acme-key": entropy must be a number, not a string`}},
		{"fraction for integer", minimal + "secretGroup = 1.5\n", []string{`4: rule "acme-key": secretGroup must be a whole number, not a number`}},
		{"number for text", minimal + "description = 3\n", []string{`4: rule "acme-key": description must be a string, not a whole number`}},
		{"text for list", minimal + "keywords = 'a'\n", []string{`4: rule "acme-key": keywords must be a list of strings, not a string`}},
		{"number in list", minimal + "tags = ['a',\n 3]\n", []string{`5: rule "acme-key": tags must be a list of strings; entry 2 is a whole number`}},
		{"text for boolean", minimal + "generic = 'yes'\n", []string{`4: rule "acme-key": generic must be true or false, not a string`}},
		{"text for table", minimal + "required = 'a'\n", []string{`4: rule "acme-key": required must be a list of tables ([[required]]), not a string`}},
		{"date", minimal + "docs = 2020-01-01\n", []string{`4: rule "acme-key": docs must be a string, not a date or time`}},
		{"number for regex", "[[rules]]\nid = 'a'\nregex = 3\n", []string{`3: rule "a": regex must be a string, not a whole number`}},
		{"number for id", "[[rules]]\nid = 3\nregex = 'aaaa'\n", []string{`2: rule without id: id must be a string, not a whole number`}},
		{"number for pack id", "[pack]\nid = 3\n", []string{`2: id must be a string, not a whole number`}},
		{"number for severity", minimal + "severity = 3\n", []string{`4: rule "acme-key": severity must be a string, not a whole number`}},
		{"number for confidence", minimal + "confidence = 3\n", []string{`4: rule "acme-key": confidence must be a string, not a whole number`}},
		{"number for allowlist", minimal + "[[rules.allowlists]]\nregexes = 3\n", []string{`5: rule "acme-key": regexes must be a list of strings, not a whole number`}},
		{"number for paths", minimal + "[[allowlists]]\npaths = 3\n", []string{`5: paths must be a list of strings, not a whole number`}},
		{"number for keyword", minimal + "keywords = ['aaa', 3]\n", []string{`4: rule "acme-key": keywords must be a list of strings; entry 2 is a whole number`}},
		{"text for pack", "pack = 'a'\n", []string{`1: pack must be a table, not a string`}},
		{"long id", "[[rules]]\nid = '" + strings.Repeat("a", 121) + "'\nregex = 'abc'\n", []string{`2: rule "` + strings.Repeat("a", 121) + `": id "` + strings.Repeat("a", 40) + `"… has 121 bytes; at most 120 are allowed`}},
		{"missing id", "[[rules]]\nregex = 'abc'\n", []string{`1: rule without id: it needs one`}},
		{"bad id", "[pack]\nid = 'a'\n[[rules]]\nid = 'Acme_Key'\nregex = 'abc'\n", []string{`4: rule "Acme_Key": id "Acme_Key" is not lower-case words`}},
		{"bad id, loosely", "[[rules]]\nid = \" a\\n\"\nregex = 'abc'\n", []string{`2: rule " a\n": id " a\n" has control characters`}},
		{"bad pack id", "[pack]\nid = 'A b'\n", []string{`2: pack id "A b" is not lower-case words`}},
		{"neither regex nor path", "[[rules]]\nid = 'a'\nkeywords = ['b']\n", []string{`1: rule "a": it has neither a regex nor near nor a path`}},
		{"bad regex", "[[rules]]\nid = 'a'\nregex = '''\n(ab'''\n", []string{"3: rule \"a\": regex: missing closing )"}},
		{"look-ahead", "[[rules]]\nid = 'a'\nregex = 'a(?=b)'\n", []string{"3: rule \"a\": regex: invalid or unsupported Perl syntax: `(?=` (look-around"}},
		{"back-reference", "[[rules]]\nid = 'a'\nregex = '(a)\\1'\n", []string{"3: rule \"a\": regex: invalid escape sequence: `\\1` (back-references"}},
		{"bad path", minimal + "path = '[a'\n", []string{"4: rule \"acme-key\": path: missing closing ]"}},
		{"group out of range", minimal + "secretGroup = 2\n", []string{`4: rule "acme-key": secretGroup is 2, but the regex has 1 capture group`}},
		{"negative group", minimal + "secretGroup = -1\n", []string{`4: rule "acme-key": secretGroup is -1`}},
		{"group without regex", "[[rules]]\nid = 'a'\npath = 'b'\nsecretGroup = 1\n", []string{`4: rule "a": secretGroup is 1, but there is no regex`}},
		{"severity", minimal + "severity = 'hihg'\n", []string{`4: rule "acme-key": unknown severity "hihg" (low, medium, high, critical)`}},
		{"confidence", minimal + "confidence = 'critical'\n", []string{`4: rule "acme-key": unknown confidence "critical" (low, medium, high)`}},
		{"check", minimal + "check = 'githb'\n", []string{`4: rule "acme-key": unknown check "githb" (did you mean github?)`}},
		{"onFail", minimal + "onFail = 'ignore'\n", []string{`4: rule "acme-key": unknown onFail "ignore" (lower, drop)`}},
		{"empty keyword", minimal + "keywords = [\n'a',\n'']\n", []string{`6: rule "acme-key": keyword 2 is empty`}},
		{"entropy", minimal + "entropy = 8.5\n", []string{`4: rule "acme-key": entropy is 8.5`}},
		{"entropy not a number", minimal + "entropy = nan\n", []string{`4: rule "acme-key": entropy is NaN`}},
		{"randomness", minimal + "randomness = -1\n", []string{`4: rule "acme-key": randomness is -1`}},
		{"maxLength", minimal + "maxLength = -5\n", []string{`4: rule "acme-key": maxLength is -5`}},
		{"required without id", minimal + "[[rules.required]]\nwithinLines = 1\n", []string{`4: rule "acme-key": a required rule has no id`}},
		{"requires itself", minimal + "[[rules.required]]\nid = 'acme-key'\n", []string{`5: rule "acme-key": it requires itself`}},
		{"negative distance", minimal + "[[rules.required]]\nid = 'b'\nwithinLines = -1\n", []string{`6: rule "acme-key": withinLines is -1`}},
		{"distance far below", minimal + "[[rules.required]]\nid = 'b'\nwithinLines = -2\nwithinColumns = -9\n",
			[]string{`6: rule "acme-key": withinLines is -2`, `7: rule "acme-key": withinColumns is -9`}},
		{"required of the wrong type", minimal + "required = [{id = 'b'}, 3]\n", []string{`4: rule "acme-key": required must be a list`}},
		{"condition", minimal + "[[rules.allowlists]]\ncondition = 'XOR'\npaths = ['a']\n", []string{`5: rule "acme-key": unknown condition "XOR" (OR, AND)`}},
		{"regexTarget", minimal + "[[rules.allowlists]]\nregexTarget = 'file'\npaths = ['a']\n", []string{`5: rule "acme-key": unknown regexTarget "file"`}},
		{"stored unjudged", minimal + "stored = true\n", []string{`4: rule "acme-key": stored = true needs judge = true: it is asked of values that are judged`}},
		{"shown secret", minimal + "public = true\n", []string{`4: rule "acme-key": public = true would show a secret`}},
		{"empty allowlist", minimal + "[[rules.allowlists]]\ndescription = 'a'\n", []string{`4: rule "acme-key": an allowlist has no condition`}},
		{"bad allowlist regex", minimal + "[[rules.allowlists]]\nregexes = ['a',\n'(']\n", []string{"6: rule \"acme-key\": allowlist regexes: missing closing )"}},
		{"empty stop word", minimal + "[[rules.allowlists]]\nstopwords = ['']\n", []string{`5: rule "acme-key": entry 1 of an allowlist's stopwords is empty`}},
		{"old and new allowlist", minimal + "[rules.allowlist]\npaths = ['a']\n[[rules.allowlists]]\npaths = ['a']\n", []string{`4: rule "acme-key": allowlist is the older spelling of allowlists`}},
		{"empty global allowlist", "[[allowlists]]\n", []string{`1: an allowlist has no condition`}},
		{"bad old global allowlist", "[allowlist]\npaths = ['a', '(']\n", []string{"2: allowlist paths: missing closing )"}},
		{"duplicate id", minimal + minimal, []string{`5: rule "acme-key": the id is taken already, by the rule in line 2`}},
		{"several", minimal + "entropy = 'a'\nfoo = 1\n[[rules]]\nid = 'b'\n",
			[]string{"4: rule \"acme-key\": entropy must be", "5: rule \"acme-key\": unknown key", "6: rule \"b\": it has neither a regex nor near nor a path"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := DecodePack("team.toml", []byte(test.text))
			wantMistakes(t, err, "team.toml", test.want)
		})
	}
}

// wantMistakes compares an error with a list of "line: part of the message".
func wantMistakes(t *testing.T, err error, file string, want []string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	got := asErrors(err)
	for i, e := range got {
		text := fmt.Sprintf("%d: %s", e.Line, e.Message)
		if e.File != file {
			t.Errorf("mistake is in file %q, want %q: %s", e.File, file, text)
		}
		if i >= len(want) || !strings.HasPrefix(text, want[i]) {
			t.Errorf("unexpected mistake %q; want %q", text, want)
		}
		if !strings.HasPrefix(e.Error(), fmt.Sprintf("%s:%d: ", file, e.Line)) && e.Line > 0 {
			t.Errorf("printed as %q", e)
		}
	}
	if len(got) < len(want) {
		t.Errorf("%d mistakes, want %d: %v", len(got), len(want), err)
	}
}

func TestPackNameIsIDWithoutPackTable(t *testing.T) {
	for file, want := range map[string]string{"a/b/team.toml": "team", ".gitleaks.toml": "gitleaks", "x": "x"} {
		pack, err := DecodePack(file, []byte(minimal))
		if err != nil {
			t.Fatal(err)
		}
		if pack.ID != want || pack.Rules[0].Pack != want {
			t.Errorf("%s: pack %q, rule's %q, want %q", file, pack.ID, pack.Rules[0].Pack, want)
		}
	}
}

func FuzzDecodePack(f *testing.F) {
	f.Add([]byte(fullPack))
	f.Add([]byte(minimal + "[rules.allowlist]\nstopWords = ['a']\n"))
	f.Add([]byte("rules = [1, {id = 'a'}]\nallowlists = {paths = ['(']}\n"))
	f.Add([]byte("[[rules]]\nrequired = [[]]\nallowlists = [{}]\noverride = true\n"))
	f.Add([]byte("pack = [[[[{a = [}]]]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		pack, err := DecodePack("fuzz.toml", data)
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" {
				t.Error("an error without a message")
			}
			for _, e := range asErrors(err) {
				if e.File != "fuzz.toml" {
					t.Errorf("a mistake without its file: %v", e)
				}
			}
			return
		}
		set, err := NewSet(pack)
		if err != nil {
			return // a required rule that does not exist
		}
		for i := range set.Len() {
			if _, err := set.Program(i).Whole(); err != nil {
				t.Errorf("an accepted regex does not compile: %v", err)
			}
			set.Program(i).Path()
			for _, a := range set.Allowlists(i) {
				a.Content(MatchText{Secret: "a", Match: "b", Line: "c"})
				a.Place("d", "e")
			}
		}
	})
}
