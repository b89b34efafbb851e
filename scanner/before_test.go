package scanner

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
)

// A key that stood in a crowded file is none that is new where the ends of its lines have changed.
func TestCrowdsWithOtherLineEnds(t *testing.T) {
	pack, err := rules.DecodePack("test.toml", []byte(`
[[rules]]
id = "sure"
regex = '\bsure_(\w{8})\b'
confidence = "high"
[[rules]]
id = "key"
regex = '(?s)-----BEGIN X KEY-----.{10,200}?-----END X KEY-----'
confidence = "high"
`))
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.NewSet(pack)
	if err != nil {
		t.Fatal(err)
	}
	blob := func(text string) Blob {
		return Blob{Origins: []Origin{{Path: "a"}}, Size: int64(len(text)), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
	}
	const dashes = "-----"
	key := func(body string) string {
		return dashes + "BEGIN X KEY" + dashes + "\n" + body + "\n" + dashes + "END X KEY" + dashes + "\n"
	}
	for _, ends := range []string{"\n", "\r\n", "\r"} {
		old := strings.ReplaceAll(secretsOf(110_000, 0)+key("kept/kept/kept1"), "\n", ends)
		for _, other := range []string{"\n", "\r\n"} {
			b := blob(strings.ReplaceAll(key("kept/kept/kept1")+key("new/new/new/new2"), "\n", other))
			b.Before = func(context.Context, Origin) ([]Blob, error) { return []Blob{blob(old)}, nil }
			res, err := Scan(t.Context(), sourceOf(b), Options{Set: set, Workers: 1})
			if err != nil {
				t.Fatal(err)
			}
			if len(res.Findings) != 1 || !strings.Contains(res.Findings[0].Secret.Reveal(), "new2") {
				t.Errorf("%q became %q: %d findings, skips %v", ends, other, len(res.Findings), res.Skipped)
			}
		}
	}
}
