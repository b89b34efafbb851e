package detect

import (
	"testing"

	"github.com/keysieve/keysieve/rules"
)

// TestBareDigests holds that 32 or 64 hexadecimal digits beside nothing but a provider's name block no commit, and those that are called a
// key do.
func TestBareDigests(t *testing.T) {
	d := New(mustBuiltin(t))
	const hex32, hex64 = "9f3b1c7e5a2d8046bb71e3905c4fd82a", "9f3b1c7e5a2d8046bb71e3905c4fd82a1e6c70d2f4835b9ac7e01d46f2b8593c"
	for line, blocks := range map[string]bool{
		`drawLine(toggl, "` + hex32 + `");`:             false,
		`const trello = "` + hex64 + `";`:               false,
		`sentry = "` + hex64 + `"`:                      false,
		`static const char twilio_md5[] = "` + hex32:    false,
		`sentry_cache_key = v1-` + hex64:                false,
		`cache = {"datadog": "` + hex32 + `"}`:          false,
		`sentry_app_id = "` + hex32 + `"`:               false,
		`OPENEXCHANGERATES_APP_ID=` + hex32:             true,
		`toggl_token = "` + hex32 + `"`:                 true,
		`new Mailgun("` + hex32 + `")`:                  true,
		`{"datadog": {"api_key": "` + hex32 + `"}}`:     true,
		`curl -u ` + hex32 + `:api_token api.toggl.com`: true,
		`const trello = { token: "` + hex64 + `" };`:    true,
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
