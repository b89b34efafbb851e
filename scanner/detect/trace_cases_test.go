package detect

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// Cases in which a line, or a copied part, was once taken for dull that was not.

func TestTracedAtTextStart(t *testing.T) {
	d := New(mustSet(t, "[[rules]]\nid = \"first\"\nregex = '''^TOKEN_[a-z0-9]{20}'''\n"))
	line := "TOKEN_abcdefghij0123456789\n"
	for i := range 2 {
		compareTraced(t, d, nil, fmt.Sprintf("x %d\n%s", i, line), nil)
	}
	compareTraced(t, d, nil, line, nil)
}

func TestTracedKeywordOutsideDecodedText(t *testing.T) {
	d := New(mustSet(t, "[[rules]]\nid = \"switched\"\nregex = '''tok_[a-z0-9]{20}'''\nkeywords = [\"acmecorp\"]\n"))
	encoded := base64.StdEncoding.EncodeToString([]byte("this text speaks of acmecorp and of nothing else at all, my friend"))
	base := "a tok_abcdefghij0123456789\n" + encoded + "\n"
	trace := compareTraced(t, d, nil, base, nil)
	compareTraced(t, d, trace, base+"acmecorp\n", []Copy{{0, 0, len(base)}})
}

func TestTracedLinesThatBecomeOneLongOne(t *testing.T) {
	d := New(mustSet(t, "[[rules]]\nid = \"far\"\nregex = '''[0-9a-f]{32}[^\\n]{0,600}hookkey'''\n"))
	a := strings.Repeat("x ", 300) + "0123456789abcdef0123456789abcdef"
	b := strings.Repeat("y ", 250) + "hookkey z\n"
	trace := compareTraced(t, d, nil, a+"\n"+b, nil)
	compareTraced(t, d, trace, a+b, []Copy{{0, 0, len(a)}, {len(a), len(a) + 1, len(b)}})
}

func TestTracedArraysInShortLines(t *testing.T) {
	d := New(mustSet(t, "[[rules]]\nid = \"token\"\nregex = '''tok_[a-z0-9]{20}'''\n"))
	for _, perLine := range []int{4, 5, 6, 7, 8, 10} {
		for _, number := range []string{"%d,", "0x%02x, ", "%d, "} {
			var list strings.Builder
			list.WriteString("var x = []byte{\n")
			for i, c := range []byte("tok_abcdefghij0123456789") {
				if i > 0 && i%perLine == 0 {
					list.WriteString("\n")
				}
				fmt.Fprintf(&list, number, c)
			}
			list.WriteString("\n}\nend of it\n")
			const base = "package x\n\nfunc y() {}\n"
			trace := compareTraced(t, d, nil, base, nil)
			compareTraced(t, d, nil, list.String(), nil)
			compareTraced(t, d, trace, base[:10]+list.String()+base[10:], []Copy{{0, 0, 10}, {10 + list.Len(), 10, len(base) - 10}})
		}
	}
}

// TestTracedLinesOfEveryRule: the first or last lines of a sample, met alone, must not make them dull where the sample is whole.
// Of each sample one part is met, of some all are; every fifth is compared, and with them what the others left behind.
func TestTracedLinesOfEveryRule(t *testing.T) {
	t.Parallel()
	d := New(mustBuiltin(t))
	samples := rounds(8, 10, 80)
	every := rounds(4, 5, 1)
	for i := range d.rules {
		r := d.rules[i].rule
		if r == nil || !r.Reads() || d.rules[i].shape.OneLine {
			continue
		}
		rng := rand.New(rand.NewPCG(uint64(i), 5))
		for n := range samples {
			s := ruleSample(t, r, rng)
			lines := strings.SplitAfter(s, "\n")
			if len(lines) == 1 {
				continue
			}
			compared := n%every == every-1
			only := 1 + rng.IntN(min(len(lines), 6)-1)
			for k := 1; k < min(len(lines), 6); k++ {
				if compared || k == only {
					d.ScanTraced(nil, []byte(strings.Join(lines[:k], "")), nil, false)
					d.ScanTraced(nil, []byte(strings.Join(lines[k:], "")), nil, false)
				}
			}
			if compared {
				compareTraced(t, d, nil, "\n"+s+"\nend\n", nil)
			}
		}
	}
}
