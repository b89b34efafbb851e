package detect

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// narrowDetector keeps few matches, and looks at contents in small blocks.
func narrowDetector(t *testing.T, most, block int) *Detector {
	d := newDetector(mustSet(t, detectorRules), block, 256)
	d.most = most
	return d
}

// scanPieces scans a content that arrives in pieces of random length up to the given one.
func scanPieces(d *Detector, content string, piece int) Result {
	rng := rand.New(rand.NewPCG(uint64(piece), 1)) //nolint:gosec // a test's seed
	s := d.NewStream()
	for len(content) > 0 {
		n := min(1+rng.IntN(piece), len(content))
		s.Write([]byte(content[:n]))
		content = content[n:]
	}
	return s.Close()
}

// passwords writes lines or, with another separator, one line of values that a generic rule reports.
func passwords(n int, separator string) string {
	rng := rand.New(rand.NewPCG(5, 6))
	var b strings.Builder
	for range n {
		value := make([]byte, 28)
		for i := range value {
			value[i] = "bcdfghjkmnpqrstvwxzBCDFGHJKLMNPQRSTVWXZ23456789"[rng.IntN(47)]
		}
		fmt.Fprintf(&b, `api_token = "%s"%s`, value, separator)
	}
	return b.String()
}

func tokens(n int, separator string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "acme_%016x%s", 0x1234567890abcd00+uint64(i)*7919, separator) //nolint:gosec // small
	}
	return b.String()
}

// What there is no room for is counted, the same whatever pieces the content arrives in.
func TestRoom(t *testing.T) {
	d := narrowDetector(t, 40, 1024)
	wide := newDetector(d.set, 1024, 256)
	for _, test := range []struct {
		name, content string
	}{
		{"lines", passwords(500, "\n")},
		{"one line", passwords(500, " ")},
		{"tokens", tokens(500, "\n")},
		{"tokens in one line", tokens(500, " ")},
		{"mixed", passwords(100, "\n") + tokens(100, " ") + passwords(100, " ")},
		{"carriage returns", passwords(500, "\r")},
	} {
		t.Run(test.name, func(t *testing.T) {
			all := scanPieces(wide, test.content, 4096)
			res := scanPieces(d, test.content, 4096)
			if n := len(res.Matches); n < 20 || n > 300 {
				t.Errorf("%d are kept", n)
			}
			if res.Left == 0 || len(res.Matches)+res.Left != len(all.Matches) || res.Uncounted {
				t.Errorf("%d are kept and %d left out of %d", len(res.Matches), res.Left, len(all.Matches))
			}
			for _, piece := range []int{1, 100, 3000} {
				if again := scanPieces(d, test.content, piece); !reflect.DeepEqual(again, res) {
					t.Errorf("in pieces of up to %d: %d kept, %d left out; else %d, %d", piece, len(again.Matches), again.Left, len(res.Matches), res.Left)
				}
			}
			kept := map[string]bool{}
			for _, m := range res.Matches {
				kept[m.Secret] = true
			}
			for _, m := range res.Matches {
				for _, o := range all.Matches {
					if !kept[o.Secret] && strings.Contains(m.Excerpt, o.Secret) {
						t.Fatalf("what is not listed stands in clear in %q", m.Excerpt)
					}
				}
			}
		})
	}
}

// However many generic matches there are, a provider's are found, and what overlaps them is not counted as left out.
func TestRoomForTokens(t *testing.T) {
	d := narrowDetector(t, 40, 1024)
	const last = "acme_0123456789abcdef"
	res := scanPieces(d, passwords(500, "\n")+`token = "`+last+`"`, 999)
	if n := len(res.Matches); n == 0 || res.Matches[n-1].Secret != last || n+res.Left != 501 {
		t.Errorf("%d matches, %d left out", n, res.Left)
	}
}

// At some point counting ends, and that is said.
func TestRoomUncounted(t *testing.T) {
	d := narrowDetector(t, 4, 512)
	for _, content := range []string{passwords(500, "\n"), tokens(500, " "), passwords(20, "\n"), tokens(2, "\n")} {
		res := scanPieces(d, content, 5000)
		if many := len(content) > 5000; res.Uncounted != many || many && (res.Left < 4*mostCounted || res.Left > 450) {
			t.Errorf("%d bytes: %d left out, uncounted %v", len(content), res.Left, res.Uncounted)
		}
	}
}

// Where something is left out, no excerpt shows what stands beside a secret: nothing masks it, neither where it stands nor its copies, and
// from some point on nobody even asks about it.
func TestRoomShowsNoNeighbours(t *testing.T) {
	var lines, line strings.Builder
	var secrets []string
	for i, text := range strings.Split(strings.TrimSuffix(passwords(3000, "\n"), "\n"), "\n") {
		value := strings.Trim(strings.TrimPrefix(text, "api_token = "), `"`)
		encoded := base64.StdEncoding.EncodeToString([]byte(value))
		secrets = append(secrets, value, encoded)
		fmt.Fprintf(&lines, "%s # %s %s %s", text, value, encoded, tokens(1, "\n"))
		fmt.Fprintf(&line, "%s # %s %s ", text, value, tokens(i%2, " "))
	}
	passwords := passwords(3000, " ")
	for _, test := range []struct {
		name, content string
		most          int
	}{{"lines", lines.String(), 20}, {"one line", line.String(), 20}, {"full", lines.String(), 2}, {"full line", line.String(), 2}, {"late", line.String(), 700}, {"late lines", lines.String(), 700}, {"not asked about", passwords + tokens(1, " ") + passwords[:4000], 4}} {
		d := narrowDetector(t, test.most, 1024)
		res := scanPieces(d, test.content, 5000)
		kept := map[string]bool{}
		for _, k := range res.Known {
			kept[k.Secret], kept[base64.StdEncoding.EncodeToString([]byte(k.Secret))] = true, true
		}
		if res.Left == 0 || len(res.Matches) == 0 {
			t.Fatalf("%s: %d matches, %d left out", test.name, len(res.Matches), res.Left)
		}
		for _, m := range res.Matches {
			for _, secret := range secrets {
				if !kept[secret] && strings.Contains(m.Excerpt, secret[:8]) {
					t.Fatalf("%s: the excerpt of a match in line %d shows a secret that is not known: %s", test.name, m.Line, m.Excerpt)
				}
			}
			if at := m.ExcerptStart - m.Start; at > 0 || m.ExcerptStart+int64(len(m.Excerpt)) < m.End {
				t.Fatalf("%s: the excerpt is cut within the secret: %q", test.name, m.Excerpt)
			}
		}
	}
}

// Secrets in encoded text are counted one by one.
func TestRoomInEncodedText(t *testing.T) {
	d := narrowDetector(t, 40, 64<<10)
	content := `x = "` + base64.StdEncoding.EncodeToString([]byte(tokens(400, "\n"))) + `"`
	res := d.Scan([]byte(content))
	if n := len(res.Matches); n+res.Left < 400 || n > 200 {
		t.Errorf("%d matches, %d left out", n, res.Left)
	}
}

// What was judged to be no secret takes no room, and still keeps generic rules from reporting it.
func TestRoomIsNotFilledByExamples(t *testing.T) {
	d := narrowDetector(t, 200, 1024)
	var b strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&b, "acme_0000%012x\n", i*7919)
	}
	res := scanPieces(d, b.String()+tokens(5, "\n")+"token: acme_00000123456789ab\n", 700)
	if len(res.Matches) != 5 || res.Left != 0 {
		t.Errorf("%d matches, %d left out", len(res.Matches), res.Left)
	}
}

// Directives that there is no room for are counted, the same whatever pieces the content arrives in.
func TestRoomForDirectives(t *testing.T) {
	d := narrowDetector(t, 10, 512)
	content := strings.Repeat("x # keysieve\x3aallow acme a sample\n", 100)
	res := scanPieces(d, content, 4000)
	if len(res.Directives) != 10 || res.Unheeded != 90 {
		t.Errorf("%d directives, %d unheeded", len(res.Directives), res.Unheeded)
	}
	for _, piece := range []int{1, 50, 700} {
		if again := scanPieces(d, content, piece); !reflect.DeepEqual(again, res) {
			t.Errorf("in pieces of up to %d: %d directives, %d unheeded", piece, len(again.Directives), again.Unheeded)
		}
	}
}

// A content that is made from another keeps what a scan of the whole does.
func TestRoomTraced(t *testing.T) {
	d := narrowDetector(t, 10, 64<<10)
	for _, n := range []int{5, 35, 60} {
		base := "head\n" + passwords(n, "\n")
		_, trace := d.ScanTraced(nil, []byte(base), nil, false)
		content := tokens(20, "\n") + base
		head := len(content) - len(base)
		res, _ := d.ScanTraced(trace, []byte(content), []Copy{{Target: head, Source: 0, Size: len(base)}}, true)
		if whole := d.Scan([]byte(content)); !reflect.DeepEqual(brief(d, res), brief(d, whole)) || res.Left != whole.Left {
			t.Errorf("%d: %d matches, %d left out; whole %d, %d", n, len(res.Matches), res.Left, len(whole.Matches), whole.Left)
		}
	}
}

// Parts are looked for without looking at all of them, and found as if they were.
func TestPartPlaces(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 9))
	for range 2000 {
		parts := make([]Match, rng.IntN(8))
		for i := range parts {
			parts[i].Line, parts[i].Column = 1+rng.IntN(9), 1+rng.IntN(9)
		}
		places := placesOf(parts, 0)
		m := Match{Line: 1 + rng.IntN(9), Column: 1 + rng.IntN(9)}
		lines, columns := rng.IntN(5)-1, rng.IntN(5)-1
		want := false
		for i := range parts {
			p := &parts[i]
			want = want || (lines < 0 || max(p.Line-m.Line, m.Line-p.Line) <= lines) && (columns < 0 || max(p.Column-m.Column, m.Column-p.Column) <= columns)
		}
		if got := places.near(&m, lines, columns); got != want {
			t.Fatalf("%v within %d lines and %d columns of %d:%d: %v", places.byLine, lines, columns, m.Line, m.Column, got)
		}
	}
}

// Whoever scans many contents at a time is told once of one with thousands of secrets, and of none without.
func TestScanCrowd(t *testing.T) {
	d := newDetector(mustSet(t, detectorRules), blockSize, 256)
	for _, test := range []struct {
		content string
		want    bool
	}{{passwords(manyMatches/2, "\n"), false}, {passwords(manyMatches, "\n"), true}, {passwords(12_000, " "), true}, {strings.Repeat("token = nothing\n", 50_000), false}} {
		told := 0
		res := d.ScanCrowd([]byte(test.content), func() { told++ })
		if test.want != (told > 0) || !reflect.DeepEqual(res, d.Scan([]byte(test.content))) {
			t.Errorf("%d bytes, %d matches: told %d times", len(test.content), len(res.Matches), told)
		}
	}
}
