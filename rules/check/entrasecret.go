package check

// entraSecret checks the client secrets of Entra ID (Azure AD) applications:
// three characters, the signature 8Q~, random characters, and the first three of
// six digits in base 66 of the Marvin32 of all before them. Those with the
// signature 7Q~ have no checksum. Source: microsoft/security-utilities (MIT),
// IdentifiableMetadata.cs, and the secret that it makes for its own tests.
type entraSecret struct{}

func (entraSecret) Name() string { return "entra-secret" }

const (
	entraAlphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890.-_~"
	entraLen      = 40
)

func (entraSecret) Check(secret string) Result {
	if len(secret) != entraLen || secret[3:6] != "8Q~" || !only(secret, entraAlphabet) {
		return Result{}
	}
	return checksum(secret[entraLen-3:] == entraSum(secret[:entraLen-3]))
}

func (entraSecret) Mend(secret string) (string, bool) {
	if len(secret) != entraLen {
		return "", false
	}
	secret = secret[:entraLen-3] + entraSum(secret[:entraLen-3])
	return secret, entraSecret{}.Check(secret).Verdict == Holds
}

func entraSum(text string) string {
	return inBase(uint64(marvin32([]byte(text), marvinSeed("AadPwd00"))), entraAlphabet, 6)[:3]
}
