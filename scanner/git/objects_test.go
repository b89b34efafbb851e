package git

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// versions commits a file in several states, so that a pack holds deltas.
func versions(f *fixture, n int) {
	random := rand.New(rand.NewPCG(3, 4))
	lines := make([]string, 400)
	for i := range lines {
		lines[i] = fmt.Sprintf("line %d %x", i, random.Uint64())
	}
	for i := range n {
		lines[random.IntN(len(lines))] = fmt.Sprintf("changed %d %x", i, random.Uint64())
		f.write("big.txt", strings.Join(lines, "\n"), fmt.Sprintf("d%d/small", i), fmt.Sprint(i), "empty", "")
		f.commit(fmt.Sprint(i))
	}
}

// checkObjects compares every object of a repository with what git says.
func checkObjects(t *testing.T, f *fixture, objects *Objects) {
	t.Helper()
	list := strings.Fields(f.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname):%(objecttype):%(objectsize)"))
	if len(list) == 0 {
		t.Fatal("no objects")
	}
	for _, line := range list {
		about := strings.Split(line, ":")
		id, err := packfile.ParseID(about[0])
		if err != nil {
			t.Fatal(err)
		}
		kind, err := packfile.ParseKind(about[1])
		if err != nil {
			t.Fatal(err)
		}
		got, size, err := objects.Stat(id)
		if err != nil || got != kind || fmt.Sprint(size) != about[2] {
			t.Errorf("Stat(%s) = %v, %d, %v; want %s", id, got, size, err, line)
		}
		// Read verifies the content against the id.
		content, err := objects.Read(id, kind, 1<<20)
		if err != nil || int64(len(content)) != size {
			t.Errorf("Read(%s): %d bytes, %v", id, len(content), err)
		}
		if n, err := objects.Size(id); (err == nil) != (kind == packfile.KindBlob) || err == nil && n != size {
			t.Errorf("Size(%s) = %d, %v", id, n, err)
		}
		r, size, err := objects.Open(id)
		if kind != packfile.KindBlob {
			if err == nil {
				t.Errorf("Open(%s) opens a %v", id, kind)
			}
			continue
		}
		if err != nil {
			t.Errorf("Open(%s): %v", id, err)
			continue
		}
		streamed, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(streamed, content) || int64(len(streamed)) != size {
			t.Errorf("Open(%s): %d bytes of %d, %v", id, len(streamed), size, err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestObjectsAgainstGit(t *testing.T) {
	t.Parallel()
	tests := []struct {
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
		{"several packs", nil, func(f *fixture) { f.git("repack", "-q"); f.write("x", "y"); f.commit("z"); f.git("repack", "-q") }},
		{"no compression", nil, func(f *fixture) { f.git("-c", "pack.compression=0", "repack", "-q", "-a", "-d", "-F") }},
		{"multi-pack index", nil, func(f *fixture) { f.git("repack", "-q", "-a", "-d"); f.git("multi-pack-index", "write") }},
		{"multi-pack index with a bitmap", nil, func(f *fixture) { f.git("repack", "-q", "-a", "-d", "-b", "--write-midx") }},
		{"reverse index, kept", nil, func(f *fixture) {
			f.git("-c", "pack.writeReverseIndex=true", "repack", "-q", "-a", "-d")
			packs, _ := filepath.Glob(f.dir + "/.git/objects/pack/*.pack")
			f.write(".git/objects/pack/"+strings.TrimSuffix(filepath.Base(packs[0]), "pack")+"keep", "")
		}},
		{"cruft pack", nil, func(f *fixture) {
			f.git("reset", "-q", "--hard", "HEAD~3")
			f.git("tag", "-d", "v1")
			f.git("reflog", "expire", "--expire=now", "--all")
			f.git("repack", "-q", "-d", "--cruft")
		}},
		{"promisor pack", nil, func(f *fixture) {
			f.git("config", "uploadpack.allowFilter", "true")
			f.git("clone", "-q", "--filter=blob:none", "file://"+f.dir, "clone")
			f.dir += "/clone"
		}},
		{"thin pack that was received", nil, func(f *fixture) {
			f.git("repack", "-q", "-a", "-d")
			pack := f.gitInput("HEAD\n^HEAD~1\n", "pack-objects", "-q", "--thin", "--revs", "--stdout")
			f.git("init", "-q", "other")
			f.write("other/.git/objects/info/alternates", f.dir+"/.git/objects\n")
			f.dir += "/other"
			f.gitInput(pack, "index-pack", "--fix-thin", "--stdin")
		}},
		{"sha256 loose", []string{"--object-format=sha256"}, func(*fixture) {}},
		{"sha256 packed", []string{"--object-format=sha256"}, func(f *fixture) { f.git("gc", "-q") }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, test.init...)
			versions(f, 6)
			f.git("tag", "-a", "-m", "annotated", "v1")
			test.pack(f)
			checkObjects(t, f, f.discover().Objects())
		})
	}
}

func TestAlternates(t *testing.T) {
	t.Parallel()
	base := newFixture(t)
	versions(base, 2)
	base.git("gc", "-q")
	middle := newFixture(t)
	middle.write(".git/objects/info/alternates", "# a comment\n\""+base.dir+"/.git/objects\"\n/nonexistent\n")
	middle.write("m", "middle")
	middle.commit("middle")
	top := newFixture(t)
	relative, err := filepath.Rel(filepath.Join(top.dir, ".git/objects"), filepath.Join(middle.dir, ".git/objects"))
	if err != nil {
		t.Fatal(err)
	}
	top.write(".git/objects/info/alternates", relative+"\n")
	seed(top)
	checkObjects(t, top, top.discover().Objects())

	// Git goes down five times; what lies deeper is read, too.
	deep := base
	for n := range 8 {
		next := newFixture(t)
		next.write(".git/objects/info/alternates", deep.dir+"/.git/objects\n", "n", fmt.Sprint(n))
		next.commit("next")
		deep = next
	}
	if _, err := deep.discover().Commit(base.id("HEAD")); err != nil {
		t.Errorf("eight alternates down: %v", err)
	}

	// A cycle is no trouble.
	base.write(".git/objects/info/alternates", top.dir+"/.git/objects\n"+base.dir+"/.git/objects\n")
	checkObjects(t, base, base.discover().Objects())

	// From the environment, as in a quarantine directory.
	alone := newFixture(t)
	alone.env = []string{"GIT_ALTERNATE_OBJECT_DIRECTORIES=\"" + middle.dir + "/.git/objects\":" + base.dir + "/.git/objects"}
	alone.write("x", "y")
	alone.commit("alone")
	checkObjects(t, alone, alone.discover().Objects())
	alone.env = append(alone.env, "GIT_OBJECT_DIRECTORY=quarantine")
	alone.env[0] += ":.git/objects"
	if err := os.Mkdir(filepath.Join(alone.dir, "quarantine"), 0o755); err != nil {
		t.Fatal(err)
	}
	alone.gitInput("new", "hash-object", "-w", "--stdin")
	checkObjects(t, alone, alone.discover().Objects())
}

// TestPackWithoutIndex: what stands in it is missing, and the error says what to do.
func TestPackWithoutIndex(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	versions(f, 2)
	id := f.id("HEAD")
	f.git("repack", "-q", "-a", "-d")
	f.git("multi-pack-index", "write")
	indexes, _ := filepath.Glob(f.dir + "/.git/objects/pack/*.idx")
	if err := os.Remove(indexes[0]); err != nil {
		t.Fatal(err)
	}
	var missing *MissingError
	if _, err := f.discover().Commit(id); !errors.As(err, &missing) || !strings.Contains(missing.Hint(), "git index-pack") {
		t.Errorf("%v", err)
	} else if run := strings.Fields(missing.Hint()[strings.Index(missing.Hint(), "git "):]); len(run) != 3 {
		t.Errorf("not a command: %q", missing.Hint())
	} else {
		f.git(run[1:]...)
	}
	if _, err := f.discover().Commit(id); err != nil {
		t.Error(err)
	}
}

func TestMissingObjects(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	versions(f, 2)
	absent, err := packfile.ParseID(strings.Repeat("ab", 20))
	if err != nil {
		t.Fatal(err)
	}
	check := func(f *fixture, hint string) {
		t.Helper()
		objects := f.discover().Objects()
		_, _, errStat := objects.Stat(absent)
		_, _, errOpen := objects.Open(absent)
		_, errRead := objects.Read(absent, packfile.KindBlob, 10)
		for _, err := range []error{errStat, errOpen, errRead} {
			var missing *MissingError
			if !errors.As(err, &missing) || missing.ID != absent || !strings.Contains(missing.Hint(), hint) || (hint == "") != (missing.Hint() == "") {
				t.Errorf("got %v, want a hint with %q", err, hint)
			}
		}
	}
	check(f, "")
	clone := func(name string, arguments ...string) *fixture {
		f.git(append(append([]string{"clone", "-q"}, arguments...), "file://"+f.dir, name)...)
		return &fixture{t: t, dir: filepath.Join(f.dir, name)}
	}
	check(clone("shallow", "--depth", "1"), "--unshallow")
	f.git("config", "uploadpack.allowFilter", "true")
	check(clone("partial", "--filter=blob:none", "--no-checkout"), "partial clone")
}

// TestObjectsDamaged flips every byte of a loose object and of a small pack:
// the content is as it was or there is an error.
func TestObjectsDamaged(t *testing.T) {
	t.Parallel()
	for _, form := range []string{"loose", "pack", "idx"} {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			versions(f, 2)
			if form != "loose" {
				f.git("gc", "-q")
			}
			id, err := packfile.ParseID(strings.TrimSpace(f.git("rev-parse", "HEAD~1:big.txt")))
			if err != nil {
				t.Fatal(err)
			}
			want := f.git("cat-file", "blob", id.String())
			path := filepath.Join(f.dir, ".git/objects", id.String()[:2], id.String()[2:])
			if form != "loose" {
				packs, _ := filepath.Glob(f.dir + "/.git/objects/pack/*." + form)
				path = packs[0]
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Remove(path); err != nil { // it is read-only
				t.Fatal(err)
			}
			failed := 0
			try := func(what string, data []byte) {
				if err := os.WriteFile(path, data, 0o600); err != nil {
					t.Fatal(err)
				}
				r := f.discover()
				got, err := readAll(r.Objects(), id)
				switch {
				case err != nil:
					failed++
					var missing *MissingError
					var corrupt *CorruptError
					if !errors.As(err, &missing) && !errors.As(err, &corrupt) {
						t.Errorf("%s: an error of type %T: %v", what, err, err)
					}
				case string(got) != want:
					t.Errorf("%s: another content without an error", what)
				}
				_, _, _ = r.Objects().Stat(id)
				_ = r.Close()
			}
			step := max(1, len(data)/150)
			for n := 0; n < len(data); n += step {
				flipped := bytes.Clone(data)
				flipped[n] ^= 1 << (n % 8)
				try(fmt.Sprintf("byte %d", n), flipped)
				try(fmt.Sprintf("cut at %d", n), data[:n])
			}
			try("garbage at the end", append(bytes.Clone(data), "garbage"...))
			if failed < 150 {
				t.Errorf("only %d damages were noticed", failed)
			}
		})
	}
}

func readAll(objects *Objects, id packfile.ID) ([]byte, error) {
	r, _, err := objects.Open(id)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	return io.ReadAll(r)
}

// TestOtherContent reads objects that are sound in themselves, but stand under
// another's name.
func TestOtherContent(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.write("a", "content of a", "b", "content of b")
	f.commit("first")
	file := func(name string) string {
		digits := strings.TrimSpace(f.git("rev-parse", "HEAD:"+name))
		return filepath.Join(f.dir, ".git/objects", digits[:2], digits[2:])
	}
	id, _ := packfile.ParseID(strings.TrimSpace(f.git("rev-parse", "HEAD:a")))
	_ = os.Remove(file("a"))
	if err := os.Rename(file("b"), file("a")); err != nil {
		t.Fatal(err)
	}
	objects := f.discover().Objects()
	var corrupt *CorruptError
	if content, err := readAll(objects, id); !errors.As(err, &corrupt) || corrupt.Hint() == "" {
		t.Errorf("Open gives %q, %v", content, err)
	}
	if content, err := objects.Read(id, packfile.KindBlob, 100); !errors.As(err, &corrupt) {
		t.Errorf("Read gives %q, %v", content, err)
	}
}

// TestDamagedCopy reads the sound one of two copies.
func TestDamagedCopy(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	versions(f, 1)
	digits := strings.TrimSpace(f.git("rev-parse", "HEAD:big.txt"))
	path := filepath.Join(f.dir, ".git/objects", digits[:2], digits[2:])
	f.git("repack", "-q", "-a") // keeps the loose one
	_ = os.Remove(path)
	if err := os.WriteFile(path, []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	id, _ := packfile.ParseID(digits)
	if _, err := readAll(f.discover().Objects(), id); err != nil {
		t.Error(err)
	}
}

// TestRepackedMeanwhile reads an object that another process packed after the
// packs had been listed, and reads on from a pack that was removed.
func TestRepackedMeanwhile(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	versions(f, 2)
	f.git("repack", "-q", "-d")
	objects := f.discover().Objects()
	first, _ := packfile.ParseID(strings.TrimSpace(f.git("rev-parse", "HEAD:big.txt")))
	if _, err := readAll(objects, first); err != nil {
		t.Fatal(err)
	}
	f.write("later", "later")
	f.commit("later")
	later, _ := packfile.ParseID(strings.TrimSpace(f.git("rev-parse", "HEAD:later")))
	f.git("gc", "-q", "--prune=now")
	for _, id := range []packfile.ID{first, later} {
		if _, err := readAll(objects, id); err != nil {
			t.Error(err)
		}
	}
}

// TestObjectsConcurrently reads all objects from several goroutines at once.
func TestObjectsConcurrently(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	versions(f, 4)
	f.git("gc", "-q")
	f.write("loose", "loose")
	f.commit("loose")
	objects := f.discover().Objects()
	list := strings.Fields(f.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)"))
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for _, digits := range list {
				id, _ := packfile.ParseID(digits)
				if kind, _, err := objects.Stat(id); err != nil {
					t.Error(err)
				} else if _, err := objects.Read(id, kind, 1<<20); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
}
