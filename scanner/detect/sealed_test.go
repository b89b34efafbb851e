package detect

import (
	"encoding/base64"
	"math/rand/v2"
	"strings"
	"testing"
)

// foundAnywhere lists the matches of the rules that count at every path.
func foundAnywhere(d *Detector, content string) (found []Match) {
	for _, m := range d.Scan([]byte(content)).Matches {
		if d.set.Rules()[m.Rule].Path == "" {
			found = append(found, m)
		}
	}
	return found
}

// TestSealedSecrets holds that a sealed value of Kubernetes (Bitnami's operator: the length of an encrypted key in two bytes, the key, and
// what it encrypts) is no secret wherever it stands, and that a password is one, also where a sealed value belongs.
func TestSealedSecrets(t *testing.T) {
	d := New(mustBuiltin(t))
	raw := make([]byte, 2+512+16+24)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range raw {
		raw[i] = byte(rng.Uint32())
	}
	raw[0], raw[1] = 2, 0
	const plain = "q8Zt3LmX0vR5yN7bC2wKd4Hj"
	for name, c := range map[string]struct {
		content string
		want    int
	}{
		"YAML":                {"kind: SealedSecret\nspec:\n  encryptedData:\n    token: %[1]s\n    # the other\n\n    password: \"%[1]s\"\n", 0},
		"JSON":                {"{\"kind\": \"SealedSecret\", \"spec\": {\"encryptedData\": {\n  \"token\": \"%[1]s\",\n  \"password\": \"%[1]s\"\n}}}\n", 0},
		"the template":        {"spec:\n  encryptedData:\n    token: %[1]s\n  template:\n    token: %[2]s\n", 1},
		"pasted in":           {"kind: SealedSecret\nspec:\n  encryptedData:\n    token: %[2]s\n", 1},
		"an application's":    {"encryptedData:\n  password: %[2]s\n", 1},
		"a function's":        {"function f(encryptedData: {\n  const password = \"%[2]s\"\n", 1},
		"far above the other": {"encryptedData:\n" + strings.Repeat("    # about it\n", 80) + "    password: %[2]s\n", 1},
	} {
		content := strings.ReplaceAll(strings.ReplaceAll(c.content, "%[1]s", base64.StdEncoding.EncodeToString(raw)), "%[2]s", plain)
		if found := foundAnywhere(d, content); len(found) != c.want {
			t.Errorf("%s: %d matches, want %d", name, len(found), c.want)
		}
	}
}

// TestAccountAddresses holds that an address of Ethereum is no token, and that a private key is one all the same.
func TestAccountAddresses(t *testing.T) {
	d := New(mustBuiltin(t))
	const address, rest = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", "5d1c7e09fa23b8647fd0e1c2"
	for _, line := range []string{
		`address constant TOKEN = ` + address + `;`, `{"token": "` + address + `"}`, `USDC_TOKEN: ` + address, `tokenAddress = "` + address + `"`,
		`REWARD_TOKEN=` + strings.ToLower(address), `"authToken": "` + address + `",`,
	} {
		if found := foundAnywhere(d, line+"\n"); len(found) != 0 {
			t.Errorf("%s: found", line)
		}
	}
	for _, line := range []string{`PRIVATE_KEY=` + address + rest, `{"privateKey": "` + address + rest + `"}`, `CLIENT_SECRET=` + address} {
		if found := foundAnywhere(d, line+"\n"); len(found) != 1 {
			t.Errorf("%s: %d matches", line, len(found))
		}
	}
}

// TestOpenVPNProfile holds that of a profile's block with a user's name and password the password is reported.
func TestOpenVPNProfile(t *testing.T) {
	d := New(mustBuiltin(t))
	for _, content := range []string{
		"client\n<auth-user-pass>\nbobsmith77\nh7Kq9xZ2mW4v\n</auth-user-pass>\n",
		"client\r\n<auth-user-pass>\r\nbob@acme.io\r\nh7Kq9xZ2mW4v\r\n</auth-user-pass>\r\n",
	} {
		for _, m := range foundAnywhere(d, content) {
			if m.Secret != "h7Kq9xZ2mW4v" || m.Line != 4 {
				t.Errorf("%q: %s in line %d", content, m.Secret, m.Line)
			}
		}
		if len(foundAnywhere(d, content)) == 0 {
			t.Errorf("%q: nothing found", content)
		}
	}
}
