package check

import "strings"

// cratesIO checks the tokens that crates.io gives to workflows for "Trusted Publishing": "cio_tp_", 31
// random characters, and one more that tells the exclusive or of their codes. Its other tokens (cio) have no checksum.
// Source: rust-lang/crates.io, crates/crates_io_trustpub/src/access_token.rs, and the tokens of its tests.
type cratesIO struct{}

func (cratesIO) Name() string { return "crates-io" }

const (
	cratesPrefix   = "cio_tp_"
	cratesRandom   = 31
	cratesAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
)

func (cratesIO) Check(secret string) Result {
	body, ok := strings.CutPrefix(secret, cratesPrefix)
	if !ok || len(body) != cratesRandom+1 || !only(body, base62) {
		return Result{}
	}
	return checksum(body[cratesRandom] == cratesSum(body[:cratesRandom]))
}

func (cratesIO) Mend(secret string) (string, bool) {
	body, ok := strings.CutPrefix(secret, cratesPrefix)
	if !ok || len(body) != cratesRandom+1 {
		return "", false
	}
	secret = secret[:len(secret)-1] + string(cratesSum(body[:cratesRandom]))
	return secret, cratesIO{}.Check(secret).Verdict == Holds
}

func cratesSum(text string) byte {
	var sum byte
	for i := range len(text) {
		sum ^= text[i]
	}
	return cratesAlphabet[int(sum)%len(cratesAlphabet)]
}
