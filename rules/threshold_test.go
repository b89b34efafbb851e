package rules

import "testing"

func TestParseThreshold(t *testing.T) {
	for text, want := range map[string]Threshold{
		"low":                              {Confidence: ConfidenceLow},
		"high":                             {Confidence: ConfidenceHigh},
		"confidence=high":                  {Confidence: ConfidenceHigh},
		"severity=critical":                {Severity: SeverityCritical},
		"severity=high,confidence=medium":  {ConfidenceMedium, SeverityHigh},
		"confidence=medium, severity=high": {ConfidenceMedium, SeverityHigh},
	} {
		if got, err := ParseThreshold(text); err != nil || got != want {
			t.Errorf("%q: %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, value := range ThresholdValues() {
		if got, err := ParseThreshold(value); err != nil || got == (Threshold{}) {
			t.Errorf("completion offers %q: %+v, %v", value, got, err)
		}
	}
}

func TestParseThresholdErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                            `unknown confidence "" (low, medium, high)`,
		"critical":                    `unknown confidence "critical" (low, medium, high) (did you mean severity=critical?)`,
		"hgih":                        `unknown confidence "hgih" (low, medium, high) (did you mean high?)`,
		"severity=hihg":               `unknown severity "hihg" (low, medium, high, critical) (did you mean high?)`,
		"severity=":                   `unknown severity "" (low, medium, high, critical)`,
		"confidence=critical":         `unknown confidence "critical" (low, medium, high) (did you mean severity=critical?)`,
		"severty=high":                `unknown key "severty" (severity, confidence) (did you mean severity?)`,
		"severity=high,medium":        `"medium" is not KEY=LEVEL (for example severity=high,confidence=medium)`,
		"severity=high,severity=high": `severity is given twice`,
		"confidence=low,confidence=x": `unknown confidence "x" (low, medium, high)`,
	} {
		if got, err := ParseThreshold(text); err == nil || err.Error() != want || got != (Threshold{}) {
			t.Errorf("%q: %+v, %v; want %s", text, got, err, want)
		}
	}
}

func TestThresholdOr(t *testing.T) {
	configured := Threshold{ConfidenceLow, SeverityHigh}
	for _, test := range []struct{ said, want Threshold }{
		{Threshold{}, configured},
		{Threshold{Confidence: ConfidenceHigh}, Threshold{ConfidenceHigh, SeverityHigh}},
		{Threshold{Severity: SeverityLow}, Threshold{ConfidenceLow, SeverityLow}},
		{Threshold{ConfidenceHigh, SeverityLow}, Threshold{ConfidenceHigh, SeverityLow}},
	} {
		if got := test.said.Or(configured); got != test.want {
			t.Errorf("%+v: %+v, want %+v", test.said, got, test.want)
		}
	}
}
