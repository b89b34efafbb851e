package decode

import (
	"encoding/base64"
	"encoding/hex"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"
)

// randomBytes returns the same bytes each time.
func randomBytes(n int) []byte {
	rng := rand.New(rand.NewPCG(5, 6))
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(rng.Uint32())
	}
	return out
}

// hostile are contents of about n bytes that could make a finder look at the same
// bytes again and again.
var hostile = map[string]func(n int) string{
	"wrapped binary": func(n int) string { return wrap(base64.StdEncoding.EncodeToString(randomBytes(n*3/4)), 76, "\n") },
	"wrapped zeros":  func(n int) string { return wrap(strings.Repeat("A", n), 76, "\r\n") },
	"wrapped text":   func(n int) string { return wrap(encodedText(n), 64, "\n") },
	"lines that begin as text": func(n int) string {
		return strings.Repeat(encodedText(32)+strings.Repeat("/", 28)+"\n", n/61)
	},
	"short lines":               func(n int) string { return wrap(strings.Repeat("MTIz", n/4), 24, "\n") },
	"short lines of no text":    func(n int) string { return wrap(strings.Repeat("MTIz////", n/8), 24, `\n`) },
	"lines ever longer":         func(n int) string { return growing(n, 1) },
	"lines ever shorter":        func(n int) string { return growing(n, -1) },
	"indented lines":            func(n int) string { return wrap(encodedText(n/4), 24, "\n"+strings.Repeat(" ", 63)) },
	"line ends":                 func(n int) string { return strings.Repeat("\n", n) },
	"escaped line ends":         func(n int) string { return strings.Repeat(`\n`, n/2) },
	"one line of text":          encodedText,
	"one line of binary":        func(n int) string { return base64.RawStdEncoding.EncodeToString(randomBytes(n * 3 / 4)) },
	"one letter":                func(n int) string { return strings.Repeat("a", n) },
	"digits":                    func(n int) string { return strings.Repeat("0", n) },
	"one line of hexadecimal":   func(n int) string { return hex.EncodeToString(randomBytes(n / 2)) },
	"hexadecimal text":          func(n int) string { return hex.EncodeToString([]byte(plainText(n / 2))) },
	"hexadecimal, interrupted":  func(n int) string { return strings.Repeat(strings.Repeat("3", 31)+"g", n/32) },
	"alternating alphabets":     func(n int) string { return strings.Repeat(encodedText(24)+"+"+encodedText(24)+"-", n/50) },
	"alternating characters":    func(n int) string { return strings.Repeat("+-", n/2) },
	"long runs, one URL sign":   func(n int) string { return strings.Repeat("a", n-1) + "-" },
	"glued words":               func(n int) string { return strings.Repeat("path/"+encodedText(40)+"/x", n/47) },
	"padding":                   func(n int) string { return strings.Repeat("MTIzMTIzMTIzMTIzMTIzMTIz====", n/28) },
	"percent signs":             func(n int) string { return strings.Repeat("%", n) },
	"percent escapes":           func(n int) string { return strings.Repeat("%41", n/3) },
	"sparse percent escapes":    func(n int) string { return strings.Repeat("%41%41%41"+strings.Repeat("x", gap+1), n/(gap+10)) },
	"percent escapes, cut off":  func(n int) string { return strings.Repeat("%41%41 ", n/7) },
	"backslashes":               func(n int) string { return strings.Repeat(`\`, n) },
	"high surrogates":           func(n int) string { return strings.Repeat(`\ud800`, n/6) },
	"braces without end":        func(n int) string { return strings.Repeat(`\u{`, n/3) },
	"ampersands":                func(n int) string { return strings.Repeat("&#", n/2) },
	"sparse entities":           func(n int) string { return strings.Repeat("&lt;"+strings.Repeat("&#", 60), n/124) },
	"equals signs":              func(n int) string { return strings.Repeat("=", n) },
	"soft line ends":            func(n int) string { return strings.Repeat("=\n", n/2) },
	"weak quoted-printable":     func(n int) string { return strings.Repeat("=20", n/3) },
	"bytes beyond ASCII, hex":   func(n int) string { return strings.Repeat("f0", n/2) },
	"bytes beyond ASCII":        func(n int) string { return wrap(strings.Repeat("8PDw", n/4), 76, "\n") },
	"UTF-16 in one line":        func(n int) string { return base64.StdEncoding.EncodeToString(encodeUTF16(plainText(n*3/8), false)) },
	"numbers":                   func(n int) string { return strings.Repeat("103, ", n/5) },
	"numbers, interrupted":      func(n int) string { return strings.Repeat(strings.Repeat("103,", 11)+"x,", n/46) },
	"numbers in columns":        func(n int) string { return strings.Repeat(strings.Repeat(" ", 80)+"103,\n", n/85) },
	"narrow lines":              func(n int) string { return wrap(encodedText(n*20/21), 20, "\n") },
	"narrow lines of no text":   func(n int) string { return wrap(strings.Repeat("////", n/4), 20, "\n") },
	"narrow pairs of lines":     func(n int) string { return strings.Repeat("MTIzMTIzMTIzMTIzMTIz\nMTIzMTIzMTIzMTIzMTIz\nx\n", n/44) },
	"white space":               func(n int) string { return strings.Repeat(" ", n) },
	"indented nothing":          func(n int) string { return strings.Repeat(strings.Repeat(" ", 40)+"\n", n/41) },
	"alternately text and zero": func(n int) string { return strings.Repeat(encodedText(512)+strings.Repeat("A", 512), n/1024) },
}

// plainText makes a text of n bytes.
func plainText(n int) string {
	return strings.Repeat(hidden+"\n", n/len(hidden)+1)[:n]
}

// encodedText makes base64 of text, n characters of it.
func encodedText(n int) string {
	return base64.RawStdEncoding.EncodeToString([]byte(plainText(n/4*3 + 3)))[:n]
}

// growing makes lines of base64 each of which is longer or shorter than the one before.
func growing(n, step int) string {
	var b strings.Builder
	width := leastRun
	if step < 0 {
		for width*width < 2*n {
			width++
		}
	}
	for ; b.Len() < n && width >= leastRun; width += step {
		b.WriteString(encodedText(width) + "\n")
	}
	return b.String()
}

// fastest returns the least time of several runs of Find, and what one yields, in bytes.
func fastest(content []byte) (least time.Duration, yielded int) {
	least = time.Hour
	for range 3 {
		yielded = 0
		began := time.Now()
		Find(content, func(r Run) { yielded += len(r.Text) })
		least = min(least, time.Since(began))
	}
	return least, yielded
}

// TestLinear holds that no content makes Find take more than linear time, or yield more
// than a few times as much as there is.
func TestLinear(t *testing.T) {
	const size = 128 << 10
	for name, make := range hostile {
		var ratio float64
		for range 10 { // the machine may be busy
			one, _ := fastest([]byte(make(size)))
			four, yielded := fastest([]byte(make(4 * size)))
			ratio = float64(four) / float64(max(one, 100*time.Microsecond))
			if yielded > 10*4*size {
				t.Errorf("%s: %d bytes yield %d", name, 4*size, yielded)
			}
			if ratio < 8 {
				break
			}
		}
		if ratio >= 8 {
			t.Errorf("%s: four times the bytes take %.1f times the time", name, ratio)
		}
	}
}

// TestDecodersLinear is TestLinear of the decoders one by one and with a least length.
func TestDecodersLinear(t *testing.T) {
	const size = 64 << 10
	for name, make := range hostile {
		content := []byte(make(size))
		for _, d := range Decoders() {
			for _, minLen := range []int{0, 1000, size} {
				began := time.Now()
				d.Find(content, minLen, func(Run) {})
				if took := time.Since(began); took > time.Second/2 { // quadratic would be 10^9 steps
					t.Errorf("%s of %s, at least %d: %v", d.Name(), name, minLen, took)
				}
			}
		}
	}
}

// TestMemory holds that a long line takes memory in bounded pieces, text or not.
func TestMemory(t *testing.T) {
	const size = 32 << 20
	for _, name := range []string{"one line of text", "one line of binary", "hexadecimal text", "wrapped text", "wrapped binary", "UTF-16 in one line"} {
		content := []byte(hostile[name](size))
		runtime.GC()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		longest, all := 0, 0
		Find(content, func(r Run) {
			longest = max(longest, len(r.Text))
			all += len(r.Text)
		})
		runtime.ReadMemStats(&after)
		if longest > part {
			t.Errorf("%s: %d bytes in one run", name, longest)
		}
		if strings.Contains(name, "binary") != (all < 1000) { // by chance some bytes in a row are printable
			t.Errorf("%s: %d bytes of text", name, all)
		}
		// Every text is copied out of its part once or twice; what stays is the parts'.
		if made := int(after.TotalAlloc - before.TotalAlloc); made > 3*all+16*part {
			t.Errorf("%s: %d bytes of text allocate %d", name, all, made)
		}
	}
}
