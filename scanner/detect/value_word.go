package detect

import (
	"strings"
)

// isShortWord reports whether a value is a word of three letters or digits: where a name leaves no doubt that a password belongs,
// and nothing else stands in its place, somebody chose it.
func (v value) isShortWord() bool {
	if len(v.text) != 3 || isConstant(v.text) || strings.HasSuffix(strings.TrimRight(v.before, " \t\"'"), "===") {
		return false
	}
	for i := 0; i < len(v.text); i++ {
		if c := v.text[i]; (c < 'a' || c > 'z') && !isDecimal(c) {
			return false
		}
	}
	switch v.text {
	case "xxx", "pwd", "get", "set", "not", "the", "one", "two", "old", "bad", "end", "key", "csv", "raw", "var", "env", "out", "max", "min", "add", "hex", "url", "www", "has", "did", "was", "are", "and", "for", "use", "you", "can":
		return false
	}
	return true
}

// isNumberedWord reports whether a value is letters and two digits or more behind them, in quotation marks: what people choose, and nobody
// calls a pass of a compiler or a passage.
func (v value) isNumberedWord() bool {
	letters := strings.TrimRight(v.text, "0123456789")
	return v.quote != 0 && len(letters) >= 6 && len(v.text)-len(letters) >= 2 && strings.Trim(strings.ToLower(letters), "abcdefghijklmnopqrstuvwxyz") == ""
}

// namesSecret reports whether a name ends in a word for the secret that a program signs or encrypts with, or proves itself by: JWT_SECRET,
// clientSecret, SECRET_KEY; a secret without such a word beside it is mostly the name of one. bare: it is "secret" and no more.
func namesSecret(name string) (ok, bare bool) {
	words := nameWords(name)
	if n := len(words); n > 2 && words[n-1] == "base" { // SECRET_KEY_BASE
		words = words[:n-1]
	}
	n := len(words)
	if n == 0 {
		return false, false
	}
	last := words[n-1]
	if n == 1 {
		switch last {
		case "secretkey", "jwtsecret", "clientsecret", "appsecret", "sessionsecret", "cookiesecret":
			return true, false
		}
		return strings.HasSuffix(last, "secret") && len(last) != len("nosecret"), last == "secret"
	}
	before := words[n-2]
	switch last {
	case "key":
		return before == "or" && n > 2 && words[n-3] == "secret" || before == "secret" || before == "jwt" || before == "signing" || before == "session" || before == "cookie", false
	case "secret":
		switch before {
		case "application", "oauth", "consumer", "shared", "api", "access", "refresh", "enrollment", "bootstrap":
			return true, false
		}
		if isSignerWord(before) {
			return true, false
		}
		return strings.HasSuffix(strings.ToLower(name), ".secret"), true
	case "secretkey":
		return true, false
	}
	return false, false
}

// isCommonSecret is isCommonPassword for what a program signs with or proves itself by: a word or several that stand as text,
// SECRET_KEY = 'dev', secret: 'keyboard cat', "secret": "secret". They describe no secret (client-secret) and ask for nothing.
func (v value) isCommonSecret() bool {
	named, bare := namesSecret(v.name)
	if !named || v.quote == 0 && !v.literally() && (bare || !v.inSettingsLine()) || len(v.text) < 3 || len(v.text) > 60 || strings.ContainsAny(v.text, "/\\<>{}$()[]:;=|%,\"'`") {
		return false
	}
	lower := strings.ToLower(v.text)
	if holdsRequest(lower) {
		return false
	}
	if v.isIssuedFiller() || isMask(v.text) || isUpperName(v.text) && strings.Contains(v.text, "_") || strings.Contains(v.text, ".") && isDotted(v.text) || isConstant(v.text) {
		return false
	}
	if named, ok := strings.CutSuffix(strings.TrimRight(v.before, " \t\"'"), ","); ok && !v.fallback && !isAtom(named, "") { // ("rob", "secret", "ADMIN")
		return false
	}
	plain := plainSpelling(lower)
	if endsInNumber(v.text) && (strings.HasSuffix(strings.ToLower(v.name), "secret") || strings.HasSuffix(foldName(v.name), "secretkey")) && opensAccount(plain, true) && !strings.Contains(plain, "client") {
		return true
	}
	folded := foldName(plain)
	if folded == "secret" {
		return lower == v.text && (v.fallback || !bare || strings.HasSuffix(v.before, `"secret": "`) || strings.Contains(v.before, "session({"))
	}
	if strings.Contains(v.text, " ") {
		return (!bare || strings.Contains(v.before, "session({")) && isPhrase(v.text) && (strings.Count(v.text, " ") > 1 || !describesSecret(plain))
	}
	if strings.Contains(foldName(v.name), folded) || strings.Contains(folded, "client") || strings.Contains(folded, "secret") && describesSecret(plain) {
		return false
	}
	switch {
	case v.fallback && !bare && opensAccount(plain, true):
		return true
	case isAccountWord(lower), isAccountWord(folded):
		return v.quote != 0 || !bare
	case bare || v.quote == 0:
		return false
	}
	return opensAccount(plain, false) && !strings.Contains(lower, "key") && !strings.HasPrefix(lower, "my")
}

// describesSecret reports whether a text says of a secret what it is for: jwt_secret, secret-key, app.secret.
func describesSecret(lower string) bool {
	for part := range strings.FieldsFuncSeq(lower, func(r rune) bool { return r < 'a' || r > 'z' }) {
		switch part {
		case "key", "token", "jwt", "app", "api", "session", "cookie", "value", "oauth", "the", "access", "refresh", "consumer", "shared":
			return true
		}
		if strings.HasPrefix(part, "secret") && part != "secret" {
			return true
		}
	}
	return false
}

// isPhrase reports whether a text is two words or more, of small letters and digits, that say nothing about a credential.
func isPhrase(text string) bool {
	words := strings.Split(text, " ")
	if len(words) < 2 || len(words) > 8 {
		return false
	}
	for _, word := range words {
		if word == "" || strings.ToLower(word) != word || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz0123456789-!?") != "" {
			return false
		}
		switch word {
		case "the", "is", "are", "of", "for", "used", "use", "client", "app", "must", "should", "please", "not", "required", "optional", "with", "from", "by", "or", "and", "if":
			return false
		}
	}
	return true
}

// repeatsUser returns the user's name that stands before a password, where both are the same: admin:admin, user="tomcat" password="tomcat".
func (v value) repeatsUser() (user string, repeats bool) {
	if v.quote != 0 {
		return v.text, strings.Contains(v.before, string(v.quote)+v.text+string(v.quote))
	}
	user, ok := v.userBefore()
	return user, ok && strings.EqualFold(user, v.text)
}

// userBefore returns the name that stands before a value and a colon, empty where signs stand there; false: no colon.
func (v value) userBefore() (user string, ok bool) {
	head, ok := strings.CutSuffix(v.before, ":")
	if !ok {
		return "", false
	}
	return head[len(strings.TrimRight(head, alphanumerics+"_-.")):], true
}

// isStandIn reports whether a name stands for the name of any user, in what shows how something is written.
func isStandIn(user string) bool {
	if strings.Trim(user, "0123456789") == "" {
		return true
	}
	switch strings.ToLower(user) {
	case "user", "username", "name", "login", "email", "me", "foo", "bar", "x", "xx", "xxx", "u", "anonymous", "node", "www-data", "nobody", "password", "pass", "passwd", "pwd", "token", "secret", "key":
		return true
	}
	return false
}

// isDefaultWord reports whether a password is a word that a service is delivered with, to be changed.
func isDefaultWord(lower string) bool {
	switch lower {
	case "changeme", "changeit", "changethis", "change_me", "change-me":
		return true
	}
	return false
}

// behindUser reports whether a value stands behind a user's name in what an option of a program takes: -u user:value, --user=user:value.
func (v value) behindUser() bool {
	head, ok := strings.CutSuffix(v.before, ":")
	if !ok {
		return false
	}
	user := strings.TrimRight(head, alphanumerics+"_-.@")
	if user == head || isStandIn(head[len(user):]) {
		return false
	}
	option := strings.TrimRight(user, " \t\"'=,")
	return option != user && (strings.HasSuffix(option, " -u") || strings.HasSuffix(option, "'-u") || strings.HasSuffix(option, `"-u`) || strings.HasSuffix(option, "--user") && !strings.Contains(option, "docker"))
}

// behindOption reports whether a value stands behind an option in the same word, as clients of MySQL take passwords: mysql -uroot -pvalue.
func (v value) behindOption() bool {
	head, ok := strings.CutSuffix(v.before, " -p")
	return ok && (strings.Contains(head, "mysql") || strings.Contains(head, "mariadb"))
}

// isArgument reports whether a template names an argument of a script, which whoever calls it gives: ${1:-password}.
func isArgument(template string) bool {
	return len(template) > 2 && template[0] == '$' && template[1] == '{' && isDecimal(template[2])
}

// setsPassword reports whether a value is the first argument of a call that gives an object its password.
func (v value) setsPassword() bool {
	if !strings.HasSuffix(strings.TrimRight(v.before, " \t\"'"), "(") {
		return false
	}
	call := v.call()
	switch folded := foldName(call[strings.LastIndexAny(call, ".:>")+1:]); folded {
	case "setpassword", "withpassword", "setpasswd", "setpass", "setpwd":
		return true
	default: // setKeyStorePassword
		return strings.HasSuffix(folded, "password") && (strings.HasPrefix(folded, "set") || strings.HasPrefix(folded, "with"))
	}
}

// fallsBack reports whether a value counts where a setting of the environment is not there: process.env.NAME || "value",
// os.getenv("NAME", "value"), ${env:NAME, 'value'}.
func (v value) fallsBack() bool {
	if v.quote == 0 {
		return false
	}
	before := strings.TrimRight(strings.TrimSuffix(strings.TrimRight(v.before, " \t"), string(v.quote)), " \t")
	for _, operator := range [...]string{"||", "??", " or", "?:"} {
		if strings.HasSuffix(before, operator) {
			return strings.Contains(strings.ToLower(before), "env")
		}
	}
	named, ok := strings.CutSuffix(before, ",")
	if open := strings.LastIndex(named, "${"); ok && open >= 0 { // ${env:NAME, 'value'} in Serverless
		if name := named[open+len("${"):]; strings.Contains(name, ":") && strings.Trim(name, alphanumerics+"_-.:/~") == "" {
			return true
		}
	}
	return ok && readsEnvironment(callee(strings.TrimRight(strings.TrimRight(strings.TrimRight(named, "\"'`"), alphanumerics+"_-."), "\"'`")))
}

// readsEnvironment reports whether a call reads a setting of the environment and takes what counts where there is none.
func readsEnvironment(call string) bool {
	switch folded := foldName(call); folded {
	case "getenv", "env", "envor", "getenvor", "getenvordefault", "getenvdefault", "getordefault", "envstr", "fetch", "envstring":
		return true
	case "get":
		return call == "get"
	}
	return false
}

// namesService reports whether a name says whose password it is: of a database's root or of the database, which nobody writes above a field.
func namesService(name string) bool {
	words := nameWords(name)
	for _, word := range words[:max(len(words)-1, 0)] {
		switch word {
		case "root", "db", "database", "smtp", "ldap", "keystore", "truststore", "admin":
			return true
		}
		if isDataService(word) {
			return true
		}
	}
	return false
}

// identifies reports whether a value stands where a statement of SQL takes the password of an account: IDENTIFIED BY 'value',
// IDENTIFIED WITH plugin BY 'value'.
func (v value) identifies() bool {
	head, ok := strings.CutSuffix(strings.ToLower(strings.TrimRight(v.before, " \t'\"")), " by")
	at := strings.LastIndex(head, " identified")
	return ok && at >= 0 && (head[at:] == " identified" || strings.HasPrefix(head[at:], " identified with ") && strings.Count(head[at:], " ") == 3)
}

// What a report says of words that count.
const (
	ReasonCommonPassword = "a password that many have"
	ReasonCommonSecret   = "a word in the place of a secret"
)

// commonReason says for the report why a word counts.
func (v value) commonReason() string {
	if v.key {
		return ReasonCommonSecret
	}
	return ReasonCommonPassword
}
