package reftable

import (
	"fmt"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

// TestNamesThatFillTheMemory: a table whose names all go on with a long one is not listed to its end; one with a long name, or
// with many names that share a lot, is.
func TestNamesThatFillTheMemory(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		length, count int
		sound         bool
	}{{300_000, 1, true}, {200, 40_000, true}, {200_000, 1000, false}} {
		shape := testTable{blockSize: 1 << 23, restarts: 1 << 16, noIndex: true}
		for n := range test.count {
			name := fmt.Sprintf("refs/heads/%s%06d", strings.Repeat("a", test.length), n)
			shape.refs = append(shape.refs, refRecord(packfile.SHA1, name, "", n+1, false))
		}
		s := openFiles(t, packfile.SHA1, writeTable(shape))
		count, failed := 0, []error(nil)
		s.Refs("", func(Ref) bool { count++; return true }, func(err error) { failed = append(failed, err) })
		if sound := count == test.count && len(failed) == 0; sound != test.sound || !sound && len(failed) != 1 {
			t.Errorf("%d names of %d bytes: %d listed, %v", test.count, test.length, count, failed)
		}
	}
}
