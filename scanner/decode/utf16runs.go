package decode

import "bytes"

// UTF16Runs finds ASCII text in UTF-16 inside a content that as a whole is
// something else: strings of a program, lines that PowerShell appended to a file, words
// in a text of another script.
type UTF16Runs struct{}

// leastUTF16 is the shortest run worth looking into, in characters.
const leastUTF16 = 12

// Name returns "utf-16".
func (UTF16Runs) Name() string { return "utf-16" }

// Find yields runs of printable ASCII characters with a zero byte after each, or
// before each: the bytes between are the same, only the ends differ.
func (u UTF16Runs) Find(content []byte, minLen int, yield func(Run)) {
	if minLen == 0 {
		minLen = leastUTF16
	}
	for at := 0; at < len(content); {
		zero := bytes.IndexByte(content[at:], 0)
		if zero < 0 {
			return
		}
		zero += at
		start := zero - 1
		if start < at || !plain(content[start]) {
			at = zero + 1
			continue
		}
		end := start
		for end+1 < len(content) && plain(content[end]) && content[end+1] == 0 {
			end += 2
		}
		// Big-endian: the last character has no zero byte after it.
		if start > 0 && content[start-1] == 0 && end < len(content) && plain(content[end]) {
			end++
		}
		if n := (end - start + 1) / 2; n >= minLen {
			yield(u.run(content, start, end, n))
		}
		at = max(end, zero+1)
	}
}

func (u UTF16Runs) run(content []byte, start, end, n int) Run {
	r := Run{Start: start, End: end, Text: make([]byte, n), By: u.Name(), Map: make([]int32, n+1)}
	for i := range n {
		r.Text[i] = content[start+2*i]
		r.Map[i] = int32(start + 2*i)
	}
	r.Map[n] = int32(end)
	return r
}

// plain tells whether a byte is printable ASCII or white space.
func plain(c byte) bool {
	return ' ' <= c && c <= '~' || c == '\t' || c == '\n' || c == '\r'
}
