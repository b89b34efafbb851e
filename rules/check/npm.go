package check

// npm checks npm's access tokens: "npm_", 30 random characters and their CRC-32
// as in GitHub's. Source: GitHub's blog, 2021-09-23, "Announcing npm's new access
// token format", which publishes no token.
type npm struct{}

func (npm) Name() string { return "npm" }

func (npm) Check(secret string) Result {
	if len(secret) != 40 || secret[:4] != "npm_" || !only(secret[4:], base62) {
		return Result{}
	}
	return unproven(checksum(secret[34:] == crcBase62(secret[4:34])))
}

func (npm) Mend(secret string) (string, bool) {
	if len(secret) != 40 {
		return "", false
	}
	secret = secret[:34] + crcBase62(secret[4:34])
	return secret, npm{}.Check(secret).Verdict == Holds
}
