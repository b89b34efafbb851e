package source

import (
	"fmt"
	"strings"
	"testing"
)

// What is staged has an origin where a commit of it would have.
func TestStagedRenamesTogether(t *testing.T) {
	t.Parallel()
	long, other := text("long", 20), text("other", 20)
	crlf := strings.ReplaceAll(long, "\n", "\r\n")
	remove := func(t *testing.T, dir string, paths ...string) {
		t.Helper()
		stageGit(t, dir, append([]string{"rm", "-q"}, paths...)...)
	}
	tests := []stagedCase{
		{"one origin, the same content first", map[string]string{"x": long}, func(t *testing.T, dir string) {
			remove(t, dir, "x")
			put(t, dir, map[string]string{"a": long + "more\n", "b": long})
			stageGit(t, dir, "add", "-A")
		}, []string{
			fmt.Sprintf(`file "a" %q`, long+"more\n"), fmt.Sprintf(`file "b" %q < "x" %q`, long, long), `path-name "a" "a"`, `path-name "b" "b"`,
		}},
		{"one origin, the more similar first", map[string]string{"x": long}, func(t *testing.T, dir string) {
			remove(t, dir, "x")
			put(t, dir, map[string]string{"a": long + text("a", 9), "b": long + "more\n"})
			stageGit(t, dir, "add", "-A")
		}, []string{
			fmt.Sprintf(`file "a" %q`, long+text("a", 9)), fmt.Sprintf(`file "b" %q < "x" %q`, long+"more\n", long), `path-name "a" "a"`, `path-name "b" "b"`,
		}},
		{"two of the same content", map[string]string{"x": long, "y": long}, func(t *testing.T, dir string) {
			remove(t, dir, "x", "y")
			put(t, dir, map[string]string{"a": long, "b": long, "c": long})
			stageGit(t, dir, "add", "-A")
		}, []string{
			fmt.Sprintf(`file "a" %q < "x" %q`, long, long), fmt.Sprintf(`file "b" %q < "y" %q`, long, long), fmt.Sprintf(`file "c" %q`, long),
			`path-name "a" "a"`, `path-name "b" "b"`, `path-name "c" "c"`,
		}},
		{"the second best, where the best is taken", map[string]string{"x": long, "y": long[:len(long)*7/10] + text("y", 7)}, func(t *testing.T, dir string) {
			remove(t, dir, "x", "y")
			put(t, dir, map[string]string{"a": long + "more\n", "b": long + "more\nand more\n"})
			stageGit(t, dir, "add", "-A")
		}, []string{
			fmt.Sprintf(`file "a" %q < "x" %q`, long+"more\n", long),
			fmt.Sprintf(`file "b" %q < "y" %q`, long+"more\nand more\n", long[:len(long)*7/10]+text("y", 7)), `path-name "a" "a"`, `path-name "b" "b"`,
		}},
		{"a name of its own first", map[string]string{"d/n": long, "o": other}, func(t *testing.T, dir string) {
			remove(t, dir, "d/n", "o")
			put(t, dir, map[string]string{"a": long + "more\n", "n": long + text("n", 5)})
			stageGit(t, dir, "add", "-A")
		}, []string{
			fmt.Sprintf(`file "a" %q`, long+"more\n"), fmt.Sprintf(`file "n" %q < "d/n" %q`, long+text("n", 5), long), `path-name "a" "a"`, `path-name "n" "n"`,
		}},
		{"other line endings", map[string]string{"x": long}, func(t *testing.T, dir string) {
			remove(t, dir, "x")
			put(t, dir, map[string]string{"y": crlf})
			stageGit(t, dir, "add", "-A")
		}, []string{fmt.Sprintf(`file "y" %q < "x" %q`, crlf, long), `path-name "y" "y"`}},
	}
	for _, test := range tests {
		t.Run(test.name, test.run)
	}
}
