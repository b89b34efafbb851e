package git

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// reseal gives an index a checksum that holds.
func reseal(data []byte) []byte {
	if len(data) < sha1.Size {
		return data
	}
	sum := sha1.Sum(data[:len(data)-sha1.Size])
	return append(data[:len(data)-sha1.Size:len(data)-sha1.Size], sum[:]...)
}

// parseIndexBytes reads an index of a repository that has nothing else.
func parseIndexBytes(dir string, data []byte) (*Index, *Repository, error) {
	path := filepath.Join(dir, "index")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		return nil, nil, err
	}
	r := &Repository{gitDir: dir, commonDir: dir, indexPath: path, config: config{format: packfile.SHA1}}
	r.objects = func() *Objects { return newObjects(packfile.SHA1, dir, nil, func() string { return "" }) }
	x, err := r.Index()
	return x, r, err
}

// indexesOfAllKinds gives index files to damage.
func indexesOfAllKinds(t testing.TB) map[string][]byte {
	t.Helper()
	kinds := map[string][]byte{}
	for _, kind := range []string{"2", "3", "4", "split", "sparse", "conflict"} {
		f := newFixture(t)
		seed(f)
		switch kind {
		case "3":
			f.git("update-index", "--skip-worktree", "z")
		case "4":
			f.git("update-index", "--index-version", "4")
		case "split":
			f.git("update-index", "--split-index")
			f.write("z", "changed", "new", "")
			f.git("rm", "-q", "a.b")
			f.git("add", "-A")
		case "sparse":
			f.git("sparse-checkout", "set", "--cone", "--sparse-index", "a")
		case "conflict":
			conflict(f)
		}
		data, err := os.ReadFile(filepath.Join(f.dir, ".git/index"))
		if err != nil {
			t.Fatal(err)
		}
		kinds[kind] = data
	}
	return kinds
}

// TestIndexDamaged cuts and flips every byte, with the checksum as it was and
// with one that holds: the former must always be an error, the latter must
// never panic.
func TestIndexDamaged(t *testing.T) {
	t.Parallel()
	for kind, data := range indexesOfAllKinds(t) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			try := func(what string, data []byte, mustFail bool) {
				x, r, err := parseIndexBytes(dir, data)
				defer func() { _ = r.Close() }()
				var corrupt *IndexError
				switch {
				case err == nil && mustFail:
					t.Errorf("%s: no error", what)
				case err != nil && !errors.As(err, &corrupt):
					t.Errorf("%s: %v is no *IndexError", what, err)
				case err != nil && !strings.Contains(err.Error(), dir):
					t.Errorf("%s: %v names no file", what, err)
				case err == nil:
					_ = x.Each(func(*Entry) error { return nil })
					_ = x.IsTracked("lib/x/1")
					_ = x.HasTrackedBelow("lib")
				}
			}
			for n := range len(data) {
				if n%8 == 0 {
					try(fmt.Sprintf("cut at %d", n), data[:n], true)
					try(fmt.Sprintf("cut at %d, resealed", n), reseal(bytes.Clone(data[:n])), false)
				}
				flipped := bytes.Clone(data)
				flipped[n] ^= 1 << (n % 8)
				if n%4 == 0 {
					try(fmt.Sprintf("byte %d", n), flipped, true)
				}
				try(fmt.Sprintf("byte %d, resealed", n), reseal(flipped), false)
			}
		})
	}
}

// craftIndex makes an index of version 2 of entries "MODE STAGE PATH", and
// extensions behind it.
func craftIndex(entries []string, extensions ...string) []byte {
	data := []byte("DIRC\x00\x00\x00\x02")
	data = binary.BigEndian.AppendUint32(data, uint32(len(entries)))
	for _, entry := range entries {
		var mode uint32
		var stage uint16
		var path string
		_, _ = fmt.Sscanf(entry, "%o %d %q", &mode, &stage, &path)
		raw := make([]byte, 62)
		binary.BigEndian.PutUint32(raw[24:], mode)
		binary.BigEndian.PutUint16(raw[60:], stage<<12|uint16(len(path)))
		raw = append(raw, path...)
		data = append(data, raw...)
		data = append(data, make([]byte, 8-len(raw)%8)...)
	}
	for _, extension := range extensions {
		data = append(data, extension[:4]...)
		data = binary.BigEndian.AppendUint32(data, uint32(len(extension)-4))
		data = append(data, extension[4:]...)
	}
	return reseal(append(data, make([]byte, sha1.Size)...))
}

// TestIndexOfLongPaths: an index of version 4 whose paths all go on with a long one is refused before they fill the memory; one
// with a long path, or with many of them that share a lot, is not.
func TestIndexOfLongPaths(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		length, entries int
		sound           bool
	}{{300_000, 1, true}, {4096, 16_000, true}, {300_000, 1000, false}, {4096, 100_000, false}} {
		data := binary.BigEndian.AppendUint32([]byte("DIRC\x00\x00\x00\x04"), uint32(test.entries))
		for n := range test.entries {
			raw := make([]byte, 62)
			binary.BigEndian.PutUint32(raw[24:], 0o100644)
			strip, suffix := byte(6), fmt.Sprintf("%06d\x00", n)
			if n == 0 {
				strip, suffix = 0, strings.Repeat("a/", test.length/2)+suffix
			}
			data = append(append(append(data, raw...), strip), suffix...)
		}
		path := filepath.Join(t.TempDir(), "index")
		if err := os.WriteFile(path, reseal(append(data, make([]byte, sha1.Size)...)), 0o600); err != nil {
			t.Fatal(err)
		}
		r := &Repository{indexPath: path, config: config{format: packfile.SHA1}}
		x, err := r.Index()
		if sound := err == nil; sound != test.sound {
			t.Errorf("%d paths of %d bytes and more: %v", test.entries, test.length, err)
		}
		if err == nil && x.Len() != test.entries {
			t.Errorf("%d entries of %d", x.Len(), test.entries)
		}
		_ = r.closeIndexes()
	}
}

func TestIndexRefuses(t *testing.T) {
	t.Parallel()
	zero := strings.Repeat("\x00", 20)
	one := []string{`100644 0 "a"`}
	tests := []struct {
		name string
		data []byte
		err  string // empty: accepted
	}{
		{"sound", craftIndex([]string{`100644 0 "a"`, `120000 0 "b"`, `160000 0 "c"`}), ""},
		{"stages", craftIndex([]string{`100644 1 "a"`, `100644 2 "a"`, `100644 3 "a"`}), ""},
		{"order", craftIndex([]string{`100644 0 "b"`, `100644 0 "a"`}), "not in order at offset 76"},
		{"twice", craftIndex([]string{`100644 0 "a"`, `100644 0 "a"`}), "two entries for one path"},
		{"stage order", craftIndex([]string{`100644 2 "a"`, `100644 1 "a"`}), "two entries"},
		{"merged and not", craftIndex([]string{`100644 0 "a"`, `100644 2 "a"`}), "two entries"},
		{"mode", craftIndex([]string{`010644 0 "a"`}), "unknown mode"},
		{"directory", craftIndex([]string{`040000 0 "a/"`}), "no sparse index"},
		{"sparse directory", craftIndex([]string{`040000 0 "a/"`}, "sdir"), ""},
		{"directory without slash", craftIndex([]string{`040000 0 "a"`}, "sdir"), "do not go together"},
		{"file with slash", craftIndex([]string{`100644 0 "a/"`}), "do not go together"},
		{"no path", craftIndex([]string{`100644 0 ""`}), "without a path"},
		{"NUL", craftIndex([]string{`100644 0 "a\x00b"`}), "NUL in a path"},
		{"count", append([]byte("DIRC\x00\x00\x00\x02\xff\xff\xff\xff"), make([]byte, 100)...), "4294967295 entries in 112 bytes"},
		{"version", reseal(append([]byte("DIRC\x00\x00\x00\x05\x00\x00\x00\x00"), zero...)), "unknown version 5"},
		{"signature", reseal(append([]byte("DIRX\x00\x00\x00\x02\x00\x00\x00\x00"), zero...)), "no index signature"},
		{"optional extension", craftIndex(one, "FUTRwhatever"), ""},
		{"extension that must be understood", craftIndex(one, "futrwhatever"), `unknown extension "futr"`},
		{"cache tree", craftIndex(one, "TREE\x001 0\n"+zero), ""},
		{"cache tree, invalid", craftIndex(one, "TREE\x00-1 0\n"), ""},
		{"cache tree, truncated", craftIndex(one, "TREE\x001 0\nabc"), "truncated cache tree"},
		{"cache tree, too many children", craftIndex(one, "TREE\x00-1 99999999\n"), "cache tree"},
		{"cache tree, two roots", craftIndex(one, "TREE\x00-1 0\n\x00-1 0\n"), "more than one root"},
		{"cache tree, no number", craftIndex(one, "TREE\x00x 0\n"), "bad entry count"},
		{"link, truncated", craftIndex(one, "linkabc"), "truncated extension link"},
		{"link to itself", craftIndex(one, "link"+zero), ""},
		{"link to nothing", craftIndex(one, "link"+zero[1:]+"\x01"), "does not exist"},
		{"empty file", nil, "truncated file"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, r, err := parseIndexBytes(t.TempDir(), test.data)
			defer func() { _ = r.Close() }()
			switch {
			case test.err == "" && err != nil:
				t.Error(err)
			case test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)):
				t.Errorf("got %v, want %q", err, test.err)
			}
		})
	}
}

// TestSplitIndexRefuses damages the link between the two files.
func TestSplitIndexRefuses(t *testing.T) {
	t.Parallel()
	shared := craftIndex([]string{`100644 0 "a"`, `100644 0 "b"`, `100644 0 "c"`})
	sum := string(shared[len(shared)-sha1.Size:])
	bitmap := func(bits uint32, words ...uint64) string {
		raw := binary.BigEndian.AppendUint32(nil, bits)
		raw = binary.BigEndian.AppendUint32(raw, uint32(len(words)))
		for _, word := range words {
			raw = binary.BigEndian.AppendUint64(raw, word)
		}
		return string(binary.BigEndian.AppendUint32(raw, 0))
	}
	none, literal := bitmap(0), uint64(1)<<33
	tests := []struct {
		name    string
		entries []string
		link    string
		paths   string // what comes out
		err     string
	}{
		{"nothing changed", nil, none + none, "a b c", ""},
		{"no bitmaps", nil, "", "a b c", ""},
		{"deleted", nil, bitmap(2, literal, 0b10) + none, "a c", ""},
		{"all deleted by a run", nil, bitmap(3, 1|1<<1) + none, "", ""},
		{"replaced", []string{`120000 0 ""`}, none + bitmap(2, literal, 0b10), "a b* c", ""},
		{"added", []string{`120000 0 "0"`, `120000 0 "bb"`, `120000 0 "d"`}, none + none, "0* a b bb* c d*", ""},
		{"added in place of one deleted", []string{`120000 0 "b"`}, bitmap(2, literal, 0b10) + none, "a b* c", ""},
		{"added over one that is there", []string{`120000 0 "b"`}, none + none, "a b* c", ""},
		{"bit beyond the entries", nil, bitmap(9, literal, 0b1000) + none, "", "bad bitmap"},
		{"run beyond the entries", nil, bitmap(64, 1|1<<1) + none, "", "bad bitmap"},
		{"endless run", nil, bitmap(0xffffffff, 1|0xffffffff<<1) + none, "", "bad bitmap"},
		{"missing words", nil, bitmap(2, 5*literal) + none, "", "bad bitmap"},
		{"deleted and replaced", []string{`120000 0 ""`}, bitmap(1, literal, 1) + bitmap(1, literal, 1), "", "bad bitmap"},
		{"replacement missing", nil, none + bitmap(1, literal, 1), "", "more entries are replaced"},
		{"replacement unused", []string{`120000 0 ""`}, none + none, "", "fewer entries are replaced"},
		{"too long", nil, none + none + "x", "", "too long"},
		{"one bitmap", nil, none, "", "bad bitmap"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "sharedindex."+hex.EncodeToString([]byte(sum))), shared, 0o600); err != nil {
				t.Fatal(err)
			}
			x, r, err := parseIndexBytes(dir, craftIndex(test.entries, "link"+sum+test.link))
			defer func() { _ = r.Close() }()
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("got %v, want %q", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var paths []string
			_ = x.Each(func(e *Entry) error {
				path := string(e.Path)
				if e.Mode() == ModeSymlink {
					path += "*"
				}
				paths = append(paths, path)
				return nil
			})
			if got := strings.Join(paths, " "); got != test.paths {
				t.Errorf("got %s, want %s", got, test.paths)
			}
		})
	}
}

// FuzzIndex reads any bytes as an index: no panic, no endless loop, and what is
// accepted can be walked and searched.
func FuzzIndex(f *testing.F) {
	for _, data := range indexesOfAllKinds(f) {
		f.Add(data)
	}
	f.Add(craftIndex([]string{`100644 0 "a"`}, "TREE\x001 0\n"+strings.Repeat("\x00", 20)))
	r := &Repository{gitDir: f.TempDir(), config: config{format: packfile.SHA1}}
	f.Fuzz(func(t *testing.T, data []byte) {
		// Without a file and without the checksum: a thousand times faster.
		x := &Index{repo: r, mapping: &packfile.Mapping{}, own: emptyIndexFile(packfile.SHA1)}
		x.file = x.own
		if x.own.parse(data) != nil || x.complete() != nil {
			return
		}
		n := 0
		err := x.Each(func(e *Entry) error {
			if n++; e.Mode() != ModeTree && !x.IsTracked(string(e.Path)) {
				t.Errorf("%q is an entry, but not tracked", e.Path)
			}
			return nil
		})
		if err != nil || n != x.Len() {
			t.Errorf("%d of %d entries, %v", n, x.Len(), err)
		}
	})
}
