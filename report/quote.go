package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// path returns a path name as git shows one: as it is, or as a C string
// literal when it holds a quote, a backslash, a control or invisible character
// or bytes that are not UTF-8 (git's core.quotePath says the same; source:
// git-config(1)). Where names are not written as they are everything beyond ASCII is escaped, too.
// What would begin a line of a log like a command of GitHub's runner is quoted as well: two colons, of which one may be
// that before a line's number.
func (t terminal) path(name string) string {
	if name == "" {
		return `""`
	}
	escaped := t.escape(name, `"\`)
	if escaped == name && !strings.HasPrefix(name+":", "::") && !strings.HasPrefix(name, " ") && !strings.HasSuffix(name, " ") {
		return name
	}
	return `"` + escaped + `"`
}

// escape writes the characters of text that are not to be seen raw, and the bracket of ##[, as C escapes,
// and puts a backslash before each one that stands in special.
func (t terminal) escape(text, special string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		raw := text[i : i+size]
		command := r == '[' && strings.HasSuffix(text[:i], "##")
		i += size
		switch {
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case command, r == utf8.RuneError && size == 1, !unicode.IsPrint(r), r >= utf8.RuneSelf && !t.names:
			for _, c := range []byte(raw) {
				fmt.Fprintf(&b, `\%03o`, c)
			}
		default:
			if strings.ContainsRune(special, r) {
				b.WriteByte('\\')
			}
			b.WriteString(raw)
		}
	}
	return b.String()
}

// shellWord returns text as one word for a POSIX shell: as it is, in single
// quotes, or, when it holds what must not be shown raw, as what printf makes of its escapes: $'…' is
// what some shells do not know (POSIX has it since 2024).
func (t terminal) shellWord(text string) string {
	if text == "" {
		return "''"
	}
	if t.escape(text, "") != text {
		escaped := strings.ReplaceAll(t.escape(text, `\`), "%", "%%")
		dashes := ""
		if strings.HasPrefix(text, "-") {
			dashes = "-- "
		}
		return `"$(printf ` + dashes + `'` + strings.ReplaceAll(escaped, "'", `\047`) + `')"`
	}
	if strings.IndexFunc(text, shellSpecial) < 0 && text[0] != '~' && text[0] != '=' {
		return text
	}
	return `'` + strings.ReplaceAll(text, `'`, `'\''`) + `'`
}

// shellSpecial says whether a character means something to some shell.
func shellSpecial(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_@%+=:,./-~", r)
}

// pathspec returns what names exactly this path to git, before the shell's
// quoting. A masked path, which may not be spelled out, becomes a pattern: "*" for what is hidden.
// Source: gitglossary(7), pathspec.
func pathspec(name string, masked bool) string {
	if masked {
		return maskedPattern(name)
	}
	if rest := strings.TrimRight(name, "\n"); rest != name { // the shell takes line breaks from the end of what printf makes
		return maskedPattern(rest) + strings.Repeat("?", len(name)-len(rest))
	}
	if strings.HasPrefix(name, ":") || strings.ContainsAny(name, `*?[\`) {
		return ":(literal)" + name
	}
	return name
}

func maskedPattern(name string) string {
	var b strings.Builder
	hidden := false
	for i := 0; i < len(name); {
		r, size := utf8.DecodeRuneInString(name[i:])
		raw := name[i : i+size]
		i += size
		if r == bullet {
			if !hidden {
				b.WriteByte('*')
			}
			hidden = true
			continue
		}
		hidden = false
		if strings.ContainsRune(`*?[\`, r) || b.Len() == 0 && r == ':' {
			b.WriteByte('\\')
		}
		b.WriteString(raw)
	}
	return b.String()
}

// relativePath returns a path from the root as seen from the directory prefix.
func relativePath(prefix, path string) string {
	if prefix == "" || path == "" {
		return path
	}
	from := strings.Split(strings.Trim(prefix, "/"), "/")
	to := strings.Split(path, "/")
	same := 0
	for same < len(from) && same < len(to)-1 && from[same] == to[same] {
		same++
	}
	return strings.Repeat("../", len(from)-same) + strings.Join(to[same:], "/")
}
