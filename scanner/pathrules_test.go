package scanner_test

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
)

// TestContentsFirst: where a file's content tells what its name tells, the name is not reported beside it, unless that is surer or
// alone makes the scan fail.
func TestContentsFirst(t *testing.T) {
	const named = `
[[rules]]
id = "%"
description = "File"
path = '''\.store$'''
severity = "high"
confidence = "CONFIDENCE"
[[rules]]
id = "sure"
description = "Sure"
regex = '''\bsure_[0-9]{4}\b'''
severity = "high"
confidence = "high"
[[rules]]
id = "unsure"
description = "Unsure"
regex = '''\bunsure_[0-9]{4}\b'''
severity = "low"
confidence = "low"
[[rules]]
id = "generic-word"
description = "Generic"
generic = true
regex = '''\bword=([a-z0-9]{8})\b'''
severity = "high"
confidence = "high"
`
	for _, c := range []struct{ confidence, content, want string }{
		{"low", "sure_1234", "sure"},
		{"low", "unsure_1234", "unsure"},
		{"high", "sure_1234", "sure"},
		{"high", "unsure_1234", "named unsure"},
		{"low", "nothing", "named"},
		{"low", "", "named"},
		{"low", "word=k8w2x9q4", "named generic-word"},
	} {
		text := strings.NewReplacer("%", "named", "CONFIDENCE", c.confidence).Replace(named)
		name := scanner.Blob{
			Origins: []scanner.Origin{{Kind: scanner.KindPathName, Path: "a.store"}},
			Open:    func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("a.store")), nil },
		}
		elsewhere := file("b/a.store.txt", "sure_9999")
		src := &memory{blobs: []scanner.Blob{name, elsewhere, file("a.store", c.content)}}
		res, err := scanner.Scan(t.Context(), src, scanner.Options{Set: setOf(t, text), FailOn: rules.ConfidenceMedium})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range res.Findings {
			if f.Places[0].Path == "a.store" {
				got = append(got, f.Rule.ID)
			}
		}
		slices.Sort(got)
		want := strings.Fields(c.want)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("name of %s confidence, %q: %v, want %v", c.confidence, c.content, got, want)
		}
	}
}
