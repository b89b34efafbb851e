package detect

import "strings"

// isGivenSecret is isGivenPassword for the secret that a program signs or proves itself with: where nothing but text stands, whatever it
// is; in quotation marks a word of small letters that says nothing of what it is for.
func (v value) isGivenSecret() bool {
	text, lower := v.text, strings.ToLower(v.text)
	named, bare := namesSecret(v.name)
	if !named && v.namesToken() && isGivenText(text) && !isConstant(text) && !isUUID(text) && !asksForText(lower) && !strings.Contains(v.before, "://") && !strings.Contains(foldName(v.name), foldName(text)) && (v.isTokenWord(lower) || v.isSettingsSecret(lower)) {
		return true
	}
	named = named || v.namesToken() && (v.setsEnvironment() || v.setsVariable()) && !isSequence(lower) && (strings.Contains(lower, "secret") || !strings.Contains(lower, "key") && !strings.Contains(lower, "token"))
	if !named || v.isIssuedFiller() || !isGivenText(text) || isConstant(text) || lower == "dummy" || isUUID(text) || strings.Contains(v.before, "://") || v.quote == 0 && !isAlphanumeric(text[0]) || asksForText(lower) {
		return false
	}
	plain := plainSpelling(lower)
	folded := foldName(plain)
	if folded == "" {
		return false
	}
	if call := v.call(); takesKey(call) && !strings.HasSuffix(strings.ToLower(call), "createhmac") { // the name is that of the place
		return v.quote != 0 && text == lower && isAlphanumeric(text[0]) && len(text) >= leastPassword && (saysCredentialWord(lower) || !isWord(lower))
	}
	if strings.Contains(foldName(v.name), folded) {
		return false
	}
	word := v.quote != 0 && text == lower && isAlphanumeric(text[0]) && isAlphanumeric(text[len(text)-1]) && !describesSecret(plain)
	switch {
	case bare && v.name == "SECRET" && v.before == "SECRET=":
		return !describesSecret(plain) || beginsAsMade(lower)
	case bare && (v.name == "SECRET" && (v.spacedEquals() || v.ownsLine()) || signsSessions(v.before)):
		return word && len(text) >= leastPassword
	case bare && v.quote != 0 && v.ownsLine() && mixes(text) && text == strings.Trim(text, "_-.") && isIdentifier("x"+text) && len(text) <= 16:
		return !describesSecret(plain)
	case bare:
		return word && !strings.Contains(text, "-") && (v.ownsLine() && hasDigit(text) || v.spacedEquals() && len(text) >= leastPassword && !fillerOnly(lower))
	case v.fallback, v.setsEnvironment(), v.behindLongOption(), v.setsVariable():
		return true
	case v.isSettingsSecret(lower), v.isPairOfText() && isUpperName(v.name) && isUpperName(text) && isMadeUp(lower):
		return true
	case strings.Contains(v.name, ".") && v.ownsLine():
		return v.quote != 0 || v.before == v.name+"=" || !v.spacedEquals() && (!isCamel(text) || hasDigit(text)) || isNumber(text) || strings.Contains(text, "-")
	case strings.HasPrefix(v.name, "SECRET_KEY") && v.ownsLine() && text == lower && strings.Count(text, "_")+strings.Count(text, "-") >= 2:
		return true
	case v.quote != 0 && v.spacedEquals() && beginsAsMade(strings.ReplaceAll(lower, "_", "")):
		return true
	case isDefaultWord(lower) && !v.isPairOfText():
		return false
	}
	return word && !namesEntry(v.name) && !strings.Contains(folded, "client") && (v.isPairOfText() || v.ownsLine() || strings.HasSuffix(strings.TrimRight(v.before, " \t\"'"), "="))
}

// isIssuedFiller reports whether filler stands for a key that its issuer draws: unlike a password (PASSWORD=changeme) it opens nothing
// before it is replaced.
func (v value) isIssuedFiller() bool {
	words := nameWords(v.name)
	n := len(words)
	if n > 0 && (words[n-1] == "apikey" || words[n-1] == "accesskey" || words[n-1] == "apitoken") {
		n++ // as if it were two words
	} else if n < 2 {
		return false
	} else {
		switch words[n-2] {
		case "api", "client", "access", "app", "consumer", "auth", "bot":
		default:
			return false
		}
	}
	lower := strings.ToLower(v.text)
	return strings.Contains(lower, "change") && fillerOnly(lower) || isSequence(lower)
}

// setsVariable reports whether a text in quotation marks is the value of an environment variable in YAML, alone on its line.
func (v value) setsVariable() bool {
	return v.quote != 0 && isUpperName(v.name) && strings.Contains(v.name, "_") && v.ownsLine() && strings.HasSuffix(strings.TrimRight(v.before, " \t\"'"), ":")
}

// signsSessions reports whether the text before a secret says that sessions or tokens are signed with it: session({ secret: ", expressJwt({secret: '.
func signsSessions(before string) bool {
	lower := strings.ToLower(before)
	return strings.Contains(lower, "session") || strings.Contains(lower, "jwt")
}

// namesEntry reports whether a name may be that of the key under which a session or a cookie keeps something.
func namesEntry(name string) bool {
	folded := foldName(name)
	return strings.HasSuffix(folded, "sessionkey") || strings.HasSuffix(folded, "cookiekey")
}

// namesToken reports whether a name ends in a word for a key or a token that a program asks for: ADMIN_TOKEN, MASTER_KEY.
func (v value) namesToken() bool {
	words := nameWords(v.name)
	if len(words) == 0 {
		return false
	}
	if strings.EqualFold(v.name, "token") {
		return v.quote != 0
	}
	before := words[max(len(words)-2, 0)]
	switch words[len(words)-1] {
	case "token":
		switch before {
		case "admin", "auth", "access", "api", "bot", "root", "master", "secret", "service", "registration", "runner", "webhook", "bearer", "agent", "cluster", "join", "refresh", "ws", "application", "user", "app", "personal", "login", "session", "deploy":
			return true
		}
	case "key":
		switch before {
		case "encryption", "master", "admin", "app", "signing", "crypto", "auth", "api":
			return true
		}
		return before == "access" && len(words) > 2 && words[len(words)-3] == "secret" // an access key is the name of one
	case "apikey", "apitoken", "authtoken", "accesstoken", "refreshtoken":
		return true
	}
	return false
}
