package rules_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// joinedNames are names of issuers with a capital inside that are written as one word even where words are joined by a sign.
func joinedNames() []string {
	return []string{
		"AppVeyor", "BitBar", "DeBounce", "DNSimple", "GitBook", "GitHub", "GitLab", "MadKudu", "MapTiler", "MinIO", "NetBox", "OVHcloud", "ProdPad", "SigNoz", "SigOpt",
		"SimFin", "deSEC", "EcoStruxure IT", "HashiCorp Cloud Platform",
		"file.io", "Name.com", // file-io and name-com are found where nothing has to do with them
	}
}

// TestNamesOfSeveralWords: a name of several words is written in as many ways, ACME_PAY, acme-pay, acmePay: a rule that knows one knows all.
func TestNamesOfSeveralWords(t *testing.T) {
	for _, pack := range builtinPacks(t) {
		for i := range pack.Rules {
			r := &pack.Rules[i]
			words := wordsOfName(r.Provider)
			if r.Near.Name == "" || len(words) < 2 || slices.ContainsFunc(words, func(w string) bool { return len(w) < 2 }) || slices.Contains(joinedNames(), r.Provider) {
				continue
			}
			name := regexp.MustCompile(`(?i)^(?:` + strings.ReplaceAll(r.Near.Name, "~", `[_\-. ]?`) + `)`)
			if !name.MatchString(strings.Join(words, "") + "_key") {
				continue
			}
			for _, separator := range []string{"_", "-"} {
				if text := strings.Join(words, separator); !name.MatchString(text + "_key") {
					t.Errorf("%s: near.name `%s` does not match %q", r.ID, r.Near.Name, text)
				}
			}
		}
	}
}

// wordsOfName takes a name apart at signs and before capitals.
func wordsOfName(name string) []string {
	var words []string
	word, before := "", ' '
	for _, c := range name + " " {
		if word != "" && (!unicode.IsLetter(c) && !unicode.IsDigit(c) || unicode.IsUpper(c) && unicode.IsLower(before)) {
			words, word = append(words, word), ""
		}
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			word += string(c)
		}
		before = c
	}
	return words
}
