package check

import (
	"strings"
)

// bitcoinWallet knows the wallets of Bitcoin Core and its descendants: wallet.dat in Berkeley DB's trees, and as an
// SQLite database, which the network's magic number marks. A wallet without keys is harmless. Sources: bitcoin/bitcoin, src/wallet/walletdb.cpp
// (namespace DBKeys) and sqlite.cpp; Berkeley DB, dbinc/db_page.h (DB_BTREEMAGIC).
type bitcoinWallet struct{}

func (bitcoinWallet) Name() string { return "bitcoin-wallet" }

// First implements Store.
func (bitcoinWallet) First() string { return "\x00" + sqliteMagic[:1] }

// Begins implements Store.
func (bitcoinWallet) Begins(head string) bool {
	if len(head) < 72 {
		return false
	}
	if strings.HasPrefix(head, sqliteMagic) {
		return head[68:72] != "\x00\x00\x00\x00"
	}
	if !strings.HasPrefix(head, "\x00\x00\x00\x00") { // the first page, written before any log or in its first file
		return false
	}
	return head[12:16] == "\x62\x31\x05\x00" || head[12:16] == "\x00\x05\x31\x62"
}

func (k bitcoinWallet) Check(secret string) Result {
	if !k.Begins(secret[:min(len(secret), StoreHead)]) {
		return Result{}
	}
	entry := func(name string) bool { return strings.Contains(secret, string(rune(len(name)))+name) }
	what := "Berkeley DB"
	if strings.HasPrefix(secret, sqliteMagic) {
		db, ok := openSQLite(secret)
		if !ok || !entry("walletdescriptor") {
			return Result{}
		}
		if _, has := db.count("main"); !has {
			return Result{}
		}
		what = "SQLite"
	} else if !entry("minversion") && !entry("defaultkey") && !entry("bestblock") && !entry("bestblock_nomerkle") && !entry("walletdescriptor") {
		return Result{}
	}
	switch {
	case entry("mkey"), entry("ckey"), entry("walletdescriptorckey"):
		return encryptedStore(what)
	case entry("key"), entry("wkey"), entry("hdchain"), entry("walletdescriptorkey"):
		return structured(what + ", unencrypted")
	}
	if len(secret) >= StoreSize {
		return Result{} // there may be one behind what is seen
	}
	return Result{Verdict: Harmless, Notes: []string{"a wallet without a key"}}
}

// Mend makes the beginning of a wallet.dat.
func (k bitcoinWallet) Mend(secret string) (string, bool) {
	rng := seeded(secret)
	made := strings.Repeat("\x00", 12) + "\x62\x31\x05\x00" + strings.Repeat("\x00", 200) + "\x0aminversion" + string(randomBytes(rng, 4)) + "\x03key\x21" + string(randomBytes(rng, 250))
	return made, k.Check(made).Verdict == Holds
}
