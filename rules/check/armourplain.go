package check

import "strings"

// PlainArmour returns a private key's armour as a file of its own has it, whatever stands around its lines; not ok if the text is
// no private key that parses, or has nothing around its lines but blanks. Of what begins like a key and is none it returns that beginning.
func PlainArmour(secret string) (string, bool) {
	secret = withBlanks(secret)
	if isBare(secret) {
		return "", false
	}
	a, used, ok := findArmour(secret)
	switch {
	case !ok:
		return "", false
	case used < len(secret):
		return secret[:used], true
	case !a.ended || !a.holds():
		return "", false
	case len(a.lines) == 0:
		a.lines = rewrapped(a.label, a.body)
	case len(a.lines) == 1 && strings.Contains(secret, a.lines[0]+"-----END"):
		a.lines = rewrapped(a.label, a.lines[0])
	}
	if a.encrypted {
		a.lines = withCipher(a.lines, unescape(secret))
	}
	return "-----BEGIN " + a.label + "-----\n" + strings.Join(a.lines, "\n") + "\n-----END " + a.label + "-----", true
}

// findArmour returns the armour that stands in a text which begins like a private key's, and how many bytes of the text that takes; not
// ok if nothing of a key does. Only where all up to the END line belongs together does it take that line: else the text ends with
// another's, and what stands between is a program.
func findArmour(secret string) (a armour, used int, ok bool) {
	a, ok = cutArmour(secret)
	if !ok || !a.ended {
		return a, len(secret), ok
	}
	put, end, isPut := spread(secret)
	if isPut && end == len(secret) {
		return put, end, true
	}
	verdict := a.judge().Verdict
	if a.rest == "" && (verdict == Holds || verdict == Harmless) {
		return a, len(secret), true
	}
	head := beginning(secret)
	begun, isBegun := cutArmour(head)
	switch {
	case isPut && (head == secret || !begun.holds()):
		return put, end, true
	case head == secret:
		return a, len(secret), true
	case verdict != Holds || begun.holds():
		return begun, len(head), isBegun
	}
	return a, len(secret), true
}

// isBare tells whether the lines of a block have nothing around them but blanks, and none of them is empty but behind headers.
func isBare(secret string) bool {
	if strings.IndexByte(secret, '\\') >= 0 {
		return false
	}
	lines := strings.Split(strings.ReplaceAll(secret, "\r", ""), "\n")
	if len(lines) < 3 || !strings.HasSuffix(strings.TrimSpace(lines[0]), "-----") {
		return false
	}
	body := false
	for i, line := range lines[1:] {
		line = strings.Trim(line, " \t")
		isBody := strings.Trim(line, armourSigns) == ""
		switch {
		case isBody && (line != "" || !body):
			body = body || line != ""
		case i == len(lines)-2 && strings.HasPrefix(line, "-----END "):
		case !body && isHeaderLine(line):
		default:
			return false
		}
	}
	return true
}

// isHeaderLine tells whether a line is a header: a name and a value.
func isHeaderLine(line string) bool {
	name, _, ok := strings.Cut(line, ": ")
	return ok && name != "" && strings.Trim(name, base62+"-") == "" && name[0] >= 'A' && !strings.ContainsAny(line, `"'`)
}

// rewrapped breaks a body into lines as the programs do that write such keys.
func rewrapped(label, body string) []string {
	width := 64
	if strings.HasPrefix(label, "OPENSSH") {
		width = 70
	}
	var lines []string
	for len(body) > width {
		lines = append(lines, body[:width])
		body = body[width:]
	}
	return append(lines, body)
}

const (
	// beforeBody and withinBody are the characters that the source around a block's lines may have, where no more is known of it: those
	// of the rule's regex.
	beforeBody = " \t\r\n\f\\\"'#*>|,;+&%$./nrux0aAD1"
	withinBody = armourSigns + " \t\r\n\f\\\"'#*>|,;&:%."
	// leastBegun is how many characters of base64 begin a body.
	leastBegun = 20
)

// beginning returns the part of a block up to the first character that neither a body nor what usually stands around its lines has; ""
// if no body begins there.
func beginning(secret string) string {
	at := strings.Index(secret, "-----BEGIN ")
	if at < 0 {
		return ""
	}
	label := strings.Index(secret[at+11:], "-----")
	if label < 0 {
		return ""
	}
	at += 11 + label + 5
	for range 5 {
		from := at
		for at < len(secret) && at-from < 60 && strings.IndexByte(beforeBody, secret[at]) >= 0 {
			at++
		}
		if begun := base64Around(secret, from, at); begun >= leastBegun {
			break
		}
		name, _, ok := strings.Cut(secret[at:min(at+16, len(secret))], ":")
		if !ok || !isArmourHeader(name) {
			return ""
		}
		for end := at + len(name) + 80; at < len(secret) && at < end && secret[at] != '\n' && secret[at] != '\\'; {
			at++
		}
	}
	for at < len(secret) && strings.IndexByte(withinBody, secret[at]) >= 0 {
		at++
	}
	if strings.HasPrefix(secret[at:], "-----END ") {
		return secret
	}
	return secret[:at]
}

// base64Around returns how many characters of base64 stand in a row around a place, none of them before from.
func base64Around(text string, from, at int) int {
	start, end := at, at
	for start > from && strings.IndexByte(base62+"+/", text[start-1]) >= 0 {
		start--
	}
	for end < len(text) && end-start < leastBegun && strings.IndexByte(base62+"+/", text[end]) >= 0 {
		end++
	}
	return end - start
}

// isArmourHeader tells whether a line of that name stands above a body (RFC 1421, RFC 4880).
func isArmourHeader(name string) bool {
	switch name {
	case "Proc-Type", "DEK-Info", "Version", "Comment", "Hash", "Charset":
		return true
	}
	return false
}
