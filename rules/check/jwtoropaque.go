package check

import "strings"

// jwtOrOpaque checks the tokens of issuers that give out JSON Web Tokens among others: one that decodes
// is judged as jwt judges it, and holds; whatever else stands there passes, since the rule's own form
// is all that is known of it. So the rule of the issuer whose name stands beside a token wins over the
// one for any JSON Web Token, and still tells issuer and expiry. A prefix of the issuer's own before
// the token (bkaj_eyJ…, wrkeu-eyJ…) is passed over. Source: as jwt.
type jwtOrOpaque struct{ jwt jwt }

func (jwtOrOpaque) Name() string { return "jwt-or-opaque" }

// longestJWTPrefix is how long a prefix before a token may be, in bytes.
const longestJWTPrefix = 16

func (j jwtOrOpaque) Check(secret string) Result {
	_, token, ok := cutJWT(secret)
	if !ok {
		return Result{}
	}
	if r := j.jwt.Check(token); r.Verdict != Fails {
		return r
	}
	return Result{}
}

func (j jwtOrOpaque) Mend(secret string) (string, bool) {
	prefix, token, ok := cutJWT(secret)
	if !ok {
		prefix, token = "", secret // three parts are enough for a rule that does not say how they begin
	}
	mended, ok := j.jwt.Mend(token)
	return prefix + mended, ok && j.Check(prefix+mended).Verdict == Holds
}

// cutJWT splits a text into an issuer's prefix, which may be empty, and what has the form of a JSON Web Token.
func cutJWT(secret string) (prefix, token string, ok bool) {
	at := strings.Index(secret, "eyJ")
	if at < 0 || at > longestJWTPrefix || at > 0 && strings.IndexByte("_-.|: ", secret[at-1]) < 0 {
		return "", "", false
	}
	return secret[:at], secret[at:], strings.Count(secret[at:], ".") == 2
}
