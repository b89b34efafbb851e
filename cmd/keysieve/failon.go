package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/keysieve/keysieve/rules"
)

// threshold is what --fail-on asks for: a finding blocks when it is at least as
// sure and as severe. Zero: not said.
type threshold struct {
	confidence rules.Confidence
	severity   rules.Severity
}

// The keys of --fail-on's long form.
const (
	failOnSeverity   = "severity"
	failOnConfidence = "confidence"
)

// parseFailOn reads a confidence alone, or KEY=LEVEL with the keys severity and
// confidence, joined by a comma. All of them have to be met.
func parseFailOn(text string) (threshold, error) {
	var t threshold
	if !strings.ContainsAny(text, "=,") {
		confidence, err := rules.ParseConfidence(text)
		if err != nil {
			return t, unknownConfidence(text)
		}
		t.confidence = confidence
		return t, nil
	}
	for part := range strings.SplitSeq(text, ",") {
		if err := t.read(strings.TrimSpace(part)); err != nil {
			return threshold{}, err
		}
	}
	return t, nil
}

// read reads one KEY=LEVEL.
func (t *threshold) read(part string) error {
	key, level, ok := strings.Cut(part, "=")
	if !ok {
		return &usageError{
			fmt.Sprintf("flag --fail-on: %q is not KEY=LEVEL", part),
			"for example --fail-on severity=high,confidence=medium",
		}
	}
	var err error
	taken := false
	switch key {
	case failOnConfidence:
		taken = t.confidence != 0
		if t.confidence, err = rules.ParseConfidence(level); err != nil {
			return unknownConfidence(level)
		}
	case failOnSeverity:
		taken = t.severity != 0
		if t.severity, err = rules.ParseSeverity(level); err != nil {
			return unknown("severity for --fail-on:", level, severityNames())
		}
	default:
		return unknown("key for --fail-on:", key, []string{failOnSeverity, failOnConfidence})
	}
	if taken {
		return &usageError{message: fmt.Sprintf("flag --fail-on: %s is given twice", key)}
	}
	return nil
}

// unknownConfidence suggests the severity where the word is one: other programs'
// levels are severities.
func unknownConfidence(word string) error {
	e := unknown("confidence for --fail-on:", word, confidenceNames())
	if slices.Contains(severityNames(), word) {
		e.hint = "did you mean " + failOnSeverity + "=" + word + "?"
	}
	return e
}

// failOnValues are the values of --fail-on without combinations.
func failOnValues() []string {
	values := confidenceNames()
	for _, name := range severityNames() {
		values = append(values, failOnSeverity+"="+name)
	}
	for _, name := range confidenceNames() {
		values = append(values, failOnConfidence+"="+name)
	}
	return values
}

func severityNames() []string {
	var names []string
	for _, s := range rules.Severities() {
		names = append(names, s.String())
	}
	return names
}

func confidenceNames() []string {
	var names []string
	for _, c := range rules.Confidences() {
		names = append(names, c.String())
	}
	return names
}
