package detect

import (
	"testing"

	"github.com/keysieve/keysieve/rules"
)

// TestBareNames holds that letters and digits beside nothing but a provider's name block no commit where they stand in another method's
// call, in an array or under a name that goes on, and those that are given to the provider do.
func TestBareNames(t *testing.T) {
	d := New(mustBuiltin(t))
	const value = "Qm7Zr2Kx9Wt4Vb6Ny3Hc8Jd5Lf1Gp0Sa"
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
