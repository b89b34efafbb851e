package detect

import (
	"slices"
	"strings"
)

// isCommonPassword reports whether a value that is made of the words of placeholders is a password that many have, rather than a
// mark of the place for one: root, admin, postgres, secret123. It asks for nothing to be filled in, describes no password (my-db-password),
// and stands as text where the name leaves no doubt that a password belongs. It opens an account as it stands, and is worth low confidence.
func (v value) isCommonPassword() bool {
	if v.key {
		return v.isCommonSecret()
	}
	if lower := strings.ToLower(v.text); strings.Contains(lower, "client") || strings.HasPrefix(lower, "set-") || v.isPrefixOfSum() || v.isOutcome() || v.inURL() && lower != v.text && v.text == strings.ToUpper(v.text) { // ("clientId", "clientSecret"), smtp://USER:APP-PASSWORD@
		return false
	}
	named := namesPassword(v.name)
	if !named && !(v.inURL() && !v.atHome(0) && !strings.HasSuffix(v.before, "anonymous:")) || !v.setsText() || len(v.text) > 40 || isUpperName(v.text) && strings.Contains(v.text, "_") {
		return false
	}
	if named && v.isShortWord() {
		return true
	}
	if isMask(v.text) && !isNumber(v.text) || len(v.text) < leastPassword {
		return false
	}
	lower := strings.ToLower(v.text)
	if describesPassword(plainSpelling(lower)) && !isDecimal(lower[len(lower)-1]) {
		if v.text == "password" && (v.quote != 0 && strings.HasSuffix(v.before, string(v.quote)) && (v.identifies() || namesService(v.name)) || strings.Contains(v.before, " user=") && strings.Contains(v.before, "host=")) {
			return true
		}
		return v.fallback || v.setsEnvironment() || v.quote != 0 && (besideUser(v.before) || v.setsPassword()) // DB_PASSWORD=password, name="admin", password="password"
	}
	if user, repeats := v.repeatsUser(); repeats {
		return !isStandIn(user) && (v.quote == 0 || besideUser(v.before)) // admin:admin@host, user="tomcat" password="tomcat", not ("cassandra", "cassandra")
	}
	if v.behindUser() && isDefaultWord(lower) {
		return true
	}
	if holdsRequest(lower) {
		return false
	}
	if v.fallback && fillerOnly(lower) {
		return true
	}
	if strings.HasPrefix(strings.ReplaceAll(lower, "mysql", ""), "my") {
		return false
	}
	if isSequence(lower) {
		return true
	}
	return isAccountWord(lower) || opensAccount(plainSpelling(lower), endsInNumber(lower)) || v.quote != 0 && isAccountPair(lower)
}

// signsWithPhrase reports whether a value is three words or more, joined as in the names of programs, where a name says that tokens or
// sessions are signed with it: JWT_SECRET=unplug-coherent-outlast. A secret of a single word in its name is mostly the name of one (secret: tls-web-prod).
func (v value) signsWithPhrase(words []string) bool {
	if len(v.text) < 16 || len(nameWords(v.text)) < 3 || strings.ContainsAny(v.text, " ./:\\<>(){}[]$%,;=") || isUpperName(v.text) || len(words) < 2 {
		return false
	}
	last, before := words[len(words)-1], words[len(words)-2]
	if last == "key" && before == "secret" {
		return !echoesName(v)
	}
	if last != "secret" {
		return false
	}
	return (before == "auth" || isSignerWord(before)) && !echoesName(v)
}

// opensAccount reports whether words of placeholders hold one that people choose (admin, secret, test) besides those that describe a
// password, or only the latter and a number: secret, rootpw, password123.
func opensAccount(lower string, numbered bool) bool {
	chosen, all := false, true
	for part := range strings.FieldsFuncSeq(lower, func(r rune) bool { return r < 'a' || r > 'z' }) {
		if isAccountWord(part) {
			chosen = true
			continue
		}
		if !madeOfFiller(part) {
			all = false
			break
		}
		chosen = chosen || holdsAccountWord(part) || strings.HasPrefix(part, "dev") && describesPassword(part[3:])
	}
	return all && (chosen || numbered)
}

// holdsAccountWord reports whether letters begin or end with a word that people choose: adminadmin, rootpw, mysqlpw.
func holdsAccountWord(letters string) bool {
	for _, word := range accountWords {
		if len(word) >= 4 && (strings.HasPrefix(letters, word) || strings.HasSuffix(letters, word)) {
			return true
		}
	}
	return false
}

func isAccountWord(word string) bool {
	_, ok := slices.BinarySearch(accountWords[:], word)
	return ok
}

// accountWords, sorted, are names of accounts and services, and words of which people make the passwords of accounts that they set up.
var accountWords = [...]string{
	"admin", "administrator", "app", "asdf", "asdfasdf", "bar", "baz", "blah", "bogus", "cassandra", "confluent", "debezium", "debug", "demo", "dev",
	"docker", "elastic", "foo", "foobar", "grafana", "guest", "hello", "kafka", "keycloak", "letmein", "manager", "mariadb", "master", "minio",
	"minioadmin", "mongo", "mysql", "nextcloud", "oracle", "postgres", "postgresql", "public", "qwerty", "rabbitmq", "redis", "replicator", "root", "sa", "sample", "secret",
	"secure", "strong", "super", "supersecret", "temp", "test", "tester", "testing", "tests", "tomcat", "topsecret", "vagrant", "verysecret", "welcome", "wordpress", "world",
}

// isAccountPair reports whether a text is two words, one of which people choose, and the other says nothing of passwords: emqx_test, alice-secret.
func isAccountPair(lower string) bool {
	first, second, ok := strings.Cut(strings.ReplaceAll(lower, "-", "_"), "_")
	if !ok || len(first) < 3 || !isWordOnly(first) || !isWordOnly(second) {
		return false
	}
	return isAccountWord(second) && !describesPassword(first) && !isFiller(first) || isAccountWord(first) && !describesPassword(second) && !isFiller(second) && len(second) >= 3
}

func isWordOnly(text string) bool {
	return text != "" && strings.IndexFunc(text, func(r rune) bool { return r < 'a' || r > 'z' }) < 0
}

// describesPassword reports whether a text is a word for a password and no more.
func describesPassword(lower string) bool {
	switch lower {
	case "password", "passwd", "pass", "pwd", "pw", "passphrase", "passcode":
		return true
	}
	return false
}

// endsInNumber reports whether two digits or more end a text.
func endsInNumber(text string) bool {
	return len(text) > 2 && isDecimal(text[len(text)-1]) && isDecimal(text[len(text)-2])
}

func isDecimal(c byte) bool { return c >= '0' && c <= '9' }

// besideUser reports whether a user's name stands in quotation marks before a password, in one list of arguments or members:
// name="admin", password=".
func besideUser(before string) bool {
	lower := strings.ToLower(before)
	for _, word := range [...]string{"user", "login", "email", "name"} {
		at := strings.LastIndex(lower, word)
		if at < 0 {
			continue
		}
		rest := strings.TrimLeft(lower[at+len(word):], "abcdefghijklmnopqrstuvwxyz_\"'")
		rest = strings.TrimLeft(rest, " \t:=>")
		if len(rest) > 3 && (rest[0] == '"' || rest[0] == '\'') && (strings.Contains(rest[1:], string(rest[0])+",") || strings.Contains(rest[1:], string(rest[0])+" ")) {
			return true
		}
	}
	return false
}

// setsEnvironment reports whether the value of a setting is text that somebody wrote in for good: an environment variable of
// several words, a connection string.
func (v value) setsEnvironment() bool {
	if isUpperName(v.name) && strings.Contains(v.name, "_") && !strings.HasSuffix(v.before, "(") && !strings.HasSuffix(v.before, ",") {
		return v.quote == 0 && (v.literally() || v.inSettingsLine()) || v.before == v.name+"="+string(v.quote)
	}
	return (isList(v.before) || isPairs(v.before, v.after)) && v.literally()
}

// namesPassword reports whether a name ends in a word for a password, and has none that says it is something about one.
func namesPassword(name string) bool {
	words := nameWords(name)
	for i := len(words) - 1; i >= 0; i-- {
		switch word := words[i]; word {
		case "confirmation", "confirm", "default", "prod", "dev", "test", "local", "staging":
		default:
			return describesPassword(word) || word == "rootpw" || strings.HasSuffix(word, "password") || strings.HasSuffix(word, "passwd")
		}
	}
	return false
}

// setsText reports whether a value stands as text: in quotation marks, or bare where an identifier of a programming language would hardly stand.
func (v value) setsText() bool {
	return v.quote != 0 || v.literally() || v.inSettingsLine()
}

// inSettingsLine reports whether nothing but a name stands before a bare word and nothing but a comment behind it, as in YAML,
// properties and LDIF: name: word, some.name=word.
func (v value) inSettingsLine() bool {
	after := strings.TrimLeft(v.after, " \t\r")
	if after != "" && after[0] != '#' {
		return false
	}
	before := strings.TrimLeft(v.before, " \t-#")
	name, yaml := strings.CutSuffix(strings.TrimRight(before, " \t"), ":")
	if !yaml {
		name, yaml = strings.CutSuffix(before, "=")
		if !yaml {
			name, yaml = strings.CutSuffix(before, " = ")
		}
		if !strings.Contains(name, ".") && !strings.Contains(name, "_") && !(before == v.before && isAccountWord(strings.ToLower(v.text))) {
			return false
		}
	} else if !strings.HasSuffix(before, " ") {
		return false
	}
	return yaml && isDotted(strings.ReplaceAll(strings.Trim(name, `"'`), "-", "_"))
}
