package decode

import "bytes"

// Reach returns how far a change of content[lo:hi) reaches: encoded texts that do not touch the
// stretch are what they were. It takes in the lines before and after as long as they end or begin with what
// may be a piece of a body, lists of numbers and, of the encodings with a mark, all
// escapes that may belong to one region, with the region's margin.
func Reach(content []byte, lo, hi int, marks *Marks) (int, int) {
	from, to := bodyStart(content, lo), bodyEnd(content, hi)
	from = min(from, arrayStart(content, lo))
	to = max(to, arrayEnd(content, hi))
	for i := range markTable {
		first, last := marks.span(i, lo, hi)
		from, to = min(from, first), max(to, min(last, len(content)))
	}
	return from, to
}

// Around returns the stretch of a content that decides which encoded texts there are
// that touch content[lo:hi): Find, run on the stretch alone, yields those that it yields of the whole.
func Around(content []byte, lo, hi int, marks *Marks) (int, int) {
	lo, hi = Reach(content, lo, hi, marks)
	from, to := max(lo-lineReach, 0), min(hi+lineReach, len(content))
	if i := bytes.LastIndexByte(content[from:lo], '\n'); i >= 0 {
		from += i + 1
	}
	if i := bytes.IndexByte(content[hi:to], '\n'); i >= 0 {
		to = hi + i + 1
	}
	return from / word * word, to // runs are looked for in words
}

// arrayReach bounds how far a list of numbers is followed.
const arrayReach = 64 << 10

func arrayStart(content []byte, at int) int {
	limit := max(at-arrayReach, 0)
	for at > limit && classes[content[at-1]]&inArray != 0 {
		at--
	}
	return at
}

func arrayEnd(content []byte, at int) int {
	limit := min(at+arrayReach, len(content))
	for at < limit && classes[content[at]]&inArray != 0 {
		at++
	}
	return at
}

const (
	// bodyLine is the length from which a line's piece may belong to a body of several lines.
	bodyLine = 16
	// lineReach bounds how far a line is followed that is no piece of a body.
	lineReach = 4 << 10
)

// inBody tells whether a byte may belong to a piece of a body, padding among it.
func inBody(c byte) bool { return classes[c]&inRun != 0 || c == '=' }

// bodyStart returns the start of the body that may reach back from at.
func bodyStart(content []byte, at int) int {
	lo := pieceStart(content, at)
	for lo > 0 && isBlank(content[lo-1]) {
		end := lo
		for end > 0 && isBlank(content[end-1]) {
			end--
		}
		start := pieceStart(content, end)
		if end-start < bodyLine {
			break
		}
		lo = start
	}
	return lo
}

func pieceStart(content []byte, at int) int {
	for at > 0 && inBody(content[at-1]) {
		at--
	}
	return at
}

// bodyEnd returns the end of the body that may go on from at.
func bodyEnd(content []byte, at int) int {
	hi := pieceEnd(content, at)
	for hi < len(content) && isBlank(content[hi]) {
		start := hi
		for start < len(content) && isBlank(content[start]) {
			start++
		}
		end := pieceEnd(content, start)
		if end-start < bodyLine {
			break
		}
		hi = end
	}
	return hi
}

func pieceEnd(content []byte, at int) int {
	for at < len(content) && inBody(content[at]) {
		at++
	}
	return at
}

// isBlank tells whether a byte may stand between two pieces of a body: line ends, indents, and quotes and
// operators of strings that are written line by line.
func isBlank(c byte) bool {
	return c <= ' ' || c == '"' || c == '\'' || c == '+' || c == '\\' || c == ',' || c == '#' || c == '*' || c == '>'
}
