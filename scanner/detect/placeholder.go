package detect

import (
	"encoding/hex"
	"strings"
)

// isPlaceholder reports whether a value only marks the place of a credential: a
// request to fill it in, a mask, a word like "changeme", a sequence, or nothing
// but the words that people write when any text will do.
func isPlaceholder(text string) bool {
	if isMask(text) {
		return true
	}
	lower := strings.ToLower(text)
	for _, mark := range placeholderMarks {
		if strings.Contains(lower, mark) {
			return true
		}
	}
	if isSequence(lower) || isByteSequence(lower) {
		return true
	}
	return fillerOnly(lower) || fillerOnly(plainSpelling(lower))
}

// isDressed reports whether a value is a word that somebody dressed up until it met the rules for passwords: three
// kinds of characters or more and a sign among them or inside the word, P@ssw0rd, Passw0rd, Admin#2021, qwerty123!. It is made of
// the words of a placeholder, and opens many a door.
func isDressed(text string) bool {
	if isMask(text) || len(text) < 7 || len(text) > 24 {
		return false
	}
	lower := strings.ToLower(text)
	for _, mark := range placeholderMarks {
		if strings.Contains(lower, mark) {
			return false
		}
	}
	var kinds [classCount]bool
	inside := 0
	for i := 0; i < len(text); i++ {
		class := classOf(text[i])
		if class == classMark && strings.IndexByte("!@#$%^&*?+=", text[i]) < 0 {
			if strings.IndexByte("_-.", text[i]) < 0 {
				return false
			}
			continue
		}
		kinds[class] = true
		if !isLetter(text[i]) && i > 0 && i+1 < len(text) && isLetter(text[i-1]) && isLetter(text[i+1]) {
			inside++
		}
	}
	count := 0
	for _, kind := range kinds {
		if kind {
			count++
		}
	}
	return count >= 3 && (kinds[classMark] && kinds[classDigit] || inside > 0) || count >= 2 && inside >= 2 && len(text) >= 8
}

// placeholderMarks give a placeholder away wherever they stand.
var placeholderMarks = [...]string{
	"example", "placeholder", "changeme", "change_me", "change-me", "change.me", "changeit", "redacted", "dummy", "replace",
	"insert", "your_", "your-", "your.", "<your", "yourpass", "yourkey", "yourtoken", "yoursecret", "yourapi", "xxxx", "****",
	"....", "todo", "fixme", "lorem", "foobar", "goes_here", "goes-here", "goeshere", "-here", "_here", "not-a-", "not_a_", "notasecret",
	"*removed*", "**sops**", "not-real", "notreal", "secret-here", "fill_in", "fill-in", "fillme", "deadbeef", "cafebabe", "sanitized", "obfuscated",
	"helloworld", "supersecret", "topsecret", "mysecret", "verysecret", "somesecret", "my-secret", "my_secret",
	"mypassword", "my-password", "my_password", "thisis", "this-is", "this_is", "_goes_", "11111111", "00000000", "aaaaaa",
	"no-secret", "nosecret", "fakekey", "fake-", "fake_", "faketoken", "testtest", "test-key", "test_key", "testkey", "test-token",
	"test_token", "testtoken", "test-secret", "test_secret", "testsecret", "\u2026", "\u2022\u2022",
}

// isMask reports whether a value is made of one or two characters, as ******,
// xxxx-xxxx and ...., or is all marks.
func isMask(text string) bool {
	var seen [4]uint64
	letters, distinct := 0, 0
	for i := 0; i < len(text); i++ {
		if !isAlphanumeric(text[i]) {
			continue
		}
		letters++
		if c := text[i] | 0x20; seen[c/64]&(1<<(c%64)) == 0 {
			seen[c/64] |= 1 << (c % 64)
			distinct++
		}
	}
	return distinct <= 2 || letters < 3 || distinct == 3 && len(text) >= 12
}

// isSequence reports whether a value is little more than walks along the
// alphabet, the digits or the keyboard, or two of them in turn: abc123, 12345678, qwerty, 1q2w3e4r, a1b2c3d4.
func isSequence(lower string) bool {
	covered := 0
	for i := 0; i < len(lower); {
		walk := max(stepRun(lower, i, 1), stepRun(lower, i, -1), stepRun(lower, i, 0), keyboardWalk(lower, i), turnRun(lower, i))
		if walk < 3 {
			i++
			continue
		}
		covered += walk
		i += walk
	}
	return covered > 0 && len(lower)-covered <= len(lower)/5
}

// isByteSequence reports whether a value is bytes in hexadecimal digits that go up or down by the same step nearly
// all the way: 000102030405, 00112233, 6162636465 (a to e).
func isByteSequence(lower string) bool {
	if len(lower) < 16 || len(lower)%2 != 0 || !isHex(lower) {
		return false
	}
	data, err := hex.DecodeString(lower)
	if err != nil {
		return false
	}
	var steps [256]int
	most := 0
	for i := 1; i < len(data); i++ {
		step := data[i] - data[i-1]
		steps[step]++
		most = max(most, steps[step])
	}
	return most*5 >= (len(data)-1)*4
}

// turnRun is the length of the longest stretch from i on in which letters and digits take turns and both
// go on in order, 9 before 0: a1b2c3. Shorter than six says nothing.
func turnRun(lower string, i int) int {
	end := i + 2
	for end < len(lower) && isLetter(lower[end]) != isLetter(lower[end-1]) && isAlphanumeric(lower[end]) && isAlphanumeric(lower[end-1]) &&
		(lower[end] == lower[end-2]+1 || lower[end] == '0' && lower[end-2] == '9') {
		end++
	}
	if end-i < 6 {
		return 0
	}
	return end - i
}

// plainSpelling undoes the usual substitutions: p@ssw0rd, s3cr3t, ch4ng3m3.
func plainSpelling(lower string) string {
	lower = strings.TrimRight(lower, "0123456789!@#$%&*.?_-")
	return strings.Map(func(r rune) rune {
		switch r {
		case '@', '4':
			return 'a'
		case '0':
			return 'o'
		case '3':
			return 'e'
		case '1', '!':
			return 'i'
		case '$', '5':
			return 's'
		case '7':
			return 't'
		}
		return r
	}, lower)
}

// fillerOnly reports whether a value's letters are filler words from end to end
// and its digits are a short counter: my-db-password, test1234, secret_key_2.
func fillerOnly(lower string) bool {
	words := false
	for i := 0; i < len(lower); {
		switch c := lower[i]; {
		case isLetter(c):
			end := i
			for end < len(lower) && isLetter(lower[end]) {
				end++
			}
			if !madeOfFiller(lower[i:end]) {
				return false
			}
			words = true
			i = end
		case c >= '0' && c <= '9':
			end := i
			for end < len(lower) && lower[end] >= '0' && lower[end] <= '9' {
				end++
			}
			if digits := lower[i:end]; len(digits) > 2 && !isCounter(digits) {
				return false
			}
			i = end
		case c >= 0x80:
			return false
		default:
			i++
		}
	}
	return words
}

// isCounter reports whether digits are a walk, a run or the digits that
// placeholders end in.
func isCounter(digits string) bool {
	return stepRun(digits, 0, 1) == len(digits) || stepRun(digits, 0, -1) == len(digits) || stepRun(digits, 0, 0) == len(digits) ||
		isSequence(digits) || digits == "321" || digits == "007" || digits == "256" || digits == "512" || digits == "100"
}

// madeOfFiller reports whether a run of letters splits into filler words.
func madeOfFiller(letters string) bool {
	words := fillerSet()
	reach := make([]bool, len(letters)+1)
	reach[0] = true
	for i := range letters {
		if reach[i] {
			words.lengths(letters[i:], 1, longestFiller, func(length int) { reach[i+length] = true })
		}
	}
	return reach[len(letters)]
}

func isFiller(word string) bool { return fillerSet().has(word) }

// longestFiller bounds the search for them.
const longestFiller = 14

// fillerWords, sorted, are what people write where any text will do. Short ones
// are there for the texts that they join.
var fillerWords = [...]string{
	"a", "abc", "abcd", "access", "account", "admin", "administrator", "aes", "all", "an", "and", "any",
	"api", "app", "application", "asdf", "auth", "aws", "azure", "bad", "bar", "basic", "baz", "bearer",
	"blah", "bogus", "bot", "broken", "by", "ca", "cert", "change", "check", "cipher", "clear", "client",
	"code", "config", "confirm", "connection", "consumer", "correct", "cred", "credential", "credentials", "crypt", "current", "custom",
	"data", "database", "db", "default", "demo", "dev", "devel", "developer", "development", "different", "docker", "draft",
	"email", "empty", "encrypted", "encryption", "enter", "env", "fail", "fake", "false", "file", "first", "foo",
	"for", "from", "func", "gcp", "generate", "generated", "generic", "get", "git", "github", "gitlab", "give",
	"good", "google", "guest", "hash", "hello", "here", "hidden", "hmac", "host", "id", "ignore", "ignored",
	"in", "incorrect", "info", "initial", "input", "internal", "invalid", "ipsum", "is", "it", "jwt", "key",
	"keys", "keystore", "letmein", "local", "localhost", "login", "long", "mail", "main", "manager", "masked", "master",
	"me", "missing", "mock", "mongo", "must", "my", "mysql", "name", "need", "new", "no", "none",
	"not", "nothing", "null", "oauth", "of", "ok", "old", "one", "oracle", "original", "other", "owner",
	"p", "param", "pass", "passcode", "passphrase", "passw", "passwd", "password", "passwords", "pgp", "pin", "plain",
	"please", "postgres", "postgresql", "pre", "private", "prod", "production", "project", "public", "pw", "pwd", "qux",
	"qwerty", "random", "read", "real", "redis", "refresh", "repo", "required", "reset", "right", "role", "root",
	"rsa", "same", "sample", "scope", "second", "secret", "secrets", "secure", "security", "sensitive", "server", "service",
	"session", "set", "shared", "should", "sign", "signing", "simple", "some", "something", "ssh", "ssl", "staging",
	"static", "storage", "string", "strong", "stuff", "super", "sys", "system", "temp", "temporary", "test", "tester",
	"testing", "tests", "text", "that", "the", "this", "to", "token", "tokens", "top", "true", "truststore",
	"two", "type", "undefined", "unit", "unknown", "unset", "unused", "update", "use", "user", "username", "users",
	"valid", "value", "var", "variable", "verify", "very", "weak", "web", "with", "word", "world", "write",
	"wrong", "x", "xx", "xxx", "xyz", "you", "your",
}
