package report

import (
	"strings"
	"testing"

	"github.com/keysieve/keysieve/scanner"
)

// TestScreen holds reports to the terminal's lines, with those that it wraps, and to its columns but for
// commands and comments, which are to be pasted, and masked secrets, which are to be recognised.
func TestScreen(t *testing.T) {
	results := map[string]scanner.Result{"many": manyResult(60), "skipped": skippedResult()}
	for _, c := range testCases(t) {
		results[c.name] = c.result
	}
	for name, r := range results {
		for _, width := range []int{60, 80, 120} {
			for _, height := range []int{24, 30, 40, 50} {
				out := text(t, Options{Unicode: true, Color: true, Width: width, Height: height}, r)
				term := terminal{unicode: true, width: width}
				least := text(t, Options{Unicode: true, Color: true, Width: width, Height: 1}, r)
				if n := term.rows(out); n >= height && out != least {
					t.Errorf("%s: %d lines on %d of %d columns:\n%s", name, n, height, width, out)
				}
				for line := range strings.Lines(out) {
					line = strings.TrimSuffix(unpainted(line), "\n")
					if cells(line) > width && !strings.Contains(line, "git ") && !strings.ContainsRune(line, bullet) && !strings.Contains(line, "keysieve:allow") {
						t.Errorf("%s: %d cells on %d columns: %s", name, cells(line), width, line)
					}
				}
			}
		}
	}
	// A large screen has no more than a file has, and a small one says what it leaves out.
	r := manyResult(60)
	if large, file := text(t, Options{Unicode: true, Height: 500, Width: 100}, r), text(t, Options{Unicode: true, Width: 100}, r); large != file {
		t.Errorf("on 500 lines:\n%s\nwithout an end:\n%s", large, file)
	}
	if small := text(t, Options{Unicode: true, Height: 20, Width: 100}, r); !strings.Contains(small, "and 53 more secrets") {
		t.Errorf("on 20 lines:\n%s", small)
	}
}
