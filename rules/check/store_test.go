package check

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/binary"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	stdpem "encoding/pem"
)

// all returns what every check of whole contents says of one: the results other than Unknown, by scheme.
func all(content string) map[string]Result {
	out := make(map[string]Result)
	for _, s := range Schemes() {
		store, ok := s.(Store)
		if !ok || content == "" || strings.IndexByte(store.First(), content[0]) < 0 || !store.Begins(content[:min(len(content), StoreHead)]) {
			continue
		}
		if r := s.Check(content[:min(len(content), StoreSize)]); r.Verdict != Unknown {
			out[s.Name()] = r
		}
	}
	return out
}

// expect holds that one scheme knows a content, and what it says; scheme "" stands for none.
func expect(t *testing.T, name, content, scheme string, verdict Verdict, notes ...string) {
	t.Helper()
	got := all(content)
	r, ok := got[scheme]
	if scheme == "" && len(got) == 0 {
		return
	}
	if !ok || len(got) != 1 || r.Verdict != verdict || !slices.Equal(r.Notes, notes) {
		t.Errorf("%s: %v, want %s %v %q", name, got, scheme, verdict, notes)
	}
	if r.Verdict == Holds && r.Mild == strings.Contains(strings.Join(r.Notes, " "), "unencrypted") {
		t.Errorf("%s: mild=%v although %q", name, r.Mild, r.Notes)
	}
}

// TestBinaryKeys: keys as Go's own packages write them, and what else they write.
func TestBinaryKeys(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	fatal(t, err)
	ecKey, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	fatal(t, err)
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	fatal(t, err)
	sec1, err := x509.MarshalECPrivateKey(ecKey)
	fatal(t, err)
	openSSH, err := ssh.MarshalPrivateKey(edKey, "me")
	fatal(t, err)
	pkcs1 := string(x509.MarshalPKCS1PrivateKey(rsaKey))
	expect(t, "PKCS#1", pkcs1, "binary-key", Holds, "RSA 2048 bits, unencrypted")
	expect(t, "PKCS#1 and a line feed", pkcs1+"\n", "binary-key", Holds, "RSA 2048 bits, unencrypted")
	expect(t, "SEC 1", string(sec1), "binary-key", Holds, "EC P-384, unencrypted")
	expect(t, "OpenSSH", string(openSSH.Bytes), "binary-key", Holds, "Ed25519, unencrypted")
	for what, key := range map[string]any{"RSA 2048 bits": rsaKey, "EC P-384": ecKey, "Ed25519": edKey} {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		fatal(t, err)
		expect(t, "PKCS#8 "+what, string(der), "binary-key", Holds, what+", unencrypted")
		for n := range len(der) { // a piece is no key, and never a panic
			expect(t, "a piece", string(der[:n]), "", Unknown)
		}
	}
	changed := []byte(pkcs1)
	changed[40] ^= 1
	expect(t, "another modulus", string(changed), "binary-key", Fails, "RSA 2048 bits, its parts contradict each other")

	public, err := x509.MarshalPKIXPublicKey(&rsaKey.PublicKey)
	fatal(t, err)
	expect(t, "public key", string(public), "", Unknown)
	expect(t, "public key, PKCS#1", string(x509.MarshalPKCS1PublicKey(&rsaKey.PublicKey)), "", Unknown)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "x"}, NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &rsaKey.PublicKey, rsaKey)
	fatal(t, err)
	expect(t, "certificate", string(cert), "", Unknown)
	request, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: template.Subject}, rsaKey)
	fatal(t, err)
	expect(t, "request", string(request), "", Unknown)
	digest := appendDER(nil, derSequence, appendDER(nil, derSequence, appendDER(nil, derOID, []byte("\x60\x86\x48\x01\x65\x03\x04\x02\x01"))), appendDER(nil, derOctets, make([]byte, 32)))
	expect(t, "digest", string(digest), "", Unknown)
	snmp := appendDER(nil, derSequence, []byte{derInteger, 1, 1}, appendDER(nil, derOctets, []byte("a community of many words")), appendDER(nil, 0xa0, []byte{derInteger, 1, 1, derInteger, 1, 0}))
	expect(t, "message of SNMP", string(snmp), "", Unknown)
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// tools runs a program in a directory of the test's; the test is skipped where there is none of that name.
func tools(t *testing.T, names ...string) (dir string, run func(name string, args ...string)) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("there is no %s", name)
		}
	}
	dir = t.TempDir()
	return dir, func(name string, args ...string) {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GNUPGHOME="+dir)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Skipf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
		}
	}
}

func contentOf(t *testing.T, dir, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	fatal(t, err)
	return string(data)
}

// TestOpenSSLStores: what openssl writes.
func TestOpenSSLStores(t *testing.T) {
	t.Parallel()
	dir, run := tools(t, "openssl")
	run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "k.pem", "-out", "c.pem", "-subj", "/CN=x")
	run("openssl", "pkcs8", "-topk8", "-in", "k.pem", "-outform", "DER", "-out", "k8e", "-passout", "pass:x")
	run("openssl", "pkcs12", "-export", "-inkey", "k.pem", "-in", "c.pem", "-name", "hello", "-out", "p12", "-passout", "pass:x")
	run("openssl", "pkcs12", "-export", "-keypbe", "NONE", "-certpbe", "NONE", "-inkey", "k.pem", "-in", "c.pem", "-out", "open", "-passout", "pass:x")
	run("openssl", "pkcs12", "-export", "-nokeys", "-in", "c.pem", "-out", "trust", "-passout", "pass:x")
	run("openssl", "crl2pkcs7", "-nocrl", "-certfile", "c.pem", "-outform", "DER", "-out", "p7b")
	expect(t, "PKCS#8, encrypted", contentOf(t, dir, "k8e"), "binary-key", Holds, "encrypted")
	expect(t, "PKCS#12", contentOf(t, dir, "p12"), "pkcs12", Holds, "PKCS#12 with 1 private key, PBES2, encrypted", "alias hello")
	expect(t, "PKCS#12, open", contentOf(t, dir, "open"), "pkcs12", Holds, "PKCS#12 with 1 private key, unencrypted")
	expect(t, "PKCS#12 of certificates", contentOf(t, dir, "trust"), "pkcs12", Harmless, "PKCS#12 without a private key in the open")
	expect(t, "PKCS#7", contentOf(t, dir, "p7b"), "", Unknown)
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding} {
		text := encoding.EncodeToString([]byte(contentOf(t, dir, "p12")))
		for _, text := range []string{text, wrapped(text, "\n"), wrapped(text, "\r\n    "), wrapped(text, `\n`)} {
			if r := (pkcs12{}).Check(text); r.Verdict != Holds || !r.Mild {
				t.Errorf("PKCS#12 in base64: %v", r)
			}
		}
	}
}

// wrapped breaks a text into lines of 76 characters.
func wrapped(text, end string) string {
	var out strings.Builder
	for len(text) > 76 {
		out.WriteString(text[:76] + end)
		text = text[76:]
	}
	return out.String() + text
}

// TestKeytoolStores: what Java's keytool writes.
func TestKeytoolStores(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	dir, run := tools(t, "keytool")
	store := func(name, kind string, args ...string) {
		run("keytool", append(args, "-storetype", kind, "-keystore", name, "-storepass", "changeit", "-noprompt")...)
	}
	key := []string{"-genkeypair", "-alias", "tomcat", "-keyalg", "EC", "-dname", "CN=x", "-keypass", "changeit"}
	store("jks", "JKS", key...)
	store("jks", "JKS", "-genkeypair", "-alias", "other", "-keyalg", "EC", "-dname", "CN=y", "-keypass", "changeit")
	store("jceks", "JCEKS", key...)
	store("secret", "JCEKS", "-genseckey", "-alias", "hmac", "-keyalg", "AES", "-keysize", "256")
	store("p12", "PKCS12", key...)
	run("keytool", "-exportcert", "-alias", "tomcat", "-keystore", "jks", "-storepass", "changeit", "-file", "c")
	store("trust", "JKS", "-importcert", "-alias", "ca", "-file", "c")
	store("trust12", "PKCS12", "-importcert", "-alias", "ca", "-file", "c")
	jks := contentOf(t, dir, "jks")
	if r := all(jks)["java-keystore"]; r.Verdict != Holds || r.Notes[0] != "JKS with 2 private keys, encrypted" {
		t.Errorf("JKS: %v", r)
	}
	expect(t, "JCEKS", contentOf(t, dir, "jceks"), "java-keystore", Holds, "JCEKS with 1 private key, encrypted", "alias tomcat")
	expect(t, "JCEKS of a secret key", contentOf(t, dir, "secret"), "java-keystore", Holds, "JCEKS with secret keys, encrypted", "alias hmac")
	expect(t, "PKCS#12", contentOf(t, dir, "p12"), "pkcs12", Holds, "PKCS#12 with 1 private key, PBES2, encrypted", "alias tomcat")
	expect(t, "JKS of certificates", contentOf(t, dir, "trust"), "java-keystore", Harmless, "JKS of certificates alone")
	expect(t, "PKCS#12 of certificates", contentOf(t, dir, "trust12"), "pkcs12", Harmless, "PKCS#12 without a private key in the open")
	expect(t, "certificate", contentOf(t, dir, "c"), "", Unknown)
	for n := range len(jks) {
		for scheme, r := range all(jks[:n]) {
			if r.Verdict == Harmless {
				t.Fatalf("%s calls the first %d bytes of a JKS harmless", scheme, n)
			}
		}
	}
}

// TestGnuPGStores: what gpg writes.
func TestGnuPGStores(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	dir, run := tools(t, "gpg", "gpgconf")
	defer run("gpgconf", "--kill", "all")
	quiet := []string{"--batch", "--pinentry-mode", "loopback", "--passphrase"}
	run("gpg", append(quiet, "", "--quick-gen-key", "a@b", "rsa2048")...)
	run("gpg", append(quiet, "x", "--quick-gen-key", "c@d", "ed25519")...)
	run("gpg", append(quiet, "", "-o", "rsa", "--export-secret-keys", "a@b")...)
	run("gpg", append(quiet, "x", "-o", "ed", "--export-secret-keys", "c@d")...)
	run("gpg", "--batch", "-o", "public", "--export")
	expect(t, "RSA", contentOf(t, dir, "rsa"), "openpgp-key", Holds, "PGP, unencrypted")
	expect(t, "Ed25519", contentOf(t, dir, "ed"), "openpgp-key", Holds, "PGP, encrypted")
	expect(t, "public", contentOf(t, dir, "public"), "", Unknown)
	files, _ := filepath.Glob(filepath.Join(dir, "private-keys-v1.d", "*.key"))
	if len(files) != 2 {
		t.Fatalf("%d keys", len(files))
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		fatal(t, err)
		if _, text, ok := bytes.Cut(data, []byte("Key: ")); ok {
			data = text
		}
		if r := (gnupgKey{}).Check(string(data)); r.Verdict != Holds {
			t.Errorf("%.40q: %v", data, r)
		}
	}
}

// TestSQLiteStores: databases that sqlite3 writes with the tables of NSS and Chromium.
func TestSQLiteStores(t *testing.T) {
	dir, run := tools(t, "sqlite3")
	const nss = "create table metaData(id primary key unique on conflict replace,item1,item2); create table nssPrivate(id primary key unique on conflict abort,a0);"
	const logins = "create table meta(key); create table logins(origin_url varchar not null,username_value varchar,password_value blob,signon_realm varchar not null);"
	const many = "with recursive n(i) as (select 1 union all select i+1 from n where i<3000) insert into logins select 'https://a','u',randomblob(60),'r' from n;"
	run("sqlite3", "key4", nss+"insert into nssPrivate values(1,x'00'),(2,x'00');")
	run("sqlite3", "empty4", nss)
	run("sqlite3", "logins", "pragma page_size=512;"+logins+many)
	run("sqlite3", "nologins", logins)
	run("sqlite3", "other", "create table t(password_value, signon_realm); insert into t values(1,2);")
	run("sqlite3", "wallet", "pragma application_id=-104540711; create table main(key blob primary key not null, value blob not null);"+
		"insert into main values(cast(x'10' as blob) || cast('walletdescriptor' as blob) || x'01', x'00'), (x'13' || cast('walletdescriptorkey' as blob) || x'01', x'00');")
	expect(t, "descriptor wallet", contentOf(t, dir, "wallet"), "bitcoin-wallet", Holds, "SQLite, unencrypted")
	expect(t, "key4.db", contentOf(t, dir, "key4"), "nss-key-db", Holds, "NSS key4.db with 2 keys, encrypted")
	expect(t, "key4.db, empty", contentOf(t, dir, "empty4"), "nss-key-db", Harmless, "NSS key4.db without a key")
	expect(t, "Login Data", contentOf(t, dir, "logins"), "browser-logins", Holds, "3000 saved logins, encrypted")
	expect(t, "Login Data, empty", contentOf(t, dir, "nologins"), "browser-logins", Harmless, "no saved login")
	expect(t, "another database", contentOf(t, dir, "other"), "", Unknown)
}

// TestWrittenStores: heads of formats that no tool at hand writes, put together by their specifications.
func TestWrittenStores(t *testing.T) {
	rng := seeded("stores")
	random := func(n int) string { return string(randomBytes(rng, n)) }
	le32 := func(n uint32) string { return string(binary.LittleEndian.AppendUint32(nil, n)) }
	argon := "\x00\x01\x42\x05\x00\x00\x00$UUID\x10\x00\x00\x00\xef\x63\x6d\xdf\x8c\x29\x44\x4b\x91\xf7\xa9\xa4\x03\xe3\x0a\x0c\x00"
	kdbx4 := "\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5\x00\x00\x04\x00" + "\x02" + le32(16) + random(16) + "\x04" + le32(32) + random(32) + "\x0b" + le32(uint32(len(argon))) + argon + "\x00" + le32(4) + "\r\n\r\n" + random(300)
	kdb := "\x03\xd9\xa2\x9a\x65\xfb\x4b\xb5\x03\x00\x00\x00\x03\x00\x03\x00" + random(32) + le32(4) + le32(7) + random(300)
	bks := func(entries string) string {
		return "\x00\x00\x00\x02\x00\x00\x00\x14" + random(20) + "\x00\x00\x06\x00" + entries + "\x00" + random(20)
	}
	cert := "\x01\x00\x02ca\x00\x00\x01\x90" + random(4) + "\x00\x00\x00\x00\x00\x05X.509\x00\x00\x00\x64" + random(100)
	for _, c := range []struct {
		name, content, scheme string
		verdict               Verdict
		notes                 []string
	}{
		{"KDBX 4", kdbx4, "keepass", Holds, []string{"KDBX 4.0, Argon2d, encrypted"}},
		{"KDB", kdb, "keepass", Holds, []string{"KDB 1, encrypted", "7 entries"}},
		{"the signature alone", kdbx4[:8], "", Unknown, nil},
		{"BKS", bks(cert + "\x04\x00\x03key\x00\x00\x01\x90" + random(4) + "\x00\x00\x00\x00\x00\x00\x00\x40" + random(64)), "bouncycastle", Holds, []string{"BKS with 1 key, encrypted", "alias key"}},
		{"BKS of certificates", bks(cert + cert), "bouncycastle", Harmless, []string{"BKS of certificates alone"}},
		{"UBER", "\x00\x00\x00\x01\x00\x00\x00\x14" + random(20) + "\x00\x00\x06\x00" + strings.Repeat("\x99", 16*30), "bouncycastle", Holds, []string{"UBER, encrypted"}},
		{"PKCS#12 of indefinite length", "\x30\x80\x02\x01\x03\x30\x80" + oidPKCS7 + "\x01\xa0\x80\x24\x80\x04\x82\x03\xe8" + random(20) + oidShroudedKey + random(300), "pkcs12", Holds, []string{"PKCS#12 with 1 private key, encrypted"}},
		{"an icon", "\x00\x00\x01\x00\x01\x00\x20\x20" + random(200), "", Unknown, nil},
		{"keytab", "\x05\x02\x00\x00\x00\x3e\x00\x01\x00\x07ACME.IO\x00\x04host\x00\x00\x00\x01\x60\x00\x00\x00\x02\x00\x12\x00\x20" + random(32), "kerberos-keytab", Holds, []string{"1 key, unencrypted", "principal host@ACME.IO"}},
		{"no keytab", "\x05\x02\x00\x00\x00\x39" + random(60), "", Unknown, nil},
		{"GNOME keyring", "GnomeKeyring\n\r\x00\n\x00\x00\x00\x00\x00\x00\x00\x05login" + random(80), "desktop-keyring", Holds, []string{"GNOME keyring, encrypted", "called login"}},
		{"KDE wallet", "KWALLET\n\r\x00\r\n\x00\x01\x00\x00" + random(80), "desktop-keyring", Holds, []string{"KDE wallet, encrypted"}},
		{"keychain", "kych\x00\x01\x00\x00\x00\x00\x00\x10\x00\x00\x00\x14" + random(80), "desktop-keyring", Holds, []string{"macOS keychain, encrypted"}},
		{"Password Safe", "PWS3" + random(32) + le32(262144) + random(300), "password-safe", Holds, []string{"PWS3, 262144 rounds, encrypted"}},
		{"a text on it", "PWS3 is the tag of the format, which is followed by a salt and so on and on", "", Unknown, nil},
		{"wallet, encrypted", strings.Repeat("\x00", 12) + "\x62\x31\x05\x00" + random(80) + "\x0aminversion" + random(8) + "\x04mkey" + random(60), "bitcoin-wallet", Holds, []string{"Berkeley DB, encrypted"}},
		{"another tree", strings.Repeat("\x00", 12) + "\x62\x31\x05\x00" + random(80) + "\x03key" + random(60), "", Unknown, nil},
		{"key3.db", "\x00\x06\x15\x61\x00\x00\x00\x02" + random(80) + "global-salt" + random(80), "nss-key-db", Holds, []string{"NSS key3.db, encrypted"}},
		{"cert8.db", "\x00\x06\x15\x61\x00\x00\x00\x02" + random(80), "", Unknown, nil},
		{"GnuPG, canonical", "(21:protected-private-key(3:rsa(1:n257:" + random(300), "gnupg-key", Holds, []string{"RSA, encrypted"}},
		{"GnuPG, on a card", "(20:shadowed-private-key(3:rsa(1:n257:" + random(300), "gnupg-key", Harmless, []string{"a key that is kept on a card"}},
		{"OpenPGP, a word", "\xc5\x81\xc3\xb3d\xc5\xba is a city in Poland", "", Unknown, nil},
	} {
		expect(t, c.name, c.content, c.scheme, c.verdict, c.notes...)
	}
}

// FuzzStores: whatever a content is, checks take it without a panic, and Begins asks for no more than what is there.
func FuzzStores(f *testing.F) {
	for _, s := range Schemes() {
		if _, ok := s.(Store); ok {
			made, _ := s.Mend("seed")
			f.Add(made[:72])
			f.Add(made)
			f.Add(made[:len(made)/2])
		}
	}
	f.Add(string(stdpem.EncodeToMemory(&stdpem.Block{Type: "X", Bytes: []byte("x")})))
	f.Fuzz(func(t *testing.T, content string) {
		for _, s := range Schemes() {
			store, ok := s.(Store)
			if !ok {
				continue
			}
			begins := store.Begins(content[:min(len(content), StoreHead)])
			if begins && strings.IndexByte(store.First(), content[0]) < 0 {
				t.Errorf("%s begins with a byte that it does not name: %q", s.Name(), content[0])
			}
			for _, n := range s.Check(content).Notes {
				if n == "" || strings.ContainsAny(n, "\n\r\t\x1b") {
					t.Errorf("%s: note %q", s.Name(), n)
				}
			}
		}
	})
}

// TestSQLiteMissingPages: of a database whose pages are not all there it is told what those say that are; where they show no row, nothing is.
func TestSQLiteMissingPages(t *testing.T) {
	const size = 1024
	made := madeSQLite("nssPrivate", randomBytes(seeded("pages"), 40))
	leaf := string(made[size:])
	root := make([]byte, size) // of two leaves: the third page, and the fourth behind it
	root[0], root[4], root[11] = sqliteInterior, 1, 4
	root[12], root[13] = (size-8)>>8, (size-8)&0xff
	root[size-5] = 3
	whole := string(made[:size]) + string(root) + leaf + leaf
	for _, c := range []struct {
		name, content string
		verdict       Verdict
		note          string
	}{
		{"all", whole, Holds, "NSS key4.db with 2 keys, encrypted"},
		{"the last is missing", whole[:3*size], Holds, "NSS key4.db with 1 key, encrypted"},
		{"half of the last is missing", whole[:4*size-1], Holds, "NSS key4.db with 1 key, encrypted"},
		{"both leaves are missing", whole[:2*size], Unknown, ""},
		{"an empty leaf, and a missing one", whole[:2*size] + "\x0d" + strings.Repeat("\x00", size-1), Unknown, ""},
		{"two empty leaves", whole[:2*size] + strings.Repeat("\x0d"+strings.Repeat("\x00", size-1), 2), Harmless, "NSS key4.db without a key"},
		{"the root is missing", whole[:size], Unknown, ""},
		{"the list of tables is cut", whole[:size-1], Unknown, ""},
		{"the root is none", whole[:size] + leaf[1:] + "\x00", Unknown, ""},
	} {
		if c.verdict == Unknown {
			expect(t, c.name, c.content, "", Unknown)
			continue
		}
		expect(t, c.name, c.content, "nss-key-db", c.verdict, c.note)
	}
}

// TestSQLiteCircles: pages that name each other take no more than a moment.
func TestSQLiteCircles(t *testing.T) {
	const size = 1 << 12
	data := make([]byte, 200*size)
	copy(data, sqliteMagic)
	data[16] = size >> 8
	for n := range 200 {
		page, body := data[n*size:(n+1)*size], 0
		if n == 0 {
			body = 100
		}
		page[body], page[body+3], page[body+4] = sqliteInterior, 7, 0
		page[body+11] = byte(n%199) + 2
		for i := range 7 << 8 {
			page[body+12+2*i], page[body+13+2*i] = byte((size-8)>>8), byte((size-8)&0xff)
		}
		page[size-5] = byte((n+1)%199) + 2
	}
	begun := time.Now()
	for range 10 {
		all(string(data))
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("ten databases took %v", took)
	}
}
