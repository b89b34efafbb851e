package detect

import (
	"fmt"
	"testing"
)

// TestDefaultIsTheSecret holds that of ${NAME:-default} the default is reported: the same secret as without the template, in its own place.
func TestDefaultIsTheSecret(t *testing.T) {
	d := New(mustBuiltin(t))
	const key, password = "q8Zt3LmX0vR5yN7bC2wKd4Hj", "h7Kq9xZ2mW4v"
	for _, c := range []struct{ before, secret, after string }{
		{"  token: ${API_TOKEN:", key, "}\n"},
		{"  password: \"${PW:-", password, "}\"\n"},
		{"  secret: ${X_SECRET:=", key, "}\n"},
		{"spring.datasource.password=${DB_PASSWORD:", password, "}\n"},
		{"export API_TOKEN=\"${API_TOKEN:-", key, "}\"\n"},
		{"DB_PASSWORD=${DB_PASSWORD:-", password, "}\n"},
		{": ${API_SECRET:=", key, "}\n"},
		{"curl -u admin:${PASS:-", password, "} https://acme.io\n"},
		{"redis://app:${PASS:-", password, "}@db.acme.io/0\n"},
		{"DB_PASSWORD=${DB_PASSWORD-", password, "}\n"},
		{"export API_TOKEN=\"${API_TOKEN-", key, "}\"\n"},
		{"      - DB_PASSWORD=${DB_PASSWORD:-${OLD_PASSWORD:-", password, "}}\n"},
		{"password: ${env:DB_PASSWORD:", password, "}\n"},
		{"password: ${sys:db.password:-", password, "}\n"},
	} {
		found := foundAnywhere(d, c.before+c.secret+c.after)
		got := fmt.Sprint(len(found), " matches")
		if len(found) == 1 {
			got = fmt.Sprint(found[0].Secret, " in column ", found[0].Column, " to ", found[0].EndColumn)
		}
		if want := fmt.Sprint(c.secret, " in column ", len(c.before)+1, " to ", len(c.before)+1+len(c.secret)); got != want {
			t.Errorf("%s%s%s: %s, want %s", c.before, c.secret, c.after, got, want)
		}
	}
}

// TestReferencesWithoutDefault holds that a template without a default is no secret.
func TestReferencesWithoutDefault(t *testing.T) {
	d := New(mustBuiltin(t))
	for _, line := range []string{
		"DB_PASSWORD=${DB_PASSWORD}", "password: ${env:DB_PASSWORD}", "password: ${db-password}", "password: ${DB-PASSWORD}", "password: ${vault-DB_PASSWORD}",
		"DB_PASSWORD=${DB_PASSWORD:?not set}", "DB_PASSWORD=${A:-${B}}", "DB_PASSWORD=${A:-${B:-}}", "DB_PASSWORD=${A-}", "password: ${ssm:/acme/db/password}",
	} {
		for _, m := range foundAnywhere(d, line+"\n") {
			t.Errorf("%s: %s", line, m.Secret)
		}
	}
}
