package detect

import "bytes"

// Tables that are drawn with signs: those of Markdown and Org, grids of reStructuredText, and what the clients of databases print.
//
//	| User | Password |        user | password          +------+----------+
//	|------|----------|       ------+-----------        | user | password |
//	| joe  | …        |        joe  | …                 +------+----------+
//
// What divides the heading from the rows tells such a table from other text. A regex finds the heading's word and the line below.

// isDrawnHead reports whether a match has before its secret, which begins a line, a heading's end and the line that divides it from the rows.
func isDrawnHead(text []byte, lo, s int) bool {
	if s <= lo+1 || text[s-1] != '\n' {
		return false
	}
	above := bytes.LastIndexByte(text[lo:s-1], '\n')
	return above >= 0 && isDivider(text[lo+above+1:s-1])
}

// isDivider reports whether a line of a table is drawn with signs alone.
func isDivider(line []byte) bool {
	drawn := bytes.Contains(line, []byte("-")) || bytes.Contains(line, []byte("=="))
	return drawn && len(bytes.Trim(line, " \t\r>|:+-=")) == 0
}

// drawnParts reads the columns of a table that are named after credentials, from the heading around lo and the rows from s on.
func drawnParts(text []byte, lo, s int) (parts []part, seen int) {
	start := lineStart(text, lo, lineReach)
	heading := text[start:lineEnd(text, lo, lineReach)]
	names := drawnCells(heading)
	if len(names) < 2 || len(names) > mostColumns {
		return nil, s
	}
	var columns []int
	for i, n := range names {
		switch name := string(heading[n.start:n.end]); {
		case isMeasure(name):
			return nil, s
		case isSecretColumn(name):
			columns = append(columns, i)
		}
	}
	above, known := s, 0 // the row above, and how many values were known before it
	divided := true      // the line above is drawn with signs alone
	ruled := bytes.IndexByte(text[bytes.LastIndexByte(text[:s-1], '\n')+1:s], '+') >= 0
	for s < len(text) && len(columns) > 0 {
		size := bytes.IndexByte(text[s:], '\n')
		if size < 0 {
			size = len(text) - s
		}
		line := bytes.TrimRight(text[s:s+size], "\r")
		row := drawnCells(line)
		switch {
		case isDivider(line) && bytes.IndexByte(line, '+') < 0 && bytes.IndexByte(line, '=') < 0:
			return parts[:known], above // which is the heading of the next table of Markdown
		case isDivider(line):
			if divided {
				return parts, s // where another table begins
			}
			divided = true
		case len(row) != len(names) && (ruled || bytes.IndexByte(line, '|') < 0):
			return parts, s
		default: // a row of Markdown may have fewer cells than the heading, or more
			above, known, divided = s, len(parts), false
			for _, column := range columns {
				if column >= len(row) {
					break
				}
				if c, ok := drawnValue(line, row[column]); ok {
					n := names[column]
					parts = append(parts, part{start: s + c.start, end: s + c.end, name: string(heading[n.start:n.end]), plain: true})
				}
			}
		}
		s += size + 1
	}
	return parts, min(s, len(text))
}

// drawnCells returns where the cells of a row are, without the blanks around them; a bar at the line's begin or end opens or closes it.
func drawnCells(line []byte) []part {
	begin := len(line) - len(bytes.TrimLeft(line, " \t>"))
	if begin < len(line) && line[begin] == '|' {
		begin++
	}
	end := len(bytes.TrimRight(line, " \t"))
	if end > begin && line[end-1] == '|' && (end < 2 || line[end-2] != '\\') {
		end--
	}
	var row []part
	for i := begin; i <= end && len(row) <= mostColumns; i++ {
		start := i
		for i < end && (line[i] != '|' || line[i-1] == '\\') {
			i++
		}
		cell := part{start: start, end: i}
		row = append(row, trimmed(line, cell, " \t"))
	}
	return row
}

// drawnValue takes the marks of emphasis and code off a cell, and a remark in brackets. It is no value if it consists of words.
func drawnValue(line []byte, cell part) (part, bool) {
	if n := bytes.Index(line[cell.start:cell.end], []byte(" (")); n > 0 { // a remark behind it
		cell.end = cell.start + n
	}
	for _, mark := range [...][2]string{{"**", "**"}, {"__", "__"}, {"~~", "~~"}, {"<code>", "</code>"}, {"``", "``"}, {"`", "`"}, {`"`, `"`}, {"'", "'"}, {"*", "*"}} {
		text := line[cell.start:cell.end]
		if len(text) > len(mark[0])+len(mark[1]) && bytes.HasPrefix(text, []byte(mark[0])) && bytes.HasSuffix(text, []byte(mark[1])) {
			cell.start, cell.end = cell.start+len(mark[0]), cell.end-len(mark[1])
		}
	}
	return cell, cell.end > cell.start && !bytes.ContainsAny(line[cell.start:cell.end], " \t`")
}

// trimmed takes signs off the ends of a part of a line.
func trimmed(line []byte, p part, signs string) part {
	for p.start < p.end && bytes.IndexByte([]byte(signs), line[p.start]) >= 0 {
		p.start++
	}
	for p.end > p.start && bytes.IndexByte([]byte(signs), line[p.end-1]) >= 0 {
		p.end--
	}
	return p
}
