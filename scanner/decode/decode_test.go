package decode

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
)

// hidden is a text as it may stand behind an encoding.
const hidden = `{"user": "admin", "password": "correct horse battery staple", "port": 5432}`

// found runs Find and returns the texts that one decoder found.
func found(content []byte, by string) (out []Run) {
	Find(content, func(r Run) {
		if r.By == by {
			out = append(out, r)
		}
	})
	return out
}

// wrap breaks a text into lines.
func wrap(text string, width int, sep string) string {
	var b strings.Builder
	for len(text) > width {
		b.WriteString(text[:width] + sep)
		text = text[width:]
	}
	return b.String() + text
}

func hexEscape(format, text string) string {
	var b strings.Builder
	for i := range len(text) {
		fmt.Fprintf(&b, format, text[i])
	}
	return b.String()
}

// encoded are ways of writing hidden; each decoder has at least one.
func encoded() []struct{ name, by, text string } {
	std, raw, urlSafe := base64.StdEncoding, base64.RawStdEncoding, base64.RawURLEncoding
	long := strings.Repeat(hidden+"\n", 4) + hidden
	withMarks := hidden + "???>>>~~~" // gives + and / in base64
	return []struct{ name, by, text string }{
		{"padded", "base64", std.EncodeToString([]byte(hidden + "!"))},
		{"not padded", "base64", raw.EncodeToString([]byte(hidden + "!"))},
		{"plus and slash", "base64", std.EncodeToString([]byte(withMarks))},
		{"minus and underscore", "base64url", urlSafe.EncodeToString([]byte(withMarks))},
		{"wrapped at 76", "base64", wrap(std.EncodeToString([]byte(long)), 76, "\n")},
		{"wrapped at 64, CRLF", "base64", wrap(std.EncodeToString([]byte(long)), 64, "\r\n")},
		{"wrapped at 50", "base64", wrap(std.EncodeToString([]byte(long)), 50, "\n")},
		{"wrapped and indented", "base64", wrap(std.EncodeToString([]byte(long)), 70, "\n      ")},
		{"wrapped, escaped", "base64", wrap(std.EncodeToString([]byte(long)), 76, `\n`)},
		{"wrapped, escaped CRLF", "base64", wrap(std.EncodeToString([]byte(long)), 61, `\r\n`)},
		{"UTF-16", "base64", std.EncodeToString(encodeUTF16(hidden, false))},
		{"not ASCII alone", "base64", std.EncodeToString([]byte("Schlüssel für Übung: " + hidden))},
		{"lower case", "hex", hex.EncodeToString([]byte(hidden))},
		{"upper case", "hex", strings.ToUpper(hex.EncodeToString([]byte(hidden)))},
		{"UTF-16", "hex", hex.EncodeToString(encodeUTF16(hidden, true))},
		{"query", "percent", strings.ReplaceAll(url.QueryEscape(hidden), "+", "%20")},
		{"path", "percent", url.PathEscape(hidden)},
		{"all", "percent", hexEscape("%%%02x", hidden)},
		{"u", "escapes", hexEscape(`\u%04x`, hidden)},
		{"U", "escapes", hexEscape(`\U%08X`, hidden)},
		{"braces", "escapes", hexEscape(`\u{%x}`, hidden)},
		{"x", "escapes", hexEscape(`\x%02X`, hidden)},
		{"octal", "escapes", hexEscape(`\%03o`, hidden)},
		{"quotes only", "escapes", strings.ReplaceAll(hidden, `"`, `\u0022`)},
		{"decimal", "entities", hexEscape("&#%d;", hidden)},
		{"hexadecimal", "entities", hexEscape("&#x%X;", hidden)},
		{"named", "entities", strings.ReplaceAll(hidden, `"`, "&quot;")},
		{"all", "quoted-printable", hexEscape("=%02X", "="+hidden)},
		{"wrapped at 20", "narrow base64", wrap(std.EncodeToString([]byte(long)), 20, "\n")},
		{"wrapped at 16", "narrow base64", wrap(std.EncodeToString([]byte(long)), 16, "\n")},
		{"wrapped at 20, indented, CRLF", "narrow base64", wrap(std.EncodeToString([]byte(hidden)), 20, "\r\n    ")},
		{"wrapped at 23", "narrow base64", wrap(raw.EncodeToString([]byte(hidden)), 23, "\n")},
		{"wrapped at 22, URL-safe", "narrow base64", wrap(urlSafe.EncodeToString([]byte(withMarks)), 22, "\n")},
		{"C", "byte-array", numbers("0x%02x", ", ", hidden)},
		{"C, eight in a line", "byte-array", strings.ReplaceAll(wrap(numbers("0x%02X", ",", hidden), 40, "\n  "), ",", ", ")},
		{"JavaScript", "byte-array", numbers("%d", ", ", hidden)},
		{"tight", "byte-array", numbers("%d", ",", hidden)},
		{"one in a line", "byte-array", numbers("%d", ",\n"+strings.Repeat(" ", 30), hidden)},
		{"UTF-16", "byte-array", numbers("%d", ", ", string(encodeUTF16(hidden, false)))},
		{"little-endian", "utf-16", string(encodeUTF16(hidden, false))},
		{"lines", "quoted-printable", wrap(strings.ReplaceAll(long, "=", "=3D"), 60, "=\n")},
	}
}

// surroundings are what may stand around an encoded text.
var surroundings = []struct{ before, after string }{
	{"", ""},
	{"key = \"", "\";\n"},
	{"DATA=", "\n"},
	{"first line\nsecond: '", "'\nthird line\n"},
	{strings.Repeat("int x = y[3] & 0xff; // and so on\n", 200), "\n" + strings.Repeat("return a(b);\n", 100)},
	{strings.Repeat("x", 61) + " ", " "},
}

func TestFind(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range encoded() {
		seen[e.by] = true
		for i, s := range surroundings {
			for pad := range 5 { // every place in a stride
				content := []byte(strings.Repeat(".", pad) + s.before + e.text + s.after)
				runs := found(content, e.by)
				want := "correct horse battery staple"
				at := pad + len(s.before)
				ok := false
				for _, r := range runs {
					if bytes.Contains(r.Text, []byte(want)) && r.Start <= at+3 && r.End >= at+len(e.text)-3 {
						ok = true
					}
				}
				if !ok {
					t.Errorf("%s %s, surrounding %d, %d: not found in %d runs", e.by, e.name, i, pad, len(runs))
				}
			}
		}
	}
	for _, d := range Decoders() {
		if !seen[d.Name()] {
			t.Errorf("no test of %s", d.Name())
		}
	}
	if len(Decoders()) > maxDecoders {
		t.Errorf("maxDecoders is too small")
	}
}

// TestExact holds that a run of an alphabet in one piece gives back its text and its place.
func TestExact(t *testing.T) {
	for _, e := range encoded() {
		if e.by != "base64" && e.by != "hex" && e.by != "base64url" || strings.HasPrefix(e.name, "wrapped") {
			continue
		}
		content := []byte(`a("` + e.text + `")`)
		runs := found(content, e.by)
		if len(runs) != 1 {
			t.Errorf("%s %s: %d runs", e.by, e.name, len(runs))
			continue
		}
		if r := runs[0]; r.Start != 3 || r.End != 3+len(e.text) || !bytes.Contains(r.Text, []byte(`"port": 5432}`)) {
			t.Errorf("%s %s: %d..%d %q", e.by, e.name, r.Start, r.End, r.Text)
		}
	}
}

// TestAlignments holds that base64 that is cut at its start is still decoded.
func TestAlignments(t *testing.T) {
	text := base64.StdEncoding.EncodeToString([]byte(hidden))
	for cut := range 8 {
		for _, glued := range []string{"", "/", "path/to/", "x", "abc"} {
			runs := found([]byte(glued+text[cut:]), "base64")
			if len(runs) != 1 || !bytes.Contains(runs[0].Text, []byte("correct horse battery staple")) {
				t.Errorf("cut at %d after %q: %d runs", cut, glued, len(runs))
			}
		}
		h := hex.EncodeToString([]byte(hidden))
		if runs := found([]byte(h[cut:]), "hex"); len(runs) != 1 || !bytes.Contains(runs[0].Text, []byte("correct horse battery staple")) {
			t.Errorf("hexadecimal cut at %d: %d runs", cut, len(runs))
		}
	}
}

// TestNothing holds that what holds no text yields nothing.
func TestNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	random := make([]byte, 3000)
	for i := range random {
		random[i] = byte(rng.UintN(256))
	}
	image := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), random...)
	for name, content := range map[string]string{
		"random base64":        base64.StdEncoding.EncodeToString(random),
		"random, wrapped":      wrap(base64.StdEncoding.EncodeToString(random), 76, "\n"),
		"an image":             "data:image/png;base64," + base64.StdEncoding.EncodeToString(image),
		"random hexadecimal":   hex.EncodeToString(random),
		"a hash":               "da39a3ee5e6b4b0d3255bfef95601890afd80709 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"short base64":         base64.StdEncoding.EncodeToString([]byte("short one here")),
		"short hexadecimal":    hex.EncodeToString([]byte("short one here!")),
		"one percent escape":   "https://example.com/a%20b",
		"formats":              `printf("%d %s %5.2f %% %x", a, b)`,
		"one entity":           "a &amp; b",
		"references":           "a & b; c && d; &x; &mut y; &self",
		"backslashes":          `C:\users\xavier\new\table \d+\w*\s`,
		"comparisons":          "if a == b && c != d || e >= f { g = h }\nx=\ny=1\n",
		"numbers":              "a=20 b=30 c=40 d=50 e=60",
		"a ruler":              strings.Repeat("-", 300) + strings.Repeat("=", 300) + strings.Repeat("/", 300),
		"rulers":               strings.Repeat("1.0 / 2011\n=======\n * a\n * b\n", 9),
		"long words":           "getElementsByClassNameAndAttributeValue REDIS_CLUSTER_SLOT_COUNT_MAXIMUM_VALUE some_very_long_snake_case_identifier_name",
		"paths":                "/usr/local/share/applications/example/config/default/settings",
		"zeros":                string(make([]byte, 500)),
		"random bytes":         string(random),
		"letters of one kind":  strings.Repeat("A", 500) + " " + strings.Repeat("0", 500),
		"nothing":              "",
		"one byte":             "a",
		"a table of numbers":   numbers("%d", ", ", string(random)),
		"years":                strings.Repeat("1999, 2004, 1987, ", 30),
		"small numbers":        strings.Repeat("1, 2, 3, 5, 8, 13, ", 30),
		"narrow random base64": wrap(base64.StdEncoding.EncodeToString(random), 20, "\n"),
		"words in a column":    strings.Repeat("connectionPoolLimits\nmaximumConnectionsOk\ngetElementsByTagName\n", 5),
		"twenty-four of these": strings.Repeat("z", 24),
	} {
		Find([]byte(content), func(r Run) {
			t.Errorf("%s: %s found %q at %d", name, r.By, r.Text, r.Start)
		})
	}
}

// TestEqualsDecoders holds that Find gives what the decoders give one by one.
func TestEqualsDecoders(t *testing.T) {
	var all strings.Builder
	for i, e := range encoded() {
		all.WriteString(surroundings[i%len(surroundings)].before + e.text + surroundings[i%len(surroundings)].after)
	}
	for _, content := range []string{all.String(), string(sourceLike(200000)) + all.String()} {
		together := map[string][]string{}
		Find([]byte(content), func(r Run) {
			together[r.By] = append(together[r.By], fmt.Sprint(r.Start, r.End, string(r.Text)))
		})
		for _, d := range Decoders() {
			var alone []string
			d.Find([]byte(content), 0, func(r Run) { alone = append(alone, fmt.Sprint(r.Start, r.End, string(r.Text))) })
			if len(alone) == 0 || strings.Join(alone, "|") != strings.Join(together[d.Name()], "|") {
				t.Errorf("%s: %d alone, %d together", d.Name(), len(alone), len(together[d.Name()]))
			}
		}
	}
}

// TestRuns compares eachRun with a plain loop.
func TestRuns(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		content := make([]byte, rng.IntN(400))
		odds := 2 + rng.IntN(60)
		for i := range content {
			content[i] = 'a' + byte(rng.IntN(26))
			if rng.IntN(odds) == 0 {
				content[i] = " ,=\xc3\x80\x2a"[rng.IntN(6)]
			}
		}
		var want, got [][2]int
		for i := 0; i < len(content); {
			j := i
			for j < len(content) && classes[content[j]]&inRun != 0 {
				j++
			}
			if j-i >= leastRun {
				want = append(want, [2]int{i, j})
			}
			i = j + 1
		}
		eachRun(content, func(s, e int) int { got = append(got, [2]int{s, e}); return e }, nil)
		if fmt.Sprint(want) != fmt.Sprint(got) {
			t.Fatalf("%q: %v, want %v", content, got, want)
		}
		// A visit may deal with more than the run: what is left of a later one is a run, too.
		skip := 1 + rng.IntN(60)
		got, want = nil, skipped(want, skip)
		eachRun(content, func(s, e int) int { got = append(got, [2]int{s, e}); return e + skip }, nil)
		if fmt.Sprint(want) != fmt.Sprint(got) {
			t.Fatalf("%q, skipping %d: %v, want %v", content, skip, got, want)
		}
	}
}

// skipped is what eachRun visits of these runs when each visit deals with so many bytes more.
func skipped(runs [][2]int, more int) (out [][2]int) {
	done := 0
	for _, r := range runs {
		if start := max(r[0], done); r[1]-start >= leastRun {
			out = append(out, [2]int{start, r[1]})
			done = r[1] + more
		}
	}
	return out
}

func TestMinLen(t *testing.T) {
	content := []byte(base64.StdEncoding.EncodeToString([]byte("a text of thirty characters!!!")))
	for minLen, want := range map[int]int{0: 1, 24: 1, 40: 1, 41: 0} {
		n := 0
		Base64{}.Find(content, minLen, func(Run) { n++ })
		if n != want {
			t.Errorf("least length %d: %d runs, want %d", minLen, n, want)
		}
	}
}

// TestBoundedRegions holds that a long line of escapes comes in bounded parts that
// overlap, so that a secret at an edge is whole in one of them.
func TestBoundedRegions(t *testing.T) {
	var plain strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&plain, "secret-%05d ", i)
	}
	for _, e := range []struct{ by, format string }{
		{"percent", "%%%02x"}, {"escapes", `\u%04x`}, {"entities", "&#%d;"}, {"quoted-printable", "=%02X"},
	} {
		text := hexEscape(e.format, plain.String())
		if e.by == "quoted-printable" { // weak without an equals sign now and then
			text = hexEscape(e.format, strings.ReplaceAll(plain.String(), "-", "=-"))
		}
		all := map[string]bool{}
		for _, r := range found([]byte(text), e.by) {
			if r.End-r.Start > regionMax+2*margin {
				t.Errorf("%s: a region of %d bytes", e.by, r.End-r.Start)
			}
			for word := range strings.FieldsSeq(strings.ReplaceAll(string(r.Text), "=", "")) {
				all[word] = true
			}
		}
		for word := range strings.FieldsSeq(plain.String()) {
			if !all[word] {
				t.Errorf("%s: %s is whole in no region", e.by, word)
				break
			}
		}
	}
}

func TestNoAllocation(t *testing.T) {
	content := []byte(strings.Repeat("func main() { x := y[3] & 0xff; fmt.Println(\"a=%d\\n\", x == 1) } // getElementsByClassNameAndSo\n", 100))
	yield := func(Run) { t.Error("found something") }
	if n := testing.AllocsPerRun(20, func() { Find(content, yield) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestPaddingIsNoLineEnd: lines that end in the padding of base64 are no quoted-printable text, unless something else says so.
func TestPaddingIsNoLineEnd(t *testing.T) {
	quoted := func(text string) (n int) {
		QuotedPrintable{}.Find([]byte(text), 1, func(Run) { n++ })
		return n
	}
	if n := quoted("data:\n  a: QUJDREU=\n  b: QUJDREVGR0g=\n  c: WFhYWFg=\n  d: WVlZWVk=\n"); n != 0 {
		t.Errorf("%d regions in the data of a Secret", n)
	}
	for _, text := range []string{"a long line =\nand another=\nand a third one=\n", "a=3Db QUJDREU=\nQUJDREU=\nQUJDREU=\n"} {
		if n := quoted(text); n != 1 {
			t.Errorf("%q: %d regions", text, n)
		}
	}
}
