package decode

import "bytes"

// Plain tells whether a line of a content, content[lo:hi), can be no part of an encoded text whatever
// stands in the lines around it, but the last line of a body (see Alone): it has no run of
// an encoding's alphabet that could be a line of a body, and none that holds a text by itself, no escape, no list of numbers, and no zero byte.
func Plain(content []byte, lo, hi int) bool {
	line := content[lo:hi]
	if hasStretch(line, inArray, plainArray) || hasStretch(line, inArray, arrayPiece) && hasNumbers(line) {
		return false
	}
	long := false
	if hasStretch(line, inRun, bodyLine) {
		var ok bool
		if long, ok = innerRuns(line); !ok {
			return false
		}
	}
	if bytes.IndexByte(line, 0) >= 0 {
		return false
	}
	for i := range markTable {
		s := &markTable[i]
		for at := lo; at < hi; at++ {
			n := bytes.IndexByte(content[at:hi], s.mark)
			if n < 0 {
				break
			}
			if at += n; at+1 < len(content) && seconds[content[at+1]]&s.second != 0 && s.escapeAt(content, at).counts {
				return false
			}
		}
	}
	if !long {
		return true
	}
	// A long run in the middle of a line stands for itself.
	plain := true
	Find(line, func(Run) { plain = false })
	return plain
}

// hasStretch tells whether n bytes of the class stand in a row. Such a stretch covers every n-th byte.
func hasStretch(line []byte, class uint8, n int) bool {
	for i := n - 1; i < len(line); i += n {
		if classes[line[i]]&class == 0 {
			continue
		}
		start, end := i, i+1
		for start > 0 && classes[line[start-1]]&class != 0 {
			start--
		}
		for end < len(line) && classes[line[end]]&class != 0 {
			end++
		}
		if end-start >= n {
			return true
		}
	}
	return false
}

// innerRuns tells whether all runs that may be a line of a body stand inside the line, and whether one is long.
func innerRuns(line []byte) (long, inner bool) {
	from, to := 0, len(line) // without what may stand between two pieces of a body
	for from < to && isBlank(line[from]) {
		from++
	}
	for to > from && isBlank(line[to-1]) {
		to--
	}
	run := 0
	for i, c := range line[:to] {
		if classes[c]&inRun != 0 {
			run++
			continue
		}
		if run >= bodyLine && i-run <= from {
			return false, false // it begins the line
		}
		long = long || run >= leastRun
		run = 0
	}
	return long, run < bodyLine // else it ends the line
}

// arrayPiece is the length from which a line's stretch may be one of several of a list of numbers, if there are numbers in the line.
const arrayPiece = 12

// hasNumbers tells whether there are two numbers with a comma between.
func hasNumbers(line []byte) bool {
	for at := 0; ; at++ {
		i := bytes.IndexByte(line[at:], ',')
		if i < 0 {
			return false
		}
		if at += i; at > 0 && classes[line[at-1]]&inHex != 0 {
			return true
		}
	}
}

// plainArray is how many characters of a list of numbers a plain line may have in a row. The shortest list has more.
const plainArray = 2*leastArray - 8

// Alone tells whether no encoded text around plain lines, content[lo:hi), may take them in.
func Alone(content []byte, lo, hi int, marks *Marks) bool {
	end := lo
	for end > 0 && isBlank(content[end-1]) {
		end--
	}
	if end-pieceStart(content, end) >= bodyLine {
		return false
	}
	start := hi
	for start < len(content) && isBlank(content[start]) {
		start++
	}
	if pieceEnd(content, start)-start >= bodyLine {
		return false
	}
	if hi-lo < 2*plainArray && arrayEnd(content, hi)-arrayStart(content, lo) >= plainArray || arrayEnd(content, lo)-arrayStart(content, lo) >= plainArray || arrayEnd(content, hi)-arrayStart(content, hi) >= plainArray {
		return false
	}
	for i := range markTable {
		if from, to := marks.span(i, lo, hi); from != lo || to != hi {
			return false
		}
	}
	return true
}
