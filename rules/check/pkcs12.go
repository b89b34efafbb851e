package check

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
)

// pkcs12 knows PKCS#12 files (PFX): what Windows, Java and browsers keep keys in. What is in the open tells how many keys there are:
// they stand, encrypted each for itself, outside the encrypted part, which holds the certificates.
// A file without them is a trust store, and harmless where all of it was read. Source: RFC 7292.
type pkcs12 struct{}

func (pkcs12) Name() string { return "pkcs12" }

// First implements Store.
func (pkcs12) First() string { return "\x30" }

// The object identifiers, in DER, that tell.
const (
	oidPKCS7       = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07" // and 1, data, or 2, signed data
	oidShroudedKey = "\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x02"
	oidKeyBag      = "\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x01"
	oidSecretBag   = "\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x05"
	oidName        = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x14\x31"
	oidPBES2       = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d"
	oidPKCS12PBE   = "\x06\x0a\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01"
)

// Begins implements Store: a sequence of the version, 3, and a sequence that begins with an object identifier of PKCS#7, in
// definite or indefinite form.
func (pkcs12) Begins(head string) bool {
	rest, ok := openSequence(head)
	if !ok || !strings.HasPrefix(rest, "\x02\x01\x03") {
		return false
	}
	rest, ok = openSequence(rest[3:])
	return ok && len(rest) > len(oidPKCS7) && strings.HasPrefix(rest, oidPKCS7) && (rest[len(oidPKCS7)] == 1 || rest[len(oidPKCS7)] == 2)
}

// openSequence takes the tag and the length of a sequence off the front.
func openSequence(text string) (rest string, ok bool) {
	if len(text) < 2 || text[0] != derSequence {
		return "", false
	}
	size := 2
	if text[1] > 0x80 {
		size += int(text[1] & 0x7f)
	}
	if size > 2+4 || len(text) < size {
		return "", false
	}
	return text[size:], true
}

// wholeSequence tells whether the sequence at the front of data ends in it. One of indefinite length ends with two zeros.
func wholeSequence(data string) bool {
	rest, ok := openSequence(data)
	if !ok {
		return false
	}
	if data[1] == 0x80 {
		return strings.HasSuffix(data, "\x00\x00")
	}
	size := int(data[1])
	if size > 0x80 {
		size = 0
		for _, b := range []byte(data[2 : len(data)-len(rest)]) {
			size = size<<8 | int(b)
		}
	}
	return size <= len(rest)
}

func (k pkcs12) Check(secret string) Result {
	data := storeBytes(k, secret)
	if data == "" {
		return noStore(secret)
	}
	if r := k.read(data); r.Verdict != Unknown {
		return r
	}
	return noStore(secret)
}

// read judges a store's bytes.
func (k pkcs12) read(data string) Result {
	plain, secrets := strings.Count(data, oidKeyBag), strings.Count(data, oidSecretBag)
	closed := max(strings.Count(data, oidShroudedKey)-secrets, 0) // what Java keeps in a secret's bag is sealed as a private key is
	name := about("alias", friendlyName(data))
	switch {
	case plain > 0:
		return structured(fmt.Sprintf("PKCS#12 with %s, unencrypted", counted(plain, "private key")), name)
	case closed > 0:
		what := fmt.Sprintf("PKCS#12 with %s", counted(closed, "private key"))
		if by := pbeName(data[strings.Index(data, oidShroudedKey):]); by != "" {
			what += ", " + by
		}
		return encryptedStore(what, name)
	case secrets > 0:
		return encryptedStore("PKCS#12 with secret keys", name)
	case !wholeSequence(data):
		return Result{}
	}
	return Result{Verdict: Harmless, Notes: []string{"PKCS#12 without a private key in the open"}}
}

// pbeName names the first encryption by a password.
func pbeName(data string) string {
	newer, older := strings.Index(data, oidPBES2), strings.Index(data, oidPKCS12PBE)
	switch {
	case newer >= 0 && (older < 0 || newer < older):
		return "PBES2"
	case older >= 0 && older+len(oidPKCS12PBE) < len(data):
		switch data[older+len(oidPKCS12PBE)] {
		case 1, 2:
			return "RC4"
		case 3, 4:
			return "3DES"
		case 5, 6:
			return "RC2"
		}
	}
	return ""
}

// friendlyName returns the first name that is given to something, an attribute of PKCS#9.
func friendlyName(data string) string {
	_, rest, ok := strings.Cut(data, oidName)
	if !ok || len(rest) < 3 || rest[1] != 0x1e || int(rest[2]) > len(rest)-3 || rest[2] >= 0x80 {
		return ""
	}
	text := []byte(rest[3 : 3+int(rest[2])])
	var units []uint16
	for ; len(text) >= 2; text = text[2:] {
		units = append(units, binary.BigEndian.Uint16(text))
	}
	return string(utf16.Decode(units))
}

// Mend makes a file with one key.
func (k pkcs12) Mend(secret string) (string, bool) {
	rng := seeded(secret)
	pbe := appendDER(nil, derSequence, []byte(oidPBES2), appendDER(nil, derSequence))
	key := appendDER(nil, derSequence, pbe, appendDER(nil, derOctets, randomBytes(rng, 320)))
	bag := appendDER(nil, derSequence, []byte(oidShroudedKey), appendDER(nil, 0xa0, key))
	data := []byte(oidPKCS7 + "\x01")
	inner := appendDER(nil, derSequence, data, appendDER(nil, 0xa0, appendDER(nil, derOctets, appendDER(nil, derSequence, bag))))
	outer := appendDER(nil, derSequence, data, appendDER(nil, 0xa0, appendDER(nil, derOctets, appendDER(nil, derSequence, inner))))
	return madeStore(k, secret, appendDER(nil, derSequence, []byte{derInteger, 1, 3}, outer))
}
