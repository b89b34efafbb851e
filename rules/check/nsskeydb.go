package check

import (
	"strings"
)

// nssKeyDB knows the key databases of Mozilla's NSS, in which Firefox and Thunderbird keep what opens their saved passwords, and servers their
// keys: key4.db (SQLite, since NSS 3.12) and key3.db (Berkeley DB 1.85). Without a primary password they are as good as
// open. A database without keys is harmless. Sources: nss, lib/softoken/sdb.c (tables nssPrivate, metaData) and
// lib/softoken/legacydb/keydb.c (global-salt, password-check).
type nssKeyDB struct{}

func (nssKeyDB) Name() string { return "nss-key-db" }

// First implements Store.
func (nssKeyDB) First() string { return sqliteMagic[:1] + berkeleyHash[:1] }

// berkeleyHash begins a hash table of Berkeley DB 1.85.
const berkeleyHash = "\x00\x06\x15\x61\x00\x00\x00\x02"

// Begins implements Store.
func (nssKeyDB) Begins(head string) bool {
	return strings.HasPrefix(head, sqliteMagic) || strings.HasPrefix(head, berkeleyHash)
}

func (k nssKeyDB) Check(secret string) Result {
	if strings.HasPrefix(secret, berkeleyHash) {
		if !strings.Contains(secret, "global-salt") {
			return Result{} // its certificates have the same form
		}
		return encryptedStore("NSS key3.db")
	}
	db, ok := openSQLite(secret)
	if !ok {
		return Result{}
	}
	switch rows, has := db.count("nssPrivate"); {
	case !has:
		return Result{}
	case rows == 0:
		return Result{Verdict: Harmless, Notes: []string{"NSS key4.db without a key"}}
	default:
		return encryptedStore("NSS key4.db with " + counted(rows, "key"))
	}
}

// Mend makes a key4.db with one key.
func (k nssKeyDB) Mend(secret string) (string, bool) {
	made := string(madeSQLite("nssPrivate", randomBytes(seeded(secret), 40)))
	return made, k.Check(made).Verdict == Holds
}
