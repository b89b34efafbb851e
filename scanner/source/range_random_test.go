package source

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/git"
)

// wholly is a source whose contents are all searched whole, or one that counts those that are compared with an earlier one.
type wholly struct {
	scanner.Source
	compared *atomic.Int64 // nil: none is
}

func (s wholly) Blobs(ctx context.Context, yield func(scanner.Blob) error, skip func(scanner.Skip)) error {
	return s.Source.Blobs(ctx, func(b scanner.Blob) error {
		if earlier := b.Earlier; s.compared == nil {
			b.Earlier = nil
		} else if earlier != nil {
			b.Earlier = func() ([]byte, error) {
				s.compared.Add(1)
				return earlier()
			}
		}
		return yield(b)
	}, skip)
}

// TestRangeEqualsWhole holds the scan of what is new in the versions of files against one of the whole versions.
func TestRangeEqualsWhole(t *testing.T) {
	t.Parallel()
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	rounds := uint64(3)
	if testing.Short() {
		rounds = 1
	}
	for seed := range rounds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			chronicle := newChronicler(t, set, seed)
			chronicle.dull = true
			repo, err := git.Discover(chronicle.repository(t, 120), func(string) string { return "" })
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = repo.Close() })
			var heads []git.ID
			for n := range 3 {
				if id, err := repo.ResolveCommit(t.Context(), fmt.Sprintf("b%d", n)); err == nil {
					heads = append(heads, id)
				}
			}
			var compared atomic.Int64
			scan := func(src wholly) []string {
				result, err := scanner.Scan(t.Context(), src, scanner.Options{Set: set})
				if err != nil {
					t.Fatal(err)
				}
				return placesOf(result)
			}
			source := NewRange(repo, RangeOptions{Include: heads})
			part, whole := scan(wholly{source, &compared}), scan(wholly{source, nil})
			if !slices.Equal(part, whole) {
				t.Errorf("what is new alone gives\n%q\nand the whole\n%q", part, whole)
			}
			if compared.Load() < 50 || len(whole) < 10 {
				t.Errorf("%d contents were compared and %d places found: the test tests little", compared.Load(), len(whole))
			}
		})
	}
}

// placesOf lists what was found and what was not read.
func placesOf(result scanner.Result) (out []string) {
	for _, f := range result.Findings {
		for _, p := range f.Places {
			out = append(out, fmt.Sprintf("%s %s %s:%d:%d %s %v", f.Rule.ID, f.Fingerprint, p.Path, p.Line, p.Column, p.Commit, f.Confidence))
		}
	}
	for _, s := range result.Skipped {
		out = append(out, s.Path+": "+s.Reason)
	}
	return out
}
