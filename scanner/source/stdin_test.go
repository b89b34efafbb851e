package source

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/keysieve/keysieve/scanner"
	"github.com/keysieve/keysieve/scanner/source/sourcetest"
)

func TestStdinContract(t *testing.T) {
	for _, path := range []string{"", "config/app.yml"} {
		want := path
		if want == "" {
			want = StdinPath
		}
		contents := []sourcetest.Content{{Kind: scanner.KindFile, Path: want, Text: "content"}}
		if path != "" { // a name that somebody gave is content, too
			contents = append(contents, sourcetest.Content{Kind: scanner.KindPathName, Path: path, Text: path})
		}
		sourcetest.Run(t, func(*testing.T) scanner.Source {
			return NewStdin(strings.NewReader("content"), path)
		}, sourcetest.Expected{Contents: contents})
	}
}

// An interrupt ends a read from a pipe that nobody writes to.
func TestStdinInterrupt(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	if _, err := w.WriteString("part"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var blob scanner.Blob
	if err := NewStdin(r, "").Blobs(ctx, func(b scanner.Blob) error { blob = b; return nil }, nil); err != nil {
		t.Fatal(err)
	}
	content, err := blob.Open()
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(50*time.Millisecond, cancel)
	done := make(chan error, 1)
	go func() { _, err := io.ReadAll(content); done <- err }()
	select {
	case err := <-done:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the read did not end")
	}
}
