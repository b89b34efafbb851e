package nfa

import "encoding/binary"

// Sequence returns the code of regexes one after the other.
func Sequence(parts ...Code) Code { return join(codeConcat, parts) }

// Choice returns the code of alternatives, the preferred ones first.
func Choice(parts ...Code) Code { return join(codeAlternate, parts) }

// Group returns the code of a regex in capture group n, which counts from 1.
func Group(n int, of Code) Code {
	return Code(binary.AppendUvarint([]byte{codeCapture}, uint64(n))) + of //nolint:gosec // a number of groups
}

func join(op byte, parts []Code) Code {
	size := binary.MaxVarintLen64
	for _, part := range parts {
		size += len(part)
	}
	to := number(append(make([]byte, 0, size), op), len(parts))
	for _, part := range parts {
		to = append(to, part...)
	}
	return Code(to)
}
