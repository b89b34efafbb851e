package detect

import "testing"

// TestSaltKeepsItsRule holds that a salt which two rules know stays a finding of the older one, whose fingerprint may be waived.
func TestSaltKeepsItsRule(t *testing.T) {
	d := New(mustBuiltin(t))
	for text, want := range map[string]string{
		"salt = '1234567890123456789012'\n":                   "generic-salt",
		`byte[] salt = "heronry".getBytes(UTF_8);` + "\n":     "generic-salt-text",
		"SALT = '1P8kQ2mZ9xRb4LwPhT7c82'\n":                   "generic-salt",
		"define('SECURE_AUTH_SALT', '1P8kQ2mZ9xRb4LwPhT');\n": "generic-salt-text",
	} {
		found := foundAnywhere(d, text)
		if len(found) != 1 || d.rules[found[0].Rule].rule.ID != want {
			t.Errorf("%s: %d found, want one of %s", text, len(found), want)
		}
	}
}
