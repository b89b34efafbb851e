package detect

import "golang.org/x/sys/cpu"

// fastGrams is set where gramsAVX2 can run.
var fastGrams = cpu.X86.HasAVX2

// gramsAVX2 looks up the groups of four bytes that begin at text[0:8*groups] and sets the bit of each that
// may be a literal's in hits, a byte for eight places. It reads 8 bytes of text behind the last place.
//
//go:noescape
func gramsAVX2(filter *[filterWords]uint32, text *byte, groups int, hits *byte)
