package detect

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

// harmless says why a value that bears a credential's name opens nothing, or returns "": a protocol passes
// it along in the open or uses it once, it is the public half of a pair, a stored hash, or the
// name is none. odds are the value's.
func harmless(v value, odds float64) string {
	switch {
	case isPassedAlong(v.name):
		return "a token that opens nothing"
	case isPublicPart(v.name), isPublicKey(v.text):
		return "public"
	case isStoredHash(v, odds), isHashOfWord(v.text):
		return "a hash"
	case isRequestScope(v.text):
		return "the id of a key"
	case isTimestamp(v.text):
		return "a date"
	case isListedKey(v):
		return "a name"
	case v.quote == 0 && !v.key && strings.Count(v.text, `\x`) >= 2:
		return "bytes in a longer text" // a descriptor of Protocol Buffers in generated code
	case isVerb(v):
		return "the verb to pass"
	case len(v.name) >= 16 && randomness(v.name) >= 6:
		return "a name by chance" // PWD in a drawn text
	}
	return ""
}

// isPassedAlong reports whether a name is that of a token which marks a place in a list, a version of what
// is changed, or the page that a form came from: nextToken, page_token, LockToken, authenticity_token,
// X-CSRF-Token. WTF_CSRF_SECRET_KEY signs them and is none.
func isPassedAlong(name string) bool {
	words := nameWords(name)
	for i, word := range words {
		switch word {
		case "next", "previous", "continuation", "lock", "update", "change", "idempotency", "sync":
			if i+1 < len(words) && words[i+1] == "token" {
				return true
			}
		case "csrf", "xsrf", "authenticity", "antiforgery":
			rest := strings.Join(words[i:], " ")
			if strings.Contains(rest, "token") && !strings.Contains(rest, "secret") && !strings.Contains(rest, "key") {
				return true
			}
		}
	}
	return false
}

// isPublicPart reports whether a name is that of a public key, a key's fingerprint or the nonce of a
// WebSocket (RFC 6455, section 1.3): minisignPubkey, keyThumbprint, SSECustomerKeyMD5, Sec-WebSocket-Key.
func isPublicPart(name string) bool {
	folded := foldName(name)
	for _, end := range [...]string{"thumbprint", "keyid", "keymd5", "websocketkey", "websocketaccept"} {
		if strings.HasSuffix(folded, end) {
			return true
		}
	}
	return strings.Contains(folded, "pubkey")
}

// isPublicKey reports whether a value is the base64 form of a public key as X.509 writes it (SubjectPublicKeyInfo, RFC 5280,
// section 4.1): the algorithm's identifier (RFC 8017 for RSA, RFC 5480 for curves, RFC 8410 for Ed25519) and a BIT STRING,
// where a private key has an OCTET STRING.
func isPublicKey(text string) bool {
	if len(text) < 56 {
		return false
	}
	for _, start := range [...]string{
		"MFwwDQYJKoZIhvcNAQEBBQADS", "MIGfMA0GCSqGSIb3DQEBAQUAA4GN", "MIGeMA0GCSqGSIb3DQEBAQUAA4GM", "MIIBIjANBgkqhkiG9w0BAQEFAAOC", "MIIBojANBgkqhkiG9w0BAQEFAAOC",
		"MIICIjANBgkqhkiG9w0BAQEFAAOC", "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgA", "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgA", "MCowBQYDK2VwAyEA",
	} {
		if strings.HasPrefix(text, start) {
			return true
		}
	}
	return false
}

// isStoredHash reports whether a name says that a password is kept as its hash and the value, which is random, agrees.
func isStoredHash(v value, odds float64) bool {
	if odds < randomKey {
		return false
	}
	folded := foldName(v.name)
	for _, part := range [...]string{"encodedpassword", "saltedpassword", "hashedpassword", "passwordencoded", "passwordhashed"} {
		if strings.Contains(folded, part) {
			return true
		}
	}
	return false
}

// isHashOfWord reports whether a value is the MD5, SHA-1 or SHA-256 digest, in hexadecimal digits, of one of the words that
// are no secret themselves, or of nothing.
func isHashOfWord(text string) bool {
	if len(text) != 2*md5.Size && len(text) != 2*sha1.Size && len(text) != 2*sha256.Size || !isHex(text) {
		return false
	}
	digest, err := hex.DecodeString(text)
	if err != nil {
		return false
	}
	same := func(word string) bool {
		switch len(digest) {
		case md5.Size:
			return md5.Sum([]byte(word)) == [md5.Size]byte(digest)
		case sha1.Size:
			return sha1.Sum([]byte(word)) == [sha1.Size]byte(digest)
		default:
			return sha256.Sum256([]byte(word)) == [sha256.Size]byte(digest)
		}
	}
	if same("") || same("123456") || same("12345678") {
		return true
	}
	for _, word := range fillerWords {
		if same(word) {
			return true
		}
	}
	return false
}

// isRequestScope reports whether a value is what AWS's signed requests (Signature Version 4) call
// the credential: a key's id, date, region and service; or an account's id at Amazon.
func isRequestScope(text string) bool {
	return strings.HasSuffix(text, "/aws4_request") || strings.HasPrefix(text, "amzn1.account.")
}

// isTimestamp reports whether a value is a time in the basic format of ISO 8601: 20101008T000000Z.
func isTimestamp(text string) bool {
	_, err := time.Parse("20060102T150405Z", text)
	return err == nil
}

// isListedKey reports whether a value that follows a name and a comma is the next name of a dictionary:
// {"outcome": "pass", "passed": 2}.
func isListedKey(v value) bool {
	if v.quote == 0 {
		return false
	}
	before := strings.TrimRight(strings.TrimSuffix(v.before, string(v.quote)), " \t\\")
	after := strings.TrimLeft(strings.TrimPrefix(strings.TrimLeft(v.after, `\`), string(v.quote)), " \t")
	return strings.HasSuffix(before, ",") && strings.HasPrefix(after, ":") && !strings.HasPrefix(after, "::")
}

// isVerb reports whether a name is the verb of a sentence, and the value what is passed: pass `path` to it.
func isVerb(v value) bool {
	before, ok := strings.CutSuffix(v.before, "`")
	if !ok || !strings.EqualFold(v.name, "pass") {
		return false
	}
	return strings.HasSuffix(strings.ToLower(before), "pass ")
}
