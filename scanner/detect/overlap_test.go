package detect

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/keysieve/keysieve/rules"
)

// overlapRules are of all sorts that specificity tells apart.
const overlapRules = `
[[rules]]
id = "plain"
regex = '''plain_(\w{8})'''
[[rules]]
id = "sure"
regex = '''sure_(\w{8})'''
confidence = "high"
[[rules]]
id = "placed"
regex = '''placed_(\w{8})'''
path = 'x'
[[rules]]
id = "generic"
regex = '''generic_(\w{8})'''
generic = true
[[rules]]
id = "generic-sure"
regex = '''generics_(\w{8})'''
generic = true
confidence = "high"
`

// randomMatches makes matches that overlap often, some of them in decoded text, some known to be no secrets.
func randomMatches(d *Detector, rng *rand.Rand, n, size int) []Match {
	matches := make([]Match, n)
	for i := range matches {
		m := &matches[i]
		m.Rule = rng.IntN(len(d.rules))
		m.Confidence = d.rules[m.Rule].rule.Confidence
		m.Secret = fmt.Sprint(rng.IntN(4))
		m.Start = int64(rng.IntN(size))
		m.End = m.Start + 1 + int64(rng.IntN(1+rng.IntN(20)))
		m.all = span{m.Start, m.End + int64(rng.IntN(3))}
		if rng.IntN(2) == 0 {
			m.Encodings = []string{"base64"}
		}
		m.dead = rng.IntN(5) == 0
		m.shadow = m.dead && rng.IntN(2) == 0
	}
	return matches
}

// TestOverlaps compares what is kept with a comparison of each match with each.
func TestOverlaps(t *testing.T) {
	d := New(mustSet(t, overlapRules))
	for seed := range uint64(3000) {
		rng := rand.New(rand.NewPCG(seed, 3)) //nolint:gosec // a test's seed
		found := randomMatches(d, rng, 1+rng.IntN(12), 1+rng.IntN(60))
		placed := rng.IntN(2) == 0
		want := slices.Clone(found)
		var order []int
		for i := range want {
			if !want[i].dead || want[i].shadow {
				order = append(order, i)
			}
		}
		slices.SortStableFunc(order, func(i, j int) int { return d.specificity(&want[i], &want[j]) })
		for k, i := range order {
			for _, j := range order[:k] {
				m, o := &want[i], &want[j]
				if (!o.dead || o.shadow && d.rules[m.Rule].generic) && conflict(m, o) && (placed || !d.conditional(o)) {
					m.dead = true
				}
			}
		}
		got := d.resolveOverlaps(slices.Clone(found), placed)
		for i := range got {
			if got[i].dead != want[i].dead {
				t.Fatalf("seed %d: match %d of %+v is dropped: %v", seed, i, found, got[i].dead)
			}
		}

		accepted := randomMatches(d, rng, 1+rng.IntN(6), 60)
		live := slices.DeleteFunc(slices.Clone(found), func(m Match) bool { return m.dead })
		kept := slices.DeleteFunc(slices.Clone(live), func(m Match) bool {
			return slices.ContainsFunc(accepted, func(a Match) bool { return conflict(&m, &a) && d.specificity(&a, &m) < 0 })
		})
		if got := d.besideAccepted(slices.Clone(live), slices.Clone(accepted)); len(got) != len(kept) {
			t.Fatalf("seed %d: %d of %+v are kept beside %+v, want %d", seed, len(got), live, accepted, len(kept))
		}
	}
}

// Matches that all overlap one are not compared with each other, nor are parts with all that stand in lines near.
func TestOverlapsOfMany(t *testing.T) {
	d := New(mustSet(t, overlapRules))
	const n = 60_000
	matches, accepted := make([]Match, n), make([]Match, n)
	for i := range int64(n) {
		matches[i] = Match{Rule: 1, Start: 8 * i, End: 8*i + 2, Secret: "a", Line: int(i), Column: 1 + 2*int(i%2)}
		accepted[i] = Match{Rule: 1, Start: 8*i + 4, End: 8*i + 6, Secret: "b", Line: int(i), Column: 1000}
	}
	run := Match{Rule: 4, End: 8 * n, Secret: "run", Confidence: rules.ConfidenceLow, Encodings: []string{"base64"}}
	accepted[0] = run
	for i := range int64(1000) { // the same secret in many runs
		accepted[i+1].Encodings, accepted[i+1].Secret = []string{"base64"}, "b"
	}
	begun := time.Now()
	if kept := d.besideAccepted(slices.Clone(matches), accepted); len(kept) != n {
		t.Errorf("%d of %d are kept", len(kept), n)
	}
	d.resolveOverlaps(append(slices.Clone(matches), run), false)
	places := placesOf(accepted, 1)
	for i := range matches {
		if places.near(&matches[i], n, 10) {
			t.Fatal("a part that is far is near")
		}
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
}

// conflict tells whether two matches are about one secret. Matches in decoded
// text were resolved there: several secrets of one encoded run share its place,
// and the parts in which a long one is decoded overlap.
func conflict(a, b *Match) bool {
	if a.Start >= b.End || b.Start >= a.End {
		return false
	}
	decoded := len(a.Encodings) > 0 && len(b.Encodings) > 0
	return !decoded || a.Secret == b.Secret
}

// A value that a generic rule is sure of is reported by that rule, and not by one of low confidence that takes words at the same place: it blocks.
func TestWordsYieldToRandomValues(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text string
		rule string
		want rules.Confidence
	}{
		{`login("deploy", "` + "q7R" + "xe2K4tWZ9bvh" + `")`, "generic-sign-in-call", rules.ConfidenceMedium},
		{`login("deploy", "swamp")`, "generic-word-call", rules.ConfidenceLow},
		{`auth("deploy", "swamp")`, "generic-word-call", rules.ConfidenceLow},
	} {
		result := New(set).Scan([]byte(c.text + "\n")).Matches
		if len(result) != 1 || set.Rules()[result[0].Rule].ID != c.rule || result[0].Confidence != c.want {
			t.Errorf("%s: %d matches, want one of %s: %+v", c.text, len(result), c.rule, result)
		}
	}
}

// TestSurerThanDoubted holds that what is sure on its own is not ousted by what is doubted around it: a password in the file that a Secret keeps,
// a key below its heading beside an issuer's name. What is told is all of it.
func TestSurerThanDoubted(t *testing.T) {
	d := New(mustBuiltin(t))
	const key = "3b1f9c07e2d84a65f0b7c91d5e8a2463"
	env := base64.StdEncoding.EncodeToString([]byte("DB_PASSWORD=E2OEfwZeA5jbsBXA\n"))
	array := "0x79, 0x3a, 0x11, 0xfe, 0x54, 0x9c, 0x77, 0xd3,\n\t0x79, 0x3a, 0x12, 0xfe, 0x55, 0x9c, 0x78, 0xd3,"
	for content, want := range map[string]string{
		"kind: Secret\ndata:\n  app.env: " + env + "\n":               "E2OEfwZeA5jbsBXA medium",
		"| Service | API key |\n|---|---|\n| Datadog | " + key + " |": key + " medium",
		"service,api_key\ndatadog," + key + "\n":                      key + " medium",
		"key := []byte{" + array + "\n}\n":                            array + " low",
	} {
		var got []string
		for _, m := range d.Scan([]byte(content)).Matches {
			got = append(got, m.Secret+" "+m.Confidence.String())
		}
		if len(got) != 1 || got[0] != want {
			t.Errorf("%q: found %q, want %q", content, got, want)
		}
	}
}
