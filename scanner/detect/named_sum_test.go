package detect

import (
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
)

// TestSumsOfFiles holds that digests under the names of files are silent in the lists of a site's files, and have low confidence where they may
// be what the file shall hold.
func TestSumsOfFiles(t *testing.T) {
	d := New(mustBuiltin(t))
	const silent, low, medium = -1, int(rules.ConfidenceLow), int(rules.ConfidenceMedium)
	const hex32, hex64 = "9f3b1c7e5a2d8046bb71e3905c4fd82a", "9f3b1c7e5a2d8046bb71e3905c4fd82a1e6c70d2f4835b9ac7e01d46f2b8593c"
	for text, want := range map[string]int{
		"secretFiles:\n  password.txt: HEX32\n  api-key.txt: HEX64\n": low,
		`{"files": {"db-password.txt": "HEX32"}}`:                     low,
		"vault.password.yml: HEX32\n":                                 low,
		"password.sh: HEX64\n":                                        low,
		`"token.json" => "HEX64",`:                                    low,
		"vault.password: HEX32\n":                                     medium,
		`{"mapbox-token.js":"HEX32"}`:                                 silent,
		"password-reset.css: HEX64\n":                                 silent,
		"token.woff2: HEX64\n":                                        silent,
		"secret.tgz: HEX64\n":                                         silent,
		"app.js: HEX64\npassword.md: HEX64\n":                         silent,
		"password.md: HEX64\nusers.css: HEX64\n":                      silent,
		`{"app.js":"HEX64","password.html":"HEX64"}`:                  silent,
		`{"password.html":"HEX64","users.css":"HEX64"}`:               silent,
		"app.js: HEX32\npassword.md: HEX64\n":                         low,
		"app.js: HEX64\nusers: 3\npassword.md: HEX64\n":               low,
		"password.md: HEX64\nusers: 3\napp.js: HEX64\n":               low,
		"app.rows: HEX64\npassword.md: HEX64\n":                       low,
		"github client_secret\n||||||| HEX32" + "9e107d9d":            silent,
		"github client_secret\n<<<<<<< HEX32" + "9e107d9d":            silent,
		"github client_secret\n>>>>>>> HEX32" + "9e107d9d":            silent,
	} {
		got := silent
		text = strings.NewReplacer("HEX32", hex32, "HEX64", hex64).Replace(text)
		for _, m := range foundAnywhere(d, text) {
			got = max(got, int(m.Confidence))
		}
		if got != want {
			t.Errorf("%s: confidence %d, want %d", text, got, want)
		}
	}
}
