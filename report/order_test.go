package report

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keysieve/keysieve/scanner"
)

// TestWorstFirst shuffles findings of every standing and sorts them.
func TestWorstFirst(t *testing.T) {
	r := manyExposures(200)
	r.Findings[0].Exposure = nil
	random := rand.New(rand.NewPCG(1, 2))
	random.Shuffle(len(r.Findings), func(i, j int) { r.Findings[i], r.Findings[j] = r.Findings[j], r.Findings[i] })
	findings := worstFirst(r.Findings)
	key := func(f *scanner.Finding) string {
		date := time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
		if f.Exposure != nil && f.Exposure.First != nil {
			date = f.Exposure.First.Date
		}
		return fmt.Sprintf("%v %d %d %d %s", !f.Blocks, standingOf(f.Exposure), 9-f.Severity, 9-f.Confidence, date.Format(time.RFC3339))
	}
	if !slices.IsSortedFunc(findings, func(a, b *scanner.Finding) int { return strings.Compare(key(a), key(b)) }) {
		t.Error("not sorted by blocking, standing, severity, confidence and date")
	}
	blocking, warnings := divided(r.Findings)
	if len(blocking)+len(warnings) != len(findings) || !slices.Equal(slices.Concat(blocking, warnings), findings) {
		t.Error("divided into other than what was sorted")
	}
	if standingOf(blocking[0].Exposure) != standsInHead || standingOf(blocking[len(blocking)-1].Exposure) != standsNowhere {
		t.Error("not from HEAD to nowhere")
	}
}

// TestHistoryOrder holds every format that lists all findings of a history to the order of the text.
func TestHistoryOrder(t *testing.T) {
	r := manyExposures(60)
	slices.Reverse(r.Findings)
	var want []string
	for _, f := range worstFirst(r.Findings) {
		want = append(want, f.Fingerprint)
	}
	for name, order := range map[string]func([]byte) []string{
		"json": func(out []byte) []string {
			var got []string
			for _, f := range decode(t, out).Findings {
				got = append(got, f.Fingerprint)
			}
			return got
		},
		"jsonl": func(out []byte) []string {
			var got []string
			for line := range bytes.Lines(out) {
				var f struct{ Type, Fingerprint string }
				if err := json.Unmarshal(line, &f); err != nil {
					t.Fatal(err)
				}
				if f.Type == "finding" {
					got = append(got, f.Fingerprint)
				}
			}
			return got
		},
		"sarif": func([]byte) []string {
			var got []string
			for _, result := range sarifRun(t, Options{}, r).Results {
				got = append(got, fmt.Sprint(result.PartialFingerprints["keysieveFingerprint/v1"]))
			}
			return got
		},
		"csv": func(out []byte) []string {
			var got []string
			for _, row := range csvRows(t, out) {
				got = append(got, row["fingerprint"])
			}
			return slices.Compact(got)
		},
		"gitlab-codequality": func(out []byte) []string {
			var got []string
			for _, d := range degradations(t, out) {
				got = append(got, d.Fingerprint)
			}
			return got
		},
	} {
		if got := order(write(t, formatNamed(t, name), Options{}, r)); !slices.Equal(got, want) {
			t.Errorf("%s: %v\nwant %v", name, got, want)
		}
	}
}

// TestOtherOrder: what is no history is listed by path, as it comes.
func TestOtherOrder(t *testing.T) {
	r := manyResult(60)
	for i, f := range decode(t, write(t, formatNamed(t, "json"), Options{}, r)).Findings {
		if f.Fingerprint != r.Findings[i].Fingerprint {
			t.Fatalf("finding %d is another one", i)
		}
	}
}

func formatNamed(t *testing.T, name string) Format {
	t.Helper()
	for _, f := range Formats() {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("no format %s", name)
	return Format{}
}

func csvRows(t *testing.T, out []byte) []map[string]string {
	t.Helper()
	records, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		row := make(map[string]string)
		for i, name := range records[0] {
			row[name] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func degradations(t *testing.T, out []byte) []degradation {
	t.Helper()
	var list []degradation
	if err := json.Unmarshal(out, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// TestOccurrences numbers what has one fingerprint.
func TestOccurrences(t *testing.T) {
	seen := make(occurrences)
	var got []string
	for _, f := range []string{"a", "b", "a", "a"} {
		got = append(got, seen.next(f))
	}
	if want := []string{"a", "b", "a:2", "a:3"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	// The same secret at one path is a finding for each version of the file that brings it.
	r := commitsResult()
	r.Findings = append(r.Findings, r.Findings[1])
	for _, format := range []string{"gitlab-codequality", "gitlab", "sarif"} {
		ids := fingerprints(t, format, r)
		slices.Sort(ids)
		if n := len(alerts(r)); len(ids) != n || len(slices.Compact(ids)) != n {
			t.Errorf("%s: %d fingerprints of %d alerts, or one twice", format, len(ids), n)
		}
	}
}

func fingerprints(t *testing.T, format string, r scanner.Result) []string {
	var ids []string
	out := write(t, formatNamed(t, format), Options{}, r)
	switch format {
	case "gitlab":
		for _, v := range gitlabDocument(t, out).Vulnerabilities {
			ids = append(ids, v.ID)
		}
	case "gitlab-codequality":
		for _, d := range degradations(t, out) {
			ids = append(ids, d.Fingerprint)
		}
	case "sarif":
		for _, result := range sarifRun(t, Options{}, r).Results {
			ids = append(ids, fmt.Sprint(result.PartialFingerprints["keysieveFingerprint/v1"]))
		}
	}
	return ids
}

func TestCompareTrue(t *testing.T) {
	list := []bool{false, true, false, true}
	slices.SortFunc(list, func(a, b bool) int { return cmp.Or(compareTrue(a, b)) })
	if !slices.Equal(list, []bool{true, true, false, false}) {
		t.Errorf("%v", list)
	}
}
