package decode

// QuotedPrintable finds quoted-printable text (RFC 2045, section 6.7): at least
// three escapes =XX or line ends behind an equals sign. Since source code has x=20
// by chance, one of them must be an encoded equals sign, a byte beyond ASCII or
// a line end.
type QuotedPrintable struct{}

// Name implements Decoder.
func (QuotedPrintable) Name() string { return "quoted-printable" }

// Find implements Decoder.
func (d QuotedPrintable) Find(content []byte, minLen int, yield func(Run)) {
	s := d.syntax()
	s.find(content, 0, len(content), minLen, yield)
}

func (d QuotedPrintable) syntax() syntax {
	return syntax{name: d.Name(), mark: '=', second: afterEquals, escape: quotedEscape, ends: func(c byte) bool { return c == 0 }}
}

func quotedEscape(text []byte) escapeResult {
	if len(text) < 2 {
		return escapeResult{}
	}
	switch c := text[1]; {
	case c == '\n':
		return escapeResult{value: -1, size: 2, counts: true}
	case c == '\r' && len(text) > 2 && text[2] == '\n':
		return escapeResult{value: -1, size: 3, counts: true}
	case (c < '0' || c > '9') && (c < 'A' || c > 'F') || len(text) < 3 || 'a' <= text[2]:
		return escapeResult{} // lower-case digits are not allowed
	}
	v := hexValue(text[1:], 2)
	if v < 0 || v < ' ' && v != '\t' && v != '\n' && v != '\r' {
		return escapeResult{}
	}
	return escapeResult{value: v, raw: true, size: 3, counts: true, weak: v != '=' && v < 0x80}
}
