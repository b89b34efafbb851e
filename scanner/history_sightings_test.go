package scanner

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner/detect"
)

// crowdOf makes contents with some number of matches each.
func crowdOf(counts ...int) (contents []sighting) {
	for i, n := range counts {
		matches := make([]detect.Match, n)
		for k := range matches {
			matches[k].Start, matches[k].End = int64(k), int64(k+1)
		}
		contents = append(contents, sighting{object: Object{Kind: KindFile, ID: fmt.Sprintf("%040x", i)}, matches: matches, count: n, total: n, last: true})
	}
	return contents
}

func keep(limit int, contents []sighting) (ids []string, skips []Skip) {
	k := sightings{limit: limit}
	for _, s := range contents {
		if k.wants(&s) {
			k.add(s)
		}
	}
	for _, s := range k.contents {
		ids = append(ids, s.object.ID)
	}
	slices.Sort(ids)
	k.close()
	return ids, k.skips()
}

// TestSightings: whatever the order in which contents come, the same ones are kept, as many as
// the limit allows, the least crowded first; and all the others are counted.
func TestSightings(t *testing.T) {
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 5))
		counts := make([]int, 1+random.IntN(60))
		all := 0
		for i := range counts {
			counts[i] = 1 + random.IntN(1+random.IntN(40))
			all += counts[i]
		}
		limit := 40 + random.IntN(200)
		contents := crowdOf(counts...)
		for i := range contents {
			contents[i].rank = rank(random.IntN(int(ranks))) //nolint:gosec // small
		}
		want := slices.Clone(contents)
		slices.SortFunc(want, func(a, b sighting) int { return compareCrowds(&a, &b) })
		var names []string
		sum := 0
		for _, s := range want {
			if sum += s.count; sum > limit {
				sum -= s.count
				break
			}
			names = append(names, s.object.ID)
		}
		slices.Sort(names)
		random.Shuffle(len(contents), func(i, j int) { contents[i], contents[j] = contents[j], contents[i] })
		ids, skips := keep(limit, contents)
		if !slices.Equal(ids, names) {
			t.Fatalf("seed %d: kept %d contents, want %d", seed, len(ids), len(names))
		}
		left := 0
		for _, s := range skips {
			var n int
			if _, err := fmt.Sscanf(s.Reason, "%d", &n); err != nil {
				t.Fatal(err)
			}
			left += n
		}
		if left != all-sum {
			t.Errorf("seed %d: %d matches are said to be left out, %d are", seed, left, all-sum)
		}
		random.Shuffle(len(contents), func(i, j int) { contents[i], contents[j] = contents[j], contents[i] })
		if _, again := keep(limit, contents); !reflect.DeepEqual(again, skips) {
			t.Errorf("seed %d: the skips depend on the order: %v, %v", seed, skips, again)
		}
	}
}

// A single content with more than is kept of one has its surest matches kept, and says so.
func TestSightingsNarrow(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	s := crowdOf(maxSightings/2 + 10)[0]
	for i := range s.matches {
		s.matches[i].Start, s.matches[i].Confidence = int64(i), rules.ConfidenceLow
	}
	last := len(s.matches) - 1
	s.matches[last].Confidence = rules.ConfidenceHigh
	s.matches = narrow(set, s.matches, maxSightings/2, func(*detect.Match) rank { return rankHint })
	if n := len(s.matches); n != maxSightings/2 || s.matches[n-1].Start != int64(last) || s.matches[n-2].Start != int64(n-2) {
		t.Errorf("%d matches are kept, the last ones at %d and %d", n, s.matches[n-2].Start, s.matches[n-1].Start)
	}
	_, skips := keep(maxSightings, []sighting{s})
	if len(skips) != 1 || skips[0].Path != s.object.ID || !strings.HasPrefix(skips[0].Reason, "10 further places") {
		t.Errorf("skips %v", skips)
	}
}

// A name that is a secret stands in no skip.
func TestSightingsVeiled(t *testing.T) {
	s := sighting{object: Object{Kind: KindPathName, ID: "tree", Name: "the secret"}, matches: make([]detect.Match, 5), count: 5}
	_, skips := keep(3, append(crowdOf(1), s))
	if len(skips) != 1 || strings.Contains(fmt.Sprint(skips), "secret in") || strings.Contains(fmt.Sprint(skips), s.object.Name) {
		t.Errorf("skips %v", skips)
	}
}
