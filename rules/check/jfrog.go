package check

import (
	"bytes"
	"fmt"
	"strings"
)

// jfrog checks JFrog's reference tokens: base64 of "reftkn:<version>:<number>:"
// and random characters. The older API keys (AKCp) have no structure beyond
// their alphabet and are not judged. Source: JFrog documentation, "Understanding Identity Tokens" (cmVmd and 59
// characters; cmVmdGtu is "reftkn"), which shows no token.
type jfrog struct{}

func (jfrog) Name() string { return "jfrog" }

const jfrogPrefix = "cmVmdGtu" // base64 of "reftkn"

func (jfrog) Check(secret string) Result {
	if !strings.HasPrefix(secret, jfrogPrefix) {
		return Result{}
	}
	data, ok := unbase64(secret)
	if !ok {
		return unproven(unreadable())
	}
	parts := bytes.SplitN(data, []byte(":"), 4)
	if len(parts) != 4 || !only(string(parts[1]), digits) || !only(string(parts[2]), digits) || !only(string(parts[3]), base64Both) {
		return unproven(unreadable())
	}
	return structured()
}

func (jfrog) Mend(secret string) (string, bool) {
	if !strings.HasPrefix(secret, jfrogPrefix) {
		return "", false
	}
	rng := seeded(secret)
	head := fmt.Sprintf("reftkn:01:%010d:", 1_600_000_000+rng.IntN(200_000_000))
	fill := room(secret) - len(head)
	if fill < 1 {
		return "", false
	}
	mended := enbase64([]byte(head+randomText(rng, base62, fill)), secret)
	return mended, jfrog{}.Check(mended).Verdict == Holds
}
