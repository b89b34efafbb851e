package check

import (
	"hash/crc32"
	"strings"
)

// atlassian checks Atlassian's API tokens (ATATT: user, ATCTT: organisation or
// repository, ATBB: Bitbucket app password): the last eight characters are the
// CRC-32 (IEEE) in upper-case hexadecimal of all before them, the prefix and
// the equals sign included. Atlassian publishes neither this nor a token.
type atlassian struct{}

func (atlassian) Name() string { return "atlassian" }

func (atlassian) Check(secret string) Result {
	secret = plainEquals(secret)
	if !hasAtlassianPrefix(secret) || len(secret) < 20 || !only(secret[len(secret)-8:], hexUpper) {
		return Result{}
	}
	end := len(secret) - 8
	return unproven(checksum(secret[end:] == atlassianSum(secret[:end])))
}

func (atlassian) Mend(secret string) (string, bool) {
	if len(secret) < 20 || plainEquals(secret) != secret {
		return "", false
	}
	end := len(secret) - 8
	secret = secret[:end] + atlassianSum(secret[:end])
	return secret, atlassian{}.Check(secret).Verdict == Holds
}

// plainEquals undoes how an equals sign is written in properties files and URLs.
func plainEquals(text string) string {
	return strings.NewReplacer(`\=`, "=", "%3D", "=", "%3d", "=").Replace(text)
}

func hasAtlassianPrefix(text string) bool {
	for _, prefix := range []string{"ATATT", "ATCTT", "ATBB"} {
		if strings.HasPrefix(text, prefix) {
			return true
		}
	}
	return false
}

func atlassianSum(text string) string {
	return inBase(uint64(crc32.ChecksumIEEE([]byte(text))), hexUpper, 8)
}
