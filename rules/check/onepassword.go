package check

import (
	"encoding/json"
	"fmt"
	"strings"
)

// onePassword checks 1Password's service account tokens: "ops_" and base64url
// of a JSON object with the address, the account's mail address and its keys.
// Source: 1Password developer documentation, "Service account security", which shows no token.
type onePassword struct{}

func (onePassword) Name() string { return "onepassword" }

func (onePassword) Check(secret string) Result {
	body, ok := strings.CutPrefix(secret, "ops_")
	if !ok || !strings.HasPrefix(body, "eyJ") {
		return Result{}
	}
	data, ok := unbase64(body)
	if !ok {
		return unproven(unreadable())
	}
	var token struct {
		Address string `json:"signInAddress"`
		Email   string `json:"email"`
		Key     string `json:"secretKey"`
	}
	if json.Unmarshal(data, &token) != nil || token.Address == "" && token.Email == "" && token.Key == "" {
		return unproven(unreadable())
	}
	return structured(about("issued for", token.Email), about("at", token.Address))
}

func (onePassword) Mend(secret string) (string, bool) {
	body, ok := strings.CutPrefix(secret, "ops_")
	if !ok {
		return "", false
	}
	rng := seeded(secret)
	form := `{"signInAddress":"x.1password.com","email":"` + randomText(rng, base36, 8) + `@1passwordserviceaccounts.com","secretKey":"A3-%s"}`
	fill := max(room(body)-len(fmt.Sprintf(form, "")), 8)
	mended := "ops_" + enbase64(fmt.Appendf(nil, form, randomText(rng, base32Std, fill)), body)
	return mended, onePassword{}.Check(mended).Verdict == Holds
}
