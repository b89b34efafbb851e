package check

import (
	"strings"
)

// armour is an armoured block (RFC 7468, RFC 4880) with all that languages and
// files put around its lines taken away.
type armour struct {
	label     string   // "RSA PRIVATE KEY"
	body      string   // base64, without blanks
	rest      string   // what follows the first character that is no base64, "" if nothing does
	ended     bool     // there is an END line
	encrypted bool     // a header says so (Proc-Type, DEK-Info: RFC 1421)
	lines     []string // headers and body as a file of its own has them, where they were told apart: see spread
}

// cutArmour takes an armoured block apart. The text may have escapes for line
// ends (\n, \r\n, \u000a, %0A, &#10;), every line may begin with blanks, a comment sign or a quote,
// and may end with a quote, a comma, a plus or a backslash, as source code has it.
func cutArmour(text string) (armour, bool) {
	_, text, ok := strings.Cut(text, "-----BEGIN ")
	if !ok {
		return armour{}, false
	}
	var a armour
	a.label, text, ok = strings.Cut(text, "-----")
	if !ok || len(a.label) > 60 {
		return armour{}, false
	}
	text = unescape(text)
	text, _, a.ended = strings.Cut(text, "-----END")
	lines := strings.Split(text, "\n")
	prefix := lines[len(lines)-1]
	if !a.ended || strings.ContainsAny(prefix, base62) {
		prefix = ""
	}
	var b strings.Builder
	headers := true
	for i, line := range lines {
		if i > 0 {
			line = strings.TrimPrefix(line, prefix)
		}
		line = bareLine(line)
		if headers && strings.Contains(line, ":") {
			line = a.header(line)
		}
		headers = headers && line == ""
		b.WriteString(line)
	}
	a.body = b.String()
	for i := range len(a.body) {
		if strings.IndexByte(base62+"+/=", a.body[i]) < 0 {
			a.body, a.rest = a.body[:i], a.body[i:]
			break
		}
	}
	return a, true
}

// withBlanks puts blanks in place of the plus signs that a form has for them in a block's first line and in its last.
func withBlanks(text string) string {
	const begin, end = "-----BEGIN", "-----END"
	if !strings.HasPrefix(text, begin+"+") {
		return text
	}
	head, rest, _ := strings.Cut(text[len(begin):], "-----")
	inner, tail, _ := strings.Cut(rest, end)
	if tail != "" {
		tail = end + strings.ReplaceAll(tail, "+", " ")
	}
	return begin + strings.ReplaceAll(head, "+", " ") + "-----" + inner + tail
}

// header takes a header off a line and returns what follows it: nothing, or
// the body when all stands on one line.
func (a *armour) header(line string) string {
	if strings.Contains(line, "ENCRYPTED") {
		a.encrypted = true
	}
	if _, _, rest, ok := dekInfo(line); ok {
		a.encrypted = true
		return rest
	}
	return ""
}

// dekInfo takes the header apart that names a cipher and its initialisation vector.
func dekInfo(text string) (cipher, vector, rest string, ok bool) {
	_, text, ok = strings.Cut(text, "DEK-Info")
	if !ok {
		return "", "", "", false
	}
	cipher, text, _ = strings.Cut(text, ",")
	cipher = strings.Trim(cipher, "\\: \t+") // the colon may be escaped, and a blank a plus sign
	// Of the vector as many hexadecimal digits count as the cipher has: the body may follow at once.
	size := 32
	if strings.HasPrefix(cipher, "DES") {
		size = 16
	}
	end := 0
	for end < len(text) && end < size && strings.IndexByte(hexUpper+hexLower, text[end]) >= 0 {
		end++
	}
	return cipher, text[:end], text[end:], true
}

// withCipher puts the headers above an encrypted key's lines, as a file of its own has them, in place of those that are among the lines.
func withCipher(lines []string, text string) []string {
	cipher, vector, _, ok := dekInfo(text)
	if !ok || vector == "" || len(cipher) > 40 {
		return lines
	}
	headed := []string{"Proc-Type: 4,ENCRYPTED", "DEK-Info: " + cipher + "," + vector, ""}
	for _, line := range lines {
		if line != "" && !strings.Contains(line, ":") {
			headed = append(headed, line)
		}
	}
	return headed
}

// unescape turns the ways of writing a line end, a slash, a plus and an equals
// sign into the characters themselves.
func unescape(text string) string {
	if strings.IndexByte(text, '\\') >= 0 {
		text = strings.NewReplacer(
			`\\r\\n`, "\n", `\\n`, "\n", `\r\n`, "\n", `\n`, "\n", `\r`, "\n", `\t`, " ", `\/`, "/",
			`\u000a`, "\n", `\u000A`, "\n", `\u000d`, "", `\u000D`, "", `\x0a`, "\n", `\x0A`, "\n", `\012`, "\n",
			`\u002b`, "+", `\u002B`, "+", `\u002f`, "/", `\u002F`, "/", `\u003d`, "=", `\u003D`, "=", `\=`, "=",
		).Replace(text)
	}
	if strings.IndexByte(text, '%') >= 0 {
		text = strings.NewReplacer("%0D", "", "%0d", "", "%0A", "\n", "%0a", "\n", "%2B", "+", "%2b", "+",
			"%2F", "/", "%2f", "/", "%3D", "=", "%3d", "=", "%20", " ").Replace(text)
	}
	if strings.IndexByte(text, '&') >= 0 {
		text = strings.NewReplacer("&#10;", "\n", "&#xA;", "\n", "&#xa;", "\n", "&#13;", "", "&#xD;", "", "&#43;", "+", "&#47;", "/", "&#61;", "=").Replace(text)
	}
	return text
}

// bareLine takes quotes, comment signs and what joins string literals off a
// line, and all blanks out of it.
func bareLine(line string) string {
	line = strings.TrimSpace(line)
	for _, sign := range []string{"//", "#", "*", ">", "|", "--", ";"} {
		if rest, ok := strings.CutPrefix(line, sign); ok && (rest == "" || rest[0] == ' ' || rest[0] == '\t' || len(sign) == 1) {
			line = strings.TrimSpace(rest)
			break
		}
	}
	if strings.ContainsAny(line, "\"'`") {
		var kept strings.Builder
		for piece := range strings.FieldsFuncSeq(line, func(r rune) bool { return r == '"' || r == '\'' || r == '`' }) {
			if strings.Trim(piece, " \t+.,&;\\()_") != "" {
				kept.WriteString(piece)
			}
		}
		line = kept.String()
	}
	line = strings.TrimRight(line, " \t,\\;")
	return strings.Join(strings.Fields(line), "")
}
