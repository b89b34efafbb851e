package check

// readPGP recognises a secret key packet at the front of an OpenPGP transferable
// secret key, and whether it is behind a passphrase. Source: RFC 4880 and
// RFC 9580, section 5.5.3.
func readPGP(data []byte) keyFacts {
	body, whole, ok := pgpSecretKey(data)
	if !ok {
		return keyFacts{}
	}
	if len(body) < 6 {
		return keyFacts{kind: keyCut}
	}
	what := "PGP"
	version := body[0]
	at := 6 // version, time of creation, algorithm
	switch version {
	case 3:
		at = 8 // and days of validity
	case 4:
	case 5, 6:
		at = 10 // and the length of the public part
	default:
		return keyFacts{}
	}
	if len(body) < at {
		return keyFacts{kind: keyCut}
	}
	usage, ok := pgpUsage(body, version, at)
	switch {
	case !whole && !ok:
		return keyFacts{keyCut, what}
	case !ok:
		return keyFacts{keyPrivate, what} // an algorithm that is not known here
	case usage.stub:
		return keyFacts{keyPublic, "PGP stub without the private part"}
	case usage.encrypted:
		return keyFacts{keyEncrypted, what}
	case !whole:
		return keyFacts{keyCut, what}
	}
	return keyFacts{keyPrivate, what}
}

// pgpSecretKey takes the packet's body; whole says that all of it is there.
func pgpSecretKey(data []byte) (body []byte, whole, ok bool) {
	if len(data) < 2 {
		return nil, false, false
	}
	size, at := 0, 2
	switch first := data[0]; {
	case first == 0xc5: // new form
		switch n := int(data[1]); {
		case n < 192:
			size = n
		case n < 224 && len(data) >= 3:
			size, at = (n-192)<<8+int(data[2])+192, 3
		default:
			return nil, false, false
		}
	case first == 0x94:
		size = int(data[1])
	case first == 0x95 && len(data) >= 3:
		size, at = int(data[1])<<8|int(data[2]), 3
	default:
		return nil, false, false
	}
	end := min(at+size, len(data))
	return data[at:end], at+size <= len(data), true
}

// pgpProtection is how a secret key packet keeps its private part.
type pgpProtection struct{ encrypted, stub bool }

// pgpUsage finds the octet that follows the public numbers.
func pgpUsage(body []byte, version byte, at int) (pgpProtection, bool) {
	algorithm := body[5]
	if version == 3 {
		algorithm = body[7]
	}
	rest, ok := body[at:], true
	switch algorithm {
	case 1, 2, 3: // RSA
		rest, ok = skipMPIs(rest, 2)
	case 16: // Elgamal
		rest, ok = skipMPIs(rest, 3)
	case 17: // DSA
		rest, ok = skipMPIs(rest, 4)
	case 19, 22: // ECDSA, EdDSA
		if rest, ok = skipCounted(rest); ok {
			rest, ok = skipMPIs(rest, 1)
		}
	case 25, 27: // X25519, Ed25519
		ok = len(rest) > 32
		rest = rest[min(32, len(rest)):]
	default:
		return pgpProtection{}, false
	}
	if !ok || len(rest) == 0 {
		return pgpProtection{}, false
	}
	p := pgpProtection{encrypted: rest[0] != 0}
	// GnuPG's private specifier 101, "GNU" 1: the private part is elsewhere.
	if p.encrypted && len(rest) >= 8 && rest[2] == 101 && string(rest[4:7]) == "GNU" {
		p.stub = true
	}
	return p, true
}

func skipCounted(data []byte) ([]byte, bool) {
	if len(data) == 0 || len(data) < 1+int(data[0]) {
		return nil, false
	}
	return data[1+int(data[0]):], true
}

// skipMPIs skips numbers of the form length in bits, digits.
func skipMPIs(data []byte, n int) ([]byte, bool) {
	for range n {
		if len(data) < 2 {
			return nil, false
		}
		size := 2 + (int(data[0])<<8+int(data[1])+7)/8
		if len(data) < size {
			return nil, false
		}
		data = data[size:]
	}
	return data, true
}
