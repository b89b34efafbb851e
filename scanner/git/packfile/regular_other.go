//go:build !unix

package packfile

// openNonblock is nothing: no path of these systems names a pipe that is waited for.
const openNonblock = 0
