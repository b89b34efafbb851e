package detect

import (
	"bytes"
	"strings"
)

// The values of a mapping in YAML and in braces (entries.go).

// indented reads the lines of a mapping in YAML whose key stands in a column, from a line on.
func (e *entries) indented(at, column int) {
	level := -1
	for at < e.hi && len(e.parts) < mostEntries {
		line, next := e.lineAt(at)
		body := bytes.TrimLeft(line, " ")
		indent := len(line) - len(body)
		switch {
		case len(body) == 0 || body[0] == '#' || bytes.HasPrefix(body, []byte("{{")):
			at = next
			continue
		case indent <= column:
			return
		case level < 0:
			level = indent
		}
		if indent == level {
			next = e.entry(at+indent, at+len(line), next, level)
		}
		at = next
		e.top = max(e.top, min(at, e.hi))
	}
}

// below looks for the mapping in the lines below a key of YAML. Its values are items of a list, NAME=value.
func (e *entries) below(key, to int) {
	column := key - (bytes.LastIndexByte(e.text[:key], '\n') + 1)
	list := -1 // the column in which the list's key stands
	for at := to; at < e.hi && len(e.parts) < mostEntries; {
		line, next := e.lineAt(at)
		body := bytes.TrimLeft(line, " ")
		indent := len(line) - len(body)
		item, isItem := bytes.CutPrefix(body, []byte("- "))
		item = bytes.TrimLeft(item, " ")
		if len(body) > 0 && (indent < column || indent == column && !isItem) {
			return
		}
		if isItem && list >= 0 && indent >= list {
			from := at + len(line) - len(item)
			if c := item[0]; c == '"' || c == '\'' {
				item, from = bytes.TrimRight(item[1:], string(c)), from+1
			}
			e.item(item, from)
		} else if len(body) > 0 {
			list = -1
			if isItem {
				indent, body = len(line)-len(item), item
			}
			if e.isKey(at + indent) {
				if bytes.HasSuffix(body, []byte(":")) {
					list = indent
				} else {
					e.flowList(at+indent, at+indent+len(body))
				}
			} else if body[0] == '{' { // - {name: db, literals: [a=b]}
				if key := bytes.Index(body, []byte(e.name)); key > 0 && !isNamePart(body[key-1]) && e.isKey(at+indent+key) {
					e.flowList(at+indent+key, at+indent+len(body))
				}
			}
		}
		at = next
		e.top = max(e.top, min(at, e.hi))
	}
}

// flowList reads the list in brackets whose key stands at a place.
func (e *entries) flowList(at, end int) {
	if open := bytes.IndexByte(e.text[at:end], '['); open >= 0 {
		e.flowItems(at+open+1, end)
	}
}

// flowItems reads the items of a list in brackets, text[at:end), of which each is NAME=value.
func (e *entries) flowItems(at, end int) {
	for at < end && e.text[at] != ']' && len(e.parts) < mostEntries {
		c, size := e.text[at], 0
		if c == '"' || c == '\'' {
			at++
			size = closing(e.text[at:end], c)
		} else {
			size = bytes.IndexAny(e.text[at:end], ",]")
		}
		if size < 0 {
			return
		}
		if size > 0 {
			e.item(bytes.TrimRight(e.text[at:at+size], " \t"), at)
		}
		if e.text[at+size] == ']' {
			return
		}
		for at += size + 1; at < end && strings.IndexByte(" \t,", e.text[at]) >= 0; {
			at++
		}
	}
}

// item keeps the value of an item of a list, NAME=value, that begins at a place.
func (e *entries) item(item []byte, from int) {
	i := bytes.IndexByte(item, '=')
	if i <= 0 {
		return
	}
	value := bytes.Trim(item[i+1:], `"'`)
	start := from + i + 1 + bytes.Index(item[i+1:], value)
	e.add(string(item[:i]), start, start+len(value))
}

// lineAt returns the line at a place without blanks at its end, and where the next begins.
func (e *entries) lineAt(at int) (line []byte, next int) {
	end := bytes.IndexByte(e.text[at:e.hi], '\n')
	if end < 0 {
		return bytes.TrimRight(e.text[at:e.hi], " \t\r"), e.hi
	}
	return bytes.TrimRight(e.text[at:at+end], " \t\r"), at + end + 1
}

// entry reads one name with its value, text[at:end), and returns where the next line to read begins.
func (e *entries) entry(at, end, next, level int) int {
	name, i := e.key(at, end)
	if i >= end && i > at || i < end && e.text[i] == ':' {
		for i++; i < end && (e.text[i] == ' ' || e.text[i] == '\t'); {
			i++
		}
	} else {
		return next
	}
	for i < end && (e.text[i] == '!' || e.text[i] == '&') && bytes.IndexByte(e.text[i:end], ' ') > 0 { // !!binary, an anchor
		i += bytes.IndexByte(e.text[i:end], ' ') + 1
	}
	if i >= end || e.text[i] == '|' || e.text[i] == '>' {
		return e.scalar(name, next, level)
	}
	if c := e.text[i]; c == '"' || c == '\'' {
		if size := closing(e.text[i+1:end], c); size > 0 {
			e.add(name, i+1, i+1+size)
		}
		return next
	}
	if bytes.HasPrefix(e.text[i:end], []byte("{{")) {
		e.template(name, i, end)
		return next
	}
	if c := bytes.Index(e.text[i:end], []byte(" #")); c >= 0 {
		end = i + len(bytes.TrimRight(e.text[i:i+c], " \t"))
	}
	e.add(name, i, end)
	return next
}

// scalar reads a value that begins on the line below its name: the text of one line. Longer ones are files, which other rules read.
func (e *entries) scalar(name string, at, level int) int {
	found, lines := part{}, 0
	for at < e.hi {
		line, next := e.lineAt(at)
		body := bytes.TrimLeft(line, " ")
		if indent := len(line) - len(body); len(body) > 0 {
			if indent <= level {
				break
			}
			lines++
			found = part{start: at + indent, end: at + len(line)}
		}
		at = next
		e.top = max(e.top, min(at, e.hi))
	}
	if lines == 1 {
		text := e.text[found.start:found.end]
		if n := len(text); n > 2 && (text[0] == '"' || text[0] == '\'') && text[n-1] == text[0] {
			found.start, found.end = found.start+1, found.end-1
		}
		e.add(name, found.start, found.end)
	}
	return at
}

// template reads a text that a template gives as the value: {{ "text" | b64enc }}, {{ .Values.x | default "text" }}.
func (e *entries) template(name string, at, end int) {
	open := bytes.IndexByte(e.text[at:end], '"')
	if open < 0 {
		return
	}
	open += at
	before := strings.TrimRight(string(e.text[at:open]), " ")
	if before != "{{" && before != "{{-" && !strings.HasSuffix(before, " default") && !strings.HasSuffix(before, " b64enc") {
		return
	}
	if size := closing(e.text[open+1:end], '"'); size > 0 {
		e.add(name, open+1, open+1+size)
	}
}

// key reads the name at a place and returns where what follows it begins: behind blanks.
func (e *entries) key(at, end int) (name string, next int) {
	if at+1 < end && e.text[at] == '[' && (e.text[at+1] == '"' || e.text[at+1] == '\'') { // ["name"] = "text"
		at++
	}
	if at < end && (e.text[at] == '"' || e.text[at] == '\'') {
		size := closing(e.text[at+1:end], e.text[at])
		if size < 0 {
			return "", at
		}
		if name, next = string(e.text[at+1:at+1+size]), at+size+2; next < end && e.text[next] == ']' {
			next++
		}
	} else {
		for next = at; next < end && (isNamePart(e.text[next]) || e.text[next] == '.' || e.text[next] == '/'); {
			next++
		}
		name = string(e.text[at:next])
	}
	for next < end && (e.text[next] == ' ' || e.text[next] == '\t') {
		next++
	}
	return name, next
}

// closing returns how far it is to a quotation mark that no backslash escapes, -1: none in this line.
func closing(text []byte, quote byte) int {
	for i := 0; i < len(text) && text[i] != '\n'; i++ {
		switch text[i] {
		case '\\':
			i++
		case quote:
			return i
		}
	}
	return -1
}

// inBraces looks for the mapping among the members of the braces that open at a place.
func (e *entries) inBraces(open int) {
	e.members(open, func(name string, value, end int) {
		if name == e.name && value < e.hi && e.text[value] == '{' {
			e.members(value, e.braced)
		}
	})
}

// members goes through the members of the braces that open at a place: where each value begins and ends.
func (e *entries) members(open int, visit func(name string, value, end int)) {
	i := open + 1
	for i < e.hi && len(e.parts) < mostEntries {
		c := e.text[i]
		switch {
		case strings.IndexByte(" \t\r\n,;", c) >= 0:
			i++
			continue
		case c == '#' || c == '/' && i+1 < e.hi && e.text[i+1] == '/':
			_, i = e.lineAt(i)
			continue
		case c == '}':
			e.top = max(e.top, i+1)
			return
		}
		name, value := e.key(i, e.hi)
		for value < e.hi && strings.IndexByte(" \t\r\n:=>", e.text[value]) >= 0 {
			value++
		}
		end := e.skip(max(value, i+1))
		if value > i && value < e.hi {
			visit(name, value, end)
		}
		i = end
	}
	e.top = max(e.top, i)
}

// skip returns where the value at a place ends: a string, something in brackets, or what stands before a comma or a line's end.
func (e *entries) skip(at int) int {
	depth := 0
	for i := at; i < e.hi; i++ {
		switch c := e.text[i]; c {
		case '"', '\'', '`':
			if size := closing(e.text[i+1:e.hi], c); size >= 0 {
				i += size + 1
			}
		case '{', '[', '(':
			depth++
		case '}', ']', ')':
			if depth == 0 {
				return i
			}
			depth--
		case ',', '\n':
			if depth == 0 {
				return i
			}
		}
	}
	return e.hi
}

// braced keeps the value of a member if it is text: in quotation marks, perhaps as the first argument of a call, or a bare word in YAML.
func (e *entries) braced(name string, at, end int) {
	i := at
	if bytes.HasPrefix(e.text[at:end], []byte("[]")) { // []byte("text")
		i += len("[]")
	}
	for i < end && (isNamePart(e.text[i]) || e.text[i] == '.') {
		i++
	}
	if i < end && e.text[i] == '(' {
		for i++; i < end && strings.IndexByte(" \t\r\n", e.text[i]) >= 0; {
			i++
		}
		at = i
	}
	if at >= end {
		return
	}
	switch c := e.text[at]; {
	case c == '"' || c == '\'' || c == '`':
		if size := closing(e.text[at+1:end], c); size > 0 {
			e.add(name, at+1, at+1+size)
		}
	case c == '{' && e.name == openedHere && e.depth < mostNested:
		e.depth++
		e.members(at, e.braced)
		e.depth--
	case end-at >= leastKey && hasDigit(string(e.text[at:end])) && isBareText(e.text[at:end]):
		e.add(name, at, end)
	}
}

// isBareText reports whether a value without quotation marks is a word or base64.
func isBareText(text []byte) bool {
	for _, c := range bytes.TrimRight(text, "=") {
		if !isNamePart(c) && c != '+' && c != '/' {
			return false
		}
	}
	return true
}

// add keeps a value that is long enough, if the block before did not see it.
func (e *entries) add(name string, start, end int) {
	if end-start >= leastPassword && name != "" && start >= e.from {
		e.parts = append(e.parts, part{start: start, end: end, name: name})
	}
}
