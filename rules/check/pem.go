package check

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// pem checks armoured keys: PEM (RFC 7468) with PKCS#1, PKCS#8, SEC 1, DSA and
// OpenSSH contents, encrypted or not, and OpenPGP's ASCII armour. It tells real
// keys from public ones, placeholders and pieces.
type pem struct{}

func (pem) Name() string { return "pem" }

const (
	// cutEvidence is how many characters of base64 that begin like a key make a
	// cut block worth telling: a placeholder in documentation shows fewer.
	cutEvidence = 128
	// encryptedLeast is the smallest length in bytes of a key under RFC 1421's
	// encryption.
	encryptedLeast = 48

	notePlaceholder = "does not parse: truncated or a placeholder"
	noteTruncated   = "truncated: the rest may stand elsewhere"
)

func (pem) Check(secret string) Result {
	secret = withBlanks(secret)
	a, ok := cutArmour(secret)
	if !ok {
		return Result{}
	}
	if !strings.Contains(a.label, "PRIVATE") && !strings.Contains(a.label, "SECRET") {
		return Result{Verdict: Harmless, Notes: []string{"public: " + strings.ToLower(a.label)}}
	}
	a, used, ok := findArmour(secret)
	if !ok {
		return Result{Verdict: None}
	}
	r := a.judge()
	r.Used = used
	return r
}

// judge tells what the contents of a private key's block are.
func (a armour) judge() Result {
	body := a.body
	if strings.Contains(a.label, "PGP") {
		body = pgpBody(body)
	}
	body = strings.TrimRight(body, "=")
	data, err := base64.RawStdEncoding.DecodeString(body[:len(body)-len(body)%4])
	if tail := len(body) % 4; err == nil && tail > 1 {
		more, _ := base64.RawStdEncoding.DecodeString(body[len(body)-tail:])
		data = append(data, more...)
	}
	facts := a.facts(data)
	what := facts.what
	if what != "" {
		what += ", "
	}
	switch {
	case err != nil || len(body) < 32:
	case facts.kind == keyPublic:
		return Result{Verdict: Harmless, Notes: []string{"public: " + facts.what}}
	case facts.kind == keyEncrypted:
		return Result{Verdict: Holds, Notes: []string{what + "encrypted"}, Mild: true}
	case facts.kind == keyPrivate:
		return Result{Verdict: Holds, Notes: []string{what + "unencrypted"}}
	case facts.kind == keyBroken:
		return Result{Verdict: Fails, Notes: []string{what + "its parts contradict each other"}}
	case facts.kind == keyCut && len(body) >= cutEvidence:
		return Result{Notes: []string{what + noteTruncated}, Mild: a.encrypted}
	}
	return Result{Verdict: Fails, Notes: []string{notePlaceholder}}
}

// facts recognises the contents, whatever the label says they are.
func (a armour) facts(data []byte) keyFacts {
	switch {
	case a.encrypted:
		// Nothing but the length, a multiple of the cipher's block, can be told.
		if len(data) >= encryptedLeast && len(data)%8 == 0 && a.rest == "" {
			return keyFacts{kind: keyEncrypted}
		}
		return keyFacts{kind: keyCut}
	case strings.Contains(a.label, "PGP"):
		return readPGP(data)
	case bytes.HasPrefix(data, []byte(sshMagic)):
		return readSSH(data)
	}
	return readDER(data)
}

// pgpBody drops the armour's own checksum: four characters after the last
// equals sign that is not padding.
func pgpBody(body string) string {
	if i := len(body) - 5; i >= 0 && body[i] == '=' && only(body[i+1:], base64Both) {
		return body[:i]
	}
	return body
}
