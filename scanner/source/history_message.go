package source

import (
	"bytes"
	"slices"

	"github.com/keysieve/keysieve/scanner/git"
)

// messageOf gives what a commit or a tag says, as it is scanned: its message and, on the lines below
// that, so that the message's own lines keep their numbers, what its header has beside what git
// writes into every one. That may be whole texts: tags that were merged (mergetag), what tools
// that convert or sign note, anything. The armour of signatures is left out.
func messageOf(kind git.Kind, content []byte) []byte {
	header, text, _ := bytes.Cut(content, []byte("\n\n"))
	extra := extraHeader(kind, header)
	if len(extra) == 0 {
		return text
	}
	joined := make([]byte, 0, len(text)+1+len(extra))
	joined = append(joined, text...)
	if len(text) > 0 && text[len(text)-1] != '\n' {
		joined = append(joined, '\n')
	}
	return append(joined, extra...)
}

// usualFields are those that every header has (git-commit-tree(1), git-mktag(1)).
func usualFields(kind git.Kind) [4]string {
	if kind == git.KindTag {
		return [...]string{"object", "type", "tag", "tagger"}
	}
	return [...]string{"tree", "parent", "author", "committer"}
}

// extraHeader gives the lines of a header that are not usual, those of a usual field that is there a second
// time among them. A line that begins with a space goes on with the field before it.
func extraHeader(kind git.Kind, header []byte) (extra []byte) {
	usual := usualFields(kind)
	var seen [len(usual)]bool
	signed := false
	for line := range bytes.SplitSeq(header, []byte{'\n'}) {
		value, continued := bytes.CutPrefix(line, []byte{' '})
		if !continued {
			var key []byte
			key, value, _ = bytes.Cut(line, []byte{' '})
			signed = false
			n := slices.IndexFunc(usual[:], func(field string) bool { return field == string(key) })
			if n >= 0 && (!seen[n] || usual[n] == "parent") {
				seen[n] = true
				continue
			}
		}
		switch {
		case isSignature(value):
			signed = true
		case signed && bytes.HasPrefix(value, []byte("-----END ")):
			signed = false
		case signed && isArmoured(value):
		case continued:
			extra = append(append(extra, value...), '\n')
		default:
			extra = append(append(extra, line...), '\n')
		}
	}
	return extra
}

// isSignature says whether the armour of a signature begins with a line: OpenPGP's, that of ssh-keygen(1), or S/MIME's.
func isSignature(line []byte) bool {
	name, ok := bytes.CutPrefix(line, []byte("-----BEGIN "))
	return ok && (bytes.HasSuffix(name, []byte(" SIGNATURE-----")) || bytes.HasSuffix(name, []byte("SIGNED MESSAGE-----")))
}

// isArmoured says whether a line is base64 and nothing else. What else stands in armour is text.
func isArmoured(line []byte) bool {
	for _, c := range line {
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && c != '+' && c != '/' && c != '=' {
			return false
		}
	}
	return true
}
