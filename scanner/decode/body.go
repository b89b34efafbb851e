package decode

import "slices"

// short is how many characters are decoded at once and judged as a whole. A longer
// body is judged window by window (finder.go); a line that is longer is no wrapped one.
const short = 512

// body is the characters of one encoding that belong together: a piece of the
// content, or lines of it that are joined.
type body struct {
	chars []byte
	// lines says where joined lines stand; empty for a piece, which stands at start.
	lines []line
	start int
	// end is where the last character's successor stands.
	end int
}

// line is where a joined line begins.
type line struct {
	chars   int // in body.chars
	content int // in the content
}

// pieceOf is the body of content[from:to), which is not copied.
func pieceOf(content []byte, from, to int) body {
	return body{chars: content[from:to], start: from, end: to}
}

// add joins the line content[from:to).
func (b *body) add(content []byte, from, to int) {
	b.lines = append(b.lines, line{len(b.chars), from})
	if need := len(b.chars) + to - from; need > cap(b.chars) {
		b.chars = slices.Grow(b.chars, min(4*need, part)-len(b.chars)) // doubling would copy more
	}
	b.chars = append(b.chars, content[from:to]...)
	b.end = to
}

// line returns where the joined line i stands in the content.
func (b *body) line(i int) (from, to int) {
	next := len(b.chars)
	if i+1 < len(b.lines) {
		next = b.lines[i+1].chars
	}
	from = b.lines[i].content
	return from, from + next - b.lines[i].chars
}

// place returns where the character i stands in the content.
func (b *body) place(i int) int {
	if len(b.lines) == 0 {
		return b.start + i
	}
	l := b.lines[b.lineOf(i)]
	return l.content + i - l.chars
}

// lineOf returns the joined line that the character i is of.
func (b *body) lineOf(i int) int {
	low, high := 0, len(b.lines)
	for high-low > 1 {
		if mid := (low + high) / 2; b.lines[mid].chars <= i {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}

// drop forgets the first n characters of joined lines.
func (b *body) drop(n int) {
	first := b.lineOf(n)
	b.lines[first] = line{n, b.place(n)}
	b.lines = b.lines[:copy(b.lines, b.lines[first:])]
	for i := range b.lines {
		b.lines[i].chars -= n
	}
	b.chars = b.chars[:copy(b.chars, b.chars[n:])]
}

// wrapped is the least length of the first of two lines that are one text when the
// second is short: programs wrap at 60, 64, 70, 72 or 76 characters.
const wrapped = 60

// lineReader follows a piece over line ends: lines of equal length but the first
// and the last, apart by a line feed with or without carriage return and
// indentation, or by an escaped one.
type lineReader struct {
	content []byte
	foreign uint8
	first   int  // the first line's length
	end     int  // of the last line
	width   int  // the length of the second line, 0 if there is none
	done    bool // no line can follow
}

// next returns the next line; not ok when there is none. It looks at no more bytes than
// the line has, and a bounded number behind it.
func (r *lineReader) next() (from, to int, ok bool) {
	if r.done {
		return 0, 0, false
	}
	r.done = true
	from = skipBreak(r.content, r.end)
	if from == r.end {
		return 0, 0, false
	}
	longest := short
	if r.width > 0 {
		longest = r.width
	}
	to = from
	for to < len(r.content) && to-from <= longest && classes[r.content[to]]&inRun != 0 && classes[r.content[to]]&r.foreign == 0 {
		to++
	}
	size := to - from
	if size == 0 || size > longest || size < leastRun && !endsBase64(r.content, to, r.width > 0 || r.first >= wrapped) {
		return 0, 0, false
	}
	r.end = to
	r.done = size < r.width
	if r.width == 0 {
		r.width = size
	}
	return from, to, true
}

// endsBase64 says whether a short last line ends where one can: at its padding
// or, if it is known to be wrapped, at something that is no sentence's middle.
func endsBase64(content []byte, at int, known bool) bool {
	if at == len(content) {
		return known
	}
	switch content[at] {
	case '=':
		return true
	case '\r', '\n', '"', '\'', '`', '\\', ',', ';', '<', ')', ']', '}':
		return known
	}
	return false
}

// breaks says whether a run that ends at a place may go on in the next line.
func breaks(content []byte, at int) bool {
	if at+leastRun >= len(content) || content[at] != '\n' && content[at] != '\r' && content[at] != '\\' {
		return false
	}
	next := skipBreak(content, at)
	far := next + leastRun/2 // in most lines of other things there is a sign before
	return next > at && far < len(content) && classes[content[next]]&classes[content[far]]&inRun != 0
}

// skipPadding skips up to two equals signs.
func skipPadding(content []byte, at int) int {
	for pad := 0; pad < 2 && at < len(content) && content[at] == '='; pad++ {
		at++
	}
	return at
}

// skipBreak skips a line end and the indentation after it; at itself when there is none.
func skipBreak(content []byte, at int) int {
	rest := content[at:]
	for _, sep := range [...]string{"\n", "\r\n", `\n`, `\r\n`} {
		if len(rest) > len(sep) && string(rest[:len(sep)]) == sep {
			at += len(sep)
			for n := 0; n < 64 && at < len(content) && (content[at] == ' ' || content[at] == '\t'); n++ {
				at++
			}
			return at
		}
	}
	return at
}
