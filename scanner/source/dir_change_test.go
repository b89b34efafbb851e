//go:build unix

package source

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A file that becomes another while it is read is either read as it was or named as changed: half of the one
// and half of the other is never taken for clean. It is longer than what is read at once.
func TestDirFileBecomesAnother(t *testing.T) {
	const size = 3 << 20
	before := strings.Repeat("before the change\n", size/18)
	later := time.Now().Add(5 * time.Second)
	overwrite := func(text string) func(path string) error {
		return func(path string) error {
			file, err := os.OpenFile(path, os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			_, err = file.WriteString(text)
			return errors.Join(err, file.Close(), os.Chtimes(path, later, later))
		}
	}
	tests := []struct {
		name   string
		change func(path string) error
		intact bool // it is read as it was
	}{
		{"grows", func(path string) error {
			file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
			if err != nil {
				return err
			}
			_, err = file.WriteString("more")
			return errors.Join(err, file.Close())
		}, false},
		{"shrinks to what was read", func(path string) error { return os.Truncate(path, 1<<20) }, false},
		{"shrinks to less", func(path string) error { return os.Truncate(path, 10) }, false},
		{"is emptied", func(path string) error { return os.Truncate(path, 0) }, false},
		{"is written anew", overwrite(strings.Repeat("after the change.\n", size/18)), false},
		{"changes at its beginning", overwrite("after"), false},
		{"vanishes", os.Remove, true},
		{"is replaced", func(path string) error {
			return errors.Join(os.WriteFile(path+".new", []byte("another"), 0o600), os.Rename(path+".new", path))
		}, true},
		{"can be read no longer", func(path string) error { return os.Chmod(path, 0) }, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := files(t, map[string]string{"a": before})
			blob := blobAt(t, dir, "a")
			r, err := blob.Open()
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = r.Close() }()
			begin := make([]byte, 1<<20)
			if _, err := io.ReadFull(r, begin); err != nil {
				t.Fatal(err)
			}
			if err := test.change(filepath.Join(dir, "a")); err != nil {
				t.Fatal(err)
			}
			rest, err := io.ReadAll(r)
			if test.intact {
				if text := string(begin) + string(rest); err != nil || text != before {
					t.Errorf("%d bytes, %v; want what was there", len(text), err)
				}
				return
			}
			if err == nil || !strings.HasPrefix(err.Error(), "changed") {
				t.Errorf("%d bytes, error %v", len(begin)+len(rest), err)
			}
		})
	}
}

// Of a file that ends before the size that it says, as on a file system that fails, what was read is not all.
func TestDirFileEndsEarly(t *testing.T) {
	dir := files(t, map[string]string{"a": strings.Repeat("x", 100)})
	f, err := openFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.release()
	for _, missing := range []int64{0, 1, 100} {
		file, err := f.openFile("a")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := unix.Seek(file.(*regularFile).fd, missing, io.SeekStart); err != nil { // which Read does not know
			t.Fatal(err)
		}
		_, err = io.ReadAll(file)
		if early := err != nil && strings.HasPrefix(err.Error(), "ends after "); early != (missing > 0) {
			t.Errorf("%d bytes of 100 were not read: %v", missing, err)
		}
		_ = file.Close()
	}
}
