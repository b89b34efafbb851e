package detect

import (
	"encoding/base64"
	"testing"
)

// TestLoginsAreToldOnce holds that a registry's password beside the base64 that holds it is no finding of its own, and another's is.
func TestLoginsAreToldOnce(t *testing.T) {
	d := New(mustBuiltin(t))
	const password, other = "Hk3mZr92LqPwQtZ8xVb5", "Yt7vNs45WdJxKc8mRp2L"
	auth := base64.StdEncoding.EncodeToString([]byte("bob:" + password))
	for beside, want := range map[string]int{password: 1, other: 2} {
		for _, text := range []string{
			`{"auths": {"registry.acme.io": {"auth": "` + auth + `", "username": "bob", "password": "` + beside + `"}}}`,
			"{\n \"auths\": {\n  \"registry.acme.io\": {\n   \"username\": \"bob\",\n   \"password\": \"" + beside + "\",\n   \"auth\": \"" + auth + "\"\n  }\n }\n}\n",
		} {
			if found := foundAnywhere(d, text); len(found) != want {
				t.Errorf("%s: %d findings, want %d", text, len(found), want)
			}
		}
	}
}
