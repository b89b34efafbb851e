package detect

import (
	"bytes"
	"strings"
)

// Tables of HTML, and those of Jira, whose headings stand between two bars:
//
//	<tr><th>User</th><th>Password</th></tr>        ||User||Password||
//	<tr><td>joe</td><td>…</td></tr>                |joe|…|
//
// A regex finds the cell of the heading and the tag behind it, or the heading's end and the first row.

// rowReach is how far before the cell that a regex found its row of HTML may begin, in bytes.
const rowReach = 2 << 10

// isHTMLHead reports whether a match is a cell of a table in HTML up to the tag at s.
func isHTMLHead(text []byte, lo, s int) bool {
	return text[s] == '<' && s > lo+len("<th>") && text[lo] == '<' && (text[lo+1]|0x20) == 't'
}

// isJiraHead reports whether a match is the end of a heading of Jira, and the secret begins the next line.
func isJiraHead(text []byte, lo, s int) bool {
	return s > lo+2 && text[s] == '|' && text[s-1] == '\n' && bytes.HasSuffix(bytes.TrimRight(text[lo:s], " \t\r\n"), []byte("||"))
}

// htmlParts reads the columns of a table that are named after credentials, from the heading around lo and the rows behind it.
func htmlParts(text []byte, lo, s int) (parts []part, seen int) {
	from := max(lo-rowReach, 0)
	open := lastTag(text[from:lo], "tr")
	if open < 0 {
		return nil, s
	}
	names, at := htmlRow(text, from+open)
	if len(names) < 2 || len(names) > mostColumns {
		return nil, s
	}
	var columns []int
	for i, n := range names {
		name := string(text[n.start:n.end])
		if isMeasure(name) || !isColumnName(name) {
			return nil, s
		}
		if isSecretColumn(name) {
			columns = append(columns, i)
		}
	}
	for len(columns) > 0 {
		row, end := htmlRow(text, at)
		if end <= at {
			break
		}
		at = end
		if len(row) != len(names) {
			continue
		}
		for _, column := range columns {
			if c := row[column]; c.end > c.start && !bytes.ContainsAny(text[c.start:c.end], " \t\r\n<>") {
				n := names[column]
				parts = append(parts, part{start: c.start, end: c.end, name: string(text[n.start:n.end]), plain: true})
			}
		}
	}
	return parts, max(at, s)
}

// htmlRow returns where the texts of the cells of the next row are, and where it ends: at itself where the table ends before. Where the text
// ends, so does the row, unless it is in a cell.
func htmlRow(text []byte, at int) (row []part, end int) {
	inRow, cell := false, -1
	for i := at; i < len(text); {
		size := bytes.IndexByte(text[i:], '<')
		if size < 0 {
			break
		}
		i += size
		name, closes, behind := tagAt(text, i)
		switch {
		case name == "table" && !inRow:
			return nil, at
		case name == "tr" && !inRow && !closes:
			inRow = true
		case name == "tr" || name == "td" || name == "th" || name == "tbody" || name == "thead" || name == "table":
			if cell >= 0 {
				row = append(row, htmlText(text, cell, i))
				cell = -1
			}
			if inRow && (name == "tr" || name == "table" || len(row) > mostColumns) {
				if closes && name == "tr" {
					i = behind
				}
				return row, i
			}
			if inRow && !closes && len(name) == 2 {
				cell = behind
			}
		}
		i = behind
	}
	if cell >= 0 { // cut
		row = nil
	}
	return row, len(text)
}

// htmlText returns the text in a cell without blanks and tags around it.
func htmlText(text []byte, start, end int) part {
	p := trimmed(text, part{start: start, end: end}, " \t\r\n")
	for p.start < p.end && text[p.start] == '<' {
		size := bytes.IndexByte(text[p.start:p.end], '>')
		if size < 0 {
			return part{}
		}
		p.start += size + 1
		p = trimmed(text, p, " \t\r\n")
	}
	for p.end > p.start && text[p.end-1] == '>' {
		size := bytes.LastIndexByte(text[p.start:p.end], '<')
		if size < 0 {
			break
		}
		p.end = p.start + size
		p = trimmed(text, p, " \t\r\n")
	}
	return p
}

// tagAt returns the name of the tag at a place, in lower case if it is one of a table's, whether it closes an element, and where it ends.
func tagAt(text []byte, at int) (name string, closes bool, end int) {
	i := at + 1
	if closes = i < len(text) && text[i] == '/'; closes {
		i++
	}
	start := i
	for i < len(text) && isLetter(text[i]) {
		i++
	}
	if i-start > len("table") {
		return "", closes, i
	}
	name = strings.ToLower(string(text[start:i]))
	if size := bytes.IndexAny(text[i:], "<>"); size >= 0 && text[i+size] == '>' {
		return name, closes, i + size + 1
	}
	return "", closes, max(i, at+1)
}

// lastTag returns where the last tag of a name opens in a text, -1: nowhere.
func lastTag(text []byte, name string) int {
	for end := len(text); end > 0; {
		at := bytes.LastIndexByte(text[:end], '<')
		if at < 0 {
			break
		}
		if found, closes, _ := tagAt(text, at); found == name && !closes {
			return at
		}
		end = at
	}
	return -1
}

// jiraParts reads the columns of a table of Jira that are named after credentials, from the heading around lo and the rows from s on.
func jiraParts(text []byte, lo, s int) (parts []part, seen int) {
	heading := string(text[lineStart(text, lo, lineReach):lineEnd(text, lo, lineReach)])
	var names []string
	for name := range strings.SplitSeq(strings.Trim(heading, " \t\r|"), "||") {
		names = append(names, strings.Trim(name, " \t*"))
	}
	if len(names) < 2 || len(names) > mostColumns {
		return nil, s
	}
	for s < len(text) && text[s] == '|' {
		size := bytes.IndexByte(text[s:], '\n')
		if size < 0 {
			size = len(text) - s
		}
		line := bytes.TrimRight(text[s:s+size], "\r")
		row := drawnCells(line)
		if len(row) != len(names) {
			return parts, s
		}
		for i, cell := range row {
			if c, ok := drawnValue(line, cell); ok && isSecretColumn(names[i]) && !isMeasure(names[i]) {
				parts = append(parts, part{start: s + c.start, end: s + c.end, name: names[i], plain: true})
			}
		}
		s += size + 1
	}
	return parts, min(s, len(text))
}
