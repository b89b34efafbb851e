package scanner_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
)

// TestScanEndsWithinAContent holds that a scan does not wait for the content that is being searched when its time is over, and
// says which one that was.
func TestScanEndsWithinAContent(t *testing.T) {
	t.Parallel()
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{1 << 20, 40 << 20} { // in one piece, and in blocks
		started := time.Now()
		result, err := scanner.Scan(context.Background(), &memory{blobs: []scanner.Blob{file("dear", strings.Repeat("password=", size/9))}},
			scanner.Options{Set: set, Limits: rules.Limits{Timeout: 200 * time.Millisecond}, Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(started); took > 4*time.Second {
			t.Errorf("%d bytes: ended after %v", size, took)
		}
		named := false
		for _, s := range result.Skipped {
			named = named || s.Path == "dear" && strings.Contains(s.Reason, "interrupted while it was searched")
		}
		if !named || result.ExitCode != scanner.ExitIncomplete {
			t.Errorf("%d bytes: status %d, skipped %+v", size, result.ExitCode, result.Skipped)
		}
	}
}
