package check

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules/sample"
)

// bodies are regexes of the secrets that each scheme is meant for. Every scheme
// must be here: Mend must make one of such a text, 1000 times.
var bodies = map[string][]string{
	"github":          {`gh[pousr]_[0-9A-Za-z]{36}`, `ghs_[0-9]{1,12}_eyJ[0-9A-Za-z_\-]{10,}\.eyJ[0-9A-Za-z_\-]{10,}\.[0-9A-Za-z_\-]{20,}`},
	"npm":             {`npm_[0-9A-Za-z]{36}`},
	"aws-key-id":      {`(?:AKIA|ASIA|AROA|ABIA|ACCA)[A-Z2-7]{16}`, `AKIA[0-9A-Z]{16}`},
	"gitlab-routable": {`glpat-[0-9A-Za-z_-]{27,60}\.[0-9a-z]{2}\.[0-9a-z]{9}`, `glrt-t[1-3]_[0-9A-Za-z_-]{27,60}\.[0-9a-z]{9}`},
	"grafana":         {`glsa_[0-9A-Za-z]{32}_[0-9a-f]{8}`},
	"grafana-cloud":   {`glc_eyJ[A-Za-z0-9+/]{60,180}={0,2}`, `eyJrIjoi[A-Za-z0-9_-]{60,100}={0,2}`},
	"atlassian":       {`AT[AC]TT3xFfGF0[A-Za-z0-9_=-]{160,180}=[0-9A-F]{8}`, `ATBB[0-9A-Za-z]{24}[0-9A-F]{8}`},
	"jwt":             {`eyJ[A-Za-z0-9_-]{10,200}\.eyJ[A-Za-z0-9_-]{10,400}\.[A-Za-z0-9_-]{20,100}`},
	"jwt-or-opaque": {`eyJhbGciOiJSUzI1NiIs[0-9A-Za-z_\-]{10,}\.eyJ(?:pc3MiOiJrdWJlcm5ldGVzL3NlcnZpY2VhY2NvdW50|hdWQiOlsi)[0-9A-Za-z_\-]{60,}\.[0-9A-Za-z_\-]{300,}`, `eyJ[0-9A-Za-z_\-]{10,100}\.eyJ[0-9A-Za-z_\-]{0,100}(?:InNlcnZpY2Vfcm9sZS|c2VydmljZV9yb2xl|zZXJ2aWNlX3JvbG)[0-9A-Za-z_\-]{4,128}\.[0-9A-Za-z_\-]{20,100}`, `eyJ[\w\-]{30,}\.eyJ[\w\-]{100,}\.[\w\-]{300,}`, `eyJraWQiOi[\w\-]{60,}\.eyJ[\w\-]{80,}\.[\w\-]{80,}`, `eyJhbGciOiJIUzI1NiJ9\.eyJ0aWQiOj[\w\-]{60,}\.[\w\-]{43}`,
		`eyJ0eXAi[\w\-]{10,60}\.eyJ[\w\-]{60,}\.[\w\-]{300,}`, `eyJ[\w\-]{10,80}\.eyJ[\w\-]{10,}\.[\w\-]{40,90}`, `wrkeu-eyJ[0-9A-Za-z_\-]{10,100}\.eyJ[0-9A-Za-z_\-]{20,240}\.[0-9A-Za-z_\-]{80,350}`},
	"pem":              {`-----BEGIN (?:RSA |EC |DSA |OPENSSH |ENCRYPTED )?PRIVATE KEY-----[\s\S]{64,1000}[\s\S]{0,1000}?[\s\S]{0,1000}?-----END (?:RSA |EC |DSA |OPENSSH |ENCRYPTED )?PRIVATE KEY-----`, `-----BEGIN PGP PRIVATE KEY BLOCK-----[A-Za-z0-9+/=\s\\]{400,1000}-----END`},
	"putty":            {`(?:[A-Za-z0-9+/]{64}\n){3}[A-Za-z0-9+/]{32}`, `[A-Za-z0-9+/]{48}`},
	"vercel":           {`vc[piark]_[0-9A-Za-z]{56}`},
	"zuplo":            {`zpka_[0-9A-Za-z]{32}_[0-9a-f]{8}`},
	"azure-his":        {`[A-Za-z0-9+/]{76}(?:\+ASt|ACDb|\+ABa)[A-D][A-Za-z0-9+/]{5}==`, `[A-Za-z0-9+/]{33}(?:\+ASb|\+AEh|AIoT)[A-D][A-Za-z0-9+/]{5}=`, `[A-Za-z0-9]{42}AzSe[A-D][A-Za-z0-9+/]{5}`, `[A-Za-z0-9_-]{44}AzFu[A-Za-z0-9_-]{5}[AQgw]==`},
	"azure-cask":       {`[0-9A-Za-z+/_\-]{52}JQQJ9[9DH][A-Z]{2}[0-9A-Za-z+/_\-]{16}[0-9A-Za-z+/_\-]{8,12}`},
	"entra-secret":     {`[A-Za-z0-9_.~-]{3}8Q~[A-Za-z0-9_.~-]{34}`},
	"azure-or-opaque":  {`[A-Za-z0-9_.~-]{3}8Q~[A-Za-z0-9_.~-]{34}`, `[A-Za-z0-9+/]{76}\+ASt[A-D][A-Za-z0-9+/]{5}==`, `[A-Za-z0-9+/]{33}\+ASb[A-D][A-Za-z0-9+/]{5}=`},
	"azure-devops-pat": {`[a-z2-7]{52}`},
	"gcp-service-account": {
		`"private_key": "(?:)-----BEGIN PRIVATE KEY-----\\n[A-Za-z0-9+/=\\n]{900,1000}[A-Za-z0-9+/=\\n]{600,700}\\n-----END PRIVATE KEY-----`},
	"jfrog":           {`cmVmdGtu[A-Za-z0-9]{56}`},
	"discord":         {`[MNO][A-Za-z0-9_-]{23,25}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}`},
	"pypi":            {`pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{150,250}`, `pypi-AgENdGVzdC5weXBpLm9yZ[A-Za-z0-9_-]{150,250}`},
	"sentry":          {`sntrys_eyJ[A-Za-z0-9+/]{100,200}={0,2}_[A-Za-z0-9+/]{43}`},
	"onepassword":     {`ops_eyJ[A-Za-z0-9_-]{200,800}`},
	"basic-auth":      {`[A-Za-z0-9+/]{12,60}={0,2}`},
	"bitbucket-dc":    {`BBDC-[MNO][A-Za-z0-9+/]{43}`, `[MNO][A-Za-z0-9+/]{43}`},
	"base58check":     {`5[HJK][1-9A-HJ-NP-Za-km-z]{49}`, `[KLc][1-9A-HJ-NP-Za-km-z]{51}`, `(?:[xv]prv[9A]|[yz]prvA|[tu]prv8)[1-9A-HJ-NP-Za-km-z]{106}`},
	"bip39":           {`[a-z]{3,8}(?: [a-z]{3,8}){11}`, `[a-z]{3,8}(?:", "[a-z]{3,8}){23}`},
	"polar":           {`polar_oat_[0-9A-Za-z]{40,50}`, `polar_at_u_[0-9A-Za-z]{43}`},
	"crates-io":       {`cio_tp_[0-9A-Za-z]{32}`},
	"keepass":         {anyBytes, `A9mimm[Xf]7S7U[A-Za-z0-9+/]{60,}={0,2}`},
	"java-keystore":   {anyBytes, `(?:/u3\+7QAAAA[EI]|zs7OzgAAAA[EI])[A-Za-z0-9+/]{60,}={0,2}`},
	"bouncycastle":    {anyBytes, `AAAAA[Qg]AAAB[Q-T][A-Za-z0-9+/]{60,}={0,2}`},
	"pkcs12":          {anyBytes, `MII[A-Za-z0-9+/]{3}IBAzCC[A-Za-z0-9+/]{60,}={0,2}`},
	"binary-key":      {anyBytes},
	"openpgp-key":     {anyBytes},
	"gnupg-key":       {anyBytes, `\((?:protected-)?private-key \((?:rsa|ecc|dsa) \(n #00[0-9A-F]{60,300}`},
	"nss-key-db":      {anyBytes},
	"browser-logins":  {anyBytes},
	"bitcoin-wallet":  {anyBytes},
	"kerberos-keytab": {anyBytes},
	"password-safe":   {anyBytes},
	"desktop-keyring": {anyBytes},
	"age":             {`AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}`},
}

// anyBytes is what a check of whole contents makes one of.
const anyBytes = `(?s:.+)`

// TestMendHolds holds that what Mend makes of a random text of a scheme's shape
// passes the scheme, and that mending takes nothing else than the text.
func TestMendHolds(t *testing.T) {
	for _, s := range Schemes() {
		t.Run(s.Name(), func(t *testing.T) {
			regexes := bodies[s.Name()]
			if len(regexes) == 0 {
				t.Fatal("the table of bodies has no line for this scheme")
			}
			rng := rand.New(rand.NewPCG(1, 2))
			for _, regex := range regexes {
				g, err := sample.New(regex, 0, s.Mend)
				if err != nil {
					t.Fatal(err)
				}
				n := 1000 / len(regexes)
				if strings.Contains(regexes[0], "BEGIN") {
					n = 20 // the regex engine takes ten milliseconds for such a repetition; TestMendBlocks has a thousand
				}
				for range n {
					got, err := g.Generate(rng)
					if err != nil {
						t.Fatal(err)
					}
					r := s.Check(got.Secret)
					if r.Verdict != Holds || len(r.Notes) == 0 {
						t.Fatalf("%s: %+v", regex, r)
					}
					if again, ok := s.Mend(got.Secret); !ok || s.Check(again).Verdict != Holds {
						t.Fatalf("%s: mending twice fails", regex)
					}
				}
			}
		})
	}
}

// TestOneCharacterChanged holds that a checksum notices one other character.
func TestOneCharacterChanged(t *testing.T) {
	for _, name := range []string{"github", "npm", "grafana", "atlassian", "vercel", "zuplo", "age", "gitlab-routable", "azure-his", "base58check"} {
		s, _ := ByName(name)
		rng := rand.New(rand.NewPCG(3, 4))
		for range 200 {
			got, err := sample.Generate(bodies[name][0], 0, s.Mend, rng)
			if err != nil {
				t.Fatal(err)
			}
			at := 8 + rng.IntN(16)
			other := byte('7')
			if got.Secret[at] == other {
				other = '2'
			}
			if name == "age" {
				at += 10
			}
			if got.Secret[at] == '7' {
				other = '2'
			}
			changed := got.Secret[:at] + string(other) + got.Secret[at+1:]
			if r := s.Check(changed); r.Verdict != Fails {
				t.Errorf("%s: %v %v after the character at %d was changed", name, r.Verdict, r.Notes, at)
			}
		}
	}
}

// TestRandomBodies holds that a random text of a checksum's shape fails.
func TestRandomBodies(t *testing.T) {
	for name, limit := range map[string]int{"github": 0, "npm": 0, "grafana": 0, "atlassian": 0, "vercel": 0, "zuplo": 0,
		"age": 0, "base58check": 0, "gitlab-routable": 0, "azure-his": 0, "azure-devops-pat": 0, "entra-secret": 1, "jwt": 0, "pypi": 0, "polar": 0, "bip39": 0} {
		s, _ := ByName(name)
		rng := rand.New(rand.NewPCG(5, 6))
		holds := 0
		for range 500 {
			got, err := sample.Generate(bodies[name][0], 0, nil, rng)
			if err != nil {
				t.Fatal(err)
			}
			if s.Check(got.Secret).Verdict == Holds {
				holds++
			}
		}
		if holds > limit {
			t.Errorf("%s: %d of 500 random texts hold", name, holds)
		}
	}
}

func TestByName(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Schemes() {
		if seen[s.Name()] {
			t.Errorf("two schemes are called %s", s.Name())
		}
		seen[s.Name()] = true
		if got, ok := ByName(s.Name()); !ok || got.Name() != s.Name() {
			t.Errorf("ByName does not find %s", s.Name())
		}
		file := strings.ReplaceAll(s.Name(), "-", "") + ".go"
		if _, err := os.Stat(filepath.Clean(file)); err != nil {
			t.Errorf("%s has no file of its own: %v", s.Name(), err)
		}
	}
	if _, ok := ByName("no-such"); ok {
		t.Error("ByName finds what is not there")
	}
}

// TestOtherTexts holds that no scheme judges what is not of its shape.
func TestOtherTexts(t *testing.T) {
	for _, s := range Schemes() {
		for _, text := range []string{"", "x", "....", "ghp_", "glc_", "-----BEGIN", "eyJ.", strings.Repeat("a", 40)} {
			r := s.Check(text)
			if r.Verdict == Holds || r.Verdict == Harmless {
				t.Errorf("%s says of %q: %v %v", s.Name(), text, r.Verdict, r.Notes)
			}
			if mended, ok := s.Mend(text); ok && s.Check(mended).Verdict != Holds {
				t.Errorf("%s claims to mend %q", s.Name(), text)
			}
		}
	}
}

func FuzzSchemes(f *testing.F) {
	rng := rand.New(rand.NewPCG(7, 8))
	for name, regexes := range bodies {
		s, _ := ByName(name)
		for _, regex := range regexes {
			if got, err := sample.Generate(regex, 0, s.Mend, rng); err == nil {
				f.Add(got.Secret)
				f.Add(got.Secret[:len(got.Secret)/2])
			}
		}
	}
	f.Fuzz(func(t *testing.T, secret string) {
		for _, s := range Schemes() {
			r := s.Check(secret)
			for _, n := range r.Notes {
				if n == "" || strings.ContainsAny(n, "\n\r\t\x1b") {
					t.Errorf("%s: note %q", s.Name(), n)
				}
			}
			if mended, ok := s.Mend(secret); ok && s.Check(mended).Verdict != Holds {
				t.Errorf("%s: mended text does not hold", s.Name())
			}
		}
	})
}

// TestTableOfSources holds that README.md has a line for each scheme, and that what it says of failures is so.
func TestTableOfSources(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		if cells := strings.Split(line, "|"); len(cells) == 6 && strings.Contains(cells[1], "`") {
			name := strings.Trim(cells[1], " `")
			if lines[name] != nil {
				t.Errorf("README.md has two lines for %s", name)
			}
			lines[name] = cells
		}
	}
	for _, s := range Schemes() {
		cells := lines[s.Name()]
		if cells == nil {
			t.Errorf("README.md has no line for %s", s.Name())
			continue
		}
		sayLowers, sayPasses := strings.HasPrefix(cells[4], " lowers"), strings.HasPrefix(cells[4], " passes")
		if none := strings.HasPrefix(cells[3], " none published"); none != (sayLowers || sayPasses && s.Name() != "jwt-or-opaque" && s.Name() != "azure-cask") {
			t.Errorf("%s: held to %q, and a failure %q", s.Name(), cells[3], cells[4])
		}
		rng := rand.New(rand.NewPCG(9, 10))
		for range 50 {
			got, err := sample.Generate(bodies[s.Name()][0], 0, nil, rng)
			if err != nil {
				break
			}
			r := s.Check(got.Secret)
			if r.Verdict != Fails {
				continue
			}
			if sayPasses || sayLowers != r.Unproven && !strings.Contains(cells[4], "; lowers for") {
				t.Errorf("%s: README.md says that a failure %s, it is %+v", s.Name(), cells[4], r)
				break
			}
		}
		delete(lines, s.Name())
	}
	for name := range lines {
		t.Errorf("README.md has a line for %s, which is no scheme", name)
	}
}
