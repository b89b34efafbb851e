package source

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules/pathglob"
)

// runGit runs the real git in dir, away from the configuration of whoever runs
// the test, and returns what it printed.
func runGit(t testing.TB, dir string, args ...string) string {
	t.Helper()
	return gitWithInput(t, dir, "", args...)
}

func gitWithInput(t testing.TB, dir, input string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Stdin = strings.NewReader(input)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "HOME="+dir, "XDG_CONFIG_HOME="+dir,
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org")
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil {
		t.Fatalf("git %q: %v\n%s", args, err, errOut.String())
	}
	return out.String()
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestIgnorePatterns asks git about the same pattern and the same paths.
// check-ignore --no-index says which pattern decides for a path; one file
// holds one pattern, so every line is a judgement of its own.
func TestIgnorePatterns(t *testing.T) {
	patterns := []string{
		"a", "a/", "/a", "/a/", "!a", "a/b", "a/b/", "/a/b", "*.log", "*", "**", "/*", "/**", "**/", "?", "??",
		"**/a", "**/a/b", "a/**", "a/**/b", "a/**/b/", "**/a/**", "a**", "a**b", "a**/b", "**a", "**a/b", "***/b", "a/***", "a/*/c", "a/*", "*/b", "*/b/*",
		"foo**/bar", "fo**o", "a/b**/c", `a/**\/b`, `**\/b`, `a**\/b`,
		"[ab]", "[!a]", "[^a]", "[a-c]", "[c-a]", "[]]", "[]a]", "[!]]", "[a-]", "[-a]", "[a", "a[", "[[:alpha:]]", "[[:digit:]x]", "[![:alpha:]]", "[[:nope:]]",
		"[[:alpha:]", "[[:]", "[[:a]", "[a-[:digit:]]", `[\a]`, `[\]]`, `[a\-c]`, `[\`, `[a-\c]`, "[a/b]", "a[/]b", "a[!x]b", "[[:space:]]", "[[:punct:]]*", "[[:xdigit:]]", "[a-b-d]",
		`\a`, `\*`, `\!a`, `\#a`, "#a", " #a", "a ", "a  ", `a\ `, `a\  `, `a \ `, ` a`, "a\t", `a\`, `\`, `\\`, `a\/b`, "!", "/", "//", "a//b", "!/", "",
		"A", "/A/B", "*.LOG", "A*B", "A/**/B", "**/A", "[A]", "[^A]", "[A-C]", "[!A-C]", "[[:upper:]]", "[^[:upper:]]", "[[:lower:]]", `\A`, "!A", "A/B/", "É",
		"a\r", "*.a.b", "*a*", "*[a]", "a?c", "a?b", "é", "?é", "[é]", "\xff", "*\xff", "a.*", ".*", "*.", "a*b*c", "*.log/", "foo/*.log", "/foo/**/*.log", "a b", "*ab",
	}
	paths := []string{
		"a", "b", "c", "d", "ab", "abc", "a/b", "a/b/c", "a/c", "a/x/b", "a/x/y/b", "x/a", "x/a/b", "x/y/a", "x/y/a/b", "a/b/a", "a.log", "x/a.log", "foo/x.log",
		"foo/a/b/x.log", "foo", "foo/bar", "fooX/bar", "foo/x/bar", "fo/o", "foxo", "*", "!a", "#a", " #a", "a ", "a  ", " a", "a\t", `a\`, `\`, `\\`, "]", "-", "[", "[a", "a[", "x", "5", ":", "a]", "b]", ":]", "[:",
		"a-c", "b/c", "a/b/c/d", "é", "xé", "\xff", "x\xff", "ä", "a.b", "x.a.b", ".a", "x.", "a1b2c", "abxc", "a b", "\xc3", "\xa9", "a\r", "!", "A", "_", "acb", "axb", "a5b", "xab", "/a"[1:], "A/b", "b/a/b/c",
	}
	dir := t.TempDir()
	runGit(t, dir, "init", "-q")
	for i := range 4 {
		isDir, folded := i >= 2, i%2 == 1
		parse := map[bool]func(string) *pathglob.List{false: pathglob.Parse, true: pathglob.ParseFolded}[folded]
		runGit(t, dir, "config", "core.ignoreCase", strconv.FormatBool(folded))
		// Directories exist: git looks whether a path is one. Files need not.
		at := dir
		asked := paths
		if isDir {
			for _, p := range paths {
				if err := os.MkdirAll(filepath.Join(dir, p), 0o755); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, pattern := range patterns {
			write(t, filepath.Join(at, ".gitignore"), pattern+"\n")
			ignored := checkIgnore(t, at, asked)
			list := parse(pattern + "\n")
			for _, p := range asked {
				if got, want := ignoredBelow(&ignoreScope{list: list}, p, isDir), ignored[p]; got != want {
					t.Errorf("pattern %q, path %q (directory: %v, without case: %v): ignored %v, git says %v", pattern, p, isDir, folded, got, want)
				}
			}
		}
	}
}

// ignoredBelow judges a path as the walk does: a directory that is ignored
// takes everything in it along.
func ignoredBelow(s *ignoreScope, path string, isDir bool) bool {
	for i := range len(path) {
		if path[i] == '/' && s.ignores(path[:i], true) {
			return true
		}
	}
	return s.ignores(path, isDir)
}

// checkIgnore asks git which of the paths are ignored. A path that only a
// negated pattern matches is not.
func checkIgnore(t testing.TB, dir string, paths []string) map[string]bool {
	t.Helper()
	cmd := exec.Command("git", "check-ignore", "--no-index", "-z", "-v", "-n", "--stdin")
	cmd.Dir = dir
	// "./" keeps a path that starts with a colon from being a pathspec with magic.
	cmd.Stdin = strings.NewReader("./" + strings.Join(paths, "\x00./") + "\x00")
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "HOME="+dir, "XDG_CONFIG_HOME="+dir)
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); err != nil && !(asExit(err, &exit) && exit.ExitCode() == 1) {
		t.Fatalf("git check-ignore: %v", err)
	}
	fields := strings.Split(string(out), "\x00")
	ignored := map[string]bool{}
	for i := 0; i+3 < len(fields); i += 4 {
		ignored[strings.TrimPrefix(fields[i+3], "./")] = fields[i] != "" && !strings.HasPrefix(fields[i+2], "!")
	}
	return ignored
}

func asExit(err error, target **exec.ExitError) bool {
	exit, ok := err.(*exec.ExitError) //nolint:errorlint // Output returns it unwrapped
	*target = exit
	return ok
}

// TestIgnoreLikeGit compares whole walks: random trees with random pattern
// files at several depths, in .git/info/exclude, and tracked files among the
// ignored ones, against git ls-files.
func TestIgnoreLikeGit(t *testing.T) {
	trees := 60
	if testing.Short() {
		trees = 10
	}
	random := rand.New(rand.NewPCG(1, 2))
	names := []string{"a", "b", "c", "ab", "build", "x.log", "y.log", "é", "a b", "n\nl", ".h", "[x]"}
	parts := []string{"A", "X.log", "[A-B]", "a", "b", "*", "**", "?", "build", "*.log", "[ab]", "[!a]", "é", "a*", "x.log", ".*", "a b"}
	pick := func(from []string) string { return from[random.IntN(len(from))] }
	path := func(depth int) string {
		var elements []string
		for range 1 + random.IntN(depth) {
			elements = append(elements, pick(names))
		}
		return strings.Join(elements, "/")
	}
	pattern := func() string {
		var elements []string
		for range 1 + random.IntN(3) {
			elements = append(elements, pick(parts))
		}
		p := strings.Join(elements, "/")
		if random.IntN(3) == 0 {
			p += "/"
		}
		if random.IntN(4) == 0 {
			p = "/" + p
		}
		if random.IntN(3) == 0 {
			p = "!" + p
		}
		return p
	}
	patternFile := func() string {
		var lines []string
		for range 1 + random.IntN(5) {
			lines = append(lines, pattern())
		}
		end := []string{"\n", "\n", "\r\n"}[random.IntN(3)]
		return strings.Join(lines, end) + []string{end, ""}[random.IntN(2)]
	}
	for i := range trees {
		dir := t.TempDir()
		runGit(t, dir, "init", "-q")
		runGit(t, dir, "config", "core.ignoreCase", strconv.FormatBool(i%3 == 2))
		for range 40 {
			p := filepath.Join(dir, path(4))
			if os.MkdirAll(filepath.Dir(p), 0o755) == nil {
				_ = os.WriteFile(p, []byte("x"), 0o644) // where a directory is, no file can be
			}
		}
		var tracked []string
		for _, p := range listed(runGit(t, dir, "ls-files", "-z", "-o")) {
			if random.IntN(8) == 0 {
				tracked = append(tracked, p)
			}
		}
		if len(tracked) > 0 {
			runGit(t, dir, append([]string{"--literal-pathspecs", "add", "-f", "--"}, tracked...)...)
		}
		write(t, filepath.Join(dir, ".gitignore"), patternFile())
		write(t, filepath.Join(dir, ".git/info/exclude"), patternFile())
		for range 3 {
			p := filepath.Join(dir, path(3))
			if info, err := os.Stat(p); err == nil && info.IsDir() {
				write(t, filepath.Join(p, ".gitignore"), patternFile())
			}
		}
		want := listed(runGit(t, dir, "ls-files", "-z", "-c", "-o", "--exclude-standard"))
		got, _ := walked(t, DirOptions{Paths: []string{dir}})
		if !slices.Equal(got, want) {
			t.Errorf("tree %d: walked %q\ngit lists %q\n%s", i, got, want, gitignores(dir))
			if t.Failed() && i > 20 {
				return
			}
		}
	}
}

func gitignores(dir string) string {
	var all strings.Builder
	_ = filepath.WalkDir(dir, func(p string, _ os.DirEntry, _ error) error {
		if b := filepath.Base(p); b == ".gitignore" || b == "exclude" {
			text, _ := os.ReadFile(p)
			fmt.Fprintf(&all, "-- %s --\n%s", p, text)
		}
		return nil
	})
	return all.String()
}

// listed splits a list that ends every name with NUL, and sorts it without
// repetitions.
func listed(text string) []string {
	names := strings.Split(strings.TrimSuffix(text, "\x00"), "\x00")
	if text == "" {
		names = nil
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// BenchmarkIgnore judges 50,000 paths by 300 patterns, as many as a large
// project has.
func BenchmarkIgnore(b *testing.B) {
	var text strings.Builder
	for i := range 100 {
		fmt.Fprintf(&text, "*.ext%d\nname%d\n/dir%d/*.tmp\n", i, i, i)
	}
	scope := &ignoreScope{list: pathglob.Parse(text.String())}
	paths := make([]string, 50_000)
	for i := range paths {
		paths[i] = fmt.Sprintf("src/pkg%d/sub%d/file%d.go", i%97, i%31, i)
	}
	for b.Loop() {
		for _, p := range paths {
			if scope.ignores(p, false) {
				b.Fatal("ignored")
			}
		}
	}
}

// FuzzIgnore gives any text as a file of patterns: it is read without an error,
// and every path gets an answer, the same one each time.
func FuzzIgnore(f *testing.F) {
	f.Add("*.log\n!a\\ \n/b/**/c/\r\n[[:alpha:]\n", "a/b.log")
	f.Add("\xef\xbb\xbf#x\n\\\n!\n//\n", "x")
	f.Fuzz(func(t *testing.T, text, path string) {
		if path == "" || strings.HasPrefix(path, "/") || strings.HasSuffix(path, "/") {
			t.Skip()
		}
		for _, list := range []*pathglob.List{pathglob.Parse(text), pathglob.ParseFolded(text)} {
			scope := &ignoreScope{list: list}
			for _, isDir := range []bool{false, true} {
				first := scope.ignores(path, isDir)
				if again := scope.ignores(path, isDir); again != first {
					t.Error("two answers")
				}
			}
		}
	})
}
