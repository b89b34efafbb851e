package detect

import (
	"strings"
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
		"  with:\n    path: ~/.m2\n    key: modules-" + hex + "\n":               low,
		"path: /v1\nkey: acme-prod-" + hex + "\n":                                low, // weak signs
		"key: acme-prod-" + hex + "\npath: /v1\n":                                low,
		"cache: true\nkey: acme-prod-" + hex + "\n":                              low,
		"key: acme-prod-" + hex + "\ncache: false\n":                             low,
		"# no cache here\nkey: acme-prod-" + hex + "\n":                          low,
		"cache:\n  ttl: 5\nkey: acme-prod-" + hex + "\n":                         low,
		"key: acme-prod-" + hex + " # cached\n":                                  low,
		"key: modules-" + hex + "\npaths:\n- node_modules\n":                     silent,
		"paths:\n- node_modules\nkey: modules-" + hex + "\n":                     silent,
		"cache:\n- key: modules-" + hex + "\n":                                   silent,
		"cache: {key: modules-" + hex + ", policy: pull}\n":                      silent,
		"api: {key: modules-" + hex + ", cache: pull}\n":                         low,
		"- task: Cache@2\n  inputs:\n    key: modules-" + hex + "\n":             silent,
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

// TestCacheKeysInHistory holds that a change some lines from a key, by which it becomes that of a cache, or a digest that of a file, counts for
// what is carried over.
func TestCacheKeysInHistory(t *testing.T) {
	d := New(mustBuiltin(t))
	const hex = "9f3b1c7e5a2d8046bb71e3905c4fd82a"
	filler := strings.Repeat("    # what stands here is about nothing that would matter to anybody, and goes on for a while\n", 2)
	for _, test := range []struct{ before, after, rest string }{
		{"x:\n", "cache:\n", filler + "    key: modules-" + hex + "\n" + filler},
		{"app.rows: " + hex + "\n", "app.js: " + hex + "\n", strings.Repeat("\n", 150) + "password.md: " + hex + "\n"},
	} {
		_, trace := d.ScanTraced(nil, []byte(test.before+test.rest), nil, false)
		got, _ := d.ScanTraced(trace, []byte(test.after+test.rest), []Copy{{Target: len(test.after), Source: len(test.before), Size: len(test.rest)}}, false)
		want, before := d.Scan([]byte(test.after+test.rest)), d.Scan([]byte(test.before+test.rest))
		if len(got.Matches) != len(want.Matches) || len(want.Matches) >= len(before.Matches) {
			t.Errorf("%q: %d matches, want %d, and %d before", test.after, len(got.Matches), len(want.Matches), len(before.Matches))
		}
	}
}
