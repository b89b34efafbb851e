package rules

import (
	"fmt"
	"slices"
	"strings"
)

// Threshold says which findings block: those that are at least as sure and at
// least as severe. A zero level leaves that side as it is by default.
type Threshold struct {
	Confidence Confidence
	Severity   Severity
}

// The keys of a Threshold's long form.
const (
	thresholdSeverity   = "severity"
	thresholdConfidence = "confidence"
)

// confidenceNever is above all confidences: as a Threshold's, nothing blocks.
const confidenceNever = ConfidenceHigh + 1

// thresholdNever is the text of a Threshold that nothing reaches.
const thresholdNever = "never"

// DefaultThreshold is what blocks unless something else is said: medium confidence, whatever the severity.
func DefaultThreshold() Threshold {
	return Threshold{Confidence: ConfidenceMedium, Severity: SeverityLow}
}

// ParseThreshold reads a confidence alone ("high"), or KEY=LEVEL with the keys
// severity and confidence, joined by a comma ("severity=high,confidence=medium"):
// then both have to be met; or "never": nothing blocks. The error is a *ThresholdError.
func ParseThreshold(text string) (Threshold, error) {
	var t Threshold
	if text == thresholdNever {
		return Threshold{Confidence: confidenceNever}, nil
	}
	if !strings.ContainsAny(text, "=,") {
		if err := t.readConfidence(text); err != nil {
			return Threshold{}, err
		}
		return t, nil
	}
	for part := range strings.SplitSeq(text, ",") {
		if err := t.read(strings.TrimSpace(part)); err != nil {
			return Threshold{}, err
		}
	}
	return t, nil
}

// Or returns t with the levels that it does not state taken from another.
func (t Threshold) Or(other Threshold) Threshold {
	if t.Confidence == 0 {
		t.Confidence = other.Confidence
	}
	if t.Severity == 0 {
		t.Severity = other.Severity
	}
	return t
}

// words gives the levels as they are written; empty for one that is not stated.
func (t Threshold) words() (confidence, severity string) {
	switch t.Confidence {
	case 0:
	case confidenceNever:
		confidence = thresholdNever
	default:
		confidence = t.Confidence.String()
	}
	if t.Severity != 0 {
		severity = t.Severity.String()
	}
	return confidence, severity
}

// String writes a Threshold so that ParseThreshold reads the same; empty where no level is stated.
func (t Threshold) String() string {
	switch confidence, severity := t.words(); {
	case severity == "" || confidence == thresholdNever:
		return confidence
	case confidence == "":
		return thresholdSeverity + "=" + severity
	default:
		return thresholdSeverity + "=" + severity + "," + thresholdConfidence + "=" + confidence
	}
}

// read reads one KEY=LEVEL.
func (t *Threshold) read(part string) error {
	key, level, ok := strings.Cut(part, "=")
	if !ok {
		return &ThresholdError{
			Message: fmt.Sprintf("%q is not KEY=LEVEL", part),
			Instead: thresholdSeverity + "=high," + thresholdConfidence + "=medium",
		}
	}
	twice := &ThresholdError{Message: key + " is given twice"}
	switch key {
	case thresholdConfidence:
		taken := t.Confidence != 0
		if err := t.readConfidence(level); err != nil {
			return err
		}
		if taken {
			return twice
		}
	case thresholdSeverity:
		taken := t.Severity != 0
		var err error
		if t.Severity, err = ParseSeverity(level); err != nil {
			return &ThresholdError{Unknown: thresholdSeverity, Word: level, Known: names(Severities())}
		}
		if taken {
			return twice
		}
	default:
		return &ThresholdError{Unknown: "key", Word: key, Known: []string{thresholdSeverity, thresholdConfidence}}
	}
	return nil
}

// readConfidence suggests the severity where the word is one: other programs'
// levels are severities.
func (t *Threshold) readConfidence(word string) error {
	var err error
	if t.Confidence, err = ParseConfidence(word); err == nil {
		return nil
	}
	e := &ThresholdError{Unknown: thresholdConfidence, Word: word, Known: names(Confidences())}
	switch {
	case slices.Contains(names(Severities()), word):
		e.Instead = thresholdSeverity + "=" + word
	case suggestion(word, []string{thresholdNever}) != "" && suggestion(word, e.Known) == "":
		e.Instead = thresholdNever
	}
	return e
}

// ThresholdError says what is wrong with the text of a Threshold: either a word
// that is none of those known, or something else.
type ThresholdError struct {
	Unknown string   // what the word should be: "confidence", "severity" or "key"; empty: see Message
	Word    string   // as it was written
	Known   []string // what it may be
	Message string   // what is wrong, where no word is unknown
	Instead string   // a text that is right and probably meant; may be empty
}

// Error says what is wrong, with a suggestion where there is one.
func (e *ThresholdError) Error() string {
	if e.Unknown == "" {
		if e.Instead == "" {
			return e.Message
		}
		return fmt.Sprintf("%s (for example %s)", e.Message, e.Instead)
	}
	text := fmt.Sprintf("unknown %s %q (%s)", e.Unknown, e.Word, strings.Join(e.Known, ", "))
	if e.Instead != "" {
		return text + " (did you mean " + e.Instead + "?)"
	}
	return text + suggestion(e.Word, e.Known)
}

// ThresholdValues lists the texts of every Threshold with one level, for completion.
func ThresholdValues() []string {
	values := append(names(Confidences()), thresholdNever)
	for _, name := range names(Severities()) {
		values = append(values, thresholdSeverity+"="+name)
	}
	for _, name := range names(Confidences()) {
		values = append(values, thresholdConfidence+"="+name)
	}
	return values
}

func names[T fmt.Stringer](levels []T) []string {
	list := make([]string, 0, len(levels))
	for _, level := range levels {
		list = append(list, level.String())
	}
	return list
}
