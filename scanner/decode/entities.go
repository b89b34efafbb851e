package decode

// Entities finds characters written as HTML or XML references: &#65; &#x41; and
// the common named ones, in one line at least three of them.
type Entities struct{}

// Name implements Decoder.
func (Entities) Name() string { return "entities" }

// Find implements Decoder.
func (d Entities) Find(content []byte, minLen int, yield func(Run)) {
	s := d.syntax()
	s.find(content, 0, len(content), minLen, yield)
}

func (d Entities) syntax() syntax {
	return syntax{name: d.Name(), mark: '&', second: afterAnd, escape: entityEscape, ends: endsLine}
}

// entityEscape decodes a reference of at most 10 bytes.
func entityEscape(text []byte) escapeResult {
	if len(text) < 4 {
		return escapeResult{}
	}
	end := 0
	for i := 2; i < min(len(text), 10); i++ {
		if text[i] == ';' {
			end = i
			break
		}
	}
	if end == 0 {
		return escapeResult{}
	}
	name, v := text[1:end], rune(-1)
	switch {
	case name[0] != '#':
		v = namedEntity(string(name))
	case len(name) > 2 && (name[1] == 'x' || name[1] == 'X'):
		v = hexValue(name[2:], len(name)-2)
	default:
		v = decimal(name[1:])
	}
	if v < 0 || v > 0x10ffff {
		return escapeResult{}
	}
	return escapeResult{value: v, size: end + 1, counts: true}
}

func decimal(digits []byte) rune {
	v := rune(0)
	for _, c := range digits {
		if c < '0' || c > '9' || v > 0x10ffff {
			return -1
		}
		v = v*10 + rune(c-'0')
	}
	if len(digits) == 0 {
		return -1
	}
	return v
}

// namedEntity returns the character of a name, -1 if it is none of those that secrets and
// what stands around them need.
func namedEntity(name string) rune {
	switch name {
	case "quot":
		return '"'
	case "apos":
		return '\''
	case "amp":
		return '&'
	case "lt":
		return '<'
	case "gt":
		return '>'
	case "nbsp":
		return ' '
	case "equals":
		return '='
	case "colon":
		return ':'
	case "sol":
		return '/'
	case "lowbar":
		return '_'
	case "plus":
		return '+'
	case "commat":
		return '@'
	}
	return -1
}
