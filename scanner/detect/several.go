package detect

import (
	"bytes"
	"strings"
	"unicode"
)

// Where a match stands for several values. A regex finds a list's first value, the head
// of a table or that of an INSERT; what belongs to it further on is read here:
//
//	passwords = ["…", "…"]                 the rest of the list
//	name,password                          a table's rows below its heading (RFC 4180, with , ; or tab)
//	| name | password |                    the same, drawn (several_drawn.go), or of HTML (several_html.go)
//	INSERT INTO t (name, password) VALUES  the rows of the statement
//	COPY t (name, password) FROM stdin;    the rows below the statement
//
// Every value is judged for itself, under the name of the list or the column.

const (
	// severalReach is how far behind a match its further values are read, in bytes: less than what
	// blocks overlap by. In a content's last block, which mostly is its only one, they are read to the end. What is read so of a block is
	// severalShare times its length at most, or severalFloor: a thousand headings may stand above one table, and be its rows.
	severalReach = 48 << 10
	severalShare = 8
	severalFloor = 16 << 20
	// mostColumns is how many columns a table may have.
	mostColumns = 64
)

// part is one value of a match: where it stands in the block, and the name of the column or list
// that it stands in; empty: what stands before it says so.
type part struct {
	start, end int
	name       string
	plain      bool // its surroundings say that it is text
}

// tableHead is a heading as a rule matched it.
type tableHead struct {
	rule int32
	line string
}

// valuesOf returns the values that a match of a generic rule stands for, and how far it looked to say so.
func (p *pass) valuesOf(b block, rule int32, loc []int, secret part) (parts []part, seen int) {
	head := tableHead{rule: rule}
	if secret.end == secret.start+1 && isHeading(b.text, loc[0], secret.start) {
		head.line = string(b.text[loc[0]:secret.start])
		if b.base+int64(secret.start) < p.tables[head] { // it stands in a table below an equal one, which was read
			p.spoil()
			return nil, secret.end
		}
	}
	limit := p.severalLimit(b, secret.end)
	drawn := secret.end == secret.start+1 && (isDrawnHead(b.text, loc[0], secret.start) || isHTMLHead(b.text, loc[0], secret.start) || isJiraHead(b.text, loc[0], secret.start))
	if drawn && b.base+int64(loc[0]) < p.drawn[rule] { // it is a row of a table that was read
		p.spoil()
		return nil, secret.end
	}
	parts, seen = partsOf(b.text, loc, secret, limit)
	p.severalRead += max(seen-secret.end, 0)
	switch {
	case seen >= limit && (limit < len(b.text) || !b.last):
		p.unfinished = append(p.unfinished, int(rule))
		p.spoil()
	case head.line != "":
		if p.tables == nil {
			p.tables = make(map[tableHead]int64)
		}
		p.tables[head] = b.base + int64(seen)
	case drawn:
		if p.drawn == nil {
			p.drawn = make(map[int32]int64)
		}
		p.drawn[rule] = b.base + int64(seen)
		if b.text[loc[0]] == '<' { // its heading began far before
			p.spoil()
		}
	}
	return parts, seen
}

// severalLimit is up to where in the block the further values of a match are read that ends at end: up to a line's end, where more than a
// line is, so that no row is cut.
func (p *pass) severalLimit(b block, end int) int {
	switch {
	case p.severalRead >= max(severalShare*len(b.text), severalFloor):
		return end
	case b.last:
		return len(b.text)
	}
	limit := min(len(b.text), end+severalReach)
	if n := bytes.LastIndexByte(b.text[end:limit], '\n'); n >= 0 {
		limit = end + n + 1
	}
	return limit
}

// partsOf returns the values that a match of a generic rule stands for, and how far in the block was looked to
// say so: to limit at most. It is most often the secret alone.
func partsOf(text []byte, loc []int, secret part, limit int) (parts []part, seen int) {
	s, e := secret.start, secret.end
	head := text[loc[0]:s]
	switch {
	case e == s+1 && isCopy(head):
		return copyParts(text[:limit], loc[0], s)
	case e == s+1 && isHeading(text, loc[0], s): // the regex stops there
		return tableParts(text[:limit], loc[0], s)
	case e == s+1 && isHTMLHead(text, loc[0], s):
		return htmlParts(text[:limit], loc[0], s)
	case e == s+1 && isJiraHead(text, loc[0], s):
		return jiraParts(text[:limit], loc[0], s)
	case e == s+1 && isDrawnHead(text, loc[0], s):
		return drawnParts(text[:limit], loc[0], s)
	case e == s+1 && text[s] == '(' && closesColumns(head):
		return insertParts(text[:limit], loc[0], s)
	}
	parts = []part{secret}
	if name, ok := listName(head); ok {
		return listParts(text[:limit], parts, name)
	}
	var ok bool
	if parts[0].end, parts[0].plain, ok = wholeValue(text, s, e); !ok {
		return nil, e
	}
	return parts, parts[0].end
}

// closesColumns reports whether the first brackets that close in a text are followed by a word at most and brackets that open, as
// the columns of an INSERT are by VALUES and its rows.
func closesColumns(text []byte) bool {
	i := bytes.IndexByte(text, ')')
	if i < 0 {
		return false
	}
	for _, c := range text[i+1:] {
		switch {
		case c == '(':
			return true
		case !isAlphanumeric(c) && c != ' ' && c != '\t' && c != '\r' && c != '\n':
			return false
		}
	}
	return true // as far as it goes
}

// isHeading reports whether what a match has before its secret is one whole line and the secret begins the next.
func isHeading(text []byte, lo, s int) bool {
	return s > lo+1 && text[s-1] == '\n' && !isHTMLHead(text, lo, s) && (lo == 0 || text[lo-1] == '\n') && bytes.IndexByte(text[lo:s-1], '\n') < 0
}

// tableParts reads the columns of a table that are named after credentials, from the heading at lo and the rows from s on.
func tableParts(text []byte, lo, s int) (parts []part, seen int) {
	heading := bytes.TrimPrefix(bytes.TrimRight(text[lo:s], "\r\n"), []byte("\uFEFF")) // spreadsheets begin files with it
	if len(heading) == 0 || heading[0] == ' ' {
		return nil, s
	}
	separator := byte(',')
	for _, c := range []byte(";\t") {
		if bytes.Count(heading, []byte{c}) > bytes.Count(heading, []byte{separator}) {
			separator = c
		}
	}
	names := cells(heading, separator)
	if len(names) < 2 || len(names) > mostColumns {
		return nil, s
	}
	var columns []int
	for i, n := range names {
		name := string(heading[n.start:n.end])
		if !isColumnName(name) || isMeasure(name) {
			return nil, s
		}
		if isSecretColumn(name) {
			columns = append(columns, i)
		}
	}
	for s < len(text) && len(columns) > 0 {
		end := recordEnd(text[s:])
		row := cells(bytes.TrimRight(text[s:s+end], "\r"), separator)
		if len(row) != len(names) {
			return parts, s + end
		}
		for _, column := range columns {
			c := row[column]
			bare := s+c.start == 0 || text[s+c.start-1] != '"'
			if c.end > c.start && !(bare && bytes.IndexByte(text[s+c.start:s+c.end], '"') >= 0) { // key="k1" is code
				n := names[column]
				parts = append(parts, part{start: s + c.start, end: s + c.end, name: string(heading[n.start:n.end])})
			}
		}
		s += end + 1
	}
	return parts, min(s, len(text))
}

// isColumnName reports whether a cell of a heading is a name: words that begin with a letter.
func isColumnName(cell string) bool {
	return cell != "" && isLetter(cell[0]) && strings.IndexFunc(cell, func(r rune) bool { return r >= 0x80 && !unicode.IsLetter(r) || r < 0x80 && !isColumnByte(byte(r)) }) < 0
}

func isColumnByte(c byte) bool { return isAlphanumeric(c) || c < 0x80 && columnSigns[c] }

var columnSigns = [0x80]bool{' ': true, '_': true, '-': true, '.': true, '/': true, '(': true, ')': true, '#': true}

// cells returns where the cells of a line are, without their quotation marks.
func cells(line []byte, separator byte) []part {
	var row []part
	for i := 0; i <= len(line) && len(row) <= mostColumns; i++ {
		start, end := i, i
		if i < len(line) && line[i] == '"' {
			start++
			for i = start; i < len(line) && (line[i] != '"' || i+1 < len(line) && line[i+1] == '"'); i++ {
				if line[i] == '"' {
					i++
				}
			}
			end = min(i, len(line))
		}
		quoted := end != start || i > start
		for i < len(line) && line[i] != separator {
			i++
		}
		if !quoted {
			end = i
			for start < end && line[start] == ' ' {
				start++
			}
			for end > start && line[end-1] == ' ' {
				end--
			}
		}
		row = append(row, part{start: start, end: max(start, end)})
	}
	return row
}

// insertParts reads the values of an INSERT's columns that are named after credentials: the columns stand in the
// first brackets behind lo, the rows from s on.
func insertParts(text []byte, lo, s int) (parts []part, seen int) {
	open := lo + bytes.IndexByte(text[lo:s], '(')
	size := bytes.IndexByte(text[open:s], ')')
	if size < 0 {
		return nil, s
	}
	var names []string
	for name := range strings.SplitSeq(string(text[open+1:open+size]), ",") {
		names = append(names, strings.Trim(name, " \t\r\n\"'`[]"))
	}
	for len(names) <= mostColumns {
		row, end := tuple(text, s)
		if len(row) != len(names) {
			return parts, max(end, s)
		}
		for i, v := range row {
			if v.end > v.start && speaksOfSecret(names[i]) && foldName(names[i]) != "key" {
				parts = append(parts, part{start: v.start, end: v.end, name: names[i]})
			}
		}
		s = skipBlanks(text, end)
		if s >= len(text) || text[s] != ',' {
			return parts, s
		}
		s = skipBlanks(text, s+1)
	}
	return parts, s
}

// tuple reads a row of values in brackets at s: where the texts among them stand, empty for a number, NULL or a call. It
// returns nothing for a row that does not end or is none.
func tuple(text []byte, s int) (row []part, end int) {
	if s >= len(text) || text[s] != '(' {
		return nil, s
	}
	depth, value := 0, part{}
	for i := s; i < len(text); i++ {
		switch c := text[i]; c {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return append(row, value), i + 1
			}
		case ',':
			if depth == 1 {
				row, value = append(row, value), part{}
			}
		case '\'', '"':
			start := i + 1
			for i++; i < len(text) && text[i] != c; i++ {
				if text[i] == '\\' {
					i++
				}
			}
			if depth == 1 && i < len(text) {
				value = part{start: start, end: i}
			}
		}
	}
	return nil, len(text)
}

// skipBlanks returns where blanks and line breaks from i on end.
func skipBlanks(text []byte, i int) int {
	for i < len(text) && strings.IndexByte(" \t\r\n", text[i]) >= 0 {
		i++
	}
	return i
}

// listName returns the name of the list whose first value a match begins with: a plural with a bracket behind it, or with
// items of YAML below it.
func listName(head []byte) (string, bool) {
	end := 0
	for end < len(head) && isNamePart(head[end]) {
		end++
	}
	name, rest := string(head[:end]), head[end:]
	if !isPlural(name) {
		return "", false
	}
	if open := bytes.LastIndexAny(rest, "[({"); open >= 0 {
		assigned := bytes.ContainsAny(rest[:open], ":=") // or else it is a call
		return name, assigned && !bytes.ContainsAny(rest[open:], ":=") && bytes.LastIndexAny(rest, "])}") < open
	}
	item := bytes.TrimRight(rest, `"' `)
	return name, bytes.HasSuffix(item, []byte("-")) && bytes.IndexByte(rest, '\n') >= 0
}

// isPlural reports whether a name is that of several credentials.
func isPlural(name string) bool {
	folded := foldName(name)
	for _, word := range [...]string{"passwords", "passwds", "passphrases", "pwds", "secrets", "apikeys", "accesskeys", "tokens"} {
		if strings.Contains(folded, word) {
			return true
		}
	}
	return false
}

// listParts appends the items that follow the first one of a list.
func listParts(text []byte, parts []part, name string) ([]part, int) {
	first := parts[0]
	lead := text[lineStart(text, first.start, reachMost):first.start] // a bound, since a line may hold thousands of lists
	item := bytes.TrimRight(lead, `"'`)
	inYAML := bytes.HasSuffix(bytes.TrimRight(item, " "), []byte("-")) && len(bytes.Trim(item, " \t-")) == 0
	parts[0].name = name
	end := first.end
	for {
		next, ok := part{}, false
		if inYAML {
			next, ok = nextInYAML(text, end, item)
		} else {
			next, ok = nextInBrackets(text, end)
		}
		if !ok {
			return parts, min(len(text), max(end, next.end)+1)
		}
		next.name = name
		parts = append(parts, next)
		end = next.end
	}
}

// nextInYAML returns the item on the line below, when it begins as the one before did.
func nextInYAML(text []byte, end int, lead []byte) (part, bool) {
	size := bytes.IndexByte(text[end:], '\n')
	if size < 0 {
		return part{end: len(text)}, false
	}
	start := end + size + 1
	stop := bytes.IndexByte(text[start:], '\n')
	if stop < 0 {
		stop = len(text) - start
	}
	line, ok := bytes.CutPrefix(text[start:start+stop], lead)
	if start += len(lead); !ok {
		return part{end: min(len(text), start+stop)}, false
	}
	line, _, _ = bytes.Cut(line, []byte(" #"))
	line = bytes.TrimRight(line, " \t\r")
	if bytes.ContainsAny(line, ` :{[&*!|>`) {
		return part{end: start + stop}, false // no text
	}
	if n := len(line); n > 1 && (line[0] == '"' || line[0] == '\'') && line[n-1] == line[0] {
		return part{start: start + 1, end: start + n - 1}, true
	}
	return part{start: start, end: start + len(line)}, true
}

// nextInBrackets returns the item behind the one that ends at end: quoted as that is and behind a comma, or bare and behind a
// blank or a comma.
func nextInBrackets(text []byte, end int) (part, bool) {
	if end >= len(text) {
		return part{end: end}, false
	}
	quote := text[end]
	if quote != '"' && quote != '\'' && quote != '`' {
		start := skipBlanks(text, end)
		if start < len(text) && text[start] == ',' {
			start = skipBlanks(text, start+1)
		}
		stop := start
		for stop < len(text) && strings.IndexByte(" \t\r\n,;()[]{}<>\"'`&$", text[stop]) < 0 {
			stop++
		}
		return part{start: start, end: stop}, start > end && stop > start && stop < len(text) && strings.IndexByte(" \t\r\n,)]", text[stop]) >= 0
	}
	comma := skipBlanks(text, end+1)
	start := skipBlanks(text, min(comma+1, len(text)))
	if comma >= len(text) || text[comma] != ',' || start >= len(text) || text[start] != quote {
		return part{end: start}, false
	}
	size := bytes.IndexAny(text[start+1:], string(quote)+"\n")
	if size < 0 || text[start+1+size] == '\n' {
		return part{end: len(text)}, false
	}
	stop := start + 1 + size
	if key := skipBlanks(text, stop+1); key < len(text) && (text[key] == ':' || text[key] == '=') {
		return part{end: key}, false // "name": a table of names and values says what each is
	}
	return part{start: start + 1, end: stop}, true
}
