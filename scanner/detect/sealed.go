package detect

import (
	"bytes"
	"strings"
)

// sealedReach is how far before a value the mapping that holds it is looked for, in bytes: some twenty sealed values, of which
// one has 700 and more.
const sealedReach = 16 << 10

// isSealed reports whether a value in base64 stands in the mapping encryptedData of a SealedSecret (Bitnami's operator for Kubernetes),
// in YAML or JSON: everything there is encrypted to a key that the cluster holds.
func isSealed(text []byte, s, e int) bool {
	value := string(text[s:e])
	if len(value) < leastKey || !isBase64(value) {
		return false
	}
	const name = "encryptedData"
	lo := max(s-sealedReach, 0)
	at := bytes.LastIndex(text[lo:s], []byte(name))
	if at < 0 {
		return false
	}
	at += lo
	rest := bytes.TrimLeft(bytes.TrimLeft(text[at+len(name):s], `\"'`), " \t")
	if len(rest) == 0 || rest[0] != ':' {
		return false
	}
	rest = bytes.TrimLeft(rest[1:], " \t\r\n")
	if len(rest) > 0 && rest[0] == '{' { // JSON, YAML in one line
		return bytes.IndexByte(rest, '}') < 0
	}
	start := bytes.LastIndexByte(text[:at], '\n') + 1
	indent := string(text[start:at])
	if strings.Trim(indent, " \t") != "" {
		return false
	}
	for line := range bytes.Lines(text[at:s]) {
		if &line[0] == &text[at] {
			continue
		}
		deeper, ok := bytes.CutPrefix(line, []byte(indent))
		if len(bytes.TrimSpace(line)) > 0 && (!ok || deeper[0] != ' ' && deeper[0] != '\t') {
			return false
		}
	}
	return true
}
