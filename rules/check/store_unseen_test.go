package check

import (
	"strings"
	"testing"
)

// TestJKSOfWhichAPartIsSeen holds that a key store of Java is told to hold no key only where all of it was read.
func TestJKSOfWhichAPartIsSeen(t *testing.T) {
	const head, digest = "\xfe\xed\xfe\xed\x00\x00\x00\x02", "01234567890123456789"
	const entry = "\x00\x00\x00\x02\x00\x01a\x00\x00\x00\x00\x00\x00\x00\x00\x00\x05X.509\x00\x00\x00\x030\x01\x00"
	for _, c := range []struct {
		name, data string
		harmless   bool
	}{
		{"a certificate", head + "\x00\x00\x00\x01" + entry + digest, true},
		{"more behind it", head + "\x00\x00\x00\x01" + entry + entry + digest, false},
		{"fewer than are told", head + "\x00\x00\x00\x02" + entry + digest, false},
		{"an unknown kind", head + "\x00\x00\x00\x01" + strings.Replace(entry, "\x00\x00\x00\x02", "\x00\x00\x00\x09", 1) + digest, false},
		{"a negative number", head + "\xff\xff\xff\xff" + entry + digest, false},
	} {
		if r := (javaKeyStore{}).Check(c.data); (r.Verdict == Harmless) != c.harmless {
			t.Errorf("JKS, %s: %+v", c.name, r)
		}
	}
}

// TestPKCS12OfWhichAPartIsSeen holds the same of PKCS#12, whose keys may stand behind a MiB of certificates.
func TestPKCS12OfWhichAPartIsSeen(t *testing.T) {
	const certificates = "\x01\xa0\x80 certificates, and no more than that"
	inner := appendDER(nil, derSequence, []byte(oidPKCS7+certificates))
	whole := string(appendDER(nil, derSequence, []byte{derInteger, 1, 3}, inner))
	long := string(appendDER(nil, derSequence, []byte{derInteger, 1, 3}, appendDER(nil, derSequence, []byte(oidPKCS7+certificates), make([]byte, 2*StoreSize))))
	open := "\x30\x80\x02\x01\x03\x30\x80" + oidPKCS7 + certificates
	for _, c := range []struct {
		name, data string
		verdict    Verdict
	}{
		{"all of it", whole, Harmless},
		{"its end is missing", whole[:len(whole)-1], Unknown},
		{"a MiB of two", long[:StoreSize], Unknown},
		{"of indefinite length", open + "\x00\x00\x00\x00", Harmless},
		{"of indefinite length, cut", open, Unknown},
	} {
		if r := (pkcs12{}).Check(c.data); r.Verdict != c.verdict {
			t.Errorf("PKCS#12, %s: %+v", c.name, r)
		}
	}
}

// TestPKCS12OfSecretKeys: a secret key is sealed as a private key is, in a bag of its own.
func TestPKCS12OfSecretKeys(t *testing.T) {
	const begin = "\x30\x80\x02\x01\x03\x30\x80" + oidPKCS7 + "\x01\xa0\x80"
	const secret, key = oidSecretBag + "\xa0\x30\x30\x2e" + oidShroudedKey, oidShroudedKey + "\xa0\x30"
	for data, want := range map[string]string{
		secret:             "PKCS#12 with secret keys, encrypted",
		secret + secret:    "PKCS#12 with secret keys, encrypted",
		secret + key:       "PKCS#12 with 1 private key, encrypted",
		secret + key + key: "PKCS#12 with 2 private keys, encrypted",
	} {
		r := (pkcs12{}).Check(begin + data + strings.Repeat("x", 60))
		if r.Verdict != Holds || r.Notes[0] != want {
			t.Errorf("PKCS#12: %+v, want %q", r, want)
		}
	}
}
