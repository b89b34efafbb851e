package detect

import (
	"fmt"
	"strings"
	"testing"
)

// TestHeavyTrace: of a content that is full of hits nothing is kept, and what is made of it is scanned whole.
func TestHeavyTrace(t *testing.T) {
	d := New(mustSet(t, "[[rules]]\nid = \"acme\"\nregex = '''\\bacme_[0-9a-f]{8}\\b'''\n"))
	for _, test := range []struct {
		secrets, lines int
		kept           bool
	}{{1, 10, true}, {20, 200, true}, {200, 20_000, true}, {200, 0, false}, {2 * maxHits, 100_000, false}} {
		var text strings.Builder
		for n := range test.secrets {
			fmt.Fprintf(&text, "acme_%08x\n", n)
		}
		text.WriteString(strings.Repeat("a line of text\n", test.lines))
		base := []byte(text.String())
		res, trace := d.ScanTraced(nil, base, nil, false)
		if len(res.Matches) != test.secrets {
			t.Fatalf("%d of %d found", len(res.Matches), test.secrets)
		}
		if (trace != nil) != test.kept {
			t.Errorf("%d secrets in %d bytes: kept is %v", test.secrets, len(base), trace != nil)
		}
		if trace != nil && trace.weight() > freeWeight+weightRatio*len(base) {
			t.Errorf("%d bytes for %d", trace.weight(), len(base))
		}
		next := append([]byte("x\n"), base...)
		got, _ := d.ScanTraced(trace, next, []Copy{{Target: 2, Size: len(base)}}, true)
		if len(got.Matches) != test.secrets || got.Matches[0].Line != 2 {
			t.Errorf("%d secrets: %d of them in what was made of it", test.secrets, len(got.Matches))
		}
	}
}
