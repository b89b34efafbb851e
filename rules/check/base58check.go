package check

import (
	"crypto/sha256"
	"math/big"
	"strings"
)

// base58Check checks Bitcoin's private keys, of a single address (wallet import
// format) and of a whole tree of them (extended keys, BIP-32), and those of
// currencies that took the formats over: base 58 without 0, O, I and l, whose last four
// bytes are the first of the SHA-256 of the SHA-256 of the bytes before them. The
// first bytes tell the network. Sources: Bitcoin Wiki, "Base58Check encoding" and
// "Wallet import format"; BIP-32, "Serialization format"; SLIP-132 for the versions of
// extended keys. The few currencies with a checksum of another kind (Groestlcoin, Decred)
// are not told apart.
type base58Check struct{}

func (base58Check) Name() string { return "base58check" }

const base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

const (
	base58Sum   = 4    // bytes of the checksum
	wifTest     = 0xef // the network byte of test networks
	wifLong     = 38   // network, key, 1 for a compressed public key, checksum
	wifShort    = 37   // the same without the 1
	extendedKey = 82   // version 4, depth 1, parent 4, index 4, chain code 32, 0, key 32, checksum 4
	extendedPad = 45   // the index of the 0
)

func (base58Check) Check(secret string) Result {
	data, ok := base58Bytes(secret)
	if !ok {
		return Result{}
	}
	body := data[:len(data)-base58Sum]
	if string(data[len(body):]) != string(base58Checksum(body)) {
		return checksum(false)
	}
	switch {
	case len(data) == extendedKey && body[extendedPad] != 0:
		return Result{Verdict: Harmless, Notes: []string{"an extended public key"}}
	case len(data) != extendedKey && body[0] == wifTest, len(data) == extendedKey && strings.IndexByte("tuv", secret[0]) >= 0:
		return Result{Verdict: Holds, Notes: []string{noteHolds, "for a test network"}, Mild: true}
	}
	return checksum(true)
}

// Mend returns a key of the same length and the same first characters: those are given by
// the first bytes, unless a text is too near to the next one, where a change at the end carries over.
func (base58Check) Mend(secret string) (string, bool) {
	data, ok := base58Bytes(secret)
	if !ok {
		return "", false
	}
	if len(data) == extendedKey {
		data[extendedPad] = 0
	}
	if len(data) == wifLong {
		data[wifLong-base58Sum-1] = 1
	}
	body := data[:len(data)-base58Sum]
	copy(data[len(body):], base58Checksum(body))
	mended := enbase58(data)
	return mended, len(mended) == len(secret) && base58Check{}.Check(mended).Verdict == Holds
}

// base58Checksum is what follows the body.
func base58Checksum(body []byte) []byte {
	once := sha256.Sum256(body)
	twice := sha256.Sum256(once[:])
	return twice[:base58Sum]
}

// base58Bytes decodes a text that has the length of a key. No key begins with a byte of zero,
// which base 58 would write as a 1.
func base58Bytes(text string) ([]byte, bool) {
	size := map[int]int{51: wifShort, 52: wifLong, 111: extendedKey}[len(text)]
	if size == 0 {
		return nil, false
	}
	n, radix := new(big.Int), big.NewInt(int64(len(base58)))
	for i := range len(text) {
		digit := strings.IndexByte(base58, text[i])
		if digit < 0 {
			return nil, false
		}
		n.Add(n.Mul(n, radix), big.NewInt(int64(digit)))
	}
	data := n.Bytes()
	return data, len(data) == size
}

// enbase58 writes bytes of which the first is not zero.
func enbase58(data []byte) string {
	n, radix, digit := new(big.Int).SetBytes(data), big.NewInt(int64(len(base58))), new(big.Int)
	var out []byte
	for n.Sign() > 0 {
		n.DivMod(n, radix, digit)
		out = append(out, base58[digit.Int64()])
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return string(out)
}
