package detect

import "strings"

// withName returns the value with the name that speaks of a credential: the one
// given, or else the last such name before it on the line. The text right
// before a value is often not its name: a type (const PASSWORD: &str = "…"), a string's
// prefix (password = b'…'), an attribute (<add key="DbPassword" value="…"/>).
func (v value) withName() value {
	if v.inURL() || v.beforeHost() {
		v.name, v.key = "", false
		return v
	}
	if v.behindOption() || v.behindUser() || v.identifies() || v.givenByName() {
		v.name, v.key = "password", false
		return v
	}
	switch call := v.call(); {
	case callTakesPassword(call), connectsWithPassword(call) && strings.Count(v.before[strings.LastIndexByte(v.before, '(')+1:], ",") >= 2, typesPassword(call, v.before), call != "" && strings.HasPrefix(v.after, `".toCharArray()`): // a key store's, a key's that is derived
		v.name, v.key = "password", false
		return v
	case takesKey(call):
		v.name, v.key = "secret", true
		return v
	}
	if v.name != "" && speaksOfSecret(v.name) {
		v.key = v.key && !takesPassword(v.name)
		return v
	}
	if v.encoded && v.name != "" { // the mapping says the name, whatever stands before it on the line
		return v
	}
	for end := len(v.before); end > 0; {
		for end > 0 && !isNamePart(v.before[end-1]) {
			end--
		}
		start := end
		for start > 0 && isNamePart(v.before[start-1]) {
			start--
		}
		if name := strings.Trim(v.before[start:end], ".-"); speaksOfSecret(name) && !saysSignIn(name, v.before) {
			v.name, v.key = name, speaksOfKey(name) && !takesPassword(name)
			return v
		}
		end = start
	}
	return v
}

func isNamePart(c byte) bool { return isAlphanumeric(c) || c == '_' || c == '-' || c == '.' }

// takesPassword reports whether a name with a key's word in it (auth) is that of
// a call or type that takes a user's name and password.
func takesPassword(name string) bool {
	folded := foldName(name)
	for _, part := range [...]string{"basicauth", "login", "httpdigestauth", "networkcredential", "usernamepassword"} {
		if strings.Contains(folded, part) {
			return true
		}
	}
	switch folded {
	case "auth", "pscredential", "creds", "credential", "credentials", "credentialsput": // auth=("user", "password"), credentials: user:password
		return true
	}
	return false
}

// callTakesPassword reports whether a call or a type takes a password among its arguments, or nothing but a
// password: it signs in, makes a user, types into a form or hashes.
func callTakesPassword(name string) bool {
	if name == "" {
		return false
	}
	if takesPassword(name) || hashesPassword(name) {
		return true
	}
	folded := foldName(name)
	for _, end := range [...]string{
		"plainauth", "credential", "credentials", "credentialsnew", "createuser", "createsuperuser",
		"signin", "signup", "authenticate", "emailandpassword", "curlsetopt", "easysetopt", "btoa", "b64encode", "base64encode", "postgresqlpassword", "mysqlpassword",
	} {
		if strings.HasSuffix(folded, end) {
			return true
		}
	}
	return false
}

// hashesPassword reports whether a call hashes the password that is its first argument.
func hashesPassword(name string) bool {
	switch folded := foldName(name); folded {
	case "bcrypt", "hashmake", "makepassword", "generatepasswordhash", "passwordencoderencode", "encoderencode":
		return true
	default:
		return name == "password_hash" || strings.HasSuffix(folded, "generatepasswordhash") || strings.HasSuffix(folded, "bcrypthash") || strings.HasSuffix(folded, "bcrypthashsync") || strings.HasSuffix(folded, "hashpw")
	}
}

// typesPassword reports whether a call types what it is given into a field that the text before the value says takes a
// password: #password').type('value').
func typesPassword(call, before string) bool {
	switch folded := foldName(call[strings.LastIndexAny(call, ".:>")+1:]); folded {
	case "type", "fill", "val", "input", "settext", "sendkeys", "typetext", "setvalue", "fillfield", "entertext", "replacetext":
		before = strings.ToLower(before)
		return strings.Contains(before, "passw") || strings.Contains(before, "pwd") || strings.Contains(before, "_pass")
	}
	return false
}

// takesKey reports whether a call takes the key that it encrypts or signs with.
func takesKey(name string) bool {
	switch foldName(name) {
	case "aesnew", "des3new", "desnew", "arc4new", "blowfishnew", "secretkeyspec", "cryptojsencutf8parse", "jwtsign", "jwtencode", "jwtverify", "jwtdecode",
		"createcipheriv", "createdecipheriv", "createhmac", "createcipher", "createdecipher", "hmacshakeyfor", "setsigningkey", "hmacnew", "jedisauth",
		"cryptojsaesencrypt", "cryptojsaesdecrypt", "cryptojsdesencrypt", "cryptojsdesdecrypt", "cryptojshmacsha256", "cryptojshmacsha1",
		"fernet", "scryptsync", "cryptoscryptsync", "pbkdf2", "pbkdf2sync", "cryptopbkdf2", "cryptopbkdf2sync", "hashhmac", "opensslencrypt", "openssldecrypt",
		"opensslhmacdigest", "opensslhmachexdigest", "aesnewcipher", "sessionsnewcookiestore", "newcookiestore", "cookieparser", "urlsafeserializer", "urlsafetimedserializer":
		return true
	}
	return strings.HasSuffix(name, "signWith")
}

const alphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// call returns the name of the call that a value is an argument of, with what it belongs to, and without the
// calls that only turn one kind of string into another; empty: the value has a name of its own before it.
func (v value) call() string {
	before := strings.TrimRight(v.before, " \t")
	if v.quote != 0 {
		before = strings.TrimRight(strings.TrimSuffix(before, string(v.quote)), " \tbuUrRfL@$\\")
	}
	if user, ok := strings.CutSuffix(before, ":"); ok { // f("user:password")
		before = strings.TrimRight(user, alphanumerics+"_-.@")
		if before == user || before == "" || strings.IndexByte("\"'`", before[len(before)-1]) < 0 {
			return ""
		}
		before = strings.TrimRight(before[:len(before)-1], " \tb")
	}
	if before == "" || before[len(before)-1] != '(' && before[len(before)-1] != ',' {
		return ""
	}
	depth := 0
	for i := len(before) - 1; i >= 0; i-- {
		switch before[i] {
		case ')':
			depth++
		case '(':
			if depth--; depth >= 0 {
				continue
			}
			depth = 0
			start := i
			for start > 0 && (isNamePart(before[start-1]) || before[start-1] == ':') {
				start--
			}
			switch name := before[start:i]; name {
			case "":
				if strings.HasSuffix(before[:start], "auth=") { // auth=("user", "password") in Python
					return "basicauth"
				}
				return ""
			case "Some", "String::from", "str", "bytes", "byte", "Buffer.from", "String", "new":
			default:
				return strings.TrimLeft(name, ".:-")
			}
		}
	}
	return ""
}

// nameWords splits an identifier into its words, lower case: dbPassword2 and
// DB_PASSWORD_2 give db, password.
func nameWords(name string) []string {
	var words []string
	start := -1
	flush := func(end int) {
		if start >= 0 {
			words = append(words, strings.ToLower(name[start:end]))
		}
		start = -1
	}
	for i := 0; i < len(name); i++ {
		c := name[i]
		switch {
		case !isLetter(c):
			flush(i)
		case start < 0:
			start = i
		case classOf(c) == classUpper && (classOf(name[i-1]) == classLower || i+1 < len(name) && classOf(name[i+1]) == classLower && classOf(name[i-1]) == classUpper):
			flush(i)
			start = i
		}
	}
	flush(len(name))
	return words
}

// foldName keeps letters and digits, in lower case.
func foldName(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, text)
}

// saysCredential reports whether a name speaks of a credential without doubt: a
// "key" or "auth" alone may be anything, a "shared secret" is mostly a test vector.
func saysCredential(name string) bool {
	folded := foldName(name)
	for _, part := range [...]string{"sharedsecret", "exportersecret", "trafficsecret", "mastersecret"} {
		if strings.Contains(folded, part) {
			return false
		}
	}
	for _, part := range [...]string{
		"secret", "token", "apikey", "accesskey", "privatekey", "privkey", "encryptionkey", "encryptkey", "signingkey", "masterkey", "accountkey", "storagekey",
		"clientkey", "appkey", "applicationkey", "sharedkey", "sessionkey", "licensekey", "servicekey", "hmackey", "jwtkey", "aeskey", "authkey", "consumerkey",
		"subscriptionkey", "deploykey", "adminkey", "userkey", "serverkey", "credential", "authorization", "bearer", "password", "cryptokey", "cipherkey", "restkey", "integrationkey",
	} {
		if strings.Contains(folded, part) {
			return true
		}
	}
	return false
}

// ownsPass reports whether a word before "pass" makes it a password (dbpass)
// rather than another word (bypass, minipass).
func ownsPass(word string) bool {
	switch word {
	case "db", "user", "usr", "my", "admin", "root", "smtp", "mail", "email", "ftp", "sftp", "ssh", "sql", "mysql", "pg", "postgres", "ldap", "bind", "proxy", "http", "auth", "login",
		"store", "key", "cert", "redis", "mongo", "master", "old", "new", "default", "sudo", "become", "vault", "remote", "api", "rpc", "svc", "service", "app", "vnc", "wifi", "wpa",
		"sys", "system", "oracle", "test", "enable", "src", "dest", "truststore", "keystore", "bot", "web", "imap", "jdbc", "database", "client", "server", "account", "su", "ssl", "ca", "p12", "require", "sasl", "wp", "htaccess", "router", "sftpgo", "basic", "hash":
		return true
	}
	return false
}

// isListed reports whether a value is one of a list of names or arguments rather
// than what belongs to the name: ["password", "email"], f("password", "x", "y"),
// password.strip("x").
func isListed(v value) bool {
	if v.quote == 0 {
		return false
	}
	before := strings.TrimRight(strings.TrimSuffix(v.before, string(v.quote)), " \tbuUrRfL@$")
	after := strings.TrimLeft(strings.TrimPrefix(v.after, string(v.quote)), " \t")
	more := after == "" || strings.IndexByte(",]}", after[0]) >= 0
	switch {
	case strings.HasSuffix(before, ","):
		if isRow(before, after, v) {
			return false
		}
		// Only right after the name: a call's last argument may well be the password.
		named, ok := strings.CutSuffix(strings.TrimRight(before, ", \t\"'`])"), v.name)
		return more && ok && v.name != "" && !strings.HasPrefix(v.name, "--") && !takesDefault(callee(named)) && !v.fallsBack() && !isAtom(named, after) && !isPair(v, named, after)
	case strings.HasSuffix(before, "("):
		if strings.HasPrefix(after, ",") {
			return !takesValue(strings.TrimSuffix(before, "(")) && !takesKey(v.call()) && !hashesPassword(v.call())
		}
		dot := strings.LastIndexByte(v.name, '.')
		return dot > 0 && !speaksOfSecret(v.name[dot:]) && !compares(v.name[dot+1:])
	}
	return false
}

// isAtom reports whether a name between what stands before it and after its value is the key of a pair: {password, "x"} in
// Erlang, set :password, "x" in Ruby.
func isAtom(before, after string) bool {
	before = strings.TrimRight(before, " \t")
	return strings.HasSuffix(before, "{") && strings.HasPrefix(after, "}") || strings.HasSuffix(before, "set :")
}

// isPair reports whether a value is the second of two in braces, the first of which does not speak of a credential: {"joe", "…"},
// a line in a table of accounts.
func isPair(v value, before, after string) bool {
	return !speaksOfSecret(v.name) && strings.HasPrefix(after, "}") && strings.HasSuffix(strings.TrimRight(before, " \t\"'`"), "{")
}

// callee returns the name of the call whose arguments a text ends among, without what it belongs to; empty: none.
func callee(text string) string {
	open := strings.LastIndexByte(text, '(')
	if open < 0 {
		return ""
	}
	start := open
	for start > 0 && (isAlphanumeric(text[start-1]) || text[start-1] == '_') {
		start--
	}
	return text[start:open]
}

// takesDefault reports whether a call takes a name and what counts when nothing is set, and
// more behind that: flags and settings.
func takesDefault(call string) bool {
	switch call {
	case "String", "StringVar", "StringP", "StringVarP", "SetDefault", "setDefault", "StringOpt", "StringFlag", "DEFINE_string":
		return true
	}
	return false
}

// takesValue reports whether an opening bracket behind a text begins a value, or the first of several, rather than a call
// that the name is told to: password = ("x", …), listOf("x", …), default("x", true), bytes("x", "utf-8").
func takesValue(before string) bool {
	before = strings.TrimRight(before, " \t")
	if strings.HasSuffix(before, "=") || strings.HasSuffix(before, ":") {
		return true
	}
	switch callee(before + "(") {
	case "bytes", "bytearray", "str", "default", "array", "list", "tuple", "set", "vector", "listOf", "setOf", "arrayOf", "mutableListOf", "asList", "of", "List", "Set", "Array", "Seq", "Vector", "from":
		return true
	}
	return false
}

// isRow reports whether a value that stands between before and after is the second of
// two cells that make a line: "db_password","…" in a CSV file. Two names of a list may
// stand so as well, so that the value must be random.
func isRow(before, after string, v value) bool {
	cell, ok := strings.CutSuffix(before, ",")
	return ok && strings.TrimSpace(after) == "" && strings.Trim(cell, " \t") == string(v.quote)+v.name+string(v.quote) &&
		randomness(v.text) >= sureKey
}

// compares reports whether a method compares its object with its argument.
func compares(method string) bool {
	switch strings.ToLower(method) {
	case "equals", "equalsignorecase", "compareto", "compare", "isequal", "isequaltostring", "eql", "eq", "equal_to", "tobe", "toequal", "contentequals", "matches", "is":
		return true
	}
	return false
}

// notCredential reports whether a word at the end of a name speaks of something
// about a credential.
func notCredential(word string) bool {
	if isOpenWord(word) || isPlaceWord(word) {
		return true
	}
	switch word {
	case "type", "types", "length", "len", "size", "count", "min", "max", "limit", "expiry", "expires", "expire", "expiration", "expired", "ttl", "timeout", "age",
		"date", "time", "at", "days", "seconds", "interval", "field", "message", "msg", "error", "errors", "prompt", "helper", "helpers", "input", "form", "class",
		"selector", "element", "policy", "strength", "rule", "rules", "validator", "validation", "param", "parameter", "params", "prefix", "suffix", "reset", "changed",
		"enabled", "disabled", "required", "visible", "ref", "reference", "algorithm", "algo", "alg", "encoding", "encoder", "version", "scope", "scopes", "issuer",
		"audience", "provider", "providers", "manager", "store", "method", "mode", "kind", "column", "table", "event", "handler", "callback", "function", "button", "icon",
		"view", "status", "var", "variable", "slot", "usage", "info", "map", "list", "array", "num", "schema", "plugin", "service", "services", "controller", "component",
		"spec", "request", "response", "exception", "factory", "util", "utils", "locale", "salt", "backend", "strategy", "grant", "flow", "metadata", "region", "realm",
		"domain", "group", "groups", "role", "roles", "attribute", "property", "properties", "option", "options", "action", "question", "cookie", "generator", "command",
		"cmd", "comment", "note", "namespace", "vault", "bits", "curve", "rotation", "policies", "permission", "permissions", "tag", "tags", "display", "style", "scheme",
		"schemes":
		return true
	}
	return false
}
