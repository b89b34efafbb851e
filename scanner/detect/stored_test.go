package detect

import (
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
)

// TestStoredNames holds which names keep a value that is given to a store of secrets from being taken for one, and that these are the value's own
// names and not those of other options. {U} is a UUID, {H} 40 hexadecimal digits, {M} 32, {P} a drawn password.
func TestStoredNames(t *testing.T) {
	d := New(mustBuiltin(t))
	fill := strings.NewReplacer("{U}", "7c9e6679-7425-40de-944b-e07fc1f90ae7", "{H}", "9f3b1c7e5a2d8046bb71e3905c4fd82a1e6c70d2", "{M}", "9f3b1c7e5a2d8046bb71e3905c4fd82a", "{P}", "q8Zt3LmX0vR5yN7bC2wK")
	for line, blocks := range map[string]bool{
		`echo {U} | gh secret set AZURE_TENANT_ID`:                                                         false,
		`echo {U} | npx wrangler secret put TENANT_ID`:                                                     false,
		`echo {H} | gh secret set GIT_SHA`:                                                                 false,
		`echo -n {H} | gcloud secrets create commit --data-file=-`:                                         false,
		`echo {U} | gh secret set -R acme/web-token TENANT_ID`:                                             false,
		`echo {U} | gh secret set API_TOKEN`:                                                               true,
		`echo {H} | gh secret set DEPLOY_KEY`:                                                              true,
		`echo {P} | gh secret set -R acme/tenant SEED`:                                                     true,
		`echo {P} | pass insert -e acme/seed`:                                                              true,
		`dotnet user-secrets set "AzureAd:TenantId" "{U}"`:                                                 false,
		`dotnet user-secrets set "AzureAd:ClientId" "{U}"`:                                                 false,
		`dotnet user-secrets set "Twilio:AccountSid" "AC{M}"`:                                              false,
		`dotnet user-secrets set "Twilio:AuthToken" "{M}"`:                                                 true,
		`dotnet user-secrets set "AzureAd:ClientSecret" "{P}"`:                                             true,
		`gh secret set GPG_FINGERPRINT -b {H}`:                                                             false,
		`gh secret set CLOUDFRONT_DISTRIBUTION_ID -b E2QW4R6T8Y0U1I`:                                       false,
		`gh secret set APPLE_TEAM -b A1B2C3D4E5`:                                                           false,
		`gh secret set VERCEL_PROJECT -b prj_{P}q8Zt`:                                                      false,
		`gh secret set FIREBASE_APP -b 1:123456789012:web:9f3b1c7e5a2d8046bb71`:                            false,
		`gh secret set -b {U} AZURE_SUBSCRIPTION_ID`:                                                       false,
		`gh secret set PRIVATE_TOKEN -b prj_{P}q8Zt`:                                                       true,
		`gh secret set SHOP_APP -b {P}`:                                                                    true,
		`gh secret set A -b x; gh secret set TENANT_ID -b {U}`:                                             false,
		`gh secret set TENANT_ID -b x; gh secret set SEED -b {P}`:                                          true,
		`vault kv put secret/app commit={H}`:                                                               false,
		`vault kv put secret/app account_sid=AC{M}`:                                                        false,
		`vault kv put secret/app seed={H}`:                                                                 true,
		`fly secrets set SENTRY_RELEASE={H}`:                                                               false,
		`fly secrets set SENTRY_SEED={H}`:                                                                  true,
		`az keyvault secret set --vault-name v --name thumbprint --value {H}`:                              false,
		`az keyvault secret set --vault-name v --value {H} --name sha`:                                     false,
		`az keyvault secret set --vault-name v -n tenant-id --value {U}`:                                   false,
		`az keyvault secret set --vault-name shop-image --name db-password --value {P}`:                    true,
		`az keyvault secret set --vault-name prod-tenant --name db-password --value {P}`:                   true,
		`az keyvault secret set --name db-password --vault-name shop-sha --value {H}`:                      true,
		`gh secret set DB_PASSWORD --env prod-channel -b {P}`:                                              true,
		`gh secret set DB_PASSWORD -R acme/web-channel -b {P}`:                                             true,
		`gh secret set DB_PASSWORD --env tenant-id --body "{P}"`:                                           true,
		`client.SetSecret("tenant-id", "{U}");`:                                                            false,
		`client.SetSecret("git-commit", "{H}");`:                                                           false,
		`client.set_secret(name="db-user", value="{P}")`:                                                   false,
		`client.set_secret(name="seed", value="{P}")`:                                                      true,
		`await storage.write(key: 'client_id', value: '{U}');`:                                             false,
		`await storage.write(key: 'seed', value: '{P}');`:                                                  true,
		`client.add_secret_version(parent=p, payload={"data": "{P}".encode()})`:                            true,
		`client.addSecretVersion({ parent, payload: { data: '{P}' } });`:                                   true,
		`ssm.put_parameter(Name="/shop/tenant-id", Value="{U}", Type="SecureString")`:                      false,
		`ssm.put_parameter(Name="/shop/seed", Value="{P}", Type="SecureString")`:                           true,
		`security set-key-partition-list -S apple: -s -k {P} x`:                                            true,
		`mosquitto_pub -h h -u joe -P {P} -t a`:                                                            true,
		`secret.StringData["hash"] = "{H}"`:                                                                false,
		`secret.StringData["seed"] = "{H}"`:                                                                true,
		`kubectl create secret generic a --from-literal=name=b --from-literal=seed={P}`:                    true,
		`kubectl create secret generic a --from-literal=seed=b --from-literal=user={P}`:                    false,
		"variable \"subscription\" {\n  default   = \"{U}\"\n  sensitive = true\n}":                        false,
		"variable \"seed\" {\n  default   = \"{P}\"\n  sensitive = true\n}":                                true,
		`{"key":"TENANT_ID","value":"{U}","type":"secret"}`:                                                false,
		"resource \"azurerm_key_vault_secret\" \"a\" {\n  name = \"sp-object\"\n  value = \"{U}\"\n}":      false,
		"resource \"azurerm_key_vault_secret\" \"a\" {\n  name = \"shop-password\"\n  value = \"{U}\"\n}":  true,
		"kind: Secret\nstringData:\n  viewport: {P}\n":                                                     true,
		"kind: Secret\nstringData:\n  support: {P}\n":                                                      true,
		"kind: Secret\nstringData:\n  shopDb: {P}\n":                                                       true,
		"kind: Secret\nstringData:\n  transport: {P}\n  mongodb: x\n":                                      true,
		"kind: Secret\ndata:\n  mongodb: cThadDNMbVgwdlI1eU43YkMyd0s=\n":                                   true,
		"kind: Secret\nstringData:\n  dbPort: {P}\n  smtphost: {P}\n  DB_TYPE: {P}\n  shop.db: {P}\n":      false,
		"kind: Secret\nstringData:\n  dbuser: {P}\n  host: {P}\n  clientId: {U}\n":                         false,
		"kind: Secret\ndata:\n  sha: OWYzYjFjN2U1YTJkODA0NmJiNzFlMzkwNWM0ZmQ4MmExZTZjNzBkMg==\n":           false,
		"aws ssm put-parameter --name /shop/sha --type SecureString --value {H}":                           false,
		"aws ssm put-parameter --name /shop/seed --type SecureString --value {H}":                          true,
		"aws secretsmanager create-secret --name shop/tenant --secret-string {U}":                          false,
		"aws secretsmanager put-secret-value --secret-id shop/db-password --secret-string {P} --region eu": true,
	} {
		found := false
		for _, m := range foundAnywhere(d, fill.Replace(line)+"\n") {
			found = found || m.Confidence > rules.ConfidenceLow
		}
		if found != blocks {
			t.Errorf("%s: blocks %v, want %v", line, found, blocks)
		}
	}
}
