package decode

import "golang.org/x/sys/cpu"

// fastSigns is set where wordsAVX2 and marksAVX2 can run.
var fastSigns = cpu.X86.HasAVX2

// wordsAVX2 says of content[0:64*blocks] which words of eight bytes have no byte outside, a bit each.
//
//go:noescape
func wordsAVX2(content *byte, blocks int, inside *byte)

// marksAVX2 says of content[0:64*blocks] which bytes are one of the four in signs, a bit each.
//
//go:noescape
func marksAVX2(content *byte, blocks int, signs uint32, marks *uint64)
