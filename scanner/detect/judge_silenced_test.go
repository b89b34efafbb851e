package detect

import (
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
)

// What a judgement comes to for the report: nothing, a warning, or what the rule says.
const (
	isDropped = "dropped"
	isDoubted = "doubted"
	isFull    = "full"
)

func outcome(j judgement) string {
	switch {
	case !j.ok:
		return isDropped
	case j.low:
		return isDoubted
	}
	return isFull
}

// Values that are surely random, under names, at positions and in shapes that speak against a credential, and beside each
// what the objection was made for. {K} stands for 40 random letters and digits, {P} for 16, {D} for a digest.
func TestObjectionsAndRandomValues(t *testing.T) {
	random := strings.NewReplacer("{K}", "kq7Zt3LmX0vR5yN7bC2wKd4HjTw8sGe1uPa6Yf9D", "{P}", "Kx9mQ2zLw8TpZq7v", "{D}", "9c1185a5c5e9fc54612808977ee8f548")
	for _, group := range []struct {
		about string
		want  string
		lines []string
	}{
		{"the value stood on the line before", isFull, []string{
			`server.login("{P}", "«{P}»")`, `auth=("{D}", "«{D}»")`, `check("{P}"); user.password = "«{P}»"`, `db_password = "{P}"; confirm_password = "«{P}»"`, `smtp://{P}:«{P}»@smtp.postmarkapp.com`,
			`curl -u anonymous:«{P}» https://x.acme.io/`, `ftp://anonymous:«{P}»@ftp.acme.io/`,
		}},
		{"and is a word", isDropped, []string{`("cassandra", "«cassandra»")`, `http://tortuga:«tortuga»@acme.io`, `ftp://anonymous:«tortuga9»@ftp.acme.io/`}},

		{"a token to be passed along", isDropped, []string{
			`"NextToken": "«{K}»"`, `nextToken = "«{K}»"`, `page_token = "«{K}»"`, `"PolicyUpdateToken": "«{K}»"`, `"LockToken": "«{K}»"`, `"syncToken": "«{K}»"`, `csrfToken: "«{K}»"`, `CSRF_TOKEN = "«{K}»"`,
		}},
		{"or one that lets somebody in", isDoubted, []string{
			`FREEDNS_UPDATE_TOKEN = "«{K}»"`, `DYNU_UPDATE_TOKEN = "«{K}»"`, `duckdns_update_token = "«{K}»"`, `ARGOCD_SYNC_TOKEN = "«{K}»"`, `SYNC_TOKEN = "«{K}»"`, `CHANGE_TOKEN = "«{K}»"`, `LOCK_TOKEN = "«{K}»"`,
			`duckdnsUpdateToken = "«{K}»"`, `NEXT_TOKEN = "«{K}»"`,
		}},
		{"what signs tokens", isFull, []string{`CSRF_TOKEN_PEPPER = "«{K}»"`, `csrf_token_signing = "«{K}»"`, `csrf_token_secret = "«{K}»"`}},

		{"a public key", isDropped, []string{`minisignPubkey = "«{K}»"`, `public_key = "«{K}»"`, `NEXT_PUBLIC_API_KEY = "«{K}»"`, `publishable_key = "«{K}»"`}},
		{"what protects one", isFull, []string{`PUBKEY_PASSWORD = "«{K}»"`, `ssh_pubkey_passphrase = "«{K}»"`, `minisign_pubkey_secret = "«{K}»"`, `VAPID_PUBKEY_PRIVATE_KEY = "«{K}»"`}},

		{"a hash", isDropped, []string{`encodedPassword = "«{D}»"`, `saltedpassword="«YCE=»"`, `hashed_password = "«{D}»"`, `encodedPassword = "«{ldap}{SSHA}igvD9lOiTXm16dmOw0YWRb9OjK2ThZvdQku2EQ==»"`}},
		{"none by its form", isDoubted, []string{`encodedPassword = "«{K}»"`}},

		{"the verb to pass", isDropped, []string{"Pass `«DASHBOARD=1»` to see all"}},
		{"the password", isFull, []string{"admin / pass `«Kx9!mQ2z»`", "root pass `«mweuQAg3ePeO0Z»`"}},

		{"the rest of an option's name", isDropped, []string{`influx -t 5 and openssl enc -p«assin» pass:x`, `sqlcmd -p«ort» 1433`}},
		{"a password behind an option", isFull, []string{`mysqldump -p«tortuga» db`}},

		{"a name in a dictionary", isDropped, []string{`{"outcome":"pass","«passed9x2»":2}`, `"H4FHT4B454P6UXFD7JCYQ5PWDY.n": "«{K}»"`}},
		{"a value and a name of its own", isFull, []string{`grant(user, "db_password", "«{P}»": true)`, `HWDSBQRPTKMNTPWD="«{P}»"`, `PGBOUNCERXKJQPWD="«{P}»"`, `var_3f9c2ab17de84b02_password = "«{P}»"`}},
		{"a password somebody chose", isFull, []string{`password = "«Pa55$welcome»"`, `password = "«X7!k$production»"`, `password = "«tiger.secret9»"`, `password = "«sunny|delta7»"`}},
		{"what such a shape is for", isDropped, []string{`password = "«user$counter»"`, `password = "«login.password2»"`, `password = "«required|min:8|confirmed»"`}},

		{"a word that says what the credential is for", isFull, []string{
			`CACHE_PASSWORD = "«{K}»"`, `SITE_API_KEY = "«{K}»"`, `SITE_SECRET = "«{K}»"`, `hash_secret = "«{K}»"`, `PASSPORT_SECRET = "«{K}»"`, `COMPASS_API_KEY = "«{K}»"`, `primary_api_key = "«{K}»"`, `PRIMARY_STORAGE_KEY = "«{K}»"`,
			`HOT_WALLET_SECRET = "«{K}»"`, `hot_wallet_private_key = "«{K}»"`, `TRANSLATION_API_KEY = "«{K}»"`, `PAGE_ACCESS_TOKEN = "«{K}»"`, `SHORTCUT_API_TOKEN = "«{K}»"`, `author_password = "«{P}»"`, `keyboard_password = "«{P}»"`,
		}},
		{"a word that may say so", isDoubted, []string{
			`HASH_KEY = "«{K}»"`, `PRIMARY_KEY = "«{K}»"`, `CACHE_TOKEN = "«{K}»"`, `AUTHOR_TOKEN = "«{K}»"`, `PASSWORD_KEY = "«{K}»"`, `passwordSecret = "«{K}»"`, `api_key_prod_region = "«{K}»"`, `secret_version = "«{K}»"`, `token_salt = "«{K}»"`,
			`auth_cookie = "«{K}»"`, `jirapass = "«{P}»"`, `kafkapass = "«{P}»"`, `dockerpass = "«{P}»"`, `gitpass = "«{P}»"`, `zabbixpass = "«{P}»"`, `PASS: «{P}»`,
		}},
		{"a name that is none", isDropped, []string{
			`cache_key = "«{K}»"`, `sort_key = "«{K}»"`, `locale_key = "«{K}»"`, `site_key = "«{K}»"`, `pagination_token = "«{K}»"`, `hash_key = "«{D}»"`, `primary_key = "«{D}»"`, `cache_token = "«{D}»"`, `access_key_id = "«{K}»"`, `password_hash = "«{K}»"`,
			`token_nonce = "«{K}»"`, `password_salt = "«{K}»"`, `token_version = "«{D}»"`, `api_key_path = "«s3/{K}»"`, `encrypted_password = "«{K}»"`, `passwordField = "«h7Kq9xZ2mW4v»"`, `bypass = "«{P}»"`, `minipass = "«{P}»"`, `author = "«{P}»"`,
			`passwordSecret = "«my-release-postgres»"`, `jirapass = "«jirapass»"`,
		}},

		{"a short mark in a random text", isDoubted, []string{
			`api_key = "«ONYlgCtjfIZ4SOcMz9CPxxxxVNPkNa1Hedcm»"`, `api_key = "«4pMbXDuCL1mHoOsFaQfDaaaaaaPrAJ71fTquWo»"`, `api_key = "«GsbeKXgzg2sye9b2Ranntodo76dEyTzAeKOm»"`,
			`db_password = "«enc:yOHFRuT11N»"`, `db_password = "«gcm:Kx9!mmQ2»"`, `db_password = "«ENCRYPTEDx9Kq2m»"`, `db_password = "«secure:K9x2mmPq»"`, `db_password = "«{{Kx9q2Lm8#Ztp»"`, `api_key = "«age1VSLDCD1IfHWGbtMfEbo9ShFXNQ6Fq5»"`, `api_key = "«CiQAaxtjRNmHkW5vQ7CF5puzQqmOBZZW6m»"`,
			`secret_key = "«{K}.key»"`, `secret_key = "«{K}.io»"`, `api_key = "«data.{K}»"`, `api_key = "«local.{K}»"`,
			`db_password = "«<Kx9q2Lm8#Ztp>»"`, `db_password = "«[Kx9q2Lm8#Ztp]»"`, `db_password = "«(Kx9q2Lm8#Ztp)»"`, `db_password = "«Kx9${q2Lm8#Ztp»"`, `db_password = "«Kx9q2$(Lm8Zt»"`, `db_password = "«Kx9q2Lm8Zt%d»"`,
		}},
		{"an ellipsis behind one", isFull, []string{`db_password = "«Kx9q2Lm8Zt...»"`}},
		{"what such a mark is for", isDropped, []string{
			`api_key = "«sk_9f3kxxxxxxxxxxxxxxxxxxxx»"`, `api_key = "«AKIAIOSFODNN7EXAMPLE»"`, `token = "«eyJ2IjoiMSIsInMiOjEsImMiOi...»"`, `api_key = "«{K}...»"`,
			`secret = "«ENC:{K}+/9dkq7Zt3LmX0v==»"`, `api_key = "«ENCRYPTED[{D}]»"`, `secret = "«age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p»"`,
			`secret_key = "«{D}.pem»"`, `secret = "«kq7zt3lmx0vr5yn7.com»"`, `secret = "«data.aws_secretsmanager_secret_version.db»"`, `password = "«<password>»"`, `api_key = "«[API_KEY]»"`, `password = "«Kx9${q2}Lm8Ztp»"`,
			`password = "«user:%s»"`, `password: «{{Kx9q2Lm8» }}`, `password = "«${DB_PASSWORD}»"`, `id = "«{7d2f6a1e-93b4-4c58-a0d7-5be81f42c6a9}»"`, `secret = "«<7d2f6a1e-93b4-4c58-a0d7-5be81f42c6a9>»"`,
		}},
	} {
		for _, line := range group.lines {
			line = random.Replace(line)
			verdict := judgeValue(lineValue(t, line))
			if got := outcome(verdict); got != group.want {
				t.Errorf("%s: %s is %s (%q, odds %.1f), want %s", group.about, line, got, verdict.reason, verdict.odds, group.want)
			}
		}
	}
}

// A value that is doubted keeps low confidence in a rule of any kind, and says why.
func TestDoubtsAreReported(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	const random = "kq7Zt3LmX0vR5yN7bC2wKd4HjTw8sGe1uPa6Yf9D"
	for _, test := range []struct{ content, rule, reason string }{
		{`ARGOCD_SYNC_TOKEN="` + random + `"`, "generic-secret", "though it may be a token that opens nothing"},
		{`HASH_KEY = "` + random + `"`, "generic-secret", "though the name speaks of something else"},
	} {
		found := New(set).Scan([]byte(test.content + "\n")).Matches
		if len(found) != 1 {
			t.Errorf("%s: %d matches", test.content, len(found))
			continue
		}
		m := found[0]
		if rule := set.Rules()[m.Rule].ID; rule != test.rule || m.Confidence != rules.ConfidenceLow || !strings.Contains(strings.Join(m.Reasons, "; "), test.reason) {
			t.Errorf("%s: %s, %v, %q", test.content, rule, m.Confidence, m.Reasons)
		}
	}
}

// Identifiers beside a provider's name are none of its credentials; what its key is called, and a word behind "key", makes no identifier.
func TestIdentifiersBesideProviders(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	const hex, uuid, drawn = "3f8a1c2e9b7d4e60a1f35c2d8e9b0a47", "3f8a1c2e-9b7d-4e60-a1f3-5c2d8e9b0a47", "Kx9mQ2zLw8TpZq7vB4nR"
	for content, want := range map[string]string{
		"POSTMARK_SMTP_USERNAME=" + uuid:               "postmark-server-token",
		"FRESHDESK_USERNAME=" + drawn:                  "freshdesk-api-key",
		"RECURLY_USERNAME=" + hex:                      "recurly-api-key",
		"SCRAPERAPI_USERNAME=" + hex:                   "scraperapi-key",
		"LOGDNA_INGESTION_KEY_URL=" + hex:              "logdna-ingestion-key",
		"TWILIO_AUTH_TOKEN_VERSION=" + hex:             "twilio-auth-token",
		`splunk_hec_uuid = "` + uuid + `"`:             "splunk-hec-token",
		`splunk_app_uuid = "` + uuid + `"`:             "",
		`logdna_url = "https://logs.logdna.com/` + hex: "",
		`twilio_app_version = "` + hex + `"`:           "",
		`recurly_site_id = "` + hex + `"`:              "",
		`recurlySiteId = "` + hex + `"`:                "",
		`scraperapi_checksum = "` + hex + `"`:          "",
	} {
		found := New(set).Scan([]byte(content + "\n")).Matches
		got := ""
		for _, m := range found {
			got += set.Rules()[m.Rule].ID
		}
		if got != want {
			t.Errorf("%s: %q, want %q", content, got, want)
		}
	}
}
