package ruletest

import (
	"math/rand/v2"
	"testing"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/rules/check"
	"github.com/keysieve/keysieve/rules/sample"
	"github.com/keysieve/keysieve/scanner/detect"
)

// neverFail are the schemes that confirm and do not refute.
var neverFail = map[string]bool{"jwt-or-opaque": true, "azure-cask": true, "azure-devops-pat": true, "openpgp-key": true, "gnupg-key": true, "nss-key-db": true,
	"browser-logins": true, "bitcoin-wallet": true, "kerberos-keytab": true, "password-safe": true, "desktop-keyring": true, "putty": true}

// unproven are the schemes that no published credential confirms: --strict keeps what fails them.
var unproven = map[string]bool{"npm": true, "vercel": true, "zuplo": true, "atlassian": true, "jfrog": true, "onepassword": true, "bitbucket-dc": true, "keepass": true, "bouncycastle": true}

// partlyUnproven are those of which some texts are.
var partlyUnproven = map[string]bool{"grafana-cloud": true, "azure-his": true}

// TestFailedChecks holds for every scheme, on every rule that uses it, that what fails is reported with low confidence, and is
// left out where that is asked for, unless the scheme is unproven.
func TestFailedChecks(t *testing.T) {
	set, chosen := builtin(t)
	lenient, strict := detect.New(set), detect.New(set.Strict())
	failed := map[string]int{}
	for _, rule := range chosen {
		if rule.Check == "" || rule.Path != "" {
			continue
		}
		index, _ := set.Index(rule.ID)
		for _, text := range mangled(t, rule) {
			seen := false
			for _, m := range lenient.Scan([]byte(text)).Matches {
				if m.Rule != index || m.Check.Verdict != check.Fails {
					continue
				}
				seen = true
				failed[rule.Check]++
				if m.Confidence != rules.ConfidenceLow {
					t.Errorf("%s: confidence %s although the check fails: %q", rule.ID, m.Confidence, m.Reasons)
				}
				if rule.OnFail == rules.Drop && !m.Check.Unproven {
					t.Errorf("%s: reported, although the rule drops what fails", rule.ID)
				}
				if m.Check.Unproven != unproven[rule.Check] && !partlyUnproven[rule.Check] {
					t.Errorf("%s: unproven is %v", rule.ID, m.Check.Unproven)
				}
			}
			for _, m := range strict.Scan([]byte(text)).Matches {
				if m.Rule == index && m.Check.Verdict == check.Fails && !m.Check.Unproven {
					t.Errorf("%s: --strict reports what fails: %q", rule.ID, m.Reasons)
				}
				seen = seen && !(m.Rule == index && m.Check.Unproven)
			}
			if seen && unproven[rule.Check] {
				t.Errorf("%s: --strict leaves out what fails an unproven check", rule.ID)
			}
		}
	}
	for _, s := range check.Schemes() {
		if _, ok := s.(check.Store); ok { // what fails is no such store
			continue
		}
		switch onlyDropped := s.Name() == "basic-auth" || s.Name() == "azure-or-opaque"; { // of the latter, examples have no signature: TestAzureChecksHold
		case neverFail[s.Name()] && failed[s.Name()] > 0:
			t.Errorf("%s fails a text", s.Name())
		case !neverFail[s.Name()] && !onlyDropped && failed[s.Name()] == 0:
			t.Errorf("%s: no rule's texts fail it", s.Name())
		}
	}
}

// mangled makes texts of a rule's examples whose secrets fail its check: with what the regex gives, whose checksum is as good as never
// right, and with a real one of which a character is another.
func mangled(t *testing.T, rule *rules.Rule) []string {
	t.Helper()
	random, err := sample.New(rule.Pattern(), rule.SecretGroup, nil)
	if err != nil {
		t.Fatal(err)
	}
	right, err := generatorFor(rule)
	if err != nil {
		t.Fatal(err)
	}
	scheme, _ := check.ByName(rule.Check)
	var texts []string
	for i, template := range rule.Examples {
		for n := range 3 {
			if e, err := sample.Expand(template, random, rand.New(rand.NewPCG(uint64(i), uint64(n)))); err == nil {
				texts = append(texts, e.Text)
			}
			e, err := sample.Expand(template, right, rand.New(rand.NewPCG(uint64(i), uint64(n))))
			if err != nil || len(e.Secrets) != 1 {
				continue
			}
			secret := e.Text[e.Secrets[0].Start:e.Secrets[0].End]
			for at := len(secret) / 2; at < len(secret); at++ {
				changed := secret[:at] + "2" + secret[at+1:]
				if changed != secret && scheme.Check(changed).Verdict == check.Fails {
					texts = append(texts, e.Text[:e.Secrets[0].Start]+changed+e.Text[e.Secrets[0].End:])
					break
				}
			}
		}
	}
	return texts
}
