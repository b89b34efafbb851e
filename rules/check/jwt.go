package check

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// jwt checks JSON Web Tokens: base64url of a JSON header that names an
// algorithm, of JSON claims, and a signature of the length that the algorithm
// gives. Source: RFC 7519 (JWT), RFC 7515 (JWS), RFC 7518 (algorithms).
type jwt struct {
	// now tells the time, of which no more than the day counts: what a check says of a token changes at midnight
	// UTC at most, and the same scan gives the same all day. nil: nothing is said of expiry.
	now func() time.Time
}

func (jwt) Name() string { return "jwt" }

func (j jwt) Check(secret string) Result {
	parts := strings.Split(secret, ".")
	if len(parts) != 3 && len(parts) != 5 {
		return Result{}
	}
	var header struct {
		Algorithm  string `json:"alg"`
		Type       string `json:"typ"`
		Encryption string `json:"enc"`
	}
	if data, ok := unbase64(parts[0]); !ok || json.Unmarshal(data, &header) != nil {
		return Result{Verdict: Fails, Notes: []string{"its header does not decode to JSON"}}
	}
	if len(parts) == 5 {
		if header.Encryption == "" {
			return Result{}
		}
		return structured("encrypted with " + header.Encryption)
	}
	data, ok := unbase64(parts[1])
	if !ok {
		return Result{Verdict: Fails, Notes: []string{"its claims do not decode"}}
	}
	var claims map[string]json.RawMessage
	if json.Unmarshal(data, &claims) != nil {
		if strings.EqualFold(header.Type, "JWT") {
			return Result{Verdict: Fails, Notes: []string{"its claims are no JSON object"}}
		}
		return Result{Notes: []string{"holds no claims"}} // a JWS of anything else, or cut
	}
	if strings.EqualFold(header.Algorithm, "none") && parts[2] == "" {
		return Result{Verdict: Harmless, Notes: []string{"not signed (alg none)"}}
	}
	if claimText(claims, "sub") == "1234567890" && claimText(claims, "name") == "John Doe" {
		return Result{Verdict: Harmless, Notes: []string{"the example of jwt.io"}}
	}
	if note := badSignature(header.Algorithm, parts[2]); note != "" {
		return Result{Verdict: Fails, Notes: []string{note}}
	}
	return j.judge(claims)
}

// judge tells what the claims of a well-formed token say.
func (j jwt) judge(claims map[string]json.RawMessage) Result {
	var lifetime string
	spent := false
	if exp, ok := claimTime(claims, "exp"); ok && j.now != nil {
		lifetime = "expires on " + exp.Format(time.DateOnly)
		if exp.Before(j.now().UTC().Truncate(24 * time.Hour)) {
			spent = true
			lifetime = "expired on " + exp.Format(time.DateOnly)
		}
	}
	role := claimText(claims, "role")
	public := role == "anon" && strings.HasPrefix(claimText(claims, "iss"), "supabase")
	if public {
		role = "anon, which is public by design"
	}
	r := structured(lifetime, about("issued by", claimText(claims, "iss")),
		about("for audience", claimText(claims, "aud")), about("role", role))
	r.Mild, r.Spent = spent || public, spent
	return r
}

// signatureSize is the length in bytes of an algorithm's signatures, 0 where it is not
// fixed or the algorithm is unknown.
func signatureSize(algorithm string) int {
	switch algorithm {
	case "HS256":
		return 32
	case "HS384":
		return 48
	case "HS512", "ES256", "ES256K", "EdDSA", "Ed25519":
		return 64
	case "ES384":
		return 96
	case "ES512":
		return 132
	}
	return 0
}

// badSignature says what is wrong with a signature, "" if nothing is. An
// unknown algorithm may sign as it likes; RSA's signatures are as long as the key.
func badSignature(algorithm, signature string) string {
	data, ok := unbase64(signature)
	if !ok {
		return "its signature does not decode"
	}
	switch size := signatureSize(algorithm); {
	case size > 0 && len(data) == size, size == 64 && algorithm == "EdDSA" && len(data) == 114: // Ed448
		return ""
	case size > 0:
		return fmt.Sprintf("its signature has %d bytes, %s has %d", len(data), algorithm, size)
	case len(algorithm) == 5 && (algorithm[:2] == "RS" || algorithm[:2] == "PS") && (len(data) < 128 || len(data)%8 != 0):
		return fmt.Sprintf("its signature has %d bytes, %s has more", len(data), algorithm)
	}
	return ""
}

// claimText returns a claim that is a text, or a list of texts joined by commas.
func claimText(claims map[string]json.RawMessage, name string) string {
	var one string
	if json.Unmarshal(claims[name], &one) == nil {
		return one
	}
	var many []string
	if json.Unmarshal(claims[name], &many) == nil {
		return strings.Join(many, ", ")
	}
	return ""
}

// claimTime returns a claim that is a time in seconds since 1970, of the years 1970 to 9999.
func claimTime(claims map[string]json.RawMessage, name string) (time.Time, bool) {
	var seconds float64
	if json.Unmarshal(claims[name], &seconds) != nil || seconds <= 0 || seconds > 253402300799 {
		return time.Time{}, false
	}
	return time.Unix(int64(seconds), 0).UTC(), true
}
