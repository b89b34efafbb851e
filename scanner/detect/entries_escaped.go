package detect

import "bytes"

// escapedQuote opens and closes the strings of JSON that stands in a shell's or a program's quotation marks: "{\"name\": \"value\"}".
var escapedQuote = []byte(`\"`)

// escapedMembers reads the members of such JSON from a place behind its first brace on, up to the quotation mark that closes the text around it.
func (e *entries) escapedMembers(at int) {
	name := ""
	for at < e.hi && len(e.parts) < mostEntries {
		open := bytes.IndexAny(e.text[at:e.hi], "\"\n")
		if open <= 0 || e.text[at+open] == '\n' || e.text[at+open-1] != '\\' {
			break
		}
		start := at + open + 1
		size := bytes.Index(e.text[start:e.hi], escapedQuote)
		if size < 0 {
			break
		}
		end := start + size
		at = end + len(escapedQuote)
		if rest := bytes.TrimLeft(e.text[at:min(e.hi, at+8)], " \t"); len(rest) > 0 && rest[0] == ':' {
			name = string(e.text[start:end])
			continue
		}
		if name != "" {
			e.pair(name, start, end)
		}
		name = ""
	}
	e.top = max(e.top, min(at, e.hi))
}
