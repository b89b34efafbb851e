package check

import (
	"strings"
)

// browserLogins knows the database in which browsers made of Chromium save passwords ("Login Data"). They are
// encrypted under a key of the account of the operating system; on Linux without a keyring under one that is published. One
// that holds no login is harmless. Source: chromium, components/password_manager/core/browser/password_store/login_database.cc.
type browserLogins struct{}

func (browserLogins) Name() string { return "browser-logins" }

// First implements Store.
func (browserLogins) First() string { return sqliteMagic[:1] }

// Begins implements Store.
func (browserLogins) Begins(head string) bool { return strings.HasPrefix(head, sqliteMagic) }

func (k browserLogins) Check(secret string) Result {
	db, ok := openSQLite(secret)
	if !ok || !strings.Contains(secret, "password_value") || !strings.Contains(secret, "signon_realm") {
		return Result{}
	}
	switch rows, has := db.count("logins"); {
	case !has:
		return Result{}
	case rows == 0:
		return Result{Verdict: Harmless, Notes: []string{"no saved login"}}
	default:
		return encryptedStore(counted(rows, "saved login"))
	}
}

// Mend makes a database with one login.
func (k browserLogins) Mend(secret string) (string, bool) {
	data := madeSQLite("logins", randomBytes(seeded(secret), 40))
	copy(data[1024+64:], "signon_realm password_value")
	return string(data), k.Check(string(data)).Verdict == Holds
}
