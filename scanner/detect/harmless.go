package detect

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// harmless says why a value that bears a credential's name opens nothing, or returns "": a protocol passes
// it along in the open or uses it once, it is the public half of a pair, a stored hash, or the
// name is none. odds are the value's. What rests on a name that may mean a credential as well only doubts a random value.
func harmless(v value, odds float64) (string, force) {
	switch {
	case v.quote == 0 && !v.key && strings.Count(v.text, `\x`) >= 2:
		return "bytes in a longer text", settles // a descriptor of Protocol Buffers in generated code
	case isPublicPart(v.name), isPublicKey(v.text):
		return "public", settles
	case isHashOfWord(v.text):
		return "a hash", settles
	case isStoredHash(v.name):
		if hasFormOfHash(v.text) {
			return "a hash", settles
		}
		return "a hash", unless(odds >= randomKey)
	case v.key && isAccountAddress(v.text):
		return "an address", unless(namesPrivate(v.name))
	case v.key && isTokenAddress(v.name, v.text):
		return "an address", settles
	case isRequestScope(v.text):
		return "the id of a key", settles
	case isTimestamp(v.text):
		return "a date", settles
	case odds < randomKey && isListedKey(v):
		return "a name", settles
	case odds < randomKey && isVerb(v):
		return "the verb to pass", settles
	case len(v.name) >= 16 && randomness(v.name) >= 6 && !endsInSecret(v.name):
		return "a name by chance", settles // PWD in a drawn text
	}
	if against := passedAlong(v); against != silent {
		return "a token that opens nothing", against
	}
	return "", silent
}

// endsInSecret reports whether a name ends in a word for a credential, or has it between signs: HWDSBQRPTKMNTPWD, var_3f9c2ab17de84b02_password.
func endsInSecret(name string) bool {
	lower := strings.ToLower(strings.Trim(name, "0123456789_-."))
	for _, word := range [...]string{"password", "passwd", "pass", "pwd", "secret", "token", "key"} {
		if strings.HasSuffix(lower, word) {
			return true
		}
	}
	return false
}

// passedAlong objects to the token which marks a place in a list, a version of what
// is changed, or the page that a form came from: nextToken, page_token, LockToken, authenticity_token,
// X-CSRF-Token. WTF_CSRF_SECRET_KEY signs them and is none. Fields of programming interfaces are called so
// in camel case; SYNC_TOKEN and freedns_update_token may be what lets somebody in.
func passedAlong(v value) force {
	if !speaksOfKey(v.name) {
		return silent
	}
	words := nameWords(v.name)
	for i, word := range words {
		switch word {
		case "next", "previous", "continuation":
			if i+1 < len(words) && words[i+1] == "token" {
				return unless(isUpperName(v.name) && drawnNotDigest(v.text, leastAgainstName))
			}
		case "lock", "update", "change", "idempotency", "sync":
			if i+1 < len(words) && words[i+1] == "token" {
				return unless((strings.ContainsAny(v.name, "_-") || !allWords(words[:i])) && drawnNotDigest(v.text, leastAgainstName))
			}
		case "csrf", "xsrf", "authenticity", "antiforgery":
			if rest := strings.Join(words[i:], " "); strings.Contains(rest, "token") && !signsTokens(rest) {
				return settles
			}
		case "csrfmiddlewaretoken", "csrftoken", "xsrftoken", "requestverificationtoken": // Django's, and ASP.NET's
			return settles
		case "verification":
			if i > 0 && words[i-1] == "request" && i+1 < len(words) && words[i+1] == "token" {
				return settles
			}
		}
	}
	return silent
}

// signsTokens reports whether a name has a word for what tokens are signed with.
func signsTokens(name string) bool {
	for _, part := range [...]string{"secret", "key", "salt", "pepper", "sign", "seed"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// allWords reports whether all of these are words of source text: the name of no provider.
func allWords(words []string) bool {
	for _, word := range words {
		if !isWord(word) {
			return false
		}
	}
	return true
}

// isPublicPart reports whether a name is that of a public key, a key's fingerprint or the nonce of a
// WebSocket (RFC 6455, section 1.3): minisignPubkey, keyThumbprint, SSECustomerKeyMD5, Sec-WebSocket-Key. A
// password for one (PUBKEY_PASSWORD) is none.
func isPublicPart(name string) bool {
	folded := foldName(name)
	for _, end := range [...]string{"thumbprint", "keyid", "keymd5", "websocketkey", "websocketaccept"} {
		if strings.HasSuffix(folded, end) {
			return true
		}
	}
	if !strings.Contains(folded, "pubkey") {
		return false
	}
	for _, part := range [...]string{"pass", "pwd", "secret", "private", "token"} {
		if strings.Contains(folded, part) {
			return false
		}
	}
	return true
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

// isStoredHash reports whether a name says that a password is kept as its hash.
func isStoredHash(name string) bool {
	folded := foldName(name)
	for _, end := range [...]string{"encodedpassword", "saltedpassword", "hashedpassword", "passwordencoded", "passwordhashed"} {
		if strings.HasSuffix(folded, end) {
			return true
		}
	}
	for _, part := range [...]string{"passwordsha1", "passwordsha256", "passworddoublesha1", "passwordmd5"} { // password_sha256_hex in ClickHouse's users.xml
		if strings.Contains(folded, part) {
			return true
		}
	}
	return false
}

// isAccountAddress reports whether a value is written as an account or a contract of Ethereum and its kin is: 20 bytes in hexadecimal digits
// behind 0x (EIP-55). A private key has 32.
func isAccountAddress(text string) bool {
	digits, ok := strings.CutPrefix(text, "0x")
	return ok && len(digits) == 40 && isHex(digits)
}

// isTokenAddress reports whether a name is that of a token that is traded, or of the program that keeps it, and the value is written as the
// address of an account of Solana is: 32 bytes in base58. USDC_TOKEN_MINT, tokenAddress, TOKEN_PROGRAM_ID
func isTokenAddress(name, text string) bool {
	if len(text) < 32 || len(text) > 44 || strings.Trim(text, alphanumerics) != "" || strings.ContainsAny(text, "0OIl") || namesPrivate(name) {
		return false
	}
	words := nameWords(name)
	if n := len(words); n > 1 && (words[n-1] == "id" || words[n-1] == "pubkey") {
		words = words[:n-1]
	}
	n := len(words)
	if n < 2 {
		return false
	}
	switch words[n-1] {
	case "mint", "program":
		return slices.Contains(words, "token")
	case "address", "addr":
		return words[n-2] == "token" || words[n-2] == "mint"
	}
	return false
}

// namesPrivate reports whether a name has a word for what nobody calls an address.
func namesPrivate(name string) bool {
	folded := foldName(name)
	for _, part := range [...]string{"secret", "private", "apikey", "password"} {
		if strings.Contains(folded, part) {
			return true
		}
	}
	return false
}

// hasFormOfHash reports whether a value is written as hashes are: hexadecimal digits of 16 bytes or more, or base64
// that no random letters and digits would be taken for, with padding or with the two signs of its alphabet.
func hasFormOfHash(text string) bool {
	if isHex(text) {
		return len(text) >= 32 && len(text)%2 == 0
	}
	return len(text)%4 == 0 && strings.ContainsAny(text, "+/=") && isBase64(text)
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
