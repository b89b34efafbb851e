package check

import "strings"

// polar checks what Polar issues, its organisations' access tokens among it: "polar_", the kind
// (oat_, at_u_ …), 37 random characters and their CRC-32 as in GitHub's. Source: polarsource/polar, server/polar/kit/crypto.py; confirmed
// on ids of the same form in the same repository, which are public.
type polar struct{}

func (polar) Name() string { return "polar" }

const (
	polarRandom = 37
	polarSum    = 6
)

func (polar) Check(secret string) Result {
	at := strings.LastIndexByte(secret, '_') + 1
	body := secret[at:]
	if !strings.HasPrefix(secret, "polar_") || len(body) != polarRandom+polarSum || !only(body, base62) {
		return Result{}
	}
	return checksum(body[polarRandom:] == crcBase62(body[:polarRandom]))
}

func (polar) Mend(secret string) (string, bool) {
	body := secret[strings.LastIndexByte(secret, '_')+1:]
	if len(body) < polarRandom {
		return "", false
	}
	secret = secret[:len(secret)-len(body)] + body[:polarRandom] + crcBase62(body[:polarRandom])
	return secret, polar{}.Check(secret).Verdict == Holds
}
