package main

import (
	"errors"
	"strings"

	"github.com/keysieve/keysieve/rules"
)

// parseFailOn reads the value of --fail-on.
func parseFailOn(text string) (rules.Threshold, error) {
	t, err := rules.ParseThreshold(text)
	if err == nil {
		return t, nil
	}
	var wrong *rules.ThresholdError
	if !errors.As(err, &wrong) {
		return t, err
	}
	if wrong.Unknown == "" {
		usage := &usageError{message: "flag --fail-on: " + wrong.Message}
		if wrong.Instead != "" {
			usage.hint = "for example --fail-on " + wrong.Instead
		}
		return t, usage
	}
	usage := unknown(wrong.Unknown+" for --fail-on:", wrong.Word, wrong.Known)
	if wrong.Instead == "" && !strings.Contains(text, "=") && !strings.HasPrefix(usage.hint, "did you mean") { // any value could have been meant
		usage = unknown("value for --fail-on:", wrong.Word, rules.ThresholdValues())
	}
	if wrong.Instead != "" {
		usage.hint = "did you mean " + wrong.Instead + "?"
	}
	return t, usage
}

// confidenceNames lists the confidences for help texts.
func confidenceNames() []string {
	var names []string
	for _, c := range rules.Confidences() {
		names = append(names, c.String())
	}
	return names
}
