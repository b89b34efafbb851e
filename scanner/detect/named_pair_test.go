package detect

import (
	"strings"
	"testing"
)

// TestNamedSecretOfAPair holds that an AWS key with a name is told under it, whatever stands between its id and it: another rule would be
// another fingerprint.
func TestNamedSecretOfAPair(t *testing.T) {
	d := New(mustBuiltin(t))
	id, secret := "AKIA"+strings.Repeat("Q2ZK", 4), "h7Kq9xZ2mW4v/Zt3LmX0vR5yN+aB8cD1eF6gH9jK"
	for content, want := range map[string]string{
		"AWS_ACCESS_KEY_ID=" + id + "\nAWS_SECRET_ACCESS_KEY=" + secret + "\n":                                       "aws-secret-access-key",
		"AWS_ACCESS_KEY_ID=" + id + " # the user that deploys, made by hand\nAWS_SECRET_ACCESS_KEY=" + secret + "\n": "aws-secret-access-key",
		"AWS_ACCESS_KEY_ID=" + id + "\n# made by hand\nAWS_SECRET_ACCESS_KEY=" + secret + "\n":                       "aws-secret-access-key",
		"{\"accessKeyId\": \"" + id + "\", \"region\": \"eu-central-1\", \"secretAccessKey\": \"" + secret + "\"}":   "aws-secret-access-key",
		"aws:\n  key: " + id + "\n  secret: " + secret + "\n":                                                        "aws-access-key-pair",
		"new BasicAWSCredentials(\"" + id + "\", \"" + secret + "\")":                                                "aws-access-key-pair",
	} {
		var got []string
		for _, m := range foundAnywhere(d, content) {
			if m.Secret == secret {
				got = append(got, d.rules[m.Rule].rule.ID)
			}
		}
		if len(got) != 1 || got[0] != want {
			t.Errorf("%q: told as %q, want %s", content, got, want)
		}
	}
}
