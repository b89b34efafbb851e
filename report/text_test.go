package report

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
)

func text(t testing.TB, opts Options, r scanner.Result) string {
	t.Helper()
	return string(write(t, Formats()[0], opts, r))
}

// colours are the only control sequences that text may hold, and only in colour.
func withoutColour(out string) string {
	return regexp.MustCompile("\x1b\\[(0|1|2|31|33|36|1;31)m").ReplaceAllString(out, "")
}

// assertSafe fails when out could do more to a terminal than show characters.
func assertSafe(t *testing.T, out string, opts Options) {
	t.Helper()
	if opts.Color {
		out = withoutColour(out)
	}
	if !utf8.ValidString(out) {
		t.Errorf("not UTF-8: %q", out)
	}
	for _, r := range out {
		switch {
		case r == '\n':
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == '\u2028', r == '\u2029':
			t.Fatalf("%U is written raw in %q", r, out)
		case !opts.Unicode && r >= utf8.RuneSelf:
			t.Fatalf("%U is written without Unicode in %q", r, out)
		}
	}
}

func TestTextIsSafe(t *testing.T) {
	each(t, func(t *testing.T, c testCase, format Format, v variant, out []byte) {
		if format.Name == "text" {
			assertSafe(t, string(out), v.opts(c.opts))
		}
	})
}

func FuzzTextIsSafe(f *testing.F) {
	for _, name := range oddNames() {
		f.Add(name, name, name, name, 40, byte(7))
	}
	f.Fuzz(func(t *testing.T, path, line, reason, prefix string, width int, flags byte) {
		secret := token(1)
		finding := found(path, 1, "", "", 1)
		finding.Excerpt = scanner.Excerpt{Text: line, Start: len(prefix) - 3, End: len(reason)}
		finding.Check, finding.Reasons = path, []string{reason}
		finding.Rule = &rules.Rule{ID: line, Description: reason, Remedy: path, Docs: prefix}
		finding.Places = append(finding.Places, finding.Places[0])
		finding.Places[0].Kind = scanner.Kind(flags >> 4 & 3)
		finding.Places[0].Commit, finding.Places[0].Author = reason, line
		r := result("staged", 1, []scanner.Finding{finding}, scanner.Skip{Path: path, Reason: reason, Hint: line})
		r.Summary.Root, r.Unused = reason, finding.Places
		opts := Options{Unicode: flags&1 != 0, Color: flags&2 != 0, Verbose: flags&4 != 0, Unborn: flags&8 != 0, Prefix: prefix, Width: width}
		out := text(t, opts, r)
		assertSafe(t, out, opts)
		if strings.Contains(out, secret.Reveal()) {
			t.Errorf("the secret is written: %q", out)
		}
		for _, format := range Formats()[1:] {
			if out := write(t, format, opts, r); !utf8.Valid(out) || bytes.ContainsRune(out, '\x7f') || bytes.Contains(out, []byte(secret.Reveal())) {
				t.Errorf("%s: %q", format.Name, out)
			}
		}
	})
}

func TestQuietWhenClean(t *testing.T) {
	clean := result("staged", 0, nil)
	if out := text(t, Options{Color: true, Unicode: true}, clean); out != "" {
		t.Errorf("clean, and still written: %q", out)
	}
	if err := newText(&brokenWriter{}, Options{}).Write(clean); err != nil {
		t.Errorf("the writer was used: %v", err)
	}
	for name, r := range map[string]scanner.Result{
		"skipped": result("staged", 3, nil, scanner.Skip{Path: "a"}), "unfinished": result("staged", 3, nil),
		"warning": result("staged", 0, []scanner.Finding{password("a", 1, "Xk29dkQ1")}),
	} {
		if text(t, Options{}, r) == "" {
			t.Errorf("%s: nothing is written", name)
		}
	}
}

// TestOneScreen holds the report on many findings of every sort to a screen, and
// to saying how many there are.
func TestOneScreen(t *testing.T) {
	r := manyResult(5000)
	for range 50 {
		r.Skipped = append(r.Skipped, scanner.Skip{Path: "x", Reason: "y"})
		r.Unused = append(r.Unused, at("x", 1, 1, 1))
	}
	out := text(t, Options{Unicode: true}, r)
	if n := strings.Count(out, "\n"); n > 60 {
		t.Errorf("%d lines:\n%s", n, out)
	}
	if !strings.HasPrefix(out, "keysieve: 4,500 secrets and 500 possible ones in ") {
		t.Errorf("the headline hides the number: %.80q", out)
	}
	hidden := 0
	for _, m := range regexp.MustCompile(`and ([\d,]+) more (possible )?secrets`).FindAllStringSubmatch(out, -1) {
		n, _ := strconv.Atoi(strings.ReplaceAll(m[1], ",", ""))
		hidden += n
	}
	if shown := fullFindings + briefFindings + briefWarnings; hidden+shown != 5000 {
		t.Errorf("%d hidden and %d shown are not 5,000", hidden, shown)
	}
	all := text(t, Options{Unicode: true, Verbose: true}, r)
	for _, f := range r.Findings {
		if !strings.Contains(all, f.Places[0].Path+":") {
			t.Fatalf("%s is missing from the verbose report", f.Places[0].Path)
		}
	}
}

// TestMarkStandsUnderSecret compares the cells before the mark with those
// before the masked secret, in every excerpt, for many widths.
func TestMarkStandsUnderSecret(t *testing.T) {
	for _, line := range [][2]string{
		{"", ""}, {`token: "`, `"`}, {"パスワード = 「", "」 ; 終わり"}, {"e\u0301e\u0301\u0301 ", " e\u0301"}, {"\t\tkey=", "\t#"},
		{strings.Repeat("日本 ", 60), strings.Repeat(" 語", 60)}, {"\U0001f511 = ", " \U0001f512"}, {"\u1112\u1161\u11ab ", ""},
	} {
		f := found("a.txt", 1, line[0], line[1], 1)
		f.Excerpt.Text = strings.ReplaceAll(f.Excerpt.Text, "\t", " ")
		for width := range 120 {
			lines := strings.Split(text(t, Options{Unicode: true, Width: width}, result("dir", 1, []scanner.Finding{f})), "\n")
			i := 0
			for !strings.Contains(lines[i], "~~~") {
				i++
			}
			before, _, _ := strings.Cut(lines[i], "~")
			shown, _, found := strings.Cut(lines[i-1], f.Secret.String()[:4])
			if !found || cells(before) != cells(shown) {
				t.Fatalf("width %d:\n%s\n%s", width, lines[i-1], lines[i])
			}
			if n := cells(lines[i-1]); width >= minWidth && n > width {
				t.Errorf("%d cells at width %d: %q", n, width, lines[i-1])
			}
		}
	}
}

func TestHeadline(t *testing.T) {
	one, warning := found("a", 1, "", "", 1), password("b", 1, "Xk29dkQ1")
	for _, test := range []struct {
		command, targets string
		findings         []scanner.Finding
		want             string
	}{
		{"staged", "", []scanner.Finding{one}, "keysieve: 1 secret in what you are about to commit"},
		{"staged", "f", nil, "keysieve: no secrets in f"},
		{"staged", "f", []scanner.Finding{one}, "keysieve: 1 secret in what you are about to commit"},
		{"dir", "", nil, "keysieve: no secrets in this directory"},
		{"dir", "src", []scanner.Finding{one, one}, "keysieve: 2 secrets in src"},
		{"dir", "src,a", nil, "keysieve: no secrets in src and a"},
		{"dir", "src,a,b", nil, "keysieve: no secrets in src and 2 more"},
		{"dir", "a\x1bb", []scanner.Finding{one}, `keysieve: 1 secret in "a\033b"`},
		{"stdin", "", []scanner.Finding{warning}, "keysieve: 1 possible secret in standard input"},
		{"range", "", []scanner.Finding{one, warning}, "keysieve: 1 secret and 1 possible one in these commits"},
		{"history", "", nil, "keysieve: no secrets in this history"},
		{"something", "", nil, "keysieve: no secrets in what was scanned"},
	} {
		r := result(test.command, 0, test.findings)
		r.Summary.Root = "elsewhere"
		opts := Options{Verbose: true}
		if test.targets != "" {
			opts.Targets = strings.Split(test.targets, ",")
		}
		if got, _, _ := strings.Cut(text(t, opts, r), "\n"); got != test.want {
			t.Errorf("%s: %q, want %q", test.command, got, test.want)
		}
	}
}

func TestWordings(t *testing.T) {
	table := wordings()
	for i, w := range table {
		if wordingFor(w.command).command != w.command || w.unit.one == "" || w.unit.many == "" {
			t.Errorf("wording %q: %+v", w.command, w)
		}
		if (w.command == "") != (i == len(table)-1) {
			t.Errorf("wording %q is at %d: the one for any command is the last", w.command, i)
		}
	}
}
