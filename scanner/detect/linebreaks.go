package detect

import "bytes"

// A line ends with LF, with CR LF or, as classic Mac OS wrote it and as YAML, Python
// and most editors read it to this day, with CR alone. Rules, lines and directives know the
// first two. A lone CR becomes a LF before anything looks at the text: one byte for another,
// so that no offset moves. Binary content is left as it is.

// withBreaks returns a content with line feeds for its lone carriage returns: the content
// itself if it has none or is binary, else a copy.
func withBreaks(content []byte) []byte {
	first := loneReturn(content, 0)
	if first < 0 || isBinary(content) {
		return content
	}
	text := bytes.Clone(content)
	setBreaks(text, first)
	return text
}

// setBreaks puts line feeds for the lone carriage returns that stand in text[from:]. One at the
// text's end counts as lone.
func setBreaks(text []byte, from int) {
	for i := loneReturn(text, from); i >= 0; i = loneReturn(text, i+1) {
		text[i] = '\n'
	}
}

// loneReturn returns where the first carriage return at from or later stands that no line
// feed follows, or -1.
func loneReturn(text []byte, from int) int {
	for {
		i := bytes.IndexByte(text[from:], '\r')
		if i < 0 {
			return -1
		}
		from += i + 1
		if from == len(text) || text[from] != '\n' {
			return from - 1
		}
	}
}
