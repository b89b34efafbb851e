package rules

import "fmt"

// Severity says how much damage a secret does if it is real.
type Severity uint8

// The severities, from least to most damage. The zero value is not a severity.
const (
	SeverityLow Severity = iota + 1
	SeverityMedium
	SeverityHigh
	SeverityCritical
)

// Severities lists every severity from least to most damage.
func Severities() []Severity {
	return []Severity{SeverityLow, SeverityMedium, SeverityHigh, SeverityCritical}
}

// String returns the word used in packs and reports.
func (s Severity) String() string {
	switch s {
	case SeverityLow:
		return "low"
	case SeverityMedium:
		return "medium"
	case SeverityHigh:
		return "high"
	case SeverityCritical:
		return "critical"
	}
	return "unknown"
}

// ParseSeverity reads one of low, medium, high, critical.
func ParseSeverity(word string) (Severity, error) {
	for _, s := range Severities() {
		if s.String() == word {
			return s, nil
		}
	}
	return 0, fmt.Errorf("unknown severity %q (low, medium, high, critical)", word)
}

// Confidence says how surely a match is a secret.
type Confidence uint8

// The confidences, from least to most sure. The zero value is not a confidence.
const (
	ConfidenceLow Confidence = iota + 1
	ConfidenceMedium
	ConfidenceHigh
)

// Confidences lists every confidence from least to most sure.
func Confidences() []Confidence {
	return []Confidence{ConfidenceLow, ConfidenceMedium, ConfidenceHigh}
}

// String returns the word used in packs and reports.
func (c Confidence) String() string {
	switch c {
	case ConfidenceLow:
		return "low"
	case ConfidenceMedium:
		return "medium"
	case ConfidenceHigh:
		return "high"
	}
	return "unknown"
}

// ParseConfidence reads one of low, medium, high.
func ParseConfidence(word string) (Confidence, error) {
	for _, c := range Confidences() {
		if c.String() == word {
			return c, nil
		}
	}
	return 0, fmt.Errorf("unknown confidence %q (low, medium, high)", word)
}
