package report

import (
	"bufio"
	"io"

	"github.com/keysieve/keysieve/scanner"
)

// jsonLinesSink writes one JSON object a line, told apart by their "type":
// findings, what was skipped, directives that suppressed nothing, and last the
// summary. A stream without a summary was cut off.
type jsonLinesSink struct{ w io.Writer }

func newJSONLines(w io.Writer, _ Options) scanner.Sink { return &jsonLinesSink{w} }

// The types of line. Embedding puts the type in front of the shape's own keys.
type (
	findingLine struct {
		Type string `json:"type"`
		jsonFinding
	}
	skippedLine struct {
		Type string `json:"type"`
		jsonSkip
	}
	unusedLine struct {
		Type string `json:"type"`
		jsonPlace
	}
	summaryLine struct {
		Type string `json:"type"`
		jsonSummary
	}
)

// Write writes the lines.
func (s *jsonLinesSink) Write(result scanner.Result) error {
	return buffered(s.w, "jsonl", func(w *bufio.Writer) error { return writeLines(w, result) })
}

func writeLines(w *bufio.Writer, result scanner.Result) error {
	var text jsonText
	d := documenter{newRedactor(result)}
	line := func(v any) error {
		encoded, err := text.marshal(v, "", "")
		if err != nil {
			return err
		}
		if _, err := w.Write(encoded); err != nil {
			return err
		}
		return w.WriteByte('\n')
	}
	for _, f := range listed(result) {
		if err := line(findingLine{"finding", d.finding(f)}); err != nil {
			return err
		}
	}
	for _, skip := range result.Skipped {
		if err := line(skippedLine{"skipped", d.skip(skip)}); err != nil {
			return err
		}
	}
	for _, place := range result.Unused {
		if err := line(unusedLine{"unused", d.place(place)}); err != nil {
			return err
		}
	}
	return line(summaryLine{"summary", d.summary(result)})
}
