package detect

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/rules/sample"
)

// TestPairsOfProviders holds that an id beside its secret is a part of one finding of the provider's rule, and no finding of its own.
func TestPairsOfProviders(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	d := New(set)
	const uuid = `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`
	rng := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		rule, id, idForm, secret, secretForm, part string
	}{
		{"mailjet-api-secret", "MJ_APIKEY_PUBLIC=", `[0-9a-f]{32}`, "MJ_APIKEY_PRIVATE=", `[0-9a-f]{32}`, "key-id"},
		{"mailjet-api-secret", "MAILJET_API_KEY=", `[0-9a-f]{32}`, "MAILJET_API_SECRET=", `[0-9a-f]{32}`, "key-id"},
		{"mailjet-api-secret", "from mailjet_rest import Client\napi_key = ", `[0-9a-f]{32}`, "api_secret = ", `[0-9a-f]{32}`, "key-id"},
		{"godaddy-api-secret", "GODADDY_API_KEY=", `[0-9A-Za-z]{12}_[0-9A-Za-z]{22}`, "GODADDY_API_SECRET=", `[0-9A-Za-z]{22}`, "key-id"},
		{"shopify-api-secret-unprefixed", "SHOPIFY_API_KEY=", `[0-9a-f]{32}`, "SHOPIFY_API_SECRET=", `[0-9a-f]{32}`, "key-id"},
		{"pusher-app-secret", "PUSHER_KEY=", `[0-9a-f]{20}`, "PUSHER_SECRET=", `[0-9a-f]{20}`, "key-id"},
		{"minio-secret-key", "MINIO_ACCESS_KEY=", `[0-9A-Za-z]{20}`, "MINIO_SECRET_KEY=", `[0-9A-Za-z]{40}`, "minio-access-key-id"},
		{"digitalocean-spaces-secret", "SPACES_KEY=", `DO00[0-9A-Z]{16}`, "SPACES_SECRET=", `[0-9A-Za-z]{43}`, "digitalocean-spaces-key-id"},
		{"salesforce-client-secret", "SALESFORCE_CONSUMER_KEY=", `3MVG9[0-9A-Za-z]{80}`, "SALESFORCE_CONSUMER_SECRET=", `[0-9A-F]{64}`, "salesforce-connected-app-key"},
		{"pubnub-secret-key", "PUBNUB_PUBLISH_KEY=", `pub-c-` + uuid, "PUBNUB_SECRET_KEY=", `sec-c-[0-9A-Za-z]{48}`, "pubnub-publish-key"},
		{"datadog-app-key", "DD_API_KEY=", `[0-9a-f]{32}`, "DD_APP_KEY=", `[0-9a-f]{40}`, "datadog-api-key"},
		{"github-token-unprefixed", "GITHUB_CLIENT_ID=", `Ov23li[0-9A-Za-z]{14}`, "GITHUB_CLIENT_SECRET=", `[0-9a-f]{40}`, "github-client-id"},
		{"slack-signing-secret", "SLACK_CLIENT_ID=", `[1-9][0-9]{9}\.[1-9][0-9]{12}`, "SLACK_CLIENT_SECRET=", `[0-9a-f]{32}`, "slack-client-id"},
		{"xero-client-secret", "XERO_CLIENT_ID=", `[0-9A-F]{32}`, "XERO_CLIENT_SECRET=", `[0-9A-Za-z_]{48}`, "oauth-client-id"},
		{"cloudflare-r2-secret", "R2_ACCESS_KEY_ID=", `[0-9a-f]{32}`, "R2_SECRET_ACCESS_KEY=", `[0-9a-f]{64}`, "cloudflare-r2-access-key-id"},
		{"scaleway-secret-key", "SCW_ACCESS_KEY=", `SCW[0-9A-Z]{17}`, "SCW_SECRET_KEY=", uuid, "scaleway-access-key"},
		{"backblaze-b2-application-key", "B2_APPLICATION_KEY_ID=", `004[0-9a-f]{22}`, "B2_APPLICATION_KEY=", `K004[0-9A-Za-z]{27}`, "backblaze-b2-key-id"},
		{"vault-approle-secret-id", "VAULT_ROLE_ID=", uuid, "VAULT_SECRET_ID=", uuid, "vault-role-id"},
		{"algolia-admin-api-key", "ALGOLIA_APP_ID=", `[0-9A-Z]{10}`, "ALGOLIA_ADMIN_KEY=", `[0-9a-f]{32}`, "algolia-app-id"},
	} {
		var texts []string
		for _, form := range []string{c.idForm, c.secretForm} {
			got, err := sample.Generate(form, 0, nil, rng)
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, got.Secret)
		}
		content := c.id + texts[0] + "\n" + c.secret + texts[1] + "\n"
		var said []string
		for _, m := range withoutParts(d, d.Scan([]byte(content)).Matches) {
			said = append(said, set.Rules()[m.Rule].ID)
			joined := false
			for _, p := range m.Parts {
				joined = joined || set.Rules()[p.Rule].ID == c.part && p.Secret == texts[0]
			}
			if !joined {
				t.Errorf("%s…: %s without its %s: %+v", c.id, said[len(said)-1], c.part, m.Parts)
			}
		}
		if got := strings.Join(said, " "); got != c.rule {
			t.Errorf("%s…: %q, want %s alone", c.id, got, c.rule)
		}
	}
}

// TestAuth0Names holds that what is named a client secret is none of the management API's tokens, whatever of Auth0's stands above it.
func TestAuth0Names(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	d := New(set)
	value := "Zk3vQ9sLx7Pb2Wn8Rt5Yd4McHj6FgTq1" + "bVn0aXeUo8iPs3KdLw5JrGm7CyEz2Nh9"
	for content, want := range map[string]string{
		"AUTH0_CLIENT_SECRET=" + value: "auth0-client-secret",
		"AUTH0_DOMAIN=acme.eu.auth0.com\nAUTH0_CLIENT_ID=" + value[:32] + "\nAUTH0_CLIENT_SECRET=" + value: "auth0-client-secret",
		"AUTH0_TOKEN=" + value[:40]: "auth0-management-token",
	} {
		if got := sure(d, content); len(got) != 1 || got[0] != want {
			t.Errorf("%.30s…: %q, want %s", content, got, want)
		}
	}
}
