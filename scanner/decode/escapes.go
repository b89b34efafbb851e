package decode

// Escapes finds characters written as numbers after a backslash: \u0041, \u{41},
// \U00000041, \x41 and octal \101, in one line at least three of them. The usual
// \n, \t, \" and so on are decoded beside them.
type Escapes struct{}

// Name implements Decoder.
func (Escapes) Name() string { return "escapes" }

// Find implements Decoder.
func (d Escapes) Find(content []byte, minLen int, yield func(Run)) {
	s := d.syntax()
	s.find(content, 0, len(content), minLen, yield)
}

func (d Escapes) syntax() syntax {
	return syntax{name: d.Name(), mark: '\\', second: afterBackslash, escape: backslashEscape, ends: endsLine}
}

func endsLine(c byte) bool { return c == '\n' || c == '\r' || c == 0 }

func backslashEscape(text []byte) escapeResult {
	if len(text) < 2 {
		return escapeResult{}
	}
	switch c := text[1]; c {
	case 'u':
		if len(text) > 2 && text[2] == '{' {
			return bracedEscape(text)
		}
		return numberEscape(text, 4, false)
	case 'U':
		return numberEscape(text, 8, false)
	case 'x':
		return numberEscape(text, 2, true)
	case '0', '1', '2', '3':
		return octalEscape(text)
	case 'n':
		return escapeResult{value: '\n', size: 2}
	case 'r':
		return escapeResult{value: '\r', size: 2}
	case 't':
		return escapeResult{value: '\t', size: 2}
	case '"', '\'', '\\', '/':
		return escapeResult{value: rune(c), size: 2}
	}
	return escapeResult{}
}

// numberEscape decodes a backslash, a letter and n hexadecimal digits.
func numberEscape(text []byte, n int, raw bool) escapeResult {
	v := hexValue(text[2:], n)
	if v < 0 || v > 0x10ffff {
		return escapeResult{}
	}
	return escapeResult{value: v, raw: raw, size: 2 + n, counts: true}
}

func bracedEscape(text []byte) escapeResult {
	for n := 1; n <= 6 && 3+n < len(text); n++ {
		if text[3+n] == '}' {
			v := hexValue(text[3:], n)
			if v < 0 || v > 0x10ffff {
				return escapeResult{}
			}
			return escapeResult{value: v, size: 4 + n, counts: true}
		}
	}
	return escapeResult{}
}

// octalEscape decodes a backslash and three octal digits.
func octalEscape(text []byte) escapeResult {
	if len(text) < 4 {
		return escapeResult{}
	}
	v := rune(0)
	for _, c := range text[1:4] {
		if c < '0' || c > '7' {
			return escapeResult{}
		}
		v = v<<3 | rune(c-'0')
	}
	return escapeResult{value: v, raw: true, size: 4, counts: true}
}
