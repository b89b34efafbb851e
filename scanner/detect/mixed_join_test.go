package detect

import (
	"encoding/binary"
	"testing"
)

// TestMixedDirectives holds that directives are heeded across the place where the encodings meet, and that what both readings
// accept counts once.
func TestMixedDirectives(t *testing.T) {
	d := New(mustSet(t, detectorRules))
	const secret, other = "x = acme_0123456789abcdef\r\n", "name = value\r\n"
	const next, same = "# keysieve\x3aallow-next-line acme a fixture\r\n", "x = acme_0123456789abcdef # keysieve\x3aallow acme a fixture\r\n"
	le := func(s string) string { return utf16Bytes(s, binary.LittleEndian) }
	be := func(s string) string { return utf16Bytes(s, binary.BigEndian) }
	for _, tt := range []struct {
		name, content  string
		found, unused  int
		accepted, line int // line of the first directive
	}{
		{"LE, then bytes", "\xff\xfe" + le(other+next) + secret + other, 0, 0, 1, 2},
		{"BE, then bytes", "\xfe\xff" + be(other+next) + secret + other, 0, 0, 1, 2},
		{"Cyrillic, then bytes", "\xff\xfe" + le("ключ Њ\r\n"+next) + secret + other, 0, 0, 1, 2},
		{"LE, then bytes of two lines", "\xff\xfe" + le(other+next) + secret + secret, 1, 0, 1, 2},
		{"bytes, then LE", other + next + le(secret+other), 0, 0, 1, 2},
		{"LE, then BE", "\xff\xfe" + le(other+next) + be(secret+other+other), 0, 0, 1, 2},
		{"accepted in both readings", "\xff\xfe" + le(other) + "name = value, in bytes\r\n" + le(same), 0, 0, 1, 3},
		{"accepted in both readings, from the beginning", other + other + le(same), 0, 0, 1, 3},
		{"a directive in bytes, the secret in both readings", "\xff\xfe" + le(other) + next + le(secret), 0, 0, 1, 2},
		{"accepts nothing", "\xff\xfe" + le(other+next) + other + other + secret, 1, 1, 0, 2},
		{"accepts the last line before", "\xff\xfe" + le(next+secret) + other + secret, 1, 0, 1, 1},
	} {
		res := d.Scan([]byte(tt.content))
		unused := 0
		for _, n := range res.Directives {
			if !n.Used {
				unused++
			}
		}
		if len(res.Matches) != tt.found || unused != tt.unused || res.Accepted != tt.accepted {
			t.Errorf("%s: %d found, %d unused, %d accepted; %+v", tt.name, len(res.Matches), unused, res.Accepted, res.Directives)
		}
		if len(res.Directives) != 1 || res.Directives[0].Line != tt.line {
			t.Errorf("%s: directives %+v", tt.name, res.Directives)
		}
	}
}
