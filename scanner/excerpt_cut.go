package scanner

import (
	"strings"
	"unicode/utf8"
)

// What a rule cut off a value. A value with a blank, a quotation mark or an escape in it is told up to there where nothing says for sure
// how far it reaches, and what stands behind it is as secret as what is told. So an excerpt masks the rest of the literal that a secret
// lies in, to the mark that closes it where there is one, and else to the next name, flag, comment or bracket that can be no part of it.
// More is masked than is told, rather than less.

// mostBeside is how much of a line an excerpt holds on a side of its secret, in bytes, less a character: a line with as much was cut.
const mostBeside = 196

// extent says which ends of a line an excerpt holds. What begins one that was cut begins no line, and in one that lacks its end the
// quotation marks can't be counted.
type extent struct{ begins, ends bool }

// cutOff returns how many bytes behind a secret may belong to it, though the rule ended it before them.
func cutOff(line string, lo, hi int, shown extent) int {
	if lo < 0 || hi <= lo || hi >= len(line) {
		return 0
	}
	l := literal{before: line[:lo], value: line[lo:hi], rest: line[hi:], shown: shown}
	n, ok := l.behind()
	if !ok {
		n = max(n, l.word())
	}
	return n
}

// literal is what a rule took of a value, with what stands on its line.
type literal struct {
	before, value, rest string
	shown               extent
}

// behind returns how long the rest of the literal is, as far as marks and names tell; ok says that a mark closes it.
func (l literal) behind() (n int, ok bool) {
	if closer := l.closer(); closer != "" {
		if n = strings.Index(l.rest, closer); n < 0 {
			n = len(l.rest) // it goes on on the next line
		}
		return n, true
	}
	if n = l.bracketed(); n > 0 {
		return n, true
	}
	if n = len(l.before); n > 0 && isQuote(l.before[n-1]) {
		return l.joined(l.quoted(l.before[n-1])), true
	}
	rest := l.rest
	if quote := openQuote(l.before); quote != 0 {
		if n = l.closed(quote); n < len(rest) {
			rest = rest[:n]
		}
	}
	switch {
	case isTag(l.before):
		if n = strings.IndexByte(rest, '<'); n < 0 {
			n = len(rest)
		}
		return n, n < len(rest)
	case isPassLine(l.before):
		return len(rest), true
	case l.takesBlanks(rest):
		return untilNext(l.before, rest), false
	}
	return 0, false
}

// closer returns what closes a literal that opens with more than a quotation mark: """, r#", [[, <![CDATA[, %q( or a mark that is escaped
// since the literal stands in another; "" for others.
func (l literal) closer() string {
	n := len(l.before)
	if n < 2 {
		return ""
	}
	last := l.before[n-1]
	if isQuote(last) {
		open := strings.TrimRight(l.before[:n-1], "#")
		marks := l.before[len(open) : n-1]
		switch {
		case strings.HasSuffix(l.before, strings.Repeat(string(last), 3)):
			return l.before[n-3:]
		case last == '"' && marks != "" && (open == "" || !isAlnum(open[len(open)-1]) || strings.HasSuffix(open, "r")):
			return `"` + marks
		case l.before[n-2] == '\\':
			return l.before[len(strings.TrimRight(l.before[:n-1], `\`)):]
		}
		return ""
	}
	switch {
	case strings.HasSuffix(l.before, "<![CDATA["):
		return "]]>"
	case strings.HasSuffix(l.before, `R"(`):
		return `)"`
	case last == '[':
		if open := strings.TrimRight(l.before[:n-1], "="); strings.HasSuffix(open, "[") {
			return "]" + l.before[len(open):n-1] + "]"
		}
	}
	return ""
}

// bracketed returns how long the rest is of a literal in brackets, %q(…), q{…} or ={…}, the first of which the rule may have taken, too.
func (l literal) bracketed() int {
	before, open := l.before, l.value[0]
	if strings.IndexByte("([{<", open) < 0 {
		n := len(before)
		if n == 0 || strings.IndexByte("([{<", before[n-1]) < 0 {
			return 0
		}
		before, open = before[:n-1], before[n-1]
	}
	word := strings.TrimRight(before, "qQ")
	isWord := word != before && len(before)-len(word) <= 2 && (word == "" || !isAlnum(word[len(word)-1]))
	if !isWord && (open != '{' || !strings.HasSuffix(before, "=")) {
		return 0
	}
	closer := map[byte]byte{'(': ')', '[': ']', '{': '}', '<': '>'}[open]
	if strings.IndexByte(l.value, closer) >= 0 {
		return 0
	}
	return max(strings.IndexByte(l.rest, closer), 0)
}

// quoted returns how long the rest of a value behind a quotation mark is: to the mark that closes it, or all where none does. A mark that
// a letter or digit follows closes nothing in a format that takes marks as they come, and where the marks behind the one that closes do
// not come in pairs, the last one may be the value's.
func (l literal) quoted(quote byte) int {
	n := l.closed(quote)
	if n >= len(l.rest) {
		return len(l.rest)
	}
	for n+1 < len(l.rest) && isAlnum(l.rest[n+1]) && !namesField(l.rest[n+1:]) {
		more := strings.IndexByte(l.rest[n+1:], quote)
		if more < 0 {
			break
		}
		n += 1 + more
	}
	if !l.shown.ends {
		return n
	}
	count, last := 0, n
	stray := false // the first mark behind it opens nothing
	for i := n + 1; i < len(l.rest); i++ {
		switch {
		case l.rest[i] == '\\':
			i++
		case l.rest[i] == quote && !isApostrophe(l.rest, i):
			stray = stray || count == 0 && endsWord(l.rest[n+1:i])
			count, last = count+1, i
		}
	}
	if stray || count%2 == 1 {
		return last
	}
	return n
}

// joined returns how long the rest is with the literals that a program joins to it: "a" + "b", 'a' . 'b', "a" "b". end is where the first
// one's closing mark stands.
func (l literal) joined(end int) int {
	sign := strings.TrimRight(l.before[:len(l.before)-1], " \t")
	isSet := strings.HasSuffix(sign, "=") || strings.HasSuffix(sign, ":")
	for end < len(l.rest) {
		next := strings.TrimLeft(l.rest[end+1:], " \t")
		operand := strings.TrimLeft(next, "+.&|<>*~ ")
		operator := strings.TrimRight(next[:len(next)-len(operand)], " ")
		if operand == "" || !isQuote(operand[0]) || !isJoint(operator) || operator == "" && !isSet {
			return end
		}
		start := len(l.rest) - len(operand) + 1
		end = start + untilClosed(l.rest[start:], operand[0])
	}
	return end
}

// isJoint tells whether a sign between two literals makes one of them; nothing between them does so in C, Python, Ruby and shells.
func isJoint(operator string) bool {
	switch operator {
	case "", "+", "++", ".", "..", "&", "||", "<>", "*", "~":
		return true
	}
	return false
}

// closed returns where the rest's quotation mark stands that closes.
func (l literal) closed(quote byte) int {
	from := 0
	if l.value[len(l.value)-1] == '\\' { // the mark behind it is escaped
		from = 1
	}
	return from + untilClosed(l.rest[from:], quote)
}

// endsWord tells whether a text ends with a word that is longer than the prefix of a string: b", rb".
func endsWord(text string) bool {
	word := len(text)
	for word > 0 && (isAlnum(text[word-1]) || text[word-1] == '`') {
		word--
	}
	return len(text)-word > len("rb")
}

// takesBlanks tells whether a value without quotation marks may go on behind a blank: behind a name and its sign, or on a line of its own,
// but not in the arguments of a command.
func (l literal) takesBlanks(rest string) bool {
	if strings.HasPrefix(rest, "@") && strings.Contains(l.before, ":") { // the password before a host
		return !strings.Contains(l.before, "://")
	}
	head := strings.TrimRight(l.before, " \t")
	if head == "" {
		return l.shown.begins
	}
	if strings.HasSuffix(head, "=>") {
		return true
	}
	sign := head[len(head)-1]
	if sign != '=' && sign != ':' {
		return false
	}
	if sign == ':' || len(head) < len(l.before) {
		return true
	}
	name := strings.TrimRight(head, ":=?")
	start := len(name)
	for start > 0 && isNameByte(name[start-1]) {
		start--
	}
	ahead := strings.TrimRight(name[:start], " \t")
	name = name[start:]
	switch { // of a command's words a blank ends each, unless it stands in quotation marks
	case start > 0 && isQuote(l.before[start-1]):
		return true
	case strings.HasPrefix(name, "-"):
		return false
	case name == "" || name != strings.ToUpper(name):
		return true
	}
	switch strings.TrimLeft(ahead, "-#/ ") {
	case "", "export", "set", "SET", "ENV", "ARG", "local", "readonly":
		return !isCommand(rest)
	}
	return false
}

// word returns how long the rest is of the word that a value without quotation marks is, if its first sign does not close what was open before.
func (l literal) word() int {
	if !mayGoOn(l.rest) {
		return 0
	}
	end := 0
	for end < len(l.rest) && strings.IndexByte(" \t\r\n", l.rest[end]) < 0 && (l.rest[end] != '<' || end == 0) {
		if l.rest[end] == '\\' && end+1 < len(l.rest) { // a blank that is escaped
			end++
		}
		end++
	}
	if goesOn(l.rest[:end]) {
		return end
	}
	return 0
}

// mayGoOn is false where a first look tells that goesOn is: lines of one file's length without a blank are not read for nothing.
func mayGoOn(rest string) bool {
	switch rest[0] {
	case '"', '\'', '`', '<', '&', '[', '(', '{', '\\', '$':
		return true
	case ',', ';', ')', ']', '}', '>', '|':
		return goesOn(rest)
	}
	return false
}

// goesOn tells whether what stands between a value and the next blank may be the rest of it: it begins with a sign that does not close
// what was open before, and holds letters or digits.
func goesOn(rest string) bool {
	if len(rest) < 2 {
		return false
	}
	switch rest[0] {
	case '"', '\'', '`':
		return isAlnum(rest[1])
	case '<':
		return rest[1] != '/' // the end of an element
	case '&':
		return strings.HasPrefix(rest, "&amp;") || strings.IndexByte(rest, '=') < 0 // else a query's next field
	case '[', '(', '{', '\\', '$':
		return strings.IndexFunc(rest, func(r rune) bool { return r < utf8.RuneSelf && isAlnum(byte(r)) }) > 0
	case ',', ';', ')', ']', '}', '>', '|': // else the next field: ,name=
		return isAlnum(rest[1]) && !namesField(rest[1:])
	}
	return false
}
