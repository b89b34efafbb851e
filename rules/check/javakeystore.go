package check

import (
	"crypto/sha1"
	"encoding/binary"
	"fmt"
)

// javaKeyStore knows the key stores of Java's own providers, JKS and JCEKS. Those that hold
// nothing but certificates are trust stores, and harmless. Source: OpenJDK,
// sun.security.provider.JavaKeyStore.engineStore and com.sun.crypto.provider.JceKeyStore.engineStore.
type javaKeyStore struct{}

func (javaKeyStore) Name() string { return "java-keystore" }

// First implements Store.
func (javaKeyStore) First() string { return "\xfe\xce" }

// Begins implements Store.
func (javaKeyStore) Begins(head string) bool {
	return len(head) >= 12 && (head[:4] == "\xfe\xed\xfe\xed" || head[:4] == "\xce\xce\xce\xce") && head[4:7] == "\x00\x00\x00" && (head[7] == 1 || head[7] == 2)
}

// The kinds of entries.
const (
	javaKey         = 1
	javaCertificate = 2
	javaSecret      = 3 // JCEKS only: a sealed object, whose length nothing tells
)

// leastSealed is the smallest length in bytes of an encrypted private key: its algorithm, a salt and a key.
const leastSealed = 40

func (k javaKeyStore) Check(secret string) Result {
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
func (k javaKeyStore) read(data string) Result {
	name := "JKS"
	if data[0] == 0xce {
		name = "JCEKS"
	}
	f := fields{data: data[4:], order: binary.BigEndian}
	version := f.int32()
	count := f.int32()
	var keys, secrets int
	first := ""
	n := 0
	for ; n < count && !f.short; n++ {
		kind, alias := f.int32(), f.text16()
		f.take(8) // a date
		if f.short || kind < javaKey || kind > javaSecret {
			break
		}
		if kind != javaCertificate && first == "" {
			first = alias
		}
		switch kind {
		case javaKey:
			if key := f.text32(); len(key) < leastSealed || key[0] != derSequence {
				return Result{}
			}
			keys++
			for chain := f.int32(); chain > 0 && !f.short; chain-- {
				javaCert(&f, version)
			}
		case javaCertificate:
			javaCert(&f, version)
		case javaSecret:
			secrets++
			f.short = true
		}
	}
	switch {
	case keys+secrets > 0 && secrets == 0:
		return encryptedStore(fmt.Sprintf("%s with %s", name, counted(keys, "private key")), about("alias", first))
	case keys+secrets > 0:
		return encryptedStore(name+" with secret keys", about("alias", first))
	case f.short, n != count, len(f.data) != sha1.Size: // its end is not here, or it is something else: a digest ends it
		return Result{}
	}
	return Result{Verdict: Harmless, Notes: []string{name + " of certificates alone"}}
}

// javaCert takes a certificate.
func javaCert(f *fields, version int) {
	if version == 2 {
		f.text16() // "X.509"
	}
	f.text32()
}

// Mend makes a JKS with one key.
func (k javaKeyStore) Mend(secret string) (string, bool) {
	rng := seeded(secret)
	data := []byte("\xfe\xed\xfe\xed\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x01\x00\x06deploy\x00\x00\x01\x90")
	data = append(data, randomBytes(rng, 4)...)
	data = javaSized(data, append([]byte("\x30\x82\x01\x00\x30\x0e\x06\x0a\x2b\x06\x01\x04\x01\x2a\x02\x11\x01\x01\x05\x00\x04\x81\xec"), randomBytes(rng, 236)...))
	data = append(data, "\x00\x00\x00\x01\x00\x05X.509"...)
	data = javaSized(data, randomBytes(rng, 300))
	return madeStore(k, secret, append(data, randomBytes(rng, 20)...))
}

// javaSized appends a text with its length before it.
func javaSized(out, text []byte) []byte {
	return append(binary.BigEndian.AppendUint32(out, uint32(len(text))), text...) //nolint:gosec // short
}
