package check

import "strings"

// openPGPKey knows OpenPGP's secret keys without armour: what gpg --export-secret-keys writes, and secring.gpg. Source:
// RFC 4880 and RFC 9580, sections 4.2 and 5.5.3.
type openPGPKey struct{}

func (openPGPKey) Name() string { return "openpgp-key" }

// First implements Store: packets of a secret key whose length has one byte or two, and in the new form.
func (openPGPKey) First() string { return "\x94\x95\xc5" }

// Begins implements Store. A packet's head is no more than a few bits; what follows it is a version, a time
// and an algorithm.
func (openPGPKey) Begins(head string) bool {
	body, _, ok := pgpSecretKey([]byte(head))
	if !ok || len(body) < 10 || body[0] < 4 || body[0] > 6 {
		return false
	}
	made := uint32(body[1])<<24 | uint32(body[2])<<16 | uint32(body[3])<<8 | uint32(body[4])
	return made >= pgpFirst && strings.IndexByte("\x01\x02\x03\x10\x11\x13\x16\x19\x1a\x1b\x1c", body[5]) >= 0
}

// pgpFirst is the year 1996, in seconds since 1970: no key of version 4 is older.
const pgpFirst = 820454400

func (k openPGPKey) Check(secret string) Result {
	if !k.Begins(secret[:min(len(secret), StoreHead)]) {
		return Result{}
	}
	data := []byte(secret)
	body, rest, whole := pgpCut(data)
	if !whole || !pgpFollows(rest) {
		return Result{}
	}
	if _, known := pgpUsage(body, body[0], pgpNumbers(body[0])); !known {
		return Result{}
	}
	switch facts := readPGP(data); facts.kind {
	case keyEncrypted:
		return Result{Verdict: Holds, Notes: []string{facts.what + ", encrypted"}, Mild: true}
	case keyPrivate:
		return Result{Verdict: Holds, Notes: []string{facts.what + ", unencrypted"}}
	case keyPublic:
		return Result{Verdict: Harmless, Notes: []string{facts.what}}
	}
	return Result{}
}

// pgpNumbers is where the public numbers begin in a secret key packet's body.
func pgpNumbers(version byte) int {
	if version == 4 {
		return 6
	}
	return 10
}

// pgpFollows tells whether what stands behind a key's packet is nothing, or a packet that belongs to a key: a signature, a user's
// name, a subkey, trust.
func pgpFollows(rest []byte) bool {
	if len(rest) == 0 {
		return true
	}
	tag := rest[0] & 0x3f
	if rest[0]&0x40 == 0 {
		tag >>= 2
	}
	return rest[0]&0x80 != 0 && strings.IndexByte("\x02\x05\x07\x0c\x0d\x0e\x11", tag) >= 0
}

// pgpCut takes the first packet, a secret key, off the front.
func pgpCut(data []byte) (body, rest []byte, ok bool) {
	body, whole, ok := pgpSecretKey(data)
	if !ok || !whole {
		return nil, nil, false
	}
	head := 2
	if data[0] == 0x95 || data[0] == 0xc5 && data[1] >= 192 {
		head = 3
	}
	return body, data[head+len(body):], true
}

// Mend makes an RSA key without a passphrase.
func (k openPGPKey) Mend(secret string) (string, bool) {
	data := madePGP(900, seeded(secret))
	data[4] = 0x60 // a time of our days
	made := string(append(data, "\xb4\x0bdeploy <d@e"...))
	return made, k.Check(made).Verdict == Holds
}
