package rules

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDocumentsNameRules holds the list of documents that rules were held against to the rules there are.
func TestDocumentsNameRules(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "testdata", "bench", "documents.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	known := make(map[string]bool)
	packs, err := BuiltinPacks()
	if err != nil {
		t.Fatal(err)
	}
	for _, pack := range packs {
		for i := range pack.Rules {
			known[pack.Rules[i].ID] = true
		}
	}
	for i, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, "\t")
		if len(fields) != 3 || !known[fields[0]] || fields[1] == "" || fields[2] == "" {
			t.Errorf("line %d: %q: want a rule's id, a source, and what it told", i+1, line)
		}
	}
}
