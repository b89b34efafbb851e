package ruletest

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/rules/sample"
	"github.com/keysieve/keysieve/scanner/detect"
)

// plantShare is how many rules one of which is planted unless all are asked for.
const plantShare = 12

// missedAtMost says, in parts of a hundred, how many of the rules of high and
// medium confidence may be missed in a syntax that writes their secrets; 4 where
// it does not say. What is known to be missing stands here, to be lowered.
func missedAtMost() map[string]float64 {
	return map[string]float64{}
}

// TestPlanted plants a secret of rules in every syntax and holds the rates. With
// KEYSIEVE_PLANTED=FILE all rules are planted, and FILE becomes the table of what
// is not found.
func TestPlanted(t *testing.T) {
	set, chosen := builtin(t)
	file := os.Getenv("KEYSIEVE_PLANTED")
	parts := chosen
	if file == "" {
		chosen = slices.DeleteFunc(slices.Clone(chosen), func(r *rules.Rule) bool { return !inShare(r.ID) })
	}
	planted, err := plantWith(t.Context(), set, chosen, parts, Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	planted = slices.DeleteFunc(planted, func(p Planted) bool { return p.Rule.Confidence < rules.ConfidenceMedium })
	r := rateOf(planted)
	t.Logf("%d rules: %d own, %d other, %d generic, %d missed; %d stand in a syntax of their own",
		len(planted), r.all[AsOwn], r.all[AsOther], r.all[AsGeneric], r.all[Missed], r.own)
	for i, s := range Syntaxes() {
		c := r.each[i]
		written := c[Missed] + c[AsGeneric] + c[AsOther] + c[AsOwn]
		most, known := missedAtMost()[s.Name]
		if !known {
			most = 4
		}
		if missed := 100 * float64(c[Missed]) / float64(written); missed > most {
			t.Errorf("%s: %.1f%% of %d rules are missed, more than %g%%", s.Name, missed, written, most)
		}
	}
	written := r.all[Missed] + r.all[AsGeneric] + r.all[AsOther] + r.all[AsOwn]
	if named := float64(r.all[AsOwn]+r.all[AsOther]) / float64(written); named < 0.92 {
		t.Errorf("%.3f of the secrets are reported as what they are, less than 0.92", named)
	}
	if 10*r.own > len(planted) {
		t.Errorf("%d of %d rules were planted nowhere", r.own, len(planted))
	}
	if file != "" {
		if err := os.WriteFile(file, plantedTable(planted, r), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func inShare(id string) bool {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id)) // never fails
	return h.Sum32()%plantShare == 0
}

// rates are how often each outcome came.
type rates struct {
	all  map[Outcome]int
	each []map[Outcome]int // by syntax
	own  int               // rules that are not planted
}

func rateOf(planted []Planted) rates {
	r := rates{all: map[Outcome]int{}}
	for range Syntaxes() {
		r.each = append(r.each, map[Outcome]int{})
	}
	for _, p := range planted {
		if p.Form == FormOwn {
			r.own++
			continue
		}
		for i, o := range p.Outcomes {
			if p.Rule.Generic && o == AsGeneric {
				o = AsOwn
			}
			r.all[o]++
			r.each[i][o]++
		}
	}
	return r
}

// plantedTable writes the table as tab-separated values: a line for each syntax, then one for each
// rule of which something is not found, or not as what it is.
func plantedTable(planted []Planted, r rates) []byte {
	var b bytes.Buffer
	syntaxes := Syntaxes()
	b.WriteString("syntax\tas itself\tas another\tas generic\tmissed\tcannot be written\n")
	for i, s := range syntaxes {
		c := r.each[i]
		fmt.Fprintf(&b, "%s\t%d\t%d\t%d\t%d\t%d\n", s.Name, c[AsOwn], c[AsOther], c[AsGeneric], c[Missed], c[Unwritable])
	}
	b.WriteString("\nrule\tplanted as\tname\tmissed in\tas generic in\n")
	for _, p := range planted {
		var missed, generic []string
		for i, o := range p.Outcomes {
			switch {
			case p.Form == FormOwn:
			case o == Missed:
				missed = append(missed, syntaxes[i].Name)
			case o == AsGeneric && !p.Rule.Generic:
				generic = append(generic, syntaxes[i].Name)
			}
		}
		if p.Form == FormOwn || len(missed)+len(generic) > 0 {
			fmt.Fprintf(&b, "%s\t%s\t%s\t%s\t%s\n", p.Rule.ID, p.Form, strings.Join(p.Name, "_"), strings.Join(missed, " "), strings.Join(generic, " "))
		}
	}
	return b.Bytes()
}

// Every syntax writes a plain value and says where it stands.
func TestSyntaxesWrite(t *testing.T) {
	for _, s := range Syntaxes() {
		text, start, end, ok := s.Write([]Entry{{[]string{"acme", "key"}, "value-1"}, {[]string{"acme", "id"}, "value-2"}})
		if !ok || text[start:end] != "value-1" || strings.Count(text, "value-2") != 1 || strings.ContainsAny(text, "$") && strings.Contains(text, "$V") {
			t.Errorf("%s: %v %q in\n%s", s.Name, ok, text[start:end], text)
		}
		if !strings.Contains(strings.ToLower(strings.NewReplacer("_", "", "-", "", ".", "").Replace(text)), "acmekey") {
			t.Errorf("%s: no name in\n%s", s.Name, text)
		}
	}
}

// TestPlantedPlaceholders writes what is no secret in every syntax: nothing of it may block.
func TestPlantedPlaceholders(t *testing.T) {
	set, _ := builtin(t)
	r := newRunner(set, Options{})
	found := 0
	for _, s := range Syntaxes() {
		for _, e := range harmless() {
			text, start, end, ok := s.Write([]Entry{e})
			if !ok {
				continue
			}
			for _, m := range r.at(s.File, text) {
				if m.Confidence >= rules.ConfidenceMedium && m.Start < int64(end) && m.End > int64(start) {
					found++
					t.Errorf("%s: %s = %q is reported as %s", s.Name, strings.Join(e.Words, "_"), e.Value, set.Rules()[m.Rule].ID)
				}
			}
		}
	}
	t.Logf("%d texts reported", found)
}

// genericMissedAtMost says, in parts of a hundred, how many drawn values behind names that say what
// they are may be missed in a syntax; 3 where it does not say.
func genericMissedAtMost() map[string]float64 { return map[string]float64{} }

// TestPlantedGeneric writes drawn values behind names that say what they are.
func TestPlantedGeneric(t *testing.T) {
	set, _ := builtin(t)
	results, _ := plantGeneric(newRunner(set, Options{}))
	for i, s := range Syntaxes() {
		most, known := genericMissedAtMost()[s.Name]
		if !known {
			most = 3
		}
		g := results[i]
		t.Logf("%s: %d of %d missed", s.Name, len(g.missed), g.planted)
		if rate := 100 * float64(len(g.missed)) / float64(max(g.planted, 1)); rate > most {
			t.Errorf("%s: %.1f%% of %d are missed, more than %g%%: %s", s.Name, rate, g.planted, most, strings.Join(g.missed, ", "))
		}
	}
}

// genericResult is what became of drawn values in one syntax.
type genericResult struct {
	planted int
	missed  []string // names
}

// plantGeneric writes drawn values behind names that say what they are, in every syntax: passwords as
// a person chooses them, 14 characters, and keys as a program draws them, 32 or more. Apart from these
// stand short values behind the names of keys and tokens, which count as possible secrets only.
func plantGeneric(r *runner) (usual, short []genericResult) {
	passwords := strings.Fields("password db_password admin_password smtp_password root_password user_password")
	keys := strings.Fields("api_key secret_key client_secret access_token auth_token encryption_key jwt_secret webhook_secret")
	chosen := `[a-km-z][A-HJ-NP-Z][2-9][a-km-z]{3}[2-9][A-HJ-NP-Z]{2}[a-km-z]{4}[2-9]`
	for _, s := range Syntaxes() {
		var u, b genericResult
		for _, name := range passwords {
			u.plant(r, &s, name, chosen)
		}
		for _, name := range keys {
			for _, form := range []string{`[0-9a-f]{40}`, `[0-9A-Za-z]{32}`, `[0-9A-Za-z+/]{43}=`} {
				u.plant(r, &s, name, form)
			}
			b.plant(r, &s, name, chosen)
		}
		usual, short = append(usual, u), append(short, b)
	}
	return usual, short
}

// plant writes a value of a form behind a name. Of so many samples one must be found.
func (g *genericResult) plant(r *runner, s *Syntax, name, form string) {
	writable := false
	for try := range r.opts.Samples {
		drawn, err := sample.Generate(form, 0, nil, r.random(s.Name, name+form, 0, try))
		if err != nil {
			panic(err) // the forms are constants
		}
		text, start, end, ok := s.Write([]Entry{{strings.Split(name, "_"), drawn.Match}})
		if !ok {
			continue
		}
		writable = true
		found := slices.DeleteFunc(r.at(s.File, text), func(m detect.Match) bool { return m.Confidence < rules.ConfidenceMedium })
		if len(takersOf(found, []sample.Span{{Start: start, End: end}})) > 0 {
			g.planted++
			return
		}
	}
	if writable {
		g.planted++
		g.missed = append(g.missed, name+" "+form)
	}
}

// harmless are names with values that are no secrets.
func harmless() []Entry {
	var all []Entry
	pair := func(names string, values ...string) {
		for _, name := range strings.Fields(names) {
			for _, value := range values {
				all = append(all, Entry{strings.Split(name, "_"), value})
			}
		}
	}
	pair("password db_password api_key secret_key datadog_api_key aws_secret_access_key github_token stripe_secret_key",
		"${SECRET_VALUE}", "$SECRET_VALUE", "{{ vault_secret_value }}", "{{ .Values.secret.value }}", "<your-secret-value>", "<SECRET>", "your-api-key-here", "YOUR_SECRET_KEY",
		"xxxxxxxxxxxxxxxxxxxxxxxx", "XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX", "********", "REDACTED", "[REDACTED]", "%SECRET_VALUE%", "#{secret_value}#", "@@SECRET@@",
		"process.env.SECRET_VALUE", "os.environ['SECRET_VALUE']", "vault:secret/data/app#key", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:app", "op://vault/app/password",
		"ssm:/app/secret", "placeholder", "changeme-placeholder", "replace-me", "insert-your-key-here", "none", "null", "", "true", "********************************",
		"00000000000000000000000000000000", "1234567890abcdef1234567890abcdef", "file:/run/secrets/app_key", "projects/acme/secrets/app/versions/latest")
	pair("request_id trace_id device_id commit revision checksum sha256 digest etag integrity build_hash content_hash image_tag file_md5 version guid",
		"6f1ed002-ab59-4b6c-9c3e-1c2f5f0a7d34", "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
		"sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==", "1.2.3-rc.1+build.5114f85")
	pair("password_field token_type secret_name key_id_header api_key_header auth_token_url password_reset_path", "password", "Bearer", "app-credentials", "X-Api-Key",
		"Authorization", "https://example.org/oauth/token", "/users/password/reset", "com.acme.security.TokenProvider")
	return all
}
