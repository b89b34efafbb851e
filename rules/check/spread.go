package check

import (
	"encoding/base64"
	"strings"
)

// A program writes a key line by line: between two lines of the armour stands what ends one literal or statement and begins the
// next, the same between all of them, or nearly. Nothing of a language need be known to take it away: it stands as well behind the line with
// BEGIN and in front of that with END. What is put together so counts if it is a key as a whole, and else it is nothing.

const (
	// longestBetween is how many characters may stand between two lines.
	longestBetween = 400
	// leastLine is the length of the shortest line of which there are several: all but the last of a block have one length.
	leastLine = 32
	// lastTries is how many texts behind the last full line may be the last line.
	lastTries = 24
	// armourSigns are the characters of a body.
	armourSigns = base62 + "+/="
)

// spread puts together a block whose lines stand apart, as a private key that parses; not ok if it is none.
func spread(text string) (armour, bool) {
	a, inner, ok := spreadParts(text)
	if !ok || len(inner) < leastLine {
		return armour{}, false
	}
	if a.lines = between(inner); a.lines != nil {
		if a.join(); a.holds() {
			return a, true
		}
	}
	return a.fromRuns(unescape(inner))
}

// spreadParts takes the label off a block that has an end.
func spreadParts(text string) (a armour, inner string, ok bool) {
	_, text, ok = strings.Cut(text, "-----BEGIN ")
	if !ok {
		return armour{}, "", false
	}
	a.label, text, ok = strings.Cut(text, "-----")
	if !ok || len(a.label) > 60 {
		return armour{}, "", false
	}
	inner, _, a.ended = strings.Cut(text, "-----END")
	return a, oneBlank(inner), a.ended
}

// holds tells whether what was put together is a private key.
func (a armour) holds() bool { return a.judge().Verdict == Holds }

// oneBlank ends lines in line feeds and makes several blanks one: how many there are depends on the length of the lines.
func oneBlank(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	var b strings.Builder
	b.Grow(len(text))
	for i := range len(text) {
		switch c := text[i]; {
		case c != ' ' && c != '\t':
			b.WriteByte(c)
		case i == 0 || text[i-1] != ' ' && text[i-1] != '\t':
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// between returns the lines of a block's inner text apart by what it begins and ends with: nil if nothing stands between them.
func between(inner string) []string {
	k := min(longestBetween, len(inner)/2)
	separator := inner[:border(inner[:k], inner[len(inner)-k:])]
	if strings.Trim(separator, armourSigns) == "" {
		return nil
	}
	lines := strings.Split(inner, separator)
	lines = lines[1 : len(lines)-1]
	for i := range lines {
		lines[i] = strings.TrimSpace(unescape(lines[i]))
	}
	return lines
}

// border returns the length of the longest text that one begins and the other ends with (Knuth, Morris and Pratt 1977).
func border(head, tail string) int {
	fail := make([]int, len(head)+1) // of each beginning of head, the longest that it ends with as well
	fail[0] = -1
	for i, k := 0, -1; i < len(head); i++ {
		for k >= 0 && head[k] != head[i] {
			k = fail[k]
		}
		k++
		fail[i+1] = k
	}
	n := 0
	for i := range len(tail) {
		for n == len(head) || n >= 0 && head[n] != tail[i] {
			n = fail[n]
		}
		n++
	}
	return n
}

// join makes the body of the lines and takes the headers from them.
func (a *armour) join() {
	var b strings.Builder
	a.encrypted, a.rest = false, ""
	headers := true
	for _, line := range a.lines {
		if headers && strings.Contains(line, ":") {
			line = a.header(line)
		}
		headers = headers && line == ""
		b.WriteString(line)
	}
	a.body = b.String()
	if strings.Trim(a.body, armourSigns) != "" {
		a.body = ""
	}
}

// fromRuns takes for the block's lines the runs of base64 that have the length of most, and one behind the last of them.
func (a armour) fromRuns(inner string) (armour, bool) {
	runs := strings.FieldsFunc(inner, func(r rune) bool { return r >= 0x80 || strings.IndexByte(armourSigns, byte(r)) < 0 })
	width, last := usualLength(runs)
	if width == 0 {
		return armour{}, false
	}
	a.lines = nil
	for _, run := range runs[:last+1] {
		if len(run) == width {
			a.lines = append(a.lines, run)
		}
	}
	a.encrypted = strings.Contains(inner, "4,ENCRYPTED")
	full := a.lines[:len(a.lines):len(a.lines)]
	announced := a.announced()
	for try := range min(lastTries, len(runs)-last) {
		run := runs[last+try]
		a.lines = full
		size := len(full) * width
		if try > 0 {
			a.lines = append(full, run)
			size += len(run)
		}
		if len(run) > width || size%4 != 0 || announced > 0 && size != announced {
			continue
		}
		a.body = strings.Join(a.lines, "")
		if checksum := a.checksum(runs[last+try+1:]); a.complete(checksum) && a.holds() {
			if checksum != "" {
				a.lines = append(a.lines, checksum)
			}
			return a, true
		}
	}
	return armour{}, false
}

// announced returns how many characters of base64 the body of a key in DER has, by its beginning; 0 if that is of another form.
func (a armour) announced() int {
	if a.encrypted || strings.Contains(a.label, "PGP") || strings.HasPrefix(a.label, "OPENSSH") {
		return 0
	}
	data, err := base64.StdEncoding.DecodeString(a.lines[0][:8])
	if err != nil || data[0] != derSequence {
		return 1 // which no body has
	}
	size := int(data[1]) + 2
	switch data[1] {
	case 0x81:
		size = int(data[2]) + 3
	case 0x82:
		size = int(data[2])<<8 + int(data[3]) + 4
	}
	return (size + 2) / 3 * 4
}

// complete tells whether a body has the length that its beginning announces, or the checksum that follows it.
func (a armour) complete(checksum string) bool {
	data, err := base64.StdEncoding.DecodeString(a.body)
	if err != nil || len(data) < 32 {
		return false
	}
	switch {
	case checksum != "":
		sum := crc24(data)
		return checksum == "="+base64.StdEncoding.EncodeToString([]byte{byte(sum >> 16), byte(sum >> 8), byte(sum)})
	case a.encrypted:
		return len(data)%8 == 0
	case strings.HasPrefix(a.label, "OPENSSH"):
		return sshEnds(data)
	}
	return true
}

// checksum returns OpenPGP's own checksum, a line of its own behind the last: "" if there is none.
func (a armour) checksum(runs []string) string {
	for _, run := range runs[:min(len(runs), lastTries)] {
		if strings.Contains(a.label, "PGP") && len(run) == 5 && run[0] == '=' {
			return run
		}
	}
	return ""
}

// crc24 is the checksum of OpenPGP's armour (RFC 4880, section 6.1).
func crc24(data []byte) uint32 {
	sum := uint32(0xb704ce)
	for _, c := range data {
		sum ^= uint32(c) << 16
		for range 8 {
			if sum <<= 1; sum&0x1000000 != 0 {
				sum ^= 0x1864cfb
			}
		}
	}
	return sum & 0xffffff
}

// usualLength returns the length that most long runs have, and which of them is the last; 0 if there is no long one.
func usualLength(runs []string) (width, last int) {
	counts := map[int]int{}
	for _, run := range runs {
		if len(run) >= leastLine {
			if counts[len(run)]++; counts[len(run)] > counts[width] {
				width = len(run)
			}
		}
	}
	for i, run := range runs {
		if len(run) == width {
			last = i
		}
	}
	return width, last
}
