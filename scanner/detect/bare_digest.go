package detect

import (
	"slices"
	"strings"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/rules/check"
)

// doubtName lowers the confidence of a value at text[s:e) of which nothing but names near it says what it is, where they say
// something else, or too little. A rule of high confidence knows a form, which may still be that of a digest or an id.
func (m *Match) doubtName(r *rules.Rule, text []byte, loc []int, s, e int) {
	if m.Confidence == rules.ConfidenceLow || m.Check.Verdict == check.Holds {
		return
	}
	medium, reason := m.Confidence == rules.ConfidenceMedium, ""
	switch {
	case medium && isNamedDigest(text, loc[0], s, e):
		reason = "its name says that it is a digest"
	case guessesByName(r) && isBareDigest(text, loc[0], loc[1], s, e, r):
		reason = "it may be a digest or an id: nothing but the issuer's name stands beside it"
	case medium && r.Near.Name != "" && isBareName(text, loc, s, e, r):
		reason = "the issuer's name stands near it, but nothing says that it was issued there"
	default:
		return
	}
	m.Confidence = rules.ConfidenceLow
	m.addReason(reason)
}

// guessesByName tells whether a rule knows its values by the issuer's name near them.
func guessesByName(r *rules.Rule) bool {
	return r.Near.Name != "" || r.Provider != "" && r.Confidence == rules.ConfidenceMedium && !r.Generic && !r.Judge && r.Path == "" && !r.Needs()
}

// isBareDigest reports whether what such a rule found at text[s:e) may as well be a digest, a commit or the id of anything: it is
// written as those are, and nothing around the match, text[from:to), says that a credential stands there, but for the issuer's name.
// drawLine(toggl, "<32 hexadecimal digits>") is such, and the table of checksums in a script that downloads the issuer's program.
func isBareDigest(text []byte, from, to, s, e int, r *rules.Rule) bool {
	value := string(text[s:e])
	if !hasFormOfID(value) && !hasFormOfID(value[strings.LastIndexAny(value, "-:/.")+1:]) { // v1-3f9c2a…
		return false
	}
	return !speaksOfCredential(text, from, to, s, e, r.Provider) && !isGivenToMaker(text, s, e, r)
}

// speaksOfCredential reports whether a word around a value, besides its issuer's name, says that it lets somebody in.
func speaksOfCredential(text []byte, from, to, s, e int, provider string) bool {
	lo, hi := lineStart(text, from, valueReach), lineEnd(text, to, valueReach)
	around := strings.ToLower(string(text[lo:s]) + " " + string(text[e:max(hi, e)]))
	for part := range strings.FieldsFuncSeq(strings.ToLower(provider), func(r rune) bool { return r == ' ' || r == '.' || r == '-' }) {
		around = strings.ReplaceAll(around, part, "")
	}
	for _, word := range [...]string{"cache", "foreign", "primary", "partition", "object", "sort", "lookup", "unique", "idempotency", "dedup", "group", "entity"} {
		for _, sign := range [...]string{"", "_", "-", " "} {
			around = strings.ReplaceAll(around, word+sign+"key", "")
		}
	}
	for _, word := range credentialWords {
		if strings.Contains(around, word) {
			return true
		}
	}
	return opensIssuer(string(text[lo:s]))
}

// opensIssuer reports whether what stands directly before a value gives it to its issuer as a credential: the name of a secret key, ACME_SK; or
// the option of a command, acme -t ….
func opensIssuer(head string) bool {
	g := readGiven(head)
	if g.name == "-t" {
		return true
	}
	words := nameWords(g.name)
	return len(words) > 1 && words[len(words)-1] == "sk"
}

// isNamedDigest reports whether the value at text[s:e) has the form of a digest, and the name that a match from from on gives it ends in a
// word for one, whatever stands before that: ACME_KEY_HASH, acme_token_sha1. What an issuer calls the hash of its API or an app is a credential.
func isNamedDigest(text []byte, from, s, e int) bool {
	if !isDigest(string(text[s:e])) {
		return false
	}
	g := readGiven(string(text[lineStart(text, min(from, s), valueReach):s]))
	if g.introduces() {
		g = readGiven(g.head)
	}
	words := nameWords(g.name)
	if len(words) < 2 || strings.ContainsAny(g.sign, "(,") {
		return false
	}
	switch before := words[len(words)-2]; words[len(words)-1] {
	case "hash":
		return before != "api" && before != "app"
	case "tag":
		return before == "e"
	case "sha", "md", "commit", "checksum", "fingerprint", "digest", "etag", "crc", "revision", "sum", "hashes", "thumbprint":
		return true
	}
	return false
}

// isUnnamedID reports whether what a store of secrets is given is a UUID, under a name that says nothing of a credential.
func isUnnamedID(secret, name string) bool {
	return isUUID(secret) && !speaksOfSecret(name) && !holdsUUID(name)
}

// holdsUUID reports whether a name is that of what is often a UUID and opens something: a license, a key of an issuer who draws it so. What is
// called the id of one is an id.
func holdsUUID(name string) bool {
	words := nameWords(name)
	if n := len(words); n == 0 || words[n-1] == "id" || words[n-1] == "uuid" || words[n-1] == "ids" {
		return false
	}
	return slices.ContainsFunc(words, func(word string) bool {
		switch word {
		case "license", "licence", "webhook", "webhooks", "encryption", "pin", "otp", "unlock", "private",
			"heroku", "snyk", "codecov", "railway", "scaleway", "infisical", "coralogix", "wakatime", "censys", "canny", "coinapi", "deepai", "pendo", "consul", "nomad",
			"appsignal", "graphhopper", "postmark", "atlas", "bunny", "constellix", "cloudmersive", "rocketlane":
			return true
		}
		return false
	})
}

// credentialWords say in a line that one of its values lets somebody in: words for what does, and for what it is given to.
var credentialWords = [...]string{
	"key", "token", "secret", "auth", "pass", "pwd", "cred", "api", "login", "bearer", "sign", "client", "license", "jwt", "private", "hmac", "connect", "webhook",
	"access", "dsn", "user", "-u", "header", "new ", ".new", ":new", "init", ".start(", "config", "setup", "session", "seed", "salt", "psk", "write", "ingest", "deploy", "_pat", "://", "sid", `"ac`, "'ac",
	"app_id", "appid", "app-id", "reporter_id", // which some issuers let in by; else an allowlist knows it for an id
}

// hasFormOfID reports whether a value is written as digests, commits and ids are: hexadecimal digits of their lengths, or a UUID.
func hasFormOfID(text string) bool {
	switch len(text) {
	case 24, 32, 40, 56, 64, 96, 128:
		return isHex(text)
	}
	return isUUID(text)
}
