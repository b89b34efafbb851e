package detect

import (
	"encoding/base64"
	"strings"
)

// From leastDecoded bytes on, a text that decodes from base64 to nothing but
// visible ASCII does so by intent: by chance one in 10^4 of them would. Padding
// shows the intent, too.
const (
	leastDecoded       = 9
	leastPaddedDecoded = 4
)

// decodedText returns the written text that a value is the base64 form of.
func decodedText(text string) (string, bool) {
	body := strings.TrimRight(text, "=")
	least := leastDecoded
	if len(body) < len(text) && len(text)%4 == 0 {
		least = leastPaddedDecoded
	}
	encoding := base64.RawStdEncoding
	if strings.ContainsAny(body, "-_") {
		encoding = base64.RawURLEncoding
	}
	plain, err := encoding.DecodeString(body)
	if err != nil || len(plain) < least {
		return "", false
	}
	for _, c := range plain {
		if (c < ' ' || c >= 0x7f) && c != '\n' && c != '\r' && c != '\t' {
			return "", false
		}
	}
	return strings.TrimSpace(string(plain)), true
}

// judgeDecoded judges a value by the text that it is the base64 form of: a
// "user:password" by its password.
func judgeDecoded(v value, plain string) judgement {
	inner := value{text: plain, name: v.name, quote: '"', key: v.key, generic: v.generic}
	if user, password, ok := strings.Cut(plain, ":"); ok && !strings.ContainsAny(user, " {\"") {
		inner = value{text: password, before: user + ":", quote: '"'}
	}
	if inner.text == "" {
		return judgement{reason: "too short"}
	}
	verdict := judgeValue(inner)
	if !verdict.ok {
		verdict.reason = "base64 of " + verdict.reason
	}
	return verdict
}

// charList returns the text that a list of characters spells: 'a', 'b', 'c'.
func charList(text string) (string, bool) {
	if !strings.HasPrefix(text, "'") || !strings.HasSuffix(text, "'") || !strings.Contains(text, ",") {
		return "", false
	}
	var chars []byte
	for item := range strings.SplitSeq(text, "',") {
		item = strings.TrimSuffix(strings.TrimLeft(item, " \t\r\n"), "'")
		if len(item) != 2 || item[0] != '\'' {
			return "", false
		}
		chars = append(chars, item[1])
	}
	return string(chars), true
}
