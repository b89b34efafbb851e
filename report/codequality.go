package report

import (
	"bufio"
	"io"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
)

// codeQualitySink writes GitLab's Code Quality report, which every tier of GitLab shows in merge requests: an
// array with an element for each place, in a history for each secret. Source: GitLab's "Code Quality", "Code Quality
// report format"; code_quality_schema.json says it in our own words.
//
// The format has no place for what was not read: that is an element of its own, at its path.
type codeQualitySink struct {
	w    io.Writer
	opts Options
}

func newCodeQuality(w io.Writer, opts Options) scanner.Sink { return &codeQualitySink{w, opts} }

type (
	degradation struct {
		Description string              `json:"description"`
		Check       string              `json:"check_name"`
		Fingerprint string              `json:"fingerprint"`
		Severity    string              `json:"severity"`
		Location    degradationLocation `json:"location"`
	}
	degradationLocation struct {
		Path  string           `json:"path"`
		Lines degradationLines `json:"lines"`
	}
	degradationLines struct {
		Begin int `json:"begin"`
		End   int `json:"end"`
	}
)

// Write writes the array.
func (s *codeQualitySink) Write(result scanner.Result) error {
	return buffered(s.w, "gitlab-codequality", func(w *bufio.Writer) error {
		p, seen, list := plainPage(w, s.opts, result), make(occurrences), alerts(result)
		err := new(jsonText).array(w, len(list)+len(result.Skipped), "", "  ", func(i int) any {
			if i >= len(list) {
				return p.unreadDegradation(result.Skipped[i-len(list)], seen)
			}
			return p.degradation(list[i], seen)
		})
		if err != nil {
			return err
		}
		return w.WriteByte('\n')
	})
}

func (p *page) degradation(a alert, seen occurrences) degradation {
	f := a.finding
	said := p.term.show(f.Rule.Description) + " " + p.masked(f)
	if reasons := p.reasons(f); reasons != "" {
		said += ": " + reasons
	}
	if f.Exposure != nil {
		said += "; " + whereabouts(f.Exposure, p.text, false)
	}
	first, last := fileLines(a.place)
	return degradation{
		Description: said, Check: shown(f.Rule.ID), Fingerprint: seen.next(f.Fingerprint), Severity: qualitySeverity(f),
		Location: degradationLocation{shown(fileName(a.place, p.redact)), degradationLines{first, last}},
	}
}

func (p *page) unreadDegradation(skip scanner.Skip, seen occurrences) degradation {
	path := p.text(skip.Path)
	return degradation{
		Description: skipWord(skip) + ": " + p.skip(skip), Check: skipID(skip), Severity: "major",
		Fingerprint: seen.next(scanner.Fingerprint(skipID(skip), path, "")),
		Location:    degradationLocation{path, degradationLines{1, 1}},
	}
}

// qualitySeverity returns the word of Code Quality: info for what blocks nothing.
func qualitySeverity(f *scanner.Finding) string {
	if !f.Blocks {
		return "info"
	}
	switch f.Severity {
	case rules.SeverityCritical:
		return "blocker"
	case rules.SeverityHigh:
		return "critical"
	case rules.SeverityMedium:
		return "major"
	}
	return "minor"
}
