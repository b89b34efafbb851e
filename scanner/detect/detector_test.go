package detect

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

const detectorRules = `
[[rules]]
id = "acme"
regex = '''\b(acme_[0-9a-f]{16})\b'''
severity = "critical"
confidence = "high"
[[rules.allowlists]]
regexes = ['''^acme_0000''']
[[rules]]
id = "near-name"
regex = '''(?i)zeta[\w]{0,20}\s{0,2}=\s{0,2}"?([0-9a-f]{16})\b'''
confidence = "medium"
[[rules]]
id = "assignment"
generic = true
regex = '''(?i)\w{0,20}(?:key|token)\w{0,20}\s{0,3}[=:]\s{0,3}["']?([\w\-/+=]{12,60})'''
confidence = "medium"
[[rules]]
id = "pair"
regex = '''pair-secret-([a-z0-9]{12})'''
[[rules.required]]
id = "pair-id"
withinLines = 2
[[rules]]
id = "pair-id"
regex = '''pair-id-([a-z0-9]{6})'''
skipReport = true
[[rules]]
id = "low-entropy"
regex = '''flat_([0-9a-z]{12})'''
entropy = 3.0
`

// found lists a content's matches as rule line:column secret.
func found(d *Detector, content string) []string {
	var out []string
	for _, m := range d.Scan([]byte(content)).Matches {
		out = append(out, fmt.Sprintf("%s %d:%d %s", d.set.Rules()[m.Rule].ID, m.Line, m.Column, m.Secret))
	}
	return out
}

func TestDetector(t *testing.T) {
	d := New(mustSet(t, detectorRules))
	const secret = "acme_0123456789abcdef"
	const random = "q7Zr9tYw2LkVx8Nd"
	utf16LE := func(s string) string {
		var b strings.Builder
		for _, u := range utf16.Encode([]rune(s)) {
			b.WriteByte(byte(u))
			b.WriteByte(byte(u >> 8))
		}
		return b.String()
	}
	tests := []struct {
		name, content string
		want          []string
	}{
		{"nothing", "hello world", nil},
		{"plain", "x = " + secret, []string{"acme 1:5 " + secret}},
		{"alone", secret, []string{"acme 1:1 " + secret}},
		{"part of a longer word", "x" + secret + " " + secret + "0", nil},
		{"twice", secret + "\n" + secret, []string{"acme 1:1 " + secret, "acme 2:1 " + secret}},
		{"generic yields to structure", "api_key = " + secret, []string{"acme 1:11 " + secret}},
		{"generic alone", "api_key = \"" + random + "\"", []string{"assignment 1:12 " + random}},
		{"generic does not report what structure allowed", "api_key = acme_00006789abcdef01", nil},
		{"generic sits binary content out", "\x00api_key = " + random, nil},
		{"structure does not", "\x00\x01" + secret, []string{"acme 1:3 " + secret}},
		{"a placeholder is none", "api_key = your_api_key_here_please", nil},
		{"required part near", "pair-id-abc123\n\npair-secret-abcdef123456", []string{"pair 3:13 abcdef123456"}},
		{"required part far", "pair-id-abc123\n\n\npair-secret-abcdef123456", nil},
		{"required part missing", "pair-secret-abcdef123456", nil},
		{"entropy too low", "flat_aaaaaaaaaaab flat_abcdefghij12", []string{"low-entropy 1:24 abcdefghij12"}},
		{"utf-16 with a mark", "\xff\xfe" + utf16LE("é "+secret), []string{"acme 1:3 " + secret}},
		{"utf-16 without", utf16LE("x = " + secret + "\n"), []string{"acme 1:5 " + secret}},
		{"a mark in front of plain text hides nothing", "\xff\xfe" + secret + " and more plain text behind it", []string{"acme 1:1 " + secret}},
		{"base64", "blob: " + base64.StdEncoding.EncodeToString([]byte("user:x\ntoken="+secret)), []string{"acme 1:7 " + secret}},
		{"base64 in base64", base64.StdEncoding.EncodeToString([]byte("see " + base64.StdEncoding.EncodeToString([]byte("it is "+secret)))), []string{"acme 1:1 " + secret}},
		{"two secrets in one run", base64.StdEncoding.EncodeToString([]byte(secret + " and acme_fedcba9876543210")),
			[]string{"acme 1:1 " + secret, "acme 1:1 acme_fedcba9876543210"}},
		{"hexadecimal", "0x" + hex.EncodeToString([]byte("token "+secret)), []string{"acme 1:3 " + secret}},
		{"percent", "u=" + strings.ReplaceAll(url.QueryEscape("a b=c&"+secret+"&d=e f"), "_", "%5F"), []string{"acme 1:13 " + secret}},
		{"seen plainly inside a region with escapes", "a%20b%20c%3D%20 " + secret + " d%20e%20f", []string{"acme 1:17 " + secret}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := found(d, tt.content); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%q: found %q, want %q", tt.content, got, tt.want)
			}
		})
	}
}

// The same content gives the same result as a whole and as a stream of pieces of any size.
func TestStreamEqualsWhole(t *testing.T) {
	set := mustSet(t, detectorRules)
	whole, blocks := New(set), newDetector(set, 512, 128)
	var b strings.Builder
	for i := range 400 {
		fmt.Fprintf(&b, "line %d acme_%016x // keysieve\x3aallow acme %d\nzeta_id = \"%016x\" é\n", i, int64(i)*7919+1<<40, i, int64(i)*104729+1<<50)
	}
	for _, content := range []string{b.String(), "\xff\xfe" + strings.Repeat("a\x00", 3000), ""} {
		want := whole.Scan([]byte(content))
		for _, piece := range []int{1, 100, 4095, 1 << 20} {
			s := blocks.NewStream()
			for at := 0; at < len(content); at += piece {
				s.Write([]byte(content[at:min(at+piece, len(content))]))
			}
			got := s.Close()
			if len(got.Matches) != len(want.Matches) || got.Accepted != want.Accepted || got.Bytes != want.Bytes {
				t.Fatalf("pieces of %d: %d matches, %d accepted, %d bytes; whole %d, %d, %d", piece,
					len(got.Matches), got.Accepted, got.Bytes, len(want.Matches), want.Accepted, want.Bytes)
			}
			for i := range got.Matches {
				if !reflect.DeepEqual(got.Matches[i], want.Matches[i]) {
					t.Fatalf("pieces of %d: match %d is %+v, whole %+v", piece, i, got.Matches[i], want.Matches[i])
				}
			}
		}
	}
}

// Sparse escapes are decoded with what stands around them, at every level: that
// is bounded, and what is left out is said.
func TestDecodingIsBounded(t *testing.T) {
	d := New(mustSet(t, detectorRules))
	const text = "a%20b%20c%3D acme_0123456789abcdef"
	small := &pass{cursor: cursor{line: 1, column: 1}, budget: &budget{left: -budgetFactor * int64(len(text))}}
	d.borrow().scan(small, block{text: []byte(text), last: true})
	if res := small.settle(d, int64(len(text))); !res.Undecoded || len(res.Matches) != 1 {
		t.Errorf("over the budget: undecoded %t, %d matches, want what stands in plain text and a word about the rest", res.Undecoded, len(res.Matches))
	}
	if d.Scan([]byte(text)).Undecoded {
		t.Error("a short content is over its budget")
	}
}

// A directive that a block's edge cuts is read whole in the next block.
func TestDirectiveAcrossBlockEdges(t *testing.T) {
	d := newDetector(mustSet(t, detectorRules), 512, 128)
	const line = "acme_0123456789abcdef # keysieve\x3aallow acme sample\n"
	decided, end := d.FirstEdges()
	for at := decided - 2*len(line); at < end+2*512; at++ { // blocks end at a multiple of 512
		s := d.NewStream()
		s.Write([]byte(strings.Repeat(".", at-1) + "\n" + line + strings.Repeat(".\n", 500)))
		if res := s.Close(); len(res.Matches) != 0 || res.Accepted != 1 || len(res.Directives) != 1 || !res.Directives[0].Used {
			t.Fatalf("at %d: %d matches, %d accepted, directives %+v", at, len(res.Matches), res.Accepted, res.Directives)
		}
	}
}

// Whether a part is there does not depend on what else was found lacking, in whatever order.
func TestRequiredPartsInAnyOrder(t *testing.T) {
	d := New(mustSet(t, `
[[rules]]
id = "first"
regex = 'aaa_[0-9]{4}'
[[rules.required]]
id = "second"
[[rules]]
id = "second"
regex = 'bbb_[0-9]{4}'
[[rules.required]]
id = "third"
[[rules]]
id = "third"
regex = 'ccc_[0-9]{4}'
`))
	a, b := found(d, "aaa_1234 bbb_1234"), found(d, "bbb_1234 aaa_1234")
	if len(a) != 1 || len(b) != 1 {
		t.Errorf("%q and %q", a, b)
	}
}

// Content made of nothing but what rules look for must not cost a window for
// each of them, nor may findings cost more the more there are.
func TestHostileContentIsLinear(t *testing.T) {
	d := New(mustBuiltin(t))
	for _, unit := range []string{".eyJ", "eyJ0eXAiOiAiVENWMiJ9.", "pass" + "word=A1b2", "token = get_token(x, 0)\n", "://a:b@", "-----BEGIN ", "key=\"", "secret:'"} {
		content := []byte(strings.Repeat(unit, 300_000/len(unit)))
		start := time.Now()
		d.Scan(content)
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%d bytes of %q took %v", len(content), unit, took)
		}
	}
}

// Long encoded bodies are decoded in parts that overlap: no secret of any part may
// be lost, or be taken for another one's double.
func TestEverySecretOfALongEncodedBody(t *testing.T) {
	d := New(mustSet(t, detectorRules))
	var b strings.Builder
	const secrets = 40
	for i := range secrets {
		fmt.Fprintf(&b, "acme_%016x\n%s", 1<<60+int64(i), strings.Repeat("some words of text in between ", 2000))
	}
	got := map[string]bool{}
	s := d.NewStream()
	s.Write([]byte(base64.StdEncoding.EncodeToString([]byte(b.String()))))
	for _, m := range s.Close().Matches {
		got[m.Secret] = true
	}
	if len(got) != secrets {
		t.Errorf("%d of %d secrets found in %d encoded bytes", len(got), secrets, b.Len()*4/3)
	}
}

// A detector is used by many goroutines at once.
func TestDetectorIsSafeForConcurrentUse(t *testing.T) {
	d := New(mustSet(t, detectorRules))
	done := make(chan int)
	for range 4 {
		go func() {
			n := 0
			for range 50 {
				n += len(d.Scan([]byte("key = acme_0123456789abcdef zeta=0011223344556677")).Matches)
			}
			done <- n
		}()
	}
	for range 4 {
		if n := <-done; n != 100 {
			t.Errorf("%d matches, want 100", n)
		}
	}
}

func FuzzScan(f *testing.F) {
	d := newDetector(mustBuiltin(f), 2000, 1<<10)
	f.Add([]byte("password = \"hunter2!x9\" %41%42%43 \xff\xfe\x00 YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXo= keysieve\x3aallow x"))
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, m := range d.Scan(content).Matches {
			if m.Line < 1 || m.Column < 1 || m.EndLine < m.Line || m.EndLine == m.Line && m.EndColumn <= m.Column {
				t.Errorf("impossible place %+v", m)
			}
		}
	})
}

// TestAdjacentSecrets: what a regex takes of a secret's surroundings belongs to the next one, too.
func TestAdjacentSecrets(t *testing.T) {
	d := New(mustSet(t, "[[rules]]\nid = \"fenced\"\nregex = \"\"\"(?:^|[^0-9a-z_])(tok_[0-9a-f]{16})(?:[^0-9a-z_]|$)\"\"\"\n"))
	secrets := []string{"tok_0123456789abcdef", "tok_fedcba9876543210", "tok_00112233445566ff"}
	for _, between := range []string{"\n", ",", " ", "\r\n"} {
		content := strings.Join(secrets, between)
		if got := found(d, content); len(got) != len(secrets) {
			t.Errorf("%q between: found %q", between, got)
		}
	}
}

// TestAcceptedStandsForLessSpecific: where a path decides later, a directive still accepts the token, and not only the rule's name for it.
func TestAcceptedStandsForLessSpecific(t *testing.T) {
	d := New(mustSet(t, `
[[allowlists]]
description = "by path"
paths = ["^vendor/"]
[[rules]]
id = "exact"
regex = "(tok_[0-9a-f]{16})"
confidence = "high"
[[rules]]
id = "rough-text"
generic = true
regex = "token = ([0-9a-z_]{8,40})"
`))
	content := "token = tok_0123456789abcdef // " + directiveOwn + " exact a test\n"
	if got := found(d, content); len(got) != 0 {
		t.Errorf("found %q", got)
	}
}

// A long literal with a line break near its end is looked for by a piece of it, which may stand in a later line than its beginning.
func TestLiteralOverLines(t *testing.T) {
	for _, text := range []string{"}\n" + strings.Repeat("\t", 12) + "qzw9\nx", ";\n" + strings.Repeat(" ", 17) + "q9\nx"} {
		d := New(mustSet(t, fmt.Sprintf("[[rules]]\nid = \"r\"\nregex = %q\n", regexp.QuoteMeta(text)+`\S{20}`)))
		if got := d.Scan([]byte("func f() {\n" + text + "Zx8vQ2mN7pLr4TkW9sYb\n")).Matches; len(got) != 1 {
			t.Errorf("%q: %d matches", text, len(got))
		}
	}
}

// Bytes that only go on with a character never begin one: where blocks are cut does not depend on there being one.
func TestStreamOfContinuationBytes(t *testing.T) {
	d := newDetector(mustBuiltin(t), 128<<10, minOverlap)
	content := append([]byte("\x00\x01\n"), bytes.Repeat([]byte{0x90}, 1<<20)...)
	content = append(content, "\ntoken = \"Zx8vQ2mN7pLr4TkW9sYb\"\n"...)
	done := make(chan Result, 1)
	go func() {
		s := d.NewStream()
		s.Write(content)
		done <- s.Close()
	}()
	select {
	case res := <-done:
		if res.Bytes != int64(len(content)) {
			t.Errorf("%d of %d bytes", res.Bytes, len(content))
		}
	case <-time.After(20 * time.Second):
		t.Fatal("does not end")
	}
}
