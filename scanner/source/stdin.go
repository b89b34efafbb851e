package source

import (
	"context"
	"io"

	"github.com/keysieve/keysieve/scanner"
)

// StdinPath is the path that standard input has in reports when none is given.
const StdinPath = "<stdin>"

// Stdin is the source of one content that is read from a stream to its end,
// whatever its length, and of the name that was given to it.
type Stdin struct {
	r     io.Reader
	path  string
	named bool
}

// NewStdin returns the source. path names the content in reports and for rules
// that look at paths; empty: StdinPath.
func NewStdin(r io.Reader, path string) *Stdin {
	if path == "" {
		return &Stdin{r, StdinPath, false}
	}
	return &Stdin{r, path, true}
}

// Blobs yields the name and the content. See scanner.Source.
func (s *Stdin) Blobs(ctx context.Context, yield func(scanner.Blob) error, _ func(scanner.Skip)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.named {
		if err := yield(pathNameBlob(s.path)); err != nil {
			return err
		}
	}
	return yield(scanner.Blob{
		Origins: []scanner.Origin{{Kind: scanner.KindFile, Path: s.path}},
		Size:    -1,
		Open:    func() (io.ReadCloser, error) { return &stream{ctx: ctx, r: s.r}, nil },
	})
}

// A stream reads until the context ends. Close leaves the stream underneath
// open: it belongs to whoever gave it.
type stream struct {
	ctx context.Context
	r   io.Reader
}

// Read waits for content or the end of the context, whichever comes first, so
// that an interrupt is obeyed even when nothing is ever written.
func (s *stream) Read(p []byte) (int, error) {
	if err := awaitInput(s.ctx, s.r); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}

// Close does nothing.
func (s *stream) Close() error { return nil }
