package git

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// onlyPack gives the paths of the only pack and of its index, made writable.
func onlyPack(t testing.TB, f *fixture) (pack, index string) {
	t.Helper()
	packs, _ := filepath.Glob(f.dir + "/.git/objects/pack/*.pack")
	if len(packs) != 1 {
		t.Fatalf("packs: %v", packs)
	}
	index = strings.TrimSuffix(packs[0], "pack") + "idx"
	for _, path := range []string{packs[0], index} {
		if err := os.Chmod(path, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return packs[0], index
}

func rewrite(t testing.TB, path string, change func(data []byte) []byte) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, change(data), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// indexed lists a pack's objects by offset: id, CRC-32.
func indexed(t testing.TB, f *fixture, index string) (list []indexedObject) {
	t.Helper()
	data, err := os.ReadFile(index)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(f.gitInput(string(data), "show-index")) {
		var o indexedObject
		var digits string
		if _, err := fmt.Sscanf(line, "%d %s (%x)", &o.offset, &digits, &o.crc); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if o.id, err = packfile.ParseID(digits); err != nil {
			t.Fatal(err)
		}
		list = append(list, o)
	}
	return list
}

type indexedObject struct {
	offset int64
	id     packfile.ID
	crc    uint32
}

// TestWalkDamage: whatever is done to a pack, every object is either visited
// as it should be or reported with where it stands.
func TestWalkDamage(t *testing.T) {
	t.Parallel()
	source := newFixture(t)
	versions(source, 30)
	source.git("repack", "-q", "-a", "-d")
	want := everyObject(t, source)
	pack, index := onlyPack(t, source)
	sound, err := os.ReadFile(pack)
	if err != nil {
		t.Fatal(err)
	}
	repo := source.discover()
	for seed := range uint64(rounds(25, 600)) { //nolint:gosec // a few
		random := rand.New(rand.NewPCG(seed, 11))
		data := bytes.Clone(sound)
		if seed%4 == 3 {
			data = data[:random.IntN(len(data))]
		} else {
			for range 1 + random.IntN(3) {
				data[random.IntN(len(data))] ^= 1 << random.IntN(8)
			}
		}
		if err := os.WriteFile(pack, data, 0o600); err != nil {
			t.Fatal(err)
		}
		r, _ := walkAll(t, repo, WalkOptions{Workers: 2})
		if len(r.fails)+len(r.broken) == 0 {
			t.Errorf("seed %d: nothing is reported", seed)
		}
		if len(r.visits)+len(r.fails) != len(want) && !strings.Contains(fmt.Sprint(r.broken), "none of its") && !strings.Contains(fmt.Sprint(r.broken), "in no other place") {
			t.Errorf("seed %d: %d visited, %d reported of %d; %v", seed, len(r.visits), len(r.fails), len(want), r.broken)
		}
		for id, err := range r.fails {
			if !strings.Contains(err.Error(), id.String()) || !strings.Contains(err.Error(), pack+" offset ") {
				t.Errorf("seed %d: %v", seed, err)
			}
		}
		// Visits were compared with their ids; a single bit harms little.
		if seed%4 != 3 && len(r.broken) == 0 && len(r.visits) == 0 {
			t.Errorf("seed %d: nothing is visited", seed)
		}
	}
	if err := os.WriteFile(pack, sound, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Run("index", func(t *testing.T) {
		rewrite(t, index, func(data []byte) []byte { return data[:len(data)-1] })
		r, _ := walkAll(t, repo, WalkOptions{})
		if len(r.visits) > 0 || len(r.broken) != 1 || !strings.Contains(r.broken[0], index) {
			t.Errorf("%d visited; %v", len(r.visits), r.broken)
		}
	})
	t.Run("index made anew", func(t *testing.T) {
		repo := source.discover()
		repo.ReadUnindexed(t.Context())
		r, _ := walkAll(t, repo, WalkOptions{})
		compareVisits(t, r.visits, want)
		if len(r.broken) != 1 || !strings.Contains(r.broken[0], index) || !strings.Contains(r.broken[0], "was read without it") {
			t.Errorf("%v", r.broken)
		}
	})
	t.Run("no index", func(t *testing.T) {
		if err := os.Remove(index); err != nil {
			t.Fatal(err)
		}
		r, _ := walkAll(t, repo, WalkOptions{})
		if len(r.broken) != 1 || !strings.Contains(r.broken[0], "git index-pack") {
			t.Errorf("%v", r.broken)
		}
		repo := source.discover()
		repo.ReadUnindexed(t.Context())
		for id := range want {
			if _, _, err := repo.Objects().Stat(id); err != nil {
				t.Error(err)
			}
		}
		r, _ = walkAll(t, repo, WalkOptions{})
		compareVisits(t, r.visits, want)
		if len(r.broken) != 1 || !strings.Contains(r.broken[0], "it was read without one") {
			t.Errorf("%v", r.broken)
		}
	})
	t.Run("neither", func(t *testing.T) {
		rewrite(t, pack, func(data []byte) []byte { data[len(data)/2] ^= 1; return data })
		repo := source.discover()
		repo.ReadUnindexed(t.Context())
		r, _ := walkAll(t, repo, WalkOptions{})
		if len(r.visits) > 0 || len(r.broken) != 1 || !strings.HasPrefix(r.broken[0], pack+": ") || !strings.Contains(r.broken[0], "checksum") {
			t.Errorf("%d visited; %v", len(r.visits), r.broken)
		}
	})
}

// TestWalkSoundCopy: nothing is lost as long as there is a sound copy.
func TestWalkSoundCopy(t *testing.T) {
	t.Parallel()
	ways := []struct {
		name   string
		damage func(t *testing.T, f *fixture)
		broken int
	}{
		{"loose beside a damaged pack", func(t *testing.T, f *fixture) {
			f.git("repack", "-q", "-a")
			pack, _ := onlyPack(t, f)
			random := rand.New(rand.NewPCG(12, 13))
			rewrite(t, pack, func(data []byte) []byte {
				for range 40 {
					data[12+random.IntN(len(data)-32)] ^= 0x10
				}
				return data
			})
		}, 0},
		{"loose beside a pack that is cut short", func(t *testing.T, f *fixture) {
			f.git("repack", "-q", "-a")
			pack, _ := onlyPack(t, f)
			rewrite(t, pack, func(data []byte) []byte { return data[:len(data)/2] })
		}, 1},
		{"loose beside an index without its pack", func(t *testing.T, f *fixture) {
			f.git("repack", "-q", "-a")
			pack, _ := onlyPack(t, f)
			_ = os.Remove(pack)
		}, 0},
		{"a pack beside damaged loose objects", func(t *testing.T, f *fixture) {
			f.git("repack", "-q", "-a")
			paths, _ := filepath.Glob(f.dir + "/.git/objects/??/*")
			for _, path := range paths {
				_ = os.Chmod(path, 0o600)
				rewrite(t, path, func(data []byte) []byte { return data[:len(data)-3] })
			}
		}, 0},
	}
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			versions(f, 10)
			want := everyObject(t, f)
			way.damage(t, f)
			r, _ := walkAll(t, f.discover(), WalkOptions{})
			compareVisits(t, r.visits, want)
			if len(r.fails) > 0 || len(r.broken) != way.broken {
				t.Errorf("failed: %v %v", r.fails, r.broken)
			}
		})
	}
}

func TestWalkDamagedLoose(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	versions(f, 4)
	paths, _ := filepath.Glob(f.dir + "/.git/objects/??/*")
	_ = os.Chmod(paths[3], 0o600)
	rewrite(t, paths[3], func(data []byte) []byte { data[len(data)/2] ^= 0x40; return data })
	// What is no object is passed over.
	f.write(filepath.Join(".git/objects", filepath.Base(filepath.Dir(paths[0])), "tmp_obj_x"), "x")
	r, _ := walkAll(t, f.discover(), WalkOptions{})
	if len(r.fails) != 1 || len(r.visits) != len(paths)-1 {
		t.Errorf("%d of %d visited; %v", len(r.visits), len(paths), r.fails)
	}
	for id, err := range r.fails {
		if !strings.Contains(err.Error(), id.String()) {
			t.Error(err)
		}
	}
}

// TestWalkThinPack: a thin pack as it is sent, put into the store as it is. The
// bases of its deltas stand in another pack.
func TestWalkThinPack(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	versions(f, 6)
	f.git("repack", "-q", "-a", "-d")
	f.write("big.txt", strings.Replace(f.git("show", "HEAD:big.txt"), "line", "row", 1))
	f.commit("thin")
	want := everyObject(t, f)
	thin := f.gitInput("HEAD\n^HEAD~1\n", "pack-objects", "--revs", "--thin", "--stdout", "-q")
	// git completes a copy of it and says where each object stands. What it
	// appended lies beyond the end of the thin pack.
	f.gitInput(thin, "index-pack", "--fix-thin", "--stdin", filepath.Join(f.dir, "fixed.pack"))
	end := int64(len(thin) - 20)
	all := indexed(t, f, filepath.Join(f.dir, "fixed.idx"))
	list := slices.DeleteFunc(slices.Clone(all), func(o indexedObject) bool { return o.offset >= end })
	if len(list) == len(all) {
		t.Fatal("the pack is not thin")
	}
	data := []byte("\377tOc\x00\x00\x00\x02")
	for first := range 256 {
		n := 0
		for _, o := range list {
			if int(o.id.Append(nil)[0]) <= first {
				n++
			}
		}
		data = binary.BigEndian.AppendUint32(data, uint32(n))
	}
	for _, o := range list {
		data = o.id.Append(data)
	}
	for _, o := range list {
		data = binary.BigEndian.AppendUint32(data, o.crc)
	}
	for _, o := range list {
		data = binary.BigEndian.AppendUint32(data, uint32(o.offset))
	}
	data = append(append(data, thin[end:]...), make([]byte, 20)...)
	f.write(".git/objects/pack/pack-thin.pack", thin, ".git/objects/pack/pack-thin.idx", string(data))
	f.git("prune-packed", "-q")
	if loose, _ := filepath.Glob(f.dir + "/.git/objects/??/*"); len(loose) > 0 {
		t.Fatalf("loose objects are left: %v", loose)
	}
	for _, kind := range []string{"", "blob", "commit"} {
		var options WalkOptions
		expected := map[packfile.ID]string{}
		if k, err := packfile.ParseKind(kind); err == nil {
			options.Kinds = []packfile.Kind{k}
		}
		for id, about := range want {
			if strings.HasPrefix(about, kind) {
				expected[id] = about
			}
		}
		r, _ := walkAll(t, f.discover(), options)
		compareVisits(t, r.visits, expected)
		if len(r.fails)+len(r.broken) > 0 {
			t.Errorf("failed: %v %v", r.fails, r.broken)
		}
	}
}
