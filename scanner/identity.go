package scanner

import (
	"strings"

	"github.com/keysieve/keysieve/rules/check"
)

// pemBegin begins what is written over several lines, and into one where a format has no lines.
const pemBegin = "-----BEGIN"

// identity is what two writings of one secret have in common: by it secrets are told apart, counted, grouped and
// named. A secret of several lines is the same whatever ends its lines and however far they are
// indented (a key in YAML, in a file from Windows); a private key in PEM also whatever a program or a document writes around its lines, and so are the private lines of PuTTY's. The identity of all others, and of lines that end in
// line feeds and are not indented, is their text.
func identity(secret string) string {
	isPEM := strings.HasPrefix(secret, pemBegin)
	if isPEM {
		if plain, ok := check.PlainArmour(secret); ok {
			secret = plain
		}
	}
	if plain, ok := check.PlainLines(secret); ok && !isPEM {
		return plain
	}
	switch {
	case isPEM && strings.Contains(secret, `\n`):
		return plainLines(unescapedLines(secret), blanks, blanks)
	case isPEM && strings.ContainsAny(secret, `"'\`):
		return plainLines(secret, opening, closing)
	case strings.ContainsAny(secret, "\r\n"):
		return plainLines(secret, blanks, blanks)
	}
	return secret
}

// What stands around the parts of a literal that goes over several lines.
const (
	blanks  = " \t"
	opening = blanks + `"'`
	closing = blanks + `"'\,`
)

// unescapedLines puts line feeds in place of their escapes, those of text in text among them. Lines that it
// has beside them are those of the source that it stands in.
func unescapedLines(text string) string {
	if strings.ContainsAny(text, "\r\n") {
		text = strings.ReplaceAll(plainLines(text, opening, closing), "\n", "")
	}
	return strings.NewReplacer(`\\r\\n`, "\n", `\\n`, "\n", `\r\n`, "\n", `\n`, "\n").Replace(text)
}

// plainLines ends lines in line feeds and trims them.
func plainLines(text, left, right string) string {
	lines := strings.Split(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"), "\n")
	for i, line := range lines {
		if right == closing {
			line = unjoined(line)
		}
		lines[i] = strings.TrimRight(strings.TrimLeft(line, left), right)
	}
	return strings.Join(lines, "\n")
}

// unjoined drops the operators that join the literal of a line with those of the lines around it: + (Java, C#, JavaScript, Go),
// . (PHP), & and & _ (Visual Basic), \ (Python, shells). Only what stands beside a quotation mark, outside of it, is one.
func unjoined(line string) string {
	const quotes, operators = `"'`, blanks + `+.&_\`
	if literal := strings.TrimRight(line, operators); literal != "" && strings.IndexByte(quotes, literal[len(literal)-1]) >= 0 {
		line = literal
	}
	if literal := strings.TrimLeft(line, operators); literal != "" && strings.IndexByte(quotes, literal[0]) >= 0 {
		line = literal
	}
	return line
}

// appendLineEnds appends a secret, and its writings with all other ends of lines, which have the same identity.
func appendLineEnds(texts []string, secret string) []string {
	if !strings.ContainsAny(secret, "\r\n") {
		return append(texts, secret)
	}
	plain := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(secret)
	return append(texts, secret, plain, strings.ReplaceAll(plain, "\n", "\r\n"), strings.ReplaceAll(plain, "\n", "\r"))
}

// same says that two secrets have one identity.
func (s Secret) same(other Secret) bool {
	return s.text == other.text || identity(s.text) == identity(other.text)
}
