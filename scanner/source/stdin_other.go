//go:build !unix

package source

import (
	"context"
	"io"
)

// awaitInput cannot wait for a file and a context together on this system: an
// interrupt is noticed between two reads.
func awaitInput(ctx context.Context, _ io.Reader) error { return ctx.Err() }
