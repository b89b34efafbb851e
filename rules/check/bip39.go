package check

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	_ "embed"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// bip39 checks the recovery phrases of wallets: 12, 15, 18, 21 or 24 words of a list of 2,048, eleven bits a word. The last
// bits, one for every three words, are the first of the SHA-256 of those before. Electrum takes its phrases from the same list and
// marks them by the first digits of a keyed hash instead. Sources: BIP-39 and its English list (MIT licence); Electrum
// documentation, "Electrum Seed Version System". Lists of other languages are not known here: a phrase of which few words are
// English is not judged.
type bip39 struct{}

func (bip39) Name() string { return "bip39" }

//go:embed bip39english.txt
var bip39English string // in alphabetical order, a word a line

const (
	bip39Bits   = 11 // of a word
	bip39Rarely = 4  // one word in so many has to be English, or else the phrase is in another language
	bip39Few    = 3  // different words that only an example has
)

func (bip39) Check(secret string) Result {
	words := bip39Words(secret)
	if len(words) < 12 || len(words) > 24 || len(words)%3 != 0 {
		return Result{}
	}
	list := strings.Fields(bip39English)
	var data []byte // a bit a byte
	for _, word := range words {
		if n, ok := slices.BinarySearch(list, word); ok {
			for i := bip39Bits - 1; i >= 0; i-- {
				data = append(data, byte(n>>i&1))
			}
		}
	}
	switch known := len(data) / bip39Bits; {
	case known*bip39Rarely < len(words):
		return Result{}
	case known < len(words):
		return Result{Verdict: Fails, Notes: []string{fmt.Sprintf("%d of %d words are not in BIP-39's list", len(words)-known, len(words))}}
	}
	if version := electrumVersion(words); version != "" {
		return checksum(true, version)
	}
	entropy, sum := bip39Split(data)
	if !slices.Equal(sum, bip39Sum(entropy, len(sum))) {
		return checksum(false)
	}
	distinct := slices.Compact(slices.Sorted(slices.Values(words)))
	if len(distinct) <= bip39Few || len(slices.Compact(slices.Clone(entropy))) == 1 {
		return Result{Verdict: Harmless, Notes: []string{noteExample}}
	}
	return checksum(true, fmt.Sprintf("%d words", len(words)))
}

// bip39Words returns the words of a phrase, whatever stands between them: blanks, commas, quotes, numbers.
func bip39Words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r < 'a' || r > 'z' })
}

// bip39Split packs the bits of the entropy into bytes, and returns those of the checksum behind them.
func bip39Split(bits []byte) (entropy, sum []byte) {
	size := len(bits) / 33 * 32
	for i := 0; i < size; i += 8 {
		var b byte
		for _, bit := range bits[i : i+8] {
			b = b<<1 | bit
		}
		entropy = append(entropy, b)
	}
	return entropy, bits[size:]
}

// bip39Sum returns the first n bits of the entropy's SHA-256, a bit a byte.
func bip39Sum(entropy []byte, n int) []byte {
	hash := sha256.Sum256(entropy)
	var out []byte
	for i := range n {
		out = append(out, hash[i/8]>>(7-i%8)&1)
	}
	return out
}

// electrumVersion names the kind of a phrase of Electrum's; "" for any other.
func electrumVersion(words []string) string {
	mac := hmac.New(sha512.New, []byte("Seed version"))
	_, _ = mac.Write([]byte(strings.Join(words, " "))) // never fails
	digits := hex.EncodeToString(mac.Sum(nil)[:2])
	switch {
	case strings.HasPrefix(digits, "01"), strings.HasPrefix(digits, "100"):
		return "a phrase of Electrum"
	case strings.HasPrefix(digits, "101"), strings.HasPrefix(digits, "102"):
		return "a phrase of Electrum, with a second factor"
	}
	return ""
}

// Mend puts words of a phrase that holds in the place of those of the text.
func (bip39) Mend(secret string) (string, bool) {
	count := len(bip39Words(secret))
	if count < 12 || count > 24 || count%3 != 0 || strings.ToLower(secret) != secret {
		return "", false
	}
	rng, list := seeded(secret), strings.Fields(bip39English)
	entropy := randomBytes(rng, count/3*4)
	var bits []byte
	for _, b := range entropy {
		for i := 7; i >= 0; i-- {
			bits = append(bits, b>>i&1)
		}
	}
	bits = append(bits, bip39Sum(entropy, count/3)...)
	var out strings.Builder
	inWord := false
	for i := range len(secret) {
		letter := secret[i] >= 'a' && secret[i] <= 'z'
		switch {
		case letter && !inWord:
			n := 0
			for _, bit := range bits[:bip39Bits] {
				n = n<<1 | int(bit)
			}
			bits = bits[bip39Bits:]
			out.WriteString(list[n])
		case !letter:
			out.WriteByte(secret[i])
		}
		inWord = letter
	}
	mended := out.String()
	return mended, bip39{}.Check(mended).Verdict == Holds
}
