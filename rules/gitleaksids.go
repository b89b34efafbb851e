package rules

import "path"

// gitleaksIDs says under which ids keysieve has the rules of gitleaks' default
// configuration that have another id here, as patterns (path.Match). A gitleaks
// configuration that extends the default one names them to disable a rule, to
// add an allowlist to it or to aim one at it.
//
// Only ids are listed that such configurations have reason to name: those that
// report often.
func gitleaksIDs() map[string][]string {
	return map[string][]string{
		"anthropic-admin-api-key":                {"anthropic-admin-key"},
		"artifactory-api-key":                    {"jfrog-api-key"},
		"artifactory-reference-token":            {"jfrog-reference-token"},
		"aws-access-token":                       {"aws-access-key-*"},
		"aws-amazon-bedrock-api-key-long-lived":  {"aws-bedrock-api-key-long-lived"},
		"aws-amazon-bedrock-api-key-short-lived": {"aws-bedrock-api-key-short-lived"},
		"azure-ad-client-secret":                 {"azure-entra-client-secret*", "azure-client-secret-*"},
		"cloudflare-api-key":                     {"cloudflare-api-token-*", "cloudflare-token"},
		"cohere-api-token":                       {"cohere-*"},
		"confluent-access-token":                 {"confluent-*"},
		"confluent-secret-key":                   {"confluent-*"},
		"curl-auth-header":                       {"generic-authorization-header"},
		"curl-auth-user":                         {"generic-basic-*", "generic-password-argument"},
		"databricks-api-token":                   {"databricks-token"},
		"digitalocean-access-token":              {"digitalocean-oauth-access-token"},
		"digitalocean-pat":                       {"digitalocean-personal-access-token"},
		"digitalocean-refresh-token":             {"digitalocean-oauth-refresh-token"},
		"discord-api-token":                      {"discord-bot-token*"},
		"dynatrace-api-token":                    {"dynatrace-token"},
		"flyio-access-token":                     {"fly-*"},
		"generic-api-key":                        {"generic-*"},
		"github-app-token":                       {"github-app-user-token", "github-app-installation-*"},
		"github-fine-grained-pat":                {"github-pat-fine-grained"},
		"github-oauth":                           {"github-oauth-token"},
		"github-pat":                             {"github-pat-classic"},
		"github-refresh-token":                   {"github-app-refresh-*"},
		"gitlab-cicd-job-token":                  {"gitlab-ci-job-token"},
		"gitlab-kubernetes-agent-token":          {"gitlab-agent-token"},
		"gitlab-ptt":                             {"gitlab-pipeline-trigger-token"},
		"gitlab-rrt":                             {"gitlab-runner-registration-token"},
		"grafana-cloud-api-token":                {"grafana-cloud-*"},
		"hashicorp-tf-api-token":                 {"terraform-cloud-token"},
		"heroku-api-key-v2":                      {"heroku-api-key"},
		"huggingface-access-token":               {"huggingface-user-token"},
		"huggingface-organization-api-token":     {"huggingface-organization-token"},
		"jfrog-identity-token":                   {"jfrog-*"},
		"launchdarkly-access-token":              {"launchdarkly-*"},
		"mailgun-private-api-token":              {"mailgun-private-api-key", "mailgun-api-key"},
		"mattermost-access-token":                {"mattermost-token"},
		"netlify-access-token":                   {"netlify-token*"},
		"new-relic-browser-api-token":            {"newrelic-browser-key"},
		"new-relic-insert-key":                   {"newrelic-insights-insert-key"},
		"new-relic-user-api-key":                 {"newrelic-user-api-key"},
		"openai-api-key":                         {"openai-*"},
		"plaid-api-token":                        {"plaid-access-token*"},
		"plaid-secret-key":                       {"plaid-secret"},
		"planetscale-api-token":                  {"planetscale-service-token"},
		"pypi-upload-token":                      {"pypi-api-token"},
		"sendgrid-api-token":                     {"sendgrid-api-key"},
		"sendinblue-api-token":                   {"brevo-*"},
		"sentry-access-token":                    {"sentry-auth-token-legacy"},
		"sentry-org-token":                       {"sentry-organization-token"},
		"shopify-custom-access-token":            {"shopify-custom-app-token"},
		"shopify-private-app-access-token":       {"shopify-private-app-password"},
		"slack-config-access-token":              {"slack-config-token"},
		"slack-config-refresh-token":             {"slack-refresh-token"},
		"slack-legacy-workspace-token":           {"slack-workspace-token"},
		"slack-webhook-url":                      {"slack-*-webhook"},
		"stripe-access-token":                    {"stripe-secret-key*", "stripe-restricted-key*"},
		"sumologic-access-token":                 {"sumologic-access-key"},
		"telegram-bot-api-token":                 {"telegram-bot-token*"},
		"twilio-api-key":                         {"twilio-api-key-*"},
		"yandex-access-token":                    {"yandex-oauth-token"},
		"yandex-api-key":                         {"yandex-cloud-api-key"},
		"yandex-aws-access-token":                {"yandex-cloud-static-secret"},
		"zendesk-secret-key":                     {"zendesk-*"},
	}
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
	var found []int
	patterns := gitleaksIDs()[id]
	for i := range b.entries {
		for _, pattern := range patterns {
			if ok, _ := path.Match(pattern, b.entries[i].rule.ID); ok {
				found = append(found, i)
				break
			}
		}
	}
	return found
}
