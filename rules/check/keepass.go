package check

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// keePass knows the databases of KeePass: KDB of version 1, KDBX of version 2 and its successors.
// Sources: keepass.info/help/kb/kdbx.html and kdbx_4.html; for KDB and the signatures KeePass's own
// KdbxFile.cs (FileSignature…) and KDB header (PW_DBHEADER).
type keePass struct{}

func (keePass) Name() string { return "keepass" }

// First implements Store.
func (keePass) First() string { return kdbxMagic[:1] }

// kdbxMagic begins all of them; a second one tells the versions apart.
const kdbxMagic = "\x03\xd9\xa2\x9a"

// Begins implements Store.
func (keePass) Begins(head string) bool {
	return len(head) >= 24 && strings.HasPrefix(head, kdbxMagic) && head[4] >= 0x65 && head[4] <= 0x67 && head[5:8] == "\xfb\x4b\xb5"
}

func (k keePass) Check(secret string) Result {
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
func (k keePass) read(data string) Result {
	f := fields{data: data[8:], order: binary.LittleEndian}
	if data[4] == 0x65 {
		f.take(4) // flags
		version := f.int32()
		f.take(16 + 16)
		groups, entries := f.int32(), f.int32()
		f.take(32)
		if f.short || version>>8 != 0x300 || groups < 0 || entries < 0 {
			return Result{}
		}
		return encryptedStore("KDB 1", entriesOf(entries))
	}
	minor, major := f.uint16(), f.uint16()
	kdf := keePassKDF(&f, major)
	if kdf == "" || major < 1 || major > 9 {
		return Result{}
	}
	return encryptedStore(fmt.Sprintf("KDBX %d.%d, %s", major, minor, kdf))
}

// keePassKDF names what derives the key from the password, from the fields of the header; empty where none says so.
func keePassKDF(f *fields, major int) string {
	for !f.short {
		id := f.uint8()
		size := 0
		if major >= 4 {
			size = f.int32()
		} else {
			size = f.uint16()
		}
		value := f.take(size)
		switch {
		case f.short || id == 0:
			return ""
		case id == 6 && len(value) == 8:
			return fmt.Sprintf("AES-KDF of %d rounds", binary.LittleEndian.Uint64([]byte(value)))
		case id != 11:
		case strings.Contains(value, "\xef\x63\x6d\xdf\x8c\x29\x44\x4b\x91\xf7\xa9\xa4\x03\xe3\x0a\x0c"):
			return "Argon2d"
		case strings.Contains(value, "\x9e\x29\x8b\x19\x56\xdb\x47\x73\xb2\x3d\xfc\x3e\xc6\xf0\xa1\xe6"):
			return "Argon2id"
		case strings.Contains(value, "\xc9\xd9\xf3\x9a\x62\x8a\x44\x60\xbf\x74\x0d\x08\xc1\x8a\x4f\xea"):
			return "AES-KDF"
		default:
			return "another KDF"
		}
	}
	return ""
}

// Mend makes the header of a KDBX 3.1 and something behind it.
func (k keePass) Mend(secret string) (string, bool) {
	rng := seeded(secret)
	data := []byte(kdbxMagic + "\x67\xfb\x4b\xb5\x01\x00\x03\x00")
	data = append(append(data, 4, 32, 0), randomBytes(rng, 32)...)
	data = append(append(data, 5, 32, 0), randomBytes(rng, 32)...)
	data = append(data, 6, 8, 0, 0x60, 0xea, 0, 0, 0, 0, 0, 0, 0, 4, 0, '\r', '\n', '\r', '\n')
	return madeStore(k, secret, append(data, randomBytes(rng, 200)...))
}

// entriesOf says how many entries there are, which KDB's header tells without the key.
func entriesOf(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return itoa(n) + " entries"
}
