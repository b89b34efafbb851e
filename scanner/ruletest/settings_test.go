package ruletest

import (
	"os"
	"path/filepath"
	"testing"
)

// TestWordsOfSettings: a bare word behind a password's name is the password in a file of settings and a variable in a program, of which the
// line alone does not tell the one from the other.
func TestWordsOfSettings(t *testing.T) {
	const text = "db:\n  user: shop\n  password: dbpassword\n  secret_key: temporary_key\n"
	dir := t.TempDir()
	want := map[string]bool{"conf.yml": true, "values.properties": true, "shop.conf": true, "notes.md": true, "app.rb": false, "app.ts": false, "main.tf": false, "locales/en.yml": false}
	for name := range want {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	at := reportedLines(t, dir)
	for name, reported := range want {
		for line := 3; line <= 4; line++ {
			key := placeKey(name, line)
			got := at[key]
			if (got.confidence > 0) != reported || got.blocks {
				t.Errorf("%s: reported %v, blocks %v, want %v and no block", key, got.confidence > 0, got.blocks, reported)
			}
		}
	}
}
