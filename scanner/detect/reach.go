package detect

import "strings"

// How far a value reaches. A rule's regex knows where a value begins; where it ends depends on the syntax around it, and a regex
// that ends a value at the first sign that could end it in any syntax cuts passwords at the signs in them. So where the
// surroundings say for sure in what a value is written, it is read on from there:
//
//	'it''s'  "a\"b"  -u 'app:a&b'    up to the quotation mark that closes, wherever that was opened
//	<password>a&amp;b(c</password>   up to the next tag
//	DB_PASSWORD=a;b(c  password: a,b up to the next blank, if nothing but a name stands before it, and it is no expression
//	Server=db;Password=a,b;          up to the next semicolon
//
// Everywhere else the value is what the regex took.

const (
	// reachMost is how far behind the end that a regex found a value may reach, in bytes, and how far before it its line may begin.
	reachMost = 256
	// rawSigns end a bare value in one syntax or another. A regex that lets them stand among the first bytes of a value relies on its
	// surroundings.
	rawSigns = "<>;,(){}[]&\"'`"
)

// wholeValue returns where a value ends that a regex found at s to e, and whether its surroundings say that it is text rather than
// an expression. It is false for ok where the value would be text only if they said so, and they don't. It looks at no more than
// the value's line.
func wholeValue(text []byte, s, e int) (end int, plain, ok bool) {
	lo := lineStart(text, s, reachMost)
	v := valueLine{
		before: string(text[lo:s]), rest: string(text[s:lineEnd(text, e, reachMost)]), took: e - s,
		whole: lo == 0 || text[lo-1] == '\n',
	}
	if n := v.length(); n > v.took {
		return s + n, true, true
	}
	return e, false, !v.isRaw()
}

// valueLine is a value with what stands on its line.
type valueLine struct {
	before string // the value
	rest   string // from its first byte on
	took   int    // bytes, by the regex
	whole  bool   // before goes back to the begin of the line
}

// isRaw tells whether a bare value has a sign among its first bytes that only its surroundings can make a part of it.
func (v valueLine) isRaw() bool {
	took := v.rest[:v.took]
	if n := len(v.before); n > 0 && strings.IndexByte("\"'`", v.before[n-1]) >= 0 {
		return false
	}
	return v.took <= leastKey && strings.ContainsAny(took, rawSigns) && !strings.HasPrefix(took, "${")
}

// length returns how long the value is; what the regex took if nothing tells more.
func (v valueLine) length() int {
	if quote, named := v.openQuote(); quote != 0 {
		n := v.untilQuote(quote)
		if named {
			if i := nextPair(v.rest[:n]); i >= 0 {
				n = i
			}
		}
		return n
	}
	if isElement(v.before) {
		n := strings.Index(v.rest, "</")
		if n > 0 && !strings.ContainsAny(v.rest[:n], " \t<") && !isEnclosed(v.rest[:n]) {
			return n
		}
		return v.took
	}
	word := v.rest
	if n := strings.IndexAny(word, " \t"); n >= 0 {
		word = word[:n]
	}
	after := v.rest[len(word):]
	switch {
	case len(word) <= v.took || !v.whole:
	case isSettingHead(v.before, after), isPairs(v.before, after):
		// A list of a shell begins with a bracket that closes in another word.
		if word = strings.TrimRight(word, ",;"); nextPair(word) < 0 && !isExpression(word) && !(after != "" && word[0] == '(') {
			return len(word)
		}
	case isFlowHead(v.before):
		word = strings.TrimRight(word, ",}")
		if len(word) > v.took && !strings.ContainsAny(word, "[]{},") && !isExpression(word) {
			return len(word)
		}
	case isList(v.before):
		if n := strings.IndexAny(word, ";"+openMarks(v.before)); n > v.took && nextPair(word[:n]) < 0 && !isExpression(word[:n]) {
			return n
		}
	}
	return v.took
}

// openQuote returns the quotation mark in which the value stands; 0 for none. named says that a name or a user's name stands between the mark and the
// value: "NAME=value", 'user:value'.
func (v valueLine) openQuote() (quote byte, named bool) {
	last := len(v.before) - 1
	if last < 0 {
		return 0, false
	}
	if c := v.before[last]; strings.IndexByte("\"'`", c) >= 0 {
		if last > 0 && v.before[last-1] == '\\' { // a string in a string
			return 0, false
		}
		return c, false
	}
	if v.before[last] != '=' && v.before[last] != ':' {
		return 0, false
	}
	i := last - 1
	for i >= 0 && (isNamePart(v.before[i]) || v.before[i] == '@') {
		i--
	}
	if i < 0 || i == last-1 || v.before[i] != '"' && v.before[i] != '\'' {
		return 0, false
	}
	if i > 0 && strings.IndexByte(" \t=[,(", v.before[i-1]) < 0 {
		return 0, false
	}
	return v.before[i], true
}

// untilQuote returns the length of the value in quotation marks. A mark may be part of it if it is escaped, or doubled, or taken out of the marks as in
// shells; one behind a backslash closes if no other does.
func (v valueLine) untilQuote(quote byte) int {
	escaped := 0
	for i := 0; i < len(v.rest); i++ {
		switch c := v.rest[i]; {
		case c == ' ' || c == '\t':
			return max(escaped, v.took)
		case c == '\\' && i+1 < len(v.rest) && (v.rest[i+1] == '\\' || v.rest[i+1] == quote):
			i++
			if v.rest[i] == quote {
				escaped = i
			}
		case c != quote:
		case quote == '\'' && strings.HasPrefix(v.rest[i:], `'\''`):
			i += len(`'\''`) - 1
		case quote == '\'' && strings.HasPrefix(v.rest[i:], `'"'"'`):
			i += len(`'"'"'`) - 1
		case quote != '`' && i > 0 && i+1 < len(v.rest) && v.rest[i+1] == quote:
			i++
		default:
			return max(i, v.took)
		}
	}
	return max(escaped, v.took)
}

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
	return i >= 0 && i+1 < n && isLetter(before[i+1])
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
		if strings.IndexByte(";&,", text[i]) < 0 {
			continue
		}
		end := i + 1
		for end < len(text) && isNamePart(text[end]) {
			end++
		}
		if end > i+2 && end < len(text) && (text[end] == '=' || text[end] == ':') {
			return i
		}
	}
	return -1
}

// isExpression tells whether a bare word is an expression of a program or a template: a call, an index, a type, a list.
func isExpression(word string) bool {
	if word == "" || word[0] == '$' || isEnclosed(word) {
		return true
	}
	for _, mark := range [...]string{"${", "$(", "{{", "}}", "<%", "%>", "%(", "#{", "{%", "@{", "=>", "->", "::", "&&", "||", "()", "[]", "{}", "==", "</", "/>", `\"`} {
		if strings.Contains(word, mark) {
			return true
		}
	}
	if quote := word[len(word)-1]; strings.IndexByte("\"'`", quote) >= 0 && strings.Count(word, string(quote))%2 == 0 { // x+"…"
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
	return closing == len(bare)-1 || strings.IndexByte(".?!+[(", bare[closing+1]) >= 0
}

// isPath tells whether a text is a name, or names joined by points.
func isPath(text string) bool { return isDotted(strings.ReplaceAll(text, "?.", ".")) }

// isEnclosed tells whether a text stands in brackets: a list, a template, the place of a value.
func isEnclosed(text string) bool {
	n := len(text)
	return n > 0 && strings.IndexByte("([{<", text[0]) >= 0 && (n == 1 || text[n-1] == closerOf(text[0]))
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
