package scanner

import (
	"testing"

	"github.com/keysieve/keysieve/rules"
)

func TestBlockFrom(t *testing.T) {
	low := Finding{Severity: rules.SeverityLow, Blocks: true}
	high := Finding{Severity: rules.SeverityHigh, Blocks: true}
	warning := Finding{Severity: rules.SeverityCritical}
	skip := []Skip{{Path: "a"}}
	for _, test := range []struct {
		name     string
		result   Result
		least    rules.Severity
		blocking int
		code     int
	}{
		{"nothing is below", Result{Findings: []Finding{low, high}, ExitCode: ExitFindings}, rules.SeverityLow, 2, ExitFindings},
		{"one is below", Result{Findings: []Finding{low, high}, ExitCode: ExitFindings}, rules.SeverityMedium, 1, ExitFindings},
		{"all are below", Result{Findings: []Finding{low, high}, ExitCode: ExitFindings}, rules.SeverityCritical, 0, ExitClean},
		{"all are below, incomplete", Result{Findings: []Finding{low}, Skipped: skip, ExitCode: ExitFindings}, rules.SeverityHigh, 0, ExitIncomplete},
		{"all are below, interrupted", Result{Findings: []Finding{low}, Summary: Summary{Interrupted: true}, ExitCode: ExitFindings}, rules.SeverityHigh, 0, ExitIncomplete},
		{"a warning stays one", Result{Findings: []Finding{warning}}, rules.SeverityLow, 0, ExitClean},
		{"incomplete stays", Result{Skipped: skip, ExitCode: ExitIncomplete}, rules.SeverityLow, 0, ExitIncomplete},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := test.result
			r.Findings = append([]Finding(nil), r.Findings...)
			r.BlockFrom(test.least)
			if r.Summary.Blocking != test.blocking || r.ExitCode != test.code {
				t.Errorf("%d block, code %d; want %d, %d", r.Summary.Blocking, r.ExitCode, test.blocking, test.code)
			}
		})
	}
}
