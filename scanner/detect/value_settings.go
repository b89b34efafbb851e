package detect

import (
	"slices"
	"strings"
)

// isSetting reports whether a bare value is all that a line says of a name, as in YAML, properties and INI files: name: word, name=word,
// name = word, perhaps with a comment behind it. The same line in a program assigns a variable: the rules leave out the files of programs.
func (v value) isSetting() bool {
	if v.quote != 0 || v.name == "" || !isAlphanumeric(v.text[0]) {
		return false
	}
	if after := strings.TrimLeft(v.after, " \t\r"); after != "" && (after[0] != '#' || after == v.after) {
		return false
	}
	line := strings.TrimLeft(v.before, " \t-")
	rest, ok := strings.CutPrefix(line, v.name)
	if !ok {
		if line, rest, ok = strings.Cut(line, " "+v.name); !ok || !isTitle(line) {
			return false
		}
	}
	switch operator := strings.Trim(rest, " \t"); operator {
	case ":":
		return rest[0] == ':' && rest != ":"
	case "=":
		return true
	}
	return false
}

// isDefaultSetting reports whether a setting alone on its line is the password of something that its name tells, as the defaults of roles and
// charts are: couchdb_admin_password: "changeme", rootPassword: changeme.
func (v value) isDefaultSetting() bool {
	return len(nameWords(v.name)) > 1 && !namesDatabase(v.name) && (v.isSetting() || v.quote != 0 && v.ownsLine() && strings.HasSuffix(strings.TrimRight(v.before, " \t\"'"), ":") && strings.Trim(v.after, " \t\r\"'") == "")
}

// isTitle reports whether a text is one to three words that begin with capitals, as before a name in a list of what to enter: Database Password: word.
func isTitle(text string) bool {
	words := strings.Split(text, " ")
	for _, word := range words {
		if !isIdentifier(word) || classOf(word[0]) != classUpper || isFormWord(strings.ToLower(word)) || hasDigit(word) {
			return false
		}
	}
	return len(words) <= 3
}

// isPrefixOfSum reports whether a text is only the beginning of what a program joins: "token=" + name.
func (v value) isPrefixOfSum() bool {
	if v.quote == 0 || !strings.HasSuffix(v.text, "=") && !strings.HasSuffix(v.text, ":") {
		return false
	}
	after := strings.TrimLeft(strings.TrimPrefix(v.after, string(v.quote)), " \t")
	return after != "" && (after[0] == '+' || after[0] == '.')
}

// isOutcome reports whether a name is the outcome of a test, beside the other one: {pass: 'dog', fail: 'cat'}.
func (v value) isOutcome() bool {
	return strings.EqualFold(v.name, "pass") && (strings.Contains(v.after, "fail") || strings.Contains(v.before, "fail"))
}

// isSettingsWord reports whether a setting is a word, or several that are joined, which is the password itself and neither the name of a field
// or a variable nor that of the secret in which the password is kept.
func (v value) isSettingsWord(lower string) bool {
	if !v.isSetting() || isConstant(v.text) && !(isSettingName(v.name) && (lower == "default" || lower == "password")) {
		return false
	}
	switch {
	case isNumber(v.text):
		return len(v.text) >= 4 && v.name != "pass"
	case namesKeeper(lower), strings.Contains(lower, "_") && saysCredentialWord(lower) && !isMadeUp(lower):
		return false
	case isCamel(v.text):
		return isMadeUp(lower) && !strings.HasPrefix(lower, "new") || hasDigit(v.text)
	case lower == "pass", strings.HasSuffix(lower, "password") && isWordOnly(lower) && ownsPass(strings.TrimSuffix(lower, "password")) && !isFormWord(strings.TrimSuffix(lower, "password")):
		return true
	}
	return (!isFieldWord(lower) || isAccountWord(lower)) && !(v.text != lower && !hasDigit(v.text)) && (len(lower) > 3 || isAccountWord(lower))
}

// isFormWord reports whether a word before "password" makes the name of a field or a variable of both.
func isFormWord(word string) bool {
	switch word {
	case "", "new", "old", "current", "confirm", "repeat", "reset", "forgot", "change", "user", "login", "show", "hide", "toggle", "encrypted", "hashed", "plain", "raw", "input", "default", "temp", "no", "the":
		return true
	}
	return false
}

// namesKeeper reports whether a text is the name of what a credential is kept in: shop-db-credentials, tls-secret.
func namesKeeper(lower string) bool {
	at := strings.LastIndexAny(lower, "-_.")
	if at < 0 {
		return false
	}
	switch last := lower[at+1:]; last {
	case "credential", "path", "name", "ref", "id", "var", "url", "config":
		return !isMadeUp(lower)
	default:
		return isKeeperWord(last) && !isMadeUp(lower)
	}
}

// saysCredentialWord reports whether a text holds a word for a credential.
func saysCredentialWord(lower string) bool {
	return saysPassword(lower) || strings.Contains(lower, "token") || strings.Contains(lower, "key") || strings.Contains(lower, "cred")
}

// isMadeUp reports whether a text begins with a word that says that it was made up.
func isMadeUp(lower string) bool {
	begins := func(start string) bool { return strings.HasPrefix(lower, start) }
	return slices.ContainsFunc(madeUpStarts[:], begins) ||
		slices.ContainsFunc([]string{"temporary", "fake", "iam", "i_am", "i-am", "a_", "a-", "this"}, begins)
}

// isSettingsSecret is isSettingsWord for the secret, the key or the token that a program is set up with.
func (v value) isSettingsSecret(lower string) bool {
	if !v.isSetting() || namesKeeper(lower) || len(lower) < leastPassword && !isNumber(lower) || strings.HasPrefix(lower, "not") || v.isIssuedFiller() {
		return false
	}
	if strings.Contains(lower, "_") && saysCredentialWord(lower) && !isMadeUp(lower) && !hasDigit(lower) {
		return false
	}
	return v.text == lower || hasDigit(lower) || isCamel(v.text) && saysCredentialWord(lower)
}

// isTokenWord reports whether a text in quotation marks is a word that was made up to have a token or a key, as tests do: "abc123",
// "test-refreshtoken", and not the name of one, of a place for it or a type.
func (v value) isTokenWord(lower string) bool {
	if v.quote == 0 || !isAlphanumeric(v.text[0]) || v.text == strings.ToUpper(v.text) && !hasDigit(v.text) || !v.isAssigned() && !v.isEntry() || strings.HasPrefix(lower, "not") || v.isIssuedFiller() && !(isSequence(lower) && len(lower) <= 8) {
		return false
	}
	if words := nameWords(v.name); strings.HasSuffix(words[len(words)-1], "key") && (isSequence(lower) || fillerOnly(lower) || fillerOnly(plainSpelling(lower))) {
		return false // what is issued opens nothing before it is there
	}
	if isSequence(lower) {
		return len(lower) <= 8
	}
	if strings.EqualFold(v.name, "token") { // a word in a language, too
		letters := strings.TrimRight(lower, "0123456789")
		return saysCredentialWord(lower) && (isMadeUp(lower) || hasDigit(lower)) || len(lower)-len(letters) >= 3 && isWordOnly(letters) && !isWord(letters)
	}
	switch {
	case saysCredentialWord(lower):
		return hasDigit(v.text) && !isDecimal(v.text[0]) || isMadeUp(lower) && !strings.HasPrefix(lower, "this") && !v.spacedEquals()
	case strings.ContainsAny(lower, "-_.:"):
		return hasDigit(lower)
	}
	switch lower { // what such a token is measured in, or where it is passed on
	case "days", "hours", "minutes", "seconds", "weeks", "cookie", "jwt", "opaque", "refresh", "access", "get", "set", "url", "env", "var":
		return false
	}
	return lower == v.text && (isAccountWord(lower) || hasDigit(lower) || len(lower) >= 3 && len(lower) <= 12 && !isWord(lower))
}

// isAssigned reports whether a sign right before a value gives it to a name.
func (v value) isAssigned() bool {
	head := strings.TrimRight(strings.TrimSuffix(v.before, string(v.quote)), " \t")
	return head != "" && (strings.IndexByte(":=", head[len(head)-1]) >= 0 || strings.HasSuffix(head, "=>"))
}
