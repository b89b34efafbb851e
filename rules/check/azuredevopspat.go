package check

import (
	"encoding/base32"
	"hash/crc32"
	"strings"
)

// azureDevOpsPAT checks Azure DevOps' personal access tokens of before 2024: 52
// characters of base 32 whose bytes 22, 8, 7 and 2 hold, lowest first, the CRC-32
// (IEEE) of the other bytes,
// exclusive-ored with a number that tells users' tokens from
// applications'. Source: microsoft/security-utilities (MIT), SEC101_102_AdoPat.cs,
// which is the issuer's own check; no token is published, so that the checksum
// confirms one and does not refute one: a server of one's own may make others.
type azureDevOpsPAT struct{}

func (azureDevOpsPAT) Name() string { return "azure-devops-pat" }

const (
	devOpsUser = 0xE0B9692D
	devOpsApp  = 0x1019F92E
)

func (azureDevOpsPAT) Check(secret string) Result {
	data, ok := devOpsBytes(secret)
	if !ok {
		return Result{}
	}
	stored := uint32(data[22]) | uint32(data[8])<<8 | uint32(data[7])<<16 | uint32(data[2])<<24
	switch stored ^ devOpsSum(data) {
	case devOpsUser:
		return checksum(true, "issued for a user")
	case devOpsApp:
		return checksum(true, "issued for an application")
	}
	return Result{}
}

func (azureDevOpsPAT) Mend(secret string) (string, bool) {
	data, ok := devOpsBytes(secret)
	if !ok {
		return "", false
	}
	sum := devOpsSum(data) ^ devOpsUser
	data[22], data[8], data[7], data[2] = byte(sum), byte(sum>>8), byte(sum>>16), byte(sum>>24)
	// 52 characters hold four bits more than 32 bytes: those become zero.
	mended := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(data)
	if secret == strings.ToLower(secret) {
		mended = strings.ToLower(mended)
	}
	return mended, azureDevOpsPAT{}.Check(mended).Verdict == Holds
}

func devOpsSum(data []byte) uint32 {
	var covered []byte
	for _, part := range [][]byte{data[:2], data[3:7], data[9:22], data[23:32]} {
		covered = append(covered, part...)
	}
	return crc32.ChecksumIEEE(covered)
}

func devOpsBytes(secret string) ([]byte, bool) {
	if len(secret) != 52 {
		return nil, false
	}
	data, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(secret))
	return data, err == nil && len(data) == 32
}
