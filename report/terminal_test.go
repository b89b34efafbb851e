package report

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestShow(t *testing.T) {
	for text, want := range map[string][2]string{ // with and without Unicode
		"plain":            {"plain", "plain"},
		"a\tb\nc":          {"a b c", "a b c"},
		"\x1b[1m\x7f\x00":  {"\ufffd[1m\ufffd\ufffd", "?[1m??"},
		"•…–“é日":           {"•…–“é日", "*.-\"??"},
		"\u009b\u202e\xff": {"\ufffd\ufffd\ufffd", "???"},
		"\u3000\u00a0":     {"\u3000\u00a0", "  "},
	} {
		for i, unicode := range []bool{true, false} {
			got := terminal{unicode: unicode}.show(text)
			if got != want[i] || utf8.RuneCountInString(got) != utf8.RuneCountInString(text) {
				t.Errorf("%q is shown as %q, want %q", text, got, want[i])
			}
		}
	}
}

func TestCells(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "abc": 3, "é": 1, "e\u0301": 1, "日本": 4, "ｆｕｌｌ": 8, "ﾊﾝ": 2, "•│~": 3, "\U0001f511": 2, "\u1112\u1161\u11ab": 2, "한": 2,
	} {
		if got := cells(text); got != want {
			t.Errorf("%q takes %d cells, want %d", text, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, test := range []struct {
		text string
		n    int
		want string
	}{
		{"", 10, ""}, {"a b c", 3, "a b|c"}, {"  a   b ", 10, "a b"}, {"toolong a", 3, "toolong|a"}, {"日本 語", 6, "日本|語"}, {"a b", 0, "a|b"},
	} {
		if got := strings.Join(wrap(test.text, test.n), "|"); got != test.want {
			t.Errorf("%q at %d: %q, want %q", test.text, test.n, got, test.want)
		}
	}
}

// TestView tries every mark in a line of narrow, wide and combining characters at every width.
func TestView(t *testing.T) {
	line := []rune("ab日本e\u0301cd語ef\u0301gh")
	for _, term := range []terminal{{unicode: true}, {}} {
		for start := range len(line) {
			for end := start; end <= len(line); end++ {
				for n := range 24 {
					view, s, e := term.view(string(line), start, end, n)
					runes := []rune(view)
					if s < 0 || e < s || e > len(runes) || !strings.HasPrefix(string(line[start:end]), string(runes[s:e])) {
						t.Fatalf("[%d,%d) at %d: %q marks [%d,%d)", start, end, n, view, s, e)
					}
					if n >= 8 && cells(view) > n {
						t.Fatalf("[%d,%d) at %d: %q takes %d cells", start, end, n, view, cells(view))
					}
				}
			}
		}
	}
}

func TestQuantities(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1234: "-1,234"} {
		if got := number(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
	for n, want := range map[int64]string{
		0: "0 bytes", 999: "999 bytes", 1000: "1.0 KB", 9949: "9.9 KB", 9950: "10 KB", 48_000: "48 KB", 999_499: "999 KB",
		999_500: "1.0 MB", 5_300_000_000: "5.3 GB", 1 << 62: "4612 PB",
	} {
		if got := byteSize(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
	for d, want := range map[time.Duration]string{
		0: "1 ms", 8200 * time.Microsecond: "8 ms", 999_400 * time.Microsecond: "999 ms", 999_600 * time.Microsecond: "1.0 s",
		3100 * time.Millisecond: "3.1 s", 59_949 * time.Millisecond: "59.9 s", 59_960 * time.Millisecond: "1 min 0 s", 125 * time.Second: "2 min 5 s",
	} {
		if got := duration(d); got != want {
			t.Errorf("%d: %s, want %s", d, got, want)
		}
	}
	if got := count(1, noun{"file", "files"}) + count(0, noun{"file", "files"}); got != "1 file0 files" {
		t.Error(got)
	}
}
