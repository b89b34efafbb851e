package detect

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules/check"
)

// storeContents are made-up contents, one for each check of whole contents.
func storeContents() map[string][]byte {
	out := make(map[string][]byte)
	for _, s := range check.Schemes() {
		if _, ok := s.(check.Store); ok {
			made, _ := s.Mend("a")
			out[s.Name()] = []byte(made)
		}
	}
	return out
}

// TestStores: a content that a check reads as a whole is one match at its first character, however it arrives and whatever it was made from, and
// nothing of it is shown.
func TestStores(t *testing.T) {
	set := mustBuiltin(t)
	d := New(set)
	for name, content := range storeContents() {
		for _, content := range [][]byte{content, append(bytes.Clone(content), "\rtail"...), append(bytes.Clone(content), make([]byte, 3<<20)...)} {
			whole := d.Scan(content)
			if len(whole.Matches) != 1 || len(whole.Known) != 1 {
				t.Errorf("%s: %d matches", name, len(whole.Matches))
				continue
			}
			m := whole.Matches[0]
			if r := set.Rules()[m.Rule]; r.Check != name || !m.Whole || m.Check.Verdict != check.Holds || m.Excerpt != "" ||
				m.Line != 1 || m.Column != 1 || m.EndLine != 1 || m.EndColumn != 2 || len(m.Secret) != 64 || strings.Trim(m.Secret, "0123456789abcdef") != "" {
				t.Errorf("%s: %s %+v", name, r.ID, m)
			}
			s := d.NewStream()
			for rest := content; len(rest) > 0; {
				n := min(len(rest), 1+len(rest)/3)
				s.Write(rest[:n])
				rest = rest[n:]
			}
			if in := s.Close().Matches; len(in) != 1 || in[0].Rule != m.Rule || in[0].Secret != m.Secret {
				t.Errorf("%s: in pieces %+v", name, in)
			}
			base, trace := d.ScanTraced(nil, []byte("some other text\n"), nil, false)
			traced, next := d.ScanTraced(trace, content, nil, false)
			if len(base.Matches) != 0 || len(traced.Matches) != 1 || traced.Matches[0].Secret != m.Secret || next != nil {
				t.Errorf("%s: traced %+v", name, traced.Matches)
			}
			if d.AddsNothing(content[:len(content)-1], content) {
				t.Errorf("%s: adds nothing", name)
			}
		}
		if other := d.Scan(append([]byte("x"), content...)); len(other.Matches) != 0 && other.Matches[0].Whole {
			t.Errorf("%s: known although something stands before it", name)
		}
	}
}

// TestNoStores: nothing else is one, whatever its first bytes are.
func TestNoStores(t *testing.T) {
	d := New(mustBuiltin(t))
	rng := rand.New(rand.NewPCG(1, 2))
	for name, content := range storeContents() {
		for n := range min(len(content), 60) {
			for _, rest := range []string{"", "\n", " and so on, in words that nobody hides\n"} {
				if res := d.Scan(append(bytes.Clone(content[:n/2]), rest...)); len(res.Matches) > 0 && res.Matches[0].Whole {
					t.Errorf("%s: its first %d bytes and %q are one", name, n/2, rest[:min(len(rest), 20)])
				}
			}
		}
		for range 200 {
			junk := bytes.Clone(content[:3])
			for range 200 {
				junk = append(junk, byte(rng.UintN(256)))
			}
			if res := d.Scan(junk); len(res.Matches) > 0 && res.Matches[0].Whole {
				t.Errorf("%s: its first three bytes and random ones are one", name)
			}
		}
	}
}
