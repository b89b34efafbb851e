package sample

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }

// regexes stand for the constructions that packs use.
var regexes = []struct {
	name   string
	regex  string
	group  int
	secret string // a regex that the secret must match as a whole
}{
	{"prefix", `\b(ghp_[0-9A-Za-z]{36})\b`, 0, `ghp_[0-9A-Za-z]{36}`},
	{"no group", `AKIA[A-Z2-7]{16}`, 0, `AKIA[A-Z2-7]{16}`},
	{"guards", `(?:^|[^0-9A-Za-z_])(key-[0-9a-f]{32})(?:[^0-9A-Za-z_-]|$)`, 0, `key-[0-9a-f]{32}`},
	{"second group", `(user|login):([^\s@"']{8,40})@`, 2, `[^\s@"']{8,40}`},
	{"first that took part", `a=(x[0-9]{4})|b=(y[0-9]{4})`, 0, `[xy][0-9]{4}`},
	{"context", `(?i)datadog[\w.\-]{0,30}['"]?\s{0,3}(?:=>|:=|=|:)\s{0,3}['"]?([0-9a-f]{32})\b`, 0, `(?i)[0-9a-f]{32}`},
	{"lazy", `(?i)acme(?:[\w.\- \t]{0,40}?)(?:key|token)?[\w.\-]{0,10}['"\]\)]{0,2}[ \t]{0,4}(?:=>|:=|=|:)[ \t]{0,4}['"\x60]?([0-9A-Za-z]{40})(?:[^0-9A-Za-z]|$)`, 0, `[0-9A-Za-z]{40}`},
	{"block", `-----BEGIN [A-Z ]{0,20}KEY-----[\s\S]{60,600}?-----END [A-Z ]{0,20}KEY-----`, 0, `(?s).*KEY-----`},
	{"ends in a sign", `\b(v1-[0-9a-z-]{20,30})\b`, 0, `v1-[0-9a-z-]{20,30}`},
	{"unbounded", `token=(\S+)`, 0, `\S+`},
	{"lines", `(?m)^machine (\S{3,9})$`, 0, `\S{3,9}`},
	{"exotic", `x([\x{4e00}-\x{4e10}]{3})`, 0, `[\x{4e00}-\x{4e10}]{3}`},
	{"control", `x([\x00-\x08]{3})`, 0, `[\x00-\x08]{3}`},
	{"dot", `pass(.{3,20})word`, 0, `.{3,20}`},
	{"empty", `()`, 0, ``},
}

func TestGenerate(t *testing.T) {
	for _, c := range regexes {
		t.Run(c.name, func(t *testing.T) {
			g, err := New(c.regex, c.group, nil)
			if err != nil {
				t.Fatal(err)
			}
			whole, secret := regexp.MustCompile(c.regex), regexp.MustCompile(`\A(?:`+c.secret+`)\z`)
			rng := newRand(1)
			for range 200 {
				s, err := g.Generate(rng)
				if err != nil {
					t.Fatal(err)
				}
				if whole.FindString(s.Match) != s.Match {
					t.Fatalf("%q is not matched as a whole", s.Match)
				}
				if s.Match[s.Start:s.End] != s.Secret || !secret.MatchString(s.Secret) {
					t.Fatalf("secret %q at %d..%d of %q", s.Secret, s.Start, s.End, s.Match)
				}
			}
		})
	}
}

// TestSpread holds that lengths reach over the whole range and that characters
// are about equally frequent.
func TestSpread(t *testing.T) {
	rng := newRand(2)
	g, err := New(`([0-9a-f]{4,11})`, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	lengths, chars := map[int]int{}, map[rune]int{}
	for range 4000 {
		s, err := g.Generate(rng)
		if err != nil {
			t.Fatal(err)
		}
		lengths[len(s.Secret)]++
		for _, r := range s.Secret {
			chars[r]++
		}
	}
	for n := 4; n <= 11; n++ {
		if lengths[n] < 400 || lengths[n] > 600 {
			t.Errorf("length %d: %d of 4000, want about 500", n, lengths[n])
		}
	}
	for r, n := range chars {
		if n < 1650 || n > 2100 {
			t.Errorf("character %q: %d times, want about 1875", r, n)
		}
	}
	unbounded, err := New(`x(y*)z`, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	longest := 0
	for range 1000 {
		s, err := unbounded.Generate(rng)
		if err != nil {
			t.Fatal(err)
		}
		longest = max(longest, len(s.Secret))
	}
	if longest != capUnbounded {
		t.Errorf("the longest unbounded repetition is %d, want %d", longest, capUnbounded)
	}
}

// TestReadable holds that a class that also has printable ASCII gives nothing
// else but, for blanks, tabs and line ends.
func TestReadable(t *testing.T) {
	rng := newRand(3)
	for _, regex := range []string{`.{200}`, `\S{200}`, `[^"]{200}`, `(?s:.{200})`, `(?i)[a-z]{200}`, `\W{200}`} {
		s, err := Generate(regex, 0, nil, rng)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range s.Match {
			if r < ' ' || r > '~' {
				t.Errorf("%s gives %q", regex, r)
			}
		}
	}
	s, err := Generate(`\s{400}`, 0, nil, rng)
	if err != nil {
		t.Fatal(err)
	}
	for _, blank := range []string{" ", "\t", "\n"} {
		if !strings.Contains(s.Match, blank) {
			t.Errorf(`\s{400} gives no %q`, blank)
		}
	}
}

func TestMend(t *testing.T) {
	rng := newRand(4)
	sum := func(s string) (string, bool) { return s[:len(s)-1] + "0", true }
	for range 50 {
		s, err := Generate(`id=(k[0-9]{8})\b`, 0, sum, rng)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(s.Secret, "0") || !strings.HasSuffix(s.Match, s.Secret) {
			t.Fatalf("not mended: %+v", s)
		}
	}
	for name, mend := range map[string]func(string) (string, bool){
		"refuses":       func(string) (string, bool) { return "", false },
		"breaks regex":  func(string) (string, bool) { return "letters", true },
		"moves its end": func(s string) (string, bool) { return s + " ", true },
	} {
		if s, err := Generate(`id=(k[0-9]{8})\b`, 0, mend, rng); err == nil {
			t.Errorf("mend %s: got %+v, want an error", name, s)
		}
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		regex string
		group int
		want  string
	}{
		{`(`, 0, "parse regex"},
		{`(a)`, 2, "it has 1 groups"},
		{`(a)`, -1, "secret group -1"},
		{`a\Bb\b`, 0, ""},
		{`a\bb`, 0, "no generated text"},
		{`[^\x00-\x{10FFFF}]`, 0, "no generated text"},
		{`x(a)?y{0}|z`, 1, ""},
		{`z|(?:(a){0}b)`, 1, "takes no part"},
	} {
		_, err := Generate(c.regex, c.group, nil, newRand(5))
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%q: %v", c.regex, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%q: error %v, want one with %q", c.regex, err, c.want)
		}
	}
}

func TestExpand(t *testing.T) {
	g, err := New(`key=(s[0-9]{3});`, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		template, want string
		secrets        int
	}{
		{`plain`, `plain`, 0},
		{``, ``, 0},
		{`<{{match}}>`, `<key=s\d{3};>`, 1},
		{`"{{secret}}","{{secret}}"`, `"s\d{3}","s\d{3}"`, 2},
		{`{"a":{"b":"{{secret}}"}}`, `\{"a":\{"b":"s\d{3}"\}\}`, 1},
		{`{{{secret}}}`, `\{s\d{3}\}`, 1},
		{`a{{re:[0-9A-Z]{35}}}b`, `a[0-9A-Z]{35}b`, 0},
		{`a{{re:x}}b}}`, `axb\}\}`, 0},
		{`${{ secrets.TOKEN }}`, `\$\{\{ secrets\.TOKEN \}\}`, 0},
		{`{{ vault.x }}{{match`, `\{\{ vault\.x \}\}\{\{match`, 0},
	} {
		for seed := range uint64(20) {
			got, err := Expand(c.template, g, newRand(seed))
			if err != nil {
				t.Fatalf("%q: %v", c.template, err)
			}
			if !regexp.MustCompile(`\A` + c.want + `\z`).MatchString(got.Text) {
				t.Errorf("%q gives %q", c.template, got.Text)
			}
			if len(got.Secrets) != c.secrets {
				t.Errorf("%q: %d secrets, want %d", c.template, len(got.Secrets), c.secrets)
			}
			for _, s := range got.Secrets {
				if secret := got.Text[s.Start:s.End]; !regexp.MustCompile(`\As\d{3}\z`).MatchString(secret) {
					t.Errorf("%q: secret %q", c.template, secret)
				}
			}
		}
	}
}

func TestExpandErrors(t *testing.T) {
	for _, template := range []string{`{{match}}`, `{{secret}}`, `{{re:[}}`, `{{re:abc`} {
		if got, err := Expand(template, nil, newRand(6)); err == nil {
			t.Errorf("%q gives %q, want an error", template, got.Text)
		}
	}
}

func TestSameSeedSameText(t *testing.T) {
	for _, c := range regexes {
		a, errA := Generate(c.regex, c.group, nil, newRand(9))
		b, errB := Generate(c.regex, c.group, nil, newRand(9))
		if a != b || errA != nil || errB != nil {
			t.Errorf("%s: %+v (%v) and %+v (%v)", c.name, a, errA, b, errB)
		}
	}
}

func FuzzGenerate(f *testing.F) {
	for _, c := range regexes {
		f.Add(c.regex, c.group, uint64(1))
	}
	f.Fuzz(func(t *testing.T, regex string, group int, seed uint64) {
		if len(regex) > 60 {
			return
		}
		g, err := New(regex, group, nil)
		if err != nil {
			return
		}
		s, err := g.Generate(newRand(seed))
		if err != nil {
			return
		}
		if got := g.compiled.FindString(s.Match); got != s.Match {
			t.Errorf("regex %q finds %q in %q", regex, got, s.Match)
		}
	})
}
