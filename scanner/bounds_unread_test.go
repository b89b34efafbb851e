package scanner_test

import (
	"context"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/scanner"
)

// A match that may be longer than what is searched at once makes the scan
// incomplete; the report names the rule.
func TestScanNamesWhatIsTooLongToSearch(t *testing.T) {
	t.Parallel()
	set := setOf(t, "[[rules]]\nid = 'endless'\nregex = '''BEGIN[\\s\\S]*?END'''\n")
	line := strings.Repeat("- ", 40) + "\n"
	long := strings.Repeat(line, 20_000)
	result, err := scanner.Scan(context.Background(), &memory{blobs: []scanner.Blob{file("long", "BEGIN"+long), file("short", long+"BEGIN END")}}, scanner.Options{Set: set})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Skipped) != 1 || result.Skipped[0].Path != "long" || !strings.Contains(result.Skipped[0].Reason, "rule endless") || !strings.Contains(result.Skipped[0].Reason, "maxLength") {
		t.Errorf("skipped %+v", result.Skipped)
	}
	if len(result.Findings) != 1 || result.ExitCode != scanner.ExitFindings {
		t.Errorf("%d findings, exit code %d", len(result.Findings), result.ExitCode)
	}
}

// A table that goes on beyond what is read of it makes the scan incomplete; the same values in a shorter one do not.
func TestScanNamesTablesThatAreTooLong(t *testing.T) {
	t.Parallel()
	set := setOf(t, "[[rules]]\nid = 'table'\nregex = '''(?m)^(name,password\\n)([^\\n])'''\nsecretGroup = 2\ngeneric = true\n")
	row := "joe,kRw7vZq29TqxMb\n"
	result, err := scanner.Scan(context.Background(), &memory{blobs: []scanner.Blob{
		file("long", "name,password\n"+strings.Repeat(row, 200_000)), file("short", "name,password\n"+strings.Repeat(row, 4_000)),
	}}, scanner.Options{Set: set})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Skipped) != 1 || result.Skipped[0].Path != "long" || !strings.Contains(result.Skipped[0].Reason, "rule table") {
		t.Errorf("skipped %+v", result.Skipped)
	}
}
