package check

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
)

// sentry checks Sentry's organisation tokens: "sntrys_", base64 of a JSON object
// with the time of issue, the URL, the region's URL and the organisation, an
// underscore, and a random part. Source: getsentry/rfcs 0091, "CI Upload Tokens".
type sentry struct{}

func (sentry) Name() string { return "sentry" }

func (sentry) Check(secret string) Result {
	payload, _, ok := cutSentry(secret)
	if !ok {
		return Result{}
	}
	data, ok := unbase64(payload)
	if !ok {
		return unreadable()
	}
	var token struct {
		Issued float64 `json:"iat"`
		URL    string  `json:"url"`
		Region string  `json:"region_url"`
		Org    string  `json:"org"`
	}
	if json.Unmarshal(data, &token) != nil || token.Org == "" || token.URL == "" && token.Region == "" {
		return unreadable()
	}
	place := token.Region
	if place == "" {
		place = token.URL
	}
	return structured(about("issued for organisation", token.Org), about("at", place))
}

func (sentry) Mend(secret string) (string, bool) {
	payload, random, ok := cutSentry(secret)
	if !ok {
		return "", false
	}
	rng := seeded(secret)
	form := `{"iat":1%d.%d,"url":"https://sentry.io","region_url":"https://us.sentry.io","org":"%s"}`
	iat, part := 600_000_000+rng.IntN(100_000_000), 100_000+rng.IntN(900_000)
	fill := max(room(payload)-len(fmt.Sprintf(form, iat, part, "")), 1)
	enc := base64.StdEncoding
	if !strings.HasSuffix(payload, "=") {
		enc = base64.RawStdEncoding
	}
	mended := "sntrys_" + enc.EncodeToString(fmt.Appendf(nil, form, iat, part, randomText(rng, base36, fill))) + "_" + random
	return mended, sentry{}.Check(mended).Verdict == Holds
}

// cutSentry splits a token into the encoded object and the random part.
func cutSentry(secret string) (payload, random string, ok bool) {
	body, ok := strings.CutPrefix(secret, "sntrys_")
	if !ok {
		return "", "", false
	}
	payload, random, ok = strings.Cut(body, "_")
	return payload, random, ok && len(random) >= 20
}
