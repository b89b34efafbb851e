package check

import (
	"encoding/binary"
	"strconv"
)

func itoa(n int) string { return strconv.Itoa(n) }

// fields reads numbers and counted texts off the front of a content. What is not there sets short, and reads as nothing.
type fields struct {
	data  string
	order binary.ByteOrder
	short bool
}

// take takes n bytes.
func (f *fields) take(n int) string {
	if n < 0 || n > len(f.data) {
		f.short, f.data = true, ""
		return ""
	}
	part := f.data[:n]
	f.data = f.data[n:]
	return part
}

func (f *fields) uint8() int {
	part := f.take(1)
	if f.short {
		return 0
	}
	return int(part[0])
}

func (f *fields) uint16() int {
	part := f.take(2)
	if f.short {
		return 0
	}
	return int(f.order.Uint16([]byte(part)))
}

// int32 reads a signed number of four bytes.
func (f *fields) int32() int {
	part := f.take(4)
	if f.short {
		return 0
	}
	return int(int32(f.order.Uint32([]byte(part)))) //nolint:gosec // that is its type
}

// text16 and text32 take a text that its length in two or four bytes stands before.
func (f *fields) text16() string { return f.take(f.uint16()) }
func (f *fields) text32() string { return f.take(f.int32()) }
