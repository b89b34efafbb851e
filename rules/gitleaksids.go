package rules

import (
	"path"
	"slices"
)

// gitleaksIDs says under which ids keysieve has the rules of gitleaks' default
// configuration that have another id here, as patterns (path.Match). A gitleaks
// configuration that extends the default one names them to disable a rule, to
// add an allowlist to it or to aim one at it.
//
// Only ids are listed that such configurations have reason to name: those that
// report often.
var gitleaksIDs = [...]gitleaksRule{
	{"anthropic-admin-api-key", []string{"anthropic-admin-key"}},
	{"artifactory-api-key", []string{"jfrog-api-key"}},
	{"artifactory-reference-token", []string{"jfrog-reference-token"}},
	{"aws-access-token", []string{"aws-access-key-*"}},
	{"aws-amazon-bedrock-api-key-long-lived", []string{"aws-bedrock-api-key-long-lived"}},
	{"aws-amazon-bedrock-api-key-short-lived", []string{"aws-bedrock-api-key-short-lived"}},
	{"azure-ad-client-secret", []string{"azure-entra-client-secret*", "azure-client-secret-*"}},
	{"cloudflare-api-key", []string{"cloudflare-api-token-*", "cloudflare-token"}},
	{"cohere-api-token", []string{"cohere-*"}},
	{"confluent-access-token", []string{"confluent-*"}},
	{"confluent-secret-key", []string{"confluent-*"}},
	{"curl-auth-header", []string{"generic-authorization-header"}},
	{"curl-auth-user", []string{"generic-basic-*", "generic-password-argument"}},
	{"databricks-api-token", []string{"databricks-token"}},
	{"digitalocean-access-token", []string{"digitalocean-oauth-access-token"}},
	{"digitalocean-pat", []string{"digitalocean-personal-access-token"}},
	{"digitalocean-refresh-token", []string{"digitalocean-oauth-refresh-token"}},
	{"discord-api-token", []string{"discord-bot-token*"}},
	{"dynatrace-api-token", []string{"dynatrace-token"}},
	{"flyio-access-token", []string{"fly-*"}},
	{"generic-api-key", []string{"generic-*"}},
	{"github-app-token", []string{"github-app-user-token", "github-app-installation-*"}},
	{"github-fine-grained-pat", []string{"github-pat-fine-grained"}},
	{"github-oauth", []string{"github-oauth-token"}},
	{"github-pat", []string{"github-pat-classic"}},
	{"github-refresh-token", []string{"github-app-refresh-*"}},
	{"gitlab-cicd-job-token", []string{"gitlab-ci-job-token"}},
	{"gitlab-kubernetes-agent-token", []string{"gitlab-agent-token"}},
	{"gitlab-ptt", []string{"gitlab-pipeline-trigger-token"}},
	{"gitlab-rrt", []string{"gitlab-runner-registration-token"}},
	{"grafana-cloud-api-token", []string{"grafana-cloud-*"}},
	{"hashicorp-tf-api-token", []string{"terraform-cloud-token"}},
	{"heroku-api-key-v2", []string{"heroku-api-key"}},
	{"huggingface-access-token", []string{"huggingface-user-token"}},
	{"huggingface-organization-api-token", []string{"huggingface-organization-token"}},
	{"jfrog-identity-token", []string{"jfrog-*"}},
	{"launchdarkly-access-token", []string{"launchdarkly-*"}},
	{"mailgun-private-api-token", []string{"mailgun-private-api-key", "mailgun-api-key"}},
	{"mattermost-access-token", []string{"mattermost-token"}},
	{"netlify-access-token", []string{"netlify-token*"}},
	{"new-relic-browser-api-token", []string{"newrelic-browser-key"}},
	{"new-relic-insert-key", []string{"newrelic-insights-insert-key"}},
	{"new-relic-user-api-key", []string{"newrelic-user-api-key"}},
	{"openai-api-key", []string{"openai-*"}},
	{"plaid-api-token", []string{"plaid-access-token*"}},
	{"plaid-secret-key", []string{"plaid-secret"}},
	{"planetscale-api-token", []string{"planetscale-service-token"}},
	{"pypi-upload-token", []string{"pypi-api-token"}},
	{"sendgrid-api-token", []string{"sendgrid-api-key"}},
	{"sendinblue-api-token", []string{"brevo-*"}},
	{"sentry-access-token", []string{"sentry-auth-token-legacy"}},
	{"sentry-org-token", []string{"sentry-organization-token"}},
	{"shopify-custom-access-token", []string{"shopify-custom-app-token"}},
	{"shopify-private-app-access-token", []string{"shopify-private-app-password"}},
	{"slack-config-access-token", []string{"slack-config-token"}},
	{"slack-config-refresh-token", []string{"slack-refresh-token"}},
	{"slack-legacy-workspace-token", []string{"slack-workspace-token"}},
	{"slack-webhook-url", []string{"slack-*-webhook"}},
	{"stripe-access-token", []string{"stripe-secret-key*", "stripe-restricted-key*"}},
	{"sumologic-access-token", []string{"sumologic-access-key"}},
	{"telegram-bot-api-token", []string{"telegram-bot-token*"}},
	{"twilio-api-key", []string{"twilio-api-key-*"}},
	{"yandex-access-token", []string{"yandex-oauth-token"}},
	{"yandex-api-key", []string{"yandex-cloud-api-key"}},
	{"yandex-aws-access-token", []string{"yandex-cloud-static-secret"}},
	{"zendesk-secret-key", []string{"zendesk-*"}},
}

// gitleaksRule is a rule of gitleaks, and what keysieve has instead.
type gitleaksRule struct {
	id   string
	here []string // patterns
}

// known returns the positions of the rules that an id from a pack means: the
// rule of that id or, in a gitleaks configuration, the rules that keysieve has
// instead of gitleaks' one.
func (b *builder) known(id string, gitleaks bool) []int {
	if i, ok := b.index[id]; ok {
		return []int{i}
	}
	if !gitleaks {
		return nil
	}
	at := slices.IndexFunc(gitleaksIDs[:], func(g gitleaksRule) bool { return g.id == id })
	if at < 0 {
		return nil
	}
	var found []int
	for i := range b.entries {
		if slices.ContainsFunc(gitleaksIDs[at].here, func(pattern string) bool {
			ok, _ := path.Match(pattern, b.entries[i].rule.ID)
			return ok
		}) {
			found = append(found, i)
		}
	}
	return found
}
