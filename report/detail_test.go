package report_test

import (
	"strings"
	"testing"

	"github.com/keysieve/keysieve/report"
	"github.com/keysieve/keysieve/scanner"
)

// TestDetail holds that what is meant for a bug report is shown only when asked for.
func TestDetail(t *testing.T) {
	result := scanner.Result{
		Skipped:  []scanner.Skip{{Path: "a", Reason: "internal error: boom", Hint: "please report it", Detail: "goroutine 7 [running]:\n\tmain.boom()\n"}},
		ExitCode: scanner.ExitIncomplete,
	}
	for _, f := range report.Formats() {
		format := f.Name
		for _, verbose := range []bool{false, true} {
			var b strings.Builder
			sink, err := report.New(format, &b, report.Options{Verbose: verbose})
			if err != nil {
				t.Fatal(err)
			}
			if err := sink.Write(result); err != nil {
				t.Fatal(err)
			}
			if got, want := strings.Contains(b.String(), "goroutine 7"), format == "text" && verbose; got != want {
				t.Errorf("%s, verbose %v: shown %v", format, verbose, got)
			}
			if !strings.Contains(b.String(), "boom") {
				t.Errorf("%s: the reason is missing", format)
			}
		}
	}
}
