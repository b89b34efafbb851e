package main

import (
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
)

func TestDeriveRegex(t *testing.T) {
	for _, c := range []struct {
		name    string
		samples []string
		want    string // the form, or what the error says
	}{
		{"hexadecimal", []string{"acme_0a1b2c3d4e", "acme_0f9e8d7c6b"}, "acme_[0-9a-f]{10}"},
		{"the prefix ends at a separator", []string{"acme_live_aaaaBBBB1", "acme_live_aaaaCCCC2"}, "acme_live_[0-9A-Za-z]{9}"},
		{"without a separator", []string{"AKXY7Q3B2M5N8P", "AKXW6D4F9H2J3L"}, "AKX[0-9A-Z]{11}"},
		{"of several lengths", []string{"acme_0123456789", "acme_012345678901"}, "acme_[0-9]{10,12}"},
		{"base64", []string{"acme_ab+/cdEF12==", "acme_12ab+/cdEF=="}, "acme_[0-9A-Za-z+/=]{12}"},
		{"with a dot that is quoted", []string{"SG.abcdefgh", "SG.zyxwvuts"}, `SG\.[0-9a-z]{8}`},
		{"one only", []string{"acme_0123456789"}, "two or more"},
		{"nothing in common", []string{"0123456789", "abcdefghij"}, "same three characters"},
		{"too little left", []string{"acme_012345", "acme_543210"}, "fewer than eight"},
		{"blanks", []string{"acme_0123 456789", "acme_9876 543210"}, "rarely have"},
		{"one is the prefix of another", []string{"acme_", "acme_0123456789"}, "fewer than eight"},
	} {
		form, err := deriveRegex(c.samples)
		got := form.String()
		if err != nil {
			got = err.Error()
		}
		if err == nil && got != c.want || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

// Whatever a stanza is made of, it is a valid rule, and its examples hold its name.
func TestStanza(t *testing.T) {
	for _, d := range []ruleDraft{
		{id: "acme"},
		{id: "acme-api-key"},
		{id: "acme-key", provider: `A "quoted" \ name`, description: "tab\tand line\nbreak"},
		{id: "acme-key", regex: `'''(acme_[0-9]{9})'`},
		{id: "acme-key", form: tokenForm{prefix: "ak.", class: "0-9A-Za-z+/=", least: 20, most: 24}},
	} {
		before := d
		d.complete()
		pack, err := rules.DecodePack("", []byte(d.stanza()))
		if err != nil {
			t.Errorf("%+v: %v", before, err)
			continue
		}
		r := pack.Rules[0]
		if r.ID != d.id || r.Provider != d.provider || r.Description != d.description || r.Regex != d.regex || len(r.Examples) != 2 {
			t.Errorf("%+v became %+v", d, r)
		}
	}
}
