package rules

import (
	"testing"
	"time"
)

func TestParseSize(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "17": 17, "10B": 10, "3KB": 3000, "3 kb": 3000, "50MB": 50e6, "2GB": 2e9, "1KiB": 1024, "4mib": 4 << 20, " 1GiB ": 1 << 30,
		"9223372036854775807": 1<<63 - 1,
	} {
		if got, err := ParseSize(text); err != nil || got != want {
			t.Errorf("%q: %d, %v; want %d", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"": `"" is no size, for example 50MB`, "MB": `"MB" is no size, for example 50MB`, "1.5MB": `"1.5MB" is no size, for example 50MB`,
		"-1": `"-1" is less than 0`, "10TB": `"10TB" is no size, for example 50MB`,
		"9223372036854775808": `"9223372036854775808" is out of range`, "10000000000GB": `"10000000000GB" is out of range`,
	} {
		if _, err := ParseSize(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func FuzzSize(f *testing.F) {
	for _, n := range []int64{0, 1, 1000, 1024, 5e6, 3 << 20, 1 << 40, 1<<63 - 1} {
		f.Add(n)
	}
	f.Fuzz(func(t *testing.T, n int64) {
		if n < 0 {
			t.Skip()
		}
		if got, err := ParseSize(FormatSize(n)); err != nil || got != n {
			t.Errorf("%d is written %s and read %d, %v", n, FormatSize(n), got, err)
		}
	})
}

func TestParseTimeout(t *testing.T) {
	for text, want := range map[string]time.Duration{"0": 0, "90s": 90 * time.Second, " 1h30m": 90 * time.Minute} {
		if got, err := ParseTimeout(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{"": `"" is no time, for example 90s or 10m`, "10": `"10" is no time, for example 90s or 10m`, "-1s": `"-1s" is less than 0`} {
		if _, err := ParseTimeout(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v", text, err)
		}
	}
}
