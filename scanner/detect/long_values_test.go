package detect

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
)

// Tokens that carry claims or are encrypted whole run to some thousand characters: they are found as short ones are, up to 4096.
func TestLongTokensInQuotationMarks(t *testing.T) {
	d, r := New(mustBuiltin(t)), rand.New(rand.NewPCG(11, 4))
	for _, line := range []string{
		`refresh_token = "LONG"`, `refreshToken: 'LONG',`, `{\"refresh_token\": \"LONG\"}`,
		`{"RefreshToken":{"x":{"environment":"login.acme.io","credential_type":"RefreshToken","secret":"0.AXoALONG","client_id":"x"}}}`,
		`curl -H "Authorization: Bearer LONG" https://acme.io`, "- name: API_TOKEN\n  value: \"LONG\"\n",
		`access_token = cmp.Or(os.Getenv("ACCESS_TOKEN"), "LONG")`,
	} {
		for _, length := range []int{200, 244, 520, 1200, 4090} {
			token := drawn(r, alphanumerics, length)
			found := false
			for _, m := range d.Scan([]byte(strings.ReplaceAll(line, "LONG", token))).Matches {
				found = found || strings.HasSuffix(m.Secret, token) && m.Confidence >= rules.ConfidenceMedium
			}
			if !found {
				t.Errorf("%s: a token of %d characters is not found", line, length)
			}
		}
	}
}
