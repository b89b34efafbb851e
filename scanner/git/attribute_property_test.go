package git

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// naive is a history taken apart with git itself.
type naive struct {
	t       *testing.T
	f       *fixture
	commits []string // the earliest first
	parents map[string][]string
	date    map[string]string
	files   map[string]map[string]string // by commit: path to blob
	byName  bool                         // or path to name
	head    string
	before  []string          // HEAD and its ancestors
	tips    map[string]string // commits of references
}

func newNaive(t *testing.T, f *fixture) *naive {
	n := &naive{t: t, f: f, parents: map[string][]string{}, date: map[string]string{}, files: map[string]map[string]string{}, head: f.id("HEAD").String(), tips: map[string]string{}}
	n.before = strings.Fields(f.git("rev-list", "HEAD"))
	var list []string
	for line := range strings.Lines(f.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)")) {
		if id, ok := strings.CutSuffix(strings.TrimSpace(line), " commit"); ok {
			list = append(list, id)
		}
	}
	for line := range strings.Lines(f.gitInput(strings.Join(list, "\n"), "log", "--no-walk", "--stdin", "--format=%ct %H %P")) {
		fields := strings.Fields(line)
		n.commits = append(n.commits, fields[1])
		n.parents[fields[1]], n.date[fields[1]] = fields[2:], fields[0]
		files := map[string]string{}
		for entry := range strings.SplitSeq(f.git("ls-tree", "-r", "-z", fields[1]), "\x00") {
			if about, path, ok := strings.Cut(entry, "\t"); ok {
				files[path] = strings.Fields(about)[2]
			}
		}
		n.files[fields[1]] = files
	}
	slices.SortFunc(n.commits, func(a, b string) int { return strings.Compare(n.date[a], n.date[b]) })
	return n
}

func (n *naive) holds(commit string, group []string) bool {
	for _, blob := range n.files[commit] {
		if slices.Contains(group, blob) {
			return true
		}
	}
	return false
}

// places gives PATH BLOB COMMIT lines: who introduced what.
func (n *naive) places(group []string) (lines []string) {
	seen := map[string]bool{}
	for _, commit := range n.commits {
		for path, blob := range n.files[commit] {
			inParent := false
			for _, p := range n.parents[commit] {
				inParent = inParent || n.files[p][path] == blob
			}
			if key := path + " " + blob; !inParent && slices.Contains(group, blob) && !seen[key] {
				seen[key] = true
				lines = append(lines, key+" "+commit)
			}
		}
	}
	slices.Sort(lines)
	return lines
}

// check compares an attribution with what git says.
func (n *naive) check(group []string, got Attribution) {
	n.t.Helper()
	var holders []string
	first := ""
	for _, commit := range n.commits {
		if !n.holds(commit, group) {
			continue
		}
		holders = append(holders, commit)
		if !slices.ContainsFunc(n.parents[commit], func(p string) bool { return n.holds(p, group) }) && first == "" {
			first = commit
		}
	}
	e := got.Exposure
	if len(holders) == 0 {
		if e.First != nil || e.Last != nil || e.Commits != 0 || len(e.Refs) != 0 || e.Removed != nil || e.Days != 0 {
			n.t.Errorf("%v is in no commit, but %+v", group, e)
		}
		return
	}
	if e.First == nil || e.Last == nil || e.First.ID.String() != first || e.Last.ID.String() != holders[len(holders)-1] {
		n.t.Errorf("%v: from %v to %v, want %s to %s", group, e.First, e.Last, first, holders[len(holders)-1])
	}
	if e.Commits != len(holders) || e.InHead != n.holds(n.head, group) || e.Blobs != len(group) && !n.byName {
		n.t.Errorf("%v: %d commits, %d blobs, in HEAD %v; want %d", group, e.Commits, e.Blobs, e.InHead, len(holders))
	}
	var places []string
	for _, place := range got.Places {
		if place.State != InCommit {
			continue
		}
		content := place.Name
		if content == "" {
			content = place.Object.String()
		}
		places = append(places, fmt.Sprintf("%s %s %s", place.Path, content, place.Commit.ID))
	}
	slices.Sort(places)
	if want := n.places(group); !slices.Equal(places, want) {
		n.t.Errorf("%v stands at\n%s\nwant\n%s", group, strings.Join(places, "\n"), strings.Join(want, "\n"))
	}
	n.checkRefs(group, holders, e)
	n.checkRemoved(group, e)
}

func (n *naive) checkRefs(group, holders []string, e Exposure) {
	n.t.Helper()
	arguments := []string{"for-each-ref", "--format=%(refname:short) %(*objectname)%(objectname)"}
	for _, commit := range holders {
		arguments = append(arguments, "--contains", commit)
	}
	var want []string
	for line := range strings.Lines(n.f.git(arguments...)) {
		want = append(want, strings.Fields(line)[0])
	}
	if slices.ContainsFunc(holders, func(c string) bool { return slices.Contains(n.before, c) }) {
		want = append(want, "HEAD")
	}
	slices.Sort(want)
	var got []string
	for i, reach := range e.Refs {
		got = append(got, reach.Name)
		if i > 0 && reach.Tip && !e.Refs[i-1].Tip {
			n.t.Errorf("%v: references are not sorted: %v", group, e.Refs)
		}
		if n.tips[reach.Name] == "" {
			n.tips[reach.Name] = n.f.id(reach.Name + "^{commit}").String()
		}
		if reach.Tip != slices.Contains(holders, n.tips[reach.Name]) {
			n.t.Errorf("%v: %v", group, reach)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		n.t.Errorf("%v is reached by %v, want %v", group, got, want)
	}
}

func (n *naive) checkRemoved(group []string, e Exposure) {
	n.t.Helper()
	ancestors := n.before
	lost := !n.holds(n.head, group) && slices.ContainsFunc(ancestors, func(c string) bool { return n.holds(c, group) })
	switch {
	case !lost && e.Removed != nil, lost && e.Removed == nil:
		n.t.Errorf("%v: removed by %v, but lost by HEAD: %v", group, e.Removed, lost)
	case lost:
		id := e.Removed.ID.String()
		if !slices.Contains(ancestors, id) || n.holds(id, group) || !slices.ContainsFunc(n.parents[id], func(p string) bool { return n.holds(p, group) }) {
			n.t.Errorf("%v: %s did not remove it", group, id)
		}
	}
}

// checkLog holds what is said of one blob against git log.
func (n *naive) checkLog(blob string, got Attribution) {
	n.t.Helper()
	changed := strings.Fields(n.f.git("log", "--all", "--reflog", "-m", "--find-object="+blob, "--format=%H"))
	lines := []*CommitLine{got.Exposure.First, got.Exposure.Removed}
	for _, place := range got.Places { // Commit is nil where no commit has it
		lines = append(lines, place.Commit)
	}
	reachable := strings.Fields(n.f.git("rev-list", "--all", "--reflog"))
	for _, line := range lines {
		if line != nil && slices.Contains(reachable, line.ID.String()) && !slices.Contains(changed, line.ID.String()) {
			n.t.Errorf("%s: git log does not find %s", blob, line.ID)
		}
	}
}

// named is the same history, with files' names in place of their contents, at one path only if it is not empty.
func (n *naive) named(at string) *naive {
	other := *n
	other.byName = true
	other.files = map[string]map[string]string{}
	for commit, files := range n.files {
		other.files[commit] = map[string]string{}
		for p := range files {
			if at == "" || p == at {
				other.files[commit][p] = path.Base(p)
			}
		}
	}
	return &other
}

// checkNames compares the attribution of files' names, wherever they stand and at each path.
func (n *naive) checkNames() {
	n.t.Helper()
	paths := map[string]bool{}
	for _, files := range n.files {
		for p := range files {
			paths[p] = true
		}
	}
	var groups []Group
	var naives []*naive
	for p := range paths {
		groups = append(groups, Group{Files: []string{path.Base(p)}}, Group{Files: []string{path.Base(p)}, Path: p})
		naives = append(naives, n.named(""), n.named(p))
	}
	for i, got := range attributeAll(n.t, n.f.openHistory(), groups...) {
		naives[i].check(groups[i].Files, got)
	}
}

// TestAttributeProperty compares attribution on random histories (merges of all
// kinds, renames, several roots, unreachable commits) with a computation over
// git ls-tree of every commit.
func TestAttributeProperty(t *testing.T) {
	t.Parallel()
	for seed := range rounds(2, 20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(uint64(seed), 11))
			var arguments []string
			if seed%2 == 1 {
				arguments = append(arguments, "--object-format=sha256")
			}
			f := newFixture(t, arguments...)
			randomHistory(f, random, 40, false)
			if seed%4 < 2 {
				f.git("repack", "-q", "-a", "-d", "-k", "-f", "--depth=40")
			}
			n := newNaive(t, f)
			var blobs []string
			for content := range 12 {
				blobs = append(blobs, strings.TrimSpace(f.gitInput(fmt.Sprintf("content %d", content), "hash-object", "-w", "--stdin")))
			}
			var names [][]string
			for _, blob := range blobs {
				names = append(names, []string{blob})
			}
			for range 70 { // more than one batch
				random.Shuffle(len(blobs), func(i, j int) { blobs[i], blobs[j] = blobs[j], blobs[i] })
				names = append(names, slices.Clone(blobs[:1+random.IntN(4)]))
			}
			groups := make([]Group, len(names))
			for i, group := range names {
				for _, blob := range group {
					groups[i].Blobs = append(groups[i].Blobs, parseTestID(t, blob))
				}
			}
			result := attributeAll(t, f.openHistory(), groups...)
			other, err := f.discover().OpenHistory(context.Background(), HistoryOptions{Workers: 5, Now: scanNow})
			if err != nil {
				t.Fatal(err)
			}
			for i, again := range attributeAll(t, other, groups...) {
				if !reflect.DeepEqual(again.Exposure, result[i].Exposure) || !reflect.DeepEqual(again.Places, result[i].Places) {
					t.Error("the result depends on the number of workers")
				}
			}
			for i, got := range result[:16] {
				n.check(names[i], got)
			}
			n.check(names[len(names)-1], result[len(names)-1])
			n.checkNames()
			checkCounting(t, f, random, groups, result)
			for i := range 3 {
				n.checkLog(names[i][0], result[i])
			}
		})
	}
}
