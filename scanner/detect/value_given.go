package detect

import (
	"slices"
	"strings"
)

// What a report says of words that are given for a password or a secret, and that not many have.
const (
	reasonGiven       = "words that stand where a password belongs"
	reasonGivenSecret = "words that stand where a secret belongs"
)

// given reconsiders what was refused for the words that it is made of. What is made of the words of placeholders alone tells nobody
// anything by itself.
func (v value) given() (verdict judgement, ok bool) {
	verdict = judgement{ok: true, weak: true, low: true}
	common := fillerOnly(strings.ToLower(v.text))
	switch {
	case v.key && v.isGivenSecret():
		verdict.reason = reasonGivenSecret
		if common {
			verdict.reason = ReasonCommonSecret
		}
	case !v.key && v.isGivenPassword():
		verdict.reason = reasonGiven
		if common {
			verdict.reason = ReasonCommonPassword
		}
	default:
		return judgement{}, false
	}
	return verdict, true
}

// isAboutWords reports whether a value was refused for the words that it is made of, and for nothing that stands around it.
func isAboutWords(reason string) bool {
	switch reason {
	case reasonConstant, reasonReference, reasonPlaceholder, reasonNameAgain, reasonWords, reasonWritten, reasonShort, reasonAtHome:
		return true
	}
	return false
}

// isGivenPassword reports whether a value is text that is plainly given for a password, whatever words it is made of: where the place
// takes nothing else (a URL, an environment variable, an option, a setting alone on its line), or in quotation marks behind a name that
// leaves no doubt. It asks for nothing to be filled in, and is no label, member, type or the name of a field.
func (v value) isGivenPassword() bool {
	text := v.text
	if !isGivenText(text) {
		return false
	}
	lower := strings.ToLower(text)
	if asksForText(lower) && !((lower == "example" || strings.HasPrefix(lower, "example_") && hasDigit(lower)) && (v.setsEnvironment() || v.setsEntry())) || v.isPrefixOfSum() || v.isOutcome() {
		return false
	}
	if v.inURL() {
		return v.opensURL(lower)
	}
	if !namesGivenPassword(v.name) || isConstant(text) && !v.isMember(lower) && !v.isSettingsWord(lower) || !v.isSetPassword(lower) {
		return false
	}
	switch {
	case strings.Contains(lower, "change"):
		return v.isDefault(lower)
	case v.isFixed(), v.inElement():
		return (v.quote != 0 || isAlphanumeric(text[0])) && !(v.behindUser() && strings.Contains(text, ":"))
	case v.behindOptionWord(lower), v.signsIn(lower):
		return true
	case v.quote == 0:
		return v.isMember(lower) || isAlphanumeric(text[0]) && v.isSettingsLine() && (isSettingName(v.name) || isBareWord(text) && !isFieldWord(lower)) || v.isSettingsWord(lower)
	case v.isCompared(), besideUser(v.before), v.setsPassword(), isDressed(text):
		return true
	case saysPassword(lower):
		return v.saysGiven(lower)
	}
	return text == lower || hasDigit(text) || isCamel(text) && (v.isPairOfText() || v.ownsLine())
}

// isDefault reports whether a word that asks to be changed works until it is: what a program falls back to, a setting under a dotted name, in a pair of
// texts or beside a user's name, an environment variable. Those of databases are left to the rule that knows the files that start them.
func (v value) isDefault(lower string) bool {
	return v.fallback || v.setsEnvironment() && !(namesDatabase(v.name) && isDefaultWord(lower)) || isDefaultWord(lower) && (v.isPairOfText() || v.setsPassword() || strings.Contains(v.name, ".") || besideUser(v.before) || v.isDefaultSetting())
}

// namesDatabase reports whether an environment variable is one that the image of a database is started with.
func namesDatabase(name string) bool {
	for _, word := range nameWords(name) {
		switch word {
		case "pg", "elastic", "opensearch", "sa", "oracle", "clickhouse", "couchdb", "influxdb", "cassandra", "arango", "snowflake", "rsync", "ldap", "keycloak", "kc", "minio", "pgpassword":
			return true
		}
		if isDataService(word) {
			return true
		}
	}
	return false
}

// isBareWord reports whether a text is a word of small letters, or two or three that dashes join, none of which says that something is kept elsewhere.
func isBareWord(text string) bool {
	for part := range strings.SplitSeq(text, "-") {
		if part == "key" || isKeeperWord(part) || !isWordOnly(strings.TrimRight(part, "0123456789")) {
			return false
		}
	}
	return strings.Count(text, "-") <= 3
}

// saysGiven reports whether a text in quotation marks that holds a word for a password is one rather than the name of a field or a variable.
func (v value) saysGiven(lower string) bool {
	switch plain := !strings.Contains(v.text, "_") && !isCamel(v.text); {
	case lower == "passphrase" || lower == "passcode":
		return false
	case plain && hasDigit(v.text) && v.name != "pw" && strings.HasSuffix(strings.TrimRight(v.before, " \t\"'"), ":"):
		return true
	case !strings.Contains(v.text, "_") && isDecimal(lower[len(lower)-1]) && v.name != "pw" && !isDecimal(v.name[len(v.name)-1]) && (v.isAssigned() || v.isEntry()):
		return true // password = "password1", password: "newPassword1"
	case v.isMember(lower), plain && v.text == lower && v.isPairOfText(), isSettingName(v.name) && v.ownsLine():
		return true
	case beginsAsMade(lower):
		return !v.spacedEquals() || !strings.ContainsAny(v.text, "-_")
	default:
		word, said := strings.CutSuffix(lower, "password")
		return plain && isWordOnly(lower) && (len(lower) >= 16 || strings.HasSuffix(strings.TrimRight(v.before, " \t\"'"), ":")) && (!isFieldWord(lower) || said && !isFormWord(word))
	}
}

// namesGivenPassword is namesPassword for a name that may end in what reads or compares a password: form.pwd.value, password.equals,
// isPasswordCorrect.
func namesGivenPassword(name string) bool {
	words := nameWords(name)
	for len(words) > 1 {
		switch words[len(words)-1] {
		case "equals", "ignore", "case", "value", "correct", "matches":
			words = words[:len(words)-1]
			continue
		case "word":
			return words[len(words)-2] == "pass" // setPassWord
		}
		break
	}
	if len(words) == 0 {
		return false
	}
	if head, ok := strings.CutSuffix(words[len(words)-1], "pass"); ok && head != "" && ownsPass(head) {
		return true
	}
	return namesPassword(strings.Join(words, "_"))
}

// isSetPassword reports whether what stands between a password's name and the value sets or compares the one to the other: an operator, or a call
// that says so. The name alone in prose (pass "x", the password 'x'), the next of several arguments and the value of any other call are none.
func (v value) isSetPassword(lower string) bool {
	words := nameWords(v.name)
	for _, word := range words {
		switch word {
		case "encoded", "salted", "hashed", "encrypted", "update", "reset", "forgot", "forget":
			return false
		}
	}
	if v.isMember(lower) {
		return true
	}
	if v.name == "PWD" || words[len(words)-1] == "pass" && (strings.HasPrefix(lower, "fail") || lower == "skip" || lower == "error") || foldName(v.text) == foldName(v.name) && !strings.HasSuffix(v.text, "!") || v.text == "NOPASSWD" {
		return false
	}
	if v.isFixed() {
		return true
	}
	head := strings.TrimRight(v.before, " \t\"'`@bBuUrRfLN")
	if head == "" {
		return false
	}
	switch head[len(head)-1] {
	case ':', '=', '>', '{':
		return true
	case ',':
		return isDressed(v.text) || v.isEntry() || v.signsIn(lower)
	case '(':
		return v.setsPassword() || v.isCompared() || v.signsIn(lower) || isNamedCall(head)
	}
	return v.behindOptionWord(lower) || v.quote != 0 && isCamel(v.name) && strings.HasSuffix(head, v.name) // storePassword 'value'
}

// isGivenText reports whether a text may be a password by its characters and its length: no blanks, no brackets, no path.
func isGivenText(text string) bool {
	if len(text) < 3 || len(text) > 48 || text[0] == '&' || strings.ContainsAny(text, " \t<>{}()[]|,;\"'`\\/") || text[0] == '$' || strings.Contains(text, "###") {
		return false
	}
	if strings.HasSuffix(text, ":") || strings.HasSuffix(text, "...") || text == strings.ToUpper(text) && strings.Contains(text, "_") && !isMadeUp(strings.ToLower(text)) || isMask(text) && !isNumber(text) && !isRepeated(text) {
		return false
	}
	letters := false
	for i := 0; i < len(text); i++ {
		if text[i] >= 0x80 {
			return false
		}
		letters = letters || isAlphanumeric(text[i])
	}
	return letters && !(strings.Contains(text, ".") && isDotted(text)) && !isEmail(text)
}

// isRepeated reports whether a text is one letter or two over and over again, other than those that masks are made of: aaaaaa, xxoo.
func isRepeated(text string) bool {
	return len(text) >= 4 && len(text) <= 12 && isAlphanumeric(text[0]) && strings.Trim(strings.ToLower(text), "x") != "" && !strings.Contains(text, "xxx")
}

// asksForText reports whether a text asks for something to be filled in, or says that nothing stands here.
func asksForText(lower string) bool {
	for _, mark := range [...]string{"undefined", "optional", "required", "env.", "generate", "random_", "encrypted", "hashed", "alphanumeric", "alpha-numeric"} {
		if strings.Contains(lower, mark) {
			return true
		}
	}
	if user, password, ok := strings.Cut(lower, ":"); ok && isStandIn(user) && describesPassword(password) { // how something is written: user:passwd
		return true
	}
	return holdsBlank(lower) || strings.HasPrefix(lower, "set_") || strings.HasPrefix(lower, "set-")
}

// saysPassword reports whether a text holds a word for a password.
func saysPassword(lower string) bool {
	plain := plainSpelling(lower)
	return strings.Contains(plain, "pass") || strings.Contains(plain, "pwd") || strings.HasSuffix(plain, "pw") || strings.Contains(plain, "secret")
}

// isCamel reports whether a text is an identifier of several words without marks between them.
func isCamel(text string) bool {
	return isIdentifier(text) && text != strings.ToLower(text) && text != strings.ToUpper(text) && len(nameWords(text)) > 1
}

// isFieldWord reports whether a word is what variables that hold a password are called.
func isFieldWord(lower string) bool {
	switch lower {
	case "pass", "pwd", "pw", "newpass", "oldpass", "hash", "value", "text", "input", "data", "result", "payload", "credentials",
		"secret", "token", "key", "name", "userpass", "username", "user", "email", "login", "field", "body", "args", "params", "options", "config", "form", "faker", "chance", "temp", "plain":
		return true
	}
	return strings.HasSuffix(lower, "password") && !beginsAsMade(lower) || strings.HasSuffix(lower, "passwd")
}

// beginsAsMade reports whether a text begins as passwords do that somebody made up to have one.
func beginsAsMade(lower string) bool {
	saysIt := func(start string) bool {
		rest, ok := strings.CutPrefix(lower, start)
		return ok && saysPassword(rest)
	}
	return slices.ContainsFunc(madeUpStarts[:], saysIt) || saysIt("root") || saysIt("a") // another…, too
}
