package detect

import (
	"bytes"
	"strings"
)

// isCopy reports whether what a match has before its secret is a COPY of PostgreSQL with the rows below it, as pg_dump writes them.
func isCopy(head []byte) bool {
	return len(head) > 5 && bytes.EqualFold(head[:4], []byte("copy")) && (head[4] == ' ' || head[4] == '\t') && head[len(head)-1] == '\n' &&
		bytes.IndexByte(head, ')') > 0
}

// copyParts reads the values of a COPY's columns that are named after credentials: the columns stand in the first brackets behind
// lo, the rows from s on, a line each with tabs between the values and \N for none, up to a line of \. (PostgreSQL's text format).
func copyParts(text []byte, lo, s int) (parts []part, seen int) {
	open := lo + bytes.IndexByte(text[lo:s], '(')
	size := bytes.IndexByte(text[open:s], ')')
	if size < 0 {
		return nil, s
	}
	names := strings.Split(string(text[open+1:open+size]), ",")
	for i, name := range names {
		names[i] = strings.Trim(name, " \t\r\n\"")
	}
	for s < len(text) {
		line := text[s:]
		end := bytes.IndexByte(line, '\n')
		if end < 0 {
			end = len(line)
		}
		line = bytes.TrimRight(line[:end], "\r")
		if string(line) == `\.` || bytes.Count(line, []byte("\t")) != len(names)-1 {
			return parts, s + end
		}
		at := s
		for i, value := range bytes.Split(line, []byte("\t")) {
			if len(value) > 0 && string(value) != `\N` && speaksOfSecret(names[i]) && foldName(names[i]) != "key" {
				parts = append(parts, part{start: at, end: at + len(value), name: names[i]})
			}
			at += len(value) + 1
		}
		s += end + 1
	}
	return parts, len(text)
}
