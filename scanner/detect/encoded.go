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

// decoded returns the written text that a value is the base64 form of.
func (v value) decoded() (string, bool) {
	least := leastDecoded
	if len(v.text)%4 == 0 && (v.encoded || strings.HasSuffix(v.text, "=")) {
		least = leastPaddedDecoded
	}
	return decodedText(v.text, least)
}

// decodesHereOnly reports whether a value is the base64 form of a text that is too short to be told as that elsewhere: no generic rule
// may take it for what was drawn.
func (v value) decodesHereOnly() bool {
	_, here := v.decoded()
	v.encoded = false
	_, elsewhere := v.decoded()
	return here && !elsewhere
}

// decodedText returns the written text of so many bytes at least that a text is the base64 form of.
func decodedText(text string, least int) (string, bool) {
	body := strings.TrimRight(text, "=")
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
	user, password, pair := strings.Cut(plain, ":")
	if pair = pair && !strings.ContainsAny(user, " {\""); pair {
		inner = value{text: password, before: user + ":", quote: '"'}
	}
	if inner.text == "" {
		return judgement{reason: reasonShort}
	}
	verdict := judgeValue(inner)
	if !verdict.ok && v.generic && (pair && opensPair(user, password) || !pair && (namesGivenPassword(v.name) || kindOfName(v.name) == nameSecret) && opensAlone(plain)) {
		return judgement{ok: true, weak: true, low: true, reason: reasonGiven}
	}
	if !verdict.ok {
		verdict.reason = "base64 of " + verdict.reason
	}
	return verdict
}

// opensPair reports whether an encoded pair of a user's name and a password opens an account as it stands, whatever words it is made of:
// neither is a mark of the place for one, and nothing is to be filled in.
func opensPair(user, password string) bool {
	lower := strings.ToLower(password)
	return len(password) >= 3 && len(password) <= 48 && isAlphanumeric(password[0]) && !isUpperName(password) && !strings.ContainsAny(password, "<>{}$%[]\"'/") && !isMask(password) &&
		user != "" && !asksForText(lower) && !asksForText(strings.ToLower(user)) && !strings.Contains(lower, "token") && !strings.Contains(strings.ToLower(user), "client")
}

// opensAlone reports whether a text that was encoded under the name of a password is one, whatever words it is made of.
func opensAlone(plain string) bool {
	lower := strings.ToLower(plain)
	return isGivenText(plain) && isAlphanumeric(plain[0]) && !asksForText(lower) && !strings.Contains(lower, "change")
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
