package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
)

func TestParseFailOnErrors(t *testing.T) {
	for text, want := range map[string][2]string{
		"critical":                    {"unknown confidence for --fail-on: critical", "did you mean severity=critical?"},
		"foo":                         {"unknown value for --fail-on: foo", "known: low, medium, high, never, severity=low, severity=medium"},
		"hgih":                        {"unknown confidence for --fail-on: hgih", "did you mean high? (low, medium, high)"},
		"severity=hihg":               {"unknown severity for --fail-on: hihg", "did you mean high? (low, medium, high, critical)"},
		"severity=":                   {"unknown severity for --fail-on: ", "known: low, medium, high, critical"},
		"confidence=critical":         {"unknown confidence for --fail-on: critical", "did you mean severity=critical?"},
		"severty=high":                {"unknown key for --fail-on: severty", "did you mean severity? (severity, confidence)"},
		"severity=high,medium":        {`flag --fail-on: "medium" is not KEY=LEVEL`, "for example --fail-on severity=high,confidence=medium"},
		"severity=high,":              {`flag --fail-on: "" is not KEY=LEVEL`, "for example --fail-on severity=high,confidence=medium"},
		"severity=high,severity=high": {"flag --fail-on: severity is given twice", ""},
		"confidence=low,confidence=x": {"unknown confidence for --fail-on: x", "known: low, medium, high"},
	} {
		got, err := parseFailOn(text)
		var usage *usageError
		if !errors.As(err, &usage) || got != (rules.Threshold{}) {
			t.Errorf("%q: %+v, %v", text, got, err)
			continue
		}
		if usage.message != want[0] || !strings.HasPrefix(usage.hint, want[1]) {
			t.Errorf("%q: %q, %q; want %q, %q", text, usage.message, usage.hint, want[0], want[1])
		}
	}
}
