package detect

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const pairRules = `
[[rules]]
id = "key"
regex = '''key-([a-z0-9]{8})'''
[[rules.required]]
id = "id"
optional = true
withinLines = 2
[[rules.required]]
id = "zone"
optional = true
withinLines = 1
withinColumns = 9
[[rules]]
id = "id"
regex = '''id-([a-z0-9]{4})'''
[[rules]]
id = "zone"
regex = '''zone-([a-z]{3})'''
skipReport = true
`

func withoutParts(d *Detector, matches []Match) []Match {
	return d.WithoutParts(matches, matches, func(_, _ *Match, _ int) bool { return true })
}

// pairs lists what is reported in a content: secrets, each with its parts.
func pairs(d *Detector, content string) []string {
	var out []string
	for _, m := range withoutParts(d, d.Scan([]byte(content)).Matches) {
		said := m.Secret
		for _, p := range m.Parts {
			said += fmt.Sprintf("+%s@%d", p.Secret, p.Line)
		}
		out = append(out, said)
	}
	return out
}

// A credential is one finding with its parts, each of which goes to the nearest one.
func TestPartsAreJoined(t *testing.T) {
	d := New(mustSet(t, pairRules))
	for _, c := range []struct{ name, content, want string }{
		{"id above", "id-aaaa\nkey-bbbbbbbb\n", "bbbbbbbb+aaaa@1"},
		{"id below", "key-bbbbbbbb\n\nid-aaaa\n", "bbbbbbbb+aaaa@3"},
		{"on one line", "(id-aaaa, key-bbbbbbbb)", "bbbbbbbb+aaaa@1"},
		{"too far", "id-aaaa\n\n\nkey-bbbbbbbb\n", "aaaa bbbbbbbb"},
		{"alone", "id-aaaa\n", "aaaa"},
		{"without", "key-bbbbbbbb\n", "bbbbbbbb"},
		{"profiles", "id-aaa1\nkey-bbbbbbb1\nid-aaa2\nkey-bbbbbbb2\nid-aaa3\nkey-bbbbbbb3\n", "bbbbbbb1+aaa1@1 bbbbbbb2+aaa2@3 bbbbbbb3+aaa3@5"},
		{"profiles the other way", "key-bbbbbbb1\nid-aaa1\nkey-bbbbbbb2\nid-aaa2\n", "bbbbbbb1+aaa1@2 bbbbbbb2+aaa2@4"},
		{"shared", "key-bbbbbbb1\nid-aaaa\nkey-bbbbbbb2\n", "bbbbbbb1+aaaa@2 bbbbbbb2+aaaa@2"},
		{"one too many", "id-aaa1\nkey-bbbbbbbb\nid-aaa2\n", "bbbbbbbb+aaa1@1 aaa2"},
		{"too many columns away", "id-aaaa\nkey-bbbbbbbb zone-eur\n", "bbbbbbbb+aaaa@1"},
		{"never by itself", "zone-eur\nkey-bbbbbbbb\n", "bbbbbbbb+eur@1"},
	} {
		if got := strings.Join(pairs(d, c.content), " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// A generic rule's match on the part's text is about the part.
func TestPartsOustGenericMatches(t *testing.T) {
	d := New(mustSet(t, pairRules+`
[[rules]]
id = "assignment"
generic = true
regex = '''id-([a-z0-9]{4})|other-([a-z0-9]{4})'''
`))
	got := pairs(d, "id-r4q7\nkey-bbbbbbbb\nother-r4q8\n")
	if want := []string{"bbbbbbbb+r4q7@1", "r4q8"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Who accepts a key accepts its id, and not the next one.
func TestAcceptedWithItsParts(t *testing.T) {
	d := New(mustSet(t, pairRules))
	got := pairs(d, "id-aaa1\nkey-bbbbbbb1 # keysieve:"+"allow key a fixture\nid-aaa2\nkey-bbbbbbb2\n")
	if want := []string{"bbbbbbb2+aaa2@3"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Thousands of pairs on one line cost no more than as many on lines of their own.
func TestCrowdedPartsAreLinear(t *testing.T) {
	d := New(mustSet(t, strings.ReplaceAll(pairRules, "withinColumns = 9\n", "")))
	var b strings.Builder
	const n = 5000
	for i := range n {
		fmt.Fprintf(&b, "key-%08d id-%04d zone-eur ", i, i)
	}
	got := pairs(d, b.String())
	if len(got) != n {
		t.Fatalf("%d findings, want %d", len(got), n)
	}
	for i, said := range got {
		if want := fmt.Sprintf("%08d+%04d@1+eur@1", i, i); said != want {
			t.Fatalf("pair %d: %s, want %s", i, said, want)
		}
	}
}

// The parts of a match are the same whether a content is scanned whole, in windows or by what differs from another version.
func TestPartsOfVersions(t *testing.T) {
	d := New(mustSet(t, pairRules))
	old := strings.Repeat("some text that stands still\n", 200) + "key-bbbbbbb1\n" + strings.Repeat("and more of it\n", 200)
	withID := strings.Replace(old, "key-bbbbbbb1\n", "key-bbbbbbb1\nid-aaaa\n", 1)
	whole := d.Scan([]byte(withID)).Matches
	if len(whole) != 2 || len(withoutParts(d, whole)) != 1 {
		t.Fatalf("%d matches, want a key and its id", len(whole))
	}
	_, trace := d.ScanTraced(nil, []byte(old), nil, false)
	at := strings.Index(old, "key-") + len("key-bbbbbbb1\n")
	copies := []Copy{{Target: 0, Source: 0, Size: at}, {Target: at + len("id-aaaa\n"), Source: at, Size: len(old) - at}}
	res, _ := d.ScanTraced(trace, []byte(withID), copies, true)
	if got := withoutParts(d, res.Matches); len(got) != 1 || len(got[0].Parts) != 1 || got[0].Parts[0].Secret != "aaaa" {
		t.Errorf("by what differs: %+v", got)
	}
}
