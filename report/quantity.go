package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// number returns n with a comma between thousands.
func number[T int | int64](n T) string {
	digits := strconv.FormatInt(int64(n), 10)
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// noun is a word in both numbers.
type noun struct{ one, many string }

// count returns n with the noun in the right number.
func count[T int | int64](n T, of noun) string {
	if n == 1 {
		return "1 " + of.one
	}
	return number(n) + " " + of.many
}

// Number returns n as reports write it, with a comma between thousands.
func Number(n int64) string { return number(n) }

// Count returns n with the word in the right number, as reports write it.
func Count(n int64, one, many string) string { return count(n, noun{one, many}) }

// ByteSize returns a number of bytes as reports write it: in decimal units, in two or three digits.
func ByteSize(n int64) string { return byteSize(n) }

// byteSize returns a number of bytes in decimal units, in two or three digits.
func byteSize(n int64) string {
	if n < 1000 {
		return fmt.Sprintf("%d bytes", n)
	}
	size := float64(n)
	for _, unit := range []string{"KB", "MB", "GB", "TB"} {
		size /= 1000
		// What rounds to 1000 belongs to the next unit.
		if size < 9.95 {
			return fmt.Sprintf("%.1f %s", size, unit)
		}
		if size < 999.5 {
			return fmt.Sprintf("%.0f %s", size, unit)
		}
	}
	return fmt.Sprintf("%.0f PB", size/1000)
}

// duration returns a time span as a person would say it.
func duration(d time.Duration) string {
	switch {
	case d < 999500*time.Microsecond:
		// Never "0 ms": the reader would take it for a fault.
		return fmt.Sprintf("%d ms", max(d.Round(time.Millisecond).Milliseconds(), 1))
	case d < 59950*time.Millisecond:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	d = d.Round(time.Second)
	return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
}
