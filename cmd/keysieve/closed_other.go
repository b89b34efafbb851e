//go:build !unix

package main

import "os"

// isClosed says whether the program was started without standard input.
func isClosed(stdin *os.File) bool {
	_, err := stdin.Stat()
	return err != nil
}
