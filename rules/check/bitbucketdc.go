package check

import (
	"bytes"
	"strings"
)

// bitbucketDC checks the personal access tokens of Atlassian's Data Center
// products (Bitbucket's with the prefix "BBDC-", Jira's and Confluence's
// without): base64 of the token's number, a colon and 20 random bytes.
// The documentation says no more than the length, and shows no token.
type bitbucketDC struct{}

func (bitbucketDC) Name() string { return "bitbucket-dc" }

const bitbucketRandom = 20 // bytes

func (bitbucketDC) Check(secret string) Result {
	body, _ := strings.CutPrefix(secret, "BBDC-")
	if len(body) < 40 || len(body) > 48 || !only(strings.TrimRight(body, "="), base64Both) {
		return Result{}
	}
	data, ok := unbase64(body)
	if !ok {
		return unproven(unreadable())
	}
	number, random, ok := bytes.Cut(data, []byte(":"))
	if !ok || len(number) < 4 || !only(string(number), digits) || len(random) != bitbucketRandom {
		return unproven(unreadable())
	}
	return structured()
}

func (bitbucketDC) Mend(secret string) (string, bool) {
	body, prefixed := strings.CutPrefix(secret, "BBDC-")
	rng := seeded(secret)
	number := room(body) - 1 - bitbucketRandom
	if number < 4 {
		return "", false
	}
	data := append([]byte(randomText(rng, digits, number)+":"), randomBytes(rng, bitbucketRandom)...)
	// Letters and digits alone suit every rule's alphabet.
	for i := range 200 {
		if only(strings.TrimRight(enbase64(data, body), "="), base62) || i == 199 {
			break
		}
		copy(data[number+1:], randomBytes(rng, bitbucketRandom))
	}
	mended := enbase64(data, body)
	if prefixed {
		mended = "BBDC-" + mended
	}
	return mended, bitbucketDC{}.Check(mended).Verdict == Holds
}
