package ruletest

import (
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
)

// A meter tells a rule that is asked about at every turn from one that never is.
func TestMeter(t *testing.T) {
	p, err := rules.DecodePack("test.toml", []byte(pack+`
[[rules]]
id = "often"
description = "asked at every turn"
regex = '''(?i)fox[a-z ]{0,200}[0-9]{4}'''
severity = "low"
confidence = "low"
`))
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.NewSet(p)
	if err != nil {
		t.Fatal(err)
	}
	m := NewMeter(set, []string{"acme-key", "often"}, set)
	if each, all := m.PerMegabyte(); each["often"] != 0 || all != 0 {
		t.Errorf("nothing was measured, but %v and %v", each, all)
	}
	content := []byte(strings.Repeat(prose(1000), 1000))
	for range 3 {
		m.Add(content)
	}
	m.Add(nil)
	if m.Bytes() != 3*int64(len(content)) || m.Full() {
		t.Errorf("%d bytes, full %v", m.Bytes(), m.Full())
	}
	if each, _ := m.PerMegabyte(); each["often"] <= each["acme-key"] {
		t.Errorf("the rule that is asked at every turn is not dearer: %v", each)
	}
	for range meterBytes/len(content) + 1 {
		m.bytes += int64(len(content)) // as if it had been
	}
	if m.Add(content); !m.Full() || m.Bytes() > meterBytes+4*int64(len(content)) {
		t.Errorf("a full meter took more: %d", m.Bytes())
	}
}
