package detect

import "strings"

// ReasonByDefault is what a report says of words that nothing but a name and its sign speaks for.
const ReasonByDefault = "words behind the name of a credential"

// byDefault is the last word on what was refused for the words that it is made of, and that no place plainly asks for: text in quotation
// marks that a sign gives to the name of a credential is one, unless the text itself says that it is something else. It is right more often
// than not, and no more: low confidence.
func (v value) byDefault() (judgement, bool) {
	if !isGivenText(v.text) || !isAlphanumeric(v.text[0]) || isLocator(v.text) {
		return judgement{}, false
	}
	lower := strings.ToLower(v.text)
	verdict := judgement{ok: true, weak: true, low: true, reason: ReasonByDefault}
	if v.inURL() {
		return verdict, v.opensByDefault(lower)
	}
	if v.quote != 0 && !v.isAssignedByDefault() || v.quote == 0 && !v.isSetByDefault() {
		return judgement{}, false
	}
	kind := kindOfName(v.name)
	if kind == nameOther || asksByDefault(lower) || saysKind(lower) || v.isPrefixOfSum() || v.isOutcome() || v.describesInput() {
		return judgement{}, false
	}
	if kind == namePassword && setsInStatement(strings.TrimRight(strings.ToLower(v.before), " \t'")) {
		return verdict, true
	}
	if isCapitalised(v.text) || !v.isDefaultPassword(lower, kind) && !v.isDefaultSecret(lower, kind) {
		return judgement{}, false
	}
	return verdict, true
}

// Kinds of names, by their last word.
const (
	nameOther = iota
	namePassword
	nameSecret // of a secret or a key with a word that says what for
	nameToken  // of a token with such a word
	nameBare   // token
)

// kindOfName tells what a name is that of, by its last word. A verb at its beginning makes it the name of a message or an action.
func kindOfName(name string) int {
	words := nameWords(name)
	for len(words) > 1 && isEndWord(words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	if len(words) == 0 || isMessageVerb(words[0]) && len(words) > 1 {
		return nameOther
	}
	last, before := words[len(words)-1], ""
	if len(words) > 1 {
		before = words[len(words)-2]
	}
	switch last {
	case "password", "passwd", "passphrase", "passcode", "pwd", "pass", "pw", "word":
		if last == "word" && before != "pass" || last == "pass" && !(before == "" || ownsPass(before)) {
			return nameOther
		}
		return namePassword
	case "secret":
		if before == "pull" || before == "no" || before == "existing" || before == "tls" {
			return nameOther
		}
		return nameSecret
	case "apikey", "secretkey", "privatekey", "accesskey", "jwtsecret", "clientsecret":
		return nameSecret
	case "key":
		switch before {
		case "api", "access", "private", "secret", "encryption", "signing", "master", "auth", "shared", "jwt", "crypto", "crypt", "des", "aes", "hmac", "account", "admin", "app", "webhook":
			return nameSecret
		}
	case "token":
		if before == "" || before == "this" || before == "self" {
			return nameBare
		}
		switch before {
		case "csrf", "xsrf", "cancellation", "page", "next", "default", "inject", "injection", "client", "sync", "continuation":
			return nameOther
		}
		return nameToken
	case "apitoken", "authtoken", "accesstoken", "refreshtoken":
		return nameToken
	}
	if strings.HasSuffix(last, "password") || strings.HasSuffix(last, "passwd") {
		return namePassword
	}
	return nameOther
}

// isEndWord reports whether a word behind the name of a credential says which one it is, and of what it is for nothing.
func isEndWord(word string) bool {
	switch word {
	case "wo", "dev", "test", "prod", "local", "staging", "base", "text", "str", "value", "a", "b":
		return true
	}
	return false
}

// isMessageVerb reports whether a verb before a credential's name makes it that of a message, an action or a switch.
func isMessageVerb(word string) bool {
	switch word {
	case "reset", "forgot", "forget", "change", "update", "show", "hide", "toggle", "require", "requires", "enter", "invalid", "wrong", "missing", "no", "is", "has", "should", "get", "check",
		"verify", "validate", "generate", "confirm", "repeat", "incorrect", "expired", "remove", "delete", "create", "choose", "forgotten", "lost", "encrypted", "hashed", "encoded", "salted":
		return true
	}
	return false
}

// isAssignedByDefault reports whether a sign, or the bracket of a call that is named so, stands between a name and a text in quotation
// marks, or both are the arguments of a call that enters one under the other.
func (v value) isAssignedByDefault() bool {
	head := strings.TrimRight(strings.TrimRight(v.before, " \t\"'`"), "bBuUrRfLN@$")
	if head = strings.TrimRight(head, " \t"); v.text != "password" { // the name again, in what tests make of it
		head = withoutWrapper(head)
	}
	if head == "" {
		return false
	}
	if prose := strings.ToLower(head); strings.HasSuffix(prose, "password is") || strings.HasSuffix(prose, "passphrase is") || strings.HasSuffix(prose, "password to") || strings.HasSuffix(prose, "password of") {
		return true
	}
	if v.quote == '`' {
		return false
	}
	if strings.HasPrefix(v.name, "--") && strings.HasSuffix(head, v.name) {
		return true
	}
	name := v.name[strings.LastIndexByte(v.name, '.')+1:]
	switch head[len(head)-1] {
	case '=':
		return !strings.HasSuffix(head, "==") && !strings.HasSuffix(head, "!=")
	case ':':
		return true
	case '>':
		return strings.HasSuffix(head, "=>")
	case '(':
		return name != "" && strings.HasSuffix(head[:len(head)-1], name) && isSetter(name)
	case ',':
		return v.isEntry() || isFallbackCall(callee(head)) || strings.Contains(strings.ToLower(v.before), "values (") || strings.Contains(strings.ToLower(v.before), "values(")
	}
	if strings.HasSuffix(head, "||") || strings.HasSuffix(head, "??") || strings.HasSuffix(head, " or") { // what stands where no setting does
		return true
	}
	if strings.HasSuffix(head, " :"+v.name) || head == ":"+v.name { // :password "value", in Lisp
		return true
	}
	lower := strings.ToLower(head)
	if strings.HasSuffix(lower, "with password") || strings.HasSuffix(lower, "and password") {
		return true
	}
	return setsInStatement(lower)
}

// setsInStatement reports whether what stands before a text, in lower case, is a statement of SQL that gives an account its password.
func setsInStatement(lower string) bool {
	return strings.HasSuffix(lower, "password") && (strings.Contains(lower, "user ") || strings.Contains(lower, "role ")) && (strings.Contains(lower, "create ") || strings.Contains(lower, "alter "))
}

// isSetByDefault reports whether a bare text is all that a line of a file of settings says of a name, perhaps in a comment: name: word,
// name = word, name word.
func (v value) isSetByDefault() bool {
	if !v.plain || v.name == "" {
		return false
	}
	if after := strings.TrimLeft(v.after, " \t\r"); after != "" && (after[0] != '#' || after == v.after) {
		return false
	}
	head := strings.TrimRight(v.before, " \t")
	sign := strings.TrimRight(head, ":=")
	rest, ok := strings.CutSuffix(strings.TrimRight(sign, " \t\"'"), v.name)
	if !ok || strings.HasSuffix(sign, "+") || strings.HasSuffix(sign, "!") {
		return false
	}
	rest = strings.TrimLeft(rest, " \t-#;/*\"'")
	switch rest {
	case "", "export ", "set ", "env ", "ENV ":
	default:
		if strings.ContainsAny(rest, " \t\"'({=;,/") {
			return false
		}
	}
	if isCamel(v.text) && !hasDigit(v.text) || isDotted(v.text) && strings.Contains(v.text, ".") {
		return false
	}
	return len(sign) < len(head) || rest == "" && strings.TrimLeft(v.before, " \t") == v.name+" " && isWordOnly(v.name) && !isWord(strings.ToLower(v.text)) && isAlphanumeric(v.text[len(v.text)-1])
}

// opensByDefault reports whether the text between a user's name and a host in a URL is the password of an account there: neither it nor the
// host says that it stands for any.
func (v value) opensByDefault(lower string) bool {
	user, ok := strings.CutSuffix(v.before, ":")
	if !ok || lower != v.text && v.text == strings.ToUpper(v.text) || asksByDefault(lower) || isNumber(lower) {
		return false
	}
	user = strings.ToLower(user[strings.LastIndexAny(user, "/ \"'")+1:])
	if describesPassword(lower) && (isStandIn(user) && lower != "pass" || strings.HasSuffix(user, "name")) || isStandIn(user) && isAnyHost(v.host()) {
		return false
	}
	if user == lower && !v.atHome(0) || user == "anonymous" || strings.HasPrefix(user, "my") && strings.HasPrefix(lower, "my") {
		return false
	}
	if user == "" || strings.ContainsAny(user, "$%{<[(") || asksByDefault(user) || strings.Contains(user, "token") || strings.Contains(lower, "token") || strings.HasSuffix(lower, "key") {
		return false
	}
	host := v.host()
	if len(v.after) > 1 && !isAlphanumeric(v.after[1]) && v.after[1] != '[' {
		return false
	}
	for _, part := range [...]string{"host", "your", "my", "some", "server", "domain", "ip", "address", "$", "{", "%", "<"} {
		if host == part || strings.HasPrefix(host, part) && part != "ip" && host != "mysql" && !strings.Contains(host, ".") || strings.HasPrefix(host, "your") {
			return false
		}
	}
	return true
}

// isSetter reports whether a call that is named for a credential is given it: setToken, withSecret, Token. Others make, read or compare one.
func isSetter(name string) bool {
	words := nameWords(name)
	if len(words) == 0 { // _("text")
		return false
	}
	switch words[0] {
	case "set", "with", "put", "use":
		return true
	}
	return len(words) == 1 && words[0] != "secret" || len(words) == 2 && (words[0] == "api" || words[0] == "auth" || words[0] == "access" || words[0] == "client")
}

// describesInput reports whether the line describes a field of a form, or a parameter, rather than filling it.
func (v value) describesInput() bool {
	line := strings.ToLower(v.before)
	for _, mark := range [...]string{"<input", "<label", "<field", "type=", "placeholder", "autocomplete", "getelement", "msgid", "i18n", "translate"} {
		if strings.Contains(line, mark) {
			return true
		}
	}
	after := strings.TrimLeft(strings.TrimPrefix(v.after, string(v.quote)), " \t")
	return strings.HasPrefix(after, ".") || strings.HasPrefix(after, "+") || strings.HasPrefix(after, "%") || strings.HasPrefix(after, "?")
}

// asksByDefault reports whether a text asks for something to be filled in, or is meant to be refused.
func asksByDefault(lower string) bool {
	for _, mark := range [...]string{"change", "your", "xxx", "***", "...", "replace", "insert", "placeholder", "redact", "todo", "fixme", "enter", "invalid", "wrong", "incorrect", "missing", "expired", "unknown", "notset", "not-set", "not_set", "example", "dummy", "masked", "supplied"} {
		if strings.Contains(lower, mark) {
			return true
		}
	}
	return asksForText(lower) || strings.HasPrefix(lower, "x-") || strings.Contains(lower, "::")
}

// saysKind reports whether a text is a word of a language or a form: a type, a state, an algorithm, a kind of credential.
func saysKind(lower string) bool {
	if lower != "password" && isConstant(lower) {
		return true
	}
	switch lower {
	case "value", "field", "name", "id", "url", "uri", "path", "file", "type", "input", "label", "text", "error", "errors", "message", "title", "format", "local", "remote", "public", "private",
		"read", "write", "get", "set", "post", "put", "refresh", "access", "login", "logout", "user", "username", "email", "the", "and", "old", "current", "first", "last", "next", "prev", "key", "token",
		"passwd", "passphrase", "pwd", "passcode", "user_password", "new_password", "old_password", "current_password", "days", "hours", "minutes", "seconds", "opaque", "symmetric", "asymmetric", "plain", "skip", "fail", "failed", "success", "ok", "data", "json", "xml":
		return true
	}
	return false
}

// isCapitalised reports whether a text is a word that begins with a capital, or words that join such: a label, a type or a class.
func isCapitalised(text string) bool {
	if classOf(text[0]) != classUpper || hasDigit(text) {
		return false
	}
	return strings.Trim(text, alphanumerics+"-") == "" && !(isCamel(text) && saysPassword(strings.ToLower(text)) && isMadeUp(strings.ToLower(text)))
}

// isDefaultPassword reports whether a text is a password by default: no name of a field or a variable.
func (v value) isDefaultPassword(lower string, kind int) bool {
	if kind != namePassword {
		return false
	}
	if lower == "password" || foldName(lower) == foldName(v.name) {
		return v.text == "password" && (!isUpperName(v.name) && !isFormWord(nameWords(v.name)[0]) || v.isConstantOf())
	}
	switch {
	case saysPassword(lower) && strings.ContainsAny(v.text, "_-."):
		return hasDigit(lower) || isLettered(lower) || isMadeUp(lower) && !strings.HasPrefix(lower, "my") || strings.HasPrefix(lower, "the_") || isAccountWord(lower[:strings.IndexAny(lower, "_-.")])
	case isCamel(v.text):
		return hasDigit(v.text) || isMadeUp(lower)
	}
	return true
}

// isLettered reports whether a text is the word password and a letter that tells it from another: password_b.
func isLettered(lower string) bool {
	rest, ok := strings.CutPrefix(lower, "password")
	return ok && len(rest) == 2 && (rest[0] == '_' || rest[0] == '-')
}

// isDefaultSecret is isDefaultPassword for secrets, keys and tokens.
func (v value) isDefaultSecret(lower string, kind int) bool {
	switch kind {
	case nameSecret, nameToken:
	case nameBare:
		if strings.HasPrefix(v.name, "--") {
			break
		}
		return hasDigit(lower) && len(lower) >= 5 && !strings.Contains(lower, ".") || len(lower) >= 16 && v.text == lower && isWordOnly(lower) // several words in one
	default:
		return false
	}
	if isMask(lower) || isSequence(lower) && len(lower) >= 2*leastKey || lower != "secret" && isNameOfSecret(plainSpelling(lower)) && !(hasDigit(lower) && isIdentifier(lower)) || strings.HasSuffix(lower, "-tls") {
		return false
	}
	if folded := foldName(lower); strings.Contains(foldName(v.name), folded) {
		return folded == "secret" && v.text == lower && !isUpperName(v.name)
	}
	if namesKeeper(lower) && kind == nameSecret && !v.isPairOfText() && !v.spacedEquals() {
		return false
	}
	if strings.Contains(lower, "_") && saysCredentialWord(lower) || isCamel(v.text) {
		return hasDigit(lower) || isMadeUp(lower) || strings.HasSuffix(lower, "_secret")
	}
	return true
}

// isNameOfSecret reports whether a text is the name of a secret and no more: secret-key, client_secret.
func isNameOfSecret(lower string) bool {
	for part := range strings.FieldsFuncSeq(lower, func(r rune) bool { return r == '-' || r == '_' || r == '.' }) {
		switch part {
		case "secret", "key", "token", "api", "client", "access", "app", "auth", "value", "the", "id", "consumer", "shared", "private", "apikey":
		default:
			return false
		}
	}
	return true
}

// isConstantOf reports whether a name in capitals is that of the password of something: DB_PASSWORD, where PASSWORD and PARAM_PASSWORD are
// names of fields.
func (v value) isConstantOf() bool {
	words := nameWords(v.name)
	if len(words) < 2 || !isUpperName(v.name) || v.quote == 0 || !strings.HasSuffix(v.before, string(v.quote)) {
		return false
	}
	switch words[len(words)-2] {
	case "admin", "root", "ssid", "wifi", "wlan", "smtp", "ftp", "ssh", "test", "valid", "keystore", "truststore":
		return true
	}
	return words[len(words)-2] == "db" || words[len(words)-2] == "database" || isDataService(words[len(words)-2])
}

// withoutWrapper returns what stands before a value without the call that makes bytes, or a type that hides it, of the text.
func withoutWrapper(head string) string {
	for _, call := range [...]string{"[]byte(", "new String(", "Buffer.from(", "SecretStr(", "SecureString(", "String.valueOf(", "Some(", "bytes(", "Field("} {
		if rest, ok := strings.CutSuffix(head, call); ok {
			return strings.TrimRight(rest, " \t")
		}
	}
	return head
}

// isFallbackCall reports whether a call reads a setting by its name and returns its second argument where there is none.
func isFallbackCall(name string) bool {
	switch strings.ToLower(name) {
	case "getenv", "get", "env", "fetch", "getordefault", "getproperty", "get_env", "getenvordefault", "envstr":
		return true
	}
	return false
}
