package detect

import "strings"

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
	case "a type or a constant", "a reference", "a placeholder", "the name again", "words, not a password", "written, not random", "too short", "a password for this machine only":
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
	if asksForText(lower) {
		return false
	}
	if v.inURL() {
		return v.opensURL(lower)
	}
	if !namesGivenPassword(v.name) || isConstant(text) && !v.isMember(lower) || !v.isSetPassword(lower) {
		return false
	}
	switch {
	case v.isFixed():
		return v.quote != 0 || isAlphanumeric(text[0])
	case v.quote == 0:
		return isAlphanumeric(text[0]) && v.isSettingsLine() && (isSettingName(v.name) || isWordOnly(text) && !isFieldWord(lower))
	case isDefaultWord(lower):
		return v.isPairOfText() || strings.Contains(v.name, ".") || besideUser(v.before)
	case v.isCompared(), besideUser(v.before), v.setsPassword(), isDressed(text):
		return true
	case saysPassword(lower):
		return v.saysGiven(lower)
	}
	return text == lower || hasDigit(text)
}

// saysGiven reports whether a text in quotation marks that holds a word for a password is one rather than the name of a field or a variable.
func (v value) saysGiven(lower string) bool {
	switch plain := !strings.Contains(v.text, "_") && !isCamel(v.text); {
	case v.isMember(lower), plain && v.isPairOfText(), isSettingName(v.name) && v.ownsLine():
		return true
	case beginsAsMade(lower):
		return !v.spacedEquals() || len(v.text) >= 16 && !strings.ContainsAny(v.text, "-_")
	default:
		return plain && isWordOnly(lower) && (len(lower) >= 16 || strings.HasSuffix(strings.TrimRight(v.before, " \t\"'"), ":")) && !isFieldWord(lower)
	}
}

// isMember reports whether the word "password" is a member or an argument named so, alone on its line among others: password: "password",.
func (v value) isMember(lower string) bool {
	return lower == "password" && v.text == lower && v.quote != 0 && strings.EqualFold(v.name, "password") && v.ownsLine() && strings.HasPrefix(v.after, string(v.quote)+",") && !v.isPairOfText()
}

// isSettingsLine is inSettingsLine without what assigns to members of objects: name = word.
func (v value) isSettingsLine() bool {
	if name, ok := strings.CutSuffix(v.before, "= "); ok {
		return strings.Contains(v.name, ".") && strings.TrimLeft(name, " \t") == v.name && strings.Trim(v.after, " \t\r") == ""
	}
	return v.inSettingsLine()
}

// namesGivenPassword is namesPassword for a name that may end in what reads or compares a password: form.pwd.value, password.equals, isPasswordCorrect.
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
		case "encoded", "salted", "hashed", "encrypted":
			return false
		}
	}
	if v.isMember(lower) {
		return true
	}
	if v.name == "PWD" || strings.EqualFold(v.name, "pass") && (strings.HasPrefix(lower, "fail") || lower == "skip" || lower == "error") || foldName(v.text) == foldName(v.name) {
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
	case ':', '=', '>':
		return true
	case ',':
		return isDressed(v.text)
	case '(':
		return v.setsPassword() || v.isCompared() || hashesPassword(v.call()) && saysPassword(lower) || strings.HasSuffix(head, ".password(")
	}
	return false
}

// isGivenText reports whether a text may be a password by its characters and its length: no blanks, no brackets, no path.
func isGivenText(text string) bool {
	if len(text) < 3 || len(text) > 48 || strings.ContainsAny(text, " \t<>{}()[]|,;\"'`\\/") || text[0] == '$' || strings.Contains(text, "###") {
		return false
	}
	if strings.HasSuffix(text, ":") || strings.HasSuffix(text, "...") || isUpperName(text) && strings.Contains(text, "_") || isMask(text) && !isNumber(text) && !isRepeated(text) {
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
	return len(text) >= 4 && isAlphanumeric(text[0]) && strings.Trim(strings.ToLower(text), "x") != "" && !strings.Contains(text, "xxx")
}

// asksForText reports whether a text asks for something to be filled in, or says that nothing stands here.
func asksForText(lower string) bool {
	for _, mark := range [...]string{
		"your", "example", "placeholder", "redacted", "replace", "insert", "xxxx", "****", "....", "todo", "fixme", "goes", "-here", "_here", "enter", "fill", "sanitized", "obfuscated",
		"removed", "not-a", "not_a", "none", "null", "undefined", "optional", "required", "wrong", "invalid", "incorrect", "missing", "empty", "deadbeef", "env.", "generate", "random_", "encrypted", "hashed", "alphanumeric",
	} {
		if strings.Contains(lower, mark) {
			return true
		}
	}
	return strings.HasPrefix(lower, "set_") || strings.HasPrefix(lower, "set-")
}

// saysPassword reports whether a text holds a word for a password.
func saysPassword(lower string) bool {
	plain := plainSpelling(lower)
	return strings.Contains(plain, "pass") || strings.Contains(plain, "pwd") || strings.HasSuffix(plain, "pw") || strings.Contains(plain, "secret")
}

// opensURL is isGivenPassword for what stands between a user's name and a host in a URL: whatever it is, unless the user's name stands
// for any name, or the password for any credential, or the host for any host.
func (v value) opensURL(lower string) bool {
	if lower != v.text && v.text == strings.ToUpper(v.text) || strings.Contains(v.text, "%") {
		return false
	}
	user, _ := v.repeatsUser()
	if head := strings.TrimSuffix(v.before, user+":"); strings.HasSuffix(head, "$") || strings.Contains(user, "%") {
		return false
	}
	folded := strings.ToLower(user)
	if user == "" || isStandIn(plainSpelling(folded)) || asksForText(folded) || v.atAnyHost() {
		return false
	}
	for _, word := range [...]string{"client", "token", "key", "sid", "secret", "api", "id"} {
		if strings.Contains(folded, "api") || strings.HasSuffix(folded, word) || strings.HasSuffix(lower, word) && lower != "secret" && !strings.Contains(lower, "-") {
			return false
		}
	}
	return true
}

// isFixed reports whether nothing but text stands in the place of a value: an environment variable, a list of names and values, what a
// program falls back to, an option, an argument of SQL, the value of an entry whose name stands on another line.
func (v value) isFixed() bool {
	return v.fallback || v.identifies() || v.behindUser() || v.behindOption() || v.setsEnvironment() || v.behindLongOption() ||
		isUpperName(v.name) && strings.Contains(v.name, "_") && strings.HasSuffix(strings.TrimRight(v.before, " \t\"'"), "value:")
}

// behindLongOption reports whether a value stands behind an option of a program that takes a password, or an expression that defines a
// property: --admin-password=value, -Dsecret.key=value.
func (v value) behindLongOption() bool {
	if !strings.HasPrefix(v.name, "-") {
		return false
	}
	before, ok := strings.CutSuffix(strings.TrimRight(v.before, "\"'"), v.name+"=")
	return ok && (before == "" || strings.IndexByte(" \t\"'", before[len(before)-1]) >= 0)
}

// isCamel reports whether a text is an identifier of several words without marks between them.
func isCamel(text string) bool {
	return isIdentifier(text) && text != strings.ToLower(text) && text != strings.ToUpper(text) && len(nameWords(text)) > 1
}

// isSettingName reports whether a name is written as settings are and members of objects are not: with a dot, a dash or an underscore.
func isSettingName(name string) bool { return strings.ContainsAny(strings.Trim(name, "._-"), "_-.") }

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
	for _, start := range [...]string{"my", "some", "super", "very", "test", "strong", "secure", "demo", "dev", "root", "another", "a"} {
		if rest, ok := strings.CutPrefix(lower, start); ok && saysPassword(rest) {
			return true
		}
	}
	return false
}

// isPairOfText reports whether a value belongs to a name in quotation marks, or one that is joined to it by an arrow: "password": "value",
// password => 'value'.
func (v value) isPairOfText() bool {
	head := strings.TrimRight(strings.TrimSuffix(v.before, string(v.quote)), " \t")
	for _, operator := range [...]string{"=>", ":"} {
		if name, ok := strings.CutSuffix(head, operator); ok {
			name = strings.TrimRight(name, " \t")
			return operator == "=>" || name != "" && strings.IndexByte("\"'", name[len(name)-1]) >= 0 && !strings.Contains(name, " ? ")
		}
	}
	return false
}

// spacedEquals reports whether a value is assigned as in programs: name = "value".
func (v value) spacedEquals() bool {
	head := strings.TrimSuffix(v.before, string(v.quote))
	return strings.HasSuffix(head, "= ")
}

// isCompared reports whether a value is what a password is compared with.
func (v value) isCompared() bool {
	head := strings.TrimRight(strings.TrimSuffix(v.before, string(v.quote)), " \t")
	return strings.HasSuffix(head, "==") || strings.HasSuffix(head, "!=") || strings.HasSuffix(head, "(") && compares(v.name[strings.LastIndexByte(v.name, '.')+1:])
}

// ownsLine reports whether nothing but a name stands before a value in its line, and nothing but a comma or a comment behind it.
func (v value) ownsLine() bool {
	after := strings.TrimLeft(strings.TrimPrefix(v.after, string(v.quote)), " \t\r,;")
	if after != "" && after[0] != '#' && !strings.HasPrefix(after, "//") {
		return false
	}
	head := strings.TrimRight(strings.TrimSuffix(v.before, string(v.quote)), " \t=:>")
	head = strings.Trim(strings.TrimLeft(head, " \t-#"), "\"'")
	return head == v.name
}

// isGivenSecret is isGivenPassword for the secret that a program signs or proves itself with: where nothing but text stands, whatever it
// is; in quotation marks a word of small letters that says nothing of what it is for.
func (v value) isGivenSecret() bool {
	text := v.text
	named, bare := namesSecret(v.name)
	if !named || !isGivenText(text) || isConstant(text) || strings.EqualFold(text, "dummy") || v.quote == 0 && !isAlphanumeric(text[0]) {
		return false
	}
	lower := strings.ToLower(text)
	folded := foldName(plainSpelling(lower))
	if asksForText(lower) || folded == "" || strings.Contains(foldName(v.name), folded) {
		return false
	}
	if bare {
		return v.quote != 0 && v.ownsLine() && hasDigit(text) && !describesSecret(plainSpelling(lower)) && !strings.Contains(text, "-")
	}
	if v.fallback || v.setsEnvironment() || v.behindLongOption() || strings.Contains(v.name, ".") && v.ownsLine() {
		return v.quote != 0 || !isCamel(text) || hasDigit(text) || len(text) > 20 || v.setsEnvironment()
	}
	if v.quote == 0 || isDefaultWord(lower) && !v.isPairOfText() {
		return false
	}
	return text == lower && !describesSecret(plainSpelling(lower)) && !strings.Contains(folded, "client") && (v.isPairOfText() || v.ownsLine() || strings.HasSuffix(strings.TrimRight(v.before, " \t\"'"), "="))
}
