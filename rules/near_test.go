package rules

import (
	"regexp"
	"strings"
	"testing"
)

const hex32 = "3f8a1c2e9b7d4e60a1f35c2d8e9b0a47"

// nearSecret returns what a Near finds in a text: the first group that takes part; empty: nothing.
func nearSecret(t *testing.T, n Near, text string) string {
	t.Helper()
	for i, group := range regexp.MustCompile(n.pattern()).FindStringSubmatch(text) {
		if i > 0 && group != "" {
			return group
		}
	}
	return ""
}

func TestNearPlaces(t *testing.T) {
	near := Near{Name: `acme~pay|acme`, Value: `[0-9a-f]{32}`}
	for _, text := range []string{
		"ACME_API_KEY=" + hex32,
		`acmeKey := "` + hex32 + `"`,
		`acme: {apiKey: '` + hex32 + `'}`,
		"acme:\n  region: eu\n  token: " + hex32,
		"[acme]\nkey = " + hex32,
		`client = acme.Client("` + hex32 + `")`,
		"import acme\n\nclient = Client(\"" + hex32 + "\")",
		`curl -H "Authorization: Bearer ` + hex32 + `" https://api.acme.com`,
		"curl https://api.acme.com/v1/items \\\n  -H \"Authorization: Bearer " + hex32 + "\" \\\n  -d q=1",
		"Set `ACME_API_KEY` to `" + hex32 + "`.",
		"curl https://api.acme.com/token \\\n  -d \"grant_type=client_credentials\" \\\n  -d \"client_secret=" + hex32 + "\"",
		`client = acme.Client("http://localhost:7700", "` + hex32 + `")`,
		`curl -u ` + hex32 + `: https://api.acme.com`,
		`connect("` + hex32 + `", host="api.acme.com")`,
		`api_key = "` + hex32 + `"  # Acme`,
		`https://api.acme.com/v1?key=` + hex32 + `&q=1`,
		"acme-pay:\n  " + hex32,
		"curl https://api.acme.com/v1/items \\\n  -H \"Authorization: Bearer " + hex32 + `"`,
		"curl --url 'https://api.acme.com/v1/items?limit=20&fields=name' \\\n  --header 'Accept: */*' \\\n  --header 'Authorization: Bearer " + hex32 + "'",
		"fetch('https://api.acme.com/v1/items', {\n  headers: { Authorization: 'Bearer " + hex32 + "' },\n})",
		"url = \"https://api.acme.com/v1/items\"\nheaders = {\"Authorization\": \"Bearer " + hex32 + "\"}",
		"curl https://api.acme.com/v1 \\\n  -H \"Authorization: Api-Key " + hex32 + `"`,
		"curl https://api.acme.com/v1 \\\n  -H \"Authorization: Token token=" + hex32 + `"`,
		`curl -H "Authorization: Api-Key ` + hex32 + `" https://api.acme.com`,
		"acme:\n  region: eu\n  pat: " + hex32,
		"Set `ACME_API_KEY` to `" + hex32 + "`.",
		`{ "acme": { "clientId": "f1d2c3b4-1a2b-4c3d-8e4f-5a6b7c8d9e0f", "clientSecret": "` + hex32 + `" } }`,
		"'acme' => [\n    'domain' => env('X'),\n    'secret' => '" + hex32 + "',",
		`<meta-data android:name="com.acme.sdk.apiKey" android:value="` + hex32 + `" />`,
		`gh secret set ACME_KEY --body "` + hex32 + `"`,
		`aws ssm put-parameter --name acme_key --value ` + hex32,
		"import acme\n\nclient = Client.new(\"" + hex32 + "\")",
		`ROUTING_KEY=` + hex32 + ` # Acme`,
		`server_token: "` + hex32 + `"  # acme`,
		`x-api-key: ` + hex32 + ` # acme`,
	} {
		if got := nearSecret(t, near, text); got != hex32 {
			t.Errorf("%q: %q", text, got)
		}
	}
	for _, text := range []string{
		"API_KEY=" + hex32,
		"ACME_API_KEY=" + hex32 + "0",
		"ACME_API_KEY=x" + hex32,
		"https://acme.com/" + hex32,
		"acme:\n  region: eu\n  path: " + hex32,
		"git@acme.com:repo@" + hex32,
		"Move acme to " + hex32,
		`cache_key: "` + hex32 + `" # acme`,
		`{ "acme": { "id": "` + strings.Repeat("1", 70) + `", "key": "` + hex32 + `" } }`,
		"OTHER_KEY=" + hex32 + "\nACME_URL=https://api.acme.com",
		"acme" + strings.Repeat("\n", 80) + "key = " + hex32,
	} {
		if got := nearSecret(t, near, text); got != "" {
			t.Errorf("%q: %q is found", text, got)
		}
	}
}

// TestNearUser: a user's name ends in a colon; a hyphen is a part of the value.
func TestNearUser(t *testing.T) {
	near := Near{Name: `acme`, Value: `[0-9A-Za-z\-]{32}`}
	const value = "dsAA8oPG-M0cqZk3vQ9sLx7Pb2Wn8Rt5"
	for _, text := range []string{"curl -u " + value + ": https://api.acme.com", "curl -u bob:" + value + " https://api.acme.com", `curl --user "` + value + `:" https://api.acme.com`,
		"https://" + value + "@api.acme.com/v1", "https://" + value + ":x@acme.com",
	} {
		if got := nearSecret(t, near, text); got != value {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// TestNearPlus: a sign that a value may hold is no separator in front of it.
func TestNearPlus(t *testing.T) {
	near := Near{Name: `acme`, Value: `[0-9A-Za-z+/]{28,}={1,2}`}
	const value = "+sAA8oPG/M0cqZk3vQ9sLx7Pb2Wn8Rt5="
	if got := nearSecret(t, near, `export ACME_TOKEN="`+value+`"`); got != value {
		t.Errorf("got %q", got)
	}
}

func TestNearOther(t *testing.T) {
	const other = "Zk3vQ9sLx7Pb2Wn8Rt5Yd4Mc"
	near := Near{Name: `acme`, Value: `[0-9a-f]{32}`, Other: `[0-9A-Za-z]{20,60}`}
	if got := nearSecret(t, near, "acme_token = "+other); got != other {
		t.Errorf("behind a word: %q", got)
	}
	if got := nearSecret(t, near, "acme = "+other); got != "" {
		t.Errorf("behind the name alone: %q", got)
	}
	near.Keyed = true
	revision := "variable \"acme_revision\" {\n  description = \"the commit\"\n  default     = \"" + hex32 + "\"\n}"
	if got := nearSecret(t, near, revision); got != "" {
		t.Errorf("keyed, a default that is no key: %q", got)
	}
	if got := nearSecret(t, near, "acme = "+hex32); got != "" {
		t.Errorf("keyed: %q", got)
	}
	if got := nearSecret(t, near, "acme_token = "+hex32); got != hex32 {
		t.Errorf("keyed, behind a word: %q", got)
	}
	for _, text := range []string{
		`new Acme("` + hex32 + `")`, `acme.New("` + hex32 + `")`, `Acme::new("` + hex32 + `")`, `require('acme')('` + hex32 + `')`, `Acme::Client.new('` + hex32 + `')`,
	} {
		if got := nearSecret(t, near, text); got != hex32 {
			t.Errorf("keyed, %q: %q", text, got)
		}
	}
	for _, text := range []string{`acme(` + hex32 + `)`, `acme.commit("` + hex32 + `")`, `new Acme("` + other + `")`} {
		if got := nearSecret(t, near, text); got != "" {
			t.Errorf("keyed, %q: %q is found", text, got)
		}
	}
}

func TestNearEnd(t *testing.T) {
	near := Near{Name: `acme`, Value: `[0-9A-Za-z+/]{43}=`}
	value := strings.Repeat("aB3+", 10) + "x/Z="
	if got := nearSecret(t, near, `acme_key = "`+value+`"`); got != value {
		t.Errorf("%q", got)
	}
	if got := nearSecret(t, near, `acme_key = "`+value+`="`); got != "" {
		t.Errorf("with more of it behind: %q", got)
	}
}

func TestNearProblems(t *testing.T) {
	for _, c := range []struct{ stanza, want string }{
		{`near = { name = 'acme' }`, "near.value is missing"},
		{`near = { value = '[0-9a-f]{32}' }`, "near.name is missing"},
		{`near = { name = 'acme', value = '([0-9a-f]{32})' }`, "near.value has a group that captures"},
		{`near = { name = 'acme', value = '[0-9a-f]{32,}' }`, "near.value has no bound at `[0-9a-f]{32,}`"},
		{`near = { name = 'ac(me', value = '[0-9a-f]{32}' }`, "near.name: "},
		{`near = { name = 'acme', value = '[0-9a-f]{32}', names = 'x' }`, `unknown key "names"`},
		{"near = { name = 'acme', value = '[0-9a-f]{32}' }\nregex = '(ac)me'\nsecretGroup = 1", "secretGroup and near exclude each other"},
	} {
		_, err := DecodePack("p.toml", []byte("[pack]\nid = \"p\"\n\n[[rules]]\nid = \"acme-key\"\nseverity = \"high\"\nconfidence = \"low\"\n"+c.stanza+"\n"))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "p.toml:") {
			t.Errorf("%s: %v", c.stanza, err)
		}
	}
}

// TestNearOverride: a regex replaces what counts near a name, and the other way round.
func TestNearOverride(t *testing.T) {
	base := decode(t, "a.toml", "[pack]\nid = \"a\"\n[[rules]]\nid = \"acme-key\"\nseverity = \"high\"\nconfidence = \"low\"\nnear = { name = 'acme', value = '[0-9a-f]{32}' }\n")
	change := decode(t, "b.toml", "[pack]\nid = \"b\"\n[[rules]]\nid = \"acme-key\"\noverride = true\nregex = 'acme_[0-9]{8}'\n")
	if r := newSet(t, base, change).Rules()[0]; r.Near.set() || r.Regex == "" {
		t.Errorf("a regex does not replace a near: %+v", r)
	}
	back := decode(t, "c.toml", "[pack]\nid = \"c\"\n[[rules]]\nid = \"acme-key\"\noverride = true\nnear = { name = 'acme2', value = '[0-9a-f]{40}' }\n")
	set := newSet(t, base, change, back)
	if r := set.Rules()[0]; r.Near.Name != "acme2" || r.Regex != "" {
		t.Errorf("a near does not replace a regex: %+v", r)
	}
	if re, err := set.Program(0).Whole(); err != nil || !re.MatchString("acme2: "+hex32+"01234567") {
		t.Errorf("the changed rule is not what runs: %v, %v", re, err)
	}
}

// TestNearCodes: the prepared packs hold parts, of which programs make codes. That these match what the regexes match is what the detector's
// tests of windows say, for every built-in rule.
func TestNearCodes(t *testing.T) {
	set, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for i, r := range set.Rules() {
		if !r.Near.set() {
			continue
		}
		count++
		if set.Shape(i).Code != "" || set.Shape(i).Regex != "" {
			t.Errorf("%s: the prepared packs hold its whole code", r.ID)
		}
		if set.Program(i).Code() == "" {
			t.Errorf("%s has no code", r.ID)
		}
	}
	if count < 800 {
		t.Errorf("%d rules have a near", count)
	}
}

// TestAlone: a name's words behind ~ need not stand behind the value, whatever signs they hold.
func TestAlone(t *testing.T) {
	for name, want := range map[string]string{
		`acme`:                         `acme`,
		`acme~pay`:                     `acme~pay`,
		`acme~(?:api|key)|ac\.me`:      `acme(?:~(?:api|key)|\b)|ac\.me`,
		`a~(?:b[)]|c(?:d|\)))?x~(?:y)`: `a(?:~(?:b[)]|c(?:d|\)))|\b)?x(?:~(?:y)|\b)`,
	} {
		if got := alone(name); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestNearHeading: where a word is a name only together with another, a call's argument or an array's key may be that other.
func TestNearHeading(t *testing.T) {
	near := Near{Name: `acme~(?:api|token)`, Value: `[0-9a-f]{32}`}
	for _, text := range []string{
		`Acme(api_key="` + hex32 + `")`,
		`new Acme({ apiKey: '` + hex32 + `' })`,
		"new Acme({\n  apiKey: '" + hex32 + "'\n})",
		"'acme' => [\n    'api_key' => '" + hex32 + "',",
		"acme:\n  region: eu\n  token: " + hex32,
		`{"acme": {"apiKey": "` + hex32 + `"}}`,
		`acme: { id: 'x1', token: '` + hex32 + `' }`,
		`'acme' => ['api_key' => '` + hex32 + `']`,
		`api_key = "` + hex32 + `"  # Acme`,
		`curl -u ` + hex32 + `: https://acme.example.com`,
	} {
		if got := nearSecret(t, near, text); got != hex32 {
			t.Errorf("%q: %q", text, got)
		}
	}
	for _, text := range []string{
		`Acme(checksum="` + hex32 + `")`, `acme(x)[api]="` + hex32 + `"`, `{"acme": {}, "api": "` + hex32 + `"}`, `checksum = "` + hex32 + `"  # Acme`,
		`api_key = "` + hex32 + `"  # Acmes`,
	} {
		if got := nearSecret(t, near, text); got != "" {
			t.Errorf("%q: %q is found", text, got)
		}
	}
}
