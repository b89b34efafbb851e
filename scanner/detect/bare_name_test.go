package detect

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
)

// TestBareNames holds that letters and digits beside nothing but a provider's name block no commit where they stand in another method's
// call, in an array or under a name that goes on, and those that are given to the provider do.
func TestBareNames(t *testing.T) {
	d := New(mustBuiltin(t))
	const value, lower = "Qm7Zr2Kx9Wt4Vb6Ny3Hc8Jd5Lf1Gp0Sa", "qm7zr2kx9wt4vb6ny3hc8jd5lf1gp0sa"
	const long = value + "Xe5Rk2Mw9Tq4Yb7Ph3Zs8Gc6Nd1L"
	for line, blocks := range map[string]bool{
		`mistral.render("` + value + `")`:                          false,
		`drawLine(mistral, "` + value + `");`:                      false,
		`["mistral", "` + value + `"],`:                            false,
		`Kind::Mistral => "` + value + `",`:                        false,
		`if (mistral != "` + value + `") {`:                        false,
		`const mistralBoard = "` + value + `";`:                    false,
		`mistral_page_slug: ` + value:                              false,
		`mistral["` + value + `"] = 1`:                             false,
		`| mistral | ` + value + ` |`:                              false,
		`<div class="mistral">` + value + `</div>`:                 false,
		`# mistral (` + value + `)`:                                false,
		`draw("` + value + `") // mistral`:                         false,
		`mistral.render("` + value + `", api_key)`:                 true,
		`MISTRAL=` + value:                                         true,
		`MISTRAL_PROD=` + value:                                    true,
		`mistral: "` + value + `"`:                                 true,
		`'mistral' => '` + value + `',`:                            true,
		`var mistral string = "` + value + `"`:                     true,
		`<mistral>` + value + `</mistral>`:                         true,
		`<string name="mistral">` + value + `</string>`:            true,
		"- name: MISTRAL\n  value: " + value:                       true,
		`ENV MISTRAL ` + value:                                     true,
		`--mistral ` + value:                                       true,
		`new Mistral("` + value + `")`:                             true,
		`Mistral('` + value + `')`:                                 true,
		`require('mistral')('` + value + `')`:                      true,
		`mistral.create("` + value + `")`:                          true,
		`Mistral.init("` + value + `")`:                            true,
		`os.Setenv("MISTRAL", "` + value + `")`:                    true,
		`process.env.MISTRAL || "` + value + `"`:                   true,
		`set -gx MISTRAL ` + value:                                 true,
		`set -x MISTRAL "` + value + `"`:                           true,
		`os.getenv("MISTRAL", "` + value + `")`:                    true,
		`System.getenv().getOrDefault("MISTRAL", "` + value + `")`: true,
		`mistral <- "` + value + `"`:                               true,
		`java -Dmistral=` + value + ` app`:                         true,
		`#define MISTRAL "` + value + `"`:                          true,
		`MISTRAL_AI="` + value + `"`:                               true,
		`mistral-ai: ` + value:                                     true,
		`MISTRALAI=` + value:                                       true,
		`public string Mistral { get; set; } = "` + value + `";`:   true,
		`{:mistral, "` + value + `"}`:                              true,
		`:mistral "` + value + `"`:                                 true,
		`"mistral" to "` + value + `"`:                             true,
		`{"mistral", "` + value + `"},`:                            true,
		`Map.of("mistral", "` + value + `")`:                       true,
		`MISTRAL_PERSONAL=` + value:                                true,
		`mistral_team: ` + value:                                   true,
		`MISTRAL_PRO=` + value:                                     true,
		`mistral_backend = "` + value + `"`:                        true,
		`mistral_stral = "` + value + `"`:                          false,
		`List.of("mistral", "` + value + `")`:                      false,
		`{"mistral", "` + value + `", 3},`:                         false,
		`mistral_board_ai = "` + value + `"`:                       false,
		`const mistral = { apiKey: "` + value + `" };`:             true,
		`VITE_GECKOBOARD=` + value:                                 true, // of rules that take the name apart
		`APP_GECKO_BOARD: ` + value:                                true,
		`settings.geckoboard = "` + value + `"`:                    true,
		`gecko_page = "` + value + `"`:                             false,
		`process.env.HONEYCOMB || "` + value + `"`:                 true,
		`REACT_APP_UPLOADCARE=9f3b1c7e5a` + "2d8046bb71":           true,
		`services.AddVolcengine("` + long + `")`:                   true,
		`geckoboard_page = "` + value + `"`:                        false,
		`M3O=` + value:                                             true, // with digits, letters that need not stand, or the provider's whole name
		`M3O_PROD=` + value:                                        true,
		`ai21Prod = "` + value + `"`:                               true,
		`m3o_page = "` + value + `"`:                               false,
		`FLOWLU=` + value + value[:19]:                             true,
		`FLOW_LU=` + value + value[:19]:                            true,
		`FLOWLU_PAGE=` + value + value[:19]:                        false,
		`OVHCLOUD=` + value:                                        true,
		`8X8_COM=` + value + value[:11]:                            true,
		`EIGHTXEIGHT=` + value + value[:11]:                        true,
		`8X8_COM_SLUG=` + value + value[:11]:                       false,
		`PYXIS_REDHAT=` + lower:                                    true,
		`HUAWEICLOUD_SK=` + value + value[:8]:                      true, // a secret key
		`aliyunSk: "` + value[:30] + `"`:                           true,
		`HUAWEI_TASK=` + value + value[:8]:                         false,
		`HUAWEI_SK_TASK=` + value + value[:8]:                      false,
		`POLYMARKET_CLOB=` + value + value[:11] + "=":              true,
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

// TestBareNameOfTheSurest holds that of several rules that know a name the one tells the value whose issuer it is.
func TestBareNameOfTheSurest(t *testing.T) {
	d := New(mustBuiltin(t))
	for _, issuer := range []string{"coinlayer", "countrylayer", "currencylayer"} {
		for _, m := range foundAnywhere(d, `process.env.`+strings.ToUpper(issuer)+` || "qm7zr2kx9wt4vb6ny3hc8jd5lf1gp0sa"`+"\n") {
			if id := d.rules[m.Rule].rule.ID; id != issuer+"-api-key" {
				t.Errorf("%s: told as %s", issuer, id)
			}
		}
	}
}

// TestNamesEndInTheirIssuers holds that the name of a variable that ends with the provider's ends with the issuer's, by whatever parts of it
// the rule's Near knows it.
func TestNamesEndInTheirIssuers(t *testing.T) {
	for _, r := range mustBuiltin(t).Rules() {
		if r.Near.Name == "" || r.Near.Keyed || r.Provider == "" {
			continue
		}
		for _, joint := range []string{"_", ""} {
			name := "MY_" + strings.ToUpper(strings.NewReplacer(" ", joint, ".", joint, "-", joint).Replace(r.Provider))
			for _, behind := range []string{"", "_PROD"} {
				if !endsInIssuer(name+behind, r) {
					t.Errorf("%s: %s%s does not end in the name of its issuer", r.ID, name, behind)
				}
			}
			if endsInIssuer(name+"_SLUG", r) {
				t.Errorf("%s: %s_SLUG ends in the name of its issuer", r.ID, name)
			}
		}
	}
}

// TestWordsOfRegex holds what words a Near's name is made of, and that letters which need not stand make no words without number.
func TestWordsOfRegex(t *testing.T) {
	for regex, want := range map[string]string{
		`flow_?f?lu`:                "flow flu lu",
		`(?:\b|_)m3o`:               "m3o",
		`sports?[_\-. ]?monks{0,2}`: "monks sport sports",
		`auth0|x??y|\x41bc`:         "auth auth0 bc",
		`acme\`:                     "acme",
		`acme[`:                     "acme",
		`acme{`:                     "acme",
	} {
		if got := strings.Join(slices.Sorted(maps.Keys(wordsOfRegex(regex))), " "); got != want {
			t.Errorf("%s: %s, want %s", regex, got, want)
		}
	}
	if n := len(wordsOfRegex(strings.Repeat("ab?c", 40))); n > 4*wordForms {
		t.Errorf("%d words", n)
	}
}
