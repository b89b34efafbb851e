package rules

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Limits bound a scan. What they keep from being read is named in the report and
// makes the scan incomplete.
type Limits struct {
	MaxSize int64         // of one content, in bytes; 0: none
	Timeout time.Duration // of a scan; 0: none
}

// sizeUnits are the units of sizes: decimal ones as reports use them, and binary ones.
// Of equal ones the first is written.
func sizeUnits() []sizeUnit {
	return []sizeUnit{
		{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10},
		{"GB", 1e9}, {"MB", 1e6}, {"KB", 1e3}, {"B", 1},
	}
}

type sizeUnit struct {
	name  string
	bytes int64
}

// ParseSize reads a size in bytes: a whole number with B, KB, MB or GB (powers of 1000), KiB, MiB
// or GiB (powers of 1024), in any case, or without a unit.
func ParseSize(text string) (int64, error) {
	digits := strings.TrimSpace(text)
	factor := int64(1)
	for _, unit := range sizeUnits() {
		if n := len(digits) - len(unit.name); n > 0 && strings.EqualFold(digits[n:], unit.name) {
			digits, factor = strings.TrimSpace(digits[:n]), unit.bytes
			break
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange) || err == nil && n > (1<<63-1)/factor:
		return 0, fmt.Errorf("%q is out of range", text)
	case err != nil:
		return 0, fmt.Errorf("%q is no size, for example 50MB", text)
	case n < 0:
		return 0, fmt.Errorf("%q is less than 0", text)
	}
	return n * factor, nil
}

// FormatSize writes a size so that ParseSize reads the same, in the largest unit that fits exactly.
func FormatSize(n int64) string {
	best := sizeUnit{"B", 1}
	for _, unit := range sizeUnits() {
		if n >= unit.bytes && n%unit.bytes == 0 && unit.bytes > best.bytes {
			best = unit
		}
	}
	return strconv.FormatInt(n/best.bytes, 10) + best.name
}

// ParseTimeout reads a time as time.ParseDuration does; 0 means that there is no limit.
func ParseTimeout(text string) (time.Duration, error) {
	d, err := time.ParseDuration(strings.TrimSpace(text))
	switch {
	case err != nil:
		return 0, fmt.Errorf("%q is no time, for example 90s or 10m", text)
	case d < 0:
		return 0, fmt.Errorf("%q is less than 0", text)
	}
	return d, nil
}
