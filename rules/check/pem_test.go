package check

import (
	//lint:ignore SA1019 old keys are still in repositories
	"crypto/dsa"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	stdpem "encoding/pem"
	"fmt"
	"math/big"
	mathrand "math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

// block is a key made when the test runs, with what Check must say of it.
type block struct {
	name, text, note string
	verdict          Verdict
	mild             bool
}

func encode(t *testing.T, label string, der []byte, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return string(stdpem.EncodeToMemory(&stdpem.Block{Type: label, Bytes: der}))
}

func blocks(t *testing.T) []block {
	t.Helper()
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p8 := func(key any) string {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		return encode(t, "PRIVATE KEY", der, err)
	}
	sec1, errSEC1 := x509.MarshalECPrivateKey(ecKey)
	public, errPublic := x509.MarshalPKIXPublicKey(&rsaKey.PublicKey)
	openSSH, errSSH := ssh.MarshalPrivateKey(edKey, "me")
	if errSSH != nil {
		t.Fatal(errSSH)
	}
	openSSHRSA, errSSH := ssh.MarshalPrivateKey(rsaKey, "me")
	if errSSH != nil {
		t.Fatal(errSSH)
	}
	locked, errSSH := ssh.MarshalPrivateKeyWithPassphrase(edKey, "me", []byte("x"))
	if errSSH != nil {
		t.Fatal(errSSH)
	}
	//lint:ignore SA1019 it is what openssl writes
	legacy, errLegacy := x509.EncryptPEMBlock(rand.Reader, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey), []byte("x"), x509.PEMCipherAES256)
	if errLegacy != nil {
		t.Fatal(errLegacy)
	}
	var d dsa.PrivateKey
	d.P, d.Q, d.G = big.NewInt(0).Lsh(big.NewInt(3), 1022), big.NewInt(0).Lsh(big.NewInt(3), 158), big.NewInt(2)
	d.Y, d.X = big.NewInt(0).Lsh(big.NewInt(1), 1000), big.NewInt(0).Lsh(big.NewInt(1), 100)
	dsaDER, errDSA := asn1.Marshal([]*big.Int{big.NewInt(0), d.P, d.Q, d.G, d.Y, d.X})
	return []block{
		{"PKCS#1", encode(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey), nil), "RSA 2048 bits, unencrypted", Holds, false},
		{"PKCS#8 RSA", p8(rsaKey), "RSA 2048 bits, unencrypted", Holds, false},
		{"PKCS#8 EC", p8(ecKey), "EC P-256, unencrypted", Holds, false},
		{"PKCS#8 Ed25519", p8(edKey), "Ed25519, unencrypted", Holds, false},
		{"SEC 1", encode(t, "EC PRIVATE KEY", sec1, errSEC1), "EC P-256, unencrypted", Holds, false},
		{"DSA", encode(t, "DSA PRIVATE KEY", dsaDER, errDSA), "DSA 1024 bits, unencrypted", Holds, false},
		{"OpenSSH Ed25519", string(stdpem.EncodeToMemory(openSSH)), "Ed25519, unencrypted", Holds, false},
		{"OpenSSH RSA", string(stdpem.EncodeToMemory(openSSHRSA)), "RSA 2048 bits, unencrypted", Holds, false},
		{"OpenSSH locked", string(stdpem.EncodeToMemory(locked)), "Ed25519, encrypted", Holds, true},
		{"RFC 1421", string(stdpem.EncodeToMemory(legacy)), "encrypted", Holds, true},
		{"PGP", madeBlock("PGP PRIVATE KEY BLOCK", 900), "PGP, unencrypted", Holds, false},
		{"PBES2", madeBlock("ENCRYPTED PRIVATE KEY", 400), "encrypted", Holds, true},
		{"public key", encode(t, "PUBLIC KEY", public, errPublic), "public: public key", Harmless, false},
		{"public key under another label", encode(t, "PRIVATE KEY", public, errPublic), "public: public key", Harmless, false},
		{"certificate", encode(t, "CERTIFICATE", []byte("anything"), nil), "public: certificate", Harmless, false},
	}
}

func madeBlock(label string, size int) string {
	rng := mathrand.New(mathrand.NewPCG(1, uint64(size)))
	data, _ := madeKey(label, size, rng)
	return string(stdpem.EncodeToMemory(&stdpem.Block{Type: label, Bytes: data}))
}

// wrappings are the ways in which files hold a block. Each is given the block
// with line ends and without a last one.
func wrappings() map[string]func(string) string {
	eachLine := func(before, after string) func(string) string {
		return func(s string) string {
			return before + strings.ReplaceAll(s, "\n", after+"\n"+before) + after
		}
	}
	return map[string]func(string) string{
		"as it is":     func(s string) string { return s },
		"CRLF":         func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"JSON":         func(s string) string { return strings.ReplaceAll(s, "\n", `\n`) },
		"JSON CRLF":    func(s string) string { return strings.ReplaceAll(s, "\n", `\r\n`) },
		"JSON in JSON": func(s string) string { return strings.ReplaceAll(s, "\n", `\\n`) },
		"JSON slashes": func(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, "/", `\/`), "\n", `\n`) },
		"URL": func(s string) string {
			return strings.NewReplacer("\n", "%0A", "+", "%2B", "/", "%2F", "=", "%3D").Replace(s)
		},
		"YAML":              eachLine("    ", ""),
		"tabs":              eachLine("\t\t", "  "),
		"shell comment":     eachLine("# ", ""),
		"Go comment":        eachLine("// ", ""),
		"tight comment":     eachLine("//", ""),
		"Javadoc":           eachLine(" * ", ""),
		"patch added":       eachLine("+", ""),
		"patch removed":     eachLine("-", ""),
		"quotation":         eachLine("> ", ""),
		"Java strings":      eachLine(`    "`, `\n" +`),
		"Python strings":    eachLine(`    '`, `\n'`),
		"PHP strings":       eachLine(`    '`, `' . `),
		"list of strings":   eachLine(`  "`, `",`),
		"C continuation":    eachLine("", `\n\`),
		"spaces":            func(s string) string { return strings.ReplaceAll(s, "\n", " ") },
		"XML entities":      func(s string) string { return strings.ReplaceAll(s, "\n", "&#10;") },
		"without the end":   func(s string) string { s, _, _ = strings.Cut(s, "-----END"); return s },
		"text before after": func(s string) string { return `key = "` + s + `" # mine` },
	}
}

func TestPEM(t *testing.T) {
	for _, b := range blocks(t) {
		for how, wrap := range wrappings() {
			if b.name == "RFC 1421" && how == "tight comment" {
				continue // its empty line is no line then
			}
			text := wrap(strings.TrimSuffix(b.text, "\n"))
			// The rule's match begins with the first dash.
			text = text[strings.Index(text, "-----BEGIN"):]
			r := pem{}.Check(text)
			if r.Verdict != b.verdict || r.Mild != b.mild || strings.Join(r.Notes, "; ") != b.note {
				t.Errorf("%s, %s: %v %q mild=%v, want %v %q mild=%v", b.name, how, r.Verdict, r.Notes, r.Mild, b.verdict, b.note, b.mild)
			}
		}
	}
}

func TestPEMPieces(t *testing.T) {
	var whole string
	for _, b := range blocks(t) {
		if b.name == "PKCS#1" {
			whole = b.text
		}
	}
	lines := strings.Split(whole, "\n")
	const end = "\n-----END RSA PRIVATE KEY-----"
	head := lines[0] + "\n"
	for _, c := range []struct {
		name, text string
		want       Verdict
	}{
		{"dots", head + "..." + end, None},
		{"first characters", head + lines[1][:24] + "..." + end, Fails},
		{"first line and a snip", head + lines[1] + "\n<snip>" + end, Fails},
		{"words", head + "your private key here" + end, None},
		{"letters", head + strings.Repeat("x", 64) + end, Fails},
		{"nothing", head + end, None},
		{"random", head + strings.Repeat("Zk3"+"qP9", 100) + end, Fails},
		{"half", strings.Join(lines[:12], "\n"), Unknown},
		{"half and dots", strings.Join(lines[:12], "\n") + "\n..." + end, Unknown},
		{"three lines", strings.Join(lines[:4], "\n"), Unknown},
		{"another modulus", strings.Replace(whole, lines[2], changed(lines[2]), 1), Fails},
	} {
		if r := (pem{}).Check(c.text); r.Verdict != c.want {
			t.Errorf("%s: %v %q, want %v", c.name, r.Verdict, r.Notes, c.want)
		}
	}
}

// changed swaps the case of a line's letters.
func changed(line string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z':
			return r - 32
		case 'A' <= r && r <= 'Z':
			return r + 32
		}
		return r
	}, line)
}

func TestMendBlocks(t *testing.T) {
	labels := []string{"RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY", "OPENSSH PRIVATE KEY",
		"ENCRYPTED PRIVATE KEY", "PGP PRIVATE KEY BLOCK"}
	rng := mathrand.New(mathrand.NewPCG(1, 1))
	for i := range 1000 {
		label := labels[i%len(labels)]
		sep := []string{"\n", `\n`, ""}[rng.IntN(3)]
		text := fmt.Sprintf("-----BEGIN %s-----%s%s%s-----END %s-----", label, sep, randomText(rng, base64Both, 100+rng.IntN(3000)), sep, label)
		mended, ok := pem{}.Mend(text)
		if r := (pem{}).Check(mended); !ok || r.Verdict != Holds {
			t.Fatalf("%s: %+v", label, r)
		}
	}
	if _, ok := (pem{}).Mend("-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----"); ok {
		t.Error("a certificate can be mended")
	}
}
