package check

import (
	"encoding/hex"
	"fmt"
	"math/big"
)

// keyKind is what a decoded block turns out to be.
type keyKind uint8

const (
	keyNone      keyKind = iota // no key
	keyPrivate                  // a private key, readable
	keyEncrypted                // a private key behind a passphrase
	keyPublic                   // a public key, certificate or parameters
	keyCut                      // the beginning of a private key
	keyBroken                   // a private key whose parts contradict each other
)

// keyFacts is what is known of a decoded block.
type keyFacts struct {
	kind keyKind
	what string // "RSA 2048 bits"; may be empty
}

// readDER recognises a private key in DER: PKCS#1 (RFC 8017), SEC 1 (RFC 5915),
// OpenSSL's DSA, PKCS#8 plain and encrypted (RFC 5958), and public keys and
// certificates (RFC 5280) that stand in a private key's place.
func readDER(data []byte) keyFacts {
	d := der{data: data}
	body, ok := d.want(derSequence)
	if !ok {
		return keyFacts{}
	}
	if d.cut {
		return cutDER(body)
	}
	in := der{data: body}
	if tag, first, ok := in.next(); ok && tag == derSequence {
		return readDERNested(first, &in)
	}
	in = der{data: body}
	numbers := in.integers()
	if in.cut || len(numbers) == 0 || numbers[0].BitLen() > 2 {
		return keyFacts{}
	}
	switch {
	case len(numbers) >= 9:
		return rsaFacts(numbers[1], numbers[4], numbers[5])
	case len(numbers) == 6 && len(in.data) == 0:
		return keyFacts{keyPrivate, fmt.Sprintf("DSA %d bits", numbers[1].BitLen())}
	case len(numbers) == 2 && len(in.data) == 0:
		return keyFacts{keyPublic, "public key"}
	}
	if len(numbers) != 1 {
		return keyFacts{}
	}
	if secret, ok := in.want(derOctets); ok {
		if in.cut || len(secret) < 16 {
			return keyFacts{}
		}
		return keyFacts{keyPrivate, sec1Name(&in, len(secret))}
	}
	return readPKCS8(&in)
}

// cutDER judges the beginning of a sequence that announces more than there is.
func cutDER(body []byte) keyFacts {
	in := der{data: body}
	tag, value, ok := in.next()
	if ok && tag == derInteger && len(value) == 1 && value[0] <= 1 {
		if tag, _, ok := in.next(); ok && (tag == derInteger || tag == derOctets || tag == derSequence) {
			return keyFacts{kind: keyCut}
		}
	}
	if ok && tag == derSequence {
		inner := der{data: value}
		if oid, ok := inner.want(derOID); ok && algorithmName(oid) == "encrypted" {
			return keyFacts{kind: keyCut}
		}
	}
	return keyFacts{}
}

// readDERNested judges a sequence that begins with a sequence: an encrypted
// PKCS#8 key, a public key or a certificate.
func readDERNested(first []byte, rest *der) keyFacts {
	inner := der{data: first}
	if _, ok := inner.want(derOID); ok {
		if octets, ok := rest.want(derOctets); ok && len(octets) >= 16 && !rest.cut {
			return keyFacts{keyEncrypted, ""}
		}
		if _, ok := rest.want(derBitString); ok {
			return keyFacts{keyPublic, "public key"}
		}
		return keyFacts{}
	}
	if tag, _, ok := rest.next(); ok && tag == derSequence {
		if _, ok := rest.want(derBitString); ok {
			return keyFacts{keyPublic, "certificate"}
		}
	}
	return keyFacts{}
}

// readPKCS8 judges what follows the version of a PKCS#8 key.
func readPKCS8(in *der) keyFacts {
	algorithm, ok := in.want(derSequence)
	if !ok {
		return keyFacts{}
	}
	key, ok := in.want(derOctets)
	if !ok || in.cut || len(key) == 0 {
		return keyFacts{}
	}
	a := der{data: algorithm}
	oid, ok := a.want(derOID)
	if !ok {
		return keyFacts{}
	}
	name := algorithmName(oid)
	switch name {
	case "RSA":
		return readDER(key)
	case "EC":
		curve, _ := a.want(derOID)
		if f := readDER(key); f.kind != keyPrivate {
			return f
		}
		return keyFacts{keyPrivate, curveName(curve)}
	case "DSA":
		p := der{data: a.data}
		params, _ := p.want(derSequence)
		q := der{data: params}
		if numbers := q.integers(); len(numbers) == 3 {
			name = fmt.Sprintf("DSA %d bits", numbers[0].BitLen())
		}
	}
	return keyFacts{keyPrivate, name}
}

// rsaFacts judges an RSA key by its modulus and primes.
func rsaFacts(n, p, q *big.Int) keyFacts {
	what := fmt.Sprintf("RSA %d bits", n.BitLen())
	if n.BitLen() > 32768 || new(big.Int).Mul(p, q).Cmp(n) != 0 {
		return keyFacts{keyBroken, what}
	}
	return keyFacts{keyPrivate, what}
}

// sec1Name names the curve of a SEC 1 key from its parameters or, when those
// stand elsewhere, its length.
func sec1Name(rest *der, size int) string {
	if params, ok := rest.want(0xa0); ok {
		p := der{data: params}
		if oid, ok := p.want(derOID); ok {
			return curveName(oid)
		}
	}
	return fmt.Sprintf("EC %d bits", size*8)
}

// algorithmName names the algorithm of a key from its object identifier's
// encoded form.
func algorithmName(oid []byte) string {
	switch hex.EncodeToString(oid) {
	case "2a864886f70d010101", "2a864886f70d01010a":
		return "RSA"
	case "2a8648ce3d0201":
		return "EC"
	case "2a8648ce380401":
		return "DSA"
	case "2b656e":
		return "X25519"
	case "2b656f":
		return "X448"
	case "2b6570":
		return "Ed25519"
	case "2b6571":
		return "Ed448"
	case "2a864886f70d010301":
		return "Diffie-Hellman"
	}
	if h := hex.EncodeToString(oid); len(h) > 16 && (h[:16] == "2a864886f70d0105" || h[:18] == "2a864886f70d010c01") {
		return "encrypted" // PKCS#5 and PKCS#12 encryption schemes
	}
	return ""
}

// curveName names a curve from its object identifier's encoded form.
func curveName(oid []byte) string {
	switch hex.EncodeToString(oid) {
	case "2a8648ce3d030107":
		return "EC P-256"
	case "2b81040022":
		return "EC P-384"
	case "2b81040023":
		return "EC P-521"
	case "2b81040021":
		return "EC P-224"
	case "2b8104000a":
		return "EC secp256k1"
	}
	return "EC"
}
