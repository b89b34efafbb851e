package check

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
)

// putty checks the private lines of a key in PuTTY's form, without what a program writes around each: base64 in lines of 64, of the key's
// numbers as strings with their lengths (RFC 4251) if it is not encrypted. Source: the PuTTY manual, appendix C.
type putty struct{}

func (putty) Name() string { return "putty" }

const (
	// puttyWidth is the length of all lines but the last, puttyOnly that of a line that is the only one, and puttyLeast that of the shortest
	// line that the rule takes.
	puttyWidth = 64
	puttyOnly  = 40
	puttyLeast = 16
)

func (putty) Check(secret string) Result {
	lines, ok := PlainLines(secret)
	if !ok {
		if secret != "" && strings.IndexByte(armourSigns, secret[0]) < 0 {
			return Result{Verdict: None} // all from the number of lines to the code behind them
		}
		lines = secret
	}
	data, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(lines, "\n", ""))
	if err != nil || !holdsStrings(data) {
		return Result{}
	}
	return Result{Verdict: Holds, Notes: []string{"unencrypted"}}
}

// holdsStrings tells whether data is nothing but one to eight strings with their lengths, the first of which is no short one.
func holdsStrings(data []byte) bool {
	f := sshFields{data}
	for n := 0; n < 8; n++ {
		s, ok := f.string()
		if !ok || n == 0 && len(s) < 16 {
			return false
		}
		if len(f.data) == 0 {
			return true
		}
	}
	return false
}

// Mend makes one string of what stands in the lines.
func (putty) Mend(secret string) (string, bool) {
	lines := strings.Split(secret, "\n")
	data, err := base64.StdEncoding.DecodeString(strings.Join(lines, ""))
	if err != nil || len(data) < 24 {
		return "", false
	}
	binary.BigEndian.PutUint32(data, uint32(len(data)-4))
	body := base64.StdEncoding.EncodeToString(data)
	for i, line := range lines {
		lines[i], body = body[:len(line)], body[len(line):]
	}
	mended := strings.Join(lines, "\n")
	return mended, putty{}.Check(mended).Verdict == Holds
}

// PlainLines returns the lines of base64, 64 characters each but the last, that a text holds whose line feeds are escaped, or which begins and
// ends with what stands between any two of the lines, joined by line feeds; not ok if it holds anything else.
func PlainLines(text string) (string, bool) {
	if text == "" {
		return "", false
	}
	var lines []string
	if strings.IndexByte(armourSigns, text[0]) < 0 {
		lines = between(oneBlank(text))
	} else if len(text) > puttyWidth && text[puttyWidth] == '\\' {
		lines = strings.Split(strings.NewReplacer(`\r\n`, "\n", `\n`, "\n").Replace(text), "\n")
	}
	if len(lines) == 0 || len(lines[0]) < puttyOnly {
		return "", false
	}
	for i, line := range lines {
		if len(line) != puttyWidth && (i < len(lines)-1 || len(line) > puttyWidth || line == "") || strings.Trim(line, armourSigns) != "" {
			return "", false
		}
	}
	if n := len(lines); n > 1 && len(lines[n-1]) < puttyLeast {
		lines = lines[:n-1]
	}
	return strings.Join(lines, "\n"), true
}
