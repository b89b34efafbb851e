package detect

import (
	"encoding/base64"
	"strings"
	"testing"
)

// A secret of thousands of bytes takes more room than one of twenty.
func TestRoomForLongSecrets(t *testing.T) {
	d := newDetector(mustSet(t, "[[rules]]\nid = 'long'\nregex = 'long_([a-f]+)'\nmaxLength = 3100\n"), 4096, 3200)
	d.most = 30
	res := scanPieces(d, strings.Repeat("long_"+strings.Repeat("abc", 1000)+"\n", 60), 4000)
	if n := len(res.Matches); n < 10 || n > 14 || n+res.Left != 60 {
		t.Errorf("%d are kept, %d left out", n, res.Left)
	}
}

// What is known to be no secret and reaches into the next block keeps generic rules quiet there.
func TestRoomKeepsWhatReachesOn(t *testing.T) {
	d := newDetector(mustSet(t, `
[[rules]]
id = "frame"
regex = 'frame<[^<>]{400,600}>'
[[rules.allowlists]]
regexes = ['^frame']
[[rules]]
id = "generic"
regex = 'token=([a-z]{12})'
generic = true
`), 1024, 700)
	frame := "frame<" + strings.Repeat(" ", 400) + "token=" + "qzxvkjwpbmtg" + ">"
	for pad := 7000; pad < 10_000; pad += 100 {
		if res := scanPieces(d, strings.Repeat("\n", pad)+frame+strings.Repeat("\n", 9000), 3000); len(res.Matches) != 0 {
			t.Fatalf("%d bytes before: %+v", pad, res.Matches)
		}
	}
	if res := scanPieces(d, "token="+"qzxvkjwpbmtg", 3000); len(res.Matches) != 1 {
		t.Errorf("alone: %+v", res.Matches)
	}
}

// Text that is hidden in a content shares its room.
func TestRoomOfHiddenText(t *testing.T) {
	run := func(n int) string { return `"` + base64.StdEncoding.EncodeToString([]byte(tokens(n, "\n"))) + `"` }
	gap := strings.Repeat("\n", 80<<10)
	for _, test := range []struct {
		name, content string
		matches, left int
		uncounted     bool
	}{
		{"in one block", strings.ReplaceAll(tokens(200, "\n"), "acme_1", "acme_2") + run(100), 160, 140, false},
		{"when it is shut", strings.ReplaceAll(tokens(60, "\n"), "acme_1", "acme_2") + gap + run(10), 60, 10, false},
		{"when it is full", strings.ReplaceAll(tokens(700, "\n"), "acme_1", "acme_2") + gap + run(10), 160, 540, true},
	} {
		d := narrowDetector(t, 40, 64<<10)
		if res := scanPieces(d, test.content, 9000); len(res.Matches) != test.matches || res.Left != test.left || res.Uncounted != test.uncounted {
			t.Errorf("%s: %d matches, %d left out, uncounted %v", test.name, len(res.Matches), res.Left, res.Uncounted)
		}
	}
}

// A mark of UTF-16 in front of plain text hides nothing of what is left out.
func TestRoomBehindAMark(t *testing.T) {
	d := narrowDetector(t, 4, 1024)
	res := scanPieces(d, "\xff\xfe"+tokens(500, "\n"), 900)
	if len(res.Matches) == 0 || res.Left < 4*mostCounted || !res.Uncounted {
		t.Errorf("%d matches, %d left out, uncounted %v", len(res.Matches), res.Left, res.Uncounted)
	}
}

// A directive that there is no room for is counted once, whatever blocks it stands in.
func TestRoomForDirectivesAtEdges(t *testing.T) {
	d := narrowDetector(t, 10, 512)
	if res := scanPieces(d, strings.Repeat("x # keysieve\x3aallow acme a sample\n", 3000), 4000); len(res.Directives) != 10 || res.Unheeded != 2990 {
		t.Errorf("%d directives, %d unheeded", len(res.Directives), res.Unheeded)
	}
}

// The room of rules that know what they find ends as well.
func TestRoomOfTokensEnds(t *testing.T) {
	d := narrowDetector(t, 40, 1024)
	if res := scanPieces(d, tokens(300, strings.Repeat(" ", 200)+"\n"), 4000); len(res.Matches) < 40 || len(res.Matches) > 100 || len(res.Matches)+res.Left != 300 {
		t.Errorf("%d matches, %d left out", len(res.Matches), res.Left)
	}
}

// Of matches that are carried over as many are kept as a scan of the whole has room for.
func TestRoomOfWhatIsCarriedOver(t *testing.T) {
	d := narrowDetector(t, 10, 64<<10)
	base := tokens(30, "\n"+strings.Repeat("far from each other\n", 20))
	_, trace := d.ScanTraced(nil, []byte(base), nil, false)
	if trace == nil {
		t.Fatal("it is not traced")
	}
	content := strings.ReplaceAll(base, "acme_1", "acme_2") + base
	res, _ := d.ScanTraced(trace, []byte(content), []Copy{{Target: len(base), Source: 0, Size: len(base)}}, true)
	if whole := d.Scan([]byte(content)); len(res.Matches) != len(whole.Matches) || res.Left != whole.Left || res.Left == 0 {
		t.Errorf("%d matches, %d left out; whole %d, %d", len(res.Matches), res.Left, len(whole.Matches), whole.Left)
	}
}
