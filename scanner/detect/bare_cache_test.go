package detect

import (
	"testing"

	"github.com/keysieve/keysieve/rules"
)

// TestCacheKeys holds that the key of a cache is no finding where a second sign says what it is, and one of low confidence elsewhere.
func TestCacheKeys(t *testing.T) {
	d := New(mustBuiltin(t))
	const silent, low = -1, int(rules.ConfidenceLow)
	const hex = "9f3b1c7e5a2d8046bb71e3905c4fd82a"
	for text, want := range map[string]int{
		"- uses: actions/cache@v4\n  with:\n    key: modules-" + hex + "\n":      silent,
		"  with:\n    path: ~/.m2\n    key: modules-" + hex + "\n":               silent,
		"    key: modules-" + hex + "\n    restore-keys: |\n      modules-\n":    silent,
		"cache:\n  key: modules-" + hex + "\n  policy: pull\n":                   silent,
		"  - save_cache:\n      key: modules-" + hex + "\n":                      silent,
		"encryption:\n  key: base-" + hex + "\n":                                 low,
		"key: prod-" + hex + "\n":                                                low,
		"key: admin-" + hex + "\n":                                               low,
		"app:\n  cache:\n    ttl: 5\n  encryption:\n    key: base-" + hex + "\n": low,
		"encryption:\n  key: base-" + hex + "\ncache:\n  path: /tmp\n":           low,
	} {
		got := silent
		for _, m := range foundAnywhere(d, text) {
			got = max(got, int(m.Confidence))
		}
		if got != want {
			t.Errorf("%s: confidence %d, want %d", text, got, want)
		}
	}
}
