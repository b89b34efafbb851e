package check

import "strings"

// age checks the identities (private keys) of age: a Bech32 text (BIP-173) with
// the prefix AGE-SECRET-KEY- or that of a plugin or of a hybrid key. Source:
// C2SP age specification; BIP-173 for the checksum, whose limit of 90
// characters age lifts.
type age struct{}

func (age) Name() string { return "age" }

func (age) Check(secret string) Result {
	upper := strings.ToUpper(secret)
	if !strings.HasPrefix(upper, "AGE-") || (secret != upper && secret != strings.ToLower(secret)) {
		return Result{}
	}
	prefix, data, ok := cutBech32(strings.ToLower(secret))
	if !ok {
		return Result{}
	}
	return checksum(bech32Polymod(prefix, data) == 1)
}

func (age) Mend(secret string) (string, bool) {
	prefix, data, ok := cutBech32(strings.ToLower(secret))
	if !ok {
		return "", false
	}
	clear(data[len(data)-6:])
	sum := bech32Polymod(prefix, data) ^ 1
	end := len(secret) - 6
	var b strings.Builder
	b.WriteString(secret[:end])
	for i := range 6 {
		b.WriteByte(bech32Alphabet[sum>>(5*(5-i))&31])
	}
	mended := b.String()
	if secret == strings.ToUpper(secret) {
		mended = strings.ToUpper(mended)
	}
	return mended, age{}.Check(mended).Verdict == Holds
}

const bech32Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

// cutBech32 splits a lower-case Bech32 text into its prefix and its values of
// five bits, the last six of which are the checksum.
func cutBech32(text string) (prefix string, data []byte, ok bool) {
	one := strings.LastIndexByte(text, '1')
	if one < 1 || len(text)-one-1 < 6 {
		return "", nil, false
	}
	for i := one + 1; i < len(text); i++ {
		v := strings.IndexByte(bech32Alphabet, text[i])
		if v < 0 {
			return "", nil, false
		}
		data = append(data, byte(v))
	}
	return text[:one], data, true
}

// bech32Polymod is the checksum's remainder of BIP-173: 1 for a valid text.
func bech32Polymod(prefix string, data []byte) uint32 {
	generator := [5]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3}
	sum := uint32(1)
	step := func(v byte) {
		top := sum >> 25
		sum = sum&0x1ffffff<<5 ^ uint32(v)
		for i, g := range generator {
			if top>>i&1 == 1 {
				sum ^= g
			}
		}
	}
	for i := range len(prefix) {
		step(prefix[i] >> 5)
	}
	step(0)
	for i := range len(prefix) {
		step(prefix[i] & 31)
	}
	for _, v := range data {
		step(v)
	}
	return sum
}
