package nfa

import "testing"

func TestRelax(t *testing.T) {
	for regex, want := range map[string]string{
		`acme[^\n]{0,56}key`:               `acme[^\n]{0,}key`,
		`a[b-z]{20,120}?`:                  `a[b-z]{20,}?`,
		`a(?:[b-z]{1,60}\n){0,2}`:          `a(?:[b-z]{1,}\n){0,2}`,
		`(?i:[0-9a-f]{32}|[0-9a-z]{4,11})`: `(?i:[0-9a-f]{32}|[0-9a-z]{4,11})`,
		`(?:ab){0,50}[c-e]{0,300}\b(f)`:    `(?:ab){0,50}[c-e]{0,}\b(f)`,
		`a{0,90}`:                          `a{0,90}`, // a text, not a class
	} {
		if got := Relax(Encode(mustParse(t, regex))); got != Encode(mustParse(t, want)) {
			t.Errorf("%s is not relaxed to %s: %q", regex, want, got)
		}
	}
	code := Encode(mustParse(t, `ab?c`))
	if Relax(code) != code {
		t.Error("a regex without gaps is changed")
	}
}

// FuzzRelax: relaxing ends, and what was relaxed is relaxed.
func FuzzRelax(f *testing.F) {
	for _, regex := range []string{`a[^\n]{0,56}b`, `(?i)[k-s]{2,50}(é|ß)*?$`, `(?:x?){3,}`} {
		f.Add(string(Encode(mustParse(f, regex))))
	}
	f.Fuzz(func(t *testing.T, code string) {
		if once := Relax(Code(code)); Relax(once) != once {
			t.Errorf("%q is relaxed to %q, and again", code, once)
		}
	})
}
