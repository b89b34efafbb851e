package check

import (
	"encoding/binary"
	"fmt"
)

// bouncyCastle knows the key stores of Bouncy Castle: BKS, which Android reads, and UBER, which is the same
// encrypted as a whole. Source: bcgit/bc-java, jcajce.provider.keystore.bc.BcKeyStoreSpi.
type bouncyCastle struct{}

func (bouncyCastle) Name() string { return "bouncycastle" }

// First implements Store.
func (bouncyCastle) First() string { return "\x00" }

// bouncySalt is how long the salt is, in bytes.
const bouncySalt = 20

// Begins implements Store.
func (bouncyCastle) Begins(head string) bool {
	if len(head) < 8+bouncySalt+5 || head[:3] != "\x00\x00\x00" || head[3] > 2 || head[4:8] != "\x00\x00\x00\x14" {
		return false
	}
	rounds := binary.BigEndian.Uint32([]byte(head[8+bouncySalt:]))
	return rounds >= 1024 && rounds < 1<<16
}

// The kinds of entries.
const (
	bouncyEnd = iota
	bouncyCertificate
	bouncyKey
	bouncySecret
	bouncySealed
)

func (k bouncyCastle) Check(secret string) Result {
	data := storeBytes(k, secret)
	if data == "" {
		return unproven(noStore(secret))
	}
	if r := k.read(data); r.Verdict != Unknown {
		return r
	}
	return unproven(noStore(secret))
}

// read judges a store's bytes.
func (k bouncyCastle) read(data string) Result {
	f := fields{data: data[8+bouncySalt+4:], order: binary.BigEndian}
	keys, first := 0, ""
	for !f.short {
		kind := f.uint8()
		if kind == bouncyEnd && !f.short {
			if keys == 0 && len(f.data) <= bouncySalt { // a MAC of SHA-1, or none
				return Result{Verdict: Harmless, Notes: []string{"BKS of certificates alone"}}
			}
			break
		}
		alias := f.text16()
		f.take(8) // a date
		for chain := f.int32(); chain > 0 && !f.short; chain-- {
			f.text16()
			f.text32()
		}
		if f.short || kind > bouncySealed {
			break
		}
		switch kind {
		case bouncyCertificate:
			f.text16()
			f.text32()
			continue
		case bouncyKey:
			f.uint8()
			f.text16()
			f.text16()
			f.text32()
		default:
			f.text32()
		}
		if keys++; first == "" {
			first = alias
		}
	}
	switch {
	case keys > 0:
		return encryptedStore(fmt.Sprintf("BKS with %s", counted(keys, "key")), about("alias", first))
	case data[3] <= 1 && (len(data)-8-bouncySalt-4)%16 == 0 && len(data) < StoreSize:
		return encryptedStore("UBER") // in blocks of Twofish
	}
	return Result{}
}

// Mend makes a BKS with one sealed key.
func (k bouncyCastle) Mend(secret string) (string, bool) {
	rng := seeded(secret)
	data := append([]byte("\x00\x00\x00\x02\x00\x00\x00\x14"), randomBytes(rng, bouncySalt)...)
	data = append(data, "\x00\x00\x06\x01\x04\x00\x06deploy\x00\x00\x01\x90"...)
	data = append(append(data, randomBytes(rng, 4)...), 0, 0, 0, 0)
	data = append(javaSized(data, randomBytes(rng, 300)), 0)
	return madeStore(k, secret, append(data, randomBytes(rng, 20)...))
}
