package detect

import (
	"slices"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
)

// TestSecondPassword holds that both passwords of a command that takes two are found: the other one would stand in clear in the first one's
// excerpt. A and B stand for drawn passwords.
func TestSecondPassword(t *testing.T) {
	d := New(mustBuiltin(t))
	secrets := map[string]string{"A": "q8Zt3LmX0vR5yN7bC2wK", "B": "Wp5Jd9Hs2Kf7Gq4Tn8Xb"}
	fill := strings.NewReplacer("{A}", secrets["A"], "{B}", secrets["B"])
	for content, want := range map[string]string{
		"(echo {A}; echo {B}) | passwd bob\n":                                         "AB",
		"( echo \"{A}\" ; echo \"{B}\" ) | sudo smbpasswd -a bob\n":                   "AB",
		"(echo {A}; echo {A}) | passwd bob\n":                                         "A",
		"(echo {A}; echo {B}) | sort\n":                                               "",
		"curl -su bob:{A} https://a.acme.io -xu ann:{B} https://b.acme.io\n":          "AB",
		"curl -u bob:{A} https://a.acme.io -U ann:{B} https://b.acme.io\n":            "AB",
		"skopeo copy --src-creds a:{A} --dest-creds=b:{B} docker://a docker://b\n":    "AB",
		"skopeo copy \\\n  --dest-creds a:{A} \\\n  --src-creds b:{B} docker://a b\n": "AB",
		"ssh-keygen -p -P {A} -N {B} -f key\n":                                        "AB",
		"ssh-keygen -p -N '{B}' -f key -P \"{A}\"\n":                                  "AB",
		"ssh-keygen -f key; install -N {B}\n":                                         "",
		"pdftk a.pdf output b.pdf owner_pw {A} user_pw {B}\n":                         "AB",
		"pdftk a.pdf input_pw {B} output b.pdf user_pw {A}\n":                         "AB",
	} {
		var got []string
		for _, m := range foundAnywhere(d, fill.Replace(content)) {
			for letter, secret := range secrets {
				if m.Secret == secret && m.Confidence > rules.ConfidenceLow && !slices.Contains(got, letter) {
					got = append(got, letter)
				}
			}
		}
		slices.Sort(got)
		if strings.Join(got, "") != want {
			t.Errorf("%q: found %q, want %q", content, got, want)
		}
	}
}
