package detect

import "strings"

// isReference reports whether a value says where the credential is instead of
// being it: another variable, a call, a member, a path into a vault.
func isReference(v value) bool {
	if text := v.text; len(text) > 2 && (text[0] == '\'' || text[0] == '"') && text[1] == '$' && text[len(text)-1] == text[0] {
		return true // '{"password":"'$PASSWORD'"}' of a shell
	}
	lower := strings.ToLower(v.text)
	for _, scheme := range referenceSchemes {
		if strings.HasPrefix(lower, scheme) {
			return true
		}
	}
	for _, part := range referenceParts {
		if strings.Contains(lower, part) {
			return true
		}
	}
	if isLocator(v.text) || isOption(v) {
		return true
	}
	if v.quote == 0 && strings.Contains(v.before, "://") && strings.Contains(v.text, "@") && strings.HasSuffix(v.before, ":") && !v.inURL() {
		return true // the rest of a URL, of which the rule for URLs knows where the password ends
	}
	if v.quote == 0 && strings.HasSuffix(v.text, "-") && strings.HasPrefix(v.after, ">") {
		return true // a member behind a pointer, cut before the arrow's head: conf->bindpw
	}
	if v.quote != 0 {
		// "prefix" + name and "name".method() are put together elsewhere.
		return strings.HasPrefix(v.after, string(v.quote)+"].") && isIdentifier(v.text)
	}
	return isCode(v)
}

// referenceSchemes begin what a secrets manager, a configuration system or a
// template resolves.
var referenceSchemes = [...]string{
	"vault:", "arn:", "op://", "ssm:", "file:", "env:", "env.", "env[", "ref+", "secret:", "secrets:", "secret/",
	"secretsmanager:", "awssm:", "aws-sm:", "gcpsm:", "gcp-sm:", "sm://", "azurekeyvault:", "akv:", "keyvault:", "akvs:",
	"keychain:", "keyring:", "kms:", "awskms:", "gcpkms:", "projects/", "@microsoft.keyvault", "resolve:", "config:",
	"lookup(", "secret://", "vault://", "ejson", "!ref", "!sub", "!getatt", "!vault", "!secret", "!env", "!include",
	"fn::", "credhub:", "bws:", "doppler:", "infisical:", "conjur:", "!var", "pass:", "cmd:", "exec:", "@file", "(file)",
	"urn:", "data:image", "resource:", "classpath:", "jndi:", "java:", "ms-settings:", "spring.", "chamber:", "sops:",
}

// referenceParts stand in an expression that fetches the credential.
var referenceParts = [...]string{
	"environ", "getenv", "process.env", "env::var", "secretkeyref", "configmapkeyref", "valuefrom", ".env.",
	"system.getproperty", "secretmanager.", "secretsmanager.", "getparameter", "config.get", "os.env",
	"import.meta", "github.token", "secrets.", "vars.", "var.", "local.", "data.", "module.",
}

// isOption reports whether a value is the rest of an option's name, of which the rule took the first letter for an option that a password
// follows: the assin of openssl's -passin, the ort of -port.
func isOption(v value) bool {
	if v.quote != 0 || !strings.HasSuffix(v.before, " -p") && !strings.HasSuffix(v.before, "\t-p") || len(v.text) > longestWord {
		return false
	}
	for i := 0; i < len(v.text); i++ {
		if c := v.text[i]; c < 'a' || c > 'z' {
			return false
		}
	}
	switch v.text {
	case "assin", "assout", "assword", "assphrase", "asswd", "asscert", "asskey":
		return true
	}
	return isWord("p" + v.text)
}

// isCode reports whether a bare value is an expression of a programming language.
func isCode(v value) bool {
	text := v.text
	if strings.IndexByte("$@&*!<>=|\\/~^?", text[0]) >= 0 && !v.literally() {
		return true
	}
	after := strings.TrimLeft(v.after, " \t")
	if after != "" && !v.literally() && strings.IndexByte("([{<.+?", after[0]) >= 0 {
		return true
	}
	if v.after != "" && v.after[0] == '(' { // a call, wherever
		return true
	}
	if v.literally() {
		return strings.Contains(text, "()")
	}
	for _, mark := range [...]string{"->", "::", "=>", "==", "&&", "||", "()", "!=", ":="} {
		if strings.Contains(strings.TrimRight(text, "="), mark) {
			return true
		}
	}
	if strings.ContainsAny(text, "()[]") && randomness(text) < 4 {
		return true
	}
	text = strings.TrimPrefix(strings.TrimRight(text, ";,"), "-")
	// self.password, config.db.password; Summer2024. is no member of anything
	if whole := strings.TrimRight(text, "."); strings.Contains(text, ".") && isDotted(whole) && (strings.Contains(whole, ".") || !hasDigit(whole)) {
		return randomness(text) < 6
	}
	if number, unit, ok := strings.Cut(text, "."); ok && isNumber(number) && isIdentifier(unit) && !hasDigit(unit) { // 6.hours
		return true
	}
	if isIdentifier(text) {
		return randomness(text) < randomWord && !v.inSettings()
	}
	return isNumber(text)
}

// isLocator reports whether a value is a path or a URL, neither of which is a
// credential by itself. A URL with user information is left to other rules.
func isLocator(text string) bool {
	if i := strings.Index(text, "://"); i > 0 && i < 16 && isIdentifier(strings.NewReplacer("+", "_", "-", "_", ".", "_").Replace(text[:i])) {
		return true
	}
	for _, start := range [...]string{"/", "./", "../", "~/", `.\`, `\\`, "//", "www."} {
		if strings.HasPrefix(text, start) && randomness(text) < 4 {
			return true
		}
	}
	if len(text) > 3 && isLetter(text[0]) && text[1] == ':' && (text[2] == '\\' || text[2] == '/') {
		return true
	}
	slashes := strings.Count(text, "/") + strings.Count(text, `\`)
	if slashes >= 1 && randomness(text) < 1 && !strings.ContainsAny(text, "!@#$^&*+=") {
		return true
	}
	dot := strings.LastIndexByte(text, '.')
	return dot > 0 && isFileExtension(strings.ToLower(text[dot+1:]))
}

func isFileExtension(ext string) bool {
	switch ext {
	case "pem", "key", "crt", "cer", "der", "p12", "pfx", "jks", "pub", "txt", "json", "yml", "yaml", "xml", "html", "htm", "js", "ts",
		"tsx", "jsx", "py", "rb", "go", "php", "java", "sh", "md", "png", "jpg", "svg", "gif", "css", "scss", "conf", "cfg", "ini", "env",
		"properties", "toml", "csv", "sql", "db", "log", "asc", "gpg", "kdbx", "keystore", "com", "org", "net", "io", "vue", "tpl", "erb", "j2":
		return true
	}
	return false
}

// isNumber reports whether a text is a number, perhaps with a sign, a fraction,
// a base or a unit of one letter.
func isNumber(text string) bool {
	text = strings.TrimLeft(text, "+-")
	if strings.HasPrefix(text, "0x") || strings.HasPrefix(text, "0X") {
		return len(text) <= 18
	}
	text = strings.TrimRight(text, "uUlLfFsmhdkKMG%")
	return text != "" && strings.Trim(text, "0123456789._") == ""
}
