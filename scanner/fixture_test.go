package scanner_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
)

// memory is a source of contents held in memory.
type memory struct {
	blobs []scanner.Blob
	skips []scanner.Skip
	err   error
}

func (m *memory) Blobs(ctx context.Context, yield func(scanner.Blob) error, skip func(scanner.Skip)) error {
	for _, s := range m.skips {
		skip(s)
	}
	for _, b := range m.blobs {
		if err := yield(b); err != nil {
			return err
		}
	}
	return m.err
}

func file(path, content string) scanner.Blob {
	return scanner.Blob{
		Origins: []scanner.Origin{{Path: path}}, Size: int64(len(content)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil },
	}
}

const testRules = `
[[rules]]
id = "acme-token"
description = "Acme token"
regex = '''\b(acme_[0-9a-f]{16})\b'''
severity = "high"
confidence = "high"
[[rules.allowlists]]
paths = ['''^fixtures/''']
[[rules]]
id = "weak"
regex = '''\bweak=(\w{4,20})'''
severity = "low"
confidence = "low"
[[rules]]
id = "scoped"
regex = '''scoped_[0-9]{4}'''
path = '''\.conf$'''
[[rules]]
id = "keystore"
path = '''(?i)\.jks$'''
`

const token = "acme_0123456789abcdef"

func testSet(t *testing.T) *rules.Set {
	t.Helper()
	return setOf(t, testRules)
}

func setOf(t *testing.T, text string) *rules.Set {
	t.Helper()
	pack, err := rules.DecodePack("test.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.NewSet(pack)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func scan(t *testing.T, src scanner.Source, opts scanner.Options) scanner.Result {
	t.Helper()
	opts.Set = testSet(t)
	res, err := scanner.Scan(context.Background(), src, opts)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// where lists a result's findings as path:line:column rule.
func where(res scanner.Result) []string {
	var out []string
	for _, f := range res.Findings {
		for _, p := range f.Places {
			out = append(out, fmt.Sprintf("%s:%d:%d-%d:%d %s %s", p.Path, p.Line, p.Column, p.EndLine, p.EndColumn, f.Rule.ID, p.Kind))
		}
	}
	return out
}
