package ruletest

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/source"
)

// lineFile says of lines in public repositories whether a credential stands there.
const lineFile = "../../testdata/bench/labelled-lines.tsv"

// The labels of a line besides labelFalse.
const (
	labelTrue    = "true"
	labelWeak    = "weak"    // a credential that everybody tries
	labelUnclear = "unclear" // not counted
)

// A labelledLine is what a reader said of a line.
type labelledLine struct {
	tree, commit, half, path string
	line                     int
	sample, category, label  string
}

// reported is how sure keysieve is of the surest finding in a line.
type reported struct {
	confidence rules.Confidence
	blocks     bool
}

// TestLabelledLines measures precision, recall and F1 on the lines of lineFile, by category and in each part, for findings of
// any confidence, of medium confidence and more, and for those that block. KEYSIEVE_LINES names the directory of the trees: one directory OWNER+NAME
// for each repository, at its commit. With KEYSIEVE_ACCURACY=FILE the tables are written there, as Markdown.
func TestLabelledLines(t *testing.T) {
	dir := os.Getenv("KEYSIEVE_LINES")
	if dir == "" {
		t.Skip("KEYSIEVE_LINES is not set: the directory of the trees, called OWNER+NAME")
	}
	lines := readLines(t)
	byTree := map[string]map[string]reported{}
	for _, l := range lines {
		if byTree[l.tree] == nil { // a tree that is not there is an error
			byTree[l.tree] = reportedLines(t, filepath.Join(dir, l.tree))
		}
	}
	var out bytes.Buffer
	for _, weak := range []bool{true, false} {
		fmt.Fprintf(&out, "\n%s:\n\n| half | findings | true positives | false positives | missed | precision | recall | F1 |\n|---|---|---|---|---|---|---|---|\n",
			map[bool]string{true: "With weak credentials", false: "Without weak credentials"}[weak])
		for _, half := range lineHalves {
			for _, level := range levels {
				writeLineScore(&out, half+" | "+level.name, score(lines, byTree, level.reached, func(l labelledLine) bool { return l.half == half && (weak || l.label != labelWeak) }))
			}
		}
	}
	out.WriteString("\nBy category, any confidence, weak ones among them:\n\n| half | category | true positives | false positives | missed | precision | recall | F1 |\n|---|---|---|---|---|---|---|---|\n")
	for _, half := range lineHalves {
		for _, category := range lineCategories {
			writeLineScore(&out, half+" | "+category, score(lines, byTree, levels[0].reached, func(l labelledLine) bool { return l.half == half && l.category == category }))
		}
	}
	t.Logf("\n%s", out.String())
	if file := os.Getenv("KEYSIEVE_ACCURACY"); file != "" {
		if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// levels are what counts as reported.
var levels = []struct {
	name    string
	reached func(reported) bool
}{
	{"any confidence", func(r reported) bool { return r.confidence > 0 }},
	{"medium and high", func(r reported) bool { return r.confidence >= rules.ConfidenceMedium }},
	{"blocking", func(r reported) bool { return r.blocks }},
}

// lineHalves are the parts that the repositories are divided in: all but I, J and K have been used for tuning or were read, those three are for the figures alone.
var lineHalves = []string{"A", "B", "C", "D", "E1", "E2", "F", "G", "H", "I", "J", "K"}

var lineCategories = []string{"password", "secret", "key", "token", "url", "connection", "header", "private-key", "salt", "nonce", "other"}

// A lineScore counts lines: rightly reported, wrongly reported, missed.
type lineScore struct{ right, wrong, missed int }

func score(lines []labelledLine, byTree map[string]map[string]reported, reached func(reported) bool, counts func(labelledLine) bool) lineScore {
	var s lineScore
	for _, l := range lines {
		if l.label == labelUnclear || !counts(l) {
			continue
		}
		hit := reached(byTree[l.tree][placeKey(l.path, l.line)])
		switch {
		case hit && l.label == labelFalse:
			s.wrong++
		case hit:
			s.right++
		case l.label != labelFalse:
			s.missed++
		}
	}
	return s
}

func writeLineScore(out *bytes.Buffer, name string, s lineScore) {
	precision, hasPrecision := share(s.right, s.right+s.wrong)
	recall, hasRecall := share(s.right, s.right+s.missed)
	f1, hasF1 := 0.0, hasPrecision && hasRecall && precision+recall > 0
	if hasF1 {
		f1 = 2 * precision * recall / (precision + recall)
	}
	fmt.Fprintf(out, "| %s | %d | %d | %d | %s | %s | %s |\n", name, s.right, s.wrong, s.missed, number(precision, hasPrecision), number(recall, hasRecall), number(f1, hasF1))
}

func placeKey(file string, line int) string { return file + ":" + strconv.Itoa(line) }

// reportedLines scans a tree, and tells what is found in which line.
func reportedLines(t *testing.T, dir string) map[string]reported {
	t.Helper()
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	src, err := source.NewDir(source.DirOptions{Paths: []string{dir}, NoIgnore: true})
	if err != nil {
		t.Fatal(err)
	}
	result, err := scanner.Scan(t.Context(), src, scanner.Options{Set: set})
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]reported{}
	for i := range result.Findings {
		f := &result.Findings[i]
		for _, o := range f.Places {
			for line := o.Line; line <= max(o.Line, o.EndLine); line++ {
				key := placeKey(path.Clean(o.Path), line)
				old := at[key]
				at[key] = reported{max(old.confidence, f.Confidence), old.blocks || f.Blocks}
			}
		}
	}
	return at
}

// readLines reads lineFile.
func readLines(t *testing.T) []labelledLine {
	t.Helper()
	text, err := os.ReadFile(lineFile)
	if err != nil {
		t.Fatal(err)
	}
	var lines []labelledLine
	for i, row := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		if strings.HasPrefix(row, "#") {
			continue
		}
		fields := strings.Split(row, "\t")
		if len(fields) != 8 {
			t.Fatalf("%s:%d: %d fields, want repository, commit, half, path, line, sample, category and label", lineFile, i+1, len(fields))
		}
		line, err := strconv.Atoi(fields[4])
		if err != nil || line < 1 || !slices.Contains(lineHalves, fields[2]) || !slices.Contains(lineCategories, fields[6]) ||
			!slices.Contains([]string{labelTrue, labelWeak, labelFalse, labelUnclear}, fields[7]) {
			t.Fatalf("%s:%d: not a line, half, category and label", lineFile, i+1)
		}
		lines = append(lines, labelledLine{fields[0], fields[1], fields[2], fields[3], line, fields[5], fields[6], fields[7]})
	}
	return lines
}

// The labelled lines are well-formed, one label each, and as many as the page says at least.
func TestLinesAreLabelled(t *testing.T) {
	seen, halves := map[string]bool{}, map[string]string{}
	credentials, others := 0, 0
	for _, l := range readLines(t) {
		key := l.tree + "/" + placeKey(l.path, l.line)
		if seen[key] {
			t.Errorf("%s: labelled twice", key)
		}
		if half, ok := halves[l.tree]; ok && half != l.half {
			t.Errorf("%s: in both halves", l.tree)
		}
		seen[key], halves[l.tree] = true, l.half
		switch l.label {
		case labelTrue, labelWeak:
			credentials++
		case labelFalse:
			others++
		}
	}
	if len(halves) < 60 || credentials < 400 || others < 1500 {
		t.Errorf("%d repositories, %d credentials, %d other lines: too few", len(halves), credentials, others)
	}
}
