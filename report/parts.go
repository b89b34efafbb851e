package report

import (
	"fmt"
	"strings"

	"github.com/owenrumney/go-sarif/v2/sarif"

	"github.com/keysieve/keysieve/scanner"
)

// A credential of several parts is one finding: the secret, and beside it what belongs to it.

// mostBeside is how many parts are told but in JSON: of one content there are no more (see package scanner), of several there may be.
const mostBeside = 5

// beside says which other parts of the credential stand near: "with AWS access key id AKIA…7Q3B on line 3, issued for account
// 609629065308"; empty where there are none. The parts that are secrets are masked, nothing else is.
func beside(f *scanner.Finding) string {
	var told []string
	for i := range min(len(f.Parts), mostBeside) {
		told = append(told, "with "+besideAs(&f.Parts[i], &f.Places[0]))
	}
	if more := len(f.Parts) - len(told); more > 0 {
		told = append(told, "and "+number(more)+" more")
	}
	return strings.Join(told, ", ")
}

// besideAs names a part and where it stands, from the place of the finding.
func besideAs(part *scanner.Part, from *scanner.Place) string {
	said := part.Rule.Description + " " + part.Shown()
	switch {
	case part.Place.Path != from.Path || part.Place.Kind != from.Kind:
	case part.Place.Line == from.Line:
		said += " on the same line"
	default:
		said += fmt.Sprintf(" on line %d", part.Place.Line)
	}
	if part.Check != "" {
		said += " (" + part.Check + ")"
	}
	return said
}

type jsonPart struct {
	Rule        string    `json:"rule"`
	Description string    `json:"description"`
	Secret      string    `json:"secret"` // masked, but for what is none
	Check       string    `json:"check"`
	Place       jsonPlace `json:"place"`
}

// parts lists the other parts of a credential; never nil.
func (d documenter) parts(f *scanner.Finding) []jsonPart {
	parts := make([]jsonPart, len(f.Parts))
	for i := range f.Parts {
		p := &f.Parts[i]
		parts[i] = jsonPart{Rule: p.Rule.ID, Description: p.Rule.Description, Secret: d.text(p.Shown()), Check: d.text(p.Check), Place: d.place(p.Place)}
	}
	return parts
}

// parts gives the other parts of a credential as related locations, numbered from a number on.
func (b *sarifResults) parts(f *scanner.Finding, id int) []*sarif.Location {
	related := make([]*sarif.Location, 0, mostBeside)
	for i := range min(len(f.Parts), mostBeside) {
		p := &f.Parts[i]
		text := "It belongs to " + shown(p.Rule.Description) + " '" + shown(b.redact.text(p.Shown())) + "'."
		if p.Check != "" {
			text = strings.TrimSuffix(text, ".") + ": " + shown(b.redact.text(p.Check)) + "."
		}
		related = append(related, location(p.Place, b.redact).WithId(id+i).WithMessage(sarif.NewTextMessage(text)))
	}
	return related
}
