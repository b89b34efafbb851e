package git

import (
	"context"
	"os"
	"testing"

	"github.com/keysieve/keysieve/scanner/git/packfile"
)

type emptyVisitor struct{}

func (emptyVisitor) Visit(*packfile.Object, any) (any, error) { return nil, nil }

// BenchmarkWalk walks the repository that WALK_REPO names, to compare with
//
//	git cat-file --batch-all-objects --batch --unordered >/dev/null
func BenchmarkWalk(b *testing.B) {
	path := os.Getenv("WALK_REPO")
	if path == "" {
		b.Skip("WALK_REPO is not set")
	}
	for b.Loop() {
		r, err := Discover(path, func(string) string { return "" })
		if err != nil {
			b.Fatal(err)
		}
		stats, err := r.WalkObjects(context.Background(), WalkOptions{}, func() packfile.Visitor { return emptyVisitor{} },
			func(id packfile.ID, where string, err error) { b.Error(id, where, err) })
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(stats.Bytes)
		b.ReportMetric(float64(stats.Objects), "objects/op")
		_ = r.Close()
	}
}
