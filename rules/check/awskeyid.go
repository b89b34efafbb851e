package check

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strings"
)

// awsKeyID checks AWS access key ids and the other ids of IAM. After a prefix
// of four come 16 characters of base 32 (RFC 4648: no 0, 1, 8 or 9). Ids made
// since 2019 have the first bit set and hold the account's number in the 40
// bits from the second on. Source: Aidan Steele, "AWS Access Key ID formats" (2020), confirmed
// on a published id. Ids that end in EXAMPLE are those of AWS' documentation.
type awsKeyID struct{}

func (awsKeyID) Name() string { return "aws-key-id" }

// maxAccount is the first number that has more than an account's twelve digits.
const maxAccount = 1_000_000_000_000

func (awsKeyID) Check(secret string) Result {
	if len(secret) != 20 || !only(secret, digits+hexUpper+base32Std) {
		return Result{}
	}
	if strings.HasSuffix(secret, "EXAMPLE") {
		return Result{Verdict: Harmless, Notes: []string{noteExample}}
	}
	body := secret[4:]
	if !only(body, base32Std) {
		return Result{Verdict: Fails, Notes: []string{"holds a digit that no key id has (0, 1, 8 or 9)"}}
	}
	if body[0] < 'Q' && 'A' <= body[0] {
		return Result{Notes: []string{"made before 2019: names no account"}}
	}
	account, ok := awsAccount(body)
	if !ok || account >= maxAccount {
		return Result{Verdict: Fails, Notes: []string{"the account in it has too many digits"}}
	}
	return structured(fmt.Sprintf("issued for account %012d", account))
}

// awsAccount reads the account's number from the 16 characters after the prefix.
func awsAccount(body string) (uint64, bool) {
	raw, err := base32.StdEncoding.DecodeString(body)
	if err != nil || len(raw) < 6 {
		return 0, false
	}
	return binary.BigEndian.Uint64(append([]byte{0, 0}, raw[:6]...)) & 0x7fffffffff80 >> 7, true
}

func (awsKeyID) Mend(secret string) (string, bool) {
	if len(secret) != 20 {
		return "", false
	}
	rng := seeded(secret)
	body := []byte(secret[4:])
	for i, c := range body {
		if strings.IndexByte(base32Std, c) < 0 {
			body[i] = base32Std[rng.IntN(len(base32Std))]
		}
	}
	for range 64 {
		mended := secret[:4] + string(body)
		if (awsKeyID{}).Check(mended).Verdict == Holds {
			return mended, true
		}
		body[0] = base32Std[16+rng.IntN(16)]
	}
	return "", false
}
