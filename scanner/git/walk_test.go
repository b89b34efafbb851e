package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// walkRecord is what a walk visited.
type walkRecord struct {
	t       testing.TB
	mu      sync.Mutex
	visits  map[packfile.ID]string // kind:size[:delta]
	fails   map[packfile.ID]error
	broken  []string // files
	deltas  int
	streams int
	refuse  func(packfile.ID) error
}

// recorder is a visitor that checks all that it is shown.
type recorder struct{ record *walkRecord }

// Visit hashes the content, and makes it again from the copies and the base.
func (v recorder) Visit(o *packfile.Object, base any) (any, error) {
	r := v.record
	content := o.Content
	if o.Open != nil {
		stream, err := o.Open()
		if err == nil {
			content, err = io.ReadAll(stream)
			err = errors.Join(err, stream.Close())
		}
		if err != nil {
			return nil, err
		}
	}
	if int64(len(content)) != o.Size {
		r.t.Errorf("%s: %d bytes instead of %d", o.ID, len(content), o.Size)
	}
	if sum := o.ID.Format().Sum(o.Kind, content); sum != o.ID {
		r.t.Errorf("%s: content of %s", o.ID, sum)
	}
	if o.Delta {
		rebuilt := bytes.Clone(content)
		for _, c := range o.Copies {
			copy(rebuilt[c.Target:c.Target+c.Size], base.([]byte)[c.Source:c.Source+c.Size])
		}
		if !bytes.Equal(rebuilt, content) {
			r.t.Errorf("%s: copies from the base give another content", o.ID)
		}
	} else if base != nil || len(o.Copies) > 0 {
		r.t.Errorf("%s: a state without a delta", o.ID)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.visits[o.ID] != "" {
		r.t.Errorf("%s is visited twice", o.ID)
	}
	r.visits[o.ID] = fmt.Sprintf("%s:%d", o.Kind, o.Size)
	if o.Delta {
		r.deltas++
	}
	if o.Open != nil {
		r.streams++
	}
	if r.refuse != nil {
		if err := r.refuse(o.ID); err != nil {
			return nil, err
		}
	}
	return bytes.Clone(content), nil
}

// walkAll walks a repository and checks what can be checked of any walk.
func walkAll(t testing.TB, repo *Repository, options WalkOptions) (*walkRecord, WalkStats) {
	t.Helper()
	return walkRefusing(t, repo, options, nil)
}

func walkRefusing(t testing.TB, repo *Repository, options WalkOptions, refuse func(packfile.ID) error) (*walkRecord, WalkStats) {
	t.Helper()
	r := &walkRecord{t: t, visits: map[packfile.ID]string{}, fails: map[packfile.ID]error{}, refuse: refuse}
	var progress WalkProgress
	options.Progress = &progress
	stats, err := repo.WalkObjects(context.Background(), options, func() packfile.Visitor { return recorder{r} },
		func(id packfile.ID, where string, err error) {
			if id.IsZero() {
				r.broken = append(r.broken, where+": "+err.Error())
				return
			}
			if r.fails[id] != nil {
				t.Errorf("%s is reported twice", id)
			}
			r.fails[id] = err
		})
	if err != nil {
		t.Fatal(err)
	}
	if int(stats.Objects) != len(r.visits)+len(r.fails) && refuse == nil || int(stats.Failed) != len(r.fails) {
		t.Errorf("stats say %+v; %d visited, %d failed", stats, len(r.visits), len(r.fails))
	}
	if done, total := progress.Objects.Load(), progress.TotalObjects.Load(); done != total || done != stats.Objects {
		t.Errorf("progress ends with %d of %d objects, stats say %d", done, total, stats.Objects)
	}
	if done, total := progress.Stored.Load(), progress.TotalStored.Load(); done != total && len(r.broken) == 0 {
		t.Errorf("progress ends with %d of %d bytes", done, total)
	} else if done < int64(stats.Loose)*looseSize && len(r.broken) == 0 {
		t.Errorf("progress ends with %d bytes, %d loose objects among them", done, stats.Loose)
	}
	return r, stats
}

// everyObject lists a repository's objects as git does: id → kind:size.
func everyObject(t testing.TB, f *fixture) map[packfile.ID]string {
	t.Helper()
	list := map[packfile.ID]string{}
	for _, line := range strings.Fields(f.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname):%(objecttype):%(objectsize)")) {
		digits, about, _ := strings.Cut(line, ":")
		id, err := packfile.ParseID(digits)
		if err != nil {
			t.Fatal(err)
		}
		list[id] = about
	}
	if len(list) == 0 {
		t.Fatal("no objects")
	}
	return list
}

func compareVisits(t testing.TB, got, want map[packfile.ID]string) {
	t.Helper()
	for id, about := range want {
		if got[id] != about {
			t.Errorf("%s (%s) is visited as %q", id, about, got[id])
		}
	}
	for id, about := range got {
		if want[id] == "" {
			t.Errorf("%s (%s) is visited", id, about)
		}
	}
}

// walkStores are ways in which the same history can be stored.
var walkStores = []struct {
	name string
	init []string
	pack func(f *fixture)
}{
	{"loose", nil, func(*fixture) {}},
	{"packed", nil, func(f *fixture) { f.git("gc", "-q") }},
	{"index version 1", nil, func(f *fixture) { f.git("-c", "pack.indexVersion=1", "repack", "-q", "-a", "-d") }},
	{"ref-deltas", nil, func(f *fixture) { f.git("-c", "repack.useDeltaBaseOffset=false", "repack", "-q", "-a", "-d") }},
	{"large offsets", nil, func(f *fixture) {
		f.git("repack", "-q", "-a", "-d")
		packs, _ := filepath.Glob(f.dir + "/.git/objects/pack/*.pack")
		_ = os.Remove(strings.TrimSuffix(packs[0], "pack") + "idx")
		f.git("index-pack", "--index-version=2,0x40", packs[0])
	}},
	{"several packs and loose", nil, func(f *fixture) {
		f.git("repack", "-q")
		versions(f, 3)
		f.git("repack", "-q")
		versions(f, 2)
	}},
	{"everything three times", nil, func(f *fixture) {
		f.git("repack", "-q")                          // loose objects stay
		f.git("repack", "-q", "-a", "-f", "--depth=3") // another pack
		f.git("-c", "pack.packSizeLimit=1m", "repack", "-q", "-a", "-F", "--depth=1", "--window=2")
	}},
	{"no compression", nil, func(f *fixture) { f.git("-c", "pack.compression=0", "repack", "-q", "-a", "-d", "-F") }},
	{"long chains", nil, func(f *fixture) { f.git("repack", "-q", "-a", "-d", "-F", "--depth=4000", "--window=40") }},
	{"sha256 loose", []string{"--object-format=sha256"}, func(*fixture) {}},
	{"sha256 packed", []string{"--object-format=sha256"}, func(f *fixture) { f.git("gc", "-q") }},
}

func TestWalkAgainstGit(t *testing.T) {
	t.Parallel()
	for _, test := range walkStores {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, test.init...)
			versions(f, 12)
			f.git("tag", "-a", "-m", "annotated", "v1")
			f.gitInput("dangling", "hash-object", "-w", "--stdin")
			test.pack(f)
			want := everyObject(t, f)
			for _, workers := range []int{1, 3} {
				r, stats := walkAll(t, f.discover(), WalkOptions{Workers: workers})
				compareVisits(t, r.visits, want)
				if len(r.fails)+len(r.broken) > 0 {
					t.Errorf("failed: %v %v", r.fails, r.broken)
				}
				if strings.Contains(test.name, "pack") && r.deltas == 0 {
					t.Errorf("no deltas in %+v", stats)
				}
			}
		})
	}
}

func TestWalkSelects(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	versions(f, 8)
	f.git("tag", "-a", "-m", "annotated", "v1")
	f.git("repack", "-q")
	versions(f, 4)
	all := everyObject(t, f)
	packs, _ := filepath.Glob(f.dir + "/.git/objects/pack/*.pack")
	packed := map[packfile.ID]bool{}
	for line := range strings.Lines(f.git("verify-pack", "-v", packs[0])) {
		if id, err := packfile.ParseID(strings.Fields(line)[0]); err == nil {
			packed[id] = true
		}
	}
	even := func(id packfile.ID) bool { return id.Append(nil)[0]%2 == 0 }
	half := map[packfile.ID]bool{} // every other one of packed
	for n, id := range slices.SortedFunc(maps.Keys(packed), packfile.CompareIDs) {
		half[id] = n%2 == 0
	}
	recall := func(whole bool) func([]*Part) {
		return func(parts []*Part) {
			p := parts[slices.IndexFunc(parts, func(p *Part) bool { return p.Path == packs[0] })]
			if p.Len() != len(packed) || !p.Packed {
				t.Errorf("%d objects instead of %d", p.Len(), len(packed))
			}
			if err := p.Each(func(place int, id packfile.ID) error {
				if half[id] != (place%2 == 0) {
					return fmt.Errorf("%s at place %d", id, place)
				}
				return nil
			}); err != nil {
				t.Error(err)
			}
			p.Known = func(place int) bool { return whole || place%2 == 0 }
		}
	}
	tests := []struct {
		name    string
		options WalkOptions
		want    func(id packfile.ID, about string) bool
	}{
		{"trees", WalkOptions{Kinds: []packfile.Kind{packfile.KindTree}}, func(_ packfile.ID, about string) bool { return strings.HasPrefix(about, "tree") }},
		{"commits and tags", WalkOptions{Kinds: []packfile.Kind{packfile.KindCommit, packfile.KindTag}}, func(_ packfile.ID, about string) bool {
			return strings.HasPrefix(about, "commit") || strings.HasPrefix(about, "tag")
		}},
		{"skip half", WalkOptions{Skip: even}, func(id packfile.ID, _ string) bool { return !even(id) }},
		{"skip all", WalkOptions{Skip: func(packfile.ID) bool { return true }}, func(packfile.ID, string) bool { return false }},
		{"recall a pack", WalkOptions{Recall: recall(true)}, func(id packfile.ID, _ string) bool { return !packed[id] }},
		{"recall half of a pack", WalkOptions{Recall: recall(false)}, func(id packfile.ID, _ string) bool { return !packed[id] || !half[id] }},
		{"streams", WalkOptions{Limits: packfile.WalkLimits{MaxWhole: 1}}, func(packfile.ID, string) bool { return true }},
		{"little memory", WalkOptions{Limits: packfile.WalkLimits{MaxHeld: 1}}, func(packfile.ID, string) bool { return true }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := map[packfile.ID]string{}
			for id, about := range all {
				if test.want(id, about) {
					want[id] = about
				}
			}
			r, _ := walkAll(t, f.discover(), test.options)
			compareVisits(t, r.visits, want)
			if test.name == "streams" && r.streams == 0 {
				t.Error("no streams")
			}
		})
	}
}

func TestWalkAlternates(t *testing.T) {
	t.Parallel()
	base := newFixture(t)
	versions(base, 4)
	base.git("repack", "-q", "-a", "-d")
	versions(base, 2)
	f := newFixture(t)
	f.write(".git/objects/info/alternates", base.dir+"/.git/objects\n")
	versions(f, 5)
	f.write("more", "more")
	f.commit("more")
	r, _ := walkAll(t, f.discover(), WalkOptions{})
	compareVisits(t, r.visits, everyObject(t, f))
}

// TestWalkOneTree: the work is shared although the pack is a single tree.
func TestWalkOneTree(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var input strings.Builder
	random := rand.New(rand.NewPCG(5, 6))
	lines := make([]string, 300)
	for i := range lines {
		lines[i] = fmt.Sprintf("line %d %x", i, random.Uint64())
	}
	for i := range 1500 {
		lines[random.IntN(len(lines))] = fmt.Sprintf("changed %d %x", i, random.Uint64())
		content := strings.Join(lines, "\n")
		fmt.Fprintf(&input, "blob\ndata %d\n%s\n", len(content), content)
	}
	f.gitInput(input.String(), "fast-import", "--quiet")
	f.git("repack", "-q", "-a", "-d", "-f", "-k", "--depth=50", "--window=60")
	want := everyObject(t, f)
	for _, workers := range []int{1, 2, 4} {
		r, stats := walkAll(t, f.discover(), WalkOptions{Workers: workers})
		compareVisits(t, r.visits, want)
		if r.deltas < len(want)*9/10 {
			t.Errorf("%d deltas of %d objects", r.deltas, len(want))
		}
		if least := slices.Min(stats.Workers); least < int64(len(want)/workers/32) { // more workers than processors share it as the system lets them
			t.Errorf("%d workers visited %v objects", workers, stats.Workers)
		}
	}
}

func TestWalkEnds(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	versions(f, 12)
	f.git("repack", "-q", "-a", "-d")
	versions(f, 12)
	t.Run("context", func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(context.Background())
		reason := errors.New("enough")
		cancel(reason)
		_, err := f.discover().WalkObjects(ctx, WalkOptions{}, func() packfile.Visitor { return recorder{&walkRecord{t: t, visits: map[packfile.ID]string{}}} }, nil)
		if !errors.Is(err, reason) {
			t.Errorf("ends with %v", err)
		}
	})
	t.Run("panic", func(t *testing.T) {
		defer func() {
			if recover() == nil {
				t.Error("the visitor's panic is lost")
			}
		}()
		_, _ = f.discover().WalkObjects(context.Background(), WalkOptions{Workers: 3}, func() packfile.Visitor { return panicker{} }, nil)
	})
	t.Run("error", func(t *testing.T) {
		refused := errors.New("refused")
		r, _ := walkRefusing(t, f.discover(), WalkOptions{}, func(id packfile.ID) error {
			if id.Append(nil)[0]%3 == 0 {
				return refused
			}
			return nil
		})
		compareVisits(t, r.visits, everyObject(t, f))
		for id, err := range r.fails {
			if !errors.Is(err, refused) || !strings.Contains(err.Error(), id.String()) {
				t.Errorf("%s: %v", id, err)
			}
		}
		if len(r.fails) == 0 {
			t.Error("nothing is reported")
		}
	})
}

type panicker struct{}

func (panicker) Visit(*packfile.Object, any) (any, error) { panic("a visitor's") }

func TestWalkRemembers(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	versions(f, 4)
	f.git("repack", "-q", "-d")
	versions(f, 3)
	var told []string
	digests := map[[32]byte]bool{}
	options := WalkOptions{
		Recall: func(parts []*Part) {
			for _, p := range parts {
				if !p.Packed {
					p.Known = func(int) bool { return false }
				}
			}
		},
		Remember: func(parts []*Part) {
			for _, p := range parts {
				n := 0
				if err := p.Each(func(_ int, id packfile.ID) error {
					n++
					if !p.Has(id) {
						t.Errorf("%s: it has no %s", p.Path, id)
					}
					return nil
				}); err != nil || n != p.Len() || n == 0 {
					t.Errorf("%s: %d objects, %d of them shown, %v", p.Path, p.Len(), n, err)
				}
				if p.Packed {
					sum, err := p.Digest()
					if err != nil {
						t.Error(err)
					}
					digests[sum] = true
				}
				told = append(told, fmt.Sprintf("packed %v, recalled %v, flawed %v", p.Packed, p.Known != nil, p.Flawed))
			}
		},
	}
	for range 2 {
		walkAll(t, f.discover(), options)
	}
	want := []string{"packed true, recalled false, flawed false", "packed false, recalled true, flawed false"}
	if !slices.Equal(told, append(want, want...)) || len(digests) != 1 {
		t.Errorf("told %q, %d digests", told, len(digests))
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	options.Remember = func([]*Part) { t.Error("a walk that was stopped is remembered") }
	_, err := f.discover().WalkObjects(ctx, options, func() packfile.Visitor { return emptyVisitor{} }, func(packfile.ID, string, error) {})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
