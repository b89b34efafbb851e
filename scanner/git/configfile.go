package git

import (
	"errors"
	"fmt"
	"strings"
)

// configFile is a parsed configuration file: its variables in their order.
// (The decoder of go-git does not read a key behind its section's head, a
// section of the old form [a.b] or a continued line, all of which git does.)
type configFile []variable

// variable is one "key = value" of a configuration file.
type variable struct {
	name     string // section.key, both in lower case
	sub      string // subsection, as it is written
	value    string
	hasValue bool // else the key stands alone, which means true
}

// get gives the last variable of that name that is in no subsection.
func (f configFile) get(name string) (variable, bool) {
	for i := len(f) - 1; i >= 0; i-- {
		if f[i].name == name && f[i].sub == "" {
			return f[i], true
		}
	}
	return variable{}, false
}

// parseConfig reads the text of a configuration file (git-config(1), "Syntax").
// Errors name the line.
func parseConfig(text string) (configFile, error) {
	text = strings.TrimPrefix(text, "\ufeff")
	p := configParser{rest: strings.ReplaceAll(text, "\r\n", "\n"), line: 1}
	var file configFile
	section, sub := "", ""
	for {
		p.skip(" \t\n\r\f\v")
		switch {
		case p.rest == "":
			return file, nil
		case p.rest[0] == '#' || p.rest[0] == ';':
			p.take(p.until("\n"))
		case p.rest[0] == '[':
			var err error
			if section, sub, err = p.section(); err != nil {
				return nil, fmt.Errorf("line %d: %w", p.line, err)
			}
		default:
			v, err := p.variable()
			if err == nil && section == "" {
				err = errors.New("a key outside of any section")
			}
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", p.line, err)
			}
			v.name, v.sub = section+"."+v.name, sub
			file = append(file, v)
		}
	}
}

type configParser struct {
	rest string
	line int // from 1
}

// take gives the next n bytes and goes past them.
func (p *configParser) take(n int) string {
	taken := p.rest[:n]
	p.rest = p.rest[n:]
	p.line += strings.Count(taken, "\n")
	return taken
}

// until is the number of bytes before the first of some others.
func (p *configParser) until(others string) int {
	if n := strings.IndexAny(p.rest, others); n >= 0 {
		return n
	}
	return len(p.rest)
}

func (p *configParser) skip(space string) {
	p.take(len(p.rest) - len(strings.TrimLeft(p.rest, space)))
}

// word gives the next bytes that a key may have, and others.
func (p *configParser) word(others string) string {
	n := 0
	for n < len(p.rest) {
		c := p.rest[n]
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && c != '-' && strings.IndexByte(others, c) < 0 {
			break
		}
		n++
	}
	return p.take(n)
}

// section reads [NAME], [NAME "SUBSECTION"] or the old form [NAME.SUBSECTION].
func (p *configParser) section() (name, sub string, err error) {
	p.take(1)
	name = strings.ToLower(p.word("."))
	if old, rest, ok := strings.Cut(name, "."); ok {
		name, sub = old, rest
	}
	if name == "" {
		return "", "", errors.New("bad section")
	}
	if strings.HasPrefix(p.rest, "]") {
		p.take(1)
		return name, sub, nil
	}
	p.skip(" \t")
	if !strings.HasPrefix(p.rest, `"`) {
		return "", "", errors.New("bad section")
	}
	p.take(1)
	var b strings.Builder
	b.WriteString(sub)
	for {
		n := p.until("\"\\\n")
		b.WriteString(p.take(n))
		switch {
		case strings.HasPrefix(p.rest, `"]`):
			p.take(2)
			return name, b.String(), nil
		case strings.HasPrefix(p.rest, `\`) && len(p.rest) > 1 && p.rest[1] != '\n':
			p.take(1)
			b.WriteString(p.take(1))
		default:
			return "", "", errors.New("bad subsection")
		}
	}
}

// variable reads KEY or KEY = VALUE.
func (p *configParser) variable() (v variable, err error) {
	v.name = strings.ToLower(p.word(""))
	if v.name == "" || v.name[0] < 'a' {
		return v, errors.New("bad key")
	}
	p.skip(" \t")
	if p.rest == "" || p.rest[0] == '\n' {
		return v, nil
	}
	if p.rest[0] != '=' {
		return v, fmt.Errorf("bad key %q", v.name)
	}
	p.take(1)
	p.skip(" \t")
	v.hasValue = true
	v.value, err = p.value()
	return v, err
}

// value reads to the end of the line: quotes keep space and comment signs, a
// backslash at the end continues on the next line.
func (p *configParser) value() (string, error) {
	var b strings.Builder
	quoted, kept := false, 0 // kept: bytes of b that are not trailing space
	for {
		n := p.until("\"\\\n#;")
		plain := p.take(n)
		b.WriteString(plain)
		if end := len(strings.TrimRight(plain, " \t\r\f\v")); quoted {
			kept = b.Len()
		} else if end > 0 {
			kept = b.Len() - len(plain) + end
		}
		switch {
		case p.rest == "", p.rest[0] == '\n':
			if quoted {
				return "", errors.New("a quote that is not closed")
			}
			return b.String()[:kept], nil
		case p.rest[0] == '"':
			p.take(1)
			quoted = !quoted
			kept = b.Len()
		case p.rest[0] == '\\':
			escape, err := p.escape()
			if err != nil {
				return "", err
			}
			b.WriteString(escape)
			kept = b.Len()
		case quoted:
			b.WriteString(p.take(1))
			kept = b.Len()
		default:
			p.take(p.until("\n"))
			return b.String()[:kept], nil
		}
	}
}

// escape reads a backslash and what follows it.
func (p *configParser) escape() (string, error) {
	p.take(1)
	if p.rest == "" {
		return "", errors.New("a backslash at the end of the file")
	}
	switch c := p.take(1); c {
	case "\n":
		return "", nil
	case "t":
		return "\t", nil
	case "b":
		return "\b", nil
	case "n":
		return "\n", nil
	case `\`, `"`:
		return c, nil
	default:
		return "", fmt.Errorf("unknown escape \\%s", c)
	}
}
