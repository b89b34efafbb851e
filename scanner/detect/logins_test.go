package detect

import (
	"encoding/base64"
	"testing"

	"github.com/keysieve/keysieve/rules"
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

// TestLoginsOfOthers holds that a password is told that stands beside a login and is another's by its name or its object, or whose login is
// accepted.
func TestLoginsOfOthers(t *testing.T) {
	d := New(mustBuiltin(t))
	const password = "Hk3mZr92LqPwQtZ8xVb5"
	auth := base64.StdEncoding.EncodeToString([]byte("joe:" + password))
	for _, text := range []string{
		"{\n \"auth\": \"" + auth + "\", // keysieve:" + "allow docker-config-auth test\n \"user\": \"joe\",\n \"password\": \"" + password + "\"\n}\n",
		"{\n \"auth\": \"" + auth + "\", // keysieve:" + "allow docker-config-auth test\n \"user\": \"joe\",\n \"x_db_password\": \"" + password + "\"\n}\n",
		"{\n \"auth\": \"" + auth + "\",\n \"user\": \"joe\",\n \"x_db_password\": \"" + password + "\"\n}\n",
		"[{\n \"auth\": \"" + auth + "\"\n}, {\n \"password\": \"" + password + "\"\n}]\n",
	} {
		told := false
		for _, m := range foundAnywhere(d, text) {
			told = told || m.Secret == password
		}
		if !told {
			t.Errorf("%s: the password is not told", text)
		}
	}
}

// TestLoginsInHistory holds that a change of the braces far from a login and its password counts for what is carried over.
func TestLoginsInHistory(t *testing.T) {
	d := New(mustBuiltin(t))
	const password = "Hk3mZr92LqPwQtZ8xVb5"
	auth := base64.StdEncoding.EncodeToString([]byte("joe:" + password))
	filler := "# what stands here is about nothing\n# that would matter to anybody here\n# and goes on for more than a line\n"
	open, rest := "{\n", filler+"\"auth\": \""+auth+"\",\n\"password\": \""+password+"\"\n"+filler+"}\n"
	_, trace := d.ScanTraced(nil, []byte("x\n"+rest), nil, false)
	got, _ := d.ScanTraced(trace, []byte(open+rest), []Copy{{Target: len(open), Source: len("x\n"), Size: len(rest)}}, false)
	want, before := d.Scan([]byte(open+rest)), d.Scan([]byte("x\n"+rest))
	if len(got.Matches) != len(want.Matches) || len(want.Matches) >= len(before.Matches) {
		t.Errorf("%d matches, want %d, and %d before", len(got.Matches), len(want.Matches), len(before.Matches))
	}
}

// TestLoginsRaiseNothing holds that what was judged to be no secret stays none beside a login that is accepted, and that what blocks is not
// dropped for a login that does not.
func TestLoginsRaiseNothing(t *testing.T) {
	set := mustBuiltin(t)
	generic, _ := set.Index("generic-password")
	login, _ := set.Index("docker-config-auth")
	d := New(set)
	secret := base64.StdEncoding.EncodeToString([]byte("joe:Hk3mZr92LqPwQtZ8xVb5"))
	found := []Match{
		{Rule: login, Secret: secret, Line: 1, Confidence: rules.ConfidenceHigh, object: "{}"},
		{Rule: generic, Secret: "Hk3mZr92LqPwQtZ8xVb5", Line: 2, Confidence: rules.ConfidenceMedium, object: "{}", dead: true},
	}
	if d.joinLogins(found, func(*Match) bool { return true }); !found[1].dead {
		t.Error("what was no secret is one now")
	}
	for login, want := range map[rules.Confidence]bool{rules.ConfidenceLow: false, rules.ConfidenceMedium: true, rules.ConfidenceHigh: true} {
		found[0].Confidence, found[1].dead = login, false
		if d.joinLogins(found, func(*Match) bool { return false }); found[1].dead != want {
			t.Errorf("a password of medium confidence beside a login of confidence %d: dropped %v, want %v", login, found[1].dead, want)
		}
	}
}
