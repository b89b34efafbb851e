package check

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
)

// azureCASK reads the month in which a "common annotated security key" was made, the form of
// Azure's keys and of Azure DevOps' tokens since 2024: JQQJ9 at character 52, the kind of
// key (9; D and H: derived ones), a letter for the year from 2024 and one for the
// month. From character 80 on follows the Marvin32 of the 60 bytes before, its four bytes (three, where the
// key has 84 characters) in base64, or the first of six digits of them in base 62. Source: microsoft/security-utilities
// (MIT), IdentifiableSecrets.cs, and a key of its tests. That key has the first form of the checksum and nothing is published of the
// second, so that the checksum confirms and no text fails.
type azureCASK struct{}

func (azureCASK) Name() string { return "azure-cask" }

const (
	caskKind  = 57 // the position of the kind; year and month follow
	caskYears = 26
	caskSum   = 80 // the position of the checksum
)

func (azureCASK) Check(secret string) Result {
	if !annotated(secret) {
		return Result{}
	}
	year, month := int(secret[caskKind+1])-'A', int(secret[caskKind+2])-'A'
	if year < 0 || year >= caskYears || month < 0 || month >= 12 {
		return Result{}
	}
	made := fmt.Sprintf("created %d-%02d", 2024+year, month+1)
	sum := strings.TrimRight(secret[caskSum:], "=")
	if raw, base62, ok := caskSums(secret[:caskSum]); ok && len(sum) >= 4 && (strings.HasPrefix(raw, sum) || strings.HasPrefix(base62, sum)) {
		return checksum(true, made)
	}
	return Result{Notes: []string{made}}
}

// caskSums returns the checksum in both of its forms.
func caskSums(text string) (raw, inBase62 string, ok bool) {
	data, ok := unbase64(text)
	if !ok {
		return "", "", false
	}
	sum := binary.LittleEndian.AppendUint32(nil, marvin32(data, marvinSeed("Default0")))
	digits := strings.TrimLeft(inBase(uint64(binary.BigEndian.Uint32(sum)), base62, 6), "0") // zeros stand at the end
	digits += strings.Repeat("0", 6-len(digits))
	shown, ok := unbase64(digits) // the last digit loses the bits that four bytes have no room for
	return base64.RawStdEncoding.EncodeToString(sum), base64.RawStdEncoding.EncodeToString(shown), ok
}

// Mend puts January 2024 where there is no month, and the checksum that today's keys have at the end.
func (azureCASK) Mend(secret string) (string, bool) {
	if !annotated(secret) {
		return "", false
	}
	if len((azureCASK{}).Check(secret).Notes) == 0 {
		secret = secret[:caskKind+1] + "AA" + secret[caskKind+3:]
	}
	_, sum, ok := caskSums(secret[:caskSum])
	if !ok {
		return "", false
	}
	if len(secret) < caskSum+len(sum) {
		sum = sum[:4]
	}
	secret = secret[:caskSum] + sum
	return secret, azureCASK{}.Check(secret).Verdict == Holds
}

// annotated says whether a text is such a key but for its date.
func annotated(secret string) bool {
	if len(secret) < 80 || len(secret) > 100 || !only(secret, base64Both+"=") || secret[52:caskKind] != "JQQJ9" {
		return false
	}
	kind := secret[caskKind]
	return kind == '9' || kind == 'D' || kind == 'H'
}
