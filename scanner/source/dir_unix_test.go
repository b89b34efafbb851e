//go:build unix

package source

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/keysieve/keysieve/scanner"
)

// Pipes and sockets are never opened: opening a pipe without a writer would
// wait for ever.
func TestDirSpecialFiles(t *testing.T) {
	dir := files(t, map[string]string{"a": ""})
	if err := unix.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	if l, err := net.Listen("unix", filepath.Join(dir, "s")); err == nil {
		defer l.Close()
	} else if err := unix.Mkfifo(filepath.Join(dir, "s"), 0o600); err != nil { // the path is too long for a socket
		t.Fatal(err)
	}
	// A .gitignore that is a pipe is not read either.
	runGit(t, dir, "init", "-q")
	if err := unix.Mkfifo(filepath.Join(dir, ".gitignore"), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := NewDir(DirOptions{Paths: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	got, skips := walkedBy(t, d)
	if !slices.Equal(got, []string{"a"}) || len(skips) != 0 || d.Special() != 3 {
		t.Errorf("got %q, skipped %v, %d special files", got, skips, d.Special())
	}
	if _, err := NewDir(DirOptions{Paths: []string{filepath.Join(dir, "pipe")}}); err == nil {
		t.Error("a pipe was taken as an argument")
	}
}

// What stands in a file's place when it is opened is not what was listed.
func TestDirReplacedFiles(t *testing.T) {
	outside := files(t, map[string]string{"secret": "outside", "dir/secret": "outside"})
	tests := []struct {
		name    string
		replace func(path string) error
		reason  string
	}{
		{"by nothing", os.Remove, "vanished"},
		{"by a pipe", func(p string) error { return errors.Join(os.Remove(p), unix.Mkfifo(p, 0o600)) }, "replaced"},
		{"by a link", func(p string) error { return errors.Join(os.Remove(p), os.Symlink(outside+"/secret", p)) }, "replaced"},
		{"by a directory", func(p string) error { return errors.Join(os.Remove(p), os.Mkdir(p, 0o755)) }, "replaced"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := files(t, map[string]string{"sub/a": "inside"})
			blob := blobAt(t, dir, "sub/a")
			if err := test.replace(filepath.Join(dir, "sub/a")); err != nil {
				t.Fatal(err)
			}
			done := make(chan error, 1)
			go func() { _, err := readBlob(blob); done <- err }()
			select {
			case err := <-done:
				if err == nil || !strings.HasPrefix(err.Error(), test.reason) {
					t.Errorf("error %v, want %s …", err, test.reason)
				}
			case <-time.After(10 * time.Second):
				t.Fatal("opening it never returned")
			}
		})
	}
	t.Run("directory by a link", func(t *testing.T) {
		dir := files(t, map[string]string{"sub/secret": "inside"})
		blob := blobAt(t, dir, "sub/secret")
		if err := errors.Join(os.Rename(dir+"/sub", dir+"/moved"), os.Symlink(outside+"/dir", dir+"/sub")); err != nil {
			t.Fatal(err)
		}
		if text, err := readBlob(blob); text != "inside" {
			t.Errorf("read %q, %v: the link was followed", text, err)
		}
	})
}

// blobAt walks dir and returns the blob of one file, unopened.
func blobAt(t *testing.T, dir, path string) scanner.Blob {
	t.Helper()
	d, err := NewDir(DirOptions{Paths: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	var found scanner.Blob
	err = d.Blobs(t.Context(), func(b scanner.Blob) error {
		if b.Origins[0].Path == path && b.Origins[0].Kind == scanner.KindFile {
			found = b
		}
		return nil
	}, func(s scanner.Skip) { t.Error(s) })
	if err != nil || found.Open == nil {
		t.Fatalf("%s was not yielded: %v", path, err)
	}
	return found
}

// A directory that is replaced between listing its parent and entering it.
func TestDirReplacedDirectory(t *testing.T) {
	outside := files(t, map[string]string{"secret": ""})
	dir := files(t, map[string]string{"a": "", "sub/b": ""})
	d, err := NewDir(DirOptions{Paths: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	var skips []scanner.Skip
	err = d.Blobs(t.Context(), func(b scanner.Blob) error {
		paths = append(paths, b.Origins[0].Path)
		if len(paths) == 1 {
			return errors.Join(os.RemoveAll(dir+"/sub"), os.Symlink(outside, dir+"/sub"))
		}
		return nil
	}, func(s scanner.Skip) { skips = append(skips, s) })
	if err != nil || !slices.Equal(slices.Compact(paths), []string{"a"}) {
		t.Errorf("got %q, %v", paths, err)
	}
	if len(skips) != 1 || skips[0].Path != "sub" || !strings.HasPrefix(skips[0].Reason, "replaced") {
		t.Errorf("skipped %v", skips)
	}
}

func TestDirUnreadable(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("the superuser reads everything")
	}
	dir := files(t, map[string]string{"a": "", "closed": "", "sub/b": ""})
	for _, path := range []string{"closed", "sub"} {
		if err := os.Chmod(filepath.Join(dir, path), 0); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(dir, "sub"), 0o755) })
	got, skips := walked(t, DirOptions{Paths: []string{dir}})
	if !slices.Equal(got, []string{"a"}) || len(skips) != 2 {
		t.Errorf("got %q, skipped %v", got, skips)
	}
	for _, s := range skips {
		if s.Reason != "permission denied" {
			t.Errorf("skipped %v", s)
		}
	}
}

func TestDirChangedFile(t *testing.T) {
	dir := files(t, map[string]string{"a": "first"})
	blob := blobAt(t, dir, "a")
	r, err := blob.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if n, err := r.Read(make([]byte, 100)); n != 5 || err != nil {
		t.Fatal(n, err)
	}
	write(t, filepath.Join(dir, "a"), "first and more")
	buf := make([]byte, 100)
	for err == nil {
		_, err = r.Read(buf)
	}
	if !strings.HasPrefix(err.Error(), "changed") {
		t.Errorf("error %v", err)
	}
	var hinted interface{ Hint() string }
	if !errors.As(err, &hinted) || hinted.Hint() == "" {
		t.Error("no hint")
	}
}

// Every directory that was opened is closed when its last file has been opened.
func TestDirClosesFolders(t *testing.T) {
	dir := files(t, map[string]string{"a/b/c/d": "", "a/e": "", "f": "", "g/h": ""})
	before := openDescriptors(t)
	walked(t, DirOptions{Paths: []string{dir}})
	if after := openDescriptors(t); after != before {
		t.Errorf("%d descriptors open before, %d after", before, after)
	}
}

func openDescriptors(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/dev/fd")
	if err != nil {
		t.Skip("no /dev/fd")
	}
	return len(entries)
}
