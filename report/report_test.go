package report

import (
	"bytes"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"html"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
)

var update = flag.Bool("update", false, "write the golden files anew")

// variant is one look of a format; the file name of its golden files.
type variant struct {
	file string
	opts func(Options) Options
}

// variants lists the looks of a format that are tested.
func variants(format string) []variant {
	if format != "text" {
		return []variant{{"report." + format, func(o Options) Options { return o }}}
	}
	return []variant{
		{"text.txt", func(o Options) Options { o.Unicode = true; return o }},
		{"verbose.txt", func(o Options) Options { o.Unicode, o.Verbose, o.Color = true, true, true; return o }},
		{"ascii.txt", func(o Options) Options { o.Width = 50; return o }},
	}
}

// each calls test for every case, format and variant with what is written.
func each(t *testing.T, test func(t *testing.T, c testCase, format Format, v variant, out []byte)) {
	t.Helper()
	for _, c := range testCases(t) {
		for _, format := range Formats() {
			for _, v := range variants(format.Name) {
				t.Run(c.name+"/"+v.file, func(t *testing.T) {
					test(t, c, format, v, write(t, format, v.opts(c.opts), c.result))
				})
			}
		}
	}
}

func write(tb testing.TB, format Format, opts Options, result scanner.Result) []byte {
	tb.Helper()
	var out bytes.Buffer
	if err := format.New(&out, opts).Write(result); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func TestGolden(t *testing.T) {
	each(t, func(t *testing.T, c testCase, _ Format, v variant, out []byte) {
		file := filepath.Join("testdata", c.name, v.file)
		if *update {
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, out, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(out, want) {
			t.Errorf("%s is not what is written now (-update writes it anew):\n%s", file, out)
		}
	})
}

func TestDeterministic(t *testing.T) {
	again := make(map[string]testCase)
	for _, c := range testCases(t) {
		again[c.name] = c
	}
	each(t, func(t *testing.T, c testCase, format Format, v variant, out []byte) {
		for range 3 {
			if !bytes.Equal(out, write(t, format, v.opts(c.opts), c.result)) {
				t.Fatal("two reports of one result differ")
			}
		}
		if !reflect.DeepEqual(c.result, again[c.name].result) {
			t.Error("the result was changed")
		}
	})
}

// TestNoSecret greps every report for every secret: as it is, in the encodings
// that formats use, and by its middle.
func TestNoSecret(t *testing.T) {
	each(t, func(t *testing.T, c testCase, _ Format, _ variant, out []byte) {
		for _, f := range c.result.Findings {
			assertHidden(t, out, f.Secret.Reveal())
		}
		if strings.Contains(string(out), "user:"+"pass@") {
			t.Error("the repository's password is written")
		}
	})
}

func assertHidden(t *testing.T, out []byte, secret string) {
	t.Helper()
	middle := secret[len(secret)/3 : len(secret)-len(secret)/3]
	for what, text := range map[string]string{
		"secret": secret, "middle of the secret": middle, "encoded secret": percentEncoded(secret),
		"quoted secret": fmt.Sprintf("%q", secret), "base64 of the secret": base64.StdEncoding.EncodeToString([]byte(secret)),
	} {
		if bytes.Contains(out, []byte(text)) {
			t.Errorf("the %s %q is written", what, scanner.Mask(text))
		}
	}
}

// TestPlantedSecret plants one where the engine should never put it.
func TestPlantedSecret(t *testing.T) {
	secret := token(1000).Reveal()
	f := found("x/"+secret+"/y.txt", 1, "", "", 1000)
	f.Excerpt = scanner.Excerpt{Text: "one " + secret + " two " + secret, Start: 4, End: 44}
	f.Check, f.Reasons = "holds for "+secret, []string{"because " + secret}
	f.Places[0].Author = secret + " <a@example.com>"
	f.Places[0].Commit = strings.Repeat("a", 40)
	r := result("dir", 1, []scanner.Finding{f}, scanner.Skip{Path: secret, Reason: secret, Hint: secret})
	r.Summary.Root = secret
	r.Unused = f.Places
	for _, format := range Formats() {
		for _, v := range variants(format.Name) {
			t.Run(v.file, func(t *testing.T) {
				assertHidden(t, write(t, format, v.opts(Options{}), r), secret)
			})
		}
	}
}

// TestPathRule: what a rule on paths alone finds is a name, which is to be read.
func TestPathRule(t *testing.T) {
	f := found("home/.ssh/id_ed25519_production", 1, "", "", 1)
	f.Rule = &rules.Rule{ID: "private-key-file", Path: `id_ed25519`, Description: "Private key file"}
	f.Secret, f.Places[0].Kind = scanner.NewSecret("id_ed25519_production"), scanner.KindPathName
	for _, format := range Formats() {
		if out := write(t, format, Options{}, result("dir", 1, []scanner.Finding{f})); !strings.Contains(html.UnescapeString(string(out)), "home/.ssh/id_ed25519_production") {
			t.Errorf("%s hides the name:\n%s", format.Name, out)
		}
	}
}

type brokenWriter struct{ room int }

var errBroken = errors.New("broken")

func (w *brokenWriter) Write(p []byte) (int, error) {
	n := min(len(p), w.room)
	w.room -= n
	if n < len(p) {
		return n, errBroken
	}
	return n, nil
}

func TestWriteErrors(t *testing.T) {
	r := manyResult(200)
	for _, format := range Formats() {
		t.Run(format.Name, func(t *testing.T) {
			opts := Options{Verbose: true}
			size := len(write(t, format, opts, r))
			for _, room := range []int{0, 1, size / 2, size - 1} {
				if err := format.New(&brokenWriter{room}, opts).Write(r); !errors.Is(err, errBroken) {
					t.Errorf("after %d of %d bytes: error %v", room, size, err)
				}
			}
			if err := format.New(&brokenWriter{size}, opts).Write(r); err != nil {
				t.Errorf("with room for all: %v", err)
			}
			in, out, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer out.Close()
			in.Close()
			if err := format.New(out, opts).Write(r); err == nil {
				t.Error("a closed pipe is no error")
			}
		})
	}
}

func TestFormats(t *testing.T) {
	seen := make(map[string]bool)
	for _, f := range Formats() {
		if f.Name == "" || f.Description == "" || seen[f.Name] {
			t.Errorf("format %q: empty, described by nothing or there twice", f.Name)
		}
		seen[f.Name] = true
		if sink, err := New(f.Name, io.Discard, Options{}); err != nil || sink == nil {
			t.Errorf("New(%q) = %v, %v", f.Name, sink, err)
		}
	}
	if Formats()[0].Name != "text" {
		t.Error("text is not the default")
	}
}

func TestUnknownFormat(t *testing.T) {
	for _, test := range []struct{ name, want string }{
		{"jsno", `unknown report format "jsno", did you mean json? (text, json, jsonl, sarif, github, gitlab, gitlab-codequality, junit, csv, markdown, markdown-comment)`},
		{"SARIF", `unknown report format "SARIF", did you mean sarif? (text, json, jsonl, sarif, github, gitlab, gitlab-codequality, junit, csv, markdown, markdown-comment)`},
		{"sraif", `unknown report format "sraif", did you mean sarif? (text, json, jsonl, sarif, github, gitlab, gitlab-codequality, junit, csv, markdown, markdown-comment)`},
		{"ndjson", `unknown report format "ndjson", did you mean json? (text, json, jsonl, sarif, github, gitlab, gitlab-codequality, junit, csv, markdown, markdown-comment)`},
		{"xml", `unknown report format "xml" (text, json, jsonl, sarif, github, gitlab, gitlab-codequality, junit, csv, markdown, markdown-comment)`},
		{"", `unknown report format "" (text, json, jsonl, sarif, github, gitlab, gitlab-codequality, junit, csv, markdown, markdown-comment)`},
		{"\x1b[1m", `unknown report format "\x1b[1m" (text, json, jsonl, sarif, github, gitlab, gitlab-codequality, junit, csv, markdown, markdown-comment)`},
		{strings.Repeat("x", 1<<20), ""},
	} {
		sink, err := New(test.name, io.Discard, Options{})
		if err == nil || sink != nil {
			t.Fatalf("New(%.20q) = %v, %v", test.name, sink, err)
		}
		if test.want != "" && err.Error() != test.want {
			t.Errorf("New(%q): %v\nwant %s", test.name, err, test.want)
		}
	}
}

// TestLinearTime compares sixteen times the findings with sixteen times the
// time; a quadratic format would take 256 times.
func TestLinearTime(t *testing.T) {
	small, large := manyResult(250), manyResult(4000)
	for _, format := range Formats() {
		t.Run(format.Name, func(t *testing.T) {
			fastest := func(r scanner.Result) time.Duration {
				best := time.Hour
				for range 3 {
					started := time.Now()
					write(t, format, Options{Verbose: true}, r)
					best = min(best, time.Since(started))
				}
				return best
			}
			if s, l := fastest(small), fastest(large); l > 80*s {
				t.Errorf("250 findings took %v, 4,000 took %v", s, l)
			}
		})
	}
}

func BenchmarkFormats(b *testing.B) {
	for _, n := range []int{1, 1000, 100_000} {
		r := manyResult(n)
		for _, format := range Formats() {
			b.Run(fmt.Sprintf("%s/%d", format.Name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := format.New(io.Discard, Options{Verbose: true}).Write(r); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func TestBulletIsMasks(t *testing.T) {
	if masked := scanner.Mask("x"); masked != string(bullet) {
		t.Errorf("scanner.Mask hides with %q, the redactor expects %q", masked, bullet)
	}
}

func TestEveryTextOutputIsUTF8(t *testing.T) {
	each(t, func(t *testing.T, _ testCase, _ Format, _ variant, out []byte) {
		if !utf8.Valid(out) {
			t.Error("not UTF-8")
		}
	})
}
