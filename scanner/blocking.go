package scanner

import "github.com/keysieve/keysieve/rules"

// BlockFrom makes warnings of the findings of less than a severity, and settles
// the count and the exit code anew. It never makes a finding block.
func (r *Result) BlockFrom(least rules.Severity) {
	r.Summary.Blocking = 0
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Blocks = f.Blocks && f.Severity >= least
		if f.Blocks {
			r.Summary.Blocking++
		}
	}
	if r.ExitCode != ExitFindings || r.Summary.Blocking > 0 {
		return
	}
	r.ExitCode = ExitClean
	if len(r.Skipped) > 0 || r.Summary.Interrupted {
		r.ExitCode = ExitIncomplete
	}
}
