package rules

import (
	"strings"
	"testing"
)

// namedValue stands in the regexes of rules that look for a value in an assignment near a provider's name and say so themselves, without a Near.
const namedValue = `(?:/?(?:value|default|string|bearer|basic|`

// ownIdentifier lists rules of that kind whose credential is called an id, a hash or a URL's part by the provider itself.
var ownIdentifier = map[string]bool{"infura-api-key": true, "telegram-api-hash": true, "openexchangerates-app-id": true, "code-climate-token": true}

// The rules that know a credential by the provider's name and by its shape alone must all be in identifiers.toml.
func TestIdentifiersHoldEveryNamedValue(t *testing.T) {
	set, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for i, r := range set.Rules() {
		if r.Provider == "" || r.Confidence >= ConfidenceHigh || !r.Near.set() && !strings.Contains(r.Regex, namedValue) {
			continue
		}
		count++
		listed := false
		for _, list := range set.Allowlists(i) {
			listed = listed || strings.HasPrefix(list.source.Description, "the name says that it is an identifier")
		}
		if listed == ownIdentifier[r.ID] {
			t.Errorf("%s (pack %s): in targetRules of identifiers.toml: %v", r.ID, r.Pack, listed)
		}
	}
	if count < 500 {
		t.Errorf("%d rules look for a named value: is namedValue still in their regexes?", count)
	}
}
