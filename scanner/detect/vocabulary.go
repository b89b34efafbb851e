package detect

import "strings"

// The words here are asked about in several judgements, each of which adds those that matter to it alone.

// isDataService reports whether a word is what a database or a queue is called, as a host, an account or a part of a name.
func isDataService(word string) bool {
	switch word {
	case "postgres", "postgresql", "mysql", "mariadb", "mongo", "mongodb", "redis", "rabbitmq":
		return true
	}
	return false
}

// isSignerWord reports whether a word before "secret" makes it what a program signs or encrypts with, or proves itself by.
func isSignerWord(word string) bool {
	switch word {
	case "jwt", "session", "cookie", "signing", "nextauth", "token", "client", "app", "encryption", "hmac", "csrf", "webhook":
		return true
	}
	return false
}

// isKeeperWord reports whether a word ends the name of what credentials are kept in.
func isKeeperWord(word string) bool {
	switch word {
	case "secret", "secrets", "credentials", "creds", "tls", "auth", "vault", "env", "file":
		return true
	}
	return false
}

// madeUpStarts begin what somebody made up to have a password or a secret at all.
var madeUpStarts = [...]string{"my", "some", "super", "very", "test", "strong", "secure", "demo", "dev"}

// blankMarks are those marks of placeholders that ask for something to be filled in, or say that nothing stands here. Others
// (supersecret, foobar) are what people type where any text will do, a password too.
var blankMarks = [...]string{
	"example", "placeholder", "redacted", "replace", "insert", "your", "xxxx", "****", "....", "todo", "fixme", "goes", "-here", "_here", "not-a", "not_a",
	"removed", "fill", "sanitized", "obfuscated", "enter", "deadbeef", "wrong", "invalid", "incorrect", "missing", "empty", "none", "null",
}

// requestMarks are further ones, which count where a word has nothing but its being common to speak for it.
var requestMarks = [...]string{
	"change", "dummy", "lorem", "notasecret", "not-real", "notreal", "this-is", "this_is", "thisis", "no-secret", "nosecret", "fake", "mock", "cafebabe",
	"\u2026", "\u2022\u2022", "bad", "new", "old", "other", "different",
}

// holdsBlank reports whether one of blankMarks stands in a text.
func holdsBlank(lower string) bool {
	for _, mark := range blankMarks {
		if strings.Contains(lower, mark) {
			return true
		}
	}
	return false
}

// holdsRequest reports whether one of blankMarks or requestMarks stands in a text.
func holdsRequest(lower string) bool {
	for _, mark := range requestMarks {
		if strings.Contains(lower, mark) {
			return true
		}
	}
	return holdsBlank(lower)
}
