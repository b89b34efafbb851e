package detect

import (
	"strings"
	"testing"
)

// TestSecretsBelowEachOther holds that of secrets in lines below each other each is told as its issuer's: the words that may stand between a
// name and a secret on a line below are not to take the secret of the name's own line.
func TestSecretsBelowEachOther(t *testing.T) {
	d := New(mustBuiltin(t))
	const hex1, hex2 = "9f3b1c7e5a2d8046bb71e3905c4fd82a", "4c07e1d95b3a86f2e0d7419b5fa3c826"
	const word1, word2 = "Qm7Zr2Kx9Wt4Vb6N", "y3Hc8Jd5Lf1Gp0Sa"
	for text, want := range map[string]string{
		"FACEBOOK_APP_SECRET=" + hex1 + "\nFB_APP_SECRET=" + hex2 + "\n":                                                                  "facebook-app-secret facebook-app-secret",
		"FACEBOOK_APP_SECRET=" + hex1 + "\nAPP_SECRET=" + hex2 + "\n":                                                                     "facebook-app-secret symfony-app-secret",
		"LINKEDIN_CLIENT_SECRET=" + word1 + "\nLINKEDIN_CLIENT_SECRET_2=" + word2 + "\n":                                                  "linkedin-client-secret-legacy linkedin-client-secret-legacy",
		"facebook:\n  app_id: 1\n  app_secret: " + hex1 + "\n":                                                                            "facebook-app-secret",
		"VONAGE_API_SECRET=" + word1 + "\nVONAGE_API_SECRET_PROD=" + word2 + "\n":                                                         "vonage-api-secret vonage-api-secret",
		"CLOUDINARY_API_SECRET=" + word1 + "xT9bR4kLm2w\nSESSION_SECRET=" + hex2 + "7a\n":                                                 "cloudinary-api-secret generic-secret-bare",
		"FACEBOOK_APP_ID=1234567890123456\nFACEBOOK_APP_SECRET=" + hex1 + "\nINSTAGRAM_APP_SECRET=" + hex2 + "\n":                         "facebook-app-secret facebook-app-secret",
		"REDDIT_CLIENT_ID=" + word1 + "\nREDDIT_CLIENT_SECRET=" + word1 + word2[:13] + "\nREDDIT_BOT_SECRET=" + word2 + word1[:13] + "\n": "reddit-client-secret reddit-client-secret",
		"PLAID_CLIENT_ID=1\nPLAID_SECRET=" + hex1[:30] + "\nPLAID_SANDBOX_SECRET=" + hex2[:30] + "\n":                                     "plaid-secret plaid-secret",
		"VONAGE_API_KEY=1\nVONAGE_API_SECRET=" + word1 + "\nVONAGE_OTHER_SECRET=" + word2 + "\n":                                          "vonage-api-secret vonage-api-secret",
	} {
		var got []string
		for _, m := range foundAnywhere(d, text) {
			got = append(got, d.rules[m.Rule].rule.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", text, got, want)
		}
	}
}
