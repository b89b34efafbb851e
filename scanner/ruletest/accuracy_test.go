package ruletest

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
)

// The labels of a finding.
const (
	labelReal    = "real"    // a credential that a service issued
	labelExample = "example" // made up for a test or a document, opens nothing
	labelFalse   = "false"   // no credential
)

// familyScore is how the rules of one pack do.
type familyScore struct {
	real, example, alarm, unlabelled int // blocking findings on the trees
	planted, found                   int // secrets of the generator
}

// TestAccuracy measures the built-in rules: blocking findings on the trees below
// KEYSIEVE_TREES, each labelled by hand in labels.tsv, and secrets of the
// generator in every syntax. With KEYSIEVE_ACCURACY=FILE the tables are written
// there, as Markdown. It fails for a finding that has no label.
func TestAccuracy(t *testing.T) {
	trees := scanTrees(t)
	labels := readLabels(t)
	scores := map[string]*familyScore{}
	score := func(family string) *familyScore {
		if scores[family] == nil {
			scores[family] = &familyScore{}
		}
		return scores[family]
	}
	var out bytes.Buffer
	total := familyScore{}
	var lines int64
	out.WriteString("| tree | lines | real | example | false | false per million lines |\n|---|---|---|---|---|---|\n")
	for _, tr := range trees {
		var here familyScore
		for i := range tr.findings {
			f := &tr.findings[i]
			if !f.Blocks {
				continue
			}
			key := tr.name + "\t" + f.Fingerprint
			label, ok := labels[key]
			if !ok {
				t.Errorf("no label: %s\t%s\t%s\t?\t?", key, f.Rule.ID, placeOf(f))
			}
			delete(labels, key)
			here.add(label)
			score(f.Rule.Pack).add(label)
		}
		if tr.skipped > 0 {
			t.Errorf("%s: %d files could not be read", tr.name, tr.skipped)
		}
		lines += tr.lines
		total.merge(here)
		fmt.Fprintf(&out, "| %s | %d | %d | %d | %d | %.1f |\n", tr.name, tr.lines, here.real, here.example, here.alarm, perMillion(here.alarm, tr.lines))
	}
	fmt.Fprintf(&out, "| all | %d | %d | %d | %d | %.1f |\n\n", lines, total.real, total.example, total.alarm, perMillion(total.alarm, lines))
	for key, label := range labels {
		if label != labelFalse && slices.ContainsFunc(trees, func(tr tree) bool { return strings.HasPrefix(key, tr.name+"\t") }) {
			t.Logf("labelled %s, no longer reported: %s", label, key)
		}
	}
	scorePlanted(t, score)
	writeFamilies(&out, scores)
	t.Logf("\n%s", out.String())
	if file := os.Getenv("KEYSIEVE_ACCURACY"); file != "" {
		if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func (s *familyScore) add(label string) {
	switch label {
	case labelReal:
		s.real++
	case labelExample:
		s.example++
	case labelFalse:
		s.alarm++
	default:
		s.unlabelled++
	}
}

func (s *familyScore) merge(o familyScore) {
	s.real, s.example, s.alarm, s.unlabelled = s.real+o.real, s.example+o.example, s.alarm+o.alarm, s.unlabelled+o.unlabelled
	s.planted, s.found = s.planted+o.planted, s.found+o.found
}

func perMillion(n int, lines int64) float64 {
	if lines == 0 {
		return 0
	}
	return 1e6 * float64(n) / float64(lines)
}

// scorePlanted counts the secrets of the generator that are found, under whatever rule.
func scorePlanted(t *testing.T, score func(string) *familyScore) {
	t.Helper()
	set, chosen := builtin(t)
	planted, err := Plant(t.Context(), set, chosen, Options{Samples: 1, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range planted {
		if p.Form == FormOwn || p.Rule.Confidence < rules.ConfidenceMedium {
			continue
		}
		s := score(p.Rule.Pack)
		for _, o := range p.Outcomes {
			if o != Unwritable {
				s.planted++
			}
			if o >= AsGeneric {
				s.found++
			}
		}
	}
	usual, short := plantGeneric(newRunner(set, Options{Samples: 1, Seed: 1}))
	for i := range usual {
		for family, g := range map[string]genericResult{"generic": usual[i], "generic, short values of keys": short[i]} {
			score(family).merge(familyScore{planted: g.planted, found: g.planted - len(g.missed)})
		}
	}
}

// writeFamilies writes precision (on the trees; examples count as right: they are credentials by
// all that can be seen), recall (of what was planted) and F1.
func writeFamilies(out *bytes.Buffer, scores map[string]*familyScore) {
	var names []string
	for name := range scores {
		names = append(names, name)
	}
	slices.Sort(names)
	out.WriteString("| family | real | example | false | precision | planted | found | recall | F1 |\n|---|---|---|---|---|---|---|---|---|\n")
	var all familyScore
	for _, name := range names {
		all.merge(*scores[name])
		writeFamily(out, name, scores[name])
	}
	writeFamily(out, "all", &all)
}

func writeFamily(out *bytes.Buffer, name string, s *familyScore) {
	right := s.real + s.example
	precision, hasPrecision := share(right, right+s.alarm)
	recall, hasRecall := share(s.found, s.planted)
	f1, hasF1 := 0.0, hasPrecision && hasRecall && precision+recall > 0
	if hasF1 {
		f1 = 2 * precision * recall / (precision + recall)
	}
	fmt.Fprintf(out, "| %s | %d | %d | %d | %s | %d | %d | %s | %s |\n", name, s.real, s.example, s.alarm, number(precision, hasPrecision),
		s.planted, s.found, number(recall, hasRecall), number(f1, hasF1))
}

func share(part, whole int) (float64, bool) {
	if whole == 0 {
		return 0, false
	}
	return float64(part) / float64(whole), true
}

func number(n float64, known bool) string {
	if !known {
		return ""
	}
	return fmt.Sprintf("%.3f", n)
}

// readLabels reads the label of each finding, by tree and fingerprint.
func readLabels(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(labelFile)
	if err != nil {
		t.Fatal(err)
	}
	labels := map[string]string{}
	for i, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, "\t")
		if len(fields) != 6 || fields[5] == "" || !slices.Contains([]string{labelReal, labelExample, labelFalse}, fields[4]) {
			t.Fatalf("%s:%d: not tree, fingerprint, rule, place, label and reason", labelFile, i+1)
		}
		labels[fields[0]+"\t"+fields[1]] = fields[4]
	}
	return labels
}

// The labels are well-formed.
func TestLabels(t *testing.T) {
	if len(readLabels(t)) == 0 {
		t.Error("there are no labels")
	}
}
