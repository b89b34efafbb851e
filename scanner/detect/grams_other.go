//go:build !amd64

package detect

const fastGrams = false

func gramsAVX2(*[filterWords]uint32, *byte, int, *byte) {}
