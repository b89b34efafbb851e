package detect

import (
	"testing"

	"github.com/keysieve/keysieve/rules"
)

// A value that an issuer's rule knows to be none of its own, and a value that a rule of low confidence takes, are left to the generic
// rules: the issuer is named near, and the secret is somebody else's. What has the name of the issuer's public key is nobody's secret.
func TestSecretsOfOthersBesideProviders(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	const hex20, hex32, hex40 = "3f8a1c2e9b7d4056a1b2", "3f8a1c2e9b7d4056a1b2c3d4e5f60718", "3f8a1c2e9b7d4056a1b2c3d4e5f607189a0b1c2d"
	d := New(set)
	for content, want := range map[string]string{
		"FASTLY_URL=https://x\nSTAGE=live\nREGION=eu\nJWT_SECRET_KEY=" + hex32: "generic-secret-bare",
		"COS_URL=https://cos.tencent.com/x\nSECRET_KEY=" + hex32:               "generic-secret-bare",
		"PAGARME_KEY=" + hex32 + " # userflow":                                 "pagarme-secret-key",

		"pusher:\n  cluster: eu\n  secret_key: " + hex20:            "pusher-app-secret",
		"pusher:\n  cluster: eu\n  encryption_master_key: " + hex20: "pusher-app-secret",
		"pusher:\n  cluster: eu\n  key: " + hex20:                   "",
		"PUSHER_APP_KEY=" + hex20:                                   "",
		"MIX_PUSHER_APP_KEY=" + hex20:                               "",
		`const pusherKey = "` + hex20 + `"`:                         "",

		"# magicbell\nSENDGRID_ENV=1\nPAYMENT_API_KEY=" + hex40: "magicbell-api-secret",
		"NEXT_PUBLIC_MAGICBELL_API_KEY=" + hex40:                "",
		`<MagicBell apiKey="` + hex40 + `" />`:                  "",

		"# kakao\nJS_KEY=1\nAPP_JS_KEY=" + hex32:        "kakao-api-key",
		"KAKAO_JS_KEY=" + hex32:                         "",
		`const kakaoMapJavascriptKey = "` + hex32 + `"`: "",

		"honeybadger:\n  env: production\nrails_secret_key_base: " + hex32:  "generic-secret-bare",
		"HONEYBADGER_ENV=production\nSTAGE=live\nSECRET_KEY=" + hex32:       "generic-secret-bare",
		"import honeybadger\n\nDB_API_KEY = \"" + hex32 + "\"":              "generic-secret",
		"curl -H \"x-api-key: " + hex32 + "\" https://api.honeybadger.io/x": "generic-authorization-header",
	} {
		got := ""
		for _, m := range d.Scan([]byte(content + "\n")).Matches {
			if m.Confidence > rules.ConfidenceLow {
				got += set.Rules()[m.Rule].ID
			}
		}
		if got != want {
			t.Errorf("%q: %q, want %q", content, got, want)
		}
	}
}

// The file that a list of checksums names in one line is not what the next line's sum belongs to.
func TestChecksumsOfFiles(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	const sum = "eeb81a519d685327ffbddc3e40ea644d3a2b1a5a"
	d := New(set)
	for behind, want := range map[string]int{"  other.zip": 0, " *other.zip": 0, "  other.zip\r": 0, "": 1, "  # ours": 1, " is the token": 1} {
		content := "6d504fa1d90235bdafc33f871008250953d5c222  netbox-token-1.2.tgz\n" + sum + behind + "\n"
		if got := d.Scan([]byte(content)).Matches; len(got) != want {
			t.Errorf("%q: %d findings, want %d", behind, len(got), want)
		}
	}
}
