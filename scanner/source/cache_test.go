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

// testRecords have every kind of part, and empty ones.
func testRecords() map[string]*storeRecord {
	digest := func(text string) [sha256.Size]byte { return sha256.Sum256([]byte(text)) }
	pack := &partRecord{kind: packPart, digest: digest("pack"), count: 11, commits: []byte{0xff, 0b111}, again: []uint32{0, 10}}
	loose := &partRecord{kind: loosePart, digest: digest("loose"), count: 3, ids: []git.ID{testID(1), testID(2), testID(9)}, commits: []byte{0b101}, again: []uint32{1}}
	clean := &partRecord{kind: packPart, digest: digest("clean"), count: 8, commits: []byte{0}}
	unread := &partRecord{kind: unreadPart, digest: digest("unread")}
	none := &partRecord{kind: loosePart, digest: digest("none")}
	records := map[string]*storeRecord{
		"all": {parts: []*partRecord{pack, loose, clean, unread, none}}, "pack": {parts: []*partRecord{pack}},
		"loose": {parts: []*partRecord{loose}}, "unread": {parts: []*partRecord{unread}}, "empty": {},
	}
	for _, r := range records {
		r.scan, r.store = digest("scan"), digest("store")
		r.sort()
	}
	return records
}

// wanted is what is known of a record before it is read.
func wanted(r *storeRecord) *storeRecord { return &storeRecord{scan: r.scan, store: r.store} }

func TestRecordRoundTrip(t *testing.T) {
	for name, r := range testRecords() {
		got, err := decodeRecord(r.encode(), wanted(r))
		if err != nil || !bytes.Equal(got.encode(), r.encode()) || len(got.parts) != len(r.parts) {
			t.Errorf("%s: %+v, %v; want %+v", name, got, err, r)
			continue
		}
		for _, p := range r.parts {
			q := got.find(p.digest)
			if q == nil || q.kind != p.kind || q.count != p.count || !slices.Equal(q.ids, p.ids) || !bytes.Equal(q.commits, p.commits) || !slices.Equal(q.again, p.again) {
				t.Errorf("%s: %+v, want %+v", name, q, p)
			}
		}
		if got.find(sha256.Sum256(nil)) != nil {
			t.Errorf("%s: what is not there is found", name)
		}
	}
}

func TestRecordDamage(t *testing.T) {
	for name, r := range testRecords() {
		data := r.encode()
		for at := range data {
			for _, flip := range []byte{1, 0x80, 0xff} {
				bad := bytes.Clone(data)
				bad[at] ^= flip
				if _, err := decodeRecord(bad, wanted(r)); err == nil {
					t.Errorf("%s: byte %d changed by %#x is not noticed", name, at, flip)
				}
			}
			if _, err := decodeRecord(data[:at], wanted(r)); err == nil {
				t.Errorf("%s: cut to %d bytes is not noticed", name, at)
			}
		}
		if _, err := decodeRecord(append(bytes.Clone(data), 0), wanted(r)); err == nil {
			t.Errorf("%s: a byte more is not noticed", name)
		}
	}
}

// TestRecordMalformed has files whose checksum holds.
func TestRecordMalformed(t *testing.T) {
	const count, again, lists = cacheHeader + partHeader - 8, cacheHeader + partHeader - 4, cacheHeader + partHeader
	tests := []struct {
		name, record string
		spoil        func([]byte)
		want         error
	}{
		{"other program", "pack", func(d []byte) { d[0] = 'K' }, errCacheFormat},
		{"other format", "pack", func(d []byte) { d[8]++ }, errCacheFormat},
		{"other rules", "pack", func(d []byte) { d[9] ^= 1 }, errCacheOther},
		{"other store", "pack", func(d []byte) { d[9+32] ^= 1 }, errCacheOther},
		{"fewer parts", "pack", func(d []byte) { d[cacheHeader-1] = 0 }, errCacheFormat},
		{"more parts", "pack", func(d []byte) { d[cacheHeader-4] = 0xff }, errCacheFormat},
		{"unknown kind", "loose", func(d []byte) { d[cacheHeader] = 'X' }, errCacheFormat},
		{"objects of an unread pack", "unread", func(d []byte) { d[count+3] = 1 }, errCacheFormat},
		{"ids in a pack", "pack", func(d []byte) { d[count-1] = 20 }, errCacheFormat},
		{"short ids", "loose", func(d []byte) { d[count-1] = 19 }, errCacheFormat},
		{"no ids", "loose", func(d []byte) { d[count-1] = 0 }, errCacheFormat},
		{"more objects", "loose", func(d []byte) { d[count] = 0xff }, errCacheFormat},
		{"more places", "pack", func(d []byte) { d[again] = 0xff }, errCacheFormat},
		{"more bits", "pack", func(d []byte) { d[lists+1] |= 0b1000 }, errCacheFormat},
		{"place beyond the end", "pack", func(d []byte) { d[len(d)-sha256.Size-1] = 11 }, errCacheFormat},
		{"places out of order", "pack", func(d []byte) { d[len(d)-sha256.Size-1] = 0 }, errCacheFormat},
		{"ids out of order", "loose", func(d []byte) { d[lists] = 3 }, errCacheFormat},
		{"an id twice", "loose", func(d []byte) { d[lists] = 2 }, errCacheFormat},
		{"parts out of order", "all", func(d []byte) { d[cacheHeader+1] = 0xff }, errCacheFormat},
	}
	for _, test := range tests {
		r := testRecords()[test.record]
		data := r.encode()
		test.spoil(data)
		body := data[:len(data)-sha256.Size]
		sum := sha256.Sum256(body)
		if _, err := decodeRecord(append(body, sum[:]...), wanted(r)); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
}

func TestRecordKeepsOneOfEqualPacks(t *testing.T) {
	r := testRecords()["all"]
	want := len(r.parts)
	r.parts = append(r.parts, r.parts...)
	r.sort()
	if len(r.parts) != want {
		t.Errorf("%d parts, want %d", len(r.parts), want)
	}
}

func FuzzDecodeRecord(f *testing.F) {
	for _, r := range testRecords() {
		data := r.encode()
		f.Add(data[:len(data)-sha256.Size])
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) < cacheHeader {
			return
		}
		sum := sha256.Sum256(body)
		data := append(bytes.Clone(body), sum[:]...)
		want := &storeRecord{}
		copy(want.store[:], body[copy(want.scan[:], body[9:])+9:])
		r, err := decodeRecord(data, want)
		if err != nil {
			return
		}
		for _, p := range r.parts {
			if p.kind == loosePart && p.count == 0 {
				return // the size of ids that are not there may be any
			}
		}
		if !bytes.Equal(r.encode(), data) {
			t.Errorf("%x is read as %+v, which is written in another way", data, r)
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
	r := testRecords()["all"]
	other := testRecords()["pack"]
	other.store = sha256.Sum256([]byte("another"))
	if c.load(r.store) != nil {
		t.Error("something is in an empty cache")
	}
	for _, r := range []*storeRecord{r, other} {
		if err := c.save(r); err != nil {
			t.Fatal(err)
		}
		if got := c.load(r.store); got == nil || !bytes.Equal(got.encode(), r.encode()) {
			t.Errorf("%+v, want %+v", got, r)
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
	for name, o := range map[string]CacheOptions{"build": {Build: "2"}, "rules": {Build: "1", Rules: [32]byte{1}}} {
		if openTestCache(t, dir, o).load(r.store) != nil {
			t.Errorf("another %s finds the record", name)
		}
	}
	if openTestCache(t, dir, CacheOptions{Build: "1", ReadOnly: true}).load(r.store) == nil {
		t.Error("a cache that is only read finds nothing")
	}
	for range 2 { // the second time there is nothing to forget
		if err := c.forget(r.store); err != nil || c.load(r.store) != nil || c.load(other.store) == nil {
			t.Errorf("the wrong record is forgotten: %v", err)
		}
	}
	if notes := c.Notes(); len(notes) > 0 {
		t.Errorf("noted: %q", notes)
	}
}

func TestCacheDamagedFileIsNoted(t *testing.T) {
	r := testRecords()["all"]
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
		if err := c.save(r); err != nil {
			t.Fatal(err)
		}
		if err := spoil(c.path(r.store)); err != nil {
			t.Fatal(err)
		}
		if c.load(r.store) != nil {
			t.Errorf("%s: the file is used", name)
		}
		if notes := c.Notes(); len(notes) != 1 || !strings.Contains(notes[0], c.path(r.store)) {
			t.Errorf("%s: noted: %q", name, notes)
		}
		if name == "a directory" {
			continue
		}
		if err := c.save(r); err != nil || c.load(r.store) == nil {
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
	record := func(digit string) string { return strings.Repeat(digit, 40) + cacheSuffix }
	for name, at := range map[string]time.Time{
		record("1"): old, "new-1.tmp": old, "new-2.tmp": now.Add(-2 * temporaryLife), // go
		record("2"): now.Add(-cacheLife + time.Hour), "new-3.tmp": now, "notes.txt": old, "my.seen": old,
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
	if want := []string{record("2"), "my.seen", "new-3.tmp", "notes.txt"}; !slices.Equal(left, want) {
		t.Errorf("left: %q, want %q", left, want)
	}
}

// TestCacheUseKeepsFile reads a file that is old, and prunes then.
func TestCacheUseKeepsFile(t *testing.T) {
	c := openTestCache(t, t.TempDir(), CacheOptions{})
	r := testRecords()["pack"]
	old := time.Now().Add(-cacheLife - time.Hour)
	if err := errors.Join(c.save(r), os.Chtimes(c.path(r.store), old, old)); err != nil {
		t.Fatal(err)
	}
	if c.load(r.store) == nil {
		t.Fatal("nothing is there")
	}
	if err := c.prune(time.Now()); err != nil || c.load(r.store) == nil {
		t.Errorf("what was just used is gone: %v", err)
	}
}
