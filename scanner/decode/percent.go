package decode

// Percent finds percent-encoding (RFC 3986, section 2.1): in one word at least three
// escapes, whose bytes are UTF-8. A plus sign stays one.
type Percent struct{}

// Name implements Decoder.
func (Percent) Name() string { return "percent" }

// Find implements Decoder.
func (d Percent) Find(content []byte, minLen int, yield func(Run)) {
	s := d.syntax()
	s.find(content, 0, len(content), minLen, yield)
}

func (d Percent) syntax() syntax {
	return syntax{name: d.Name(), mark: '%', second: afterPercent, escape: percentEscape, ends: endsWord}
}

func percentEscape(text []byte) escapeResult {
	v := rune(-1)
	if len(text) >= 3 {
		v = hexValue(text[1:], 2)
	}
	if v < 0 {
		return escapeResult{}
	}
	return escapeResult{value: v, raw: true, size: 3, counts: true}
}

// endsWord says that a URL can not go over a byte.
func endsWord(c byte) bool {
	return c <= ' ' || c == '"' || c == '\'' || c == '`' || c == '<' || c == '>' || c == '\\' || c == 0x7f
}
