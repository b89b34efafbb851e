package detect

import (
	"bytes"
	"strings"
)

// What a command is given as pairs (entries.go): the arguments NAME=value behind the match, or the lines
// USER:password below it. Words and quotation marks are those of shells (POSIX, Shell Command Language, 2.2 Quoting), and line ends that are
// taken back those of PowerShell and batch files, too.

// pairs reads what stands behind a command, from a place on.
func (e *entries) pairs(at int) {
	if e.name == argumentsHere {
		e.arguments(at)
	} else {
		e.accountLines(at)
	}
}

// arguments reads the words of the command from a place on, up to its end: of each NAME=value the value, whichever of the two is in
// quotation marks. Options, what is redirected and other words say nothing.
func (e *entries) arguments(at int) {
	for len(e.parts) < mostEntries {
		at = e.skipContinued(at)
		if at >= e.hi || strings.IndexByte("\r\n;|&)`#", e.text[at]) >= 0 || isQuote(e.text[at]) && !e.opensWord(at) {
			break
		}
		at = max(e.argument(at), at+1)
	}
	e.top = max(e.top, min(at, e.hi))
}

// skipContinued skips blanks, and line ends behind the sign that takes them back.
func (e *entries) skipContinued(at int) int {
	for at < e.hi {
		switch c := e.text[at]; {
		case c == ' ' || c == '\t':
			at++
		case strings.IndexByte("\\`^", c) >= 0 && bytes.HasPrefix(e.text[at+1:e.hi], []byte("\n")):
			at += len("\\\n")
		case strings.IndexByte("\\`^", c) >= 0 && bytes.HasPrefix(e.text[at+1:e.hi], []byte("\r\n")):
			at += len("\\\r\n")
		default:
			return at
		}
	}
	return at
}

func isQuote(c byte) bool { return c == '"' || c == '\'' }

// opensWord reports whether the quotation mark at a place opens a word, rather than closing the text that holds the command.
func (e *entries) opensWord(at int) bool {
	return at+1 < e.hi && isNamePart(e.text[at+1]) && e.unquoted(at) < e.hi
}

// unquoted returns where the text in the quotation marks that open at a place ends; the end of what may be read if they do not close.
func (e *entries) unquoted(at int) int {
	quote := e.text[at]
	for i := at + 1; i < e.hi; i++ {
		switch c := e.text[i]; {
		case c == quote:
			return i
		case c == '\\' && quote == '"':
			i++
		}
	}
	return e.hi
}

// argument reads the word at a place and returns where it ends.
func (e *entries) argument(at int) (end int) {
	stop := e.hi
	if isQuote(e.text[at]) { // "NAME=value"
		stop = e.unquoted(at)
		at++
	}
	i := at
	for i < stop && (isNamePart(e.text[i]) || strings.IndexByte("./:[]", e.text[i]) >= 0) {
		i++
	}
	name, pair := string(e.text[at:i]), i > at && i < stop && e.text[i] == '=' && e.text[at] != '-'
	if stop < e.hi {
		if pair {
			e.pair(name, i+1, stop)
		}
		return stop + 1
	}
	if !pair {
		return e.word(i)
	}
	i++
	switch rest := e.text[i:e.hi]; {
	case len(rest) > 0 && isQuote(rest[0]):
		stop = e.unquoted(i)
		e.pair(name, i+1, stop)
		return e.word(min(stop+1, e.hi))
	case bytes.HasPrefix(rest, []byte(`\"`)): // the command stands in a program's text
		size := bytes.Index(rest[2:], []byte(`\"`))
		if size < 0 {
			return e.hi
		}
		e.pair(name, i+2, i+2+size)
		return i + 2 + size + 2
	}
	end = e.word(i)
	e.pair(name, i, end)
	return end
}

// word returns where the bare word at a place ends. What stands in brackets belongs to it: $(command).
func (e *entries) word(at int) int {
	depth := 0
	for i := at; i < e.hi; i++ {
		switch c := e.text[i]; c {
		case '\\':
			if i+1 < e.hi && strings.IndexByte("\r\n\"", e.text[i+1]) >= 0 {
				return i
			}
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				return i
			}
		case '\n':
			return i
		case ' ', '\t', '\r', ';', '|', '&', '<', '>', '`', '"', '\'':
			if depth == 0 {
				return i
			}
		}
	}
	return e.hi
}

// accountLines reads the lines USER:password from a place on, up to the first that is none; in YAML they may be items of a list.
func (e *entries) accountLines(at int) {
	for at < e.hi && len(e.parts) < mostEntries {
		line, next := e.lineAt(at)
		item := bytes.TrimLeft(line, " \t-")
		if len(item) > 0 && isQuote(item[0]) {
			line = bytes.TrimSuffix(line, item[:1])
		}
		_, value, ok := bytes.Cut(line, []byte(":"))
		if !ok || len(value) == 0 || value[0] == ' ' {
			break
		}
		if c := value[0]; c != '!' && c != '*' { // locked
			e.pair("password", at+len(line)-len(value), at+len(line))
		}
		at = next
	}
	e.top = max(e.top, min(at, e.hi))
}

// pair keeps a value of one line that is given as it is: a variable, a file (@name), an object and what a document leaves open are judged elsewhere or not at all.
func (e *entries) pair(name string, start, end int) {
	if start < end && end <= e.hi && strings.IndexByte("$`<{[@", e.text[start]) < 0 && bytes.IndexByte(e.text[start:end], '\n') < 0 {
		e.add(name, start, end)
	}
}
