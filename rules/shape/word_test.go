package shape

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

func TestWordOf(t *testing.T) {
	for _, c := range []struct {
		regex    string
		min, max int
	}{
		{`[0-9a-f]{32}`, 32, 32},
		{`[0-9a-f]{32}|[0-9A-Za-z]{20,120}`, 20, 120},
		{`[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}`, 36, 36},
		{`sk_[\w\-]{20,40}`, 23, 43},
		{`[0-9A-Za-z+/]{32}`, 0, 0},
		{`[0-9a-f]{32}:[0-9a-f]{32}`, 0, 0},
		{`[0-9a-f]{32,}`, 0, 0},
		{`é{32}`, 0, 0},
	} {
		if w, err := WordOf(c.regex); err != nil || w.Min != c.min || w.Max != c.max || w.Known() != (c.max > 0) {
			t.Errorf("%s: %+v, %v", c.regex, w, err)
		}
	}
}

// TestWordIn compares In with a regex that says the same, on random texts.
func TestWordIn(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct{ value, text string }{{`[0-9a-f]{4,6}`, "0a_- z\n"}, {`[0-9a-z\-]{4,6}`, "0a--_ \xc3"}, {`[a-z]{1,3}`, "ab-. 0"}} {
		w, err := WordOf(c.value)
		if err != nil {
			t.Fatal(err)
		}
		class := `\w`
		if w.Class.Has('-') {
			class = `\w\-`
		}
		whole := regexp.MustCompile(`[^\w](?:` + c.value + `)[^` + class + `]`)
		cut := regexp.MustCompile(fmt.Sprintf(`\A[%s]{%d,}|[%[1]s]{%[2]d,}\z`, class, w.Min))
		for range 20000 {
			var b strings.Builder
			for range rng.IntN(24) {
				b.WriteByte(c.text[rng.IntN(len(c.text))])
			}
			text := []byte(b.String())
			want := whole.Match(text) || cut.Match(text)
			if got := w.In(text, func([]byte) bool { return true }); got != want {
				t.Fatalf("%s in %q: %v, want %v", c.value, text, got, want)
			}
		}
	}
}
