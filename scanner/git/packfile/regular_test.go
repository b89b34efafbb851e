//go:build unix

package packfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestSpecialFiles: a pipe that nobody writes to, a device without end, a directory and a file whose reads
// fail are errors at once, by whatever they are opened.
func TestSpecialFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	err := errors.Join(syscall.Mkfifo(path("pipe"), 0o600), os.Mkdir(path("directory"), 0o700), os.Symlink("/dev/zero", path("device")),
		os.WriteFile(path("large"), make([]byte, 11), 0o600), os.Symlink("large", path("link")))
	if err != nil {
		t.Fatal(err)
	}
	special := []string{"pipe", "directory", "device"}
	if _, err := os.Stat("/proc/self/mem"); err == nil {
		if err := os.Symlink("/proc/self/mem", path("memory")); err != nil {
			t.Fatal(err)
		}
		special = append(special, "memory")
	}
	for _, name := range special {
		for how, open := range map[string]func(string) error{
			"map":   func(p string) error { _, err := Map(p); return err },
			"read":  func(p string) error { _, err := ReadRegular(p, 10); return err },
			"loose": func(p string) error { var i Inflater; _, _, _, err := i.OpenLoose(p); return err },
			"stat":  func(p string) error { var i Inflater; _, _, err := i.StatLoose(p); return err },
		} {
			done := make(chan error, 1)
			go func() { done <- open(path(name)) }()
			select {
			case err := <-done:
				if err == nil || !strings.Contains(err.Error(), path(name)) {
					t.Errorf("%s %s: %v", how, name, err)
				}
			case <-time.After(5 * time.Second):
				t.Fatalf("%s %s: waits", how, name)
			}
		}
	}
	if _, err := ReadRegular(path("link"), 10); err == nil || !strings.Contains(err.Error(), "larger than 10 bytes") {
		t.Errorf("a file that is too large: %v", err)
	}
	if data, err := ReadRegular(path("link"), 11); err != nil || len(data) != 11 {
		t.Errorf("%d bytes, %v", len(data), err)
	}
}

// What can be read of a file that the system makes up is less than the size that it says.
func TestReadRegularCutShort(t *testing.T) {
	t.Parallel()
	const short = "/sys/kernel/mm/transparent_hugepage/enabled"
	info, err := os.Stat(short)
	if err != nil {
		t.Skip(err)
	}
	text, err := os.ReadFile(short)
	if err != nil || int64(len(text)) >= info.Size() {
		t.Skipf("%d of %d bytes, %v", len(text), info.Size(), err)
	}
	if _, err := ReadRegular(short, info.Size()); !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), short) {
		t.Error(err)
	}
}
