package check

// vercel checks Vercel's tokens: a prefix of four (vcp_ personal, vci_
// integration, vca_ app, vcr_ refresh, vck_ AI gateway key), 50 random
// characters and their CRC-32 as in GitHub's. Source of the prefixes: Vercel's changelog,
// "Introducing new token formats and secret scanning", which publishes no token.
type vercel struct{}

func (vercel) Name() string { return "vercel" }

func (vercel) Check(secret string) Result {
	if len(secret) != 60 || !only(secret[4:], base62) {
		return Result{}
	}
	switch secret[:4] {
	case "vcp_", "vci_", "vca_", "vcr_", "vck_":
		return unproven(checksum(secret[54:] == crcBase62(secret[4:54])))
	}
	return Result{}
}

func (vercel) Mend(secret string) (string, bool) {
	if len(secret) != 60 {
		return "", false
	}
	secret = secret[:54] + crcBase62(secret[4:54])
	return secret, vercel{}.Check(secret).Verdict == Holds
}
