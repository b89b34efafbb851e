package detect

import (
	"bytes"
	"strings"
)

// isTemplate reports whether a value holds a place that is filled in when it is
// used: a variable, an expression, a format verb, a token of a build tool.
func isTemplate(text string) bool {
	for _, mark := range templateMarks {
		if strings.Contains(text, mark) {
			return true
		}
	}
	n := len(text)
	switch first, last := text[0], text[n-1]; {
	case first == '$' && (isVariable(text[1:]) || beginsWithVariable(text)): // $NAME, $env:NAME, $obj->name, $DIR/file
		return true
	case first == '%' && last == '%' && n > 2 && isIdentifier(text[1:n-1]): // %NAME%
		return true
	case first == '@' && last == '@' && n > 2 && isIdentifier(text[1:n-1]): // @NAME@
		return true
	case first == '<' && last == '>', first == '[' && last == ']', first == '{' && last == '}':
		return true
	case first == '(' && last == ')':
		return true
	case first == '<' && !strings.ContainsAny(text, "0123456789"):
		return true
	case strings.HasPrefix(text, "__") && strings.HasSuffix(text, "__") && n > 4:
		return true
	case first == ':' && isIdentifier(text[1:]) && randomness(text[1:]) < randomKey: // a bind variable, a Ruby symbol
		return true
	}
	if i := strings.LastIndexByte(text, '$'); i > 0 && n-i > 6 && isIdentifier(text[i+1:]) && !hasDigit(text[:i]) && randomness(text[i+1:]) < -2 { // user$counter
		return true
	}
	for _, verb := range [...]string{"%s", "%d", "%v", "%q", "%x"} {
		if strings.HasPrefix(text, verb) || strings.HasSuffix(text, verb) {
			return true
		}
	}
	if i := strings.Index(text, "%["); i >= 0 && i+3 < n && text[i+3] == ']' { // %[2]s
		return true
	}
	possible := hasBracedName(text) || isFormat(text)
	for i := 0; i < len(possibleMarks) && !possible; i++ {
		possible = strings.Contains(text, possibleMarks[i])
	}
	return possible && randomness(text) < sureKey
}

// templateMarks begin an expression in shells, template languages and build tools.
var templateMarks = [...]string{"${", "$(", "{{", "<%", "%>", "#{", "$env:", "$Env:", "$ENV{"}

// possibleMarks do so, too, but a random text of all visible characters holds
// one of them now and then.
var possibleMarks = [...]string{
	"%{", "%(", "<?", "[[", "$[", "$$", "@@", "{%", "\\(", "&{", "`", "}}", "__(", "{$", "@{",
}

// hasBracedName reports whether a value holds {name} or {0}, as in Python, C#
// and URI templates.
func hasBracedName(text string) bool {
	open := strings.IndexByte(text, '{')
	if open < 0 {
		return false
	}
	end := strings.IndexByte(text[open:], '}')
	if end < 0 {
		return false
	}
	inner := text[open+1 : open+end]
	return inner == "" || isDotted(inner) || strings.Trim(inner, "0123456789") == ""
}

// isFormat reports whether a value is made of format verbs: %s, %d, %v, %1$s.
func isFormat(text string) bool {
	i := strings.IndexByte(text, '%')
	if i < 0 || i+1 >= len(text) {
		return false
	}
	verb := strings.TrimLeft(text[i+1:], "0123456789$-+#.")
	if verb == "" || strings.IndexByte("sdvqxXfu@iTpl", verb[0]) < 0 {
		return false
	}
	// Beside the verb no more than separators and letters: "%s:%s", "Bearer %s".
	return !strings.ContainsAny(text[:i], "0123456789!#&*") && (len(verb) == 1 || !isAlphanumeric(verb[1]))
}

// templateDefault returns the default of ${NAME:default}, ${NAME:-default}, ${NAME-default} or ${env:NAME:default} of which the value is
// nothing but, of one in another the inner one's: the default is what runs when nothing is set.
func templateDefault(text string) (string, bool) {
	inner, ok := strings.CutPrefix(text, "${")
	if !ok {
		return "", false
	}
	inner = strings.TrimSuffix(inner, "}")
	name, value, ok := strings.Cut(inner, ":")
	switch name {
	case "env", "sys", "ENV", "SYS": // where the variable is to be looked for
		name, value, ok = strings.Cut(value, ":")
	}
	if !ok {
		name, value, ok = cutAtSign(inner)
	}
	if !ok || !isDotted(strings.ReplaceAll(name, "-", "_")) && strings.Trim(name, "0123456789") != "" { // ${1:-default}
		return "", false
	}
	if strings.HasPrefix(value, "?") || strings.HasPrefix(value, "+") { // the shell's error message, alternative
		return "", false
	}
	value = strings.TrimPrefix(strings.TrimPrefix(value, "-"), "=")
	value = strings.Trim(value, `"'`)
	if strings.HasPrefix(value, "${") {
		return templateDefault(value)
	}
	return value, value != "" && !strings.ContainsAny(value, "${}")
}

// cutAtSign cuts NAME-default and NAME=default, as the shell has them of a variable that is not set at all. A name with a hyphen in it is
// one, too, elsewhere: those of variables are in capitals, and the default is not.
func cutAtSign(inner string) (name, value string, ok bool) {
	const capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
	value = strings.TrimLeft(inner, capitals)
	name = inner[:len(inner)-len(value)]
	if name == "" || value == "" || value[0] != '-' && value[0] != '=' || strings.Trim(value[1:], capitals+"-") == "" {
		return "", "", false
	}
	return name, value[1:], true
}

// defaultIn narrows a value, text[s:e], to the default of the template that it is, ${NAME:-default}, or is the end of: the default is the secret,
// whoever writes a template around it.
func defaultIn(text []byte, s, e int) (start, end int) {
	value := string(text[s:e])
	if inner, ok := templateDefault(value); ok {
		start = s + strings.LastIndex(value, inner)
		return start, start + len(inner)
	}
	if line := text[lineStart(text, s, valueReach):s]; bytes.HasSuffix(line, []byte(":")) && bytes.LastIndex(line, []byte("${")) > bytes.LastIndexByte(line, '}') {
		if inner := strings.TrimLeft(value, "-="); inner != "" {
			return e - len(inner), e
		}
	}
	return s, e
}

// isVariable reports whether text can follow the $ of a variable: a name, with
// members, elements and a scope.
func isVariable(text string) bool {
	text = strings.NewReplacer("->", ".", "::", ".", ":", ".", "[", ".", "]", "", "'", "", `"`, "").Replace(text)
	if !isDotted(text) {
		return false
	}
	// $Xk9!… begins like a variable, too; a variable is written.
	return randomness(text) < 4
}

// beginsWithVariable reports whether a value is a variable in capitals and more
// text: $DIR/file, $HOST:$PORT.
func beginsWithVariable(text string) bool {
	end := 1
	for end < len(text) && (text[end] == '_' || classOf(text[end]) == classUpper) {
		end++
	}
	return end > 3 && end < len(text) && strings.IndexByte("/:.@-$%", text[end]) >= 0
}

// isDotted reports whether a text is identifiers joined by dots.
func isDotted(text string) bool {
	for part := range strings.SplitSeq(text, ".") {
		if !isIdentifier(part) {
			return false
		}
	}
	return true
}

// isIdentifier reports whether a text is a letter or underscore followed by
// letters, digits and underscores.
func isIdentifier(text string) bool {
	for i := 0; i < len(text); i++ {
		c := text[i]
		if !isAlphanumeric(c) && c != '_' || i == 0 && c >= '0' && c <= '9' {
			return false
		}
	}
	return text != ""
}

func isAlphanumeric(c byte) bool { return isLetter(c) || c >= '0' && c <= '9' }
