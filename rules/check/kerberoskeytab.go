package check

import (
	"encoding/binary"
	"strings"
)

// kerberosKeytab knows the files in which services keep their Kerberos keys. Nothing in them is encrypted. Source:
// MIT Kerberos, doc/formats/keytab_file_format.rst, version 2 of the format.
type kerberosKeytab struct{}

func (kerberosKeytab) Name() string { return "kerberos-keytab" }

// First implements Store.
func (kerberosKeytab) First() string { return keytabMagic[:1] }

const keytabMagic = "\x05\x02"

// Begins implements Store.
func (kerberosKeytab) Begins(head string) bool {
	return len(head) > 20 && strings.HasPrefix(head, keytabMagic) && (head[2] == 0 && head[3] == 0 || head[2] == 0xff)
}

func (k kerberosKeytab) Check(secret string) Result {
	if !k.Begins(secret[:min(len(secret), StoreHead)]) {
		return Result{}
	}
	f := fields{data: secret[2:], order: binary.BigEndian}
	keys, first := 0, ""
	for len(f.data) > 0 {
		size := f.int32()
		if size == 0 || f.short {
			break
		}
		record := f.take(max(size, -size))
		if size < 0 { // a hole
			continue
		}
		name, ok := keytabEntry(record)
		if !ok {
			break
		}
		if keys++; first == "" {
			first = name
		}
	}
	if keys == 0 {
		return Result{}
	}
	return structured(counted(keys, "key")+", unencrypted", about("principal", first))
}

// keytabEntry reads an entry and returns its principal.
func keytabEntry(record string) (principal string, ok bool) {
	f := fields{data: record, order: binary.BigEndian}
	components := f.uint16()
	realm := f.text16()
	if components < 1 || components > 8 || realm == "" {
		return "", false
	}
	names := make([]string, 0, components)
	for range components {
		names = append(names, f.text16())
	}
	f.take(4 + 4 + 1) // the name's type, a time, the key's version
	kind, key := f.uint16(), f.text16()
	if f.short || kind == 0 || kind > 100 || len(key) < 8 || len(key) > 64 {
		return "", false
	}
	for _, b := range []byte(realm + strings.Join(names, "")) {
		if b < ' ' {
			return "", false
		}
	}
	return strings.Join(names, "/") + "@" + realm, true
}

// Mend makes a keytab with one key.
func (k kerberosKeytab) Mend(secret string) (string, bool) {
	entry := "\x00\x02\x00\x07ACME.IO\x00\x04HTTP\x00\x0bweb.acme.io\x00\x00\x00\x01\x60\x00\x00\x00\x01\x00\x12\x00\x20" + string(randomBytes(seeded(secret), 32))
	made := keytabMagic + string(javaSized(nil, []byte(entry)))
	return made, k.Check(made).Verdict == Holds
}
