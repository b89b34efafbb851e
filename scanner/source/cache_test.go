package source

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keysieve/keysieve/scanner/git"
)

func testID(first byte) git.ID { return git.MakeID(append([]byte{first}, make([]byte, 19)...)) }

// testEntries are one of each kind, and empty ones.
func testEntries() map[string]*cacheEntry {
	loose := &cacheEntry{loose: true, count: 3, ids: []git.ID{testID(1), testID(2), testID(9)}, commits: []byte{0b101}, again: []uint32{1}}
	pack := &cacheEntry{count: 11, commits: []byte{0xff, 0b111}, again: []uint32{0, 10}}
	entries := map[string]*cacheEntry{
		"loose": loose, "pack": pack,
		"no loose objects": {loose: true}, "clean pack": {count: 8, commits: []byte{0}}, "empty pack": {},
	}
	for _, e := range entries {
		e.scan, e.part = sha256.Sum256([]byte("scan")), sha256.Sum256([]byte("part"))
	}
	return entries
}

// wanted is what is known of an entry before it is read.
func wanted(e *cacheEntry) *cacheEntry {
	w := &cacheEntry{scan: e.scan, part: e.part, loose: e.loose}
	if !e.loose {
		w.count = e.count
	}
	return w
}

func TestCacheEntryRoundTrip(t *testing.T) {
	for name, e := range testEntries() {
		got, err := decodeCacheEntry(e.encode(), wanted(e))
		if err != nil || !got.equal(e) || got.scan != e.scan || got.part != e.part || got.loose != e.loose {
			t.Errorf("%s: %+v, %v; want %+v", name, got, err, e)
		}
	}
}

func TestCacheEntryDamage(t *testing.T) {
	for name, e := range testEntries() {
		data := e.encode()
		for at := range data {
			for _, flip := range []byte{1, 0x80, 0xff} {
				bad := bytes.Clone(data)
				bad[at] ^= flip
				if _, err := decodeCacheEntry(bad, wanted(e)); err == nil {
					t.Errorf("%s: byte %d changed by %#x is not noticed", name, at, flip)
				}
			}
			if _, err := decodeCacheEntry(data[:at], wanted(e)); err == nil {
				t.Errorf("%s: cut to %d bytes is not noticed", name, at)
			}
		}
		if _, err := decodeCacheEntry(append(bytes.Clone(data), 0), wanted(e)); err == nil {
			t.Errorf("%s: a byte more is not noticed", name)
		}
	}
}

// TestCacheEntryMalformed has files whose checksum holds.
func TestCacheEntryMalformed(t *testing.T) {
	seal := func(data []byte) []byte {
		body := data[:len(data)-sha256.Size]
		sum := sha256.Sum256(body)
		return append(bytes.Clone(body), sum[:]...)
	}
	pack, loose := testEntries()["pack"], testEntries()["loose"]
	tests := []struct {
		name  string
		entry *cacheEntry
		spoil func([]byte)
		want  error
	}{
		{"other program", pack, func(d []byte) { d[0] = 'K' }, errCacheFormat},
		{"other format", pack, func(d []byte) { d[8]++ }, errCacheFormat},
		{"other kind", pack, func(d []byte) { d[9] = 'L' }, errCacheOther},
		{"unknown kind", loose, func(d []byte) { d[9] = 'X' }, errCacheOther},
		{"ids in a pack", pack, func(d []byte) { d[11] = 20 }, errCacheFormat},
		{"short ids", loose, func(d []byte) { d[11] = 19 }, errCacheFormat},
		{"other rules", pack, func(d []byte) { d[12] ^= 1 }, errCacheOther},
		{"other pack", pack, func(d []byte) { d[12+32] ^= 1 }, errCacheOther},
		{"other number of objects", pack, func(d []byte) { d[cacheHeader-5]++ }, errCacheOther},
		{"more objects", loose, func(d []byte) { d[cacheHeader-8] = 0xff }, errCacheFormat},
		{"more places", pack, func(d []byte) { d[cacheHeader-4] = 0xff }, errCacheFormat},
		{"more bits", pack, func(d []byte) { d[cacheHeader+1] |= 0b1000 }, errCacheFormat},
		{"place beyond the end", pack, func(d []byte) { d[len(d)-sha256.Size-1] = 11 }, errCacheFormat},
		{"places out of order", pack, func(d []byte) { d[len(d)-sha256.Size-1] = 0 }, errCacheFormat},
		{"ids out of order", loose, func(d []byte) { d[cacheHeader] = 3 }, errCacheFormat},
		{"an id twice", loose, func(d []byte) { d[cacheHeader] = 2 }, errCacheFormat},
	}
	for _, test := range tests {
		data := test.entry.encode()
		test.spoil(data)
		if _, err := decodeCacheEntry(seal(data), wanted(test.entry)); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
}

func FuzzDecodeCacheEntry(f *testing.F) {
	for _, e := range testEntries() {
		data := e.encode()
		f.Add(data[:len(data)-sha256.Size])
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		sum := sha256.Sum256(body)
		data := append(bytes.Clone(body), sum[:]...)
		if len(body) < cacheHeader {
			return
		}
		want := &cacheEntry{loose: body[9] == 'L'}
		copy(want.scan[:], body[12:])
		copy(want.part[:], body[12+sha256.Size:])
		want.count = int(body[cacheHeader-5])
		e, err := decodeCacheEntry(data, want)
		if err == nil && (!e.loose || e.count > 0) && !bytes.Equal(e.encode(), data) {
			t.Errorf("%x is read as %+v, which is written in another way", data, e)
		}
	})
}

func openTestCache(t testing.TB, dir string, o CacheOptions) *Cache {
	t.Helper()
	c, err := OpenCache(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func cacheFiles(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestCacheFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	c := openTestCache(t, dir, CacheOptions{Build: "1"})
	entries := testEntries()
	for _, e := range entries {
		if c.load(wanted(e)) != nil {
			t.Error("something is in an empty cache")
		}
	}
	for _, name := range []string{"loose", "pack"} {
		if err := c.save(entries[name]); err != nil {
			t.Fatal(err)
		}
		if got := c.load(wanted(entries[name])); got == nil || !got.equal(entries[name]) {
			t.Errorf("%s: %+v, want %+v", name, got, entries[name])
		}
	}
	files := cacheFiles(t, dir)
	if len(files) != 2 {
		t.Errorf("files: %q", files)
	}
	for _, path := range append(files, dir) {
		if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	other := entries["pack"]
	for name, o := range map[string]CacheOptions{"build": {Build: "2"}, "rules": {Build: "1", Rules: [32]byte{1}}} {
		if openTestCache(t, dir, o).load(wanted(other)) != nil {
			t.Errorf("another %s finds the entry", name)
		}
	}
	if notes := c.Notes(); len(notes) > 0 {
		t.Errorf("noted: %q", notes)
	}
	if openTestCache(t, dir, CacheOptions{Build: "1", ReadOnly: true}).load(wanted(other)) == nil {
		t.Error("a cache that is only read finds nothing")
	}
}

func TestCacheDamagedFileIsNoted(t *testing.T) {
	e := testEntries()["pack"]
	spoilers := map[string]func(path string) error{
		"flipped": func(path string) error {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			data[40] ^= 1
			return os.WriteFile(path, data, 0o600)
		},
		"empty":       func(path string) error { return os.Truncate(path, 0) },
		"huge":        func(path string) error { return os.Truncate(path, 1<<40) },
		"a directory": func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o700)) },
	}
	for name, spoil := range spoilers {
		c := openTestCache(t, t.TempDir(), CacheOptions{})
		if err := c.save(e); err != nil {
			t.Fatal(err)
		}
		if err := spoil(c.path(e)); err != nil {
			t.Fatal(err)
		}
		if c.load(wanted(e)) != nil {
			t.Errorf("%s: the file is used", name)
		}
		if notes := c.Notes(); len(notes) != 1 || !strings.Contains(notes[0], c.path(e)) {
			t.Errorf("%s: noted: %q", name, notes)
		}
		if name == "a directory" {
			continue
		}
		if err := c.save(e); err != nil || c.load(wanted(e)) == nil {
			t.Errorf("%s: the file is not mended: %v", name, err)
		}
	}
}

func TestOpenCacheFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "below")} {
		if _, err := OpenCache(dir, CacheOptions{}); err == nil {
			t.Errorf("%s is a cache", dir)
		}
	}
	absent := filepath.Join(t.TempDir(), "absent")
	openTestCache(t, absent, CacheOptions{ReadOnly: true})
	if _, err := os.Stat(absent); err == nil {
		t.Error("a cache that is only read was made")
	}
}

func TestCachePrune(t *testing.T) {
	dir := t.TempDir()
	c := openTestCache(t, dir, CacheOptions{})
	now := time.Now()
	old := now.Add(-cacheLife - time.Hour)
	for name, at := range map[string]time.Time{
		"pack-1.seen": old, "loose-1.seen": old, "new-1.tmp": old, "new-2.tmp": now.Add(-2 * temporaryLife), // go
		"pack-2.seen": now.Add(-cacheLife + time.Hour), "new-3.tmp": now, "notes.txt": old, "pack-1.pack": old,
	} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Chtimes(path, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.prune(now); err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, path := range cacheFiles(t, dir) {
		left = append(left, filepath.Base(path))
	}
	if want := []string{"new-3.tmp", "notes.txt", "pack-1.pack", "pack-2.seen"}; !slices.Equal(left, want) {
		t.Errorf("left: %q, want %q", left, want)
	}
}

// TestCacheUseKeepsFile reads a file that is old, and prunes then.
func TestCacheUseKeepsFile(t *testing.T) {
	c := openTestCache(t, t.TempDir(), CacheOptions{})
	e := testEntries()["pack"]
	old := time.Now().Add(-cacheLife - time.Hour)
	if err := errors.Join(c.save(e), os.Chtimes(c.path(e), old, old)); err != nil {
		t.Fatal(err)
	}
	if c.load(wanted(e)) == nil {
		t.Fatal("nothing is there")
	}
	if err := c.prune(time.Now()); err != nil || c.load(wanted(e)) == nil {
		t.Errorf("what was just used is gone: %v", err)
	}
}
