package shape_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keysieve/keysieve/rules/sample"
	"github.com/keysieve/keysieve/rules/shape"
)

func TestAnalyse(t *testing.T) {
	tests := []struct {
		regex     string
		maxLength int
		min, max  int
		want      []string // text before after; only the first three and the number when there are more
	}{
		{`ghp_[0-9A-Za-z]{36}`, 0, 40, 40, []string{"ghp_ 0 36"}},
		{`\b(?:AKIA|ASIA)([A-Z2-7]{16})\b`, 0, 20, 20, []string{"AKIA 0 16", "ASIA 0 16"}},
		{`xox[bp]-[0-9]{8,12}`, 0, 13, 17, []string{"xoxb- 0 12", "xoxp- 0 12"}},
		{`(?i)api[_-]?key\s{0,3}=`, 0, 7, 11, []string{"apikey 0 4 fold", "api-key 0 4 fold", "api_key 0 4 fold"}},
		{`[a-z]{0,10}(?:alpha|beta)x{1,5}`, 0, 5, 20, []string{"alphax 10 4", "betax 10 4"}},
		{`foo.*bar1`, 0, 7, -1, []string{"bar1 -1 0"}},
		{`foo.*bar1`, 100, 7, 100, []string{"bar1 96 0"}},
		{`[0-9a-f]{32}`, 0, 32, 32, nil},
		{`(?:abcd)?efg`, 0, 3, 7, []string{"efg 4 0"}},
		{`x|longer`, 0, 1, 6, nil},
		{`(?:secret){2}`, 0, 12, 12, []string{"secretsecret 0 0"}},
		{`π{2}abc`, 0, 7, 7, []string{"ππabc 0 0"}},
		{`a[^b]cdef`, 0, 6, 9, []string{"cdef 5 0"}},
	}
	for _, tt := range tests {
		t.Run(tt.regex, func(t *testing.T) {
			s, err := shape.Analyse(tt.regex, tt.maxLength)
			if err != nil {
				t.Fatal(err)
			}
			if s.MinLen != tt.min || s.MaxLen != tt.max {
				t.Errorf("length %d..%d, want %d..%d", s.MinLen, s.MaxLen, tt.min, tt.max)
			}
			var got []string
			for _, l := range s.Literals {
				word := fmt.Sprintf("%s %d %d", l.Text, l.Before, l.After)
				if l.Fold {
					word += " fold"
				}
				got = append(got, word)
			}
			slices.Sort(got)
			want := slices.Clone(tt.want)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("literals %q, want %q", got, want)
			}
		})
	}
}

func TestAnalyseFindsRuns(t *testing.T) {
	tests := []struct {
		regex string
		size  int
		len   int
	}{
		{`acme.{0,40}([0-9a-f]{32})`, 16, 32},
		{`key=([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b`, 20, 40},
		{`SG\.[\w\-]{22}\.[\w\-]{43}`, 65, 69},
		{`(?:a[0-9]{20}|b[0-9a-f]{15})`, 16, 16},
		{`x(?:[0-9]{20})?y`, 0, 0},
		{`[^"]{30}`, 0, 0},
		{`(?i)k{12}`, 2, 12},
		{`[0-9a-f]{10}`, 0, 0},
	}
	for _, tt := range tests {
		s, err := shape.Analyse(tt.regex, 0)
		if err != nil {
			t.Fatal(err)
		}
		if s.Run.Len != tt.len || s.Run.Class.Size() != tt.size {
			t.Errorf("%s: a run of %d out of %d characters, want %d of %d", tt.regex, s.Run.Len, s.Run.Class.Size(), tt.len, tt.size)
		}
	}
}

func TestRunIn(t *testing.T) {
	s, err := shape.Analyse(`[0-9]{12}`, 0)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 30 {
		for before := range 30 {
			text := strings.Repeat("x", before) + strings.Repeat("7", n) + "y"
			if s.Run.In([]byte(text)) != (n >= 12) {
				t.Errorf("a run of %d after %d: %t", n, before, n < 12)
			}
		}
	}
}

func TestAnalyseExpandsSmallClasses(t *testing.T) {
	s, err := shape.Analyse(`SK[0-9a-f]{32}`, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Literals) != 256 || len(s.Literals[0].Text) != 4 {
		t.Errorf("%d literals like %q, want SK and two hexadecimal digits", len(s.Literals), s.Literals[0].Text)
	}
}

func TestAnalyseFoldsInASCIIOnly(t *testing.T) {
	for _, regex := range []string{`(?i)task`, `(?i)[k]ey[s]`, `(?i)[a-z]ks`} {
		s, err := shape.Analyse(regex, 0)
		if err != nil {
			t.Fatal(err)
		}
		re := regexp.MustCompile(s.Regex)
		for _, text := range []string{"tas\u212a", "ta\u017fk", "\u212aeys", "key\u017f", "a\u212as"} {
			if re.MatchString(text) {
				t.Errorf("%s, rewritten to %s, matches %q", regex, s.Regex, text)
			}
		}
		for _, text := range []string{"TASK", "KEYS", "xKs"} {
			if regexp.MustCompile(regex).MatchString(text) != re.MatchString(text) {
				t.Errorf("%s and its rewriting %s differ on %q", regex, s.Regex, text)
			}
		}
	}
}

func TestAnalyseRefusesBadRegex(t *testing.T) {
	if _, err := shape.Analyse(`a(b`, 0); err == nil {
		t.Error("no error for a missing parenthesis")
	}
}

// Every generated match keeps what the shape promises.
func TestShapeHoldsForSamples(t *testing.T) {
	regexes := []string{
		`\b(ghp_[0-9A-Za-z]{36})\b`, `\bSK[0-9a-f]{32}\b`, `(?i)(?:pass|pwd)\w{0,10}["']?[=:]\s?["']([^"']{6,40})`,
		`[a-z]{2,8}://[^:/@\s]{1,20}:([^@\s]{3,30})@`, `(?:abc|de[fg]{2,3}h)(?:x|yy|)z{3}`, `(?i)Key(?:[\w.]{0,9})=\s(v1|v22)`,
		`a{2,4}b{3}(c|dd){2}e?fgh`,
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for _, regex := range regexes {
		s, err := shape.Analyse(regex, 0)
		if err != nil {
			t.Fatal(err)
		}
		for range 300 {
			got, err := sample.Generate(regex, 0, nil, rng)
			if err != nil {
				t.Fatal(err)
			}
			if problem := breaks(s, got.Match); problem != "" {
				t.Fatalf("%s: %q %s", regex, got.Match, problem)
			}
		}
	}
}

// breaks tells how a match contradicts a shape.
func breaks(s shape.Shape, match string) string {
	if len(match) < s.MinLen || s.MaxLen != shape.Unbounded && len(match) > s.MaxLen {
		return fmt.Sprintf("has %d bytes, not %d to %d", len(match), s.MinLen, s.MaxLen)
	}
	if !s.Run.In([]byte(match)) {
		return fmt.Sprintf("contains no run of %d of the class %x", s.Run.Len, s.Run.Class)
	}
	if len(s.Literals) == 0 {
		return ""
	}
	for _, l := range s.Literals {
		text := match
		if l.Fold {
			text = strings.ToLower(match)
		}
		for at := 0; at < len(text); at++ {
			if strings.HasPrefix(text[at:], l.Text) &&
				(l.Before == shape.Unbounded || at <= l.Before) &&
				(l.Broken || !strings.Contains(text[:at], "\n")) &&
				(l.After == shape.Unbounded || len(text)-at-len(l.Text) <= l.After) {
				return ""
			}
		}
	}
	return "contains no literal where it should stand"
}

func FuzzAnalyse(f *testing.F) {
	f.Add(`(?i)a[bk]{2,}c|d*`, "xabkc")
	f.Add(`\bSK[0-9a-f]{32}\b`, "SK00")
	f.Add(`[a-z]{2}\s?abcd|(?:\n|x)defg`, "aa\nabcd xdefg\ndefg")
	f.Fuzz(func(t *testing.T, regex, text string) {
		if len(regex) > 200 || len(text) > 1000 {
			t.Skip()
		}
		s, err := shape.Analyse(regex, 0)
		if err != nil {
			t.Skip()
		}
		re, err := regexp.Compile(s.Regex)
		if err != nil {
			t.Fatalf("%q was rewritten to %q, which does not compile: %v", regex, s.Regex, err)
		}
		for _, match := range re.FindAllString(text, -1) {
			if problem := breaks(s, match); problem != "" {
				t.Errorf("%q: %q %s", regex, match, problem)
			}
		}
	})
}

// TestAnalyseGivesBranchesTheirText: what the parser takes out of alternatives belongs to their literals.
func TestAnalyseGivesBranchesTheirText(t *testing.T) {
	s, err := shape.Analyse(`((?:slk_|sgd_|sgs_)[0-9a-f]{64}|(?:sgd|sgs)_[0-9a-f]{40})`, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range s.Literals {
		if !strings.HasPrefix(l.Text, "s") || l.Before != 0 {
			t.Errorf("%q, %d bytes before it", l.Text, l.Before)
		}
	}
	if len(s.Literals) == 0 || len(s.Literals) > 5 {
		t.Errorf("%d literals", len(s.Literals))
	}
}

// TestAnalyseNested: what is tried for one level of alternatives must not multiply with those below it.
func TestAnalyseNested(t *testing.T) {
	regex := "x"
	for range 40 {
		regex = "a(?:b|c" + regex + "|d)"
	}
	done := make(chan error, 1)
	go func() {
		_, err := shape.Analyse(regex, 0)
		done <- err
	}()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("is still analysed after ten seconds")
	}
}
