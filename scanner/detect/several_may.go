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
	if isPlural(string(text[lo:hi])) {
		return true, hi - lo
	}
	line := text[lineStart(text, at, lineReach):lineEnd(text, at+size, lineReach)]
	columns := text[at:min(at+maxColumns, len(text))]
	return mayHead(line) || mayOpenRows(columns), hi - lo + len(line) + len(columns)
}

const (
	// maxName is how much of a name is looked at on either side of a word in it, in bytes, and maxColumns how much of
	// what follows a column's name in a statement.
	maxName    = 64
	maxColumns = 1 << 10
	// nameReach is how much mayName looks at, at most.
	nameReach = 2*maxName + 2*lineReach + maxColumns
)

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

// mayOpenRows is closesColumns of what follows a column's name, which may be longer than is looked at.
func mayOpenRows(text []byte) bool { return bytes.IndexByte(text, ')') < 0 || closesColumns(text) }
