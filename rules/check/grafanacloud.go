package check

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// grafanaCloud checks Grafana Cloud's access policy tokens ("glc_" and base64 of
// a JSON object with the organisation o, the token's name n, the key k and
// metadata m) and Grafana's API keys of before version 9 (base64 of an object
// with k, n and the organisation id). Source: Grafana documentation on access
// policies, and the API key generator of Grafana's source (apikeygen).
type grafanaCloud struct{}

func (grafanaCloud) Name() string { return "grafana-cloud" }

func (grafanaCloud) Check(secret string) Result {
	body, cloud := strings.CutPrefix(secret, "glc_")
	if !cloud && !strings.HasPrefix(body, "eyJrIjoi") {
		return Result{}
	}
	failed := func(r Result) Result { return r } // Grafana's documentation shows a key of the older form
	if cloud {
		failed = unproven // and no token of the newer one
	}
	data, ok := unbase64(body)
	if !ok {
		return failed(unreadable())
	}
	var token struct {
		Org   json.RawMessage `json:"o"`
		ID    json.RawMessage `json:"id"`
		Name  *string         `json:"n"`
		Key   *string         `json:"k"`
		Place struct {
			Region string `json:"r"`
		} `json:"m"`
	}
	if json.Unmarshal(data, &token) != nil || token.Key == nil || token.Name == nil {
		return failed(unreadable())
	}
	owner := token.ID
	if cloud {
		owner = token.Org
	}
	if owner == nil {
		return failed(unreadable())
	}
	return structured(about("issued for organisation", strings.Trim(string(owner), `"`)),
		about("named", *token.Name), about("in region", token.Place.Region))
}

func (grafanaCloud) Mend(secret string) (string, bool) {
	body, cloud := strings.CutPrefix(secret, "glc_")
	rng := seeded(secret)
	name := "ci-" + randomText(rng, base36, 5)
	form := `{"k":"%s","n":"` + name + `","id":1}`
	if cloud {
		form = `{"o":"` + strconv.Itoa(100000+rng.IntN(900000)) + `","n":"` + name + `","k":"%s","m":{"r":"us"}}`
	}
	fill := room(body) - len(fmt.Sprintf(form, ""))
	if fill < 8 {
		return "", false
	}
	mended := enbase64(fmt.Appendf(nil, form, randomText(rng, base62, fill)), body)
	if cloud {
		mended = "glc_" + mended
	}
	return mended, grafanaCloud{}.Check(mended).Verdict == Holds
}
