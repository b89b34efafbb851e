package check

import "strings"

// gnupgKey knows the files of GnuPG's private-keys-v1.d: an S-expression in canonical form, or, since GnuPG 2.3, in
// the advanced form behind a field "Key:". A key that is kept on a card is a shadow, and harmless. Source: gnupg, agent/keyformat.txt.
type gnupgKey struct{}

func (gnupgKey) Name() string { return "gnupg-key" }

// First implements Store.
func (gnupgKey) First() string { return "(" }

const (
	gnupgPlain     = "(11:private-key("
	gnupgProtected = "(21:protected-private-key("
	gnupgShadowed  = "(20:shadowed-private-key("
)

// leastGnuPG is how many bytes the smallest of keys takes, in either form.
const leastGnuPG = 100

// Begins implements Store: the canonical form. The other one is text, which a rule's regex finds.
func (gnupgKey) Begins(head string) bool {
	return strings.HasPrefix(head, gnupgPlain) || strings.HasPrefix(head, gnupgProtected) || strings.HasPrefix(head, gnupgShadowed)
}

func (k gnupgKey) Check(secret string) Result {
	kind, rest := "", ""
	switch {
	case len(secret) < leastGnuPG:
	case strings.HasPrefix(secret, gnupgShadowed), strings.HasPrefix(secret, "(shadowed-private-key"):
		return Result{Verdict: Harmless, Notes: []string{"a key that is kept on a card"}}
	case strings.HasPrefix(secret, gnupgProtected):
		kind, rest = "encrypted", secret[len(gnupgProtected):]
	case strings.HasPrefix(secret, gnupgPlain):
		kind, rest = "unencrypted", secret[len(gnupgPlain):]
	case strings.HasPrefix(secret, "(protected-private-key"):
		kind, rest = "encrypted", strings.TrimLeft(secret[len("(protected-private-key"):], " \t\r\n(")
	case strings.HasPrefix(secret, "(private-key"):
		kind, rest = "unencrypted", strings.TrimLeft(secret[len("(private-key"):], " \t\r\n(")
	}
	rest = strings.TrimLeft(rest, digits+":")
	for _, algorithm := range [][2]string{{"rsa", "RSA"}, {"openpgp-rsa", "RSA"}, {"ecc", "EC"}, {"ecdsa", "EC"}, {"ecdh", "EC"}, {"dsa", "DSA"}, {"openpgp-dsa", "DSA"}, {"elg", "Elgamal"}, {"openpgp-elg", "Elgamal"}} {
		if after, ok := strings.CutPrefix(rest, algorithm[0]); ok && after != "" && strings.IndexByte("( \t\r\n", after[0]) >= 0 {
			return Result{Verdict: Holds, Notes: []string{algorithm[1] + ", " + kind}, Mild: kind == "encrypted"}
		}
	}
	return Result{}
}

// Mend makes a key in the form that the model has.
func (k gnupgKey) Mend(secret string) (string, bool) {
	rng := seeded(secret)
	if head, _, ok := strings.Cut(secret, "#"); ok && strings.HasPrefix(secret, "(p") && k.Check(head).Verdict == Holds {
		return secret, true
	}
	if strings.HasPrefix(secret, "(p") {
		return secret, k.Check(secret).Verdict == Holds
	}
	made := gnupgPlain + "3:rsa(1:n129:" + string(randomBytes(rng, 129)) + ")(1:e3:\x01\x00\x01)(1:d128:" + string(randomBytes(rng, 128)) + ")))"
	return made, true
}
