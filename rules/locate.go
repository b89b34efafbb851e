package rules

import (
	"strconv"
	"strings"
)

// lines maps places in a TOML text to the lines on which they start. A place is
// written like "rules[3].allowlists[0].regexes[2]": keys joined by dots, with
// indexes for arrays and arrays of tables. A table's line is its header's.
//
// The TOML library tells positions for mistakes of syntax only; what is wrong
// with a value is found after it has read the text.
type lines map[string]int

// of returns the line of a place or, where the text does not have it, of what it
// would be in: the nearest table around it; 0 if there is none.
func (l lines) of(place string) int {
	for place != "" {
		if line, ok := l[place]; ok {
			return line
		}
		// [allowlist] is an older spelling of one [[allowlists]].
		if line, ok := l[strings.Replace(place, "allowlists[0]", "allowlist", 1)]; ok {
			return line
		}
		place = place[:max(0, strings.LastIndexAny(place, ".["))]
	}
	return 0
}

// locate finds the line of every key, table and array element of a text that the
// TOML library has accepted. Of any other text it gives some lines and no panic.
func locate(text string) lines {
	l := locator{text: text, line: 1, lines: lines{}, counts: map[string]int{}}
	for l.pos < len(l.text) {
		start := l.pos
		l.space(true)
		if l.pos >= len(l.text) {
			break
		}
		if l.text[l.pos] == '[' {
			l.header()
		} else {
			l.entry(l.table)
		}
		if l.pos == start { // not TOML: on by one byte, so that the loop ends
			l.pos++
		}
	}
	return l.lines
}

// locator walks a TOML text. Its methods advance pos past what they name.
type locator struct {
	text   string
	pos    int
	line   int
	table  string // place of the table that entries belong to
	lines  lines
	counts map[string]int // tables so far in each array of tables
}

// maxNesting bounds how deep arrays, inline tables and dotted keys are followed,
// far beyond any use: the text is a stranger's and each level takes stack or
// repeats the place of the level above.
const maxNesting = 100

func (l *locator) mark(place string, line int) {
	if _, seen := l.lines[place]; !seen {
		l.lines[place] = line
	}
}

// header reads "[a.b]" or "[[a.b]]".
func (l *locator) header() {
	line := l.line
	array := strings.HasPrefix(l.text[l.pos:], "[[")
	l.pos++
	if array {
		l.pos++
	}
	keys := l.keys()
	place := ""
	for i, key := range keys {
		place = join(place, key)
		l.mark(place, line)
		n, isArray := l.counts[place]
		switch {
		case i == len(keys)-1 && array:
			l.counts[place] = n + 1
			place += "[" + strconv.Itoa(n) + "]"
		case isArray: // a parent in an array of tables is its last table
			place += "[" + strconv.Itoa(n-1) + "]"
		}
	}
	l.table = place
	l.mark(place, line)
	for l.pos < len(l.text) && l.text[l.pos] == ']' {
		l.pos++
	}
}

// entry reads "key = value" of the table at the given place.
func (l *locator) entry(table string) {
	line := l.line
	place := table
	for _, key := range l.keys() {
		place = join(place, key)
		l.mark(place, line)
	}
	l.space(false)
	if l.pos < len(l.text) && l.text[l.pos] == '=' {
		l.pos++
	}
	l.space(false)
	l.value(place, 0)
}

// keys reads a dotted key.
func (l *locator) keys() []string {
	var keys []string
	for {
		l.space(false)
		key, ok := l.key()
		if !ok {
			return keys
		}
		if len(keys) < maxNesting {
			keys = append(keys, key)
		}
		l.space(false)
		if l.pos >= len(l.text) || l.text[l.pos] != '.' {
			return keys
		}
		l.pos++
	}
}

// key reads a bare or quoted key.
func (l *locator) key() (string, bool) {
	if l.pos >= len(l.text) {
		return "", false
	}
	start := l.pos
	if c := l.text[l.pos]; c == '"' || c == '\'' {
		l.quoted()
		raw := l.text[start:l.pos]
		if c == '"' {
			if plain, err := strconv.Unquote(raw); err == nil {
				return plain, true
			}
		}
		return strings.Trim(raw, string(c)), true
	}
	for l.pos < len(l.text) && strings.IndexByte(" \t\r\n.=[]{}#,\"'", l.text[l.pos]) < 0 {
		l.pos++
	}
	return l.text[start:l.pos], l.pos > start
}

// value reads any value; the places inside arrays and inline tables are marked.
func (l *locator) value(place string, depth int) {
	if l.pos >= len(l.text) {
		return
	}
	switch c := l.text[l.pos]; {
	case c == '"' || c == '\'':
		l.quoted()
	case c == '[' && depth < maxNesting:
		l.array(place, depth)
	case c == '{' && depth < maxNesting:
		l.inlineTable(place, depth)
	default:
		for l.pos < len(l.text) && strings.IndexByte("\r\n,]}#", l.text[l.pos]) < 0 {
			l.pos++
		}
	}
}

func (l *locator) array(place string, depth int) {
	l.pos++
	for n := 0; ; n++ {
		start := l.pos
		l.space(true)
		if l.closed(']') {
			return
		}
		element := place + "[" + strconv.Itoa(n) + "]"
		l.mark(element, l.line)
		l.value(element, depth+1)
		l.space(true)
		l.comma()
		if l.pos == start {
			return
		}
	}
}

func (l *locator) inlineTable(place string, depth int) {
	l.pos++
	for {
		start := l.pos
		l.space(true)
		if l.closed('}') {
			return
		}
		line := l.line
		inner := place
		for _, key := range l.keys() {
			inner = join(inner, key)
			l.mark(inner, line)
		}
		l.space(true)
		if l.pos < len(l.text) && l.text[l.pos] == '=' {
			l.pos++
		}
		l.space(true)
		l.value(inner, depth+1)
		l.space(true)
		l.comma()
		if l.pos == start {
			return
		}
	}
}

// closed reports the end of the text, or of an array or table, which it passes.
func (l *locator) closed(bracket byte) bool {
	if l.pos >= len(l.text) {
		return true
	}
	if l.text[l.pos] == bracket {
		l.pos++
		return true
	}
	return false
}

func (l *locator) comma() {
	if l.pos < len(l.text) && l.text[l.pos] == ',' {
		l.pos++
	}
}

// quoted reads a string of any of the four kinds.
func (l *locator) quoted() {
	quote := l.text[l.pos]
	long := strings.Repeat(string(quote), 3)
	if strings.HasPrefix(l.text[l.pos:], long) {
		l.pos += 3
		for l.pos < len(l.text) && !strings.HasPrefix(l.text[l.pos:], long) {
			l.inString(quote)
		}
		// One or two quotes may stand right before the closing three.
		for n := 0; n < 5 && l.pos < len(l.text) && l.text[l.pos] == quote; n++ {
			l.pos++
		}
		return
	}
	l.pos++
	for l.pos < len(l.text) && l.text[l.pos] != quote && l.text[l.pos] != '\n' {
		l.inString(quote)
	}
	if l.pos < len(l.text) && l.text[l.pos] == quote {
		l.pos++
	}
}

// inString passes one byte of a string, or an escape in a basic one.
func (l *locator) inString(quote byte) {
	if l.text[l.pos] == '\\' && quote == '"' && l.pos+1 < len(l.text) {
		l.pos++
	}
	if l.text[l.pos] == '\n' {
		l.line++
	}
	l.pos++
}

// space passes blanks and, if newlines may stand here, line ends and comments.
func (l *locator) space(newlines bool) {
	for l.pos < len(l.text) {
		switch c := l.text[l.pos]; {
		case c == ' ' || c == '\t':
		case newlines && c == '\r':
		case newlines && c == '\n':
			l.line++
		case newlines && c == '#':
			for l.pos < len(l.text) && l.text[l.pos] != '\n' {
				l.pos++
			}
			continue
		case newlines && strings.HasPrefix(l.text[l.pos:], "\ufeff"):
			l.pos += 2 // a byte-order mark has three bytes
		default:
			return
		}
		l.pos++
	}
}

// join appends a key to a place.
func join(place, key string) string {
	if key == "" || strings.ContainsAny(key, ".[]\" ") {
		key = strconv.Quote(key)
	}
	if place == "" {
		return key
	}
	return place + "." + key
}
