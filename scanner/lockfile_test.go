package scanner_test

import (
	"context"
	"testing"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
)

// TestChecksumsOfPods holds that the checksums of a Podfile.lock are no tokens, whatever the pods are called, and that tokens elsewhere are.
func TestChecksumsOfPods(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	const checksum = "7aa7b14e0c93d85f26be01d9c4758a3fe6b29f18"
	const content = "SPEC CHECKSUMS:\n  GoogleToken: " + checksum + "\n  AuthKit/Password: " + checksum + "\n  \"Secret+Core\": " + checksum + "\n"
	const token = "  GoogleToken: q8Zt3LmX0vR5yN7bC2wKd4HjTw8sGe1uPa6Yf9D\n"
	for _, c := range []struct {
		path, content string
		want          bool
	}{
		{"ios/Podfile.lock", content, false},
		{"Podfile.lock", token, true},
		{"tokens.yaml", content, true},
	} {
		res, err := scanner.Scan(context.Background(), &memory{blobs: []scanner.Blob{file(c.path, c.content)}}, scanner.Options{Set: set})
		if err != nil {
			t.Fatal(err)
		}
		if found := where(res); len(found) > 0 != c.want {
			t.Errorf("%s: found %q", c.path, found)
		}
	}
}
