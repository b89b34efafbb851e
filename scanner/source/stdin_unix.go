//go:build unix

package source

import (
	"context"
	"io"
	"math"
	"os"

	"golang.org/x/sys/unix"
)

// pollInterval is how long an interrupt may go unnoticed, in milliseconds.
const pollInterval = 100

// awaitInput returns when the reader has something to say or the context has
// ended. Only files can be asked; another reader is taken to be ready.
func awaitInput(ctx context.Context, r io.Reader) error {
	file, ok := r.(*os.File)
	if !ok {
		return ctx.Err()
	}
	fd := file.Fd()
	if fd > math.MaxInt32 {
		return ctx.Err()
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, pollInterval)
		if err == unix.EINTR || (err == nil && n == 0) {
			continue
		}
		return nil // ready, at its end, or broken: reading tells which
	}
}
