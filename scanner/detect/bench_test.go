package detect

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// goRoot returns where Go's own sources are.
func goRoot(tb testing.TB) string {
	tb.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		tb.Skipf("go env GOROOT: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// benchContents reads the files below the directory that KEYSIEVE_BENCH_DIR
// names, or else Go's own sources: real text, not text made for the benchmark.
func benchContents(tb testing.TB) (contents [][]byte, size int64) {
	tb.Helper()
	root := os.Getenv("KEYSIEVE_BENCH_DIR")
	if root == "" {
		root = filepath.Join(goRoot(tb), "src", "net")
	}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		contents = append(contents, content)
		size += int64(len(content))
		return err
	})
	if err != nil || size == 0 {
		tb.Skipf("nothing to scan below %s: %v", root, err)
	}
	return contents, size
}

func BenchmarkScan(b *testing.B) {
	d := New(mustBuiltin(b))
	contents, size := benchContents(b)
	b.SetBytes(size)
	for b.Loop() {
		for _, c := range contents {
			d.Scan(c)
		}
	}
}

func BenchmarkPrefilter(b *testing.B) {
	d := New(mustBuiltin(b))
	contents, size := benchContents(b)
	b.SetBytes(size)
	found := 0
	var buf []candidate
	for b.Loop() {
		found = 0
		for _, c := range contents {
			buf = d.prefilter.scan(c, 0, len(c), buf[:0])
			found += len(buf)
		}
	}
	b.ReportMetric(float64(found)/float64(size)*1e6, "candidates/MB")
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		New(mustBuiltin(b))
	}
}

// BenchmarkCold is what a check of ten files costs a process that has just
// started: rules decoded, prefilter built, and automata and regexes made for
// whatever turns up.
func BenchmarkCold(b *testing.B) {
	contents, _ := benchContents(b)
	contents = contents[:min(10, len(contents))]
	for b.Loop() {
		d := New(mustBuiltin(b))
		for _, c := range contents {
			d.Scan(c)
		}
	}
}
