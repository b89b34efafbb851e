package check

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestVectors holds the schemes to texts that issuers or standards publish. They are split,
// so that no scanner objects to this file.
func TestVectors(t *testing.T) {
	for _, c := range []struct {
		source, scheme, secret string
		want                   Verdict
		note                   string
	}{
		{"GitLab handbook, routable tokens", "gitlab-routable", "glpat" + "-payload.01.7" + "041c9xh", Holds, "checksum holds"},
		{"the same, changed", "gitlab-routable", "glpat" + "-paYload.01.7" + "041c9xh", Fails, "checksum fails"},
		{"GitLab, not routable", "gitlab-routable", "glpat" + "-12345678901234567890", Unknown, ""},
		{"grafana/grafana, satokengen's test", "grafana", "glsa" + "_yscW25imSKJIuav8zF37RZmnbiDvB05G_" + "fcaaf58a", Holds, "checksum holds"},
		{"docs.rs aws_account_id_from_key_id", "aws-key-id", "AKIA" + "SP2TPHJSQH3FJXYZ", Holds, "issued for account 171436882533"},
		{"psanford/aws-account-id-from-key", "aws-key-id", "ASIA" + "VJ2E6QGR2WZILJFM", Holds, "issued for account 364679954851"},
		{"AWS documentation", "aws-key-id", "AKIA" + "IOSFODNN7EXAMPLE", Harmless, noteExample},
		{"AWS documentation", "aws-key-id", "AKIA" + "I44QH8DHBEXAMPLE", Harmless, noteExample},
		{"an id of before 2019", "aws-key-id", "AKIA" + "IABCDEFGHIJKLMNO", Unknown, "made before 2019: names no account"},
		{"a zero in an id", "aws-key-id", "AKIA" + "SP2TPHJSQH3FJXY0", Fails, "holds a digit that no key id has (0, 1, 8 or 9)"},
		{"age's test kit", "age", "AGE-SECRET" + "-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX", Holds, "checksum holds"},
		{"Bitcoin Wiki, wallet import format", "base58check", "5HueCGU8rMjxEXxiPuD5BDk" + "u4MkFqeZyd4dZ1jvhTVqvbTLvyTJ", Holds, "checksum holds"},
		{"the same, changed", "base58check", "5HueCGU8rMjxEXxiPuD5BDk" + "u4MkFqeZyd4dZ1jvhTVqvbTLvyTK", Fails, "checksum fails"},
		{"the same, cut", "base58check", "5HueCGU8rMjxEXxiPuD5BDk" + "u4MkFqeZyd4dZ1jvhTVqvbTLvyT", Unknown, ""},
		{"BIP-32, vector 1, m", "base58check", "xprv" + "9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi", Holds, "checksum holds"},
		{"the same, changed", "base58check", "xprv" + "9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHj", Fails, "checksum fails"},
		{"BIP-32, vector 1, m/0H/1/2H/2", "base58check", "xprv" + "A2JDeKCSNNZky6uBCviVfJSKyQ1mDYahRjijr5idH2WwLsEd4Hsb2Tyh8RfQMuPh7f7RtyzTtdrbdqqsunu5Mm3wDvUAKRHSC34sJ7in334", Holds, "checksum holds"},
		{"BIP-32, vector 2, m", "base58check", "xprv" + "9s21ZrQH143K31xYSDQpPDxsXRTUcvj2iNHm5NUtrGiGG5e2DtALGdso3pGz6ssrdK4PFmM8NSpSBHNqPqm55Qn3LqFtT2emdEXVYsCzC2U", Holds, "checksum holds"},
		{"BIP-32, vector 1, m, public", "base58check", "xpub" + "661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8", Harmless, "an extended public key"},
		{"RFC 7617", "basic-auth", "QWxhZGRpbjpvcGVuIHNlc2FtZQ==", Harmless, noteExample},
		{"no colon", "basic-auth", "QWxhZGRpbm9wZW5zZXNhbWU=", Fails, noteUnreadable},
		{"a URL's scheme", "jfrog", "cmVmdGtu", Fails, noteUnreadable},
		{"GitHub documentation, mangled", "github", "ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a", Fails, "checksum fails"},
		{"therootcompany/base62-token.js, another implementation, test.js", "github", "ghp" + "_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ" + "0mLq17", Holds, "checksum holds"},
		{"the same", "github", "ghp" + "_2zvd1HvjzAGfAulOTlM4nSbwlc2cI8" + "44g2E1", Holds, "checksum holds"},
		{"polarsource/polar, oauth2_token.py: the id of its application", "polar", "polar" + "_ci_yZLBGwoWZVsOdfN5CODRwVSTlJfwJhXqwg65e" + "2CuNMZ", Holds, "checksum holds"},
		{"the same, its handbook: a checkout link", "polar", "polar" + "_cl_gon2ISU4r7oYyjVaxXlRVUv5MKh1H3c1gCxKn" + "1zZGHA", Holds, "checksum holds"},
		{"the same, changed", "polar", "polar" + "_cl_gon2ISU4r7oYyjVaxXlRVUv5MKh1H3c1gCxKm" + "1zZGHA", Fails, "checksum fails"},
		{"rust-lang/crates.io, access_token.rs", "crates-io", "cio" + "_tp_gGK6jurSwKyl9V3Az19z7YEFQI9aoOO" + "d", Holds, "checksum holds"},
		{"the same", "crates-io", "cio" + "_tp_0000000000000000000000000000000" + "w", Holds, "checksum holds"},
		{"the same", "crates-io", "cio" + "_tp_0000000000000000000000000000000" + "0", Fails, "checksum fails"},
		{"Discord's developer reference", "discord", "MTk4NjIyNDgzNDcxOTI1MjQ4" + ".Cl2FMQ." + "ZnCjm1XVW7vRze4b7Cq4se7kKWs", Holds, "issued for bot 198622483471925248"},
		{"getsentry/rfcs 0091", "sentry", "sntrys" + "_eyJpYXQiOjE2ODczMzY1NDMuNjk4NTksInVybCI6bnVsbCwicmVnaW9uX3VybCI6Imh0dHA6Ly9sb2NhbGhvc3Q6ODAwMCIsIm9yZyI6InNlbnRyeSJ9_" + "NzJkYzA3NzMyZTRjNGE2NmJlNjBjOWQxNGRjOTZiNmI", Holds, "at http://localhost:8000"},
		{"getsentry/sentry-cli, auth_token/test.rs", "sentry", "sntrys" + "_eyJpYXQiOjE3MDQyMDU4MDIuMTk5NzQzLCJ1cmwiOiJodHRwOi8vbG9jYWxob3N0OjgwMDAiLCJyZWdpb25fdXJsIjoiaHR0cDovL2xvY2FsaG9zdDo4MDAwIiwib3JnIjoic2VudHJ5In0=_" + "lQ5ETt61cHhvJa35fxvxARsDXeVrd0pu4/smF4sRieA", Holds, "issued for organisation sentry"},
		{"Grafana documentation, authentication API", "grafana-cloud", "eyJrIjoi" + "WHZiSWd3NzdCYUZnNUtibE9obUpESmE3bzJYNDRIc0UiLCJuIjoibXlrZXkiLCJpZCI6MX1=", Holds, "issued for organisation 1"},
		{"microsoft/security-utilities, SEC101_156", "entra-secret", "zzz" + "8Q~" + strings.Repeat("z", 31) + "blP", Holds, "checksum holds"},
		{"the same, its tests: one that does not hold", "entra-secret", "xxx" + "8Q~" + "dead.dead.DEAD-DEAD-dead~deadxxxxx", Fails, "checksum fails"},
		{"microsoft/security-utilities, a key of its tests", "azure-cask", strings.Repeat("A", 52) + "JQQJ99AG" + strings.Repeat("A", 16) + "ABCD" + "TZJ9JA==", Holds, "checksum holds"},
		{"the same, changed", "azure-cask", strings.Repeat("A", 52) + "JQQJ99AG" + strings.Repeat("A", 16) + "ABCD" + "TZK9JA==", Unknown, "created 2024-07"},
		{"RFC 8410, section 10.3", "pem", "-----BEGIN " + "PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END " + "PRIVATE KEY-----", Holds, "Ed25519, unencrypted"},
		{"BIP-39, test vectors", "bip39", "ozone drill grab fiber curtain grace " + "pudding thank cruise elder eight picnic", Holds, "12 words"},
		{"BIP-39, test vectors", "bip39", "scheme spot photo card baby mountain " + "device kick cradle pact join borrow", Holds, "12 words"},
		{"BIP-39, test vectors", "bip39", "abandon abandon abandon abandon abandon abandon " + "abandon abandon abandon abandon abandon about", Harmless, noteExample},
		{"BIP-39, test vectors", "bip39", "legal winner thank year wave sausage " + "worth useful legal winner thank yellow", Harmless, noteExample},
		{"BIP-39, test vectors", "bip39", "gravity machine north sort system female " + "filter attitude volume fold club stay feature office ecology stable narrow fog", Holds, "18 words"},
		{"BIP-39, test vectors", "bip39", "horn tenant knee talent sponsor spell " + "gate clip pulse soap slush warm silver nephew swap uncle crack brave", Holds, "18 words"},
		{"BIP-39, test vectors", "bip39", "abandon abandon abandon abandon abandon abandon " + "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon agent", Harmless, noteExample},
		{"BIP-39, test vectors", "bip39", "legal winner thank year wave sausage " + "worth useful legal winner thank year wave sausage worth useful legal will", Harmless, noteExample},
		{"BIP-39, test vectors", "bip39", "hamster diagram private dutch cause delay " + "private meat slide toddler razor book happy fancy gospel tennis maple dilemma loan word shrug inflict delay length", Holds, "24 words"},
		{"BIP-39, test vectors", "bip39", "panda eyebrow bullet gorilla call smoke " + "muffin taste mesh discover soft ostrich alcohol speed nation flash devote level hobby quick inner drive ghost inside", Holds, "24 words"},
		{"BIP-39, test vectors", "bip39", "abandon abandon abandon abandon abandon abandon " + "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon art", Harmless, noteExample},
		{"BIP-39, test vectors", "bip39", "legal winner thank year wave sausage " + "worth useful legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth title", Harmless, noteExample},
		{"the same, two words exchanged", "bip39", "ozone drill grab curtain fiber grace " + "pudding thank cruise elder eight picnic", Fails, "checksum fails"},
		{"the same, with another word", "bip39", "ozone drill grab fiber curtain keysieve " + "pudding thank cruise elder eight picnic", Fails, "1 of 12 words are not in BIP-39's list"},
		{"the same, a word less", "bip39", "ozone drill grab fiber curtain grace " + "pudding thank cruise elder eight", Unknown, ""},
		{"spesmilo/electrum, its tests", "bip39", "cycle rocket west magnet parrot shuffle " + "foot correct salt library feed song", Holds, "a phrase of Electrum"},
		{"the same", "bip39", "bitter grass shiver impose acquire brush " + "forget axis eager alone wine silver", Holds, "a phrase of Electrum"},
		{"words of another language", "bip39", "mesa lápiz " + strings.Repeat("silla ventana ", 6), Unknown, ""},
		{"not of the classic form", "github", "ghp" + "_short", Unknown, ""},
	} {
		s, ok := ByName(c.scheme)
		if !ok {
			t.Fatalf("no scheme %s", c.scheme)
		}
		r := s.Check(c.secret)
		if r.Verdict != c.want || (c.note == "") != (len(r.Notes) == 0) || c.note != "" && !slices.Contains(r.Notes, c.note) {
			t.Errorf("%s: %v %q, want %v %q", c.source, r.Verdict, r.Notes, c.want, c.note)
		}
	}
}

// TestMarvin holds the checksum to SymCrypt's own test (lib/marvin32.c) and to
// further published values (skeeto/marvin32).
func TestMarvin(t *testing.T) {
	for _, c := range []struct {
		seed uint64
		text string
		want uint64
	}{
		{0xd53cd9cecd0893b7, "abc", 0x22c74339492769bf},
		{0xddddeeeeffff000, "abcdefghijklmnopqrstuvwxyz", 0xa128eb7e7260aca2},
		{0x004fb61a001bdbcc, "", 0x30ed35c100cd3c7d},
		{0x004fb61a001bdbcc, "\xaf", 0x48e73fc77d75ddc1},
		{0x004fb61a001bdbcc, "\xe7\x0f", 0xb5f6e1fc485dbff8},
		{0x004fb61a001bdbcc, "\x37\xf4\x95", 0xf0b07c789b8cf7e8},
		{0x004fb61a001bdbcc, "\x86\x42\xdc\x59", 0x7008f2e87e9cf556},
	} {
		if got := marvin64([]byte(c.text), c.seed); got != c.want {
			t.Errorf("marvin64(%q, %#x) = %#x, want %#x", c.text, c.seed, got, c.want)
		}
	}
}

// TestAzureVectors holds the table to the keys of Microsoft's own tests (microsoft/security-utilities,
// identifiable_scans.rs and SecretMaskerTests.cs), which have a checksum and nothing random.
func TestAzureVectors(t *testing.T) {
	for _, c := range []struct {
		fill       string
		length     int
		end, named string
	}{
		{"a", 76, "+ASt5mnCaw==", "Storage"}, {"a", 76, "+ABa13FZVQ==", "Batch"}, {"a", 76, "+AMCFNqWyA==", "ML web service (classic)"},
		{"a", 76, "ACDbOpqrYA==", "Cosmos DB"}, {"a", 76, "APIMHbKhsQ==", "API Management"}, {"a", 76, "APIMHbKhsQ", "API Management"},
		{"a", 33, "+ARmD7h+qo=", "Relay"}, {"a", 33, "+AEhG2s/8w=", "Event Hubs"}, {"a", 33, "+ASbHpHeAI=", "Service Bus"},
		{"a", 33, "AIoTOumzco=", "IoT"}, {"b", 33, "AZEGLiQbng=", "Event Grid"}, {"a", 42, "AzSeCjhzCu", "AI Search"},
		{"d", 42, "+ACRCUDxQE", "Container Registry"}, {"e", 42, "+ACRCTB7t/", "Container Registry"}, {"d", 44, "AzFu182vhA==", "Functions"},
	} {
		key := strings.Repeat(c.fill, c.length) + c.end
		r := azureHIS{}.Check(key)
		if r.Verdict != Holds || !slices.Equal(r.Notes, []string{noteHolds, "key of Azure " + c.named}) {
			t.Errorf("%s: %v %q", c.end, r.Verdict, r.Notes)
		}
		changed := "c" + key[1:]
		if r := (azureHIS{}).Check(changed); r.Verdict != Fails {
			t.Errorf("%s, changed: %v %q", c.end, r.Verdict, r.Notes)
		}
	}
}

// TestMacaroon holds the reader of PyPI's tokens to a token of pypitoken's tests, which is of another domain.
func TestMacaroon(t *testing.T) {
	data, ok := unbase64("AgELZXhhbXBsZS5jb20CBjEyM2ZvbwAABiCK4TytWvy17_Up7TvhdVDhFx8cjU_ne_6wtOqxPUZmxw")
	if location, caveats, whole := readMacaroon(data); !ok || !whole || location != "example.com" || len(caveats) > 0 {
		t.Errorf("location %q, caveats %q, whole %v", location, caveats, whole)
	}
	if _, _, whole := readMacaroon(data[:len(data)-1]); whole {
		t.Error("it is whole without its last byte")
	}
}

func TestAzureTable(t *testing.T) {
	for _, s := range azureServices() {
		if len(s.signature) != 4 || s.name == "" || len(s.seeds) == 0 {
			t.Errorf("bad line for %q", s.signature)
		}
		for _, seed := range s.seeds {
			if len(seed) != 8 {
				t.Errorf("%s: seed %q has not eight characters", s.signature, seed)
			}
		}
	}
	if got := marvinSeed("Default0"); got != 0x44656661756c7430 {
		t.Errorf("the seed of storage keys is %#x", got)
	}
}

func TestAzureCASK(t *testing.T) {
	for _, c := range []struct{ middle, note string }{
		{"JQQJ99BC", "created 2025-03"}, {"JQQJ9DAA", "created 2024-01"}, {"JQQJ9HZL", "created 2049-12"},
		{"JQQJ99BM", ""}, {"JQQJ99b1", ""}, {"JQQJ98BC", ""}, {"JQQK99BC", ""},
	} {
		key := strings.Repeat("a", 52) + c.middle + strings.Repeat("a", 24)
		r := azureCASK{}.Check(key)
		if want := c.note != ""; want && !slices.Equal(r.Notes, []string{c.note}) || !want && len(r.Notes) > 0 || r.Verdict != Unknown {
			t.Errorf("%s: %+v, want %q", c.middle, r, c.note)
		}
		if r := (azureHIS{}).Check(key); r.Verdict != Unknown && strings.HasPrefix(c.middle, "JQQJ9") {
			t.Errorf("%s as an older key: %+v", c.middle, r)
		}
	}
}

// TestAzureDevOpsPAT holds that the checksum confirms a token and that another text of its form is left
// to the rule: no token is published on which it could be confirmed itself.
func TestAzureDevOpsPAT(t *testing.T) {
	for _, fill := range []string{"a", "abcdefghijklmnopqrstuvwxyz234567"} {
		text := strings.Repeat(fill, 52)[:52]
		mended, ok := azureDevOpsPAT{}.Mend(text)
		if r := (azureDevOpsPAT{}).Check(mended); !ok || r.Verdict != Holds || !slices.Contains(r.Notes, "issued for a user") {
			t.Errorf("%q: mended, it is %+v", fill, r)
		}
		if r := (azureDevOpsPAT{}).Check(text); r.Verdict != Unknown || len(r.Notes) > 0 {
			t.Errorf("%q: %+v", fill, r)
		}
	}
}

// TestBech32 holds the checksum to BIP-173's valid and invalid texts.
func TestBech32(t *testing.T) {
	for _, c := range []struct {
		text string
		want bool
	}{
		{"a12uel5l", true},
		{"an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs", true},
		{"abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", true},
		{"split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", true},
		{"split1checkupstagehandshakeupstreamerranterredcaperred2y9e3q", false},
		{"a1g7sgd8", false},
	} {
		prefix, data, ok := cutBech32(c.text)
		if got := ok && bech32Polymod(prefix, data) == 1; got != c.want {
			t.Errorf("%s: %v, want %v", c.text, got, c.want)
		}
	}
}

func at(date string) func() time.Time {
	return func() time.Time {
		d, err := time.Parse(time.DateOnly, date)
		if err != nil {
			panic(err)
		}
		return d
	}
}

// token makes a JWT with a signature of that many bytes.
func token(header, claims string, signature int) string {
	e := base64.RawURLEncoding.EncodeToString
	return e([]byte(header)) + "." + e([]byte(claims)) + "." + e(make([]byte, signature))
}

func TestJWT(t *testing.T) {
	const hs256 = `{"alg":"HS256","typ":"JWT"}`
	// RFC 7515, appendix A.1
	rfc := "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9" + "." + "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ" + "." + "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	for _, c := range []struct {
		name, text string
		want       Verdict
		mild       bool
		notes      string
	}{
		{"RFC 7515", rfc, Holds, true, "expired on 2011-03-22; issued by joe"},
		{"later", token(hs256, `{"exp":1700000000,"aud":["a","b"]}`, 32), Holds, false, "expires on 2023-11-14; for audience a, b"},
		{"today", token(hs256, `{"exp":1640995200}`, 32), Holds, false, "expires on 2022-01-01"},
		{"yesterday", token(hs256, `{"exp":1640995199}`, 32), Holds, true, "expired on 2021-12-31"},
		{"no end", token(hs256, `{"iss":"x","aud":"y"}`, 32), Holds, false, "issued by x; for audience y"},
		{"nothing known", token(hs256, `{"a":1}`, 32), Holds, false, "structure holds"},
		{"Supabase public", token(hs256, `{"iss":"supabase","role":"anon"}`, 32), Holds, true, "issued by supabase; role anon, which is public by design"},
		{"Supabase service", token(hs256, `{"iss":"supabase","role":"service_role"}`, 32), Holds, false, "issued by supabase; role service_role"},
		{"jwt.io", token(hs256, `{"sub":"1234567890","name":"John Doe","iat":1516239022}`, 32), Harmless, false, "the example of jwt.io"},
		{"not signed", token(`{"alg":"none"}`, `{"iss":"x"}`, 0), Harmless, false, "not signed (alg none)"},
		{"none, but signed", token(`{"alg":"none"}`, `{"iss":"x"}`, 32), Holds, false, "issued by x"},
		{"short signature", token(hs256, `{"iss":"x"}`, 20), Fails, false, "its signature has 20 bytes, HS256 has 32"},
		{"RS256", token(`{"alg":"RS256"}`, `{"iss":"x"}`, 256), Holds, false, "issued by x"},
		{"RS256 cut", token(`{"alg":"RS256"}`, `{"iss":"x"}`, 100), Fails, false, "its signature has 100 bytes, RS256 has more"},
		{"no JSON", "abcd.efgh.ijkl", Fails, false, "its header does not decode to JSON"},
		{"no claims", token(hs256, `text`, 32), Fails, false, "its claims are no JSON object"},
		{"signed text", token(`{"alg":"HS256"}`, `text`, 32), Unknown, false, "holds no claims"},
		{"two parts", "eyJhbGciOiJIUzI1NiJ9.e30", Unknown, false, ""},
		{"control characters", token(hs256, `{"iss":"a\u001b[31m\nb"}`, 32), Holds, false, "issued by a[31mb"},
		{"odd claims", token(hs256, `{"exp":"soon","iss":{},"aud":7}`, 32), Holds, false, "structure holds"},
		{"a far end", token(hs256, `{"exp":1e300}`, 32), Holds, false, "structure holds"},
	} {
		r := jwt{now: at("2022-01-01")}.Check(c.text)
		if expired := strings.HasPrefix(c.notes, "expired "); r.Spent != expired {
			t.Errorf("%s: spent=%v, want %v", c.name, r.Spent, expired)
		}
		if r.Verdict != c.want || r.Mild != c.mild || strings.Join(r.Notes, "; ") != c.notes {
			t.Errorf("%s: %v mild=%v %q, want %v mild=%v %q", c.name, r.Verdict, r.Mild, r.Notes, c.want, c.mild, c.notes)
		}
	}
}

// TestJWTDay holds that what is said of a token changes with the day and not with the hour, and that nothing is said
// of its end without a clock.
func TestJWTDay(t *testing.T) {
	text := token(`{"alg":"HS256"}`, `{"exp":1641038400}`, 32) // 2022-01-01 12:00 UTC
	for _, c := range []struct {
		now   string
		spent bool
	}{{"2021-12-31T23:59:59Z", false}, {"2022-01-01T00:00:00Z", false}, {"2022-01-01T23:59:59Z", false}, {"2022-01-02T00:00:00Z", true}, {"2022-01-02T01:00:00+02:00", false}} {
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		if r := (jwt{now: func() time.Time { return now }}).Check(text); r.Spent != c.spent {
			t.Errorf("at %s: spent=%v %q, want %v", c.now, r.Spent, r.Notes, c.spent)
		}
	}
	if r := (jwt{}).Check(text); r.Spent || strings.Join(r.Notes, "") != "structure holds" {
		t.Errorf("without a clock: spent=%v %q", r.Spent, r.Notes)
	}
}

func TestNotes(t *testing.T) {
	b64 := base64.RawStdEncoding.EncodeToString
	for _, c := range []struct{ scheme, secret, notes string }{
		{"grafana-cloud", "glc_" + b64([]byte(`{"o":"123456","n":"stack-1-alloy","k":"abcdefghijklmnop","m":{"r":"eu"}}`)),
			"issued for organisation 123456; named stack-1-alloy; in region eu"},
		{"grafana-cloud", b64([]byte(`{"k":"abcdefghijklmnop","n":"ci","id":7}`)), "issued for organisation 7; named ci"},
		{"sentry", "sntrys_" + b64([]byte(`{"iat":1684154626.824782,"url":"https://sentry.io","region_url":"https://us.sentry.io","org":"acme"}`)) + "_" + strings.Repeat("a", 43),
			"issued for organisation acme; at https://us.sentry.io"},
		{"onepassword", "ops_" + b64([]byte(`{"signInAddress":"acme.1password.com","email":"x@1passwordserviceaccounts.com","secretKey":"A3-X"}`)),
			"issued for x@1passwordserviceaccounts.com; at acme.1password.com"},
		{"discord", b64([]byte("80351110224678912")) + ".abcdef." + strings.Repeat("a", 27), // the snowflake of Discord's documentation
			"issued for bot 80351110224678912; its account was made on 2015-08-10"},
		{"gitlab-routable", gitlabToken("o:1\nu:1a\n"), "checksum holds; issued for user 46; issued for organisation 1"},
		{"gitlab-routable", gitlabToken("o:1\np:7"), "checksum holds; issued for project 7; issued for organisation 1"},
		{"gcp-service-account", `{"type": "service_account", "client_email" : "a@b.iam.gserviceaccount.com", "private_key": "` +
			strings.ReplaceAll(madeBlock("PRIVATE KEY", 600), "\n", `\n`) + `"}`, "issued for a@b.iam.gserviceaccount.com; RSA 928 bits, unencrypted"},
		{"github", "ghs_123_" + token(`{"alg":"RS256"}`, `{"iss":"github"}`, 256), "issued for app 123; issued by github"},
	} {
		s, _ := ByName(c.scheme)
		r := s.Check(c.secret)
		if got := strings.Join(r.Notes, "; "); r.Verdict != Holds || got != c.notes {
			t.Errorf("%s: %v %q, want %q", c.scheme, r.Verdict, got, c.notes)
		}
	}
}

// gitlabToken makes a routable token; the random bytes follow the routes.
func gitlabToken(routes string) string {
	payload := base64.RawURLEncoding.EncodeToString([]byte(routes + strings.Repeat("\xf0", 16) + "\x10"))
	body := "glpat-" + payload + ".01." + inBase(uint64(len(payload)), base36, 2)
	return body + gitlabSum(body)
}
