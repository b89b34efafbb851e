package detect

import (
	"testing"

	"github.com/keysieve/keysieve/rules"
)

// TestBareDigests holds that 32 or 64 hexadecimal digits beside nothing but a provider's name, or under a name that says that they are a
// digest, block no commit, and those that are called a key do; and so UUIDs in a Secret, and the place where a secret is kept.
func TestBareDigests(t *testing.T) {
	d := New(mustBuiltin(t))
	const uuid = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
	const hex32, hex64 = "9f3b1c7e5a2d8046bb71e3905c4fd82a", "9f3b1c7e5a2d8046bb71e3905c4fd82a1e6c70d2f4835b9ac7e01d46f2b8593c"
	for line, blocks := range map[string]bool{
		`drawLine(toggl, "` + hex32 + `");`:                                                  false,
		`const trello = "` + hex64 + `";`:                                                    false,
		`sentry = "` + hex64 + `"`:                                                           false,
		`static const char twilio_md5[] = "` + hex32:                                         false,
		`sentry_cache_key = v1-` + hex64:                                                     false,
		`cache = {"datadog": "` + hex32 + `"}`:                                               false,
		`sentry_app_id = "` + hex32 + `"`:                                                    false,
		`OPENEXCHANGERATES_APP_ID=` + hex32:                                                  true,
		`toggl_token = "` + hex32 + `"`:                                                      true,
		`Bugsnag.start('` + hex32 + `')`:                                                     true,
		`new Mailgun("` + hex32 + `")`:                                                       true,
		`sp = SparkPost('` + hex32 + hex32[:8] + `')`:                                        true,
		`client := taxjar.TaxJar("` + hex32 + `", region)`:                                   true,
		`sum = sparkpost('` + hex32 + hex32[:8] + `')`:                                       false,
		`if row == SparkPost('` + hex32 + hex32[:8] + `'): x`:                                false,
		`SparkPost('` + hex32 + hex32[:8] + `')`:                                             false,
		`{"datadog": {"api_key": "` + hex32 + `"}}`:                                          true,
		`curl -u ` + hex32 + `:api_token api.toggl.com`:                                      true,
		`const trello = { token: "` + hex64 + `" };`:                                         true,
		`TRELLO_KEY_HASH=` + hex64:                                                           false,
		`const togglTokenSha1 = "` + hex32 + `";`:                                            false,
		`datadogTokenETag: "` + hex32 + `"`:                                                  false,
		`SENTRY_TOKEN_E_TAG=` + hex64:                                                        false,
		`SENTRY_TOKEN_TAG=` + hex64:                                                          true,
		`SENTRY_TOKEN_REVISION = { value = "` + hex64 + `" }`:                                false,
		`mongodb_atlas_project = "` + uuid + `"`:                                             false, // of rules of high confidence
		`ghost("` + hex32[:24] + `:` + hex64 + `")`:                                          false,
		`codefresh: ` + hex32[:24] + `.` + hex32:                                             false,
		`unleash default:development.` + hex64:                                               false,
		`MONGODB_ATLAS_PRIVATE_KEY=` + uuid:                                                  true,
		`ghost_admin_api_key = "` + hex32[:24] + `:` + hex64 + `"`:                           true,
		`TRELLO_HASH_KEY=` + hex32:                                                           true,
		`CC_TEST_REPORTER_ID=` + hex64:                                                       true,
		`rollbar -t ` + hex32 + ` -e test`:                                                   true,
		`rollbar -e test ` + hex32:                                                           false,
		`docker build -t sentry ` + hex64:                                                    false,
		`otx = OTXv2("` + hex64 + `")`:                                                       true,
		`owm = pyowm.OWM('` + hex32 + `')`:                                                   true,
		`OWM("` + hex32 + `")`:                                                               false,
		`owm = owm("` + hex32 + `")`:                                                         false,
		`bugsnag = Digest("` + hex32 + `")`:                                                  false,
		`x = Bugsnag("` + hex32 + `")`:                                                       true,
		`owm == OWM.render("` + hex32 + `")`:                                                 false,
		`telegram_api_hash = "` + hex32 + `"`:                                                true,
		`SENTRY_AUTH_TOKEN = { value = "` + hex64 + `" }`:                                    true,
		`bunny_token = get_secret("projects/bunny/token")`:                                   false,
		"kind: Secret\nstringData:\n  tenant: 7c9e6679-7425-40de-944b-e07fc1f90ae7\n":        false,
		"kind: Secret\nstringData:\n  api-token: 7c9e6679-7425-40de-944b-e07fc1f90ae7\n":     true,
		"kind: Secret\nstringData:\n  license: 7c9e6679-7425-40de-944b-e07fc1f90ae7\n":       true,
		"kind: Secret\nstringData:\n  webhook: 7c9e6679-7425-40de-944b-e07fc1f90ae7\n":       true,
		"kind: Secret\nstringData:\n  db-encryption: 7c9e6679-7425-40de-944b-e07fc1f90ae7\n": true,
		"kind: Secret\nstringData:\n  PIN: 7c9e6679-7425-40de-944b-e07fc1f90ae7\n":           true,
		"kind: Secret\nstringData:\n  HEROKU: 7c9e6679-7425-40de-944b-e07fc1f90ae7\n":        true,
		"kind: Secret\nstringData:\n  SNYK: 7c9e6679-7425-40de-944b-e07fc1f90ae7\n":          true,
		"kind: Secret\nstringData:\n  heroku-app-id: 7c9e6679-7425-40de-944b-e07fc1f90ae7\n": false,
		"kind: Secret\nstringData:\n  LICENSE_ID: 7c9e6679-7425-40de-944b-e07fc1f90ae7\n":    false,
		"kind: Secret\nstringData:\n  customer: 7c9e6679-7425-40de-944b-e07fc1f90ae7\n":      false,
		"kind: Secret\ndata:\n  tenant: N2M5ZTY2NzktNzQyNS00MGRlLTk0NGItZTA3ZmMxZjkwYWU3":    false,
	} {
		found := false
		for _, m := range foundAnywhere(d, line+"\n") {
			found = found || m.Confidence > rules.ConfidenceLow
		}
		if found != blocks {
			t.Errorf("%s: blocks %v, want %v", line, found, blocks)
		}
	}
}
