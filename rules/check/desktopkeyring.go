package check

import (
	"encoding/binary"
	"strings"
)

// desktopKeyring knows the stores of passwords of desktops: GNOME's keyrings, KDE's wallets and macOS's
// keychains. Sources: gnome-keyring, pkcs11/secret-store/gkm-secret-binary.c; kwallet, src/runtime/kwalletd/backend
// (KWMAGIC); Apple, Security, libsecurity_filedb (AppleDatabase.h, "kych").
type desktopKeyring struct{}

func (desktopKeyring) Name() string { return "desktop-keyring" }

// First implements Store.
func (desktopKeyring) First() string { return "GKk" }

const (
	gnomeKeyring = "GnomeKeyring\n\r\x00\n"
	kdeWallet    = "KWALLET\n\r\x00\r\n"
	macKeychain  = "kych\x00\x01\x00\x00\x00\x00\x00\x10"
)

// leastKeyring is how many bytes the header of any of them takes at least, with salt, tables or digests.
const leastKeyring = 80

// Begins implements Store.
func (desktopKeyring) Begins(head string) bool {
	return strings.HasPrefix(head, gnomeKeyring) || strings.HasPrefix(head, kdeWallet) || strings.HasPrefix(head, macKeychain)
}

func (k desktopKeyring) Check(secret string) Result {
	switch {
	case len(secret) < leastKeyring:
	case strings.HasPrefix(secret, gnomeKeyring):
		f := fields{data: secret[len(gnomeKeyring):], order: binary.BigEndian}
		f.take(4) // version, algorithms
		name := f.text32()
		if f.short {
			return Result{}
		}
		return encryptedStore("GNOME keyring", about("called", name))
	case strings.HasPrefix(secret, kdeWallet):
		return encryptedStore("KDE wallet")
	case strings.HasPrefix(secret, macKeychain):
		return encryptedStore("macOS keychain")
	}
	return Result{}
}

// Mend makes a keyring.
func (k desktopKeyring) Mend(secret string) (string, bool) {
	rng := seeded(secret)
	made := gnomeKeyring + "\x00\x00\x00\x00\x00\x00\x00\x05login" + string(randomBytes(rng, 200))
	return made, k.Check(made).Verdict == Holds
}
