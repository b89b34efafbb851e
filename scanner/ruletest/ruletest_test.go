package ruletest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
)

// TestBuiltinRules runs every example and counterexample of the built-in packs.
func TestBuiltinRules(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	packs, err := rules.BuiltinPacks()
	if err != nil {
		t.Fatal(err)
	}
	var chosen []*rules.Rule
	for i := range packs {
		for j := range packs[i].Rules {
			chosen = append(chosen, &packs[i].Rules[j])
		}
	}
	// More texts are for `keysieve rules test --samples N`.
	summary, failures, err := Run(t.Context(), set, chosen, Options{Samples: 1, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range failures {
		t.Error(f.Error())
	}
	for _, id := range summary.Bare {
		t.Errorf("%s: no examples", id)
	}
	if summary.Rules != set.Len() {
		t.Errorf("%d rules were tested, the set has %d", summary.Rules, set.Len())
	}
}

const pack = `
[pack]
id = "test"
description = "test"

[[rules]]
id = "acme-key"
description = "ACME key"
regex = '''\b(acme_[0-9a-f]{20})\b'''
severity = "high"
confidence = "high"
`

// nearRule is a second rule, of which an issuer's name alone says too little.
const nearRule = `examples = ['{{match}}']
[[rules]]
id = "zorp-key"
description = "Zorp key"
provider = "Zorp"
near = { name = 'zorp', value = '[0-9a-f]{32}' }
severity = "high"
confidence = "medium"
`

// run tests a pack with the given lines at its end.
func run(t *testing.T, lines string) (Summary, []Failure) {
	t.Helper()
	p, err := rules.DecodePack("test.toml", []byte(pack+lines))
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.NewSet(p)
	if err != nil {
		t.Fatal(err)
	}
	summary, failures, err := Run(t.Context(), set, set.Rules(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return summary, failures
}

func TestRun(t *testing.T) {
	tests := []struct {
		name, lines string
		want        string // of the only failure; empty: none
	}{
		{"good", `examples = ['key: {{secret}}', '{{match}} and {{match}}']` + "\n" + `counterexamples = ['acme_{{re:[0-9a-f]{19}}}', 'acme_x']`, ""},
		{"not found", `examples = ['acme_short']`, `acme-key: "acme_short": not found alone`},
		{"found", `examples = ['{{match}}']` + "\n" + `counterexamples = ['{{match}}']`, `acme-key: "{{match}}": found, although it is a counterexample, alone`},
		{"one of two found is enough", `examples = ['{{secret}}_ {{match}}']`, ""},
		{"another one found", `examples = ['{{secret}}_ acme_{{re:[0-9a-f]{20}}}']`, `acme-key: "{{secret}}_ acme_{{re:[0-9a-f]{20}}}": not found alone`},
		{"bad template", `examples = ['{{re:(}}']`, `acme-key: "{{re:(}}": fill {{re:(}} of template`},
		{
			"found at the start only", `examples = ['{{match}}']` + "\n[[rules.allowlists]]\nregexTarget = \"line\"\nregexes = ['''^acme''']",
			`acme-key: "{{match}}": not found alone`,
		},
		{"found with too little confidence", nearRule + `examples = ['zorp {{secret}}', 'zorp_key: {{secret}}']`, `zorp-key: "zorp {{secret}}": the rule's first example, and found with less than its confidence, alone`},
		{"the first one alone", nearRule + `examples = ['zorp_key: {{secret}}', 'zorp {{secret}}']`, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, failures := run(t, test.lines)
			switch {
			case test.want == "" && len(failures) > 0:
				t.Error(failures)
			case test.want != "" && (len(failures) != 1 || !strings.HasPrefix(failures[0].Error(), test.want)):
				t.Errorf("got %v, want %s", failures, test.want)
			}
		})
	}
}

// An example of which a text fails now and then holds; one of which most do does not.
func TestTries(t *testing.T) {
	p, err := rules.DecodePack("test.toml", []byte(pack))
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.NewSet(p)
	if err != nil {
		t.Fatal(err)
	}
	r := newRunner(set, Options{})
	generator, err := generatorFor(set.Rules()[0])
	if err != nil {
		t.Fatal(err)
	}
	failed := map[int]int{} // of 200 samples of which every second text fails
	for _, tries := range []int{1, tries} {
		for n := range 200 {
			if r.try(set.Rules()[0], 0, "{{re:(?:acme|bcme)_[0-9a-f]{20}}}", generator, n, tries, r.example) != nil {
				failed[tries]++
			}
		}
	}
	if one, more := failed[1], failed[tries]; one < 70 || one > 130 || more < 10 || more > 45 {
		t.Errorf("%d of 200 failed with one text, %d with %d", one, more, tries)
	}
}

func TestRunCounts(t *testing.T) {
	summary, _ := run(t, `examples = ['{{match}}', '{{secret}}']`+"\n"+`counterexamples = ['x']`)
	if summary.Rules != 1 || summary.Examples != 2 || summary.Counterexamples != 1 || len(summary.Bare) != 0 {
		t.Errorf("%+v", summary)
	}
	if summary, _ = run(t, ""); len(summary.Bare) != 1 {
		t.Errorf("%+v", summary)
	}
}

// An example on whose place alone it depends whether it is found: the edges
// must be among the places.
func TestEdgesAreCrossed(t *testing.T) {
	p, err := rules.DecodePack("test.toml", []byte(pack))
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.NewSet(p)
	if err != nil {
		t.Fatal(err)
	}
	r := newRunner(set, Options{})
	decided, end := r.blocks.FirstEdges()
	text := "acme_0123456789abcdef0123"
	crossed := map[int]int{}
	for _, p := range r.acrossEdges(text) {
		if p.content[p.offset:p.offset+len(text)] != text {
			t.Errorf("%s: the text does not stand at %d", p.where, p.offset)
		}
		for _, edge := range []int{decided, end} {
			if p.split != 0 && p.offset < edge && p.offset+len(text) > edge {
				crossed[edge]++
			}
		}
	}
	if crossed[decided] != 3 || crossed[end] != 1 {
		t.Errorf("edges crossed: %v", crossed)
	}
}

func TestRunIsInterrupted(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := Run(ctx, set, set.Rules(), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
