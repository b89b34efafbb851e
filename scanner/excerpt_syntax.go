package scanner

import "strings"

// The syntax around a secret in an excerpt, as far as it tells what was cut off.

// openQuote returns the quotation mark in which a line's text ends; 0 for none. An apostrophe opens nothing.
func openQuote(before string) byte {
	if strings.IndexByte(before, '"') < 0 && strings.IndexByte(before, '\'') < 0 && strings.IndexByte(before, '`') < 0 {
		return 0
	}
	open := byte(0)
	for i := 0; i < len(before); i++ {
		c := before[i]
		switch {
		case c == '\\' && open != 0:
			i++
		case !isQuote(c):
		case c == open:
			open = 0
		case open == 0 && (c != '\'' || i == 0 || !isAlnum(before[i-1])):
			open = c
		}
	}
	return open
}

// untilClosed returns where a quotation mark stands that closes: it is neither escaped nor doubled, nor the
// quotation mark that a shell's word takes in by closing and opening it.
func untilClosed(rest string, quote byte) int {
	for i := 0; i < len(rest); i++ {
		switch {
		case rest[i] == '\\':
			i++
		case rest[i] != quote:
		case i+1 < len(rest) && rest[i+1] == quote:
			i++
		case quote == '\'' && strings.HasPrefix(rest[i:], `'\''`):
			i += len(`'\''`) - 1
		case quote == '\'' && strings.HasPrefix(rest[i:], `'"'"'`):
			i += len(`'"'"'`) - 1
		default:
			return i
		}
	}
	return len(rest)
}

// isApostrophe tells whether the mark at i is that of a word: don't, it's, we're.
func isApostrophe(text string, i int) bool {
	if text[i] != '\'' || i == 0 || !isAlnum(text[i-1]) {
		return false
	}
	end := i + 1
	for end < len(text) && isAlnum(text[end]) {
		end++
	}
	switch text[i+1 : end] {
	case "s", "t", "d", "m", "re", "ll", "ve":
		return true
	}
	return false
}

// isTag tells whether what stands before a value ends with a start tag: <password>, <string name="x">.
func isTag(before string) bool {
	before = strings.TrimRight(before, " \t")
	n := len(before)
	if n < 3 || before[n-1] != '>' || strings.IndexByte("=-/?%", before[n-2]) >= 0 {
		return false
	}
	i := strings.LastIndexByte(before, '<')
	return i >= 0 && isAlnum(before[i+1])
}

// isPassLine tells whether a line's begin is that of one in a .pgpass, of which the password is the rest: host:port:database:user:
func isPassLine(before string) bool {
	if !strings.HasSuffix(before, ":") || strings.ContainsAny(before, " \t\"'") {
		return false
	}
	fields := strings.Split(strings.ReplaceAll(before, `\:`, ""), ":")
	return len(fields) == 5 && fields[4] == "" && fields[1] != "" &&
		(fields[1] == "*" || strings.Trim(fields[1], "0123456789") == "")
}

// isCommand tells whether a command follows a variable that is set for it: its name is in small letters, and an option follows,
// or another variable.
func isCommand(rest string) bool {
	words := strings.Fields(rest)
	if len(words) == 0 || strings.IndexByte(" \t", rest[0]) < 0 {
		return false
	}
	if strings.Trim(words[0], "abcdefghijklmnopqrstuvwxyz0123456789_-./") != "" {
		return false
	}
	for _, word := range words[1:] {
		if isOption(word) || namesField(word) || strings.IndexByte("&|></$", word[0]) >= 0 {
			return true
		}
	}
	return strings.ContainsAny(words[0], "./")
}

// untilNext returns how long the rest of a value is that may hold blanks: to the next name with its sign, an option, a comment, an element,
// the bar of a table, or a bracket that closes what was opened before the value.
func untilNext(before, rest string) int {
	n := len(rest)
	for i := 0; i < len(rest) && n == len(rest); i++ {
		at := rest[i:]
		switch c := rest[i]; {
		case c == '\\':
			i++
		case c == ' ' || c == '\t':
			if endsBare(strings.TrimLeft(at, " \t")) {
				n = i
			}
		case c == ';' || c == ',' || c == '&' || c == '|':
			if namesField(strings.TrimLeft(at[1:], " \t\"'")) {
				n = i
			}
		case c == '<' && len(at) > 1 && (at[1] == '/' || isAlnum(at[1]) && strings.IndexByte(at, '>') > 0):
			n = i
		case strings.IndexByte(")]}", c) >= 0 && (len(at) == 1 || !isAlnum(at[1])) && closesBefore(before, rest[:i], c):
			n = i
		}
	}
	return len(strings.TrimRight(rest[:n], " \t,;/|&(-"))
}

// endsBare tells whether what follows a blank is no part of a value.
func endsBare(word string) bool {
	switch word {
	case "", "|", `\`:
		return true
	}
	for _, mark := range [...]string{"//", "/*", "<!--", "| ", "&&", "||", "-- ", ">", "2>"} {
		if strings.HasPrefix(word, mark) {
			return true
		}
	}
	comment, ok := strings.CutPrefix(word, "# ")
	return ok && isWord(comment) || isOption(word) || namesField(strings.TrimLeft(word, "\"'{$"))
}

// isWord tells whether a text begins with a word of small letters or a capital one, as comments do.
func isWord(text string) bool {
	text = strings.TrimLeft(text, " \t#(\"'`")
	word, _, _ := strings.Cut(text, " ")
	word = strings.TrimRight(word, ".,:;!?)\"'`")
	return word == "" || strings.Trim(word[1:], "abcdefghijklmnopqrstuvwxyz-/'.:") == "" || strings.ToUpper(word) == word && !strings.ContainsAny(word, "0123456789")
}

// isOption tells whether a word is an option of a command: -x, --long.
func isOption(word string) bool {
	name := strings.TrimLeft(word, "-")
	return name != "" && len(word) > len(name) && len(word) <= len(name)+2 && isAlnum(name[0])
}

// closesBefore tells whether a bracket closes one that was opened before the value.
func closesBefore(before, inside string, closer byte) bool {
	opener := map[byte]string{')': "(", ']': "[", '}': "{"}[closer]
	return strings.Count(before, opener) > strings.Count(before, string(closer)) && strings.Count(inside, opener) <= strings.Count(inside, string(closer))
}

// namesField tells whether a text begins with a name and the sign behind it.
func namesField(text string) bool {
	end := 0
	for end < len(text) && isNameByte(text[end]) {
		end++
	}
	if end > 0 && end < len(text) && (text[end] == '"' || text[end] == '\'') { // "name":
		end++
	}
	return end > 0 && end < len(text) && (text[end] == '=' || text[end] == ':')
}

func isNameByte(c byte) bool { return isAlnum(c) || c == '_' || c == '-' || c == '.' }

func isQuote(c byte) bool { return c == '"' || c == '\'' || c == '`' }

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}
