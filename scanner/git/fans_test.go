package git

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A directory that comes after the others were listed is found after all.
func TestFans(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "ab"), 0o755); err != nil {
		t.Fatal(err)
	}
	var f fans
	if f.forget() {
		t.Error("nothing is known yet")
	}
	for range fansAfter {
		if !f.holds(dir, "cd") {
			t.Fatal("it was not listed yet")
		}
	}
	if f.holds(dir, "cd") || !f.holds(dir, "ab") {
		t.Error("not as listed")
	}
	if err := os.Mkdir(filepath.Join(dir, "cd"), 0o755); err != nil {
		t.Fatal(err)
	}
	if !f.forget() || !f.holds(dir, "cd") {
		t.Error("not forgotten")
	}
}

// An object that another process writes while the repository is open is found.
func TestObjectsThatAreWrittenMeanwhile(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.write("a", "1")
	f.commit("first")
	f.git("gc", "-q")
	objects := f.discover().Objects()
	head := f.id("HEAD")
	for range 2 * fansAfter {
		if _, _, err := objects.Stat(head); err != nil {
			t.Fatal(err)
		}
	}
	id := parseTestID(t, strings.TrimSpace(f.gitInput("new", "hash-object", "-w", "--stdin")))
	if _, _, err := objects.Stat(id); err != nil {
		t.Error(err)
	}
}
