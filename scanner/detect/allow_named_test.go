package detect

import "testing"

// TestAllowNamed: what an allowlist on names is shown begins with the whole name, also where the rule's regex begins inside of it.
func TestAllowNamed(t *testing.T) {
	d := New(mustSet(t, `
[[rules]]
id = "acme-key"
regex = 'key=([a-z0-9]{8})'
[[rules.allowlists]]
regexTarget = "named"
regexes = ['^key=[a-f0-9]+$']
`))
	for text, want := range map[string]int{"key=abcd0123": 0, "(key=abcd0123)": 0, "api_key=abcd0123": 1, "x.key=abcd0123": 1, "key=abcd012x": 1} {
		if got := d.Scan([]byte("a " + text + " b\n")).Matches; len(got) != want {
			t.Errorf("%q: %d matches, want %d", text, len(got), want)
		}
	}
}
