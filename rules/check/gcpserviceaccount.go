package check

import (
	"encoding/json"
	"strings"
)

// gcpServiceAccount checks a Google Cloud service account key: a JSON object
// with type "service_account", the account's mail address and a PKCS#8 key. The
// secret may be the object, a part of it that need not be whole, or the key
// alone. Source: Google Cloud IAM documentation, "Create and delete service account keys".
type gcpServiceAccount struct{}

func (gcpServiceAccount) Name() string { return "gcp-service-account" }

func (gcpServiceAccount) Check(secret string) Result {
	var r Result
	if at := strings.Index(secret, "-----BEGIN"); at >= 0 {
		r = pem{}.Check(secret[at:])
	}
	if mail := about("issued for", jsonString(secret, "client_email")); mail != "" {
		r.Notes = append([]string{mail}, r.Notes...)
	}
	return r
}

func (gcpServiceAccount) Mend(secret string) (string, bool) {
	at := strings.Index(secret, "-----BEGIN")
	if at < 0 {
		return "", false
	}
	key, ok := pem{}.Mend(secret[at:])
	return secret[:at] + key, ok
}

// jsonString returns the value of the first member with that key in a text that
// is JSON or a piece of it; "" where there is none.
func jsonString(text, key string) string {
	_, rest, ok := strings.Cut(text, `"`+key+`"`)
	if !ok {
		return ""
	}
	rest, ok = strings.CutPrefix(strings.TrimLeft(rest, " \t\r\n"), ":")
	if !ok {
		return ""
	}
	var value string
	if json.NewDecoder(strings.NewReader(rest)).Decode(&value) != nil {
		return ""
	}
	return value
}
