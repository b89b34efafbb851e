package pathglob

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestHolds(t *testing.T) {
	tests := []struct {
		patterns string // separated by blanks
		in, out  string
	}{
		{"test/", "test/a a/test/b test/c/d", "test a/test tests/a"},
		{"test/**", "test/a test/c/d", "a/test/b test tests/a"},
		{"/test", "test test/a", "a/test"},
		{"*.min.js", "a.min.js a/b.min.js a.min.js/c", "a.js"},
		{"a/*/c", "a/b/c a/b/c/d", "a/c a/b/b/c"},
		{"**/gen/*.go", "gen/a.go x/gen/a.go", "gen/x/a.go"},
		{"src/ !src/gen/", "src/a src/b/c", "src/gen/a"},
		{"src/ !src/gen/ *.key", "src/gen/a.key b.key", "src/gen/a"},
		{"!a a", "a", "b"},
		{"a !a", "", "a a/b"},
	}
	for _, test := range tests {
		list := ParsePatterns(strings.Fields(test.patterns))
		for _, path := range strings.Fields(test.in) {
			if !list.Holds(path) {
				t.Errorf("%q does not hold %s", test.patterns, path)
			}
		}
		for _, path := range strings.Fields(test.out) {
			if list.Holds(path) {
				t.Errorf("%q holds %s", test.patterns, path)
			}
		}
	}
}

func TestHoldsBelow(t *testing.T) {
	for _, test := range []struct {
		patterns, dir string
		want          bool
	}{
		{"a/", "a", true}, {"a/", "a/b", true}, {"a/", "b", false}, {"a", "x/a/b", true}, {"a/**", "a", false}, {"a/**", "a/b", true},
		{"*.go", "x", false}, {"a/ !a/b", "a", false}, {"!a/b a/", "a", true}, {"a/ !a", "a", false},
	} {
		list := ParsePatterns(strings.Fields(test.patterns))
		if got := list.HoldsBelow(test.dir); got != test.want {
			t.Errorf("%q, %s: %v", test.patterns, test.dir, got)
		}
		if test.want && !list.Holds(test.dir+"/x/y.go") {
			t.Errorf("%q holds all below %s, but not what lies there", test.patterns, test.dir)
		}
	}
}

// Whatever lies below a directory that is held as a whole is held.
func TestHoldsBelowIsRight(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 5))
	parts := []string{"a", "b", "*", "**", "a*", "?"}
	names := []string{"a", "b", "ab", "c"}
	path := func(of []string) string {
		var words []string
		for range 1 + random.IntN(3) {
			words = append(words, of[random.IntN(len(of))])
		}
		return strings.Join(words, "/")
	}
	held := 0
	for range 20_000 {
		var patterns []string
		for range 1 + random.IntN(3) {
			marks := []string{"", "", "!"}[random.IntN(3)]
			patterns = append(patterns, marks+[]string{"", "/"}[random.IntN(2)]+path(parts)+[]string{"", "/"}[random.IntN(2)])
		}
		list, dir := ParsePatterns(patterns), path(names)
		if !list.HoldsBelow(dir) {
			continue
		}
		held++
		for range 5 {
			if file := dir + "/" + path(names); !list.Holds(file) {
				t.Fatalf("%q holds all below %s, but not %s", patterns, dir, file)
			}
		}
	}
	if held < 1000 {
		t.Errorf("only %d directories were held", held)
	}
}

func TestHoldsAll(t *testing.T) {
	for patterns, want := range map[string]bool{
		"*": true, "**": true, "/**": true, "/*": true, "**/*": true, "a/ **": true, "?* .*": true,
		"a/": false, "*.go": false, ".*": false, "* !a": false, "*/": false, "": false, "*/*": false, "**/": false,
	} {
		if got := ParsePatterns(strings.Fields(patterns)).HoldsAll(); got != want {
			t.Errorf("%q: %v", patterns, got)
		}
	}
}

func TestCheck(t *testing.T) {
	for _, pattern := range []string{"a", "/a", "a/", "!a", "*.log", `\#a`, ".github/", "[ab]", "a b", "**"} {
		if err := Check(pattern); err != nil {
			t.Errorf("%q: %v", pattern, err)
		}
	}
	for pattern, want := range map[string]string{
		"": "empty", "!": "empty", " ": "empty", "a\nb": "line break", "#a": "comment", "./a": "dot", "!./a": "dot", "../a": "upwards", "a/../b": "upwards",
		"a[": "matches nothing", `a\`: "matches nothing", "/": "matches nothing",
	} {
		if err := Check(pattern); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", pattern, err, want)
		}
	}
}
