package detect

import (
	"bytes"
	"strings"
)

const (
	// identifierLeast is how many characters of a text have to be words for it to be told from what was drawn.
	identifierLeast = 12
	// identifierOdds is the randomness below which a text of next to no digits is words. Of 20 letters
	// drawn at random fewer than one in ten thousand have less, and a token of 24 letters and digits has none of the digits in one case of seventy.
	identifierOdds = -4
	// identifierDigits is how many digits such a text may have: convertToUtf8, fixedPoint0.
	identifierDigits = 1
)

// isPrefixedIdentifier reports whether a secret is an identifier of source text that begins like a token and has its length by chance:
// tk_MacOSXGetCGContextForDrawable. Whatever prefix an issuer chose, somebody calls a module so.
func isPrefixedIdentifier(secret string) bool {
	body := secret
	if i := strings.IndexAny(secret, "_-"); i >= 0 {
		body = secret[i+1:]
	}
	if len(body) < identifierLeast || len(body) > randomnessLimit {
		return false
	}
	digits := 0
	for i := range len(body) {
		switch c := body[i]; {
		case c >= '0' && c <= '9':
			digits++
		case !isLetter(c) && c != '_' && c != '-':
			return false
		}
	}
	if digits > identifierDigits {
		return false
	}
	long := false
	for part := range strings.FieldsFuncSeq(body, func(r rune) bool { return r == '_' || r == '-' }) {
		if len(part) < identifierLeast {
			continue
		}
		if long = true; randomness(part) >= identifierOdds {
			return false
		}
	}
	return long || randomness(body) < identifierOdds
}

// sumsFile reports whether a value is a file's checksum in a list: the sum at a line's start, two blanks or a blank and a star, and the
// name, as sha256sum writes it, or MD5 (name) = sum, as BSD's programs and openssl do. The name, or that in the line before, may be a provider's, and
// is a file's.
func sumsFile(text []byte, start, end int) bool {
	if !isDigest(string(text[start:end])) {
		return false
	}
	if head := text[lineStart(text, start, lineReach):start]; len(head) > 0 {
		return endsTaggedSum(head)
	}
	rest := text[end:lineEnd(text, end, lineReach)]
	if !bytes.HasPrefix(rest, []byte("  ")) && !bytes.HasPrefix(rest, []byte(" *")) {
		return false
	}
	name := bytes.TrimRight(rest[2:], "\r")
	return len(name) > 0 && !bytes.ContainsAny(name[:1], " #;/*") && !bytes.ContainsAny(name, " \t")
}

// endsTaggedSum reports whether what stands before a digest is a checksum's algorithm and a file's name: MD5 (name) = .
func endsTaggedSum(head []byte) bool {
	rest, ok := bytes.CutSuffix(bytes.TrimRight(head, " "), []byte("="))
	if rest = bytes.TrimRight(rest, " "); !ok || !bytes.HasSuffix(rest, []byte(")")) {
		return false
	}
	algorithm, name, ok := bytes.Cut(rest, []byte("("))
	algorithm = bytes.TrimRight(algorithm, " ")
	return ok && len(name) > 1 && len(algorithm) >= 3 && len(algorithm) <= 12 && strings.Trim(string(algorithm), "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/") == ""
}
