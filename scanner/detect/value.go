package detect

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// value is a text that stands where a credential may stand, with what surrounds it.
type value struct {
	text string
	// name is what stands before the operator: identifier, key path; may be empty.
	name string
	// before and after are up to 80 bytes of the same line around the value.
	before, after string
	quote         byte // the quotation mark before the value, 0 if bare
	// plain says that text stands here: the rule is one for certain files, documents or settings, in which a bare word is no identifier.
	plain bool
	// generic says that a rule without a provider asks, which rests on the name alone.
	generic bool
	// encoded says that the value stands where base64 belongs, as the data of a Kubernetes Secret is: what decodes to text is its text, however short.
	encoded bool
	// fallback says that the value is what a template falls back to, ${NAME:-value}: it counts where nothing is set.
	fallback bool
	// key says that the name speaks of a key, token or secret (a random value is
	// expected), not of a password (which people choose).
	key bool
}

// judgement is what judgeValue concludes.
type judgement struct {
	ok     bool
	weak   bool    // with ok: of a generic rule, good for a finding of low confidence only
	low    bool    // with ok: a password that many have, or one that something speaks against: low confidence whatever the rule
	reason string  // "random (1 in 10^9), not a placeholder", or why it is no secret
	odds   float64 // log10 odds that the value is random rather than written
}

// Odds (log10) from which a value counts as drawn at random.
const (
	// randomKey is asked of a value named as key, token or secret. Real ones of
	// 16 characters and more pass in at least 97 of 100 cases.
	randomKey = 2.0
	// randomWord is asked of a bare word in code, which may be an identifier.
	randomWord = 1.0
	// sureKey and surePassword are asked of a value that blocks a commit on
	// its name and its looks alone. Measured on the sources of Go, git, redis,
	// ansible and Spring Boot: less than one false alarm in a million lines.
	sureKey      = 3.0
	surePassword = 2.0
	// sureShort is asked of a secret of 12 to 15 characters that blocks.
	sureShort = 5.0
	// leastKey and leastPassword are the shortest values worth a look, in bytes.
	leastKey      = 8
	leastPassword = 4
	// leastSurePassword is the shortest password that blocks: what is shorter is drawn by chance in many a name.
	leastSurePassword = 6
)

// judgeValue decides whether a value is a credential or one of the many things
// that stand in the same place: a reference to where the credential really is, a
// template, a type, a placeholder, a label, a path. What is refused for the words that it is made of counts with low
// confidence where text is plainly given for a password or a secret.
func judgeValue(v value) judgement {
	v, ok := v.unwrapped()
	if !ok {
		return judgement{reason: "a template"}
	}
	v = v.withName()
	v.fallback = v.fallback || v.fallsBack()
	verdict := v.judge()
	if !verdict.ok && (v.generic || v.inURL()) && isAboutWords(verdict.reason) {
		if given, ok := v.given(); ok && v.generic {
			return given
		}
		if by, ok := v.byDefault(); ok {
			return by
		}
	}
	return verdict
}

// judge is judgeValue for a value that is unwrapped and has its name. The tests run from the cheapest to the dearest; the first that
// fits gives the reason.
func (v value) judge() judgement {
	common := v.generic && v.isCommonPassword()
	if !common && (len(v.text) < leastPassword || v.key && len(v.text) < leastKey) {
		return judgement{reason: reasonShort}
	}
	doubt := ""
	for i := range objections {
		if common && objections[i].word {
			continue
		}
		switch objections[i].force(v) {
		case settles:
			return judgement{reason: objections[i].reason}
		case doubts:
			doubt = objections[i].reason
		}
	}
	if common {
		return judgement{ok: true, weak: true, low: true, reason: v.commonReason()}
	}
	if plain, ok := v.decoded(); ok {
		verdict := judgeDecoded(v, plain)
		verdict.low = verdict.low || doubt != ""
		return verdict
	}
	odds := randomness(v.text)
	if kind := isOfKnownForm(v, odds); kind != "" {
		return judgement{reason: kind, odds: odds}
	}
	switch kind, against := harmless(v, odds); against {
	case settles:
		return judgement{reason: kind, odds: odds}
	case doubts:
		doubt = kind
	}
	if v.atHome(odds) {
		return judgement{reason: reasonAtHome, odds: odds}
	}
	if v.key && odds < randomKey && !isChosenSecret(v, odds) {
		return judgement{reason: reasonWritten, odds: odds}
	}
	if !v.key && isWritten(v, odds) {
		return judgement{reason: reasonWords, odds: odds}
	}
	dressed := !v.key && isDressed(v.text) && isPlaceholder(v.text)
	low := dressed || doubt != ""
	verdict := judgement{ok: true, weak: low || isWeak(v, odds), low: low, reason: oddsReason(odds, doubt), odds: odds}
	if dressed && doubt == "" && fillerOnly(plainSpelling(strings.ToLower(v.text))) { // P@ssw0rd: nothing but the word
		verdict.reason = ReasonCommonPassword
	}
	return verdict
}

// unwrapped takes a value out of what it is written in: a template's default, escapes, a list of characters. It is false where
// a template's value is no text.
func (v value) unwrapped() (value, bool) {
	if inner, ok := templateDefault(v.text); ok {
		v.text, v.quote, v.fallback = inner, '"', !isArgument(v.text)
	}
	if strings.HasSuffix(v.before, ":") && strings.LastIndex(v.before, "${") > strings.LastIndex(v.before, "}") {
		// ${NAME:-default}, of which the rule took what follows the colon.
		if v.text != "" && strings.IndexByte("+?", v.text[0]) >= 0 {
			return v, false
		}
		v.text, v.quote, v.fallback = strings.TrimLeft(v.text, "-="), '"', true
	}
	v.text = strings.TrimPrefix(trimEscapes(v.text), "{noop}") // Spring's word for a password as it is
	if chars, ok := charList(v.text); ok {
		v.text, v.quote, v.generic = chars, '"', false
	}
	if strings.Contains(v.text, "%") { // URLs, queries and what is passed on in them escape signs
		if plain, err := url.PathUnescape(v.text); err == nil {
			v.text = plain
		}
	}
	return v, true
}

// isWeak reports whether a value that may be a credential is not sure enough to
// stop a commit: it does not look drawn, or its name says little.
func isWeak(v value, odds float64) bool {
	if !v.key {
		return odds < surePassword || len(v.text) < leastSurePassword || isUUID(v.text) || holdsIdeographs(v.text)
	}
	if strings.HasPrefix(v.text, "eyJ") && strings.Contains(v.text, ".") {
		return true // the rule for JSON web tokens knows more
	}
	return odds < sureKey || len(v.text) < 16 && !v.isShortDrawn(odds) || !saysCredential(v.name)
}

// isShortDrawn reports whether a value of 12 to 15 characters was drawn at random beyond doubt and stands under the name of a secret, which
// nothing but a credential has: secret, SECRET_KEY, client_secret.
func (v value) isShortDrawn(odds float64) bool {
	named, bare := namesSecret(v.name)
	return (named || bare) && len(v.text) >= 12 && odds >= sureShort && hasDigit(v.text) && v.quote != 0
}

// holdsIdeographs reports whether a text holds characters of the scripts of East Asia, which are written without blanks: 密码: MD5加密32位
// says something about a password.
func holdsIdeographs(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r >= '\u2e80' && r != utf8.RuneError }) >= 0
}

// oddsReason says for the report why a value counts, and what speaks against it.
func oddsReason(odds float64, doubt string) string {
	switch {
	case strings.HasPrefix(doubt, "the name"):
		return fmt.Sprintf("random (1 in 10^%d), though %s", max(int(odds), 0), doubt)
	case doubt != "":
		return fmt.Sprintf("random (1 in 10^%d), though it may be %s", max(int(odds), 0), doubt)
	case odds >= 1:
		return fmt.Sprintf("random (1 in 10^%d), not a placeholder", int(odds))
	}
	return "not a placeholder or a reference"
}

// trimEscapes removes what an escaped string leaves at a value's end: the
// backslash of \" and a line continuation.
func trimEscapes(text string) string {
	for strings.HasSuffix(text, `\`) || strings.HasSuffix(text, `\n`) {
		text = strings.TrimSuffix(strings.TrimSuffix(text, `\n`), `\`)
	}
	return text
}

// inURL reports whether the value is the password in a URL: scheme://user:value@host, or in what Go's
// drivers take for one: user:value@tcp(host).
func (v value) inURL() bool {
	user, ok := strings.CutSuffix(v.before, ":")
	if !ok || !strings.HasPrefix(v.after, "@") {
		return false
	}
	if dialled(v.after) != v.after {
		return true
	}
	return strings.Contains(user[strings.LastIndexAny(user, " \t\"'<>=")+1:], "://")
}

// beforeHost reports whether the value stands between a user's name and a host, with or without a scheme: user:value@host.
func (v value) beforeHost() bool {
	user, ok := strings.CutSuffix(v.before, ":")
	return ok && user != "" && isAlphanumeric(user[len(user)-1]) && len(v.after) > 1 && v.after[0] == '@' && (isAlphanumeric(v.after[1]) || v.after[1] == '[')
}

// dialled returns what follows a password without the network that a Go driver dials: @tcp(host:3306)/db gives (host:3306)/db.
func dialled(after string) string {
	for _, network := range [...]string{"@tcp", "@unix", "@cloudsql-mysql", "@cloudsql"} {
		if rest, ok := strings.CutPrefix(after, network); ok {
			if rest = strings.TrimLeft(rest, "46"); strings.HasPrefix(rest, "(") {
				return rest
			}
		}
	}
	return after
}

// atHome reports whether a password in a URL opens nothing but the machine that
// the URL is used on, or a container beside it, and is not random either: what
// every developer's set-up has.
func (v value) atHome(odds float64) bool {
	if !v.inURL() || odds >= randomKey {
		return false
	}
	switch host := v.host(); host {
	case "localhost", "db", "database", "cache":
		return true
	default:
		return isDataService(host) || strings.HasPrefix(host, "127.") || strings.HasPrefix(host, "0.0.0.0") || strings.HasPrefix(host, "[::1") || strings.HasPrefix(host, "localhost") || isAnyHost(host)
	}
}

// atAnyHost reports whether the host behind a password in a URL stands for any: example.com, host, {server}.
func (v value) atAnyHost() bool { return isAnyHost(v.host()) }

// host returns the host behind a password in a URL, in lower case.
func (v value) host() string {
	host := strings.ToLower(dialled(v.after)[1:])
	if end := strings.IndexAny(host, "/:?\"' \t,<>`\\)"); end >= 0 {
		host = host[:end]
	}
	return host
}

// isAnyHost reports whether a host, in lower case, is what examples call one.
func isAnyHost(host string) bool {
	switch host {
	case "host", "hostname", "server", "proxy", "test", "user", "domain", "ip", "address", "":
		return true
	}
	for _, part := range [...]string{"host.docker.internal", "example", "$", "{", "%", "your", "my", "some", "domain.com", "foo", "bar", "xxx"} {
		if strings.HasPrefix(host, part) && host != "mysql" || strings.Contains(host, "example.") || strings.HasSuffix(host, ".test") || strings.HasSuffix(host, ".example") {
			return true
		}
	}
	return false
}

// literally reports whether the value is text where it stands, even without
// quotation marks: in a string, a URL, an XML element, on a command line, in a
// file of settings. A bare word elsewhere may be an identifier.
func (v value) literally() bool {
	if v.quote != 0 || v.plain {
		return true
	}
	before := strings.TrimRight(v.before, " \t")
	if before == "" || v.beforeHost() {
		return true
	}
	if strings.Count(v.before, `"`)%2 == 1 || strings.Count(v.before, `'`)%2 == 1 {
		return true
	}
	switch last := before[len(before)-1]; {
	case last == '>' && !strings.HasSuffix(before, "=>") && !strings.HasSuffix(before, "->"):
		return true // <password>value
	case last == ':' && (strings.Contains(before, "://") || strings.Contains(before, " -u") || strings.Contains(before, "--user") || strings.Contains(before, "openssl") && strings.HasSuffix(before, " pass:")):
		return true // scheme://user:value, curl -u user:value, openssl -passin pass:value
	case last != '=' && last != ':' && last != '>' && last != '(' && last != ',' && last != '~' && last != '?':
		return true // --password value, requirepass value
	}
	return isEnvironment(before) || isList(before) || isPairs(v.before, v.after)
}

// inSettings reports whether a bare word looks like text in YAML, properties or
// a shell: the name alone before it, nothing but a comment after it, and a shape
// that an identifier of a programming language would hardly have there.
func (v value) inSettings() bool {
	after := strings.TrimLeft(v.after, " \t\r")
	if after != "" && after[0] != '#' {
		return false
	}
	name, tight := strings.CutSuffix(strings.TrimLeft(v.before, " \t-"), ": ")
	if !tight {
		name, tight = strings.CutSuffix(name, "=")
		if trimmed := strings.TrimRight(name, " \t"); tight && trimmed != name {
			name, tight = trimmed, false
		} else if !tight {
			name = strings.TrimRight(strings.TrimSuffix(strings.TrimRight(name, " \t"), "="), " \t")
		}
	}
	if !isDotted(strings.ReplaceAll(strings.Trim(name, `"'`), "-", "_")) {
		return false
	}
	if v.setsEntry() {
		return true
	}
	if hasDigit(v.text) {
		return len(v.text) >= 6 || tight
	}
	return tight && v.text == strings.ToLower(v.text) && !isWord(v.text) && len(nameWords(v.text)) == 1
}

// setsEntry reports whether a bare word is the value of an attribute in LDIF (RFC 2849) or of an environment variable in YAML, where no
// identifier of a programming language stands.
func (v value) setsEntry() bool {
	name, ok := strings.CutSuffix(v.before, ": ")
	if !ok || v.quote != 0 || strings.Trim(v.after, " \t\r") != "" {
		return false
	}
	if name == "userPassword" {
		return true
	}
	name = strings.TrimLeft(name, " \t-")
	return isUpperName(name) && strings.Contains(name, "_") && !speaksOfSecret(v.text) && isIdentifier(v.text)
}

// isList reports whether what stands before a value is a list of names and
// values in one text: a connection string, a query.
func isList(before string) bool {
	lower := strings.ToLower(before)
	for _, part := range [...]string{"server=", "user id=", "uid=", "data source=", "database=", "host=", "user=", "username=", "accountname="} {
		i := strings.Index(lower, part)
		if i >= 0 && (strings.ContainsAny(lower[i:], ";&") || strings.Contains(lower, " -o ") && !strings.Contains(lower, "(")) {
			return true
		}
	}
	return false
}

// isPairs reports whether a value stands in a line of names and values without blanks around their
// equals signs, name=app password=value priv=all, in which what follows a sign is text. Arguments of a
// call, f(a=b, c=d) or a line of them, have brackets or commas.
func isPairs(before, after string) bool {
	i := strings.LastIndexAny(before, " \t")
	if i < 0 || !strings.HasSuffix(before, "=") || !isIdentifier(before[i+1:len(before)-1]) {
		return false
	}
	if after = strings.TrimRight(after, "\r"); after != "" && after[0] != ' ' && after[0] != '\t' {
		return false
	}
	words := strings.Fields(before[:i])
	if len(words) == 0 || strings.ContainsAny(before, "(){}\"'`+;") {
		return false
	}
	name, value, ok := strings.Cut(words[len(words)-1], "=")
	return ok && isIdentifier(name) && value != "" && value[0] != '=' && value[len(value)-1] != ','
}

// isEnvironment reports whether what stands before a value is an assignment as
// in shells and .env files, where a bare word is text: NAME= without blanks,
// alone on the line or after export, set, ENV, -e and the like.
func isEnvironment(before string) bool {
	name, ok := strings.CutSuffix(before, "=")
	if !ok || strings.HasSuffix(name, " ") || strings.HasSuffix(name, ":") || strings.HasSuffix(name, "=") {
		return false
	}
	if i := strings.LastIndexAny(name, " \t"); i >= 0 {
		word := strings.Fields(name[:i])
		if len(word) == 0 {
			return isUpperName(name[i+1:])
		}
		switch strings.TrimLeft(strings.ToLower(word[len(word)-1]), "#") {
		case "export", "set", "setx", "arg", "-e", "--env", "-", "setenv", "env":
			return true
		}
		option := name[i+1:]
		return (isUpperName(option) || strings.Contains(option, ".")) && strings.HasPrefix(word[len(word)-1], "-") || isUpperName(option) && strings.HasPrefix(word[0], "-") ||
			strings.HasPrefix(option, "--") || strings.HasPrefix(option, "-D")
	}
	return isUpperName(name) || strings.HasPrefix(name, "-D") || strings.HasPrefix(name, "--") || strings.HasPrefix(name, "/p:")
}

func isUpperName(name string) bool {
	return name != "" && name == strings.ToUpper(name) && strings.IndexFunc(name, func(r rune) bool {
		return !(r == '_' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9')
	}) < 0
}
