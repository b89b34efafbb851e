package detect

import "bytes"

// Whether a match may stand for several values (several.go) is asked of candidates whose further values may be new (added.go).

// mayName reports whether a match around text[at:at+size) may stand for more values than those in it. It
// looks at no more than what partsOf asks of the first one, and tells at how many bytes.
func mayName(text []byte, at, size int) (may bool, looked int) {
	lo, hi := at, at+size
	for lo > max(at-maxName, 0) && isNamePart(text[lo-1]) {
		lo--
	}
	for hi < min(at+size+maxName, len(text)) && isNamePart(text[hi]) {
		hi++
	}
	if endsPlural(text[lo:hi]) && isPlural(string(text[lo:hi])) {
		return true, hi - lo
	}
	start, end := lineStart(text, at, lineReach), lineEnd(text, at+size, lineReach)
	line := text[start:end]
	if looked = hi - lo + len(line); mayHead(line) || bytes.Contains(line, []byte("||")) || mayEndCell(text, at+size) {
		return true, looked
	}
	if bytes.IndexByte(line, '|') >= 0 {
		below := min(end+len("\r\n"), len(text))
		divider := bytes.TrimLeft(text[below:lineEnd(text, below, lineReach)], "\n")
		if looked += len(divider); isDivider(divider) {
			return true, looked
		}
	}
	columns := text[at:min(at+maxColumns, len(text))]
	end = bytes.IndexByte(columns, ')')
	if end < 0 {
		return false, looked + len(columns)
	}
	return closesColumns(columns[end:]), looked + end
}

// mayEndCell reports whether the word that ends at a place may stand in the cell of a table of HTML.
func mayEndCell(text []byte, at int) bool {
	behind := text[at:min(at+maxCell, len(text))]
	for {
		size := bytes.Index(behind, []byte("</"))
		if size < 0 || size+len("</th") > len(behind) {
			return false
		}
		if behind = behind[size+len("</"):]; behind[0]|0x20 == 't' && (behind[1]|0x20 == 'h' || behind[1]|0x20 == 'd') {
			return true
		}
	}
}

const (
	// maxName is how much of a name is looked at on either side of a word in it, in bytes, and maxColumns how much of
	// what follows a column's name in a statement: more than rules allow there.
	maxName = 64
	// maxCell is how far behind a word the cell of HTML that it stands in may end, in bytes: more than rules allow there.
	maxCell    = 128
	maxColumns = 4 << 10
	// nameReach is how much mayName looks at, at most.
	nameReach = 2*maxName + maxCell + 3*lineReach + maxColumns
)

// endsPlural reports whether two letters stand in a name with which a word of isPlural ends, whatever separates them.
func endsPlural(name []byte) bool {
	last := byte(0)
	for _, c := range name {
		if !isAlphanumeric(c) {
			continue
		}
		c |= 0x20
		if c == 's' && (last == 'd' || last == 'e' || last == 't' || last == 'y' || last == 'n') {
			return true
		}
		last = c
	}
	return false
}

// mayHead reports whether a line may be the heading of a table.
func mayHead(line []byte) bool {
	separated := false
	for _, c := range bytes.TrimRight(line, "\r\n") {
		switch {
		case c == ',' || c == ';' || c == '\t':
			separated = true
		case !isColumnByte(c) && c != '"':
			return false
		}
	}
	return separated
}
