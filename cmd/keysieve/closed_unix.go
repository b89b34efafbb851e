//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// isClosed says whether the program was started without standard input (<&-). Go's runtime then opens /dev/null in its place,
// for reading and writing, which the shell's </dev/null, for reading alone, is not.
func isClosed(stdin *os.File) bool {
	info, err := stdin.Stat()
	if err != nil {
		return true
	}
	null, err := os.Stat(os.DevNull)
	if err != nil || !os.SameFile(info, null) {
		return false
	}
	flags, err := unix.FcntlInt(stdin.Fd(), unix.F_GETFL, 0)
	return err == nil && flags&unix.O_ACCMODE == unix.O_RDWR
}
