package check

import (
	"hash/crc32"
	"strings"
)

// zuplo checks Zuplo's API keys: "zpka_", 32 random characters, an underscore
// and the CRC-32 (IEEE) of the random characters in eight lower-case
// hexadecimal digits. Source: Zuplo's documentation, "API Key Leak Detection"
// (zpka_<random>_<checksum>); the keys that it shows are masked.
type zuplo struct{}

func (zuplo) Name() string { return "zuplo" }

func (zuplo) Check(secret string) Result {
	body, sum, ok := cutZuplo(secret)
	if !ok || !only(body, base62) || !only(strings.ToLower(sum), hexLower) {
		return Result{}
	}
	return unproven(checksum(strings.ToLower(sum) == zuploSum(body)))
}

func (zuplo) Mend(secret string) (string, bool) {
	body, _, ok := cutZuplo(secret)
	if !ok {
		return "", false
	}
	secret = "zpka_" + body + "_" + zuploSum(body)
	return secret, zuplo{}.Check(secret).Verdict == Holds
}

func zuploSum(body string) string {
	return inBase(uint64(crc32.ChecksumIEEE([]byte(body))), hexLower, 8)
}

func cutZuplo(secret string) (body, sum string, ok bool) {
	if len(secret) != 46 || secret[:5] != "zpka_" || secret[37] != '_' {
		return "", "", false
	}
	return secret[5:37], secret[38:], true
}
