package ruletest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/source"
)

// labelFile says what stands at findings on known trees.
const labelFile = "../../testdata/bench/labels.tsv"

// A tree is one directory below KEYSIEVE_TREES and what is found in it.
type tree struct {
	name     string
	findings []scanner.Finding
	lines    int64
	skipped  int
}

// scanTrees scans every directory below KEYSIEVE_TREES with the built-in rules.
func scanTrees(t *testing.T) []tree {
	t.Helper()
	dir := os.Getenv("KEYSIEVE_TREES")
	if dir == "" {
		t.Skip("KEYSIEVE_TREES is not set: a directory whose directories are trees, called OWNER+NAME")
	}
	requirePrepared(t)
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var trees []tree
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		src, err := source.NewDir(source.DirOptions{Paths: []string{filepath.Join(dir, entry.Name())}, NoIgnore: true})
		if err != nil {
			t.Fatal(err)
		}
		counted := &lineCounter{Source: src}
		result, err := scanner.Scan(t.Context(), counted, scanner.Options{Set: set})
		if err != nil {
			t.Fatal(err)
		}
		trees = append(trees, tree{entry.Name(), result.Findings, counted.lines.Load(), len(result.Skipped)})
	}
	return trees
}

// requirePrepared fails where the rules that are embedded are not those of the packs: what is measured would be of packs as they were.
func requirePrepared(t *testing.T) {
	t.Helper()
	want, err := rules.PrepareBuiltin()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../rules/builtin.bin")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Fatal("rules/builtin.bin is not what rules/packs give now; run: go generate ./rules")
	}
}

// lineCounter counts the lines of the files that a source yields.
type lineCounter struct {
	scanner.Source
	lines atomic.Int64
}

func (l *lineCounter) Blobs(ctx context.Context, yield func(scanner.Blob) error, skip func(scanner.Skip)) error {
	return l.Source.Blobs(ctx, func(b scanner.Blob) error {
		open := b.Open
		if b.Origins[0].Kind == scanner.KindFile {
			b.Open = func() (io.ReadCloser, error) {
				r, err := open()
				return &countedReader{r, l}, err
			}
		}
		return yield(b)
	}, skip)
}

type countedReader struct {
	io.ReadCloser
	counter *lineCounter
}

func (r *countedReader) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	r.counter.lines.Add(int64(bytes.Count(p[:n], []byte{'\n'})))
	return n, err
}

// TestTreeFindings writes what is found on trees to the file KEYSIEVE_FINDINGS
// where it does not exist, and otherwise shows the difference to it: what a
// change of a pack does to real text. Fingerprints only, no secrets.
func TestTreeFindings(t *testing.T) {
	file := os.Getenv("KEYSIEVE_FINDINGS")
	if file == "" {
		t.Skip("KEYSIEVE_FINDINGS is not set")
	}
	now := findingLines(scanTrees(t))
	text, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		if err := os.WriteFile(file, []byte(strings.Join(now, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Logf("%d findings are written to %s; run again after the change", len(now), file)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	before := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	gone, come := difference(before, now), difference(now, before)
	for _, line := range gone {
		t.Log("- " + line)
	}
	for _, line := range come {
		t.Log("+ " + line)
	}
	t.Logf("%d before, %d now: %d gone, %d new", len(before), len(now), len(gone), len(come))
}

// findingLines describes findings, one a line, in a stable order.
func findingLines(trees []tree) []string {
	var lines []string
	for _, tr := range trees {
		for i := range tr.findings {
			f := &tr.findings[i]
			lines = append(lines, strings.Join([]string{tr.name, f.Rule.ID, f.Confidence.String(), f.Fingerprint, placeOf(f)}, "\t"))
		}
	}
	slices.Sort(lines)
	return lines
}

func placeOf(f *scanner.Finding) string {
	return fmt.Sprintf("%s:%d", strings.ReplaceAll(f.Places[0].Path, "\t", " "), f.Places[0].Line)
}

// difference returns what a has and b has not, as often as it has it more.
func difference(a, b []string) []string {
	count := map[string]int{}
	for _, line := range b {
		count[line]++
	}
	var only []string
	for _, line := range a {
		if count[line]--; count[line] < 0 {
			only = append(only, line)
		}
	}
	return only
}

func TestDifference(t *testing.T) {
	a, b := []string{"x", "x", "y"}, []string{"x", "z"}
	if got := difference(a, b); !slices.Equal(got, []string{"x", "y"}) {
		t.Errorf("got %q", got)
	}
	if got := difference(b, a); !slices.Equal(got, []string{"z"}) {
		t.Errorf("got %q", got)
	}
}
