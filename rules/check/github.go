package check

import (
	"hash/crc32"
	"strings"
)

// github checks GitHub's classic tokens: after a prefix of four come 30 random
// characters and their CRC-32 (IEEE) in six base-62 digits, zero first.
// Source: github.blog, "Behind GitHub's new authentication token formats"
// (2021-04-05). An App's installation token of the form ghs_<app>_<JWT>
// (GitHub changelog, 2026-04-24) holds if the JWT in it does; none is published, so that it does not fail.
// github_pat_ has no documented checksum and is not judged.
type github struct{ jwt jwt }

func (github) Name() string { return "github" }

func (g github) Check(secret string) Result {
	if len(secret) < 4 || secret[:2] != "gh" || secret[3] != '_' || strings.IndexByte("pousr", secret[2]) < 0 {
		return Result{}
	}
	body := secret[4:]
	if app, token, ok := strings.Cut(body, "_"); ok && secret[2] == 's' && only(app, digits) {
		return g.app(app, token)
	}
	if len(body) != 36 || !only(body, base62) {
		return Result{}
	}
	return checksum(body[30:] == crcBase62(body[:30]))
}

func (g github) app(app, token string) Result {
	r := g.jwt.Check(token)
	if r.Verdict == Fails {
		r = Result{}
	}
	if r.Verdict != Harmless {
		r.Notes = append([]string{about("issued for app", app)}, r.Notes...)
	}
	return r
}

func (g github) Mend(secret string) (string, bool) {
	if app, token, ok := strings.Cut(strings.TrimPrefix(secret, "ghs_"), "_"); ok && only(app, digits) {
		mended, ok := g.jwt.Mend(token)
		return "ghs_" + app + "_" + mended, ok
	}
	if len(secret) != 40 {
		return "", false
	}
	secret = secret[:34] + crcBase62(secret[4:34])
	return secret, github{}.Check(secret).Verdict == Holds
}

// crcBase62 is the CRC-32 (IEEE) of a text in six base-62 digits.
func crcBase62(text string) string {
	return inBase(uint64(crc32.ChecksumIEEE([]byte(text))), base62, 6)
}
