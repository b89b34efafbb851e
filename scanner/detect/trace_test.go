package detect

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// edit makes a content out of another by copies and insertions, as a delta does.
func edit(rng *rand.Rand, base string, inserts []string) (string, []Copy) {
	var out strings.Builder
	var copies []Copy
	at := 0
	for n := rng.IntN(6); n >= 0; n-- {
		if rng.IntN(3) > 0 {
			out.WriteString(inserts[rng.IntN(len(inserts))])
		}
		if rng.IntN(8) == 0 && len(base) > 0 {
			at = rng.IntN(len(base)) // back or forth
		}
		if left := len(base) - at; left > 0 {
			size := 1 + rng.IntN(left)
			if n == 0 && rng.IntN(2) == 0 {
				size = left
			}
			copies = append(copies, Copy{Target: out.Len(), Source: at, Size: size})
			out.WriteString(base[at : at+size])
			at += size
			if rng.IntN(2) == 0 {
				at = min(at+rng.IntN(40), len(base))
			}
		}
	}
	return out.String(), copies
}

// compareTraced holds the scan of an edited content against one of the whole.
func compareTraced(t *testing.T, d *Detector, base *Trace, content string, copies []Copy) *Trace {
	t.Helper()
	want := d.Scan([]byte(content))
	got, trace := d.ScanTraced(base, []byte(content), copies, false)
	if leaf, _ := d.ScanTraced(base, []byte(content), copies, true); !reflect.DeepEqual(leaf, got) {
		t.Fatalf("as a leaf %q, else %q\ncopies %v\ncontent %q", brief(d, leaf), brief(d, got), copies, content)
	}
	_, fresh := d.ScanTraced(nil, []byte(content), nil, false)
	if trace != nil && fresh != nil && !slices.Equal(foundIn(d, trace), foundIn(d, fresh)) {
		a, b := foundIn(d, trace), foundIn(d, fresh)
		t.Fatalf("copies %v\nonly traced %q\nonly whole  %q\ncontent %q", copies, only(a, b), only(b, a), content)
	}
	for _, r := range []*Result{&got, &want} { // none, or none that is left
		if len(r.Matches) == 0 {
			r.Matches = nil
		}
		if len(r.Known) == 0 {
			r.Known = nil
		}
	}
	if a, b := brief(d, got), brief(d, want); !slices.Equal(a, b) || !reflect.DeepEqual(got, want) {
		t.Fatalf("copies %v\nonly traced %q\nonly whole  %q\ncontent %q", copies, only(a, b), only(b, a), content)
	}
	return trace
}

// only returns what y lacks of x.
func only(x, y []string) []string {
	return slices.DeleteFunc(slices.Clone(x), func(s string) bool { return slices.Contains(y, s) })
}

// foundIn lists what a trace holds.
func foundIn(d *Detector, trace *Trace) []string {
	if trace == nil {
		return nil
	}
	var out []string
	for _, m := range trace.found {
		out = append(out, fmt.Sprintf("%s %d-%d %v %v %q", d.set.Rules()[m.Rule].ID, m.Start, m.End, m.dead, m.Encodings, m.Secret))
	}
	slices.Sort(out)
	return out
}

func brief(d *Detector, r Result) []string {
	out := []string{fmt.Sprintf("%d matches, %d directives, %d accepted, %d known, %d bytes", len(r.Matches), len(r.Directives), r.Accepted, len(r.Known), r.Bytes)}
	for _, m := range r.Matches {
		out = append(out, fmt.Sprintf("%s %d-%d %d:%d %q %v %v", d.set.Rules()[m.Rule].ID, m.Start, m.End, m.Line, m.Column, m.Secret, m.Confidence, m.Reasons))
	}
	return out
}

// manyRounds makes tests with random contents take many of them, which takes minutes.
const manyRounds = "KEYSIEVE_MANY_ROUNDS"

// rounds is how many random contents a test takes.
func rounds(short, usual, many int) int {
	switch {
	case os.Getenv(manyRounds) != "":
		return many
	case testing.Short():
		return short
	}
	return usual
}

// TestTraced edits contents again and again, each version made from the one before, and compares each with a scan of the whole.
func TestTraced(t *testing.T) {
	t.Parallel()
	d := New(mustBuiltin(t))
	traced := map[bool]int{}
	defer func() { t.Logf("contents scanned by their base %d, whole %d", traced[true], traced[false]) }()
	for seed := range uint64(rounds(10, 20, 600)) { //nolint:gosec // a few
		rng := rand.New(rand.NewPCG(seed, 7))
		inserts := tracedText(t, d, rng)
		content := strings.Join(inserts, "")
		base := compareTraced(t, d, nil, content, nil)
		for range 12 {
			next, copies := edit(rng, content, inserts)
			traced[base != nil]++
			base = compareTraced(t, d, base, next, copies)
			content = next
		}
	}
}

// tracedText is text with secrets of some rules, plain and encoded, and lines that nearly are.
func tracedText(t *testing.T, d *Detector, rng *rand.Rand) []string {
	t.Helper()
	texts := []string{
		"password = ", "\"", "'", "\n", "key", "token: ", " ", "\npassword:", "  secret_key:\n    ", "https://user:", "@example.com/",
		"func main() {\n\tfmt.Println(key)\n}\n", "aGVsbG8gd29ybGQsIHRoaXMgaXMgdGV4dCBpbiBiYXNlNjQ=", strings.Repeat("A", 60) + "\n", "Zx8vQ2mN7pLr4TkW9sYb", "machine host login me password ",
	}
	if rng.IntN(4) == 0 {
		texts = append(texts, "// "+directiveOwn+" generic-secret test\n")
	}
	for range 8 {
		i := rng.IntN(len(d.rules))
		if r := d.rules[i].rule; r == nil || !r.Reads() {
			continue
		}
		s := ruleSample(t, d.rules[i].rule, rng)
		texts = append(texts, s, "x = \""+s+"\"\n", encodeText(rng, s)+"\n", s[:len(s)/2])
	}
	return texts
}

// TestTracedTree does the same with the files below KEYSIEVE_BENCH_DIR.
func TestTracedTree(t *testing.T) {
	if os.Getenv("KEYSIEVE_BENCH_DIR") == "" {
		t.Skip("KEYSIEVE_BENCH_DIR is not set")
	}
	d := New(mustBuiltin(t))
	contents, _ := benchContents(t)
	rng := rand.New(rand.NewPCG(1, 2))
	for i, c := range contents {
		if len(c) > 100<<10 {
			continue
		}
		other := string(contents[(i+1)%len(contents)])
		inserts := []string{other[:min(len(other), 300)], "\n", "password = \"Zx8vQ2mN7pLr4TkW9sYb\"\n"}
		base := compareTraced(t, d, nil, string(c), nil)
		for range 3 {
			next, copies := edit(rng, string(c), inserts)
			compareTraced(t, d, base, next, copies)
		}
	}
}

func encodeText(rng *rand.Rand, s string) string {
	switch rng.IntN(3) {
	case 0:
		return hex.EncodeToString([]byte(s + " is it"))
	case 1: // wrapped
		text := base64.StdEncoding.EncodeToString([]byte("The secret of today is " + s + ", and it is good for a whole week or two."))
		var out strings.Builder
		for len(text) > 64 {
			out.WriteString(text[:64] + "\n")
			text = text[64:]
		}
		return out.String() + text
	}
	return base64.StdEncoding.EncodeToString([]byte(s + " is what it says"))
}
