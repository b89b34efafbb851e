package check

import (
	"encoding/base64"
	"hash/fnv"
	"math/rand/v2"
	"strings"
)

// The alphabets of issuers' encodings.
const (
	digits     = "0123456789"
	hexLower   = "0123456789abcdef"
	hexUpper   = "0123456789ABCDEF"
	base36     = "0123456789abcdefghijklmnopqrstuvwxyz"
	base62     = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	base32Std  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	base64Both = base62 + "+/-_"
)

// only says whether every byte of a text is in the alphabet. The empty text is not.
func only(text, alphabet string) bool {
	for i := range len(text) {
		if strings.IndexByte(alphabet, text[i]) < 0 {
			return false
		}
	}
	return text != ""
}

// inBase writes n in an alphabet, most significant digit first, filled up to
// width with the alphabet's zero.
func inBase(n uint64, alphabet string, width int) string {
	base := uint64(len(alphabet))
	var out [64]byte
	i := len(out)
	for n > 0 || len(out)-i < width {
		i--
		out[i] = alphabet[n%base]
		n /= base
	}
	return string(out[i:])
}

// unbase64 decodes base64 of either alphabet, padded or not. Text that is cut
// within a group is no base64, and neither is text of fewer than two characters.
func unbase64(text string) ([]byte, bool) {
	text = strings.TrimRight(text, "=")
	if len(text) < 2 || len(text)%4 == 1 {
		return nil, false
	}
	text = strings.NewReplacer("-", "+", "_", "/").Replace(text)
	out, err := base64.RawStdEncoding.DecodeString(text)
	return out, err == nil
}

// enbase64 encodes data like the model text: in base64url unless the model
// has a plus or a slash, padded only if the model is.
func enbase64(data []byte, model string) string {
	enc := base64.URLEncoding
	if strings.ContainsAny(model, "+/") {
		enc = base64.StdEncoding
	}
	if !strings.HasSuffix(model, "=") {
		enc = enc.WithPadding(base64.NoPadding)
	}
	return enc.EncodeToString(data)
}

// room is how many bytes a base64 text of that length encodes.
func room(text string) int { return len(strings.TrimRight(text, "=")) * 3 / 4 }

// seeded returns a random source that depends on the text alone, so that
// mending the same text twice gives the same.
func seeded(text string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text))
	return rand.New(rand.NewPCG(h.Sum64(), uint64(len(text))))
}

// randomText returns n characters of an alphabet.
func randomText(rng *rand.Rand, alphabet string, n int) string {
	out := make([]byte, max(n, 0))
	for i := range out {
		out[i] = alphabet[rng.IntN(len(alphabet))]
	}
	return string(out)
}

// randomBytes returns n bytes.
func randomBytes(rng *rand.Rand, n int) []byte {
	out := make([]byte, max(n, 0))
	for i := range out {
		out[i] = byte(rng.UintN(256))
	}
	return out
}
