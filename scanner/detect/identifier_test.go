package detect

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/rules/sample"
)

// TestPrefixesOfIdentifiers holds for every rule of a prefix and letters or digits that an identifier of its length is no token.
func TestPrefixesOfIdentifiers(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	const words = "ConvertFromFloatingPointToFixedPointWithRoundingModeAndOverflowDetectionForTheDrawableContext"
	rng := rand.New(rand.NewPCG(3, 4))
	tried := 0
	for i, r := range set.Rules() {
		if r.Generic || r.Judge || r.Path != "" || r.Check != "" || r.Regex == "" {
			continue
		}
		g, err := sample.New(r.Regex, r.SecretGroup, nil)
		if err != nil {
			continue
		}
		s, err := g.Generate(rng)
		if err != nil {
			continue
		}
		secret := s.Secret
		at := strings.LastIndexAny(secret, "_-") + 1
		if at == 0 || at > 6 || len(secret)-at < 20 || len(secret)-at > len(words) {
			continue
		}
		text := " " + secret[:at] + words[:len(secret)-at] + "("
		for _, m := range New(set).Scan([]byte(text)).Matches {
			if m.Rule == i {
				t.Errorf("%s finds %s", r.ID, text)
			}
		}
		tried++
	}
	if tried < 30 {
		t.Errorf("only %d rules tried", tried)
	}
}

// TestPrefixedIdentifiers tells names in source text from tokens, of which none is lost.
func TestPrefixedIdentifiers(t *testing.T) {
	for _, name := range []string{
		"tk_MacOSXGetCGContextForDrawable", "r8_convertFromFloatingPointToFixedPoint0", "aio_GetImplementationOfInterface", "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",
		"fw_ResultOfLastTransactionCommit", "pat_allocate_new_buffer_for_stream", "rnd-xml-parser-context-from-file",
	} {
		if !isPrefixedIdentifier(name) {
			t.Errorf("%s counts as a token", name)
		}
	}
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	rng := rand.New(rand.NewPCG(1, 2))
	lost := 0
	for range 20000 {
		var b strings.Builder
		for range 24 {
			b.WriteByte(letters[rng.IntN(len(letters))])
		}
		if isPrefixedIdentifier("tk_"+b.String()) || isPrefixedIdentifier("sk_live_"+b.String()) {
			lost++
		}
	}
	if lost > 2 {
		t.Errorf("%d of 20000 tokens of letters alone are lost", lost)
	}
}
