package detect

import (
	"bytes"
	"slices"
	"strings"
)

// mostRecordLines is how many lines a row of a table may have whose cells in quotation marks break lines.
const mostRecordLines = 32

// recordEnd returns where the row ends that a text begins with: at the end of the line on which all cells are closed that quotation
// marks open (RFC 4180), or of the first line where none does.
func recordEnd(text []byte) int {
	first, quotes := -1, 0
	for end, lines := 0, 0; lines < mostRecordLines; lines++ {
		length := bytes.IndexByte(text[end:], '\n')
		if length < 0 {
			length = len(text) - end
		}
		quotes += bytes.Count(text[end:end+length], []byte{'"'})
		end += length
		if first < 0 {
			first = end
		}
		if quotes%2 == 0 {
			return end
		}
		if end == len(text) {
			break
		}
		end++
	}
	return max(first, 0)
}

// isSecretColumn reports whether the name of a column is that of credentials, and not of their digests.
func isSecretColumn(name string) bool {
	if !speaksOfSecret(name) && !isForeignPassword(name) || foldName(name) == "key" {
		return false
	}
	return !slices.ContainsFunc(nameWords(name), func(word string) bool {
		switch word {
		case "hash", "hashed", "hashes", "sha", "md", "digest", "checksum", "fingerprint", "commit":
			return true
		}
		return false
	})
}

// isMeasure reports whether the name of a column is that of what is measured of passwords: the others of such a table are examples.
func isMeasure(name string) bool {
	return slices.ContainsFunc(nameWords(name), func(word string) bool {
		switch word {
		case "score", "strength", "entropy", "guesses", "crack", "cracked", "cracking":
			return true
		}
		return false
	})
}

// isForeignPassword reports whether the heading of a column is a word for a password in another language.
func isForeignPassword(name string) bool {
	lower := strings.ToLower(name)
	for _, word := range [...]string{"kennwort", "contraseña", "contrasena", "contrasenya", "wachtwoord", "senha", "hasło", "haslo", "parola", "lösenord", "heslo"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return lower == "clave" || strings.HasSuffix(lower, " clave")
}
