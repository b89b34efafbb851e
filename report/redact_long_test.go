package report

import (
	"strings"
	"testing"
	"time"
)

// TestOneLongSecret holds that masking takes no longer for a single secret that repeats itself than for others: the square of a
// megabyte would be minutes.
func TestOneLongSecret(t *testing.T) {
	secret := strings.Repeat("Xa9dK3'", 150_000)
	begun := time.Now()
	masked := maskingReplacer(map[string]struct{}{secret: {}}).Replace("a " + secret + " b")
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
	if len(masked) > 1000 || !strings.HasPrefix(masked, "a ") || !strings.HasSuffix(masked, " b") {
		t.Errorf("masked as %.40q", masked)
	}
}
