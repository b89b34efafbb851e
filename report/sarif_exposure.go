package report

import (
	"github.com/owenrumney/go-sarif/v2/sarif"

	"github.com/keysieve/keysieve/scanner"
)

// maxLocations is how many places one result has. github.com refuses a log with a
// result of more than 1,000 and shows 100 ("SARIF results exceed hard limit"). What
// is left out is counted in the result's properties; the json format has all.
const maxLocations = 1000

// addExposed adds one result for a secret of a history, which is one finding with all its places.
//
// The place that introduced it is the result's location, the others are its
// related ones. A result of its own for each would be an alert for each of the
// hundred commits that carry one secret along, which one rotation ends. All of
// them as locations would be wrong, too: code hosts heed the first alone, and SARIF
// (section 3.27.12) wants several only where each must be changed to mend the
// result, while section 3.27.22 has related locations for what helps to understand it.
func (b *sarifResults) addExposed(f *scanner.Finding) {
	first, firstIsExcerpt := introduced(f)
	result := sarif.NewRuleResult(f.Rule.ID).WithRuleIndex(b.rule(f.Rule)).WithLevel(sarifLevel(f))
	result.Message = b.message(f)
	result.PartialFingerprints = map[string]any{"keysieveFingerprint/v1": b.seen.next(f.Fingerprint)}
	result.Properties = sarif.Properties{
		"severity": f.Severity.String(), "confidence": f.Confidence.String(),
		"places": len(f.Places), "exposure": documenter{b.redact}.exposure(f.Exposure),
	}
	where := location(first, b.redact)
	if firstIsExcerpt {
		b.snippets(where, f, 0)
	}
	result.Locations = []*sarif.Location{where}
	result.RelatedLocations = b.parts(f, 1)
	parts := len(result.RelatedLocations)
	id := parts
	for _, place := range f.Places {
		if place == first {
			continue
		}
		if id >= maxLocations-1 {
			result.Properties["placesLeftOut"] = len(f.Places) + parts - id - 1
			break
		}
		id++
		text := "It stands here, too."
		related := location(place, b.redact).WithId(id).WithMessage(sarif.NewTextMessage(text))
		result.RelatedLocations = append(result.RelatedLocations, related)
	}
	b.results = append(b.results, result)
}
