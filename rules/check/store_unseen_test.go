package check

import (
	"strings"
	"testing"
)

// TestJKSOfWhichAPartIsSeen holds that a key store of Java is told to hold no key only where all of it was read.
func TestJKSOfWhichAPartIsSeen(t *testing.T) {
	const head, digest = "\xfe\xed\xfe\xed\x00\x00\x00\x02", "01234567890123456789"
	const entry = "\x00\x00\x00\x02\x00\x01a\x00\x00\x00\x00\x00\x00\x00\x00\x00\x05X.509\x00\x00\x00\x030\x01\x00"
	for _, c := range []struct {
		name, data string
		harmless   bool
	}{
		{"a certificate", head + "\x00\x00\x00\x01" + entry + digest, true},
		{"more behind it", head + "\x00\x00\x00\x01" + entry + entry + digest, false},
		{"fewer than are told", head + "\x00\x00\x00\x02" + entry + digest, false},
		{"an unknown kind", head + "\x00\x00\x00\x01" + strings.Replace(entry, "\x00\x00\x00\x02", "\x00\x00\x00\x09", 1) + digest, false},
		{"a negative number", head + "\xff\xff\xff\xff" + entry + digest, false},
	} {
		if r := (javaKeyStore{}).Check(c.data); (r.Verdict == Harmless) != c.harmless {
			t.Errorf("JKS, %s: %+v", c.name, r)
		}
	}
}
