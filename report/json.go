package report

import (
	"bufio"
	"fmt"
	"io"

	"github.com/keysieve/keysieve/scanner"
)

// jsonSink writes one indented JSON document, described by schema.json.
// Findings are encoded one by one: the document is never in memory as a whole.
type jsonSink struct{ w io.Writer }

func newJSON(w io.Writer, _ Options) scanner.Sink { return &jsonSink{w} }

// Write writes the document.
func (s *jsonSink) Write(result scanner.Result) error {
	return buffered(s.w, "json", func(w *bufio.Writer) error { return writeDocument(w, result) })
}

func writeDocument(w *bufio.Writer, result scanner.Result) error {
	const indent = "  "
	var text jsonText
	d := documenter{newRedactor(result)}
	findings := listed(result)
	summary, err := text.marshal(d.summary(result), indent, indent)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "{\n  \"version\": %d,\n  \"summary\": %s", shapeVersion, summary)
	for _, list := range []struct {
		key     string
		n       int
		element func(int) any
	}{
		{"findings", len(findings), func(i int) any { return d.finding(findings[i]) }},
		{"skipped", len(result.Skipped), func(i int) any { return d.skip(result.Skipped[i]) }},
		{"unused", len(result.Unused), func(i int) any { return d.place(result.Unused[i]) }},
	} {
		fmt.Fprintf(w, ",\n  %q: ", list.key)
		if err := text.array(w, list.n, indent, indent, list.element); err != nil {
			return err
		}
	}
	_, err = w.WriteString("\n}\n")
	return err
}
