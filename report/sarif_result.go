package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/owenrumney/go-sarif/v2/sarif"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
)

// sarifResults collects a run's results and the rules that they refer to. Rules
// without a result are left out: the log of a clean commit is short.
type sarifResults struct {
	redact  *redactor
	seen    occurrences
	index   map[string]int // rule id to its index in rules
	rules   []*sarif.ReportingDescriptor
	results []*sarif.Result
}

// newSARIFResults puts the rules that have findings into the Set's order, so
// that the log does not depend on which finding comes first.
func newSARIFResults(result scanner.Result) *sarifResults {
	b := &sarifResults{
		redact: newRedactor(result), seen: make(occurrences), index: make(map[string]int),
		rules: []*sarif.ReportingDescriptor{}, results: []*sarif.Result{},
	}
	used := make(map[string]bool)
	for i := range result.Findings {
		used[result.Findings[i].Rule.ID] = true
	}
	for _, r := range result.Rules {
		if used[r.ID] {
			b.rule(r)
		}
	}
	return b
}

// rule returns the rule's index, adding the rule where it is new.
func (b *sarifResults) rule(r *rules.Rule) int {
	i, known := b.index[r.ID]
	if !known {
		i = len(b.rules)
		b.index[r.ID] = i
		b.rules = append(b.rules, sarifRule(r))
	}
	return i
}

// add adds a result for every place of the finding; for a secret of a history one
// with all its places.
func (b *sarifResults) add(f *scanner.Finding) {
	if f.Exposure != nil {
		b.addExposed(f)
		return
	}
	index := b.rule(f.Rule)
	level := sarifLevel(f)
	message := b.message(f)
	for i, place := range f.Places {
		result := sarif.NewRuleResult(f.Rule.ID).WithRuleIndex(index).WithLevel(level)
		result.Message = message
		result.PartialFingerprints = map[string]any{"keysieveFingerprint/v1": b.seen.next(f.Fingerprint)}
		result.Properties = sarif.Properties{"severity": f.Severity.String(), "confidence": f.Confidence.String()}
		where := location(place, b.redact)
		b.snippets(where, f, i)
		result.Locations = []*sarif.Location{where}
		if i == 0 {
			result.RelatedLocations = b.parts(f, 1)
		}
		b.results = append(b.results, result)
	}
}

// message says what was found and why it is a secret: as text, which code
// hosts show, and by the rule's template.
func (b *sarifResults) message(f *scanner.Finding) sarif.Message {
	id, arguments := bareMessage, []string{shown(f.Secret.String())}
	text := shown(f.Rule.Description) + " '" + arguments[0] + "' stands here"
	reasons := f.Reasons
	if len(reasons) == 0 && f.Check != "" {
		reasons = []string{f.Check}
	}
	if said := beside(f); said != "" {
		reasons = append(slices.Clone(reasons), said)
	}
	if f.Exposure != nil {
		reasons = append(slices.Clone(reasons), whereabouts(f.Exposure, func(name string) string { return name }, false))
	}
	if len(reasons) > 0 {
		id = reasonedMessage
		arguments = append(arguments, shown(b.redact.text(strings.Join(reasons, ", "))))
		text += ": '" + arguments[1] + "'"
	}
	text += "."
	return sarif.Message{Text: &text, ID: &id, Arguments: arguments}
}

// sarifLevel is error for what fails the scan.
func sarifLevel(f *scanner.Finding) string {
	switch {
	case f.Blocks:
		return "error"
	case f.Confidence <= rules.ConfidenceLow:
		return "note"
	}
	return "warning"
}

// location returns a place. A path's own text has no line in a file: it gets the start of its file.
func location(place scanner.Place, redact *redactor) *sarif.Location {
	region := sarif.NewRegion().WithStartLine(place.Line).WithStartColumn(place.Column).
		WithEndLine(place.EndLine).WithEndColumn(place.EndColumn)
	if place.Kind == scanner.KindPathName {
		region = sarif.NewSimpleRegion(1, 1).WithStartColumn(1).WithEndColumn(1)
	}
	where := sarif.NewLocationWithPhysicalLocation(
		sarif.NewPhysicalLocation().WithArtifactLocation(artifact(fileName(place, redact))).WithRegion(region))
	if place.Commit != "" {
		kind := "commit"
		where.LogicalLocations = []*sarif.LogicalLocation{{FullyQualifiedName: &place.Commit, Kind: &kind}}
	}
	return where
}

// snippets adds the masked secret to the finding's i-th place and, where it is
// known, the masked line around it.
func (b *sarifResults) snippets(where *sarif.Location, f *scanner.Finding, i int) {
	place := f.Places[i]
	if place.Kind == scanner.KindPathName {
		return
	}
	where.PhysicalLocation.Region.WithSnippet(sarif.NewArtifactContent().WithText(shown(f.Secret.String())))
	text := b.redact.excerpt(f.Excerpt).Text
	// The excerpt is of the first place; a context holds all of its region, the excerpt one line.
	if i > 0 || text == "" || place.EndLine != place.Line {
		return
	}
	where.PhysicalLocation.WithContextRegion(sarif.NewRegion().WithStartLine(place.Line).WithEndLine(place.Line).
		WithSnippet(sarif.NewArtifactContent().WithText(shown(text))))
}

// artifact refers to a path under the root by a relative URI (RFC 3986): every byte
// that is not unreserved is percent-encoded, which keeps any bytes and the
// colon, which would make the first segment a scheme.
func artifact(path string) *sarif.ArtifactLocation {
	return sarif.NewSimpleArtifactLocation(percentEncoded(path)).WithUriBaseId(sourceRoot)
}

func percentEncoded(path string) string {
	const unreserved = "-._~/"
	var b strings.Builder
	for _, c := range []byte(path) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte(unreserved, c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// shown makes text from outside fit for a message: one line, nothing invisible.
func shown(text string) string { return terminal{unicode: true}.show(text) }

// sentence ends text with a full stop.
func sentence(text string) string {
	text = strings.TrimSpace(shown(text))
	if text == "" || strings.HasSuffix(text, ".") || strings.HasSuffix(text, "!") || strings.HasSuffix(text, "?") {
		return text
	}
	return text + "."
}
