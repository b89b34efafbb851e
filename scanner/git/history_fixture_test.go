package git

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// scanNow is the end of exposures in tests.
var scanNow = time.Unix(1800000000, 0)

// openHistory reads the fixture's history; nothing may fail.
func (f *fixture) openHistory() *History {
	f.t.Helper()
	h, failed := f.openDamagedHistory()
	f.t.Cleanup(func() {
		for _, line := range *failed {
			f.t.Errorf("failed: %s", line)
		}
	})
	return h
}

// openDamagedHistory reads the fixture's history and collects what fails.
func (f *fixture) openDamagedHistory() (h *History, failed *[]string) {
	f.t.Helper()
	failed = &[]string{}
	h, err := f.discover().OpenHistory(context.Background(), HistoryOptions{Workers: 2, Now: scanNow, Fail: func(what string, err error) {
		*failed = append(*failed, what+": "+err.Error())
	}})
	if err != nil {
		f.t.Fatal(err)
	}
	return h, failed
}

func (f *fixture) id(revision string) packfile.ID {
	f.t.Helper()
	return parseTestID(f.t, strings.TrimSpace(f.git("rev-parse", "--verify", revision)))
}

func parseTestID(t testing.TB, digits string) packfile.ID {
	t.Helper()
	id, err := packfile.ParseID(digits)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// attribute gives what the history says of one group of blobs.
func (f *fixture) attribute(group Group) Attribution {
	f.t.Helper()
	return attributeAll(f.t, f.openHistory(), group)[0]
}

func attributeAll(t testing.TB, h *History, groups ...Group) []Attribution {
	t.Helper()
	result, err := h.Attribute(context.Background(), groups)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// randomHistory makes commits with random parents and files, references to some
// of them, and a branch main that is the last. Dates grow along the parents
// (with skew: they do not), and no two are equal.
func randomHistory(f *fixture, random *rand.Rand, count int, skew bool) {
	var in strings.Builder
	files := make([]map[string]string, count)
	date := make([]int, count)
	for n := range count {
		parents := randomParents(random, n)
		files[n] = map[string]string{}
		date[n] = 1700000000 + random.IntN(50)*1000
		for _, p := range parents {
			date[n] = max(date[n], date[p]+1+random.IntN(100)*1000)
			for path, content := range files[p] {
				if files[n][path] == "" || random.IntN(2) == 0 {
					files[n][path] = content
				}
			}
		}
		if skew {
			date[n] = 1700000000 + random.IntN(50)*1000
		}
		date[n] = date[n]/1000*1000 + n // all different
		if len(parents) == 0 {          // enough for trees that are stored as deltas
			for i := range 40 {
				files[n][fmt.Sprintf("w/%02d", i)] = fmt.Sprintf("content %d", random.IntN(12))
				files[n][fmt.Sprintf("w/d%02d/x", i)] = fmt.Sprintf("content %d", random.IntN(12))
			}
		}
		for range random.IntN(4) {
			randomChange(random, files[n])
		}
		fmt.Fprintf(&in, "commit refs/tags/c/%d\nmark :%d\nauthor A%d <a@x> %d +0100\ncommitter C <c@x> %d +0000\n", n, n+1, n, date[n]-500, date[n])
		message := fmt.Sprintf("subject %d\n\nbody", n)
		fmt.Fprintf(&in, "data %d\n%s\n", len(message), message)
		for i, p := range parents {
			fmt.Fprintf(&in, "%s :%d\n", []string{"from", "merge"}[min(i, 1)], p+1)
		}
		in.WriteString("deleteall\n")
		for _, path := range slices.Sorted(mapKeys(files[n])) {
			fmt.Fprintf(&in, "M 100644 inline %s\ndata %d\n%s\n", path, len(files[n][path]), files[n][path])
		}
	}
	f.gitInput(in.String(), "fast-import", "--quiet", "--force")
	randomReferences(f, random, count)
}

// randomReferences puts branches and tags on the commits c/n, and takes the
// tags c/n off.
func randomReferences(f *fixture, random *rand.Rand, count int) {
	for n := range count {
		switch {
		case random.IntN(5) == 0:
			f.git("update-ref", fmt.Sprintf("refs/heads/b%d", n), fmt.Sprintf("c/%d", n))
		case random.IntN(12) == 0:
			f.git("tag", "-a", "-m", "x", fmt.Sprintf("t%d", n), fmt.Sprintf("c/%d", n))
			f.git("tag", "-a", "-m", "x", fmt.Sprintf("tt%d", n), fmt.Sprintf("t%d", n))
		}
	}
	f.git("update-ref", "refs/heads/main", fmt.Sprintf("c/%d", count-1))
	var drop strings.Builder
	for n := range count {
		fmt.Fprintf(&drop, "delete refs/tags/c/%d\n", n)
	}
	f.gitInput(drop.String(), "update-ref", "--stdin")
}

func mapKeys[V any](m map[string]V) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for key := range m {
			if !yield(key) {
				return
			}
		}
	}
}

// randomParents gives no parent, one, or up to four of those before.
func randomParents(random *rand.Rand, n int) []int {
	if n == 0 || random.IntN(20) == 0 {
		return nil
	}
	parents := []int{max(0, n-1-random.IntN(6))}
	for random.IntN(4) == 0 && len(parents) < 4 {
		if p := max(0, n-1-random.IntN(10)); !slices.Contains(parents, p) {
			parents = append(parents, p)
		}
	}
	return parents
}

var historyPaths = []string{"a", "b", "d/a", "d/e/a", "d/e/b", "d/f/a", "g/a", "g/e/a", "h"}

// randomChange adds, changes, removes or renames a file or a directory.
func randomChange(random *rand.Rand, files map[string]string) {
	path := historyPaths[random.IntN(len(historyPaths))]
	switch random.IntN(3) {
	case 0:
		path = fmt.Sprintf("w/%02d", random.IntN(40))
	case 1:
		path = fmt.Sprintf("w/d%02d/x", random.IntN(40))
	}
	switch random.IntN(6) {
	case 0:
		delete(files, path)
	case 1:
		to := historyPaths[random.IntN(len(historyPaths))]
		if content, ok := files[path]; ok {
			delete(files, path)
			files[to] = content
		}
	case 2: // d becomes k, or k becomes d; the like of w and v
		other := map[string]string{"d": "k", "k": "d"}
		if random.IntN(2) == 0 {
			other = map[string]string{"w": "v", "v": "w"}
		}
		for _, old := range slices.Sorted(mapKeys(files)) {
			if dir, rest, _ := strings.Cut(old, "/"); other[dir] != "" {
				files[other[dir]+"/"+rest] = files[old]
				delete(files, old)
			}
		}
	default:
		files[path] = fmt.Sprintf("content %d", random.IntN(12))
		if strings.HasPrefix(path, "w/") && random.IntN(2) == 0 {
			files[path] = fmt.Sprintf("wide %d", random.IntN(500))
		}
	}
}
