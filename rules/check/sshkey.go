package check

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/big"
)

// sshMagic begins OpenSSH's own private key format.
// Source: openssh-portable, PROTOCOL.key.
const sshMagic = "openssh-key-v1\x00"

// sshFields reads the length-prefixed strings of RFC 4251.
type sshFields struct{ data []byte }

func (f *sshFields) uint32() (uint32, bool) {
	if len(f.data) < 4 {
		return 0, false
	}
	n := binary.BigEndian.Uint32(f.data)
	f.data = f.data[4:]
	return n, true
}

func (f *sshFields) string() ([]byte, bool) {
	n, ok := f.uint32()
	if !ok || uint64(n) > uint64(len(f.data)) {
		return nil, false
	}
	s := f.data[:n]
	f.data = f.data[n:]
	return s, true
}

// readSSH recognises a private key in OpenSSH's format.
func readSSH(data []byte) keyFacts {
	body, ok := bytes.CutPrefix(data, []byte(sshMagic))
	if !ok {
		return keyFacts{}
	}
	f := sshFields{body}
	cipher, ok1 := f.string()
	_, ok2 := f.string()
	_, ok3 := f.string()
	count, ok4 := f.uint32()
	if !ok1 || !ok2 || !ok3 || !ok4 || count == 0 || len(cipher) == 0 {
		return keyFacts{kind: keyCut}
	}
	public, ok := f.string()
	if !ok {
		return keyFacts{kind: keyCut}
	}
	what := sshName(public)
	private, ok := f.string()
	switch {
	case !ok:
		return keyFacts{keyCut, what}
	case string(cipher) != "none":
		return keyFacts{keyEncrypted, what}
	case len(private) < 8 || !bytes.Equal(private[:4], private[4:8]):
		return keyFacts{keyBroken, what}
	}
	return keyFacts{keyPrivate, what}
}

// sshEnds tells whether a private key in OpenSSH's format ends where it says.
func sshEnds(data []byte) bool {
	f := sshFields{bytes.TrimPrefix(data, []byte(sshMagic))}
	for range 3 {
		_, _ = f.string()
	}
	count, ok := f.uint32()
	for i := uint32(0); ok && i <= count && i < 8; i++ {
		_, ok = f.string()
	}
	return ok && len(f.data) == 0
}

// sshName names the kind of a public key.
func sshName(public []byte) string {
	f := sshFields{public}
	kind, _ := f.string()
	switch string(kind) {
	case "ssh-rsa":
		_, _ = f.string()
		n, _ := f.string()
		return fmt.Sprintf("RSA %d bits", new(big.Int).SetBytes(n).BitLen())
	case "ssh-dss":
		return "DSA"
	case "ssh-ed25519":
		return "Ed25519"
	case "ecdsa-sha2-nistp256":
		return "EC P-256"
	case "ecdsa-sha2-nistp384":
		return "EC P-384"
	case "ecdsa-sha2-nistp521":
		return "EC P-521"
	case "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com":
		return "handle of a security key"
	}
	return ""
}

// appendSSHString appends a length-prefixed string.
func appendSSHString(out, s []byte) []byte {
	return append(binary.BigEndian.AppendUint32(out, uint32(len(s))), s...)
}
