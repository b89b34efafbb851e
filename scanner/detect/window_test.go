package detect

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/rules/check"
	"github.com/keysieve/keysieve/rules/sample"
	"github.com/keysieve/keysieve/rules/shape"
)

// mustBuiltin returns the built-in rules.
func mustBuiltin(tb testing.TB) *rules.Set {
	tb.Helper()
	set, err := rules.Builtin()
	if err != nil {
		tb.Fatal(err)
	}
	return set
}

// mustSet builds a set from TOML.
func mustSet(tb testing.TB, toml string) *rules.Set {
	tb.Helper()
	pack, err := rules.DecodePack("test.toml", []byte(toml))
	if err != nil {
		tb.Fatal(err)
	}
	set, err := rules.NewSet(pack)
	if err != nil {
		tb.Fatal(err)
	}
	return set
}

// windowed returns where each rule's regex matches, found by prefilter,
// automaton and windows, the content arriving in pieces.
func windowed(d *Detector, content []byte, piece int) map[int][]span {
	s := d.NewStream()
	s.pass.depth = maxDepth // no decoding: only this text is compared
	s.pass.keepDead = true
	for len(content) > 0 {
		n := min(piece, len(content))
		s.Write(content[:n])
		content = content[n:]
	}
	s.flush(len(s.buf), true)
	out := make(map[int][]span)
	for _, m := range s.pass.found {
		if info := &d.rules[m.Rule]; !info.keyworded || s.pass.seen[int32(m.Rule)] {
			if spans := out[m.Rule]; len(spans) > 0 && spans[len(spans)-1] == m.all {
				continue // a further value of the same match
			}
			out[m.Rule] = append(out[m.Rule], m.all)
		}
	}
	return out
}

// naive returns the same by a run of every regex over the whole content.
func naive(d *Detector, content []byte) map[int][]span {
	out := make(map[int][]span)
	lower := strings.ToLower(string(content))
	for i := range d.rules {
		info := &d.rules[i]
		if info.rule == nil || !info.rule.Reads() {
			continue
		}
		if info.keyworded && !slices.ContainsFunc(info.rule.Keywords, func(k string) bool { return strings.Contains(lower, k) }) {
			continue
		}
		if spans := naiveRule(d, i, content); spans != nil {
			out[i] = spans
		}
	}
	return out
}

// naiveRule is naive for one rule, whatever its keywords. A search goes on where the last secret ended.
func naiveRule(d *Detector, rule int, content []byte) (out []span) {
	b := block{text: content, last: true}
	for pos := 0; pos < len(content); {
		loc := findLong(d.set.Program(rule), b, pos, len(content))
		if loc == nil {
			break
		}
		if loc[1] > loc[0] {
			out = append(out, span{int64(loc[0]), int64(loc[1])})
		}
		if _, pos = secretGroup(d.rules[rule].rule.SecretGroup, loc); pos <= loc[0] {
			_, size := utf8.DecodeRune(content[loc[0]:])
			pos = max(loc[1], loc[0]+max(size, 1))
		}
	}
	return out
}

// comparable tells whether the windows promise the whole's result for a rule:
// not where the whole has a match longer than the rule says to look for.
func comparable(d *Detector, rule int, whole []span) bool {
	limit := d.rules[rule].shape.MaxLen
	if limit == shape.Unbounded {
		limit = d.overlap
	}
	return !slices.ContainsFunc(whole, func(s span) bool { return s.end-s.start > int64(limit) })
}

func compareWindows(t *testing.T, d *Detector, content []byte, piece int) {
	t.Helper()
	whole, got := naive(d, withBreaks(content)), windowed(d, content, piece)
	for i := range d.rules {
		if d.rules[i].rule == nil || !d.rules[i].rule.Reads() || !comparable(d, i, whole[i]) {
			continue
		}
		a, b := whole[i], got[i]
		slices.SortFunc(b, func(x, y span) int { return int(x.start - y.start) })
		if !slices.Equal(a, b) {
			t.Fatalf("rule %s: whole %v, windowed %v\ncontent (%d bytes): %.2000q", d.rules[i].rule.ID, a, b, len(content), content)
		}
	}
}

// samples of a rule, its offline check satisfied.
func ruleSample(tb testing.TB, r *rules.Rule, rng *rand.Rand) string {
	tb.Helper()
	var mend func(string) (string, bool)
	if s, ok := check.ByName(r.Check); ok {
		mend = check.Mended(s)
	}
	got, err := sample.Generate(r.Pattern(), r.SecretGroup, mend, rng)
	if err != nil {
		tb.Fatalf("rule %s: %v", r.ID, err)
	}
	return got.Match
}

// scramble glues whole, cut and damaged samples together.
func scramble(rng *rand.Rand, pool []string, parts int) []byte {
	glue := []string{"", " ", "\n", "\n\n", "=", "\"", "'", ": ", "_", "-", "é", "\xff", "x", "\r\n", ",", "password = ", "token:", strings.Repeat("a", 40)}
	var out []byte
	for range parts {
		s := pool[rng.IntN(len(pool))]
		switch rng.IntN(5) {
		case 0:
			s = s[:rng.IntN(len(s)+1)]
		case 1:
			s = s[rng.IntN(len(s)+1):]
		case 2:
			b := []byte(s)
			if len(b) > 0 {
				b[rng.IntN(len(b))] = byte(1 + rng.IntN(255))
			}
			s = string(b)
		}
		out = append(out, s...)
		out = append(out, glue[rng.IntN(len(glue))]...)
	}
	return out
}

// For every built-in rule, windows find what the regex finds on the whole content.
func TestWindowedEqualsWholeForBuiltinRules(t *testing.T) {
	t.Parallel()
	d := newDetector(mustBuiltin(t), 4<<10, 1<<10)
	rng := rand.New(rand.NewPCG(3, 4))
	for round := range rounds(0, 1, 20) {
		for i := range d.rules {
			if d.rules[i].rule == nil || !d.rules[i].rule.Reads() {
				continue
			}
			var pool []string
			for range 4 {
				pool = append(pool, ruleSample(t, d.rules[i].rule, rng))
			}
			content := scramble(rng, pool, 15)
			compareRule(t, d, i, content, 700+round)
		}
	}
}

// compareRule compares one rule only: the others are compared on their own contents.
func compareRule(t *testing.T, d *Detector, rule int, content []byte, piece int) {
	t.Helper()
	if info := &d.rules[rule]; info.keyworded && !slices.ContainsFunc(info.rule.Keywords, func(k string) bool {
		return strings.Contains(strings.ToLower(string(content)), k)
	}) {
		content = append(content, info.rule.Keywords[0]...)
	}
	whole := naiveRule(d, rule, withBreaks(content))
	got := windowed(d, content, piece)[rule]
	slices.SortFunc(got, func(x, y span) int { return int(x.start - y.start) })
	if comparable(d, rule, whole) && !slices.Equal(whole, got) {
		t.Errorf("rule %s: whole %v, windowed %v\ncontent (%d bytes): %.3000q", d.rules[rule].rule.ID, whole, got, len(content), content)
	}
}

const awkwardRules = `
[[rules]]
id = "greedy"
regex = '''ab[a-z]{0,20}(?:cd)?'''
[[rules]]
id = "lazy"
regex = '''(?i)key[^\n]{0,30}?val(?:ue)?'''
[[rules]]
id = "anchored"
regex = '''(?m)^token=\w{1,20}$'''
[[rules]]
id = "boundary"
regex = '''\b[a-f]{4}_end\b'''
[[rules]]
id = "unbounded"
regex = '''begin.*?end'''
[[rules]]
id = "no-literal"
regex = '''[0-9]{6,8}'''
[[rules]]
id = "keyword-outside"
regex = '''[A-F]{5}'''
keywords = ["magic"]
[[rules]]
id = "text-start"
regex = '''\Astart[a-z]{3}'''
[[rules]]
id = "text-end"
regex = '''[a-z]{3}finis\z'''
[[rules]]
id = "prefers-left"
regex = '''(?:xyz|xyzzy)[a-z]{0,4}?q'''
`

func TestWindowedEqualsWholeForAwkwardRules(t *testing.T) {
	set := mustSet(t, awkwardRules)
	pool := []string{"ab", "abcd", "cd", "KEY", "key", "val", "value", "token=", "token=abc", "\ntoken=x\n", "abcd_end", "_end",
		"begin", "end", "begin x end", "123456", "1234567890", "ABCDE", "magic", "start", "startabc", "abcfinis", "finis", "xyz", "xyzzyq", "q", "zzy"}
	for _, block := range []int{1, 64, 1000, 1 << 20} {
		d := newDetector(set, block, 256)
		rng := rand.New(rand.NewPCG(5, uint64(block)))
		for i := range 60 {
			content := scramble(rng, pool, 20+rng.IntN(400))
			compareWindows(t, d, content, 1+rng.IntN(500+i))
		}
	}
}

func TestWindowEdges(t *testing.T) {
	set := mustSet(t, "[[rules]]\nid = \"edge\"\nregex = '''\\b(tok_[0-9a-f]{16})\\b'''\n")
	const block, overlap = 1 << 10, 128
	d := newDetector(set, block, overlap)
	secret := "tok_" + "0123456789abcdef"
	size := 4 * (block + keepBack)
	for at := 0; at+len(secret) <= size; at += 7 {
		content := []byte(strings.Repeat(".", at) + secret + strings.Repeat(".", size-at-len(secret)))
		s := d.NewStream()
		s.Write(content)
		res := s.Close()
		if len(res.Matches) != 1 || res.Matches[0].Start != int64(at) || res.Matches[0].Column != at+1 {
			t.Fatalf("secret at %d: %+v", at, res.Matches)
		}
	}
}

func FuzzWindowedEqualsWhole(f *testing.F) {
	awkward := mustSet(f, awkwardRules)
	builtin := mustBuiltin(f)
	detectors := []*Detector{newDetector(awkward, 100, 256), newDetector(builtin, 1000, 1<<10)}
	rng := rand.New(rand.NewPCG(7, 8))
	for i, r := range builtin.Rules() {
		if r.Reads() && i%16 == 0 {
			f.Add([]byte(ruleSample(f, r, rng)), 77)
		}
	}
	first := []byte("begin xyz magic ABCDEF token=1\nend")
	f.Add(first, 3)
	// A fuzzing worker gives each input ten seconds. The first one would pay for compiling every rule's regex for the naive
	// search, which takes longer than that on a busy machine; and that search takes seconds for much more than is let through here.
	for _, d := range detectors {
		naive(d, first)
	}
	f.Fuzz(func(t *testing.T, content []byte, piece int) {
		if piece <= 0 || len(content) > 4_000 || isBinary(content) {
			t.Skip()
		}
		for _, d := range detectors {
			compareWindows(t, d, content, piece)
		}
	})
}

func TestPositions(t *testing.T) {
	set := mustSet(t, "[[rules]]\nid = \"edge\"\nregex = '''tok_[0-9a-f]{4}(?:\\n[0-9a-f]{2})?'''\n")
	tests := []struct{ content, want string }{
		{"tok_0000", "1:1-1:9"},
		{"a tok_0000 b", "1:3-1:11"},
		{"\n\n\ttok_0000", "3:2-3:10"},
		{"é\xff tok_0000", "1:4-1:12"},
		{"日本 tok_0000", "1:4-1:12"},
		{"x\r\ntok_0000\r\n", "2:1-2:9"},
		{"tok_0000\nab", "1:1-2:3"},
	}
	for _, tt := range tests {
		for _, block := range []int{1, 1 << 20} {
			d := newDetector(set, block, 16)
			res := d.Scan([]byte(tt.content))
			if len(res.Matches) != 1 {
				t.Fatalf("%q: %d matches", tt.content, len(res.Matches))
			}
			m := res.Matches[0]
			if got := fmt.Sprintf("%d:%d-%d:%d", m.Line, m.Column, m.EndLine, m.EndColumn); got != tt.want {
				t.Errorf("%q in blocks of %d: %s, want %s", tt.content, block, got, tt.want)
			}
		}
	}
}
