package ruletest

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/detect"
)

// TestKeyEndsElsewhere: behind what begins like a private key, and has no end of its own, stands a program that names such an end. The
// key is what belongs to it, and the program is searched as any other.
func TestKeyEndsElsewhere(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	d, rng := detect.New(set), rand.New(rand.NewPCG(5, 6))
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	value := make([]byte, 32)
	for i := range value {
		value[i] = letters[rng.IntN(len(letters))]
	}
	secret := string(value)
	modulus := bytes.Repeat(value, 8)
	modulus[0] = 0xff
	der, err := x509.MarshalPKIXPublicKey(&rsa.PublicKey{N: new(big.Int).SetBytes(modulus), E: 65537})
	if err != nil {
		t.Fatal(err)
	}
	public := base64.StdEncoding.EncodeToString(der)
	lines := keyKinds(t)[0].lines
	whole := strings.Join(lines[:len(lines)-1], "\n") + "\n"
	for name, test := range map[string]struct {
		head string
		want []string
	}{
		"a key":               {whole, []string{"private-key high", "generic-secret medium"}},
		"a key in literals":   {"k = \"" + strings.Join(lines[:len(lines)-1], "\" & vbCrLf & _\n  \""), []string{"private-key high", "generic-secret medium"}},
		"a key cut off":       {strings.Join(lines[:9], "\n") + "...\n", []string{"private-key high", "generic-secret medium"}},
		"a placeholder":       {lines[0] + "\n" + lines[1] + "...\n", []string{"private-key low", "generic-secret medium"}},
		"no key at all":       {lines[0] + "\n", []string{"generic-secret medium"}},
		"a public key inside": {lines[0] + "\n" + public + "\n", []string{"generic-secret medium"}},
	} {
		for _, far := range []int{0, 60} {
			text := test.head + "\"\"\"\n" + strings.Repeat("    x_0 = compute_(0) -- step\n", far) + "ACME_SECRET_KEY = \"" + secret + "\"\n"
			end := "assert k.endswith(\"" + lines[len(lines)-1] + "\")\n"
			var got, accepted []string
			for _, m := range d.Scan([]byte(text + end)).Matches {
				got = append(got, set.Rules()[m.Rule].ID+" "+m.Confidence.String())
				if stop := int(m.End); (text + end)[m.Start:stop] != m.Secret || m.Secret != secret && strings.Contains(m.Secret, "compute") || m.EndLine != 1+strings.Count((text + end)[:stop], "\n") {
					t.Errorf("%s: %d:%d-%d:%d is %q", name, m.Line, m.Column, m.EndLine, m.EndColumn, m.Secret)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%s, %d lines: found %q", name, far, got)
			}
			for _, m := range d.Scan([]byte(strings.TrimSuffix(text, "\n") + " # keysieve:allow generic-secret a test\n" + end)).Matches {
				accepted = append(accepted, set.Rules()[m.Rule].ID+" "+m.Confidence.String())
			}
			if !slices.Equal(accepted, test.want[:len(test.want)-1]) {
				t.Errorf("%s, %d lines, the other accepted: found %q", name, far, accepted)
			}
		}
	}
}

// TestKeyInLog: a log writes an id of one length on each line, in front of the line or behind it.
func TestKeyInLog(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	d, rng := detect.New(set), rand.New(rand.NewPCG(7, 8))
	for i, kind := range keyKinds(t) {
		plain := scanner.Fingerprint("private-key", "f", strings.Join(kind.lines, "\n"))
		var before, behind strings.Builder
		id := make([]byte, 32)
		for k, line := range kind.lines {
			for n := range id {
				if k == 0 || i < 4 { // where the length is known, each line may have its own
					id[n] = "0123456789abcdef"[rng.IntN(16)]
				}
			}
			before.WriteString("12:00:01 [" + string(id) + "] " + line + "\n")
			behind.WriteString("12:00:01 " + line + " trace=" + string(id) + "\n")
		}
		for name, text := range map[string]string{"before": before.String(), "behind": behind.String()} {
			if problem := keyProblem(d, text, plain, kind.free); problem != "" {
				t.Errorf("%s, %s: %s", kind.name, name, problem)
			}
		}
	}
}
