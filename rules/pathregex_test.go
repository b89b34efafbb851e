package rules_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/rules/sample"
)

// Rules match the paths of which they were asked many times before as they did the first time.
func TestPathRegexAfterMany(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	others := []string{"", "README.md", "src/main.go", "config/MASTER.KEY", "\u212aey3.db", ".NETRC", "a/.netrc", "a.netrc", "Credentials/production.key"}
	for i, r := range set.Rules() {
		if r.Path == "" {
			continue
		}
		re := set.Program(i).Path()
		random := rand.New(rand.NewPCG(1, uint64(i)))
		generator, err := sample.New(r.Path, 0, nil)
		if err != nil {
			t.Fatalf("%s: %v", r.ID, err)
		}
		paths := slices.Clone(others)
		for range 200 {
			s, err := generator.Generate(random)
			if err != nil {
				t.Fatalf("%s: %v", r.ID, err)
			}
			paths = append(paths, s.Match)
		}
		first := make([]bool, len(paths))
		for n := range 5 {
			for k, path := range paths {
				switch matches := re.MatchString(path); {
				case n == 0:
					first[k] = matches
				case first[k] != matches:
					t.Errorf("%s: %q matches: %v at first, then %v", r.ID, path, first[k], matches)
				}
			}
		}
	}
}
