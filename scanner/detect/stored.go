package detect

import (
	"encoding/base64"
	"strings"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/rules/check"
)

// What a store of secrets is given is a secret under any name but those that say otherwise: of an id, a digest, a user or a place. Such are kept
// there for convenience, and stand in scripts and manifests beside the secrets.

// doubtStored asks the name that a value has in a store of secrets. A value that has the form of what its name says, and one that is called a user
// or a host, is no secret; one that has not is doubted.
func (m *Match) doubtStored(r *rules.Rule, text []byte, loc []int, value part, fallback string) {
	if m.dead || m.Check.Verdict == check.Holds || !r.Stored && (r.Entries == "" || r.Entries == accountsHere) {
		return
	}
	name := fallback
	if r.Stored {
		name = storedName(text, loc, value.start, value.end, fallback)
	}
	words := nameWords(name)
	if len(words) == 0 {
		return
	}
	secret := unwrapped(m.Secret)
	switch sure, is := namesID(words); {
	case namesNone(words):
		m.dead, m.shadow = true, r.Stored && !speaksOfSecret(name)
		return
	case namesDigest(words) && isHex(secret) && isDigest(secret):
		if m.dead = words[len(words)-1] != "hash" && !speaksOfSecret(name); m.dead {
			m.shadow = r.Stored
		} else {
			m.doubt("its name says that it is a digest")
		}
	case is && (sure && hasFormOfID(secret) || isUUID(secret) || hasFormOfResource(secret)):
		m.dead, m.shadow = true, true
	case is && (sure || quietID(words)):
		m.doubt("its name says that it is an id")
	case isUnnamedID(secret, name):
		m.doubt("it may be an id: its name says nothing of a credential")
	}
}

func (m *Match) doubt(reason string) {
	m.Confidence = rules.ConfidenceLow
	m.addReason(reason)
}

// unwrapped returns what a value says in base64, if that is a UUID or a digest.
func unwrapped(secret string) string {
	if raw, err := base64.StdEncoding.DecodeString(secret); err == nil && hasFormOfID(string(raw)) {
		return string(raw)
	}
	return secret
}

// namesNone reports whether a name is that of a user, a place or a kind, which is no secret. What ends so and is another word (support, archetype)
// says nothing.
func namesNone(words []string) bool {
	last := words[len(words)-1]
	for _, end := range [...]string{"user", "login", "name", "namespace", "email", "region", "endpoint", "bucket"} {
		if strings.HasSuffix(last, end) {
			return true
		}
	}
	for _, end := range [...]string{"host", "port", "type", "version"} {
		if before, ok := strings.CutSuffix(last, end); ok {
			switch before {
			case "", "db", "pg", "sql", "mysql", "redis", "mongo", "smtp", "imap", "mail", "http", "https", "ssh", "proxy", "server", "node", "remote", "local", "web", "api":
				return true
			}
		}
	}
	return false
}

// namesDigest reports whether a name is that of a sum or a commit.
func namesDigest(words []string) bool {
	before := ""
	if n := len(words); n > 1 {
		before = words[n-2]
	}
	switch words[len(words)-1] {
	case "hash":
		return before != "api" && before != "app"
	case "tag":
		return before == "e" || before == "image"
	case "sha", "md", "commit", "checksum", "fingerprint", "digest", "etag", "crc", "revision", "rev", "sum", "shasum", "hashes", "thumbprint", "release", "image":
		return true
	}
	return false
}

// namesID reports whether a name is that of an id; sure: it says so, rather than that of what has one.
func namesID(words []string) (sure, is bool) {
	n := len(words)
	last, before := words[n-1], ""
	if n > 1 {
		before = words[n-2]
	}
	switch last {
	case "id", "ids", "uuid", "guid", "oid":
		switch before {
		case "secret", "session", "token", "license", "licence", "webhook", "auth", "cookie":
			return false, false
		}
		return true, true
	case "sid":
		return true, before == "account" || before == "service" || before == "app" || before == "application" || before == "key"
	}
	if thing, ok := strings.CutSuffix(last, "id"); ok && haveIDs(thing) {
		return true, true
	}
	return false, haveIDs(last)
}

// haveIDs reports whether a word is that of what issuers know by an id.
func haveIDs(word string) bool {
	switch word {
	case "client", "tenant", "subscription", "account", "app", "application", "project", "org", "organization", "object", "directory", "zone", "hostedzone", "vpc", "subnet",
		"ami", "image", "channel", "team", "distribution", "principal", "region", "ttl", "tag", "tags":
		return true
	}
	return false
}

// quietID reports whether a name is that of an id, a place or a length of time, of which nobody makes the name of a password.
func quietID(words []string) bool {
	switch words[len(words)-1] {
	case "tenant", "subscription", "region", "ttl", "image", "tag", "tags", "channel", "zone", "hostedzone":
		return true
	}
	return false
}

// hasFormOfResource reports whether a value is written as ids of platforms are: prj_4tK…, 1:123:web:…, AC and 32 hexadecimal digits, or a
// few capitals and digits.
func hasFormOfResource(text string) bool {
	if len(text) == 34 && isHex(text[2:]) && classOf(text[0]) == classUpper && classOf(text[1]) == classUpper {
		return true
	}
	if kind, id, ok := strings.Cut(text, "_"); ok && len(kind) >= 2 && len(kind) <= 5 && strings.ToLower(kind) == kind && len(id) >= 12 && !strings.ContainsAny(kind, "0123456789") {
		return kind != "sk" && kind != "pk" && kind != "rk" && kind != "pat" && kind != "key"
	}
	if parts := strings.Split(text, ":"); len(parts) == 4 && hasDigit(parts[1]) {
		return parts[2] == "web" || parts[2] == "android" || parts[2] == "ios"
	}
	return len(text) <= 16 && strings.ToUpper(text) == text && hasDigit(text) && !strings.ContainsFunc(text, func(r rune) bool { return r > 'Z' || r < '0' || r > '9' && r < 'A' })
}
