package check

import (
	"hash/crc32"
	"strconv"
	"strings"
)

// gitlabRoutable checks GitLab's routable tokens:
//
//	<prefix><payload>.[<version>.]<length><crc>
//
// The payload is base64url of random bytes, lines "key:value" that tell where
// to route the token, and a last byte with the number of random bytes. Length is
// the payload's, crc the CRC-32 (IEEE) of all before it in seven digits, both in
// base 36. Source: GitLab handbook, Cells, "Routable Tokens". Tokens of the older form (a
// prefix and 20 characters) have no checksum.
type gitlabRoutable struct{}

func (gitlabRoutable) Name() string { return "gitlab-routable" }

const gitlabCRC = 7 // digits

func (gitlabRoutable) Check(secret string) Result {
	dot := strings.LastIndexByte(secret, '.')
	tail := secret[dot+1:]
	if dot < 0 || len(tail) <= gitlabCRC || len(tail) > gitlabCRC+2 || !only(tail, base36) {
		return Result{}
	}
	body, sum := secret[:len(secret)-gitlabCRC], secret[len(secret)-gitlabCRC:]
	if sum != gitlabSum(body) {
		return checksum(false)
	}
	return checksum(true, gitlabOwner(gitlabPayload(secret))...)
}

func gitlabSum(text string) string {
	return inBase(uint64(crc32.ChecksumIEEE([]byte(text))), base36, gitlabCRC)
}

// gitlabPayload returns what stands between the prefix and the first dot. The
// prefix ends with the first hyphen; a runner's token goes on with "t1_" to "t3_".
func gitlabPayload(secret string) string {
	payload, _, _ := strings.Cut(secret, ".")
	_, payload, _ = strings.Cut(payload, "-")
	if len(payload) > 3 && payload[0] == 't' && payload[2] == '_' && only(payload[1:2], digits) {
		payload = payload[3:]
	}
	return payload
}

// gitlabOwner tells for whom a token was issued, most telling first; nothing
// when the payload holds none.
func gitlabOwner(payload string) []string {
	data, ok := unbase64(payload)
	if !ok || len(data) < 2 {
		return nil
	}
	random := int(data[len(data)-1])
	data = data[:len(data)-1]
	if random > len(data) {
		return nil
	}
	routes := gitlabRoutes(data[:len(data)-random])
	if routes == nil {
		routes = gitlabRoutes(data[random:])
	}
	var notes []string
	for _, kind := range []struct{ key, word string }{
		{"u", "issued for user"}, {"p", "issued for project"}, {"g", "issued for group"},
		{"o", "issued for organisation"}, {"c", "of cell"},
	} {
		if value, ok := routes[kind.key]; ok {
			if n, err := strconv.ParseUint(value, 36, 64); err == nil {
				notes = append(notes, kind.word+" "+strconv.FormatUint(n, 10))
			}
		}
	}
	return notes
}

// gitlabRoutes reads "key:value" lines; nil unless every line is one.
func gitlabRoutes(data []byte) map[string]string {
	routes := map[string]string{}
	for line := range strings.SplitSeq(strings.Trim(string(data), "\n"), "\n") {
		key, value, ok := strings.Cut(line, ":")
		if !ok || len(key) != 1 || !only(value, base36) {
			return nil
		}
		routes[key] = value
	}
	return routes
}

func (gitlabRoutable) Mend(secret string) (string, bool) {
	dot := strings.LastIndexByte(secret, '.')
	if dot < 0 {
		return "", false
	}
	body := secret[:dot+1] + inBase(uint64(len(gitlabPayload(secret))), base36, 2)
	mended := body + gitlabSum(body)
	return mended, gitlabRoutable{}.Check(mended).Verdict == Holds
}
