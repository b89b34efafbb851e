package detect

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
)

// TestSharedPrefixes holds that keys with a prefix that several issuers have are told apart by length, alphabet or the name beside them.
func TestSharedPrefixes(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	const hex, alnum = "0123456789abcdef", "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	rng := rand.New(rand.NewPCG(1, 2))
	long := func(from string, n int) string {
		var b strings.Builder
		for range n {
			b.WriteByte(from[rng.IntN(len(from))])
		}
		return b.String()
	}
	live, test := "sk"+"_live_", "sk"+"_test_"
	for _, c := range []struct{ line, rule string }{
		{"SECRET_KEY=" + live + long(alnum, 24), "stripe-secret-key"},
		{"SECRET_KEY=" + live + long(alnum, 99), "stripe-secret-key"},
		{"SECRET_KEY=" + test + long(alnum, 99), "stripe-secret-key-test"},
		{"SECRET_KEY=" + live + long(alnum, 42), "clerk-secret-key"},
		{"SECRET_KEY=" + test + long(alnum, 42), "clerk-secret-key-test"},
		{"SECRET_KEY=" + live + long(hex, 40), "paystack-secret-key"},
		{"SECRET_KEY=" + test + long(hex, 40), "paystack-secret-key-test"},
		{"SECRET_KEY=" + test + "a2V5X" + long(alnum, 80), "workos-api-key"},
		{"SECRET_KEY=" + live + "a2V5X" + long(alnum, 80), "workos-api-key"},
		{"PAYMONGO_SECRET_KEY=" + live + long(alnum, 24), "paymongo-secret-key"},
		{"HIGHNOTE_API_KEY=" + live + long(alnum, 80), "highnote-api-key"},
		{"HIGHNOTE_API_KEY=" + "rk" + "_live_" + long(alnum, 80), "highnote-api-key"},
		{"APIDECK_API_KEY=" + live + long(alnum, 93), "apideck-api-key"},
		{"KNOCK_API_KEY=" + test + long(alnum, 43), "knock-secret-key"},
		{"USERFLOW_API_KEY=ak" + "_live_" + strings.ToLower(long(alnum, 30)), "userflow-api-key"},
		{"KEY=ak" + "_live_" + long(alnum, 30), "pagarme-secret-key"},
	} {
		found := New(set).Scan([]byte(c.line + "\n")).Matches
		if len(found) != 1 || set.Rules()[found[0].Rule].ID != c.rule {
			var got []string
			for _, m := range found {
				got = append(got, set.Rules()[m.Rule].ID)
			}
			t.Errorf("%.30s…: %q, want %s", c.line, got, c.rule)
		}
	}
}
