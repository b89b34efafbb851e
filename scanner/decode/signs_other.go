//go:build !amd64

package decode

const fastSigns = false

func wordsAVX2(*byte, int, *byte) {}

func marksAVX2(*byte, int, uint32, *uint64) {}
