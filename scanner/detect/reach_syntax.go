package detect

import "strings"

// What the syntax around a bare value says of it: in what it stands, and whether it is text or an expression.

// openMarks returns the quotation marks that what stands before a value opened and did not close.
func openMarks(before string) string {
	open := ""
	for _, quote := range [...]string{`"`, `'`, "`"} {
		if strings.Count(before, quote)%2 == 1 {
			open += quote
		}
	}
	return open
}

// isElement tells whether what stands before a value ends with the start tag of an element.
func isElement(before string) bool {
	before = strings.TrimRight(before, " \t")
	n := len(before)
	if n < 2 || before[n-1] != '>' || strings.IndexByte("=-/?%", before[n-2]) >= 0 {
		return false
	}
	i := strings.LastIndexByte(before, '<')
	if i < 0 || !isLetter(before[i+1]) {
		return false
	}
	tag := before[i:]
	return !strings.Contains(tag, " ") || strings.Contains(tag, "name=") || strings.Contains(tag, "key=")
}

// isSettingHead tells whether nothing but a name and an operator stand before a bare value, and nothing but a comment behind it, as in settings:
// what stands between is text, though it may also be an expression of a program. Behind a variable of the environment a command may follow.
func isSettingHead(before, after string) bool {
	head := strings.TrimLeft(before, " \t#;/")
	for _, word := range [...]string{"- ", "export ", "set ", "SET ", "setx ", "ENV ", "ARG ", "Environment=", "local ", "readonly ", "declare -x "} {
		head = strings.TrimLeft(strings.TrimPrefix(head, word), " \t")
	}
	name := strings.TrimRight(head, " \t")
	if name == "" {
		return false
	}
	operator := name[len(name)-1]
	name = strings.TrimRight(name[:len(name)-1], "?:")
	tight := operator == '=' && strings.HasSuffix(head, "=") && name == strings.TrimRight(name, " \t")
	if operator != '=' && (operator != ':' || strings.HasSuffix(head, ":")) {
		return false
	}
	name = strings.Trim(name, " \t\"'")
	if name == "" || strings.IndexFunc(name, func(r rune) bool { return r >= 0x80 || !isNamePart(byte(r)) && r != '/' && r != ':' && r != '@' }) >= 0 {
		return false
	}
	if tight && isUpperName(name) {
		return true
	}
	comment := strings.TrimLeft(after, " \t")
	return comment == "" || comment[0] == '#' || comment[0] == ';'
}

// isFlowHead tells whether a value stands in a mapping on one line, {user: app, password: value}: in YAML it is text, in JavaScript an expression.
func isFlowHead(before string) bool {
	head, ok := strings.CutSuffix(before, ": ")
	if !ok || strings.IndexByte(head, '{') < 0 {
		return false
	}
	name := strings.TrimRightFunc(head, func(r rune) bool { return r < 0x80 && isNamePart(byte(r)) })
	rest := strings.TrimRight(name, " ")
	return len(name) < len(head) && rest != "" && (rest[len(rest)-1] == '{' || rest[len(rest)-1] == ',')
}

// nextPair returns where in a text the next name with a value begins, with the sign before it: a;name=, a&name=, a,name:. It is -1 without one.
func nextPair(text string) int {
	for i := 0; i < len(text); i++ {
		if strings.IndexByte(";&,|", text[i]) < 0 {
			continue
		}
		end := i + 1
		for end < len(text) && isNamePart(text[end]) {
			end++
		}
		if end > i+1 && end < len(text) && (text[end] == '=' || text[end] == ':') {
			return i
		}
	}
	return -1
}

// isExpression tells whether a bare word is an expression of a program or a template: a call, an index, a type, a list.
func isExpression(word string) bool {
	if word == "" || strings.IndexByte("$;,)]}>", word[0]) >= 0 || strings.HasPrefix(word, "<<") || isEnclosed(word) {
		return true
	}
	for _, mark := range [...]string{"${", "$(", "{{", "}}", "<%", "%>", "%(", "#{", "{%", "@{", "=>", "->", "::", "&&", "||", "()", "[]", "{}", "==", "</", "/>", "&.", "??", "![", `\"`} {
		if strings.Contains(word, mark) {
			return true
		}
	}
	if quote := word[len(word)-1]; strings.IndexByte("\"'`", quote) >= 0 && strings.Count(word, string(quote))%2 == 0 { // x+"…"
		return true
	}
	if condition, _, ok := strings.Cut(word, "?"); ok && isPath(condition) && strings.IndexByte(word[len(condition):], ':') > 0 {
		return true
	}
	bare := strings.TrimLeft(word, "&*!-@:")
	open := strings.IndexAny(bare, "([{<")
	if open < 0 {
		return isPath(bare) && bare != word || strings.ContainsAny(bare, "\"'") && isIdentifier(bare[:strings.IndexAny(bare, "\"'")]) && len(bare) > 3 && strings.IndexAny(bare, "\"'") <= 2
	}
	if !isPath(bare[:open]) {
		return false
	}
	closing := strings.LastIndexByte(bare, closerOf(bare[open]))
	if closing < open {
		return open == len(bare)-1
	}
	return closing == len(bare)-1 || strings.IndexByte(".?!+[(-*/^&|{<", bare[closing+1]) >= 0
}

// isPath tells whether a text is a name, or names joined by points.
func isPath(text string) bool { return isDotted(strings.ReplaceAll(text, "?.", ".")) }

// isEnclosed tells whether a text stands in brackets, or begins with the place of a value: a list, a template, <password>.
func isEnclosed(text string) bool {
	n := len(text)
	return n > 0 && strings.IndexByte("([{<", text[0]) >= 0 &&
		(n == 1 || text[n-1] == closerOf(text[0]) || text[0] == '<' && strings.IndexByte(text, '>') > 0)
}

func closerOf(open byte) byte {
	switch open {
	case '(':
		return ')'
	case '[':
		return ']'
	case '{':
		return '}'
	}
	return '>'
}

func openerOf(closer byte) byte {
	switch closer {
	case ')':
		return '('
	case ']':
		return '['
	case '}':
		return '{'
	}
	return '<'
}
