package detect

import (
	"strings"
	"testing"
)

// TestNamesOfNoSecret: lists of checksums, public keys and places of pages near issuers' names, and what a shell puts in, are no secrets; the same
// values are where a name says so.
func TestNamesOfNoSecret(t *testing.T) {
	d := New(mustBuiltin(t))
	hex := "9e107d9d372bb6826bd81d35" + "42a419d6"
	for _, text := range []string{
		"MD5 (token.zip) = HEX\n", "MD5(secret.key)= HEX\n", "HEX  braintree_token.zip\n",
		"GitHub's client secret in the settings of Gitalk\n>>>>>>> HEX9e107d9d\n",
		"checksum/secret: HEX1e6c70d2f4835b9ac7e01d46f2b8593c\n", "    checksum/secrets: \"HEX1e6c70d2f4835b9ac7e01d46f2b8593c\"\n", "checksum/secret-env: HEX1e6c70d2f4835b9ac7e01d46f2b8593c\n", "checksum/tls-secret: HEX1e6c70d2f4835b9ac7e01d46f2b8593c\n",
		"    \"checksum/secret\" = \"HEX1e6c70d2f4835b9ac7e01d46f2b8593c\"\n", "\tannotations[\"checksum/secret\"] = \"HEX1e6c70d2f4835b9ac7e01d46f2b8593c\"\n",
		"helm upgrade x y --set podAnnotations.\"checksum/secret\"=HEX1e6c70d2f4835b9ac7e01d46f2b8593c\n",
		"checksum/api-token: HEX" + "9e107d9d\n", `{"mapbox-token.js":"HEX"}`, `{"assets/password-reset.css":"HEX` + "9e107d9d" + `"}`,
		`<input type="hidden" name="csrfmiddlewaretoken" value="kq7Zt3LmX0vR5yN7bC2wKd4HjTw8">`,
		`<input name="__RequestVerificationToken" value="kq7Zt3LmX0vR5yN7bC2wKd4HjTw8" />`,
		"token_mint = \"EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v\"\n", "USDC_TOKEN_ADDRESS=EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v\n",
		"const TOKEN_PROGRAM = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA';\n",
		"braintree_public_key = \"HEX\"\n", "calendlyNextPageToken: 'HEX',\n", "calendly_cache_key=HEX\n",
		`kubectl patch secret db -p '{"data":{"password":"'$p4ssX'"}}'`,
	} {
		text = strings.ReplaceAll(text, "HEX", hex)
		if found := secretsIn(d, text); len(found) != 0 {
			t.Errorf("%q: found %q", text, found)
		}
	}
	for _, text := range []string{"braintree_private_key = \"HEX\"\n", "secret_key = \"HEX\" # (file) =\n", "MD5 (x) TOKEN = HEX\n",
		"acme/secret: HEX\n", "\"acme/secret\" = \"HEX\"\n", "app.secret.token: HEX\n", "kind: Secret\nstringData:\n  password.txt: HEX\n"} {
		text = strings.ReplaceAll(text, "HEX", hex)
		if found := secretsIn(d, text); len(found) != 1 || found[0] != hex {
			t.Errorf("%q: found %q", text, found)
		}
	}
}
