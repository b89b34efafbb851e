package source

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/source/sourcetest"
)

// walked returns the paths of the contents that a Dir yields, sorted, and what
// it skipped.
func walked(t testing.TB, opts DirOptions) ([]string, []scanner.Skip) {
	t.Helper()
	d, err := NewDir(opts)
	if err != nil {
		t.Fatal(err)
	}
	return walkedBy(t, d)
}

func walkedBy(t testing.TB, d *Dir) ([]string, []scanner.Skip) {
	t.Helper()
	var paths []string
	var skips []scanner.Skip
	err := d.Blobs(t.Context(), func(b scanner.Blob) error {
		origin := b.Origins[0]
		if _, err := readBlob(b); err != nil {
			skips = append(skips, scanner.Skip{Path: origin.Path, Reason: err.Error()})
			return nil
		}
		if origin.Kind == scanner.KindFile {
			paths = append(paths, origin.Path)
		}
		return nil
	}, func(s scanner.Skip) { skips = append(skips, s) })
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(paths)
	return paths, skips
}

func readBlob(b scanner.Blob) (string, error) {
	r, err := b.Open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	return string(text), err
}

// files makes a directory with the given files and returns its real path.
func files(t testing.TB, texts map[string]string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range texts {
		write(t, filepath.Join(dir, name), text)
	}
	return dir
}

func TestDirContract(t *testing.T) {
	texts := map[string]string{
		"a.txt": "one", "sub/b": "two", "sub/deep/er/c": "", "with space": "three", "new\nline": "four", `quo"te'`: "five",
		"co:lon": "six", "é": "seven", "\xff\xfe": "eight", ".hidden": "nine", "-dash": "ten", "a\\b": "eleven",
	}
	dir := files(t, texts)
	if err := os.Symlink("../outside/secret", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	texts["link"] = "../outside/secret"
	var want sourcetest.Expected
	for name, text := range texts {
		want.Contents = append(want.Contents,
			sourcetest.Content{Kind: scanner.KindFile, Path: name, Text: text},
			sourcetest.Content{Kind: scanner.KindPathName, Path: name, Text: name})
	}
	sourcetest.Run(t, func(t *testing.T) scanner.Source {
		d, err := NewDir(DirOptions{Paths: []string{dir}})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}, want)
}

func TestDirPaths(t *testing.T) {
	dir := files(t, map[string]string{
		"repo/sub/a": "", "repo/sub/b": "", "repo/top": "", "plain/x/a": "", "plain/y/b": "", "plain/z": "",
	})
	runGit(t, filepath.Join(dir, "repo"), "init", "-q")
	if err := os.Symlink("plain/x", filepath.Join(dir, "to-x")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("plain/z", filepath.Join(dir, "to-z")); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		paths []string
		root  string
		want  []string
	}{
		{"work tree", []string{"repo"}, "repo", []string{"sub/a", "sub/b", "top"}},
		{"part of a work tree", []string{"repo/sub"}, "repo", []string{"sub/a", "sub/b"}},
		{"file in a work tree", []string{"repo/sub/a"}, "repo", []string{"sub/a"}},
		{"directory", []string{"plain/x"}, "plain/x", []string{"a"}},
		{"file", []string{"plain/x/a"}, "plain/x", []string{"a"}},
		{"two directories", []string{"plain/x", "plain/y"}, "plain", []string{"x/a", "y/b"}},
		{"same twice", []string{"plain/x", "plain/x/", "plain/../plain/x"}, "plain/x", []string{"a"}},
		{"overlapping", []string{"plain", "plain/x", "plain/x/a", "plain/z"}, "plain", []string{"x/a", "y/b", "z"}},
		{"overlapping, inner first", []string{"plain/x/a", "plain"}, "plain", []string{"x/a", "y/b", "z"}},
		{"work tree and more", []string{"repo/sub/a", "plain/x"}, ".", []string{"plain/x/a", "repo/sub/a"}},
		{"link to a directory", []string{"to-x"}, "plain/x", []string{"a"}},
		{"link to a file", []string{"to-z"}, "plain", []string{"z"}},
		{"with a slash at the end", []string{"plain/x/"}, "plain/x", []string{"a"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Chdir(dir)
			d, err := NewDir(DirOptions{Paths: test.paths})
			if err != nil {
				t.Fatal(err)
			}
			if want := filepath.Join(dir, test.root); d.Root() != want {
				t.Errorf("root %s, want %s", d.Root(), want)
			}
			got, skips := walkedBy(t, d)
			if !slices.Equal(got, test.want) || len(skips) != 0 {
				t.Errorf("got %q, skipped %v, want %q", got, skips, test.want)
			}
		})
	}
	t.Run("default", func(t *testing.T) {
		t.Chdir(filepath.Join(dir, "repo/sub"))
		if got, _ := walked(t, DirOptions{}); !slices.Equal(got, []string{"sub/a", "sub/b"}) {
			t.Errorf("got %q", got)
		}
	})
}

func TestDirIgnore(t *testing.T) {
	dir := files(t, map[string]string{
		".gitignore": "*.log\nbuild/\n/only-here\n!keep.log\n", "a.log": "", "keep.log": "", "tracked.log": "", "build/x": "", "build/tracked": "", "build/deep/tracked": "",
		"sub/only-here": "", "only-here": "", "sub/.gitignore": "!b.log\nlocal\n", "sub/b.log": "", "sub/c.log": "", "sub/local": "", "local": "",
		"excluded": "", "nested/a.log": "", "nested/n": "", "nested/m": "", "nested/.gitignore": "n\n",
	})
	runGit(t, dir, "init", "-q")
	write(t, filepath.Join(dir, ".git/info/exclude"), "excluded\n")
	runGit(t, dir, "add", "-f", "tracked.log", "build/tracked", "build/deep/tracked")
	runGit(t, filepath.Join(dir, "nested"), "init", "-q")
	tests := []struct {
		name     string
		paths    []string
		noIgnore bool
		want     string
	}{
		{"from the root", []string{dir}, false, ".gitignore build/deep/tracked build/tracked keep.log local " +
			"nested/.gitignore nested/a.log nested/m sub/.gitignore sub/b.log sub/only-here tracked.log"},
		{"from a sub-directory", []string{dir + "/sub"}, false, "sub/.gitignore sub/b.log sub/only-here"},
		{"an ignored directory by name", []string{dir + "/build"}, false, "build/deep/tracked build/tracked build/x"},
		{"an ignored file by name", []string{dir + "/a.log"}, false, "a.log"},
		{"nothing ignored", []string{dir + "/sub"}, true, "sub/.gitignore sub/b.log sub/c.log sub/local sub/only-here"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, skips := walked(t, DirOptions{Paths: test.paths, NoIgnore: test.noIgnore})
			if strings.Join(got, " ") != test.want || len(skips) != 0 {
				t.Errorf("got  %q\nwant %q\nskipped %v", strings.Join(got, " "), test.want, skips)
			}
		})
	}
}

// Outside of a work tree .gitignore is a file like any other, and a repository
// further down has its own say.
func TestDirOutsideOfWorkTree(t *testing.T) {
	dir := files(t, map[string]string{".gitignore": "a\n", "a": "", "repo/.gitignore": "a\n", "repo/a": "", "repo/b": ""})
	runGit(t, filepath.Join(dir, "repo"), "init", "-q")
	t.Setenv("GIT_DIR", filepath.Join(dir, "repo/.git")) // of a hook: says nothing about dir
	got, _ := walked(t, DirOptions{Paths: []string{dir}})
	if want := []string{".gitignore", "a", "repo/.gitignore", "repo/b"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDirCorruptIndex(t *testing.T) {
	dir := files(t, map[string]string{".gitignore": "a\n", "a": "", "b": ""})
	runGit(t, dir, "init", "-q")
	write(t, filepath.Join(dir, ".git/index"), "not an index")
	got, skips := walked(t, DirOptions{Paths: []string{dir}})
	if want := []string{".gitignore", "b"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(skips) != 1 || !strings.Contains(skips[0].Reason, "index") {
		t.Errorf("skipped %v, want the index, once", skips)
	}
}

func TestNewDirRefuses(t *testing.T) {
	dir := files(t, map[string]string{"file": ""})
	if err := os.Symlink("nowhere", filepath.Join(dir, "dangling")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("loop", filepath.Join(dir, "loop")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"missing", "dangling", "loop", "file/below", os.DevNull} {
		t.Run(path, func(t *testing.T) {
			if path != os.DevNull {
				path = filepath.Join(dir, path)
			}
			_, err := NewDir(DirOptions{Paths: []string{dir, path}})
			var usage *UsageError
			if !errors.As(err, &usage) || usage.Subject != path || usage.Reason == "" {
				t.Errorf("error %v, want a UsageError about %s", err, path)
			}
		})
	}
}

// A directory that turns up again below itself, as a bind mount makes it.
func TestDirLoop(t *testing.T) {
	dir := files(t, map[string]string{"a/again/x": "", "a/b": "", "z": ""})
	d, err := NewDir(DirOptions{Paths: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	d.identify = func(f *folder) (identity, error) {
		if filepath.Base(f.path) == "again" {
			up, err := openFolder(dir)
			if err != nil {
				return identity{}, err
			}
			defer up.release()
			return up.identity()
		}
		return f.identity()
	}
	got, skips := walkedBy(t, d)
	if want := []string{"a/b", "z"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(skips) != 1 || skips[0].Path != "a/again" || !strings.Contains(skips[0].Reason, "directory loop") {
		t.Errorf("skipped %v", skips)
	}
}

func TestDirCancel(t *testing.T) {
	dir := files(t, map[string]string{"a/b": "", "c/d": "", "e": ""})
	d, err := NewDir(DirOptions{Paths: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = d.Blobs(ctx, func(scanner.Blob) error { t.Error("yielded"); return nil }, func(scanner.Skip) {})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// BenchmarkDir walks 50,000 files in 500 directories below 300 patterns.
func BenchmarkDir(b *testing.B) {
	dir := b.TempDir()
	var patterns strings.Builder
	for i := range 100 {
		n := string(rune('a' + i%26))
		patterns.WriteString("*.ext" + n + "\nname" + n + "\n/dir" + n + "/*.tmp\n")
	}
	write(b, filepath.Join(dir, ".gitignore"), patterns.String())
	for i := range 500 {
		for j := range 100 {
			write(b, filepath.Join(dir, "d"+string(rune('a'+i%20)), "e"+string(rune('a'+i/20)), "file"+string(rune('0'+j/10))+string(rune('0'+j%10))+".go"), "")
		}
	}
	runGit(b, dir, "init", "-q")
	for b.Loop() {
		d, err := NewDir(DirOptions{Paths: []string{dir}})
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		err = d.Blobs(b.Context(), func(scanner.Blob) error { n++; return nil }, func(scanner.Skip) {})
		if err != nil || n != 2*50_001 {
			b.Fatal(n, err)
		}
	}
}
