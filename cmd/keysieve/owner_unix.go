//go:build unix

package main

import (
	"io/fs"
	"os"
	"syscall"
)

// ownedByUser says whether a file belongs to who runs the program, or to the administrator.
func ownedByUser(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && (stat.Uid == 0 || int64(stat.Uid) == int64(os.Geteuid()))
}
