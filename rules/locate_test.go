package rules

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
)

const locateText = `# a comment with [brackets] and = signs
title = "x" # [[rules]]

[pack]
id = 'a#b'
"quoted.key" = 1
dotted . inner = 2

[[rules]]
regex = '''
[[rules]]
id = "not a key"
''' # after
tags = [ "a", # first ]
  'b',
  """c
d""", "e",
]
  [[rules.allowlists]]
  paths = ["""x\""" [y]"""]
  [[rules.allowlists]]
  stopwords = ['''''two quotes''''', "z"]
[[ rules ]]
id = "second"
required = [{ id = "r1", withinLines = 3 }, {id="r2"}]
[rules.allowlist]
regexes = [['nested', 'lists'], [
  'deep']]
`

func TestLocate(t *testing.T) {
	var values map[string]any
	if _, err := toml.Decode(locateText, &values); err != nil {
		t.Fatal(err)
	}
	want := map[string]int{
		"title": 2, "pack": 4, "pack.id": 5, `pack."quoted.key"`: 6, "pack.dotted": 7, "pack.dotted.inner": 7,
		"rules": 9, "rules[0]": 9, "rules[0].regex": 10, "rules[0].tags": 14,
		"rules[0].tags[0]": 14, "rules[0].tags[1]": 15, "rules[0].tags[2]": 16, "rules[0].tags[3]": 17,
		"rules[0].allowlists": 19, "rules[0].allowlists[0]": 19, "rules[0].allowlists[0].paths": 20,
		"rules[0].allowlists[0].paths[0]": 20,
		"rules[0].allowlists[1]":          21, "rules[0].allowlists[1].stopwords": 22,
		"rules[0].allowlists[1].stopwords[0]": 22, "rules[0].allowlists[1].stopwords[1]": 22,
		"rules[1]": 23, "rules[1].id": 24, "rules[1].required": 25,
		"rules[1].required[0]": 25, "rules[1].required[0].id": 25, "rules[1].required[0].withinLines": 25,
		"rules[1].required[1]": 25, "rules[1].required[1].id": 25,
		"rules[1].allowlist": 26, "rules[1].allowlist.regexes": 27,
		"rules[1].allowlist.regexes[0]": 27, "rules[1].allowlist.regexes[0][0]": 27, "rules[1].allowlist.regexes[0][1]": 27,
		"rules[1].allowlist.regexes[1]": 27, "rules[1].allowlist.regexes[1][0]": 28,
	}
	for name, text := range map[string]string{
		"unix":    locateText,
		"windows": strings.ReplaceAll(locateText, "\n", "\r\n"),
		"mark":    "\ufeff" + locateText,
	} {
		got := locate(text)
		for _, place := range slices.Sorted(maps.Keys(want)) {
			if got[place] != want[place] {
				t.Errorf("%s: %s is in line %d, want %d", name, place, got[place], want[place])
			}
		}
		for place, line := range got {
			if _, known := want[place]; !known {
				t.Errorf("%s: unexpected place %s in line %d", name, place, line)
			}
		}
	}
}

func TestLinesOf(t *testing.T) {
	l := locate(locateText)
	for place, want := range map[string]int{
		"rules[0].regex":                    10,
		"rules[0].severity":                 9,  // not stated: the rule
		"rules[1].allowlists[0].regexes[0]": 27, // read from the older [rules.allowlist]
		"rules[7].id":                       9,
		"nothing":                           0,
		"":                                  0,
	} {
		if got := l.of(place); got != want {
			t.Errorf("of(%q) = %d, want %d", place, got, want)
		}
	}
}

// Whatever the TOML library accepts, every value that it found has a line.
func FuzzLocate(f *testing.F) {
	f.Add(locateText)
	f.Add("a.b = {c = [1, {d = 2}]}\n[x.\"y z\"]\n[[x.l]]\n[x.l.m]\nk = 1979-05-27 07:32:00\n")
	f.Add("a = [[[[")
	f.Add("'''")
	f.Add(`a = "\`)
	f.Fuzz(func(t *testing.T, text string) {
		got := locate(text)
		var values map[string]any
		if _, err := toml.Decode(text, &values); err != nil {
			return
		}
		last := strings.Count(text, "\n") + 1
		var visit func(place string, data any)
		visit = func(place string, data any) {
			if line := got[place]; place != "" && (line < 1 || line > last) {
				t.Errorf("%s is in line %d of %d of:\n%s", place, line, last, text)
			}
			switch data := data.(type) {
			case map[string]any:
				for key, inner := range data {
					visit(join(place, key), inner)
				}
			case []any:
				for i, inner := range data {
					visit(element(place, i), inner)
				}
			case []map[string]any:
				for i, inner := range data {
					visit(element(place, i), inner)
				}
			}
		}
		visit("", values)
	})
}
