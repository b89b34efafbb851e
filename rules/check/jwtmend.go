package check

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
	"strings"
)

// jwtAlgorithms are what a made token may be signed with, the shortest signatures first.
var jwtAlgorithms = []struct {
	name string
	size int // bytes of a signature
}{{"HS256", 32}, {"HS384", 48}, {"ES256", 64}, {"ES384", 96}, {"ES512", 132}, {"RS256", 256}, {"RS512", 512}}

// serviceRole is the value of the claim role that Supabase's rule looks for: "service_role" at each offset of base64.
var serviceRole = []string{"InNlcnZpY2Vfcm9sZS", "c2VydmljZV9yb2xl", "zZXJ2aWNlX3JvbG"}

// Mend keeps how header and claims begin, as far as that can be read, since rules know issuers by such beginnings (eyJraWQiOi is
// {"kid":"), and about the lengths of the three parts.
func (j jwt) Mend(secret string) (string, bool) {
	parts := strings.Split(secret, ".")
	if len(parts) != 3 {
		return "", false
	}
	rng := seeded(secret)
	header, size := mendHeader(rng, parts[0], parts[2])
	issued := fmt.Sprintf(`"iat":%d}`, 1_600_000_000+rng.IntN(100_000_000))
	if slices.ContainsFunc(serviceRole, func(text string) bool { return strings.Contains(parts[1], text) }) {
		issued = `"role":"service_role",` + issued
	}
	claims := mendObject(rng, parts[1], "jti", issued)
	encode := base64.RawURLEncoding.EncodeToString
	mended := encode(header) + "." + encode(claims) + "." + encode(randomBytes(rng, size))
	return mended, j.Check(mended).Verdict == Holds
}

// mendHeader returns a header and the bytes of a signature by its algorithm.
func mendHeader(rng *rand.Rand, part, signature string) (header []byte, size int) {
	chosen := jwtAlgorithms[0]
	for _, a := range jwtAlgorithms {
		if chosen = a; base64.RawURLEncoding.EncodedLen(a.size) >= len(signature) {
			break
		}
	}
	if data, ok := unbase64(part); ok {
		if _, after, ok := bytes.Cut(data, []byte(`"alg":"`)); ok && bytes.IndexByte(after, '"') > 0 {
			if chosen.size = signatureSize(string(after[:bytes.IndexByte(after, '"')])); chosen.size == 0 {
				chosen.size = 256 // by RSA's commonest keys
			}
			if data[len(data)-1] == '}' {
				return data, chosen.size
			}
			return mendObject(rng, part, "kid", `"typ":"JWT"}`), chosen.size
		}
	}
	if data, _ := unbase64(part[:len(part)/4*4]); len(data) < 3 || strings.IndexByte(base62, data[2]) < 0 { // nothing to be read there
		header = []byte(`{"alg":"` + chosen.name + `","typ":"JWT"`)
		if fill := room(part) - len(header) - len(`,"kid":""}`); fill > 0 {
			header = fmt.Appendf(header, `,"kid":"%s"`, randomText(rng, base62, fill))
		}
		return append(header, '}'), chosen.size
	}
	return mendObject(rng, part, "kid", `"alg":"`+chosen.name+`"}`), chosen.size
}

// mendObject returns a JSON object that begins as the encoded part does, ends as end says, and takes about as much room as
// the part, with a member for what is left.
func mendObject(rng *rand.Rand, part, member, end string) []byte {
	data, _ := unbase64(part[:len(part)/4*4])
	state, n := objectStart, 0
	for n < len(data) {
		next, ok := state.after(data[n])
		if !ok {
			break
		}
		state, n = next, n+1
	}
	out := append([]byte(nil), data[:n]...)
	demanded := byte(0) // what the part goes on with: a rule may demand a few of its bits
	if n < len(data) {
		demanded = data[n]
	}
	for steps := 0; state != objectMore; steps++ {
		c := state.choose(rng, demanded, steps > 8)
		state, _ = state.after(c)
		out, demanded = append(out, c), 0
	}
	if fill := room(part) - len(out) - len(member) - len(`,"":"",`) - len(end); fill > 3 {
		out = fmt.Appendf(out, `,"%s":"%s"`, member, randomText(rng, base62, fill))
	}
	return append(append(out, ','), end...)
}

// objectState is how far a flat JSON object has been read whose values are texts, numbers and lists of texts.
type objectState uint8

const (
	objectStart objectState = iota // before the brace
	objectKey                      // before a key
	objectInKey
	objectColon // behind a key
	objectValue // behind the colon
	objectInText
	objectInNumber
	objectInList // before a text of a list
	objectInListText
	objectListMore // behind a text of a list
	objectMore     // behind a value
)

// steps lists what may follow in a state: characters, and the state behind them.
func (s objectState) steps() []objectStep {
	const name, inText = base62 + "_", base62 + "_-./: "
	return [...][]objectStep{
		objectStart:      {{"{", objectKey}},
		objectKey:        {{`"`, objectInKey}},
		objectInKey:      {{name, objectInKey}, {`"`, objectColon}},
		objectColon:      {{":", objectValue}},
		objectValue:      {{`"`, objectInText}, {digits[1:], objectInNumber}, {"[", objectInList}},
		objectInText:     {{inText, objectInText}, {`"`, objectMore}},
		objectInNumber:   {{digits, objectInNumber}, {",", objectKey}},
		objectInList:     {{`"`, objectInListText}},
		objectInListText: {{inText, objectInListText}, {`"`, objectListMore}},
		objectListMore:   {{",", objectInList}, {"]", objectMore}},
		objectMore:       {{",", objectKey}},
	}[s]
}

type objectStep struct {
	chars string
	to    objectState
}

func (s objectState) after(c byte) (objectState, bool) {
	for _, step := range s.steps() {
		if strings.IndexByte(step.chars, c) >= 0 {
			return step.to, true
		}
	}
	return s, false
}

// choose returns a character that may follow: the one that shares most of its first bits with what is demanded, if anything is, one
// that leads towards the end of the value where that is wanted, or any.
func (s objectState) choose(rng *rand.Rand, demanded byte, closing bool) byte {
	steps := s.steps()
	if demanded != 0 {
		best, most := steps[0].chars[0], -1
		for _, step := range steps {
			for i := range len(step.chars) {
				if same := bits.LeadingZeros8(step.chars[i] ^ demanded); same > most {
					best, most = step.chars[i], same
				}
			}
		}
		return best
	}
	step := steps[0]
	if closing {
		step = steps[len(steps)-1]
	}
	if s == objectValue {
		step = steps[0] // a text
	}
	return step.chars[rng.IntN(len(step.chars))]
}
