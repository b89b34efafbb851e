package detect

import (
	"encoding/base64"
	"testing"

	"github.com/keysieve/keysieve/rules"
)

// TestJudgeChosen holds how passwords are judged that people choose, and what stands in their place.
func TestJudgeChosen(t *testing.T) {
	for _, c := range []struct {
		line  string
		plain bool
		want  bool
	}{
		{`db_password: '«Heron2019?»'`, false, true},                 // a question mark makes no sentence of it
		{`db_password: '«Forgotten?»'`, false, false},                //
		{"admin_passwd = «Heron2019.»", false, true},                 // no member of anything
		{"admin_passwd = «heron.owl»", false, false},                 //
		{"reports:«heronOwl2019»@db3.lan:3306/reports", false, true}, // between a user and a host
		{"PROXY_AUTH=joe:«Heron2019x»@10.1.1.1:8080", false, true},   // whatever the name says
		{`	{"joe", "«heronOwl2019»"},`, false, true},                 // a line in a table of accounts
		{`	{"password", "«heronOwl2019»"},`, false, false},           // a line in a table of names
		{"db:5432:*:deploy:«heron88x»", true, true},                  // in a file for such lines
		{"db:5432:*:deploy:«heron88x»", false, false},                //
		{"pg-primary.lan:5432:*:deploy:«heron88x»", true, true},      // the name of a host disclaims nothing
		{`#define PASSWORD "«***REMOVED***»"`, false, false},         //
		{`password = "«SHA256withRSA»"`, false, false},               //
		{"masterauth «heronOwl2019»", false, true},                   // people choose it as they choose what requirepass says
		{`credentials.put("admin", "«heronOwl7»");`, false, true},    // a user's name and password, no key
	} {
		v := lineValue(t, c.line)
		v.plain = c.plain
		if got := judgeValue(v); got.ok != c.want {
			t.Errorf("%s (plain %v): %v %q, want %v", c.line, c.plain, got.ok, got.reason, c.want)
		}
	}
}

// TestExpired holds that a token which has expired is reported, with low confidence and the day.
func TestExpired(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	e := base64.RawURLEncoding.EncodeToString
	signature := make([]byte, 32)
	for i := range signature {
		signature[i] = byte(i*89 + 7)
	}
	for _, c := range []struct {
		claims string
		want   rules.Confidence
	}{
		{`{"sub":"7","exp":1300819380}`, rules.ConfidenceLow},
		{`{"sub":"7","exp":253402300799}`, rules.ConfidenceMedium},
		{`{"sub":"7"}`, rules.ConfidenceMedium},
	} {
		token := e([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + e([]byte(c.claims)) + "." + e(signature)
		found := New(set).Scan([]byte("Cookie: " + token + "\n")).Matches
		if len(found) != 1 || found[0].Confidence != c.want {
			t.Errorf("%s: %d matches %v, want one of confidence %v", c.claims, len(found), found, c.want)
		}
	}
}
