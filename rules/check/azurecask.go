package check

import "fmt"

// azureCASK reads the month in which a "common annotated security key" was made, the form of
// Azure's keys and of Azure DevOps' tokens since 2024: JQQJ9 at character 52, the kind of
// key (9; D and H: derived ones), a letter for the year from 2024 and one for the
// month. Source: microsoft/security-utilities (MIT), IdentifiableSecrets.cs. The
// encoding of their checksum is not confirmed, so that no text fails.
type azureCASK struct{}

func (azureCASK) Name() string { return "azure-cask" }

const (
	caskKind  = 57 // the position of the kind; year and month follow
	caskYears = 26
)

func (azureCASK) Check(secret string) Result {
	if !annotated(secret) {
		return Result{}
	}
	year, month := int(secret[caskKind+1])-'A', int(secret[caskKind+2])-'A'
	if year < 0 || year >= caskYears || month < 0 || month >= 12 {
		return Result{}
	}
	return structured(fmt.Sprintf("created %d-%02d", 2024+year, month+1))
}

// Mend puts January 2024 where there is no month.
func (azureCASK) Mend(secret string) (string, bool) {
	if !annotated(secret) {
		return "", false
	}
	if (azureCASK{}).Check(secret).Verdict != Holds {
		secret = secret[:caskKind+1] + "AA" + secret[caskKind+3:]
	}
	return secret, true
}

// annotated says whether a text is such a key but for its date.
func annotated(secret string) bool {
	if len(secret) < 80 || len(secret) > 100 || !only(secret, base64Both+"=") || secret[52:caskKind] != "JQQJ9" {
		return false
	}
	kind := secret[caskKind]
	return kind == '9' || kind == 'D' || kind == 'H'
}
