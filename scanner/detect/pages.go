package detect

import "unsafe"

// written returns a slice of n zero values whose memory was written to once.
//
// Memory that is fresh from the system is zero without being there. Where a page of it is read first, the system shows a
// page of zeros that all share, and the first write must then replace that for all cores, which interrupts them: that was a
// quarter of the time of a staged check, spent for tables that are looked up before they are filled in. Written first, a page costs one fault.
func written[T any](n int) []T {
	s := make([]T, n)
	var zero T
	step := max(1, pageSize/max(1, int(unsafe.Sizeof(zero))))
	for i := 0; i < n; i += step {
		s[i] = zero
	}
	return s
}

// pageSize is the least size of a page, in bytes. Larger pages are written to more often than once.
const pageSize = 4 << 10
