package check

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// basicAuth checks the credentials of HTTP's Basic scheme: base64 of a user's
// name, a colon and a password. Source: RFC 7617. Neither part is shown: some
// services take an API key for the name.
type basicAuth struct{}

func (basicAuth) Name() string { return "basic-auth" }

func (basicAuth) Check(secret string) Result {
	data, ok := unbase64(secret)
	if !ok {
		return unreadable()
	}
	text := string(data)
	user, password, ok := strings.Cut(text, ":")
	if !ok || !utf8.ValidString(text) || strings.IndexFunc(text, unicode.IsControl) >= 0 {
		return unreadable()
	}
	switch strings.ToLower(text) {
	case ":", "user:pass", "user:password", "username:password", "user:passwd", "username:pass", "foo:bar",
		"aladdin:open sesame", "aladdin:opensesame", "test:123£", "myuser:mypassword", "your_username:your_password":
		return Result{Verdict: Harmless, Notes: []string{noteExample}}
	}
	if password == "" {
		return structured("holds a name without a password")
	}
	if user == "" {
		return structured("holds a password without a name")
	}
	return structured("holds a name and a password")
}

func (basicAuth) Mend(secret string) (string, bool) {
	rng := seeded(secret)
	size := room(secret)
	if size < 4 {
		return "", false
	}
	user := min(6, size/3)
	text := randomText(rng, base36, user) + ":" + randomText(rng, base62, size-user-1)
	mended := enbase64([]byte(text), secret)
	return mended, basicAuth{}.Check(mended).Verdict == Holds
}
