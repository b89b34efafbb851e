package rules

import (
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// decode is DecodePack for texts that must be right.
func decode(t testing.TB, name, text string) Pack {
	t.Helper()
	pack, err := DecodePack(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return pack
}

func newSet(t testing.TB, packs ...Pack) *Set {
	t.Helper()
	set, err := NewSet(packs...)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func ids(s *Set) string {
	var all []string
	for _, r := range s.Rules() {
		all = append(all, r.ID)
	}
	return strings.Join(all, " ")
}

func TestNewSetKeepsOrder(t *testing.T) {
	a := decode(t, "a.toml", "[[rules]]\nid = 'z'\nregex = 'zzzz'\n[[rules]]\nid = 'a'\npath = 'p'\n")
	b := decode(t, "b.toml", "[[rules]]\nid = 'm'\nregex = '(?i)token-k([0-9]{4})'\n")
	set := newSet(t, a, b)
	if got := ids(set); got != "z a m" {
		t.Errorf("order is %s", got)
	}
	if i, ok := set.Index("m"); !ok || i != 2 || set.Len() != 3 {
		t.Errorf("Index(m) = %d, %v of %d", i, ok, set.Len())
	}
	if _, ok := set.Index("x"); ok {
		t.Error("Index(x) exists")
	}
	if set.Shape(1).Regex != "" {
		t.Errorf("shape of a rule on paths alone: %+v", set.Shape(1))
	}
	if re, err := set.Program(1).Whole(); re != nil || err != nil {
		t.Errorf("Whole of a rule on paths alone: %v, %v", re, err)
	}
	if re, err := set.Program(1).Resume(); re != nil || err != nil {
		t.Errorf("Resume of a rule on paths alone: %v, %v", re, err)
	}
	if set.Program(0).Path() != nil || !set.Program(1).Path().MatchString("a/p") {
		t.Error("Path")
	}
	if s := set.Shape(2); s.MaxLen != len("token-k0000") || len(set.Literals(2)) == 0 {
		t.Errorf("shape %+v", s)
	}
}

func TestNewSetMistakes(t *testing.T) {
	base := decode(t, "base.toml", "\n[[rules]]\nid = 'acme-key'\nregex = 'acme[0-9]{4}'\n")
	tests := []struct {
		name, text string
		want       []string
	}{
		{"duplicate", "[[rules]]\nid = 'acme-key'\nregex = 'acme'\n", []string{`2: rule "acme-key": the id is taken already, by the rule at base.toml:3`}},
		{"override of nothing", "[[rules]]\noverride = true\nid = 'acme-kye'\nregex = 'acme'\n",
			[]string{`2: rule "acme-kye": it overrides a rule that does not exist (did you mean acme-key?)`}},
		{"required", "[[rules]]\nid = 'b'\nregex = 'bbbb'\n[[rules.required]]\nid = 'acme-kee'\n",
			[]string{`5: rule "b": it requires the rule "acme-kee", which does not exist (did you mean acme-key?)`}},
		{"target rule", "[[allowlists]]\npaths = ['a']\ntargetRules = ['acme-key',\n'acmekey']\n",
			[]string{`4: an allowlist's target rule "acmekey" does not exist (did you mean acme-key?)`}},
		{"group that the new regex lacks", "[[rules]]\nid = 'acme-key'\noverride = true\nregex = 'acme'\nsecretGroup = 1\n",
			[]string{`5: rule "acme-key": secretGroup is 1, but the regex has no capture group`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			pack, err := DecodePack("team.toml", []byte(test.text))
			if err == nil {
				_, err = NewSet(base, pack)
			}
			wantMistakes(t, err, "team.toml", test.want)
		})
	}
}

// Packs that are built in code are validated, too.
func TestNewSetOfCode(t *testing.T) {
	_, err := NewSet(Pack{ID: "code", Rules: []Rule{{ID: "a", Regex: "("}, {}}})
	for _, want := range []string{
		"code: rule \"a\": regex: missing closing )", "rule \"a\": it has no severity", "rule \"a\": it has no confidence",
		"rule without id: it needs one", "it has neither a regex nor near nor a path",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not hold %q", err, want)
		}
	}
	set := newSet(t)
	if set.Len() != 0 || len(set.Rules()) != 0 {
		t.Error("the empty set is not empty")
	}
}

func TestResumeSeesTheByteBefore(t *testing.T) {
	set := newSet(t, decode(t, "a.toml", "[[rules]]\nid = 'a'\nregex = '''\\b(k[0-9]{2})|^(s[0-9])'''\n"))
	re, err := set.Program(0).Resume()
	if err != nil {
		t.Fatal(err)
	}
	content := "xk11 k22\xffk33 s4"
	tests := []struct {
		from, start, end int // -1: no match
	}{
		{1, 5, 8},    // k11 follows a letter
		{5, 5, 8},    // \b at the very place
		{6, 9, 12},   // after an invalid byte
		{10, -1, -1}, // ^ is not where the search goes on
		{12, -1, -1}, // nor at s4
		{15, -1, -1}, // at the end
	}
	for _, test := range tests {
		loc := re.FindStringSubmatchIndex(content[test.from-1:])
		start, end := -1, -1
		if loc != nil {
			start, end = loc[2]+test.from-1, loc[3]+test.from-1
		}
		if start != test.start || end != test.end {
			t.Errorf("from %d: %d to %d, want %d to %d", test.from, start, end, test.start, test.end)
		}
	}
}

func TestAllowlistsOfRules(t *testing.T) {
	set := newSet(t, decode(t, "a.toml", `
[[rules]]
id = "own"
regex = "aaaa"
[[rules.allowlists]]
description = "of own"
stopwords = ["x"]
[[rules]]
id = "plain"
regex = "bbbb"
[[allowlists]]
description = "targeted"
targetRules = ["own"]
paths = ["t"]
[[allowlists]]
description = "global"
stopwords = ["y"]
[[allowlists]]
description = "paths"
paths = ["p"]
stopwords = ["y"]
[[allowlists]]
description = "paths and more"
condition = "and"
paths = ["q"]
stopwords = ["y"]
[[allowlists]]
description = "paths alone"
condition = "&&"
paths = ["r"]
`))
	names := func(lists []*CompiledAllowlist) string {
		var all []string
		for _, a := range lists {
			all = append(all, a.Allowlist().Description)
		}
		return strings.Join(all, ", ")
	}
	const everywhere = "global, paths, paths and more, paths alone"
	if got := names(set.Allowlists(0)); got != "of own, "+everywhere+", targeted" {
		t.Errorf("own: %s", got)
	}
	if got := names(set.Allowlists(1)); got != everywhere {
		t.Errorf("plain: %s", got)
	}
}

// Run with -race, this is the proof that a Set may be shared.
func TestSetIsSafeForConcurrentUse(t *testing.T) {
	set := newSet(t, decode(t, "acme.toml", fullPack))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := range set.Len() {
				whole, err := set.Program(i).Whole()
				if err != nil || whole != nil && !whole.MatchString("acme_token = "+strings.Repeat("0a", 16)+" acme_"+strings.Repeat("0a", 16)) {
					t.Errorf("rule %d does not match: %v", i, err)
				}
				if _, err := set.Program(i).Resume(); err != nil {
					t.Error(err)
				}
				set.Program(i).Path()
				for _, a := range set.Allowlists(i) {
					a.Content(MatchText{Secret: "a", Match: "b", Line: "c"})
					a.Place("vendor/", "d")
				}
			}
		})
	}
	all.Wait()
}

func TestSuggestion(t *testing.T) {
	candidates := []string{"secretGroup", "severity", "regex", "id", "keywords"}
	for word, want := range map[string]string{
		"secret_group": "secretGroup", "SecretGroups": "secretGroup", "sevreity": "severity", "regexp": "regex", "keyword": "keywords",
		"ids": "id", "colour": "", "": "", strings.Repeat("x", 1000): "",
	} {
		if want != "" {
			want = " (did you mean " + want + "?)"
		}
		if got := suggestion(word, candidates); got != want {
			t.Errorf("suggestion(%.20q) = %q, want %q", word, got, want)
		}
	}
}

// TestStrict holds that a strict Set drops what fails a check, that it has a digest of its own, and that the Set it
// is made of stays what it is.
func TestStrict(t *testing.T) {
	pack := digestPack()
	pack.Rules[0].Check = "github"
	set := newSet(t, pack)
	strict := set.Strict()
	for i, want := range []OnFail{Drop, Lower} { // the second has no check
		if got := strict.Rules()[i].OnFail; got != want {
			t.Errorf("%s: %s, want %s", strict.Rules()[i].ID, got, want)
		}
		if got := set.Rules()[i].OnFail; got != Lower {
			t.Errorf("%s of the Set it is made of: %s", set.Rules()[i].ID, got)
		}
	}
	one, err := set.Digest()
	other, errOther := strict.Digest()
	if err != nil || errOther != nil || one == other {
		t.Errorf("the digests are %x and %x (%v, %v), want two", one[:4], other[:4], err, errOther)
	}
	if again := strict.Strict(); again != strict {
		t.Error("a strict Set is copied")
	}
}

func TestStrictOfConfig(t *testing.T) {
	for _, c := range []struct {
		text string
		flag bool
		want OnFail
	}{
		{"", false, Lower}, {"", true, Drop}, {"[scan]\nstrict = true\n", false, Drop}, {"[scan]\nstrict = false\n", false, Lower},
		{"[scan]\nstrict = false\n", true, Drop},
	} {
		config := load(t, filepath.Join(write(t, map[string]string{ConfigName: c.text}), ConfigName))
		config.Override(Overrides{Strict: c.flag})
		set := setOf(t, config)
		i, ok := set.Index("npm-access-token")
		if !ok || set.Rules()[i].OnFail != c.want {
			t.Errorf("%q and %v: want %s", c.text, c.flag, c.want)
		}
	}
}
