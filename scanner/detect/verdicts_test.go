package detect

import (
	"strings"
	"testing"
)

// TestDirectiveEndsAtTheNext holds that a directive says nothing about what another one says: a line of nothing but
// directives takes time in proportion to its length.
func TestDirectiveEndsAtTheNext(t *testing.T) {
	d := New(mustBuiltin(t))
	res := d.Scan([]byte("x = 1 # keysieve:allow github-pat-classic an example keysieve:allow aws-access-key another\n"))
	if len(res.Directives) == 0 || strings.Contains(res.Directives[0].Reason, "another") || !strings.HasPrefix(res.Directives[0].Reason, "an example") {
		t.Errorf("%+v", res.Directives)
	}
}

// TestVerdictsAreThoseOfTheValue holds that what is remembered is what would be found out again.
func TestVerdictsAreThoseOfTheValue(t *testing.T) {
	var known verdicts
	for range 2 {
		for _, text := range []string{"kX9#vQ2m" + "Lp7wRt4z", "changeme", "password=password=", strings.Repeat("ab", longestJudged)} {
			for _, name := range []string{"password", "token", ""} {
				v := value{text: text, name: name, key: speaksOfKey(name), quote: '"'}
				if got, want := known.of(v), judgeValue(v); got != want {
					t.Errorf("%q as %q: %+v, want %+v", text, name, got, want)
				}
			}
		}
	}
}

// TestDenseKeywords holds that a secret among thousands of keywords is found: where a rule has more candidates than are noted, they are
// looked at in parts.
func TestDenseKeywords(t *testing.T) {
	d := New(mustBuiltin(t))
	token := githubToken(t)
	dense := strings.Repeat("password=", 20_000)
	res := d.Scan([]byte(dense + "\ntoken: \"" + token + "\"\n" + dense))
	if len(res.Matches) != 1 || res.Matches[0].Secret != token {
		t.Errorf("%d matches", len(res.Matches))
	}
}
