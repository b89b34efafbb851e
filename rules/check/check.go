// Package check holds what can be told about a credential from its text alone,
// without asking the network: checksums, embedded account numbers, expiry
// dates, whether a private key is encrypted or a key is only public.
//
// Each scheme is a pure value in a file of its own, named after the issuer or
// the format, with the source of the algorithm in its comment. Schemes lists
// them; a rule refers to one by name. A scheme never sees more than the secret.
// README.md says of each what it rests on: published credentials, to which the tests hold it, or none.
package check

// Verdict is what a scheme concludes about a secret.
type Verdict uint8

const (
	// Unknown means that the text alone does not decide: the scheme may still
	// have something to tell in the notes.
	Unknown Verdict = iota
	// Holds means that the checksum or structure that the issuer gives its
	// credentials is there: a real one, or one made to look real.
	Holds
	// Fails means that the issuer can not have issued this text.
	Fails
	// Harmless means that the text is well-formed and still no secret: a public
	// key, a canary, an algorithm-none token. Such a match is dropped.
	Harmless
	// None means that the text is no attempt at a credential at all: the rule took what stands between two marks. Such a match
	// is dropped, and what it took is anybody else's.
	None
)

// String returns the verdict as reports show it.
func (v Verdict) String() string {
	switch v {
	case Holds:
		return "holds"
	case Fails:
		return "fails"
	case Harmless:
		return "harmless"
	case None:
		return "none"
	}
	return "unknown"
}

// Result is a verdict with what else the text tells.
type Result struct {
	Verdict Verdict
	// Notes are short phrases for the finding, lower case, no full stop, most
	// important first, holding nothing of the secret beyond what identifies its owner: "checksum holds",
	// "issued for account 609629065308", "expired on 2023-04-01".
	Notes []string
	// Mild is set for a credential that does less damage than its rule's
	// severity says: an encrypted private key, an expired token. The severity
	// is lowered by one step.
	Mild bool
	// Spent is set for a credential that opens nothing any more, by what its own text says: a token
	// that has expired. It is worth knowing and no reason to stop a commit, so that its confidence is low.
	Spent bool
	// Unproven is set with Fails by a scheme that no published credential confirms: what is known of the form may be
	// wrong, so that the failure lowers the finding's confidence and never drops it, whatever the rule says.
	Unproven bool
	// Used is how many bytes of the secret the verdict is about, 0 for all of them. What stands behind is
	// no part of the credential: the rule took it because it ends where something else does.
	Used int
}

// Scheme is one offline check.
type Scheme interface {
	// Name is the word by which rules refer to the scheme.
	Name() string
	// Check judges the secret. It never panics, whatever the bytes, and takes
	// time linear in the secret's length.
	Check(secret string) Result
	// Mend returns the secret changed as little as possible so that Check
	// answers Holds, and whether that can be done. Samples for tests are
	// made with it.
	Mend(secret string) (string, bool)
}

// Mended returns what makes a text pass a scheme: mended, or as it is where the scheme leaves it undecided.
func Mended(s Scheme) func(secret string) (string, bool) {
	return func(secret string) (string, bool) {
		if mended, ok := s.Mend(secret); ok {
			return mended, true
		}
		return secret, s.Check(secret).Verdict == Unknown
	}
}

// ByName returns the scheme with that name.
func ByName(name string) (Scheme, bool) {
	for _, s := range Schemes() {
		if s.Name() == name {
			return s, true
		}
	}
	return nil, false
}
