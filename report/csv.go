package report

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/keysieve/keysieve/scanner"
)

// csvSink writes a table (RFC 4180: a header, lines that end in CR LF) for spreadsheets
// and databases: a row for each place of each finding, and one for everything that was not read and for each
// directive that suppressed nothing, told apart by the column type. How much was scanned has no place in it.
//
// A spreadsheet takes a cell that starts with =, +, - or @ for a formula, which may run a
// program or send the sheet away; file names come from whoever can commit. Such a
// cell gets an apostrophe in front (OWASP, "CSV Injection").
type csvSink struct{ w io.Writer }

func newCSV(w io.Writer, _ Options) scanner.Sink { return &csvSink{w} }

// csvRow is a row before it is written: values by column.
type csvRow map[string]string

// csvColumns lists the columns in order. New ones are added at the end.
func csvColumns() []string {
	return []string{
		"type", "rule", "description", "severity", "confidence", "blocking", "secret",
		"kind", "path", "line", "column", "end_line", "end_column", "commit", "author", "date",
		"fingerprint", "reasons", "remedy",
		"first_commit", "first_date", "last_commit", "last_date", "removed_commit", "removed_date",
		"commits", "blobs", "in_head", "refs", "days", "at_boundary",
	}
}

// Write writes the table.
func (s *csvSink) Write(result scanner.Result) error {
	return buffered(s.w, "csv", func(w *bufio.Writer) error {
		table := csv.NewWriter(w)
		table.UseCRLF = true
		columns := csvColumns()
		cells := make([]string, len(columns))
		write := func(row csvRow) {
			for i, name := range columns {
				cells[i] = harmless(shown(row[name]))
			}
			_ = table.Write(cells) // keeps its first error
		}
		_ = table.Write(columns)
		redact := newRedactor(result)
		for _, f := range listed(result) {
			row := findingRow(f, redact)
			for _, place := range f.Places {
				row.place(place, redact)
				write(row)
			}
		}
		for _, skip := range result.Skipped {
			write(csvRow{"type": "skipped", "kind": skip.Kind.String(), "path": redact.text(skip.Path), "reasons": redact.text(skip.Reason), "remedy": redact.text(skip.Hint)})
		}
		for _, place := range result.Unused {
			row := csvRow{"type": "unused", "reasons": redact.text(place.Problem)}
			row.place(place, redact)
			write(row)
		}
		table.Flush()
		if err := table.Error(); err != nil {
			return fmt.Errorf("write a row: %w", err)
		}
		return nil
	})
}

func findingRow(f *scanner.Finding, redact *redactor) csvRow {
	row := csvRow{
		"type": "finding", "rule": f.Rule.ID, "description": f.Rule.Description, "severity": f.Severity.String(),
		"confidence": f.Confidence.String(), "blocking": yesOrNo(f.Blocks), "secret": f.Secret.String(),
		"fingerprint": f.Fingerprint, "reasons": redact.text(reasons(f)), "remedy": f.Rule.Remedy,
	}
	e := f.Exposure
	if e == nil {
		return row
	}
	for name, c := range map[string]*scanner.Commit{"first": e.First, "last": e.Last, "removed": e.Removed} {
		if c != nil {
			row[name+"_commit"], row[name+"_date"] = c.ID, timestamp(c.Date)
		}
	}
	refs := make([]string, len(e.Refs))
	for i, r := range e.Refs {
		refs[i] = redact.text(r.Name)
	}
	row["commits"], row["blobs"], row["days"] = strconv.Itoa(e.Commits), strconv.Itoa(e.Blobs), strconv.Itoa(e.Days)
	row["in_head"], row["at_boundary"], row["refs"] = yesOrNo(e.InHead), yesOrNo(e.AtBoundary), strings.Join(refs, " ")
	return row
}

// place fills the columns about one place.
func (r csvRow) place(place scanner.Place, redact *redactor) {
	r["kind"], r["path"] = place.Kind.String(), redact.text(place.Path)
	r["line"], r["column"] = strconv.Itoa(place.Line), strconv.Itoa(place.Column)
	r["end_line"], r["end_column"] = strconv.Itoa(place.EndLine), strconv.Itoa(place.EndColumn)
	r["commit"], r["author"], r["date"] = redact.text(place.Commit), redact.text(place.Author), timestamp(place.Date)
}

// harmless returns a cell that no spreadsheet takes for a formula. Full-width signs count, too, and spaces in front of one do not help.
func harmless(cell string) string {
	if start := strings.TrimLeft(cell, " \u00a0\u3000"); start != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(start)[0]) {
		return "'" + cell
	}
	return cell
}
