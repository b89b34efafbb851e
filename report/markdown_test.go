package report

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/keysieve/keysieve/scanner"
)

func markdown(t *testing.T, format string, opts Options, r scanner.Result) string {
	t.Helper()
	return string(write(t, formatNamed(t, format), opts, r))
}

// TestMarkdownLimits: no more than what is taken, whole rows, and none lost without a word.
func TestMarkdownLimits(t *testing.T) {
	long := manyResult(800)
	for i := range long.Findings {
		f := &long.Findings[i]
		f.Places[0].Path = strings.Repeat("日本|`", 100*(i%20)) + f.Places[0].Path
		f.Rule.Remedy, f.Rule.ID = strings.Repeat("Revoke & rotate. ", 50), fmt.Sprint("rule-", i)
		long.Skipped = append(long.Skipped, scanner.Skip{Path: f.Places[0].Path, Reason: "denied"})
		long.Unused = append(long.Unused, f.Places[0])
	}
	long.Summary.Root, long.Summary.Command = strings.Repeat("@#|", 10_000), "dir"
	for name, r := range map[string]scanner.Result{"long": long, "many": manyResult(6000), "history": manyExposures(1000)} {
		for format, limit := range map[string]int{"markdown": 1 << 20, "markdown-comment": 65_536} {
			out := markdown(t, format, Options{Repository: "https://github.com/a/b", Revision: "main"}, r)
			if len(out) > limit || utf8.RuneCountInString(out) > limit {
				t.Errorf("%s, %s: %d bytes", name, format, len(out))
			}
			rows := strings.Count(out, "\n| ") - 1 // without the header
			left := 0
			if m := regexp.MustCompile(`\*\*([\d,]+) findings? (?:is|are) left out\*\*`).FindStringSubmatch(out); m != nil {
				left, _ = strconv.Atoi(strings.ReplaceAll(m[1], ",", ""))
			}
			if rows+left != len(r.Findings) || rows < 10 {
				t.Errorf("%s, %s: %d rows and %d left out of %d", name, format, rows, left, len(r.Findings))
			}
			if !strings.HasSuffix(out, "</sub>\n") {
				t.Errorf("%s, %s: the end is missing", name, format)
			}
		}
	}
}

// TestMarkdownIsInert: text from the repository starts nothing.
func TestMarkdownIsInert(t *testing.T) {
	hostile := []string{
		"a|b", "`code`", "<script>alert(1)</script>", "<img src=x>", "@octocat", "fixes #1", "[x](http://evil)", "![x](y)", "https://evil.example", "www.evil.example",
		"**bold**", "_x_", "~~x~~", ":smile:", "$x$", "a\n\n# head", "</code></details>", "\\|", "&#60;b&#62;", "<!--", "-->", "a@example.com", "GH-12", "{{x}}",
	}
	for _, text := range hostile {
		for name, got := range map[string]string{"code": code(text), "prose": markdownProse(text)} {
			got = strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(got, "<code>"), "</code>"), "<!-- -->", "")
			if html.UnescapeString(got) != shown(text) {
				t.Errorf("%s of %q reads as %q", name, text, html.UnescapeString(got))
			}
			bare := regexp.MustCompile(`&#\d+;`).ReplaceAllString(got, "")
			if strings.ContainsAny(bare, "|`<@#[]*~$\\&{}\n") || strings.Contains(bare, "://") || strings.Contains(strings.ToLower(bare), "www.") ||
				regexp.MustCompile(`:\w+:`).MatchString(bare) || regexp.MustCompile(`(^|\W)_|_(\W|$)`).MatchString(bare) {
				t.Errorf("%s of %q is %q", name, text, got)
			}
		}
		f := found(text, 1, "", "", 1)
		f.Reasons, f.Places[0].Author, f.Places[0].Commit = []string{text}, text, strings.Repeat("a", 40)
		r := result("dir", 1, []scanner.Finding{f}, scanner.Skip{Path: text, Reason: text, Hint: text})
		r.Summary.Root, r.Unused = text, f.Places
		out := markdown(t, "markdown", Options{Repository: "https://github.com/a/b"}, r)
		for line := range strings.Lines(out) {
			if strings.HasPrefix(line, "|") && strings.Count(line, "|") != 5 {
				t.Errorf("%q breaks its row: %s", text, line)
			}
		}
		for _, tag := range regexp.MustCompile(`<[^>]*>?`).FindAllString(out, -1) {
			if !slices.Contains([]string{"<code>", "</code>", "<br>", "<!-- -->", "<sub>", "</sub>", "<details>", "</details>", "<summary>", "</summary>"}, tag) {
				t.Errorf("%q brings the tag %q", text, tag)
			}
		}
	}
}

func TestMarkdownLinks(t *testing.T) {
	commit := strings.Repeat("a", 40)
	staged, dir := stagedResult(), result("dir", 1, []scanner.Finding{found("a b/(c).txt", 3, "", "", 1)})
	inCommit := result("range", 1, []scanner.Finding{found("a.txt", 3, "", "", 1)})
	inCommit.Findings[0].Places[0].Commit = commit
	opts := Options{Repository: "https://x:" + "y@github.com/o/r.git", Revision: "feature/1"}
	for name, test := range map[string]struct {
		opts   Options
		result scanner.Result
		want   string // empty: no link to a place
	}{
		"commit":              {opts, inCommit, "https://github.com/o/r/blob/" + commit + "/a.txt#L3)"},
		"revision":            {opts, dir, "https://github.com/o/r/blob/feature/1/a%20b/%28c%29.txt#L3)"},
		"staged is nowhere":   {opts, staged, ""},
		"no repository":       {Options{Revision: "x"}, dir, ""},
		"no revision":         {Options{Repository: "https://github.com/o/r"}, dir, ""},
		"secret in the name":  {opts, pathNameResult(), ""},
		"message has no blob": {opts, result("range", 1, commitsResult().Findings[:1]), ""},
	} {
		out := markdown(t, "markdown", test.opts, test.result)
		if test.want != "" && !strings.Contains(out, test.want) || test.want == "" && strings.Contains(out, "/blob/") {
			t.Errorf("%s: %s", name, out)
		}
		if strings.Contains(out, "x:"+"y@") {
			t.Errorf("%s: the password of the repository is written", name)
		}
	}
}

func TestWebOf(t *testing.T) {
	place := at("d/a b.txt", 7, 1, 2)
	for repository, want := range map[string]string{
		"https://github.com/o/r.git":        "https://github.com/o/r/blob/v1/d/a%20b.txt#L7",
		"https://u:p" + "w@host:8443/o/r/":  "https://host:8443/o/r/blob/v1/d/a%20b.txt#L7",
		"git@gitlab.com:g/s/r.git":          "https://gitlab.com/g/s/r/-/blob/v1/d/a%20b.txt#L7",
		"ssh://git@gitlab.example.com:22/r": "https://gitlab.example.com/r/-/blob/v1/d/a%20b.txt#L7",
		"https://bitbucket.org/o/r":         "https://bitbucket.org/o/r/src/v1/d/a%20b.txt#lines-7",
		"https://codeberg.org/o/r":          "https://codeberg.org/o/r/src/commit/v1/d/a%20b.txt#L7",
		"/srv/git/r":                        "", "../r": "", "file:///srv/r": "", "C:\\r": "", "": "", "javascript:alert(1)": "", "https://%zz": "",
	} {
		got, ok := webOf(repository).place(place, "v1", &redactor{})
		if got != want || ok != (want != "") {
			t.Errorf("%q: %q, want %q", repository, got, want)
		}
	}
	if got, _ := webOf("https://gitlab.com/o/r").commit(strings.Repeat("a", 40)); got != "https://gitlab.com/o/r/-/commit/"+strings.Repeat("a", 40) {
		t.Errorf("commit %q", got)
	}
	if _, ok := webOf("https://gitlab.com/o/r").commit("x)"); ok {
		t.Error("a commit that is none has a page")
	}
}
