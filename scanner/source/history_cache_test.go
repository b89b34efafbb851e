package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/git"
)

// cacheSet has a rule on contents and one on paths alone.
func cacheSet(t testing.TB) *rules.Set {
	t.Helper()
	set, err := rules.NewSet(rules.Pack{ID: "test", Rules: []rules.Rule{
		{ID: "test-token", Description: "token", Regex: `tok_[a-z0-9]{16}`, Severity: rules.SeverityHigh, Confidence: rules.ConfidenceHigh},
		{ID: "test-file", Description: "file", Path: `(^|/)keep\.secret$`, Severity: rules.SeverityHigh, Confidence: rules.ConfidenceHigh},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// cachedAudit audits a repository with a cache, or with none where dir is empty.
func cachedAudit(t testing.TB, repository, dir string, set *rules.Set, o HistoryOptions) (scanner.Result, []string) {
	t.Helper()
	repo, err := git.Discover(repository, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = repo.Close() }()
	if dir != "" {
		sum, err := set.Digest()
		if err != nil {
			t.Fatal(err)
		}
		o.Cache = openTestCache(t, dir, CacheOptions{Rules: sum, ReadOnly: o.Narrow()})
	}
	result, err := scanner.ScanHistory(context.Background(), NewHistory(repo, o), scanner.Options{Set: set})
	if err != nil {
		t.Fatal(err)
	}
	if o.Cache == nil {
		return result, nil
	}
	return result, o.Cache.Notes()
}

// sameAudit compares audits with and without a cache: all but what was read and how long it took.
func sameAudit(t testing.TB, what string, got, want scanner.Result) {
	t.Helper()
	for _, r := range []*scanner.Result{&got, &want} {
		s := &r.Summary
		s.Cached, s.Blobs, s.Bytes, s.Elapsed, s.Started = 0, 0, 0, 0, want.Summary.Started
		for i := range r.Findings { // a moment later, a day more may have passed
			if e := r.Findings[i].Exposure; e != nil {
				e.Days = 0
			}
		}
	}
	if !reflect.DeepEqual(got.Summary, want.Summary) {
		t.Errorf("%s: with the cache %+v\nwithout %+v", what, got.Summary, want.Summary)
	}
	if !reflect.DeepEqual(got.Findings, want.Findings) {
		t.Errorf("%s: findings with the cache:\n%s\nwithout:\n%s", what, tellFindings(got), tellFindings(want))
	}
	if !reflect.DeepEqual(got.Skipped, want.Skipped) {
		t.Errorf("%s: skipped with the cache: %+v\nwithout: %+v", what, got.Skipped, want.Skipped)
	}
}

func tellFindings(r scanner.Result) string {
	var b strings.Builder
	for i := range r.Findings {
		f := &r.Findings[i]
		fmt.Fprintf(&b, "%s %s %+v\n", f.Rule.ID, f.Secret.Reveal(), f.Exposure)
		for _, p := range f.Places {
			fmt.Fprintf(&b, "    %s %s %s:%d\n", p.Kind, p.Commit, p.Path, p.Line)
		}
	}
	return b.String()
}

func packsOf(t testing.TB, dir string) []string {
	t.Helper()
	packs, err := filepath.Glob(filepath.Join(dir, ".git", "objects", "pack", "*.pack"))
	if err != nil {
		t.Fatal(err)
	}
	return packs
}

// removePack removes a pack, and what its index is about with it.
func removePack(t testing.TB, pack string) {
	t.Helper()
	files, err := filepath.Glob(strings.TrimSuffix(pack, "pack") + "*")
	for _, file := range files {
		if err == nil {
			err = os.Remove(file)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestHistoryCacheProperty lets a repository live: commits, tags, every way in which git moves
// objects between packs and loose files, as many lives as KEYSIEVE_CACHE_SEEDS says. After each step an audit with the cache must say
// what one without it says, and read little.
func TestHistoryCacheProperty(t *testing.T) {
	t.Parallel()
	set := cacheSet(t)
	cache := t.TempDir()
	seeds, err := strconv.ParseUint(cmp.Or(os.Getenv("KEYSIEVE_CACHE_SEEDS"), "1"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 7))
		dir := stage(t, map[string]string{"a.txt": "nothing\n", "sub/keep.secret": "x"})
		random := func() string { return fmt.Sprintf("tok_%016x", r.Uint64()) }
		secrets := []string{random()} // of which some stand at many places
		secret := func() string {
			if r.IntN(2) == 0 {
				secrets = append(secrets, random())
			}
			return secrets[r.IntN(len(secrets))]
		}
		commit := func(message string) {
			stageGit(t, dir, "add", "-A")
			stageGit(t, dir, "commit", "-q", "--allow-empty", "-m", message)
		}
		steps := []struct {
			name string
			do   func()
		}{
			{"clean commit", func() {
				put(t, dir, map[string]string{"a.txt": fmt.Sprint(r.Uint64()), "sub/b.txt": fmt.Sprint(r.Uint64())})
				commit("clean")
			}},
			{"secret in a file", func() {
				put(t, dir, map[string]string{fmt.Sprintf("f%d.txt", r.IntN(3)): strings.Repeat("line\n", r.IntN(40)) + secret() + "\n"})
				commit("file")
			}},
			{"secret in a message", func() { commit("message " + secret()) }},
			{"secret in a tag", func() { stageGit(t, dir, "tag", "-f", "-m", "tag "+secret(), fmt.Sprintf("t%d", r.IntN(3))) }},
			{"secret in a name", func() { put(t, dir, map[string]string{"names/" + secret(): "x"}); commit("name") }},
			{"file that should not be there", func() {
				put(t, dir, map[string]string{fmt.Sprintf("d%d/keep.secret", r.IntN(3)): fmt.Sprint(r.IntN(3))})
				commit("path")
			}},
			{"pack what is loose", func() { stageGit(t, dir, "repack", "-q", "-d") }},
			{"pack all in one", func() { stageGit(t, dir, "repack", "-q", "-a", "-d") }},
			{"pack all once more", func() { stageGit(t, dir, "repack", "-q", "-a", "-f", fmt.Sprintf("--depth=%d", 1+r.IntN(9))) }},
			{"a pack goes whose objects others have", func() {
				packs := packsOf(t, dir)
				stageGit(t, dir, "repack", "-q", "-a", "-f", fmt.Sprintf("--window=%d", 1+r.IntN(9)))
				if len(packs) > 0 && len(packsOf(t, dir)) > len(packs) { // else the same was made again
					removePack(t, packs[r.IntN(len(packs))])
				}
			}},
			{"gc", func() { stageGit(t, dir, "gc", "-q") }},
			{"loose again", func() {
				for _, pack := range packsOf(t, dir) {
					aside := filepath.Join(t.TempDir(), "pack")
					if err := os.Rename(pack, aside); err != nil {
						t.Fatal(err)
					}
					removePack(t, pack)
					stageGit(t, dir, "-c", "alias.x=!git unpack-objects -q <"+aside, "x")
				}
			}},
		}
		for n := range 30 {
			step := steps[r.IntN(len(steps))]
			step.do()
			what := fmt.Sprintf("seed %d, step %d, %s", seed, n, step.name)
			want, _ := cachedAudit(t, dir, "", set, HistoryOptions{})
			got, notes := cachedAudit(t, dir, cache, set, HistoryOptions{})
			sameAudit(t, what, got, want)
			got, more := cachedAudit(t, dir, cache, set, HistoryOptions{})
			if got.Summary.Cached+got.Summary.Blobs == 0 || got.Summary.Blobs > 0 && got.Summary.Findings == 0 {
				t.Errorf("%s: nothing is new, but %+v", what, got.Summary)
			}
			sameAudit(t, what+", again", got, want)
			narrow := HistoryOptions{ReachableOnly: true}
			want, _ = cachedAudit(t, dir, "", set, narrow)
			got, _ = cachedAudit(t, dir, cache, set, narrow)
			sameAudit(t, what+", narrowed", got, want)
			if len(notes)+len(more) > 0 {
				t.Errorf("%s: %q, %q", what, notes, more)
			}
			if t.Failed() {
				return
			}
		}
	}
}

// twoPacks makes a repository with two packs that have much in common, and returns the pack whose objects
// are not all in the other one.
func twoPacks(t *testing.T) (dir, larger string) {
	t.Helper()
	dir = stage(t, map[string]string{"a.txt": strings.Repeat("one line of many\n", 200)})
	stageGit(t, dir, "repack", "-q", "-a", "-d")
	first := packsOf(t, dir)
	put(t, dir, map[string]string{"b.txt": "tok_" + strings.Repeat("b", 16), "c.txt": strings.Repeat("another line\n", 300)})
	stageGit(t, dir, "add", "-A")
	stageGit(t, dir, "commit", "-q", "-m", "second")
	stageGit(t, dir, "repack", "-q", "-a")
	stageGit(t, dir, "prune-packed")
	for _, pack := range packsOf(t, dir) {
		if pack != first[0] {
			return dir, pack
		}
	}
	t.Fatal("there is one pack only")
	return "", ""
}

// spoilObject changes a byte of an object in a pack.
func spoilObject(t *testing.T, dir, pack, revision string) {
	t.Helper()
	id := strings.TrimSpace(stageGit(t, dir, "rev-parse", revision))
	for _, line := range strings.Split(stageGit(t, dir, "verify-pack", "-v", pack), "\n") {
		if fields := strings.Fields(line); len(fields) >= 5 && fields[0] == id {
			offset, err := strconv.ParseInt(fields[4], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(pack)
			if err == nil {
				data[offset+6] ^= 0xff
				err = errors.Join(os.Remove(pack), os.WriteFile(pack, data, 0o600))
			}
			if err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("%s is not in %s", revision, pack)
}

// TestHistoryCacheDamagedPack spoils an object that is in one pack only, and one that is sound in
// another: the pack is not remembered. In the second case it is by the next audit, which looks at
// the sound copy only: what a cache says is about contents.
func TestHistoryCacheDamagedPack(t *testing.T) {
	t.Parallel()
	set := cacheSet(t)
	for _, test := range []struct {
		name, revision string
		skipped        int
	}{{"lost", "HEAD:c.txt", 1}, {"sound elsewhere", "HEAD:a.txt", 0}} {
		dir, larger := twoPacks(t)
		sound, err := os.ReadFile(larger)
		if err != nil {
			t.Fatal(err)
		}
		spoilObject(t, dir, larger, test.revision)
		cache := t.TempDir()
		want, _ := cachedAudit(t, dir, "", set, HistoryOptions{})
		if len(want.Skipped) != test.skipped || len(want.Findings) != 1 {
			t.Fatalf("%s: %+v", test.name, want)
		}
		for n := range 2 {
			got, _ := cachedAudit(t, dir, cache, set, HistoryOptions{})
			sameAudit(t, test.name, got, want)
			if got.Summary.Cached > got.Summary.Objects/2+1 {
				t.Errorf("%s: audit %d: %+v", test.name, n, got.Summary)
			}
		}
		if err := errors.Join(os.Remove(larger), os.WriteFile(larger, sound, 0o600)); err != nil {
			t.Fatal(err)
		}
		want, _ = cachedAudit(t, dir, "", set, HistoryOptions{})
		for range 2 {
			got, _ := cachedAudit(t, dir, cache, set, HistoryOptions{})
			sameAudit(t, test.name+", mended", got, want)
		}
		if got, _ := cachedAudit(t, dir, cache, set, HistoryOptions{}); got.Summary.Cached != got.Summary.Objects-1 {
			t.Errorf("%s, mended: %+v", test.name, got.Summary)
		}
	}
}

// TestHistoryCacheTruncatedPack has a pack that was sound when it was remembered.
func TestHistoryCacheTruncatedPack(t *testing.T) {
	t.Parallel()
	set := cacheSet(t)
	dir, larger := twoPacks(t)
	cache := t.TempDir()
	cachedAudit(t, dir, cache, set, HistoryOptions{})
	data, err := os.ReadFile(larger)
	if err == nil {
		err = errors.Join(os.Remove(larger), os.WriteFile(larger, data[:len(data)-30], 0o600))
	}
	if err != nil {
		t.Fatal(err)
	}
	want, _ := cachedAudit(t, dir, "", set, HistoryOptions{})
	got, _ := cachedAudit(t, dir, cache, set, HistoryOptions{})
	sameAudit(t, "truncated", got, want)
	if len(got.Skipped) == 0 {
		t.Error("it is not noticed")
	}
}

// TestHistoryCacheMalformedObject has a commit and a tree that can be read but make no sense: they are
// reported each time, and the pack is remembered.
func TestHistoryCacheMalformedObject(t *testing.T) {
	t.Parallel()
	set := cacheSet(t)
	dir := stage(t, map[string]string{"a.txt": "x"})
	put(t, dir, map[string]string{"bad": "no commit\n"})
	for _, kind := range []string{"commit", "tree"} {
		stageGit(t, dir, "hash-object", "--literally", "-w", "-t", kind, "bad")
	}
	cache := t.TempDir()
	want, _ := cachedAudit(t, dir, "", set, HistoryOptions{})
	if len(want.Skipped) != 2 {
		t.Fatalf("skipped: %+v", want.Skipped)
	}
	for range 3 {
		got, _ := cachedAudit(t, dir, cache, set, HistoryOptions{})
		sameAudit(t, "malformed", got, want)
	}
}

func TestHistoryCacheInterrupted(t *testing.T) {
	t.Parallel()
	dir, _ := twoPacks(t)
	repo, err := git.Discover(dir, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = repo.Close() }()
	cache := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	o := HistoryOptions{Cache: openTestCache(t, cache, CacheOptions{})}
	if _, err := scanner.ScanHistory(ctx, NewHistory(repo, o), scanner.Options{Set: cacheSet(t)}); err != nil {
		t.Fatal(err)
	}
	if files := cacheFiles(t, cache); len(files) > 0 {
		t.Errorf("an audit that was interrupted left %q", files)
	}
}

// TestHistoryCacheShared has audits of two repositories, one of which borrows objects of the
// other, at the same time and with one cache.
func TestHistoryCacheShared(t *testing.T) {
	t.Parallel()
	set := cacheSet(t)
	first, _ := twoPacks(t)
	second := filepath.Join(t.TempDir(), "second")
	stageGit(t, first, "clone", "-q", "--shared", first, second)
	put(t, second, map[string]string{"own.txt": "tok_" + strings.Repeat("c", 16)})
	stageGit(t, second, "add", "-A")
	stageGit(t, second, "commit", "-q", "-m", "own")
	cache := t.TempDir()
	var done sync.WaitGroup
	for _, dir := range []string{first, second, first, second} {
		done.Go(func() {
			want, _ := cachedAudit(t, dir, "", set, HistoryOptions{})
			for range 3 {
				got, notes := cachedAudit(t, dir, cache, set, HistoryOptions{})
				sameAudit(t, dir, got, want)
				if len(notes) > 0 {
					t.Errorf("noted: %q", notes)
				}
			}
		})
	}
	done.Wait()
	for _, dir := range []string{first, second} {
		if got, _ := cachedAudit(t, dir, cache, set, HistoryOptions{}); got.Summary.Cached < got.Summary.Objects-2 {
			t.Errorf("%+v", got.Summary)
		}
	}
}

// TestHistoryCacheUnwritable loses the directory during the audit.
func TestHistoryCacheUnwritable(t *testing.T) {
	t.Parallel()
	set := cacheSet(t)
	dir, _ := twoPacks(t)
	repo, err := git.Discover(dir, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = repo.Close() }()
	cache := t.TempDir()
	c := openTestCache(t, cache, CacheOptions{})
	if err := os.Remove(cache); err != nil {
		t.Fatal(err)
	}
	got, err := scanner.ScanHistory(context.Background(), NewHistory(repo, HistoryOptions{Cache: c}), scanner.Options{Set: set})
	if err != nil {
		t.Fatal(err)
	}
	want, _ := cachedAudit(t, dir, "", set, HistoryOptions{})
	sameAudit(t, "unwritable", got, want)
	if notes := c.Notes(); len(notes) != 1 || !strings.Contains(notes[0], cache) {
		t.Errorf("noted: %q", notes)
	}
}

// TestHistoryCacheLostObjects takes objects out of a store that others refer to: what is missing is
// reported though what refers to it was found clean before.
func TestHistoryCacheLostObjects(t *testing.T) {
	t.Parallel()
	set := cacheSet(t)
	loosePath := func(dir, revision string) string {
		id := strings.TrimSpace(stageGit(t, dir, "rev-parse", revision))
		return filepath.Join(dir, ".git", "objects", id[:2], id[2:])
	}
	loseLoose := func(t *testing.T, dir string) {
		if err := os.Remove(loosePath(dir, "HEAD:b.txt")); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name         string
		before, lose func(t *testing.T, dir string)
	}{
		{"loose", func(*testing.T, string) {}, loseLoose},
		{"packed", func(t *testing.T, dir string) { stageGit(t, dir, "repack", "-q", "-d") }, func(t *testing.T, dir string) {
			id := strings.TrimSpace(stageGit(t, dir, "rev-parse", "HEAD:a.txt"))
			for _, pack := range packsOf(t, dir) { // the first one
				if strings.Contains(stageGit(t, dir, "verify-pack", "-v", pack), id) {
					removePack(t, pack)
				}
			}
		}},
		{"before the first audit", loseLoose, func(*testing.T, string) {}},
		{"by a reference to what lacks it", func(t *testing.T, dir string) {
			stageGit(t, dir, "branch", "-q", "aside")
			loseLoose(t, dir)
			stageGit(t, dir, "update-ref", "-d", "refs/heads/main")
			stageGit(t, dir, "update-ref", "-d", "refs/heads/aside")
			if err := os.RemoveAll(filepath.Join(dir, ".git", "logs")); err != nil {
				t.Fatal(err)
			}
		}, func(t *testing.T, dir string) {
			// Whatever commit there is gets its branch back.
			for _, line := range strings.Split(stageGit(t, dir, "cat-file", "--batch-all-objects", "--batch-check"), "\n") {
				if fields := strings.Fields(line); len(fields) == 3 && fields[1] == "commit" {
					stageGit(t, dir, "branch", "-f", "b"+fields[0][:8], fields[0])
				}
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := stage(t, map[string]string{"a.txt": "a\n"})
			stageGit(t, dir, "repack", "-q", "-a", "-d")
			put(t, dir, map[string]string{"b.txt": "b\n", "c.txt": "tok_" + strings.Repeat("b", 16)})
			stageGit(t, dir, "add", "-A")
			stageGit(t, dir, "commit", "-q", "-m", "second")
			test.before(t, dir)
			cache := t.TempDir()
			audit := func(what string) {
				want, _ := cachedAudit(t, dir, "", set, HistoryOptions{})
				if what == "after" && len(want.Skipped) == 0 {
					t.Error("nothing is missing")
				}
				for range 3 {
					got, _ := cachedAudit(t, dir, cache, set, HistoryOptions{})
					sameAudit(t, what, got, want)
				}
			}
			audit("before")
			test.lose(t, dir)
			audit("after")
		})
	}
}
