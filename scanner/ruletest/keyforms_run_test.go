package ruletest

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/rules/check"
	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/detect"
)

// keyKind is a private key, which does not work, as lines of armour.
type keyKind struct {
	name   string
	lines  []string
	headed bool // it has lines above its body, which a form may run together
	free   bool // what they say is anybody's, of which a form may leave little
}

// keyKinds makes one key of each kind.
func keyKinds(t *testing.T) []keyKind {
	t.Helper()
	rsa, pgp := madeKeyLines(t, "RSA PRIVATE KEY", 1600, 64), madeKeyLines(t, "PGP PRIVATE KEY BLOCK", 1600, 64)
	return []keyKind{
		{name: "RSA", lines: rsa},
		{name: "PKCS#8", lines: madeKeyLines(t, "PRIVATE KEY", 1600, 64)},
		{name: "EC", lines: madeKeyLines(t, "EC PRIVATE KEY", 160, 64)},
		{name: "DSA", lines: madeKeyLines(t, "DSA PRIVATE KEY", 600, 64)},
		{name: "OpenSSH", lines: madeKeyLines(t, "OPENSSH PRIVATE KEY", 400, 70)},
		{name: "PGP", lines: pgp},
		{"PGP, headers", slices.Concat(pgp[:1], []string{"Version: GnuPG v2", ""}, pgp[1:]), true, true},
		{"RFC 1421", slices.Concat(rsa[:1], []string{"Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-128-CBC,0123456789ABCDEF0123456789ABCDEF", ""},
			rsa[1:21], rsa[len(rsa)-1:]), true, false},
	}
}

func madeKeyLines(t *testing.T, label string, size, width int) []string {
	t.Helper()
	scheme, _ := check.ByName("pem")
	begin, end := "-----BEGIN "+label+"-----", "-----END "+label+"-----"
	text, ok := scheme.Mend(begin + "\n" + strings.Repeat(strings.Repeat("A", 64)+"\n", size/64) + end)
	if !ok {
		t.Fatal(label)
	}
	body := strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(text, begin), end), "\n", "")
	lines := []string{begin}
	for ; len(body) > width; body = body[width:] {
		lines = append(lines, body[:width])
	}
	return append(lines, body, end)
}

// keyPlaces are where in a content a key stands.
func keyPlaces() []func(string) string {
	filler := strings.Repeat("func f(x int) string { return names[x] } // a line of a program\n", 40)
	return []func(string) string{
		func(s string) string { return s },
		func(s string) string { return s + filler },
		func(s string) string { return filler + s + filler },
		func(s string) string { return filler + strings.TrimSuffix(s, "\n") },
		func(s string) string { return strings.ReplaceAll(filler+s+filler, "\n", "\r\n") },
	}
}

// TestKeyForms: a private key is one finding that blocks, with the fingerprint that it has in a file of its own,
// however the text around it writes its lines.
func TestKeyForms(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	d, places := detect.New(set), keyPlaces()
	for k, kind := range keyKinds(t) {
		plain := scanner.Fingerprint("private-key", "f", strings.Join(kind.lines, "\n"))
		for i, f := range keyForms() {
			if kind.headed && f.name == "no line feeds" { // nobody can tell where the header ends
				continue
			}
			text := places[(i+k)%len(places)](f.write(kind.lines))
			if problem := keyProblem(d, text, plain, kind.free); problem != "" {
				t.Errorf("%s, %s: %s", f.name, kind.name, problem)
			}
		}
	}
}

// TestPuTTYForms: so is a key in PuTTY's form, in whose armour the lines of the private half are the secret.
func TestPuTTYForms(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	scheme, _ := check.ByName("putty")
	private, ok := scheme.Mend(strings.Join([]string{strings.Repeat("bC9x", 16), strings.Repeat("Q+7a", 16), strings.Repeat("Zk3p", 9)}, "\n"))
	if !ok {
		t.Fatal("no key")
	}
	lines := slices.Concat([]string{"PuTTY-User-Key-File-2: ssh-rsa", "Encryption: none", "Comment: bob", "Public-Lines: 1", strings.Repeat("AAAA", 10), "Private-Lines: 3"},
		strings.Split(private, "\n"), []string{"Private-MAC: " + strings.Repeat("0", 40)})
	want := scanner.Fingerprint("putty-private-key", "f", private)
	d, places := detect.New(set), keyPlaces()
	for i, f := range keyForms() {
		switch {
		case strings.HasPrefix(f.name, "numbers of lines"), f.name == "HTML, table", f.name == "CSV, a line each": // a number in front of each line
			continue
		case f.name == "no line feeds", f.name == "blanks for line feeds", f.name == "form", f.name == "URL", f.name == "properties, escaped", f.name == "patch, words": // nothing tells the lines apart, or the number of them
			continue
		}
		matches := d.Scan([]byte(places[i%len(places)](f.write(lines)))).Matches
		if len(matches) != 1 || scanner.Fingerprint(set.Rules()[matches[0].Rule].ID, "f", matches[0].Secret) != want || matches[0].Confidence != rules.ConfidenceHigh {
			t.Errorf("%s: %d matches", f.name, len(matches))
			for _, m := range matches {
				t.Logf("%s %s %q", set.Rules()[m.Rule].ID, m.Confidence, m.Secret)
			}
		}
	}
}

// TestKeyBytes: a program holds a key in DER as a list of its bytes.
func TestKeyBytes(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	d := detect.New(set)
	for _, kind := range keyKinds(t)[:3] {
		der, err := base64.StdEncoding.DecodeString(strings.Join(kind.lines[1:len(kind.lines)-1], ""))
		if err != nil {
			t.Fatal(err)
		}
		plain := scanner.Fingerprint("private-key", "f", strings.Join(kind.lines, "\n"))
		for name, format := range map[string]string{"C": "0x%02x, ", "Go": "0x%02X,", "JavaScript": "%d, "} {
			var list strings.Builder
			for i, c := range der {
				if i%12 == 0 {
					list.WriteString("\n    ")
				}
				fmt.Fprintf(&list, format, c)
			}
			for _, place := range keyPlaces() {
				if problem := keyProblem(d, place("const unsigned char key_der[] = {"+list.String()+"\n};\n"), plain, false); problem != "" {
					t.Errorf("%s, %s: %s", name, kind.name, problem)
				}
			}
			cut := strings.Replace(list.String(), ", ", "", 1)
			if got := d.Scan([]byte("const unsigned char key_der[] = {" + cut[:len(cut)/2] + "};\n")).Matches; len(got) > 0 {
				t.Errorf("%s, %s, half of it: %d matches", name, kind.name, len(got))
			}
		}
	}
}

// keyProblem says what else than one finding of a key there is in a text.
func keyProblem(d *detect.Detector, text, plain string, anyPrint bool) string {
	matches := d.Scan([]byte(text)).Matches
	seen := make([]string, 0, len(matches))
	for _, m := range matches {
		id := d.Rules().Rules()[m.Rule].ID
		same := scanner.Fingerprint(id, "f", m.Secret) == plain
		if len(matches) == 1 && id == "private-key" && (same || anyPrint) && m.Confidence == rules.ConfidenceHigh {
			return ""
		}
		seen = append(seen, fmt.Sprint(id, " ", m.Confidence, " ", m.Check.Notes, ", same fingerprint: ", same))
	}
	return "found: " + strings.Join(seen, "; ")
}

// TestNoKeyForms: what stands between the marks of a key and is none is nothing.
func TestNoKeyForms(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	d := detect.New(set)
	for i, kind := range keyKinds(t) {
		for _, f := range keyForms() {
			public := slices.Clone(kind.lines)
			for k, line := range []int{0, len(public) - 1} {
				public[line] = "-----" + []string{"BEGIN", "END"}[k] + []string{" CERTIFICATE-----", " PUBLIC KEY-----"}[i%2]
			}
			short := []string{kind.lines[0], "MII...", "...", kind.lines[len(kind.lines)-1]}
			for _, lines := range [][]string{public, short} {
				for _, m := range d.Scan([]byte(f.write(lines))).Matches {
					if m.Confidence > rules.ConfidenceLow {
						t.Errorf("%s, %s: %s %s", f.name, lines[0], set.Rules()[m.Rule].ID, m.Confidence)
					}
				}
			}
		}
	}
}
