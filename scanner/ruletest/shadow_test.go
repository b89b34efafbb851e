package ruletest

import (
	"slices"
	"testing"

	"github.com/keysieve/keysieve/rules"
)

func TestFindHidden(t *testing.T) {
	p, err := rules.DecodePack("test.toml", []byte(pack+`
[[rules]]
id = "acme-any"
description = "anything of ACME's"
regex = '''\b(acme_[0-9a-f]{20})(?:$|\W)'''
severity = "low"
confidence = "low"

[[rules]]
id = "acme-wide"
description = "what is longer, too"
regex = '''\b(acme_[0-9a-f]{20,30})(?:$|\W)'''
severity = "low"
confidence = "low"

[[rules]]
id = "acme-dull"
description = "judged to be none"
regex = '''\b(dull_[0-9]{20})\b'''
entropy = 5
severity = "low"
confidence = "low"
`))
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.NewSet(p)
	if err != nil {
		t.Fatal(err)
	}
	found, err := FindHidden(t.Context(), set, set.Rules(), Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	want := []Hidden{{"acme-any", []string{"acme-key"}}, {"acme-dull", nil}}
	if !slices.EqualFunc(found, want, func(a, b Hidden) bool { return a.Rule == b.Rule && slices.Equal(a.By, b.By) }) {
		t.Errorf("got %v, want %v", found, want)
	}
}

// No built-in rule is hidden by others.
func TestNoBuiltinIsHidden(t *testing.T) {
	set, chosen := builtin(t)
	found, err := FindHidden(t.Context(), set, chosen, Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range found {
		t.Errorf("%s: %s", h.Rule, h.Reason())
	}
}

// builtin returns the built-in rules: the set, and as they are written, with examples.
func builtin(t *testing.T) (*rules.Set, []*rules.Rule) {
	t.Helper()
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
	return set, chosen
}
