package pathglob

import (
	"strings"
	"testing"
	"time"
)

// FuzzGlob holds the matcher against the plainest one there is, which tries
// everything, on patterns without classes.
func FuzzGlob(f *testing.F) {
	for _, seed := range [][2]string{{"a*b", "aXb"}, {"**/a", "x/y/a"}, {"a/**/b", "a/b"}, {"*a*a*b", "aaaaaaaa"}, {"a/**", "a/b/c"}, {"?/*", "a/b"}, {"**/*/**/a", "x/y/z/a"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 12 || len(text) > 12 || strings.ContainsAny(pattern, `[\`) {
			t.Skip()
		}
		g := compileGlob(pattern, false)
		if got, want := g.match(text), matchSlowly(g.tokens, text); got != want {
			t.Errorf("pattern %q, text %q: %v, want %v", pattern, text, got, want)
		}
	})
}

func matchSlowly(tokens []token, text string) bool {
	if len(tokens) == 0 {
		return text == ""
	}
	rest := tokens[1:]
	switch tok := tokens[0]; tok.kind {
	case tokenLiteral:
		after, ok := strings.CutPrefix(text, tok.literal)
		return ok && matchSlowly(rest, after)
	case tokenAny:
		return text != "" && text[0] != '/' && matchSlowly(rest, text[1:])
	case tokenClass:
		return text != "" && tok.class[text[0]] && matchSlowly(rest, text[1:])
	case tokenStar:
		return matchSlowly(rest, text) || (text != "" && text[0] != '/' && matchSlowly(tokens, text[1:]))
	case tokenAllStar:
		return matchSlowly(rest, text) || (text != "" && matchSlowly(tokens, text[1:]))
	case tokenDirsStar:
		if matchSlowly(rest, text) {
			return true
		}
		for i := range len(text) {
			if text[i] == '/' && matchSlowly(rest, text[i+1:]) {
				return true
			}
		}
	}
	return false
}

// A hostile pattern must not cost more than the product of the lengths.
func TestGlobIsNotExponential(t *testing.T) {
	start := time.Now()
	compileGlob(strings.Repeat("*a", 500)+"b", false).match(strings.Repeat("a", 5000))
	compileGlob(strings.Repeat("**/a*", 300)+"b", false).match(strings.Repeat("a/", 3000))
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("took %v", took)
	}
}
