package detect

import (
	"go/scanner"
	"go/token"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	lowerCase = "abcdefghijklmnopqrstuvwxyz"
	upperCase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits    = "0123456789"
)

// tokenAlphabets are the alphabets that real tokens are drawn from.
var tokenAlphabets = []struct{ name, characters string }{
	{"hex", digits + "abcdef"},
	{"upper-case hex", digits + "ABCDEF"},
	{"base32", upperCase + "234567"},
	{"base36", lowerCase + digits},
	{"upper-case base36", upperCase + digits},
	{"base62", lowerCase + upperCase + digits},
	{"base64", lowerCase + upperCase + digits + "+/"},
	{"base64url", lowerCase + upperCase + digits + "-_"},
	{"letters", lowerCase + upperCase},
	{"lower-case letters and marks", lowerCase + digits + "!#$%&*+-=?@^_"},
	{"visible", visibleCharacters()},
}

func visibleCharacters() string {
	var b strings.Builder
	for c := byte('!'); c <= '~'; c++ {
		b.WriteByte(c)
	}
	return b.String()
}

func drawn(rng *rand.Rand, characters string, length int) string {
	b := make([]byte, length)
	for i := range b {
		b[i] = characters[rng.IntN(len(characters))]
	}
	return string(b)
}

func TestRandomTokensLookRandom(t *testing.T) {
	const samples = 600
	rng := rand.New(rand.NewPCG(1, 2))
	for _, a := range tokenAlphabets {
		for _, length := range []int{16, 20, 24, 32, 40, 64} {
			passed := 0
			for range samples {
				if randomness(drawn(rng, a.characters, length)) >= randomKey {
					passed++
				}
			}
			if share := float64(passed) / samples; share < 0.97 {
				t.Errorf("%s of %d characters: %.1f %% look random", a.name, length, 100*share)
			}
		}
	}
}

// TestWrittenTextLooksWritten takes what stands in Go's own sources:
// identifiers, words of comments and paths.
func TestWrittenTextLooksWritten(t *testing.T) {
	root := filepath.Join(goRoot(t), "src")
	if _, err := os.Stat(root); err != nil {
		t.Skip("no sources of Go here")
	}
	corpora := map[string]map[string]bool{"identifiers": {}, "words": {}, "paths": {}, "kebab": {}, "constants": {}}
	for _, dir := range []string{"net/http", "go/types", "database/sql", "encoding/json", "os", "html/template", "testing", "text/template", "archive/tar"} {
		files, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			rel, _ := filepath.Rel(root, file)
			corpora["paths"][filepath.ToSlash(rel)] = true
			collectWritten(src, corpora)
		}
	}
	for name, texts := range corpora {
		if len(texts) < 150 {
			t.Errorf("%s: only %d texts", name, len(texts))
		}
		failed := 0
		for text := range texts {
			if randomness(text) < randomKey {
				failed++
			}
		}
		if share := float64(failed) / float64(len(texts)); share < 0.98 {
			t.Errorf("%s: only %.1f %% of %d look written", name, 100*share, len(texts))
		}
	}
}

// collectWritten adds a file's identifiers of eight characters and more, in
// several styles, and the words of its comments.
func collectWritten(src []byte, corpora map[string]map[string]bool) {
	fset := token.NewFileSet()
	var s scanner.Scanner
	s.Init(fset.AddFile("", -1, len(src)), src, nil, scanner.ScanComments)
	for {
		_, tok, text := s.Scan()
		switch tok {
		case token.EOF:
			return
		case token.IDENT:
			if words := nameWords(text); len(text) >= 8 && len(words) > 0 {
				corpora["identifiers"][text] = true
				corpora["kebab"][strings.Join(words, "-")] = true
				corpora["constants"][strings.ToUpper(strings.Join(words, "_"))] = true
			}
		case token.COMMENT:
			for _, word := range strings.Fields(text) {
				if word = strings.Trim(word, ".,;:()\"'`*/"); len(word) >= 8 {
					corpora["words"][word] = true
				}
			}
		}
	}
}

func TestRandomnessOfKnownTexts(t *testing.T) {
	tests := []struct {
		text   string
		random bool
	}{
		{"qwerty123456", false},
		{"1q2w3e4r5t6y7u8i", false},
		{"abcdefghijklmnop", false},
		{"00000000000000000000000000000001", false},
		{"deadbeefdeadbeefdeadbeefdeadbeef", false},
		{"0123456789abcdef0123456789abcdef", false},
		{"correcthorsebatterystaple", false},
		{"ThisIsASecretKeyForTesting", false},
		{"my-super-secret-token-value", false},
		{"application/x-www-form-urlencoded", false},
		{"org.springframework.boot.context", false},
		{"2024-01-02T10:11:12Z", false},
		{"20240102101112131415", false},
		{"x86_64-unknown-linux-gnu", false},
		{"HKEY_LOCAL_MACHINE", false},
		{"rgba(255, 255, 255, 0.85)", false},
		{"aXbXaXbXaXbXaXbXaXbX", false},
		{"", false},
		{"x", false},
		{"h7Kq9xZ2mW4vT8bN", true},
		{"9f86d081884c7d659a2feaa0c55ad015", true},
		{"prefix_h7Kq9xZ2mW4vT8bN3d", true},
		{"7F3K-9QXD-M2VZ-T8BW-4RNC", true},
		{"7d2f6a1e-93b4-4c58-a0d7-5be81f42c6a9", true},
		{"kq zv hx wj", false},
	}
	for _, test := range tests {
		if odds := randomness(test.text); (odds >= randomKey) != test.random {
			t.Errorf("randomness(%q) = %.1f, want random: %v", test.text, odds, test.random)
		}
	}
}

func FuzzRandomness(f *testing.F) {
	f.Add("h7Kq9xZ2mW4vT8bN")
	f.Add("a-b-c-d")
	f.Add("\x00\xff====")
	f.Fuzz(func(t *testing.T, text string) {
		odds := randomness(text)
		if odds != odds || odds > 400 {
			t.Errorf("randomness(%q) = %v", text, odds)
		}
	})
}

func BenchmarkRandomness(b *testing.B) {
	for b.Loop() {
		randomness("h7Kq9xZ2mW4vT8bN3dR6yL1pC5sJ0gFe")
	}
}

// TestAtMostRandom: the quick look never calls less random what the long one calls more so.
func TestAtMostRandom(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 3000 {
		text := make([]byte, 1+rng.IntN(70))
		letters := []string{"0123456789abcdef", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", "aeinrst_", "\x80 .:/=+"}[rng.IntN(4)]
		for i := range text {
			text[i] = letters[rng.IntN(len(letters))]
		}
		if most, is := atMostRandom(string(text)), randomness(string(text)); most < is-1e-9 {
			t.Fatalf("%q: at most %v, but %v", text, most, is)
		}
	}
}
