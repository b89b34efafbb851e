package detect

import (
	"encoding/base64"
	"slices"
	"testing"

	"github.com/keysieve/keysieve/rules"
)

// TestJWTOfIssuer holds that a JSON Web Token is its issuer's where the issuer's name stands near, that it tells what it holds there, too,
// and that what only looks like one stays the issuer's.
func TestJWTOfIssuer(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	e := base64.RawURLEncoding.EncodeToString
	signature := make([]byte, 32)
	for i := range signature {
		signature[i] = byte(i*89 + 7)
	}
	token := func(claims string) string {
		return e([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + e([]byte(claims)) + "." + e(signature)
	}
	const later, before = `{"iss":"acme","sub":"7b31","exp":253402300799}`, `{"iss":"acme","sub":"7b31","exp":1300819380}`
	cut := "eyJ" + e(signature) + "." + "eyJ" + e(signature) + "." + e(signature) // decodes to no JSON
	for _, c := range []struct {
		line, rule string
		confidence rules.Confidence
		notes      []string
	}{
		{"QDRANT_API_KEY=" + token(later), "qdrant-api-key", rules.ConfidenceMedium, []string{"expires on 9999-12-31", "issued by acme"}},
		{"QDRANT_API_KEY=" + token(before), "qdrant-api-key", rules.ConfidenceLow, []string{"expired on 2011-03-22", "issued by acme"}},
		{"QDRANT_API_KEY=" + cut, "qdrant-api-key", rules.ConfidenceMedium, nil},
		{"Cookie: " + token(later), "json-web-token", rules.ConfidenceMedium, []string{"expires on 9999-12-31", "issued by acme"}},
		{"Cookie: " + cut, "json-web-token", rules.ConfidenceLow, []string{"its header does not decode to JSON"}},
		{"GITHUB_TOKEN=ghs" + "_123456_" + token(later), "github-app-installation-token-jwt", rules.ConfidenceHigh, []string{"issued for app 123456", "expires on 9999-12-31"}},
		{"GITHUB_TOKEN=ghs" + "_123456_" + token(before), "github-app-installation-token-jwt", rules.ConfidenceLow, []string{"issued for app 123456", "expired on 2011-03-22"}},
		{"GITHUB_TOKEN=ghs" + "_123456_" + cut, "github-app-installation-token-jwt", rules.ConfidenceHigh, []string{"issued for app 123456"}},
	} {
		found := New(set).Scan([]byte(c.line + "\n")).Matches
		if len(found) != 1 || set.Rules()[found[0].Rule].ID != c.rule || found[0].Confidence != c.confidence {
			t.Errorf("%.24s…: %d matches %+v, want one of %s, %s", c.line, len(found), found, c.rule, c.confidence)
			continue
		}
		for _, note := range c.notes {
			if !slices.Contains(found[0].Reasons, note) {
				t.Errorf("%s: %q, want %q", c.rule, found[0].Reasons, note)
			}
		}
	}
}
