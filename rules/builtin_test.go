package rules_test

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/rules/check"
	"github.com/keysieve/keysieve/rules/sample"
)

func builtinPacks(t *testing.T) []rules.Pack {
	t.Helper()
	packs, err := rules.BuiltinPacks()
	if err != nil {
		t.Fatal(err)
	}
	return packs
}

func TestBuiltinIsUpToDate(t *testing.T) {
	want, err := rules.PrepareBuiltin()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("builtin.bin")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("rules/builtin.bin is stale; run: go generate ./rules")
	}
}

// TestBuiltinIsCheap holds the start of every command against decoding TOML or
// parsing regexes again: either takes thousands of allocations.
func TestBuiltinIsCheap(t *testing.T) {
	const most = 400
	got := testing.AllocsPerRun(3, func() {
		if _, err := rules.Builtin(); err != nil {
			t.Fatal(err)
		}
	})
	if got > most {
		t.Errorf("%.0f allocations, more than %d", got, most)
	}
}

func TestBuiltinPacksAreComplete(t *testing.T) {
	for _, pack := range builtinPacks(t) {
		if err := rules.Lint(pack); err != nil {
			t.Error(err)
		}
	}
}

func TestBuiltinRulesCompile(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range set.Rules() {
		if _, err := set.Program(i).Whole(); err != nil {
			t.Error(err)
		}
		if _, err := set.Program(i).Resume(); err != nil {
			t.Error(err)
		}
		set.Program(i).Path()
		if len(r.Examples) > 0 {
			t.Errorf("%s: the compact form holds examples", r.ID)
		}
	}
}

const samplesEach = 5 // random texts for each example; more runs see more texts

// TestBuiltinExamples holds every example and counterexample against its rule's
// regex alone; the tests of the whole pipeline judge the rest. The samples are
// the same in every run: `keysieve rules test` is for trying others.
func TestBuiltinExamples(t *testing.T) {
	for _, pack := range builtinPacks(t) {
		for i := range pack.Rules {
			if rule := &pack.Rules[i]; rule.Reads() {
				t.Run(rule.ID, func(t *testing.T) {
					h := fnv.New64a()
					_, _ = h.Write([]byte(rule.ID))
					testExamples(t, rule, rand.New(rand.NewPCG(1, h.Sum64())))
				})
			}
		}
	}
}

func testExamples(t *testing.T, rule *rules.Rule, rng *rand.Rand) {
	var mend func(string) (string, bool)
	if scheme, ok := check.ByName(rule.Check); ok {
		mend = check.Mended(scheme)
	}
	generator, err := sample.New(rule.Pattern(), rule.SecretGroup, mend)
	if err != nil {
		t.Fatal(err)
	}
	re := regexp.MustCompile(rule.Pattern())
	for _, template := range rule.Examples {
		for range samplesEach {
			e, err := sample.Expand(template, generator, rng)
			if err != nil {
				t.Errorf("example %q: %v", template, err)
				break
			}
			if problem := missing(re, rule.SecretGroup, e); problem != "" {
				t.Errorf("example %q: %s", template, problem)
				break
			}
		}
	}
	for _, template := range rule.Counterexamples {
		if _, err := sample.Expand(template, generator, rng); err != nil {
			t.Errorf("counterexample %q: %v", template, err)
		}
	}
}

// missing says that the regex finds none of the secrets in an expanded example. It
// need not find each: one may stand there as another's surroundings.
func missing(re *regexp.Regexp, group int, e sample.Expansion) string {
	matches := re.FindAllStringSubmatchIndex(e.Text, -1)
	if len(matches) == 0 {
		return fmt.Sprintf("no match in a text of %d bytes", len(e.Text))
	}
	for _, loc := range matches {
		if len(e.Secrets) == 0 || slices.Contains(e.Secrets, secretSpan(loc, group)) {
			return ""
		}
	}
	return fmt.Sprintf("the secret is not found in its place (bytes %d to %d)", e.Secrets[0].Start, e.Secrets[0].End)
}

// secretSpan is where a match's secret stands: see Rule.SecretGroup.
func secretSpan(loc []int, group int) sample.Span {
	if group > 0 {
		return sample.Span{Start: loc[2*group], End: loc[2*group+1]}
	}
	for g := 1; 2*g < len(loc); g++ {
		if loc[2*g] >= 0 {
			return sample.Span{Start: loc[2*g], End: loc[2*g+1]}
		}
	}
	return sample.Span{Start: loc[0], End: loc[1]}
}

func TestBuiltinIDsStartWithTheirProvider(t *testing.T) {
	seen := map[string]string{}
	for _, pack := range builtinPacks(t) {
		for _, r := range pack.Rules {
			if other, taken := seen[r.ID]; taken {
				t.Errorf("%s stands in %s and %s", r.ID, other, pack.ID)
			}
			seen[r.ID] = pack.ID
			if !strings.Contains(r.ID, "-") {
				t.Errorf("%s: an id is provider-kind", r.ID)
			}
		}
	}
}

// TestEverySchemeIsUsed holds the table of checks to the rules: one that no rule names tells nobody anything.
func TestEverySchemeIsUsed(t *testing.T) {
	used := map[string]bool{}
	for _, pack := range builtinPacks(t) {
		for i := range pack.Rules {
			used[pack.Rules[i].Check] = true
		}
	}
	for _, scheme := range check.Schemes() {
		if !used[scheme.Name()] {
			t.Errorf("no rule has check = %q", scheme.Name())
		}
	}
}
