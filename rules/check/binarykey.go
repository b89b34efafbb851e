package check

import (
	"math/big"
	"strings"
)

// binaryKey knows private keys without armour: in DER (PKCS#1, RFC 8017; SEC 1, RFC 5915; PKCS#8, plain and encrypted, RFC 5958;
// OpenSSL's DSA) and in OpenSSH's own form, as a file holds them. What else is DER is much the same from its first
// bytes and told by its parts: certificates, requests, public keys, digests.
type binaryKey struct{}

func (binaryKey) Name() string { return "binary-key" }

// First implements Store.
func (binaryKey) First() string { return "\x30" + sshMagic[:1] }

// Begins implements Store: OpenSSH's word, or a sequence of a version and what follows it in a key, or of the sequence of
// an encryption by password and octets.
func (binaryKey) Begins(head string) bool {
	if strings.HasPrefix(head, sshMagic) {
		return true
	}
	rest, ok := openSequence(head)
	if !ok || len(rest) < 8 {
		return false
	}
	switch {
	case strings.HasPrefix(rest, "\x02\x01\x00\x02"): // PKCS#1, DSA
		return true
	case strings.HasPrefix(rest, "\x02\x01\x00\x30"), strings.HasPrefix(rest, "\x02\x01\x01\x30"): // PKCS#8
		inner, ok := openSequence(rest[3:])
		return ok && strings.HasPrefix(inner, "\x06")
	case strings.HasPrefix(rest, "\x02\x01\x01\x04"): // SEC 1
		return rest[4] >= leastSEC1 && rest[4] <= mostSEC1
	case rest[0] == derSequence: // PKCS#8, encrypted
		inner, ok := openSequence(rest)
		return ok && (strings.HasPrefix(inner, oidPBES2) || strings.HasPrefix(inner, oidPKCS12PBE) || strings.HasPrefix(inner, oidPBES2[:len(oidPBES2)-1]))
	}
	return false
}

// How long the private number of an elliptic curve is, in bytes.
const (
	leastSEC1 = 20
	mostSEC1  = 66
)

func (k binaryKey) Check(secret string) Result {
	if !k.Begins(secret[:min(len(secret), StoreHead)]) {
		return Result{}
	}
	var facts keyFacts
	if strings.HasPrefix(secret, sshMagic) {
		facts = readSSH([]byte(secret))
	} else if facts = readDER([]byte(secret)); !strictDER(secret, facts.what) {
		return Result{}
	}
	what := facts.what
	if what != "" {
		what += ", "
	}
	switch facts.kind {
	case keyPublic:
		return Result{Verdict: Harmless, Notes: []string{"public: " + facts.what}}
	case keyEncrypted:
		return Result{Verdict: Holds, Notes: []string{what + "encrypted"}, Mild: true}
	case keyPrivate:
		return Result{Verdict: Holds, Notes: []string{what + "unencrypted"}}
	case keyBroken:
		return Result{Verdict: Fails, Notes: []string{what + "its parts contradict each other"}}
	}
	return Result{}
}

// strictDER demands of a whole content what nothing but a key has. A label or a name says of armoured text that it is a key; of a file
// that begins with the same bytes nothing does.
func strictDER(data, what string) bool {
	d := der{data: []byte(data)}
	body, ok := d.want(derSequence)
	if !ok || d.cut {
		return false
	}
	in := der{data: body}
	if _, ok := in.want(derSequence); ok {
		_, ok := in.want(derOctets)
		return ok && len(in.data) == 0
	}
	numbers := in.integers()
	switch {
	case len(numbers) >= 9:
		return numbers[0].Sign() == 0 && numbers[1].BitLen() >= 384
	case len(numbers) == 6:
		return numbers[0].Sign() == 0 && numbers[1].BitLen() >= 512 && numbers[2].BitLen() >= 128 && numbers[2].BitLen() <= 512 && numbers[5].Sign() > 0
	case len(numbers) != 1:
		return false
	case len(in.data) == 0:
		return false
	case in.data[0] == derOctets:
		return strictSEC1(&in, numbers[0])
	}
	return what != ""
}

// strictSEC1 demands that a key of an elliptic curve has its parameters or its public half, and nothing else.
func strictSEC1(in *der, version *big.Int) bool {
	secret, ok := in.want(derOctets)
	if !ok || version.Cmp(big.NewInt(1)) != 0 || len(secret) < leastSEC1 || len(secret) > mostSEC1 {
		return false
	}
	params, named := in.want(0xa0)
	if named {
		p := der{data: params}
		tag, _, ok := p.next()
		named = ok && (tag == derOID || tag == derSequence)
	}
	public, has := in.want(0xa1)
	if has {
		p := der{data: public}
		_, has = p.want(derBitString)
	}
	return (named || has) && len(in.data) == 0
}

// Mend makes an RSA key.
func (k binaryKey) Mend(secret string) (string, bool) {
	made := string(madeRSA(600, seeded(secret)))
	return made, k.Check(made).Verdict == Holds
}
