package rules

import (
	"slices"
	"strings"
	"testing"
)

const loweringPack = `
[pack]
id = "acme"
description = "test"
[[rules]]
id = "key"
regex = "acme_[0-9]{8}"
[[rules]]
id = "other"
regex = "other_[0-9]{8}"
`

func TestLowered(t *testing.T) {
	set := newSet(t, decode(t, "acme.toml", loweringPack+`
[[lower]]
description = "in a directory for tests"
paths = ['''(?:^|/)testdata/''', '''_test\.go$''']
targetRules = ["key"]
`))
	tests := []struct {
		rule int
		path string
		want string
	}{
		{0, "a/testdata/x", "in a directory for tests"},
		{0, "x_test.go", "in a directory for tests"},
		{0, "a/mytestdata/x", ""},
		{0, "", ""},
		{1, "a/testdata/x", ""},
	}
	for _, test := range tests {
		if got, ok := set.Lowered(test.rule, test.path); got != test.want || ok != (test.want != "") {
			t.Errorf("rule %d at %q: %q, %v", test.rule, test.path, got, ok)
		}
	}
}

// exceptPaths take back what paths lower, and a target that ends in a star is every rule whose id begins so.
func TestLoweredExcept(t *testing.T) {
	set := newSet(t, decode(t, "acme.toml", loweringPack+`
[[lower]]
description = "in a directory for tests"
paths = ["(?:^|/)test/"]
exceptPaths = ["(?:^|/)environments/test/"]
targetRules = ["o*"]
`))
	for _, test := range []struct {
		rule int
		path string
		want bool
	}{{1, "a/test/x", true}, {1, "environments/test/x", false}, {0, "a/test/x", false}} {
		if _, ok := set.Lowered(test.rule, test.path); ok != test.want {
			t.Errorf("rule %d at %q: %v", test.rule, test.path, ok)
		}
	}
}

func TestLoweringMistakes(t *testing.T) {
	tests := []struct{ name, table, want string }{
		{"no description", "paths = ['x']\ntargetRules = ['key']", "11: a [[lower]] table has no description"},
		{"no paths", "description = 'd'\ntargetRules = ['key']", "11: a [[lower]] table has no paths"},
		{"no rules", "description = 'd'\npaths = ['x']", "11: a [[lower]] table has no targetRules"},
		{"bad regex", "description = 'd'\npaths = ['x', '(']\ntargetRules = ['key']", "13: "},
		{"bad exception", "description = 'd'\npaths = ['x']\nexceptPaths = ['(']\ntargetRules = ['key']", "14: exceptPaths of a [[lower]] table"},
		{"unknown key", "description = 'd'\npath = ['x']\npaths = ['x']\ntargetRules = ['key']", `13: unknown key "path"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := DecodePack("acme.toml", []byte(loweringPack+"[[lower]]\n"+test.table))
			wantMistakes(t, err, "acme.toml", []string{test.want})
		})
	}
	pack := decode(t, "acme.toml", loweringPack+"[[lower]]\ndescription = 'd'\npaths = ['x']\ntargetRules = ['kye']\n")
	_, err := NewSet(pack)
	wantMistakes(t, err, "acme.toml", []string{"14: the target rule kye of a [[lower]] table does not exist"})
	pack = decode(t, "acme.toml", loweringPack+"[[lower]]\ndescription = 'd'\npaths = ['x']\ntargetRules = ['kye*']\n")
	_, err = NewSet(pack)
	wantMistakes(t, err, "acme.toml", []string{"14: the target rule kye* of a [[lower]] table does not exist"})
}

// The built-in lowerings must be in effect in the prepared form, too.
func TestBuiltinLowerings(t *testing.T) {
	set, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	low := []string{
		"testdata/server.key", "pkg/x/testdata/ca/key.pem", "tests/keys/a.pem", "test/fixtures/a.key", "spec/keys/rsa", "app/spec/key.rb", "t/lib-gpg/keyring.gpg",
		"crypto/example_test.go", "a/jwt.test.ts", "a/jwt.spec.js", "tests.d/../test_jwt.py", "conftest.py", "src/JwtTest.java", "src/__tests__/a.js", "e2e-tests/key.pem",
		"integration_test/key.pem", "Tests/Keys/a.pem", "src/test/resources/key.pem",
		"ci/src/acme_integration_tests/assets/key.pem", "test/Acme.FunctionalTests/Keys/a.cs", "common/jvmTest/a.kt", "src/Acme.Tests/a.cs", "mocks/key.pem", "rust/tests/test-cases/a.json",
		"src/test/resources/application-test.yml", "test/key.pem", "lib/specs/a.rb", "cpan/t/a.t", "pkg/deploy/internal/x/test/key.pem", "docker-compose.test.yml", "tests/k8s/key.pem",
	}
	blocking := []string{
		"server.key", "config/server.key", "attest/key.pem", "latest/key.pem", "contest/key.pem", "testimonials/key.pem", "src/latest.pem", "production/key.pem",
		"inspect/key.pem", "specialist/key.pem", "deploy/contest.key", "protest.pem", "test", "src/Greatest.java", "", "test.pem",
		"src/latest/key.pem", "Contest/key.pem", "my_latest/key.pem", "mockserver/key.pem", "examples/key.pem",
		// environments that are called test
		"environments/test/deploy.pem", "environments/test/group_vars/all.yml", "k8s/overlays/test/tls.key", "overlays/eu-test/tls.key", "config/appsettings.Test.json", "config/application-test.yml",
		"specs/prod/all.yml", "deploy/t/all.yml", "ops/testing/key.pem", "terraform/environments/test/key.pem", "inventories/test/hosts.yml",
	}
	for _, id := range []string{"private-key", "netrc-password"} {
		i, ok := set.Index(id)
		if !ok {
			t.Fatal(id)
		}
		for _, path := range low {
			if _, ok := set.Lowered(i, path); !ok {
				t.Errorf("%s at %s is not lowered", id, path)
			}
		}
		for _, path := range blocking {
			if reason, ok := set.Lowered(i, path); ok {
				t.Errorf("%s at %s is lowered: %s", id, path, reason)
			}
		}
	}
	for i, r := range set.Rules() {
		for _, path := range []string{"testdata/x", "test/x.rb", "a_test.go", "examples/x"} {
			_, ok := set.Lowered(i, path)
			if strings.HasPrefix(r.Pack, "generic") && r.Confidence > ConfidenceLow && !ok {
				t.Errorf("%s at %s is not lowered: targetRules of test-material.toml lacks it", r.ID, path)
			}
			if !r.Generic && ok && r.Provider != "" && !ownKey(r.ID) {
				t.Errorf("%s, which %s issues, is lowered at %s", r.ID, r.Provider, path)
			}
		}
	}
}

// ownKey tells of rules which name a provider, although everybody makes such keys and passwords themselves.
func ownKey(id string) bool {
	return slices.Contains([]string{
		"ethereum-private-key", "rails-secret-key-base", "django-secret-key", "powershell-plain-password",
	}, id)
}
