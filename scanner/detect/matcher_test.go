package detect

import (
	"math/rand/v2"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/keysieve/keysieve/rules/nfa"
)

// awkwardRegexes are forms in which a backtracker may differ from package regexp.
var awkwardRegexes = []string{
	`a|ab|abc`, `(a|ab)(c|bcd)`, `(a*)(b*)`, `(a*?)(b+?)c`, `(?:a*)*b`, `(?:a|b)*?c`, `(a?)*b`, `(?:a??)+b`, `(a{2,3})(a{0,2}?)b`, `(?:(a)|b)+`,
	`^a`, `a$`, `(?m)^a+$`, `\ba+\b`, `\Ba\B`, `\Aab`, `ab\z`, `(?:^|b)a`, `a(?:$|c)`, `(?i)a[b-c]C`, `[^a]b`, `(?s)a.c`, `a.c`, `é+a`, `[à-ÿ]b`, `[^\x00-\x7f]a`, `(?i)É`,
	`(a)|(b)|(c)`, `(?:(?:a|b){2}){1,3}c`, `((a)(b)?)+`, `a{3,}`, `(a{0,})b`, `()a`, `(?:)+a`, `(|a)+b`, `(a|)+b`, `x*`, `(?:a|(b))*`,
}

// compareMatcher holds the matcher against package regexp on one text.
func compareMatcher(t *testing.T, regex string, text []byte) {
	t.Helper()
	re := regexp.MustCompile(regex)
	tree, err := syntax.Parse(regex, syntax.Perl)
	if err != nil {
		t.Fatal(err)
	}
	n := nfa.Build(nfa.Encode(tree), maxInsts)
	if n == nil {
		return
	}
	a := automatonOf(n, &construction{})
	var m matcher
	want := re.FindSubmatchIndex(text)
	got := m.find(a, block{text: text, last: true}, 0, len(text), len(text), nil)
	if !slices.Equal(got, want) {
		t.Fatalf("%s on %q: %v, package regexp says %v", regex, text, got, want)
	}
	if again := m.find(a, block{text: text, last: true}, 0, len(text), len(text), nil); !slices.Equal(again, want) {
		t.Fatalf("%s on %q: the second time %v, not %v", regex, text, again, want)
	}
	// The dfa must not say no where there is a match, nor name its end too near.
	if end, _ := newDFA(newTable(a, new(atomic.Int64)), &construction{}).reach(text, 0, len(text), len(text)); want != nil && end < want[1] {
		t.Fatalf("%s on %q: the dfa reaches %d, the match ends at %d", regex, text, end, want[1])
	}
}

func TestMatcherEqualsRegexp(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	pieces := []string{"a", "a", "b", "c", "A", "é", "ß", "\n", " ", "_", "\xff", "ab", "aaa"}
	for _, regex := range awkwardRegexes {
		for range 400 {
			var text []byte
			for range rng.IntN(9) {
				text = append(text, pieces[rng.IntN(len(pieces))]...)
			}
			compareMatcher(t, regex, text)
		}
	}
}

func FuzzMatcherEqualsRegexp(f *testing.F) {
	for _, regex := range awkwardRegexes {
		f.Add(regex, "aab\nabcé b")
	}
	f.Fuzz(func(t *testing.T, regex, text string) {
		if len(regex) > 60 || len(text) > 60 {
			return
		}
		if re, err := syntax.Parse(regex, syntax.Perl); err != nil || re.MaxCap() > 20 {
			return
		}
		if _, err := regexp.Compile(regex); err != nil {
			return
		}
		compareMatcher(t, regex, []byte(text))
	})
}

// TestMatcherReadsBehindCutCharacter: a stretch may end within a character, which is read whole.
func TestMatcherReadsBehindCutCharacter(t *testing.T) {
	tree, err := syntax.Parse(`(?:.|é){0,300}lit`, syntax.Perl)
	if err != nil {
		t.Fatal(err)
	}
	a := automatonOf(nfa.Build(nfa.Encode(tree), maxInsts), &construction{})
	text := []byte(strings.Repeat("日", 127))
	for cut := range 3 {
		var m matcher // with no more memory than the search needs
		if got := m.find(a, block{text: text, last: true}, 0, len(text), len(text)-cut, nil); got != nil {
			t.Errorf("%d bytes cut off: %v", cut, got)
		}
	}
}

// TestConcurrentTablesForgotten: many workers at once, whose tables are forgotten all the time, find what one does.
func TestConcurrentTablesForgotten(t *testing.T) {
	d := New(mustBuiltin(t))
	text := []byte(strings.Repeat("password = \"x9!kQ2#vL7pz\"\nconst token = getToken(user, key);\n<secret>none</secret>\n", 40))
	want := len(New(mustBuiltin(t)).Scan(text).Matches)
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			for range 15 {
				if got := len(d.Scan(text).Matches); got != want {
					t.Errorf("%d matches, not %d", got, want)
				}
				d.automata.forget()
				d.unions.forget()
				d.pruned.Add(1)
			}
		})
	}
	workers.Wait()
	d.automata.forget()
	d.unions.forget()
	if n := d.tables.Load(); n != 0 {
		t.Errorf("%d bytes are counted for tables that were forgotten", n)
	}
}
