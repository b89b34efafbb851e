package check

import (
	"encoding/base64"
	"encoding/binary"
	"math/big"
	"math/rand/v2"
	"strings"
)

// Mend puts a made-up key of the label's kind in the place of the block's
// contents. The numbers fit together as far as Check looks and are no working
// key: the "primes" are none.
func (pem) Mend(secret string) (string, bool) {
	begin := strings.Index(secret, "-----BEGIN ")
	if begin < 0 {
		return "", false
	}
	label, rest, ok := strings.Cut(secret[begin+len("-----BEGIN "):], "-----")
	if !ok {
		return "", false
	}
	head := secret[:len(secret)-len(rest)]
	body, tail := rest, ""
	if end := strings.LastIndex(rest, "-----END"); end >= 0 {
		body, tail = rest[:end], rest[end:]
	}
	rng := seeded(secret)
	data, ok := madeKey(label, len(body)*3/4*63/65, rng)
	if !ok {
		return "", false
	}
	mended := head + layOut(base64.StdEncoding.EncodeToString(data), body) + tail
	return mended, pem{}.Check(mended).Verdict == Holds
}

// layOut breaks a body into lines in the way of the model.
func layOut(text, model string) string {
	sep := ""
	switch {
	case strings.Contains(model, "\n"):
		sep = "\n"
	case strings.Contains(model, `\n`):
		sep = `\n`
	default:
		return text
	}
	var b strings.Builder
	for len(text) > 64 {
		b.WriteString(sep + text[:64])
		text = text[64:]
	}
	b.WriteString(sep + text + sep)
	return b.String()
}

// madeKey makes the contents for a label, near a length in bytes.
func madeKey(label string, size int, rng *rand.Rand) ([]byte, bool) {
	switch {
	case strings.Contains(label, "PGP"):
		return madePGP(size, rng), true
	case strings.Contains(label, "OPENSSH"):
		return madeSSH(rng), true
	case strings.Contains(label, "RSA"):
		return madeRSA(size, rng), true
	case strings.Contains(label, "DSA"):
		return appendDER(nil, derSequence, appendInteger(nil, new(big.Int)), randomIntegers(rng, 5, size/6)), true
	case strings.Contains(label, "EC "):
		return appendDER(nil, derSequence, []byte{derInteger, 1, 1}, appendDER(nil, derOctets, randomBytes(rng, 32)),
			appendDER(nil, 0xa0, appendDER(nil, derOID, []byte{0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7}))), true
	case strings.Contains(label, "ENCRYPTED"):
		return appendDER(nil, derSequence,
			appendDER(nil, derSequence, appendDER(nil, derOID, []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 13})),
			appendDER(nil, derOctets, randomBytes(rng, max(size-40, 64)&^7))), true
	case strings.Contains(label, "PRIVATE"):
		oid, key := []byte{0x2b, 0x65, 0x70}, appendDER(nil, derOctets, randomBytes(rng, 32))
		if size > 150 {
			oid, key = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1}, madeRSA(size-30, rng)
		}
		return appendDER(nil, derSequence, appendInteger(nil, new(big.Int)),
			appendDER(nil, derSequence, appendDER(nil, derOID, oid)), appendDER(nil, derOctets, key)), true
	}
	return nil, false
}

// madeRSA makes a PKCS#1 key of about a length: four and a half times the modulus.
func madeRSA(size int, rng *rand.Rand) []byte {
	half := min(max((size-40)/9, 8), 512) // bytes of a prime
	p, q := randomInteger(rng, half), randomInteger(rng, half)
	numbers := appendInteger(nil, new(big.Int))
	numbers = appendInteger(numbers, new(big.Int).Mul(p, q))
	numbers = appendInteger(numbers, big.NewInt(65537))
	numbers = appendInteger(numbers, randomInteger(rng, 2*half))
	numbers = appendInteger(appendInteger(numbers, p), q)
	numbers = append(numbers, randomIntegers(rng, 3, half)...)
	return appendDER(nil, derSequence, numbers)
}

func randomIntegers(rng *rand.Rand, n, size int) []byte {
	var out []byte
	for range n {
		out = appendInteger(out, randomInteger(rng, max(size, 4)))
	}
	return out
}

// randomInteger has that many bytes, the first of them not small, and is odd.
func randomInteger(rng *rand.Rand, size int) *big.Int {
	b := randomBytes(rng, size)
	b[0] |= 0xc0
	b[size-1] |= 1
	return new(big.Int).SetBytes(b)
}

func madeSSH(rng *rand.Rand) []byte {
	public := appendSSHString(appendSSHString(nil, []byte("ssh-ed25519")), randomBytes(rng, 32))
	check := randomBytes(rng, 4)
	private := append(append([]byte{}, check...), check...)
	private = append(private, public...)
	private = appendSSHString(private, randomBytes(rng, 64))
	private = appendSSHString(private, []byte("a@b"))
	for i := byte(1); len(private)%8 != 0; i++ {
		private = append(private, i)
	}
	out := []byte(sshMagic)
	for _, s := range []string{"none", "none", ""} {
		out = appendSSHString(out, []byte(s))
	}
	out = binary.BigEndian.AppendUint32(out, 1)
	return appendSSHString(appendSSHString(out, public), private)
}

// madePGP makes an unencrypted RSA secret key packet of version 4.
func madePGP(size int, rng *rand.Rand) []byte {
	half := min(max((size-30)/7, 16), 512)
	mpi := func(out []byte, bytes int) []byte {
		n := randomInteger(rng, bytes)
		return append(binary.BigEndian.AppendUint16(out, uint16(n.BitLen())), n.Bytes()...)
	}
	body := append([]byte{4}, randomBytes(rng, 4)...)
	body = mpi(append(body, 1), 2*half)
	body = mpi(body, 3)
	body = append(body, 0)
	for _, n := range []int{2 * half, half, half, half} {
		body = mpi(body, n)
	}
	body = append(body, randomBytes(rng, 2)...)
	out := binary.BigEndian.AppendUint16([]byte{0x95}, uint16(len(body)))
	return append(out, body...)
}
