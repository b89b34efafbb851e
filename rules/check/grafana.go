package check

import (
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
)

// grafana checks Grafana's service account tokens: "glsa_", 32 random
// characters, an underscore, and the CRC-32 (IEEE) of all before the
// underscore as the hexadecimal form of its little-endian bytes.
// Source: grafana/grafana, pkg/components/satokengen.
type grafana struct{}

func (grafana) Name() string { return "grafana" }

const grafanaLen = len("glsa_") + 32 + 1 + 8

func (grafana) Check(secret string) Result {
	if len(secret) != grafanaLen || secret[:5] != "glsa_" || secret[37] != '_' ||
		!only(secret[5:37], base62) || !only(secret[38:], hexLower) {
		return Result{}
	}
	return checksum(secret[38:] == grafanaSum(secret[:37]))
}

func (grafana) Mend(secret string) (string, bool) {
	if len(secret) != grafanaLen {
		return "", false
	}
	secret = secret[:38] + grafanaSum(secret[:37])
	return secret, grafana{}.Check(secret).Verdict == Holds
}

func grafanaSum(text string) string {
	return hex.EncodeToString(binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(text))))
}
