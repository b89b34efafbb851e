package detect

import (
	"bytes"
	"strings"
)

// Where an object's description says in one place what it is, and holds its secrets in a mapping beside that, before it or behind it:
//
//	kind: Secret                           data and stringData of the same document, by indentation (YAML)
//	{"kind": "Secret", "data": {…}}        or in the same braces (JSON, HCL, programs)
//	resource "kubernetes_secret" "x" {     or in those that the match opens
//	secretGenerator:                       in items below the match, of which each is NAME=value
//	StringData: map[string]string{…}       or is what the match itself opens (Entries is "{")
//	fly secrets set NAME=value …           or the arguments of the command that the match begins ("=")
//	chpasswd <<EOF                         or the lines USER:password below it (":")
//
// A rule's regex finds the place, Entries names the mapping, and all its values are judged under the names they have there.

const (
	// mostEntries is how many values of a mapping are read; that there may be more is said.
	mostEntries = 1 << 10
	// programReach is how far back braces are looked for around what looks like YAML, in bytes: a list of thousands of objects has none.
	programReach = 1 << 10
	// mostNested is how deep a mapping may stand in others to be read.
	mostNested = 4
	// openedHere is what Entries says where the match itself opens the mapping.
	openedHere = "{"
	// argumentsHere is what Entries says where the match begins a command whose arguments are NAME=value, accountsHere where lines USER:password stand below it.
	argumentsHere = "="
	accountsHere  = ":"
)

// entries reads the mapping of one object.
type entries struct {
	text     []byte // of the block
	lo, hi   int    // what of it may be read
	from     int    // where values may stand: those before belong to the block before
	low, top int    // what of it was read
	name     string // of the mapping
	parts    []part
	met      bool // the mapping stands among the keys that were looked through, of which it is one
	depth    int  // of the mapping in others, of one that the match opens
}

// entriesOf returns the values of the mapping that a match stands for, and how far it looked to say so. What they
// depend on stands further away than what traces note.
func (p *pass) entriesOf(b block, rule int32, loc []int, name string) (parts []part, seen int) {
	p.spoil()
	limit := p.severalLimit(b, loc[1])
	if limit == loc[1] && limit < len(b.text) { // read more than enough
		p.unfinished = append(p.unfinished, int(rule))
		return nil, loc[1]
	}
	e := entries{text: b.text, from: max(int(p.from-b.base), 0), lo: max(loc[0]-severalReach, 0), hi: limit, low: loc[0], top: loc[1], name: name}
	from := loc[1]
	if name == argumentsHere || name == accountsHere {
		from = max(from, int(p.pairs[rule]-b.base)) // a command may stand among another's arguments
		e.pairs(from)
		if p.pairs == nil {
			p.pairs = make(map[int32]int64)
		}
		p.pairs[rule] = b.base + int64(e.top)
	} else {
		e.read(loc[0], loc[1])
	}
	p.severalRead += loc[0] - e.low + max(e.top-from, 0)
	if e.top >= limit && (limit < len(b.text) || !b.last) || len(e.parts) >= mostEntries {
		p.unfinished = append(p.unfinished, int(rule))
	}
	return e.parts, e.top
}

// read finds the mapping around the match at from to to.
func (e *entries) read(from, to int) {
	match := bytes.TrimRight(e.text[from:to], " \t\r\n")
	key := from
	for key < to && !isNamePart(e.text[key]) {
		key++
	}
	switch {
	case e.name == openedHere && bytes.HasPrefix(bytes.TrimLeft(e.text[to:min(e.hi, to+8)], " "), escapedQuote):
		e.escapedMembers(to)
	case e.name == openedHere:
		e.members(from+len(match)-1, e.braced)
	case e.isKey(key):
		e.mapping(key, true)
	case bytes.HasSuffix(match, []byte(":")):
		e.below(key, to)
	case bytes.HasSuffix(match, []byte("{")):
		e.inBraces(from + len(match) - 1)
	default:
		reach := severalReach
		if e.inLines(key, match) {
			if e.beside(key); len(e.parts) > 0 {
				return
			}
			reach = programReach
		}
		if open := e.enclosing(key, reach); open >= 0 {
			e.inBraces(open)
		}
		if len(e.parts) == 0 && reach == severalReach { // the last line of pretty JSON, or braces in a text that the document holds
			e.beside(key)
		}
	}
}

// isKey reports whether the mapping's name stands at a place as a key.
func (e *entries) isKey(at int) bool {
	end := at + len(e.name)
	return end < e.hi && string(e.text[at:end]) == e.name && strings.IndexByte("\"': =", e.text[end]) >= 0
}

// inLines reports whether a key stands as YAML has it: alone on its line, bare, and with no comma behind its value.
func (e *entries) inLines(key int, match []byte) bool {
	head := e.text[bytes.LastIndexByte(e.text[e.lo:key], '\n')+1+e.lo : key]
	return len(bytes.Trim(head, " -")) == 0 && bytes.IndexByte(match, '=') < 0 && strings.IndexByte(",;}", match[len(match)-1]) < 0
}

// enclosing returns where the braces open that a place stands in, -1: in none of its document, as far as reach.
func (e *entries) enclosing(at, reach int) int {
	depth := 0
	lo := max(e.lo, at-reach)
	for i := at - 1; i >= lo; i-- {
		switch e.text[i] {
		case '}':
			depth++
		case '{':
			if depth--; depth < 0 {
				e.low = min(e.low, i)
				return i
			}
		case '\n':
			if bytes.HasPrefix(e.text[i+1:e.hi], []byte("---")) {
				return -1
			}
		}
	}
	e.low = min(e.low, lo)
	return -1
}

// beside looks for the mapping among the keys of the block of YAML that the key at a place belongs to: lines that begin in the same column,
// up to one that begins before it or ends the document. On each side it stands once, so that what a mapping leaves open is not read for every key below it.
func (e *entries) beside(key int) {
	start := bytes.LastIndexByte(e.text[e.lo:key], '\n') + 1 + e.lo
	for key > start && (e.text[key-1] == '"' || e.text[key-1] == '\'') {
		key--
	}
	column := key - start
	for at := start; at > e.lo && !opensItem(e.text[at:key], column); {
		end := at - 1
		at = bytes.LastIndexByte(e.text[e.lo:end], '\n') + 1 + e.lo
		e.low = min(e.low, at)
		if e.line(at, end, column) || e.met {
			break
		}
		key = end
	}
	e.met = false
	for at := start; at < e.hi; {
		end := bytes.IndexByte(e.text[at:e.hi], '\n')
		if end < 0 {
			end = e.hi - at
		}
		if at > start {
			if opensItem(e.text[at:at+end], column) || e.line(at, at+end, column) || e.met {
				break
			}
		}
		at += end + 1
		e.top = max(e.top, min(at, e.hi))
	}
}

// opensItem reports whether a line begins an item of a list whose keys stand in a column.
func opensItem(line []byte, column int) bool {
	head := line[:min(column, len(line))]
	return bytes.HasSuffix(bytes.TrimRight(head, " "), []byte("-")) && len(bytes.Trim(head, " -")) == 0
}

// line reads the mapping if its key stands in a line, in this column; stop: the block of YAML ends with the line, or before it.
func (e *entries) line(at, end, column int) (stop bool) {
	line := bytes.TrimRight(e.text[at:end], " \t\r")
	body := bytes.TrimLeft(line, " ")
	indent := len(line) - len(body)
	switch {
	case len(body) == 0, body[0] == '#', bytes.HasPrefix(body, []byte("{{")):
		return false
	case bytes.HasPrefix(line, []byte("---")), bytes.HasPrefix(line, []byte("...")):
		return true
	case opensItem(line, column) && column > 0:
		indent = column
		stop = true
	case indent < column:
		return true
	}
	for at += indent; at < end && (e.text[at] == '"' || e.text[at] == '\''); {
		at++
	}
	if indent == column && e.isKey(at) {
		e.met = true
		e.mapping(at, false)
	}
	return stop
}

// mapping reads the mapping whose name stands at a place.
func (e *entries) mapping(at int, alone bool) {
	i := at + len(e.name)
	for i < e.hi && strings.IndexByte("\"' \t:=>", e.text[i]) >= 0 {
		i++
	}
	if i < e.hi && e.text[i] == '{' {
		e.members(i, e.braced)
		return
	}
	end := bytes.IndexByte(e.text[i:e.hi], '\n')
	if end < 0 {
		return
	}
	start := bytes.LastIndexByte(e.text[:at], '\n') + 1
	column := at - start
	if column > 0 && (e.text[at-1] == '"' || e.text[at-1] == '\'') {
		column--
	}
	if head := bytes.TrimLeft(e.text[i:i+end], " \t\r"); len(head) > 0 && head[0] != '#' && head[0] != '!' && head[0] != '&' {
		return
	}
	e.indented(i+end+1, column)
}
