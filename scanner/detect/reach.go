package detect

import (
	"bytes"
	"strings"
)

// How far a value reaches. A rule's regex knows where a value begins; where it ends depends on the syntax around it, and a regex
// that ends a value at the first sign that could end it in any syntax cuts passwords at the signs in them. So where the
// surroundings say for sure in what a value is written, it is read on from there:
//
//	'it''s'  "a\"b"  -u 'app:a&b'    up to the quotation mark that closes, wherever that was opened
//	<password>a&amp;b</password>     up to the next tag
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
	// cuttingSigns are those at which a regex may have ended a value too early.
	cuttingSigns = rawSigns + `|\`
)

// wholeValue returns where a value ends that a regex found at s to e, and whether its surroundings say that it is text rather than
// an expression. It is false for ok where the value would be text only if they said so, and they don't. It looks at no more than
// the value's line.
func wholeValue(text []byte, s, e int) (end int, plain, ok bool) {
	if e < len(text) && strings.IndexByte(cuttingSigns, text[e]) < 0 && !bytes.ContainsAny(text[s:e], rawSigns) {
		return e, false, true // nothing cut it, as is so most often
	}
	lo, hi := lineStart(text, s, reachMost), lineEnd(text, e, reachMost)
	v := valueLine{before: string(text[lo:s]), rest: string(text[s:hi]), took: e - s, whole: lo == 0 || text[lo-1] == '\n'}
	cut := hi < len(text) && text[hi] != '\n' && text[hi] != '\r' // what goes on there is longer than a value
	if n := v.length(); n > v.took && !(cut && s+n == hi) {
		return s + n, true, true
	}
	return e, false, !v.isRaw()
}

// valueLine is a value with what stands on its line.
type valueLine struct {
	before string // what stands before it
	rest   string // the line from its first byte on
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
	if len(v.rest) > v.took && v.rest[v.took] == '@' { // the password before a host
		return v.took
	}
	if quote, sign := v.openQuote(); quote != 0 {
		return v.inQuotes(quote, sign)
	}
	if isElement(v.before) {
		n := strings.Index(v.rest, "</")
		if n < 0 || strings.ContainsAny(v.rest[:n], " \t<") {
			return v.took
		}
		return v.settled(untilEntity(v.rest[:n]))
	}
	word := v.rest
	if n := strings.IndexAny(word, " \t"); n >= 0 {
		word = word[:n]
	}
	after := v.rest[len(word):]
	switch {
	case len(word) <= v.took || !v.whole:
	case isSettingHead(v.before, after), isPairs(v.before, after):
		// A list of a shell closes in another word.
		if word[0] == '(' && after != "" || isExpression(strings.TrimRight(word, ",;")) {
			return v.took
		}
		return v.settled(closed(beforeNext(word)))
	case isFlowHead(v.before):
		if word = closed(word); !strings.ContainsAny(word, "[]{},") {
			return v.settled(word)
		}
	case isList(v.before):
		if n := strings.IndexAny(word, ";"+openMarks(v.before)); n >= 0 {
			return v.settled(beforeNext(word[:n]))
		}
	}
	return v.took
}

// settled returns the length of what a bare value is read on to; what the regex took if that is less, or if it is an expression.
func (v valueLine) settled(word string) int {
	if len(word) <= v.took || isExpression(word) {
		return v.took
	}
	return len(word)
}

// beforeNext returns a word up to where the next name with a value begins, the next command or a comment: a;name=, a&name, a;//b, a>file.
func beforeNext(word string) string {
	if i := nextPair(word); i >= 0 {
		word = word[:i]
	}
	if i := strings.IndexByte(word, '<'); i > 0 && i+1 < len(word) && isLetter(word[i+1]) && word[len(word)-1] == '>' { // text before a tag
		word = word[:i]
	}
	for i := 1; i < len(word); i++ {
		if strings.IndexByte(";&|>", word[i]) < 0 {
			continue
		}
		rest := word[i+1:]
		if strings.Trim(rest, "abcdefghijklmnopqrstuvwxyz") == "" || strings.IndexByte(`\#/`, rest[0]) >= 0 {
			return word[:i]
		}
	}
	return untilEntity(word)
}

// untilEntity returns a text up to a blank that is written as an entity.
func untilEntity(text string) string {
	text, _, _ = strings.Cut(text, "&nbsp;")
	text, _, _ = strings.Cut(text, "&#")
	return text
}

// closed returns a word without what closes at its end and was opened before it: quotation marks, brackets, and the signs and escapes between.
func closed(word string) string {
	for word != "" {
		last := word[len(word)-1]
		switch {
		case strings.IndexByte(",;", last) >= 0:
		case strings.IndexByte("\"'`", last) >= 0 && strings.Count(word, string(last))%2 == 1:
		case strings.IndexByte(")]}>", last) >= 0 && strings.Count(word, string(last)) > strings.Count(word, string(openerOf(last))):
		case last == '\\':
		default:
			if plain := trimBreaks(word); plain != word {
				word = plain
				continue
			}
			return word
		}
		word = word[:len(word)-1]
	}
	return word
}

// trimBreaks returns a text without the line breaks that are escaped at its end.
func trimBreaks(text string) string {
	for strings.HasSuffix(text, `\n`) || strings.HasSuffix(text, `\r`) || strings.HasSuffix(text, `\t`) {
		text = text[:len(text)-2]
	}
	return text
}

// openQuote returns the quotation mark in which the value stands; 0 for none. sign is what stands between a name or a user's name at the mark
// and the value: "NAME=value", 'user:value'; 0 for nothing.
func (v valueLine) openQuote() (quote, sign byte) {
	last := len(v.before) - 1
	if last < 0 {
		return 0, 0
	}
	if c := v.before[last]; strings.IndexByte("\"'`", c) >= 0 {
		if last > 0 && (v.before[last-1] == '\\' || v.before[last-1] == c) { // a string in a string, which closes as it opened
			return 0, 0
		}
		return c, 0
	}
	if v.before[last] != '=' && v.before[last] != ':' {
		return 0, 0
	}
	i := last - 1
	for i >= 0 && (isNamePart(v.before[i]) || v.before[i] == '@') {
		i--
	}
	if i < 0 || i == last-1 || v.before[i] != '"' && v.before[i] != '\'' {
		return 0, 0
	}
	if i > 0 && strings.IndexByte(" \t=[,(", v.before[i-1]) < 0 {
		return 0, 0
	}
	return v.before[i], v.before[last]
}

// inQuotes returns the length of the value in quotation marks, perhaps behind a name and a sign.
func (v valueLine) inQuotes(quote, sign byte) int {
	n := v.untilQuote(quote)
	if n <= v.took {
		return v.took
	}
	word := trimBreaks(v.rest[:n])
	if again, ok := strings.CutPrefix(word[min(v.took, len(word)):], `\n`); ok && again == word[:v.took] { // for passwd, which asks twice
		return v.took
	}
	switch sign {
	case '=':
		word = closed(beforeNext(word))
		if strings.IndexByte(";,)]}>", word[0]) >= 0 || isEnclosed(word) {
			return v.took
		}
	case ':': // user:password@host
		if i := strings.IndexByte(word, '@'); i >= 0 && strings.ContainsAny(word[i:], ".:(") {
			return v.took
		}
	}
	return max(len(word), v.took)
}

// untilQuote returns the length of the value in quotation marks. A mark may be part of it if it is escaped, or doubled as in SQL, or taken out of the
// marks as in shells; one behind a backslash closes if no other does, or if a sign follows it.
func (v valueLine) untilQuote(quote byte) int {
	escaped := 0
	for i := 0; i < len(v.rest); i++ {
		switch c := v.rest[i]; {
		case c == ' ' || c == '\t':
			return max(escaped, v.took)
		case c == '\\' && i+1 < len(v.rest) && (v.rest[i+1] == '\\' || v.rest[i+1] == quote):
			i++
			if v.rest[i] != quote {
				continue
			}
			if escaped = i; i+1 < len(v.rest) && strings.IndexByte(",;)]}", v.rest[i+1]) >= 0 {
				return max(escaped, v.took)
			}
		case c != quote:
		case quote == '\'' && strings.HasPrefix(v.rest[i:], `'\''`):
			i += len(`'\''`) - 1
		case quote == '\'' && strings.HasPrefix(v.rest[i:], `'"'"'`):
			i += len(`'"'"'`) - 1
		case quote == '\'' && i > 0 && i+1 < len(v.rest) && v.rest[i+1] == quote:
			i++
		default:
			return max(i, v.took)
		}
	}
	return max(escaped, v.took)
}
