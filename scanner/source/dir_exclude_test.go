package source

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules/pathglob"
	"github.com/keysieve/keysieve/scanner"
)

// What is excluded is neither read nor looked into, named or not, and counted once.
func TestDirExclude(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{"src/a.go", "src/gen/b.go", "src/gen/deep/c.go", "vendor/x/d.go", "vendor/e.go", "f.min.js"} {
		write(t, filepath.Join(dir, filepath.FromSlash(path)), "x")
	}
	if os.Symlink("src/a.go", filepath.Join(dir, "link.min.js")) != nil {
		t.Log("without a link")
		write(t, filepath.Join(dir, "link.min.js"), "x")
	}
	closed := filepath.Join(dir, "vendor", "closed")
	if err := os.Mkdir(closed, 0); err != nil { // it would be skipped if it was looked into
		t.Fatal(err)
	}
	list := pathglob.ParsePatterns([]string{"vendor/", "*.min.js", "gen/"})
	excludes := func(path string, isDir bool) bool {
		if isDir {
			return list.HoldsBelow(path)
		}
		return list.Holds(path)
	}
	for _, test := range []struct {
		paths, want string
		excluded    int64
	}{
		{"", "src/a.go", 4},
		{"src", "src/a.go", 1},
		{". src", "src/a.go", 4},
		{"src/gen/b.go src/a.go vendor", "src/a.go", 2},
		{"f.min.js", "", 1},
	} {
		var paths []string
		for _, p := range strings.Fields(test.paths + " ") {
			paths = append(paths, filepath.Join(dir, p))
		}
		if len(paths) == 0 {
			paths = []string{dir}
		}
		d, err := NewDir(DirOptions{Paths: paths})
		if err != nil {
			t.Fatal(err)
		}
		d.root = dir // as in a work tree
		if resolved, err := filepath.EvalSymlinks(dir); err == nil {
			d.root = resolved
		}
		d.Exclude(excludes)
		for range 2 { // the count begins anew
			var got []string
			err = d.Blobs(t.Context(), func(b scanner.Blob) error {
				if o := b.Origins[0]; o.Kind == scanner.KindFile {
					got = append(got, o.Path)
				}
				content, err := b.Open()
				if err == nil {
					err = content.Close()
				}
				return err
			}, func(s scanner.Skip) { t.Errorf("%s: skipped %+v", test.paths, s) })
			var summary scanner.Summary
			d.Summarize(&summary)
			slices.Sort(got)
			if strings.Join(got, " ") != test.want || summary.Excluded != test.excluded || err != nil {
				t.Errorf("%q: %q, %d excluded, %v; want %s, %d", test.paths, got, summary.Excluded, err, test.want, test.excluded)
			}
		}
	}
}
