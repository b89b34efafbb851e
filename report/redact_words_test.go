package report

import (
	"testing"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/detect"
)

// A word that many have for a password is masked neither in the subjects of commits nor in other paths; a password is.
func TestWordsAreNotMaskedEverywhere(t *testing.T) {
	finding := func(text string, reasons ...string) scanner.Finding {
		return scanner.Finding{
			Rule: &rules.Rule{ID: "a", Regex: "x"}, Secret: scanner.NewSecret(text), Reasons: reasons,
			Places: []scanner.Place{{Origin: scanner.Origin{Kind: scanner.KindFile, Path: "config"}}},
		}
	}
	r := newRedactor(scanner.Result{Findings: []scanner.Finding{
		finding("administrator", detect.ReasonCommonPassword), finding("s3cr3t-of-mine"),
	}})
	if got := r.subject("Let administrators in, not s3cr3t-of-mine"); got != "Let administrators in, not "+scanner.Mask("s3cr3t-of-mine") {
		t.Errorf("subject %q", got)
	}
	if got := r.text("administrator/list"); got != "administrator/list" {
		t.Errorf("path %q", got)
	}
}
