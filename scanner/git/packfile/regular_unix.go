//go:build unix

package packfile

import "syscall"

// openNonblock keeps an open from waiting; of regular files it changes nothing.
const openNonblock = syscall.O_NONBLOCK
