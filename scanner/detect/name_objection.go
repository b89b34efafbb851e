package detect

import "strings"

// leastAgainstName is the length from which a random value outweighs a word in its name that speaks of something else.
const leastAgainstName = 20

// nameForce objects to a value whose name, or the call that it is in, says that it is something else than a
// credential: the name of one, its place, its length, a label for it, the next of a list of names. A word that only says what
// a credential is for (cache_password, SITE_SECRET) is no objection, and one at the end that may
// be part of anything (API_KEY_PROD_REGION) is no more than a doubt where the value is random.
func nameForce(v value) force {
	if isListed(v) {
		return unless(drawnNotDigest(v.text, 2*leastKey) && mixes(v.text))
	}
	words := nameWords(v.name)
	if len(words) == 0 || v.plain && !speaksOfSecret(v.name) { // the name of an account or a host
		return silent
	}
	last := words[len(words)-1]
	if len(words) > 1 && notCredential(last) {
		return unless(!opensNothing(words) && !(isPlaceWord(last) && strings.ContainsAny(v.text, `/\`)) && drawnNotDigest(v.text, leastAgainstName))
	}
	if against := wordForce(v, words); against != silent {
		return against
	}
	if head, ok := strings.CutSuffix(last, "pass"); ok && len(last) > 4 && !ownsPass(head) {
		return unless(!isPassWord(head) && (surelyDrawn(v.text, leastKey) || v.isNumberedWord()))
	}
	if v.name == "PASS" && strings.HasSuffix(v.before, ": ") { // the outcome of a test
		return unless(drawnNotDigest(v.text, leastKey) && mixes(v.text))
	}
	return silent
}

// wordForce is the objection of a word anywhere in a name.
func wordForce(v value, words []string) force {
	credential := endsInCredential(words)
	for i, word := range words {
		against := silent
		switch word {
		case "public", "pub", "publishable":
			if !strings.HasPrefix(words[len(words)-1], "pass") && words[len(words)-1] != "secret" {
				against = settles
			}
		case "primary", "foreign", "sort", "partition", "hot", "cache", "translation", "locale", "lang", "label", "placeholder",
			"integrity", "checksum", "range", "row", "shortcut", "fingerprint", "autocomplete", "csrftoken",
			"askpass", "bypass", "compass", "passthrough", "passthru", "passive", "passed", "passport", "passing", "passes", "passenger",
			"author", "authors", "passwordless", "authority", "authorities", "keyboard", "keyword", "keywords", "keyframes", "tokenizer", "tokenize", "secretary":
			if !credential {
				against = unless(!isIdentifyingPair(words) && drawnNotDigest(v.text, leastAgainstName))
			}
		case "site", "hash", "sha", "continuation", "pagination", "cursor", "page":
			if v.key && !credential {
				against = unless(!isIdentifyingPair(words) && drawnNotDigest(v.text, leastAgainstName))
			}
		case "secret", "key":
			if i > 0 && i == len(words)-1 && words[0] != "secret" && strings.HasPrefix(words[i-1], "passw") {
				against = unless(surelyDrawn(v.text, 2*leastKey)) // passwordSecret: the name of the secret that holds it
			}
		case "encrypted", "hashed", "sealed":
			if i+1 < len(words) {
				against = unless(!isCiphertext(v.text) && surelyDrawn(v.text, 2*leastKey))
			}
		}
		if against != silent {
			return against
		}
	}
	return silent
}

// endsInCredential reports whether a name ends in what nothing but a credential is called, so that the words before it
// say what it is for: cache password, site secret, page access token.
func endsInCredential(words []string) bool {
	last := words[len(words)-1]
	switch last {
	case "password", "passwd", "passphrase", "passcode", "pwd", "secret", "apikey", "accesskey", "secretkey", "privatekey", "accesstoken", "authtoken", "apitoken":
		return len(words) > 1
	}
	if len(words) < 3 {
		return false
	}
	switch before := words[len(words)-2]; last {
	case "key":
		switch before {
		case "api", "access", "private", "secret", "signing", "encryption", "storage", "account", "subscription", "deploy", "master", "license":
			return true
		}
	case "token":
		switch before {
		case "access", "auth", "api", "bearer", "bot", "deploy", "secret", "refresh":
			return true
		}
	}
	return false
}

// isIdentifyingPair reports whether a name ends in one of the pairs that are no credential's whatever the value: what
// marks a row, an entry of a cache, a text to be translated, a place in a list, a site that asks for a captcha.
func isIdentifyingPair(words []string) bool {
	if len(words) < 2 {
		return true
	}
	before := words[len(words)-2]
	switch words[len(words)-1] {
	case "key", "keys":
		switch before {
		case "foreign", "sort", "partition", "cache", "translation", "locale", "lang", "label", "placeholder", "range", "row", "autocomplete", "site", "page", "cursor", "pagination", "continuation":
			return true
		}
	case "token", "tokens":
		switch before {
		case "page", "cursor", "pagination", "continuation":
			return true
		}
	case "csrftoken":
		return true
	}
	return false
}

// opensNothing reports whether a name ends in a word for what opens nothing, or in the salt of one password.
func opensNothing(words []string) bool {
	last := words[len(words)-1]
	if last == "salt" {
		return strings.HasPrefix(words[len(words)-2], "passw") || strings.HasPrefix(words[len(words)-2], "pwd")
	}
	return isOpenWord(last)
}

// isOpenWord reports whether a word at a name's end stands for what is random by its nature and opens nothing, or is there to be
// looked at: an id, a digest, a nonce, an example.
func isOpenWord(last string) bool {
	switch last {
	case "id", "ids", "guid", "hash", "hashes", "digest", "checksum", "fingerprint", "nonce", "iv", "arn", "encrypted", "hashed", "state", "name", "names",
		"example", "placeholder", "hint", "label", "title", "description", "help", "regex", "regexp", "pattern", "format", "alias", "index", "idx", "url", "uri", "urls":
		return true
	}
	return false
}

// isPlaceWord reports whether a word at a name's end says that the value is a place, in which slashes divide directories.
func isPlaceWord(last string) bool {
	switch last {
	case "path", "paths", "file", "files", "filename", "dir", "directory", "folder", "location", "endpoint", "host", "link", "page", "module", "package", "source", "template", "script":
		return true
	}
	return false
}

// isPassWord reports whether a word before "pass" makes another word of both, or the name of a passage: bypass, minipass, renderpass.
func isPassWord(head string) bool {
	switch head {
	case "by", "com", "encom", "tres", "over", "under", "sur", "mini", "multi", "single", "first", "second", "one", "two", "render", "low", "high", "band", "all", "forward", "depth", "shader", "effect",
		"shadow", "post", "pre", "compute", "optimizer", "analysis", "llvm", "module", "boarding", "ski", "ask", "fly", "im", "last", "next":
		return true
	}
	return false
}
