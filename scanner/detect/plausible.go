package detect

import (
	"strings"
)

// isConstant reports whether a value is a type, a literal or a keyword of a
// programming language, or an answer to a yes-no question.
func isConstant(text string) bool {
	switch strings.TrimRight(strings.ToLower(text), "?!;,*&") {
	case "string", "str", "text", "varchar", "char", "chararray", "char[]", "bytes", "byte[]", "[]byte", "number", "integer", "int", "uint", "bool", "boolean", "object", "array",
		"any", "none", "hashed", "omitempty", "null", "nil", "nullptr", "undefined", "true", "false", "void", "self", "this", "default", "const", "static", "unset", "unknown", "unspecified",
		"optional", "required", "enabled", "disabled", "yes", "no", "on", "off", "always", "never", "auto", "automatic", "manual", "hidden", "textfield",
		"utf-8", "utf8", "latin1", "iso-8859-1", "us-ascii", "sha1withrsa", "sha256withrsa", "sha512withrsa", "securestring", "new", "return", "function", "lambda", "async", "await", "raise", "throw", "super", "empty", "blank", "omit", "n/a", "nan", "eof", "inherit",
		"passord", "parola", "heslo", "senha", "wachtwoord", "kennwort", "passwort", "adgangskode", "salasana", "contrasenya", "lozinka", "geslo", "parool", // labels in translations
		"password", "checkbox", "submit", "button", "email", "plaintext", "cleartext", "encrypted", "base64", "bcrypt", "sha256", "sha512", "sha1", "md5", "hmac", "scram-sha-256", "aes256", "aes-256", "aes-256-gcm", "aes128",
		"ed25519", "ecdsa", "rsa4096", "rsa2048", "x25519", "bearer", "basic", "digest", "oauth", "oauth2", "oauth1", "jwt", "saml", "ldap", "kerberos", "ntlm", "hs256", "rs256", "es256", "apikey", "api_key", "client_credentials", "authorization_code", "refresh_token",
		"client_secret_basic", "client_secret_post", "private_key_jwt", "stringvar", "credentials", "cookie", "header", "query", "session", "sensitive", "writeonly", "readonly":
		return true
	}
	return false
}

// isProtected reports whether a value is an encrypted credential or the hash of
// a password: nothing to revoke, or not by these rules.
func isProtected(text string) bool {
	for _, start := range protectedStarts {
		if strings.HasPrefix(text, start) {
			return true
		}
	}
	for _, form := range protectedForms {
		if rest, ok := strings.CutPrefix(text, form.start); ok && len(text) >= form.least && isBase64OrHash(rest) {
			return true
		}
	}
	for _, part := range [...]string{":$apr1$", ":$2y$", ":$2a$", ":$2b$", ":$6$", ":$5$", ":{SHA}"} { // user:hash
		if strings.Contains(text, part) {
			return true
		}
	}
	if len(text) == 41 && text[0] == '*' && isHex(text[1:]) { // MySQL's PASSWORD()
		return true
	}
	return len(text) == 35 && strings.HasPrefix(text, "md5") && isHex(text[3:]) // PostgreSQL
}

// protectedStarts begin what programs write of a credential that they encrypted or hashed; nothing else begins so.
var protectedStarts = [...]string{
	"ENC[", "ENC(", "{cipher}", "{aes}", "{AES}", "{ssha", "{SSHA", "{SHA", "{sha", "{MD5", "{CRYPT", "{crypt", "{bcrypt}", "{argon2", "{pbkdf2", "{scrypt", "{PBKDF2", "{xor}", "{ldap}", "{MD4}", "{md4}", "{md5}",
	"$1$", "$2$", "$2a$", "$2b$", "$2x$", "$2y$", "$5$", "$6$", "$7$", "$y$", "$gy$", "$apr1$", "$argon2", "$pbkdf2", "$scrypt", "$P$", "$H$", "$S$", "$ml$", "$sha1$", "$8$", "$9$",
	"pbkdf2_", "pbkdf2:", "scrypt:", "argon2i$", "argon2id$", "argon2d$", "bcrypt$", "bcrypt:", "bcrypt_sha256$", "SCRAM-SHA-", "sha256$", "sha1$", "sha512$", "md5$",
	"$ANSIBLE_VAULT", "-----BEGIN PGP MESSAGE", "vault:v1:", "{vault}", "BEGIN CERT", "ssh-rsa", "ssh-ed25519", "ecdsa-sha2", "!!enc", "ENCRYPTED[", "ENCRYPTED(", "ENCRYPTED:", "01000000d08c9ddf",
}

// protectedForms are shorter beginnings, behind which a digest or what was encrypted must follow: keys of age (Bech32, 62
// characters), ciphertext of the key management services of AWS and Google, sealed secrets of Kubernetes.
var protectedForms = [...]struct {
	start string
	least int // bytes
}{
	{"age1", 62}, {"AQICAH", 80}, {"AQECAH", 80}, {"CiQA", 80}, {"AgA", 80}, {"AgB", 80}, {"AgC", 80}, {"AgD", 80}, {"secure:", 40}, {"enc:", 26}, {"ENC:", 26}, {"encrypted:", 32}, {"GCM:", 26}, {"gcm:", 26}, {"crypt:", 28},
	{"md5:", 36}, {"SSHA:", 30}, {"sha1:", 32}, {"sha256:", 40}, {"sha512:", 40}, {"sha256-", 40}, {"sha384-", 60}, {"sha512-", 80},
}

// protectedWords are beginnings that say "encrypted" or "hash" of whatever follows; where that has no such form they are only a doubt.
var protectedWords = [...]string{
	"age1", "AQICAH", "AQECAH", "CiQA", "secure:", "enc:", "ENC:", "encrypted:", "GCM:", "gcm:", "crypt:", "md5:", "SSHA:", "sha1:", "sha256:", "sha512:", "sha256-", "sha384-", "sha512-", "ENCRYPTED", "argon2", "bcrypt",
}

// isBase64OrHash reports whether a text is in base64, perhaps in parts that colons, dollar signs, dots and commas divide, as hashes and their salts are.
func isBase64OrHash(text string) bool {
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(":$.,|", r) }) {
		if !isBase64(part) && !isHex(part) {
			return false
		}
	}
	return true
}

func isHex(text string) bool {
	for i := 0; i < len(text); i++ {
		if groupOf(text[i])&(anyDigit|lowerHexLetter|upperHexLetter) == 0 {
			return false
		}
	}
	return text != ""
}

// echoesName reports whether a value only repeats its name, or the user's name
// before it: "password": "user_password", postgres:postgres@.
func echoesName(v value) bool {
	folded := foldName(v.text)
	if folded == "" {
		return false
	}
	name := foldName(v.name)
	if name != "" && (folded == name || len(folded) >= 4 && strings.Contains(name, folded)) {
		return true
	}
	if len(name) >= 6 && strings.Contains(folded, name) && len(folded) <= len(name)+12 && randomness(v.text) < randomKey {
		return true
	}
	if v.quote != 0 && strings.Contains(v.before, string(v.quote)+v.text+string(v.quote)) && randomness(v.text) < randomKey { // ("cassandra", "cassandra")
		return true
	}
	// scheme://user:value@, user:value
	if user, ok := v.userBefore(); ok {
		return (strings.EqualFold(user, v.text) || user == "anonymous") && randomness(v.text) < randomKey
	}
	// A key into a table of texts: login.password2.
	dot := strings.LastIndexByte(v.text, '.')
	return dot > 0 && isDotted(v.text) && speaksOfSecret(v.text[dot+1:]) && (!hasDigit(v.text) || isWord(strings.ToLower(v.text[:dot]))) && randomness(v.text) < randomKey
}

// isOfKnownForm names the form of a value that is no credential whatever its
// name, or returns "".
func isOfKnownForm(v value, odds float64) string {
	text := v.text
	switch {
	case isProse(text, odds), v.key && strings.HasSuffix(text, "..."):
		return "a sentence or a label"
	case v.key && isUUID(text) && !asksForUUID(v.name):
		return "a UUID"
	case v.key && isKeyID(v):
		return "the id of a key"
	case isDate(text):
		return "a date"
	case isVersion(text):
		return "a version or an address"
	case v.key && (isNumber(text) || strings.ContainsAny(text, ";,") && strings.Trim(text, "0123456789.;,- ") == ""):
		return "a number"
	case odds < 6 && isRegex(text):
		return "a regular expression"
	case isMediaType(text, odds):
		return "a media type"
	case odds < sureKey && isSelector(text):
		return "a selector"
	case odds < sureKey && isEmail(text):
		return "a mail address"
	case odds < 0 && isStatement(text):
		return "code"
	case strings.HasPrefix(text, `\x1b[`), strings.HasPrefix(text, `\033[`), strings.HasPrefix(text, `\e[`), strings.HasPrefix(text, `\u001b[`):
		return "a colour of the terminal"
	case odds < sureKey && isChoices(text):
		return "a list of rules"
	}
	return ""
}

// isProse reports whether a value is a sentence or a label: words and blanks, or
// letters outside ASCII without any digit.
func isProse(text string, odds float64) bool {
	if strings.IndexFunc(text, func(r rune) bool { return r >= 0x80 }) >= 0 {
		return !strings.ContainsAny(text, "0123456789")
	}
	blanks := strings.Count(text, " ") + strings.Count(text, "\t")
	if blanks == 0 {
		return odds < sureKey && strings.HasSuffix(text, ":") || strings.HasSuffix(text, "...") && !(odds >= sureKey && mixes(text) && !strings.HasPrefix(text, "eyJ")) || strings.HasSuffix(text, "?") && odds < randomKey && !hasDigit(text)
	}
	return odds < sureKey || !hasDigit(text) && ungrouped(text) == text
}

func hasDigit(text string) bool { return strings.ContainsAny(text, "0123456789") }

// asksForUUID reports whether credentials of that name are UUIDs often enough:
// API keys and client secrets of several providers are.
func asksForUUID(name string) bool {
	folded := foldName(name)
	for _, part := range [...]string{"apikey", "secret", "accesstoken", "authtoken", "accesskey", "apitoken", "licensekey", "authkey"} {
		if strings.Contains(folded, part) {
			return true
		}
	}
	return false
}

// isKeyID reports whether a value is the id of a key of OpenPGP, or has the form in which AWS, and those who took it over from there, write the id
// of an access key, 20 capitals and digits, and a name that both go by: the secret key beside it has another form.
func isKeyID(v value) bool {
	folded := foldName(v.name)
	if strings.HasSuffix(folded, "gpgkey") || strings.HasSuffix(folded, "pgpkey") { // of OpenPGP: its fingerprint, or the end of it
		digits := strings.TrimPrefix(v.text, "0x")
		return (len(digits) == 8 || len(digits) == 16 || len(digits) == 40) && isHex(digits)
	}
	return len(v.text) == 20 && strings.HasSuffix(folded, "accesskey") && !strings.Contains(folded, "secret") && strings.IndexFunc(v.text, func(r rune) bool {
		return !(r >= 'A' && r <= 'Z' || r >= '0' && r <= '9')
	}) < 0
}

// isDate reports whether a value is a date or a time: 2024-01-02, 01/02/2024, 10:11:12.
func isDate(text string) bool {
	if len(text) < 8 || len(text) > 35 || text[0] < '0' || text[0] > '9' {
		return false
	}
	marks := strings.Count(text, "-") + strings.Count(text, "/") + strings.Count(text, ":") + strings.Count(text, ".")
	if marks < 2 {
		return false
	}
	return strings.Trim(text, "0123456789-/:.TZ+ ") == "" && strings.IndexAny(text, "-/:.") <= 4
}

// isVersion reports whether a value is a version, a network or hardware address.
func isVersion(text string) bool {
	for _, protocol := range [...]string{"npm:", "workspace:", "catalog:", "portal:"} { // "@acme/auth": "workspace:^"
		rest, ok := strings.CutPrefix(text, protocol)
		if ok && strings.Trim(rest, "^~*") == "" {
			return true
		}
		if ok {
			text = rest
		}
	}
	text = strings.TrimPrefix(strings.TrimLeft(text, "^~<>=v"), "V")
	if strings.Count(text, ".") >= 1 && hasDigit(text) {
		numeric := strings.Trim(text, "0123456789.") == ""
		if numeric {
			return true
		}
		// 1.2.3-beta.4, 1.8.0_292-b10
		head, _, ok := strings.Cut(text, "-")
		if ok && strings.Count(head, ".") >= 1 && strings.Trim(head, "0123456789._") == "" {
			return true
		}
	}
	if strings.Count(text, ":") == 5 && len(text) == 17 { // hardware address
		return isHex(strings.ReplaceAll(text, ":", ""))
	}
	return false
}

// isRegex reports whether a value is a regular expression.
func isRegex(text string) bool {
	for _, mark := range [...]string{"(?", `\d`, `\w`, `\s`, "[a-z", "[A-Z", "[0-9", "[^", ".*", ".+", `\b`, "$)", `\.`, "^["} {
		if strings.Contains(text, mark) {
			return true
		}
	}
	return len(text) > 2 && text[0] == '^' && text[len(text)-1] == '$'
}

// isMediaType reports whether a value is a MIME type or another pair of words
// with a slash.
func isMediaType(text string, odds float64) bool {
	kind, _, ok := strings.Cut(text, "/")
	if !ok || odds >= sureKey {
		return false
	}
	switch kind {
	case "application", "text", "image", "audio", "video", "font", "multipart", "message", "model":
		return true
	}
	return false
}

// isSelector reports whether a value is a CSS selector, an element's path or a
// flag: #password, .login-form, input[name=x], --password.
func isSelector(text string) bool {
	if len(text) > 2 && (text[0] == '#' || text[0] == '.' || text[0] == '-') {
		rest := strings.TrimLeft(text, "#.-")
		return rest != "" && strings.IndexFunc(rest, func(r rune) bool {
			return !(r == '-' || r == '_' || r == '.' || r == '#' || r == ' ' || r == '>' || r < 0x80 && isLetter(byte(r)))
		}) < 0
	}
	return strings.Contains(text, "[name") || strings.Contains(text, "[type") || strings.HasPrefix(text, "input[")
}

// isStatement reports whether a value is a piece of code between two unrelated
// quotation marks.
func isStatement(text string) bool {
	marks := 0
	for i := 0; i < len(text); i++ {
		if strings.IndexByte("(),;{}=[]:", text[i]) >= 0 {
			marks++
		}
	}
	return marks >= 3 && marks*12 >= len(text)
}

// isChoices reports whether a value is a list of words and rules, as validators take them: required|min:8|confirmed.
func isChoices(text string) bool {
	if strings.Count(text, "|") < 1 {
		return false
	}
	for part := range strings.SplitSeq(text, "|") {
		word, _, _ := strings.Cut(part, ":")
		if word != strings.ToLower(word) || !isIdentifier(word) || hasDigit(word) && !isConstant(word) {
			return false
		}
	}
	return true
}

// isEmail reports whether a value is a mail address: letters, one @, a host.
func isEmail(text string) bool {
	local, host, ok := strings.Cut(text, "@")
	if !ok || local == "" || strings.Contains(host, "@") {
		return false
	}
	dot := strings.LastIndexByte(host, '.')
	if dot < 1 || dot+3 > len(host) {
		return false
	}
	return isDotted(strings.ReplaceAll(host, "-", "_"))
}

// isWritten reports whether a value named as a password is words of source text
// or an identifier rather than a password that somebody chose.
func isWritten(v value, odds float64) bool {
	text := v.text
	if odds >= randomKey {
		return false
	}
	letters, marks, others := 0, 0, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case isLetter(c):
			letters++
		case c == '_' || c == '-' || c == '.' || c == ' ' || c == '/' || c == ':':
			marks++
		default:
			others++
		}
	}
	if letters == 0 {
		// Digits alone: six and more in quotation marks or as plain text may be a PIN somebody chose.
		return others < 6 && marks == 0 || marks > 0 && hasDigit(text) && others <= 8 && !strings.ContainsAny(text, "!@#$%^&*") || !v.literally()
	}
	if marks >= 2 && odds < -4 { // airflow-cluster1-mysql-password
		return true
	}
	if others > 0 {
		return false
	}
	if len(nameWords(text)) >= 2 { // db-password, currentPassword, user.name
		return odds < 0 && !v.setsEntry()
	}
	folded := strings.ToLower(text)
	if isWord(folded) || madeOfWords(folded) {
		return true
	}
	// Password, Kennwort: a label; a bare word in code is an identifier.
	return classOf(text[0]) == classUpper && text[1:] == strings.ToLower(text[1:]) && odds < 0 && !(v.quote != 0 && besideUser(v.before))
}

// isChosenSecret reports whether a value named as a secret (client_secret, JWT_SECRET_KEY), which people choose
// as they choose passwords, looks chosen: text where it stands, letters and digits or signs together, no identifier.
func isChosenSecret(v value, odds float64) bool {
	words := nameWords(v.name)
	if len(words) == 0 || v.quote == 0 && !v.literally() {
		return false
	}
	last := words[len(words)-1]
	if last == "key" && len(words) > 1 {
		last = words[len(words)-2]
	}
	if v.signsWithPhrase(words) {
		return true
	}
	if !strings.HasSuffix(last, "secret") || odds < -6 || odds < -3 && !mixes(v.text) {
		return false
	}
	return strings.ContainsAny(v.text, "0123456789!@#$%^&*?") && !isWritten(v, odds)
}

// mixes reports whether a text has capitals, small letters and digits.
func mixes(text string) bool {
	var kinds [classCount]bool
	for i := 0; i < len(text); i++ {
		kinds[classOf(text[i])] = true
	}
	return kinds[classUpper] && kinds[classLower] && kinds[classDigit]
}

// madeOfWords reports whether letters split into words of source text.
func madeOfWords(letters string) bool {
	written, filler := writtenSet(), fillerSet()
	reach := make([]bool, len(letters)+1)
	reach[0] = true
	for i := range letters {
		if reach[i] {
			onward := func(length int) { reach[i+length] = true }
			written.lengths(letters[i:], 3, longestWord, onward)
			filler.lengths(letters[i:], 3, longestFiller, onward)
		}
	}
	return reach[len(letters)]
}
