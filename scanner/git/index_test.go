package git

import (
	"crypto/sha1"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestIndexLookup holds every question about single paths against the list of
// all that git gives.
func TestIndexLookup(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"2", "4", "split", "sparse", "sha256"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			arguments := []string{}
			if version == "sha256" {
				arguments = append(arguments, "--object-format=sha256")
			}
			f := newFixture(t, arguments...)
			random := rand.New(rand.NewPCG(1, 2))
			for range 300 {
				f.write(randomPath(random), "x")
			}
			f.write("lib/a/1", "", "lib/b", "", "keep/1", "", "lib0", "", "lib/a.x", "")
			f.commit("first")
			switch version {
			case "2", "4":
				f.git("update-index", "--index-version", version)
			case "split":
				f.git("update-index", "--split-index")
				f.write("added", "", "lib/a/0", "")
				f.git("add", "-A")
			case "sparse":
				f.git("sparse-checkout", "set", "--cone", "--sparse-index", "keep")
			}
			// Not --sparse: git expands a sparse index by itself.
			paths := strings.Split(strings.TrimSuffix(f.git("ls-files", "-z"), "\x00"), "\x00")
			x, err := f.discover().Index()
			if err != nil {
				t.Fatal(err)
			}
			if version == "sparse" && !x.file.directories {
				t.Error("the index is not sparse")
			}
			if version == "split" && x.own.link == nil {
				t.Error("the index is not split")
			}
			if version == "4" && x.file.version != 4 {
				t.Error("the index is not of version 4")
			}
			checkLookup(t, x, paths)
		})
	}
}

func checkLookup(t *testing.T, x *Index, paths []string) {
	t.Helper()
	tracked, dirs := map[string]bool{}, map[string]bool{".": true, "": true}
	for _, path := range paths {
		tracked[path] = true
		for dir := filepath.Dir(path); dir != "."; dir = filepath.Dir(dir) {
			dirs[dir] = true
		}
	}
	questions := []string{"absent", "lib/", "lib/absent", "\xff", "!"}
	for path := range tracked {
		questions = append(questions, path, path+"x", path+"/x", path[:len(path)-1]+"\x01")
	}
	for dir := range dirs {
		questions = append(questions, dir)
	}
	for _, path := range questions {
		if got := x.IsTracked(path); got != tracked[path] {
			t.Errorf("IsTracked(%q) = %v", path, got)
		}
		if got := x.HasTrackedBelow(path); got != dirs[strings.TrimSuffix(path, "/")] {
			t.Errorf("HasTrackedBelow(%q) = %v", path, got)
		}
	}
	var listed []string
	err := x.Files(t.Context(), ".", func(path string, _ Side) error { listed = append(listed, path); return nil })
	if err != nil || strings.Join(listed, "\n") != strings.Join(paths, "\n") {
		t.Errorf("Files gives %q, %v; want %q", listed, err, paths)
	}
	delete(dirs, "")
	delete(dirs, ".")
	for dir := range dirs {
		n := 0
		err := x.Files(t.Context(), dir, func(path string, _ Side) error {
			if n++; !strings.HasPrefix(path, dir+"/") || !tracked[path] {
				t.Errorf("Files(%q) gives %q", dir, path)
			}
			return nil
		})
		if err != nil || n == 0 {
			t.Errorf("Files(%q): %d, %v", dir, n, err)
		}
	}
}

func randomPath(random *rand.Rand) string {
	parts := make([]string, 1+random.IntN(4))
	for i := range parts {
		parts[i] = string('a'+rune(random.IntN(4))) + []string{"", "-", ".", "0", "é", "\xff"}[random.IntN(6)]
		if i < len(parts)-1 {
			parts[i] += "d" // no file has such a name
		}
	}
	return strings.Join(parts, "/")
}

// TestIndexFlags reads what entries say of themselves.
func TestIndexFlags(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	seed(f)
	f.write("later", "")
	f.git("add", "-N", "later")
	f.git("update-index", "--skip-worktree", "z")
	f.git("update-index", "--assume-unchanged", "README")
	x, err := f.discover().Index()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	err = x.Each(func(e *Entry) error {
		got[string(e.Path)] = fmt.Sprint(e.Mode() == ModeSymlink, e.Stage(), e.IntentToAdd(), e.SkipWorktree(), e.AssumeValid())
		return nil
	})
	if err != nil || len(got) != x.Len() || x.Len() != 11 {
		t.Errorf("%d entries, Len %d, %v", len(got), x.Len(), err)
	}
	for path, want := range map[string]string{
		"later":  "false 0 true false false",
		"z":      "false 0 false true false",
		"README": "false 0 false false true",
		"link":   "true 0 false false false",
		"a.b":    "false 0 false false false",
	} {
		if got[path] != want {
			t.Errorf("%s: %s, want %s", path, got[path], want)
		}
	}
}

func TestIndexAbsentAndSkipHash(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	x, err := f.discover().Index()
	if err != nil || x.Len() != 0 || x.IsTracked("x") || x.HasTrackedBelow(".") || x.HasTrackedBelow("a") {
		t.Errorf("an index that is absent: %v", err)
	}
	seed(f)
	path := filepath.Join(f.dir, ".git/index")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	clear(data[len(data)-sha1.Size:]) // as index.skipHash does
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if x, err = f.discover().Index(); err != nil || x.Len() != 10 {
		t.Errorf("an index without a checksum: %v", err)
	}
	f.env = []string{"GIT_INDEX_FILE=.git/other"}
	f.git("read-tree", "HEAD")
	f.git("rm", "-q", "--cached", "z")
	r, err := Discover(f.dir+"/lib", environ(f.env...)) // relative to the work tree's root
	if err != nil {
		t.Fatal(err)
	}
	if x, err = r.Index(); err != nil || x.Len() != 9 {
		t.Errorf("GIT_INDEX_FILE: %v, %v", x, err)
	}
	f.compareStaged()
}
